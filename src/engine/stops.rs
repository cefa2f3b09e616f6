//! Stops: the drill's stop conditions while it runs.
//! Invariant: what cannot be told does not stop a run, and does not stay unsaid.
//! Not here: what a condition means (see `measure::condition`); that a drill does not begin unguarded (see `run`).
//! Used by: dispatcher.

use std::time::Duration;

use crate::{clock::Stamp, drill::model::Condition, measure::condition::Board, text};

/// A condition that no one could tell for so long is noted: in an outage some are blind for a while, and that is no news.
const BLIND: Duration = Duration::from_secs(60);

struct Watched {
    condition: Condition,
    /// Since when it cannot be told.
    blind: Option<Stamp>,
    noted: bool,
}

/// The stop conditions, each with how long it has been blind.
pub(super) struct Stops(Vec<Watched>);

impl Stops {
    pub(super) fn new(conditions: Vec<Condition>) -> Stops {
        let watched = |condition| Watched { condition, blind: None, noted: false };
        Stops(conditions.into_iter().map(watched).collect())
    }

    /// The first that holds, with what was seen.
    pub(super) fn met(&self, board: &Board, now: Stamp) -> Option<String> {
        self.0.iter().find_map(|it| {
            let judged = board.judge(&it.condition, now);
            (judged.held == Some(true)).then(|| format!("{}: {}", it.condition, judged.seen))
        })
    }

    /// What is to be noted of conditions that can not be told.
    pub(super) fn notes(&mut self, board: &Board, now: Stamp) -> Vec<String> {
        self.0.iter_mut().filter_map(|it| it.note(board, now)).collect()
    }
}

impl Watched {
    fn note(&mut self, board: &Board, now: Stamp) -> Option<String> {
        let judged = board.judge(&self.condition, now);
        if judged.held.is_some() {
            (self.blind, self.noted) = (None, false);
            return None;
        }
        let blind = now.since(*self.blind.get_or_insert(now));
        if blind < BLIND || std::mem::replace(&mut self.noted, true) {
            return None;
        }
        let (condition, blind) = (&self.condition, text::duration(blind));
        Some(format!("stop condition `{condition}` can not be told for {blind}: {}", judged.seen))
    }
}
