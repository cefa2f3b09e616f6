//! Scripted: a probe that plays looks back, for tests of what watches.
//! Invariant: gives its looks in order, then the last one for ever.
//! Not here: anything that looks.
//! Used by: tests of engine and measure.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use super::{Look, Probe};
use crate::journal::sample::WatchName;

/// A probe whose looks are known beforehand.
pub struct Scripted {
    watch: WatchName,
    interval: Duration,
    looks: Mutex<Vec<Look>>,
}

impl Scripted {
    /// Feeds `watch` with `looks`, one every `interval`; without any, it never can tell.
    pub fn new(watch: WatchName, interval: Duration, mut looks: Vec<Look>) -> Scripted {
        looks.reverse();
        Scripted { watch, interval, looks: Mutex::new(looks) }
    }
}

#[async_trait]
impl Probe for Scripted {
    fn watch(&self) -> WatchName {
        self.watch.clone()
    }

    fn title(&self) -> String {
        format!("{} from a script", self.watch.0)
    }

    fn interval(&self) -> Duration {
        self.interval
    }

    async fn look(&self) -> Look {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        match looks.len() {
            0 => Look::unknown("the script is empty"),
            1 => looks[0].clone(),
            _ => looks.pop().unwrap_or_else(|| Look::unknown("the script is empty")),
        }
    }
}
