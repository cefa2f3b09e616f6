//! Eyes: what the run's watches see, and when.
//! Invariant: every watch looks on its own grid from the run's first look; between two looks nothing is known. A watch
//! whose subject has not changed is not asked: it would see the same.
//! Not here: what conditions make of it (see `claims`).
//! Used by: `model`.

use super::{
    Model,
    agenda::Event,
    parts::{Flags, Grade},
    watch::{Met, Pace, REACHES, SECOND, Watch},
};
use crate::{
    drill::model::Side,
    forecast::draw::{At, micros},
};

/// How long a good look at the site takes.
pub(crate) const LOOK_TAKES: At = 60_000;
/// Every so many looks at a health check its flags are read instead of its observations.
const FLAGS_EVERY: At = 4;

/// What was seen last.
#[derive(Debug)]
pub(super) struct Eyes {
    pending: u16,
    pub(super) site: Met,
    pub(super) write: Met,
    /// Whether the checkers' observations say success, and the flags.
    observed: [(bool, Flags); 2],
    pub(super) grades: [Grade; 2],
    /// Healthy targets, and all.
    pub(super) targets: [(usize, usize); 2],
    /// The writer, and whether something runs.
    pub(super) database: (Side, bool),
    pub(super) lag_is_low: bool,
    pub(super) zone: Side,
    pub(super) resolver: Side,
}

impl Eyes {
    /// All is well.
    pub(super) fn new(first: Side, writer: Side, flags: [Flags; 2], targets: [usize; 2]) -> Eyes {
        Eyes {
            pending: 0,
            site: (true, first),
            write: (true, first),
            observed: flags.map(|flags| (true, flags)),
            grades: [Grade::Ok; 2],
            targets: targets.map(|all| (all, all)),
            database: (writer, false),
            lag_is_low: true,
            zone: first,
            resolver: first,
        }
    }

    /// Whether a health check is seen to be healthy.
    pub(super) fn check_is_healthy(&self, side: Side) -> bool {
        let (succeeds, flags) = self.observed[side as usize];
        (flags.disabled || succeeds) != flags.inverted
    }
}

impl Model<'_> {
    /// How the watches of this run look.
    pub(super) fn pace(&self) -> Pace {
        Pace { probe: micros(self.numbers.probe_interval), checks: micros(self.draw.check_looks) }
    }

    /// What a watch looks at has changed, or may have: it looks when its turn comes.
    pub(super) fn stir(&mut self, watch: Watch) {
        if watch == Watch::Write && !self.numbers.write_check {
            return;
        }
        if self.eyes.pending & watch.bit() == 0 {
            self.eyes.pending |= watch.bit();
            let pace = self.pace();
            // The look that is under way still meets what changes before its request is there.
            let at = watch.tells(self.now.saturating_sub(watch.reaches()), pace);
            self.agenda.put(at.max(self.now), Event::Look(watch));
        }
    }

    /// A watch looks.
    pub(super) fn look(&mut self, watch: Watch) {
        self.eyes.pending &= !watch.bit();
        let alarmed = self.is_alarm(watch);
        let changed = match watch {
            Watch::Site => {
                let met = self.meets();
                let began = self.now - REACHES.min(self.now);
                self.story.site.see(began, met);
                std::mem::replace(&mut self.eyes.site, met) != met
            }
            Watch::Write => {
                let (works, side) = self.meets();
                let met = (works && self.takes_writes(side), side);
                let began = self.now - REACHES.min(self.now);
                self.story.write.see(began, met);
                std::mem::replace(&mut self.eyes.write, met) != met
            }
            Watch::HealthCheck(side) => self.look_at_check(side),
            Watch::Environment(side) => {
                let grade = self.web[side as usize].grade;
                std::mem::replace(&mut self.eyes.grades[side as usize], grade) != grade
            }
            Watch::Targets(side) => {
                let described = self.web[side as usize].described();
                std::mem::replace(&mut self.eyes.targets[side as usize], described) != described
            }
            Watch::Database => {
                let view = self.database.view;
                self.story.database.see(self.now, (!view.1, view.0));
                std::mem::replace(&mut self.eyes.database, view) != view
            }
            Watch::Lag => {
                let low = self.database.lag_known;
                std::mem::replace(&mut self.eyes.lag_is_low, low) != low
            }
            Watch::Zone => {
                let side = self.names.answered;
                std::mem::replace(&mut self.eyes.zone, side) != side
            }
            Watch::Resolver => {
                let side = self.names.remembered;
                std::mem::replace(&mut self.eyes.resolver, side) != side
            }
        };
        if changed {
            self.story_turns(watch, alarmed);
            self.judge(watch);
        }
    }

    /// What a new user of the site meets.
    fn meets(&self) -> Met {
        let side = self.names.remembered;
        (self.serves(side), side)
    }

    /// Flags and observations are read in turn; what this look does not read is still to be seen.
    fn look_at_check(&mut self, side: Side) -> bool {
        let check = &self.checks[side as usize];
        let (succeeds, flags) = (check.succeeds(), check.flags);
        let before = self.eyes.check_is_healthy(side);
        let seen = &mut self.eyes.observed[side as usize];
        let turn = self.now.saturating_sub(micros(self.draw.check_looks)) / (2 * SECOND);
        if turn.is_multiple_of(FLAGS_EVERY) {
            seen.1 = flags;
        } else if !seen.1.disabled {
            seen.0 = succeeds;
        }
        let unread = *seen != (succeeds, flags) && (!seen.1.disabled || seen.1 != flags);
        if unread {
            self.eyes.pending |= Watch::HealthCheck(side).bit();
            self.agenda.put(self.now + 2 * SECOND, Event::Look(Watch::HealthCheck(side)));
        }
        self.eyes.check_is_healthy(side) != before
    }

    /// Whether what a watch saw last is a signal that something is wrong.
    pub(super) fn is_alarm(&self, watch: Watch) -> bool {
        match watch {
            Watch::HealthCheck(side) => !self.eyes.check_is_healthy(side),
            Watch::Environment(side) => self.eyes.grades[side as usize] != Grade::Ok,
            Watch::Targets(side) => {
                let (healthy, all) = self.eyes.targets[side as usize];
                healthy < all || all == 0
            }
            _ => false,
        }
    }
}
