//! Stops: the drill's stop conditions while the steps are walked.
//! Invariant: as the engine does it: the first that is seen to have held for its time ends the run, and every ending
//! restores.
//! Not here: whether a condition holds (see `claims`).
//! Used by: `model`.

use super::{Model, agenda::Event, watch::Watch};
use crate::forecast::draw::At;

impl Model<'_> {
    /// A stop condition is seen to hold: it will have held for its time when this comes, if nothing turns until then.
    pub(super) fn arm_stop(&mut self, condition: usize) {
        let Some(since) = self.since[condition] else { return };
        let wanted = &self.script.conditions[condition];
        let pace = self.pace();
        let proven = |watch: Watch| watch.tells(since + wanted.lasting, pace);
        let own = Watch::all().into_iter().filter(|watch| wanted.watches & watch.bit() != 0);
        // What need not last is proven by the look that shows it.
        let at = if wanted.lasting > 0 { own.map(proven).max().unwrap_or(since) } else { since };
        self.agenda.put(at.max(self.now), Event::Stop { condition: condition as u32, since });
    }

    /// A stop condition ends the run, unless it turned meanwhile.
    pub(super) fn stop_due(&mut self, condition: usize, since: At) {
        if !self.stopped && self.since[condition] == Some(since) {
            self.story.stopped = Some(condition);
            self.end(None);
        }
    }
}
