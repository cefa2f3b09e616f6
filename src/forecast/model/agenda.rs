//! Agenda: what happens next in the model.
//! Invariant: at one moment things happen first, then they are looked at, then steps go on; within each in the order in
//! which they were put here.
//! Used by: the rest of `model`.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{parts::RoleStep, watch::Watch};
use crate::{drill::model::Side, forecast::draw::At};

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// Packets feel a change of rules: whether the port that takes traffic, and the one that is checked, are open.
    Rule { side: Side, traffic: bool, check: bool, version: u32 },
    /// A balancer's last pooled connections are gone.
    Drained(Side),
    /// A node checks a target.
    Line { side: Side, line: usize },
    /// A check that waited has failed.
    LineFailed { side: Side, line: usize },
    /// Describes show a target's health.
    Reported { side: Side, target: usize },
    /// Route 53 looks at an alias's target.
    TargetLook(Side),
    /// Name servers know an alias target's health.
    TargetPublished { side: Side, healthy: bool },
    /// An environment's agents report.
    Agents(Side),
    /// A health checker looks.
    Checker { side: Side, place: usize },
    /// Its look has ended.
    Observed { side: Side, place: usize, well: bool },
    /// Checkers go by a new configuration.
    Configured { side: Side, version: u32 },
    /// Name servers know a health check's status.
    CheckPublished { side: Side, healthy: bool },
    /// The resolver's answer has run out.
    Ask,
    /// A role change of the database goes on.
    Role { number: u32, step: RoleStep },
    /// The standby's region sees the global cluster as it is.
    ClusterSeen,
    /// The old primary follows again.
    InSync,
    /// The metric of the lag says so.
    LagKnown,
    /// The writer is asked back.
    SwitchBack { branch: u16 },
    /// A watch looks.
    Look(Watch),
    /// The step that a branch is at is done.
    StepDone { branch: u16 },
    /// It has failed.
    StepFailed { branch: u16 },
    /// A stop condition has held for its time.
    Stop { condition: u32, since: At },
    /// All that an await waits for holds.
    Met { branch: u16, generation: u32 },
    /// An await's time is up.
    TimeUp { branch: u16, at: u16 },
    /// The run's time is up.
    Deadline,
}

impl Event {
    fn class(self) -> u8 {
        match self {
            Event::Look(_) => 1,
            Event::StepDone { .. }
            | Event::StepFailed { .. }
            | Event::Stop { .. }
            | Event::Met { .. }
            | Event::TimeUp { .. }
            | Event::Deadline => 2,
            _ => 0,
        }
    }
}

/// What is to come.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<(At, u8, u32, Event)>>,
    count: u32,
}

impl Agenda {
    pub(super) fn put(&mut self, at: At, event: Event) {
        self.count += 1;
        self.heap.push(Reverse((at, event.class(), self.count, event)));
    }

    pub(super) fn next(&mut self) -> Option<(At, Event)> {
        self.heap.pop().map(|Reverse((at, _, _, event))| (at, event))
    }
}

/// The first moment after `now` of a grid that repeats every `interval`; `phase` is where in it, as a share.
pub(super) fn after(now: At, interval: At, phase: f64) -> At {
    let interval = interval.max(1);
    let offset = (interval as f64 * phase) as At % interval;
    let into = (now + interval - offset) % interval;
    now + interval - into
}

/// The first moment at or after `from` of a grid from zero.
pub(super) fn on_grid(from: At, interval: At) -> At {
    from.div_ceil(interval.max(1)) * interval.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_where_they_are_whoever_asks() {
        assert_eq!([0, 4, 18].map(|now| after(now, 15, 4.0 / 15.0)), [4, 19, 19]);
        assert_eq!([0, 1, 200].map(|from| on_grid(from, 200)), [0, 200, 200]);
    }

    #[test]
    fn what_happens_is_looked_at_and_then_steps_go_on() {
        let mut agenda = Agenda::default();
        agenda.put(5, Event::Deadline);
        agenda.put(5, Event::Look(Watch::Site));
        agenda.put(5, Event::Ask);
        agenda.put(4, Event::Deadline);
        let order: Vec<Event> = std::iter::from_fn(|| agenda.next()).map(|(_, event)| event).collect();
        assert_eq!(order, [Event::Deadline, Event::Ask, Event::Look(Watch::Site), Event::Deadline]);
    }
}
