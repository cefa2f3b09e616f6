//! Busy: what changes wait for while they are applied or put back.
//! Invariant: pure; at most one note for a wait in [`NOTED_EVERY`].
//! Not here: waits for conditions (see `waits`).
//! Used by: dispatcher.

use std::{collections::BTreeMap, time::Duration};

use crate::{clock::Stamp, id::StepId, journal::event::Finding, text};

/// A wait is noted in the journal after this.
const NOTED_AFTER: Duration = Duration::from_secs(60);
/// And again each time after this.
const NOTED_EVERY: Duration = Duration::from_secs(5 * 60);

struct Wait {
    words: String,
    since: Stamp,
    note_due: Stamp,
}

/// The changes that wait.
#[derive(Default)]
pub(super) struct Busy(BTreeMap<StepId, Wait>);

impl Busy {
    /// A change waits for this now, or no longer for anything.
    pub(super) fn take(&mut self, change: StepId, words: Option<String>, now: Stamp) {
        match (words, self.0.get_mut(&change)) {
            (None, _) => drop(self.0.remove(&change)),
            (Some(words), Some(wait)) => wait.words = words,
            (Some(words), None) => {
                let wait = Wait { words, since: now, note_due: now.plus(NOTED_AFTER) };
                self.0.insert(change, wait);
            }
        }
    }

    /// Every wait, for the live view.
    pub(super) fn findings(&self, now: Stamp) -> Vec<Finding> {
        let finding = |(change, wait): (&StepId, &Wait)| Finding {
            condition: format!("{change}, for {}", text::duration(now.since(wait.since))),
            held: None,
            seen: wait.words.clone(),
        };
        self.0.iter().map(finding).collect()
    }

    /// What is to be written down now.
    pub(super) fn notes(&mut self, now: Stamp) -> Vec<String> {
        let mut notes = Vec::new();
        for (change, wait) in self.0.iter_mut().filter(|(_, wait)| wait.note_due <= now) {
            wait.note_due = now.plus(NOTED_EVERY);
            let waited = text::duration(now.since(wait.since));
            notes.push(format!("{change} has been waiting for {waited}: {}", wait.words));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::at;

    #[test]
    fn a_long_wait_is_noted_after_a_minute_and_then_seldom() {
        let mut busy = Busy::default();
        let noted: Vec<u64> = (0..1200)
            .filter(|second| {
                busy.take("database".into(), Some(format!("not in sync ({second})")), at(second * 1000));
                !busy.notes(at(second * 1000)).is_empty()
            })
            .collect();
        assert_eq!(noted, [60, 360, 660, 960]);
        let shown = busy.findings(at(1_200_000));
        assert_eq!(shown[0].condition, "database, for 20 m 00 s");
        assert_eq!(shown[0].seen, "not in sync (1199)", "the newest words");
        busy.take("database".into(), None, at(1_200_000));
        assert!(busy.findings(at(1_200_000)).is_empty());
    }
}
