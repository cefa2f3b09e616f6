//! Check: a Route 53 health check: its checkers, its verdict, and when name servers know it.
//! Invariant: checkers are not coordinated; the check is healthy while more than 18 % of them say so (Route 53 developer
//! guide, "How Route 53 determines whether a health check is healthy").
//! Not here: what DNS makes of it (see `names`).
//! Used by: `model`.

use super::{
    Model,
    agenda::{Event, after},
    parts::Flags,
    watch::Watch,
};
use crate::{
    drill::model::Side,
    forecast::{
        draw::{At, micros},
        durations::Own,
        numbers::CheckNumbers,
    },
};

/// The same page: an answer's status comes within two seconds after connecting.
const STATUS_WITHIN: At = 2_000_000;
/// How long a healthy application takes to answer.
const ANSWERS: At = 40_000;
/// More than so many percent of the checkers.
const ENOUGH: usize = 18;

#[derive(Debug, Clone, Copy)]
struct Checker {
    healthy: bool,
    streak: u32,
    last: bool,
    awake: bool,
}

/// One health check.
#[derive(Debug)]
pub(super) struct Check {
    checkers: Vec<Checker>,
    /// As the API shows it.
    pub(super) flags: Flags,
    /// As the checkers go by it.
    live: Flags,
    version: u32,
    healthy: bool,
    pub(super) published: bool,
    settles: At,
}

impl Check {
    /// All is well.
    pub(super) fn new(numbers: Option<&CheckNumbers>) -> Check {
        let flags = numbers.map_or(Flags { disabled: false, inverted: false }, |own| Flags {
            disabled: own.disabled,
            inverted: own.inverted,
        });
        let checker = Checker { healthy: true, streak: 0, last: true, awake: false };
        Check {
            checkers: vec![checker; numbers.map_or(0, |own| own.checkers)],
            flags,
            live: flags,
            version: 0,
            healthy: !flags.inverted,
            published: !flags.inverted,
            settles: 0,
        }
    }

    /// What the checkers' latest observations come to, before inversion.
    pub(super) fn succeeds(&self) -> bool {
        let succeeding = self.checkers.iter().filter(|checker| checker.last).count();
        self.checkers.is_empty() || succeeding * 100 > ENOUGH * self.checkers.len()
    }

    fn verdict(&self) -> bool {
        let healthy = self.checkers.iter().filter(|checker| checker.healthy).count();
        let well =
            self.live.disabled || self.checkers.is_empty() || healthy * 100 > ENOUGH * self.checkers.len();
        well != self.live.inverted
    }
}

impl Model<'_> {
    /// What this region's check would meet has changed: its checkers look, each when its turn comes.
    pub(super) fn wake_check(&mut self, side: Side) {
        let Some(numbers) = &self.numbers.side(side).check else { return };
        let check = &mut self.checks[side as usize];
        if check.live.disabled {
            return;
        }
        let draws = self.draw.checkers.of(side);
        for (place, (checker, draw)) in check.checkers.iter_mut().zip(draws).enumerate() {
            if !std::mem::replace(&mut checker.awake, true) {
                let at = after(self.now, micros(numbers.interval), draw.phase);
                self.agenda.put(at, Event::Checker { side, place });
            }
        }
    }

    /// One checker looks.
    pub(super) fn checker_looks(&mut self, side: Side, place: usize) {
        let Some(numbers) = &self.numbers.side(side).check else { return };
        let well = !numbers.meets_application || self.serves(side);
        let trip = micros(self.draw.checkers.of(side)[place].round_trip);
        let check = &mut self.checks[side as usize];
        let checker = &mut check.checkers[place];
        if check.live.disabled {
            checker.awake = false;
            return;
        }
        let took = trip + if well { ANSWERS } else { STATUS_WITHIN };
        checker.awake = !(checker.healthy == well && checker.last == well && checker.streak == 0);
        if checker.awake {
            let next = self.now + micros(numbers.interval).max(1);
            self.agenda.put(next, Event::Checker { side, place });
        }
        self.agenda.put(self.now + took, Event::Observed { side, place, well });
    }

    /// Its look has ended. AWS: FailureThreshold: so many in a row turn what a checker reports.
    pub(super) fn observed(&mut self, side: Side, place: usize, well: bool) {
        let threshold = self.numbers.side(side).check.as_ref().map_or(1, |own| own.threshold);
        let checker = &mut self.checks[side as usize].checkers[place];
        let turned = checker.last != well;
        checker.last = well;
        checker.streak = if well == checker.healthy { 0 } else { checker.streak + 1 };
        if checker.streak >= threshold {
            (checker.healthy, checker.streak) = (well, 0);
            self.judge_check(side);
        }
        if turned {
            self.stir(Watch::HealthCheck(side));
        }
    }

    fn judge_check(&mut self, side: Side) {
        let check = &mut self.checks[side as usize];
        let healthy = check.verdict();
        if healthy != check.healthy {
            check.healthy = healthy;
            check.settles = (self.now + self.draw.at(Own::CheckPublished)).max(check.settles);
            self.agenda.put(check.settles, Event::CheckPublished { side, healthy });
        }
    }

    /// The check's flags are changed: the API shows it at once, checkers follow.
    pub(super) fn set_flags(&mut self, side: Side, at: At, flags: Flags) {
        let check = &mut self.checks[side as usize];
        check.flags = flags;
        check.version += 1;
        let configured = Event::Configured { side, version: check.version };
        self.agenda.put(at + self.draw.at(Own::CheckConfigured), configured);
        self.stir(Watch::HealthCheck(side));
    }

    /// The checkers go by it.
    pub(super) fn configured(&mut self, side: Side, version: u32) {
        let check = &mut self.checks[side as usize];
        if check.version == version {
            check.live = check.flags;
            self.wake_check(side);
            self.judge_check(side);
        }
    }
}
