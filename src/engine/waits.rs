//! Waits: conditions that steps wait for, judged at each sample.
//! Invariant: a wait ends at the time of the sample that fulfilled it, not when someone noticed.
//! Not here: what a condition means (see `measure::condition`).
//! Used by: dispatcher.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::{clock::Stamp, drill::model::Condition, journal::event::Finding, measure::condition::Board};

/// What is waited for.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// All of these at once.
    pub(super) conditions: Vec<Condition>,
    /// How long they must go on holding together.
    pub(super) hold: Duration,
    /// A look that began earlier does not count.
    pub(super) not_before: Option<Stamp>,
}

/// All conditions of a wait hold.
#[derive(Debug, Clone)]
pub(super) struct Met {
    /// When the last of them began to hold.
    pub(super) since: Stamp,
    /// Each with what was seen.
    pub(super) findings: Vec<Finding>,
}

struct Waiter {
    wish: Wish,
    reply: oneshot::Sender<Met>,
}

/// The waits that are open.
#[derive(Default)]
pub(super) struct Waits(Vec<Waiter>);

impl Waits {
    /// Opens one.
    pub(super) fn open(&mut self, wish: Wish, reply: oneshot::Sender<Met>) {
        self.0.push(Waiter { wish, reply });
    }

    /// Answers every wait whose conditions all hold at `now`, and forgets those whose asker has gone.
    pub(super) fn settle(&mut self, board: &Board, now: Stamp) {
        let open = std::mem::take(&mut self.0);
        for Waiter { wish, reply } in open {
            if reply.is_closed() {
                continue;
            }
            let judged = board.judge_all(&wish.conditions, wish.hold, wish.not_before, now);
            match (judged.held, judged.since) {
                (Some(true), since) => {
                    // An empty list of conditions holds at once, since now.
                    drop(reply.send(Met { since: since.unwrap_or(now), findings: judged.findings }));
                }
                _ => self.0.push(Waiter { wish, reply }),
            }
        }
    }

    /// How the conditions that someone waits for stand now, for the live view.
    pub(super) fn findings(&self, board: &Board, now: Stamp) -> Vec<Finding> {
        let open = self.0.iter().filter(|w| !w.reply.is_closed());
        open.flat_map(|w| board.judge_all(&w.wish.conditions, w.wish.hold, w.wish.not_before, now).findings)
            .collect()
    }
}
