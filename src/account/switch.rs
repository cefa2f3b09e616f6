//! Switch: the safety switch: one parameter that stops every run of the account.
//! Invariant: whatever the parameter holds, it being there is what counts: a person may set it with any tool.
//! Not here: what a run does about it (see `engine`).
//! Used by: keeper, look; cli sets and clears it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    claim::second,
    names,
    shelf::{Shelf, ShelfError},
};
use crate::journal::event::Actor;

/// Why every run is to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// In words.
    pub reason: String,
    /// Who said so; `None`: someone without this program.
    #[serde(flatten)]
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Timestamp>,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.reason)?;
        if let Some(Actor { host, user, .. }) = &self.by {
            write!(f, ", by {user} on {host}")?;
        }
        self.at.map_or(Ok(()), |at| write!(f, ", {}", second(at)))
    }
}

/// The reason that every run of the account is to stop, if there is one.
pub async fn look(shelf: &dyn Shelf) -> Result<Option<Halt>, ShelfError> {
    Ok(shelf.get(names::SWITCH).await?.map(|entry| read(&entry.value)))
}

fn read(text: &str) -> Halt {
    serde_json::from_str(text).unwrap_or_else(|_| Halt { reason: text.to_owned(), by: None, at: None })
}

/// Sets it.
pub async fn set(shelf: &dyn Shelf, halt: &Halt) -> Result<(), ShelfError> {
    // AWS takes two braces for a reference to another parameter, and refuses them.
    let reason = halt.reason.replace("{{", "{ {").replace("}}", "} }");
    let text = serde_json::to_string(&Halt { reason, ..halt.clone() }).unwrap_or_default();
    shelf.put(names::SWITCH, &text).await
}

/// Clears it.
pub async fn clear(shelf: &dyn Shelf) -> Result<(), ShelfError> {
    shelf.remove(&[names::SWITCH.to_owned()]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{account::memory::Memory, clock::Clock, journal::testing};

    #[tokio::test(start_paused = true)]
    async fn it_says_why_and_who_and_anything_there_counts() {
        let clock = Clock::real_time();
        let shelf = Memory::new(clock);
        assert_eq!(look(&shelf).await.unwrap(), None);
        let at = Some("2026-11-22T12:50:01Z".parse().unwrap());
        let halt = Halt { reason: "a real outage".into(), by: Some(testing::actor(7)), at };
        set(&shelf, &halt).await.unwrap();
        let found = look(&shelf).await.unwrap().unwrap();
        assert_eq!(found, halt);
        assert_eq!(found.to_string(), "\"a real outage\", by ann on desk, 2026-11-22 12:50:01 UTC");
        shelf.set(names::SWITCH, "stop it");
        assert_eq!(look(&shelf).await.unwrap().unwrap().to_string(), "\"stop it\"");
        shelf.set(names::SWITCH, "7");
        assert_eq!(look(&shelf).await.unwrap().unwrap().reason, "7");
        clear(&shelf).await.unwrap();
        assert_eq!(look(&shelf).await.unwrap(), None);
    }
}
