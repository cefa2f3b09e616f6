//! Memory: a shelf in memory that fails as it is told.
//! Used by: tests only.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::shelf::{Entry, Shelf, ShelfError};
use crate::{clock::Clock, journal::event::FailureClass};

/// What becomes of the next calls that write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// As it should.
    Good,
    /// Refused.
    Denied,
    /// Done, and the answer lost.
    LostAfter,
    /// Not done, and the answer lost.
    LostBefore,
}

/// A shelf in memory.
#[derive(Clone)]
pub(crate) struct Memory {
    clock: Clock,
    pub(crate) texts: Arc<Mutex<BTreeMap<String, (String, Timestamp)>>>,
    pub(crate) fates: Arc<Mutex<VecDeque<Fate>>>,
    /// No call is answered.
    pub(crate) dead: Arc<AtomicBool>,
}

impl Memory {
    pub(crate) fn new(clock: Clock) -> Memory {
        Memory { clock, texts: Arc::default(), fates: Arc::default(), dead: Arc::default() }
    }

    pub(crate) fn fate(&self, fates: &[Fate]) {
        self.fates.lock().unwrap().extend(fates);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.texts.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn set(&self, name: &str, value: &str) {
        let text = (value.to_owned(), self.clock.now().wall);
        self.texts.lock().unwrap().insert(name.to_owned(), text);
    }

    fn answers(&self) -> Result<(), ShelfError> {
        match self.dead.load(Ordering::SeqCst) {
            true => Err(ShelfError { class: FailureClass::Transient, why: "no answer".to_owned() }),
            false => Ok(()),
        }
    }

    fn write<T>(&self, write: impl FnOnce(&Memory) -> T) -> Result<T, ShelfError> {
        self.answers()?;
        let failed = |class, why: &str| Err(ShelfError { class, why: why.to_owned() });
        let fate = self.fates.lock().unwrap().pop_front().unwrap_or(Fate::Good);
        match fate {
            Fate::Good => Ok(write(self)),
            Fate::Denied => failed(FailureClass::Denied, "ssm:PutParameter failed (denied)"),
            Fate::LostBefore => failed(FailureClass::Transient, "the answer was lost"),
            Fate::LostAfter => {
                write(self);
                failed(FailureClass::Transient, "the answer was lost")
            }
        }
    }
}

fn entry((name, (value, modified)): (&String, &(String, Timestamp))) -> Entry {
    Entry { name: name.clone(), value: value.clone(), modified: Some(*modified) }
}

#[async_trait]
impl Shelf for Memory {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    async fn create(&self, name: &str, value: &str) -> Result<bool, ShelfError> {
        self.write(|memory| {
            let free = !memory.texts.lock().unwrap().contains_key(name);
            if free {
                memory.set(name, value);
            }
            free
        })
    }

    async fn put(&self, name: &str, value: &str) -> Result<(), ShelfError> {
        assert!(value.len() <= 4096, "a standard parameter holds 4096 characters");
        self.write(|memory| memory.set(name, value))
    }

    async fn get(&self, name: &str) -> Result<Option<Entry>, ShelfError> {
        self.answers()?;
        Ok(self.texts.lock().unwrap().get_key_value(name).map(entry))
    }

    async fn below(&self, path: &str) -> Result<Vec<Entry>, ShelfError> {
        self.answers()?;
        let texts = self.texts.lock().unwrap();
        Ok(texts.iter().filter(|(name, _)| name.starts_with(&format!("{path}/"))).map(entry).collect())
    }

    async fn remove(&self, names: &[String]) -> Result<(), ShelfError> {
        self.write(|memory| memory.texts.lock().unwrap().retain(|name, _| !names.contains(name)))
    }
}
