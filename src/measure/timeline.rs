//! Timeline: the moments of a drill that numbers are made of, and the phases between them.
//! Invariant: a moment that was not seen is absent; every moment says which records and samples it rests on.
//! Not here: outages of every client (see `outage`), limits (see `objectives`).
//! Used by: objectives, summary.
//!
//! | id | moment |
//! |----|--------|
//! | F1 | the first fault's call was about to be made |
//! | F2 | it had been made, and its effect was read back |
//! | I0 | users were interrupted: first bad look of the site, or of its write check |
//! | D1 | the first automatic signal: health check, environment, targets or alarm |
//! | C1 | a person said go |
//! | A1 | the database's role change was about to be called |
//! | A3 | the writer was seen in the standby, with no operation running |
//! | N3 | the zone's own servers answered the standby |
//! | N4 | the resolver answered the standby |
//! | R1 | users were served again, by name, by the region that takes over, reads and writes, for good |
//! | B1 | putting back began |
//! | B4 | the last change was verified |
//! | Z | the steady state was looked at again |

mod mark;
mod marks;

use serde::{Deserialize, Serialize};

pub use self::mark::Mark;
pub(crate) use self::marks::{Marks, Recovery, marks};
use super::bounds::{Measured, Moment, Trace};
use crate::words::Phrase;

/// What a part of a drill is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseName {
    /// From the fault until users felt it.
    Interruption,
    /// From then until the first automatic signal.
    Detection,
    /// From the signal until a person said go, or, without one, until the role change was called.
    Decision,
    /// From the call until the writer was in the standby.
    Database,
    /// From the signal until the resolver answered the standby.
    Dns,
    /// From the last of those two until users were served again.
    Recovery,
    /// From then until putting back began.
    Soak,
    /// From then until everything was verified.
    Restoration,
}

impl PhaseName {
    /// In the order in which they come.
    pub const ALL: [PhaseName; 8] = [
        PhaseName::Interruption,
        PhaseName::Detection,
        PhaseName::Decision,
        PhaseName::Database,
        PhaseName::Dns,
        PhaseName::Recovery,
        PhaseName::Soak,
        PhaseName::Restoration,
    ];

    /// As reports say it.
    pub fn title(self) -> Phrase {
        Phrase::new(match self {
            PhaseName::Interruption => "measure.phase.interruption",
            PhaseName::Detection => "measure.phase.detection",
            PhaseName::Decision => "measure.phase.decision",
            PhaseName::Database => "measure.phase.database",
            PhaseName::Dns => "measure.phase.dns",
            PhaseName::Recovery => "measure.phase.recovery",
            PhaseName::Soak => "measure.phase.soak",
            PhaseName::Restoration => "measure.phase.restoration",
        })
    }

    /// From what to what, in words.
    pub fn meaning(self) -> Phrase {
        Phrase::new(match self {
            PhaseName::Interruption => "measure.span.interruption",
            PhaseName::Detection => "measure.span.detection",
            PhaseName::Decision => "measure.span.decision",
            PhaseName::Database => "measure.span.database",
            PhaseName::Dns => "measure.span.dns",
            PhaseName::Recovery => "measure.span.recovery",
            PhaseName::Soak => "measure.span.soak",
            PhaseName::Restoration => "measure.span.restoration",
        })
    }
}

/// One part of the drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// The mark it begins with.
    pub from: String,
    /// The mark it ends with; `None`: it had no end that was seen.
    pub to: Option<String>,
    /// When it began.
    pub start: Moment,
    /// When it ended.
    pub stop: Option<Moment>,
    /// How long it took.
    pub took: Option<Measured>,
    /// What both ends rest on.
    pub trace: Trace,
}

/// The phases whose beginning was seen, in order.
pub(crate) fn phases(marks: &Marks) -> Vec<Phase> {
    let ready = later(marks.get("A3"), marks.get("N4").or(marks.get("N3")));
    let ends = |name: PhaseName| match name {
        PhaseName::Interruption => (marks.get("F1"), marks.get("I0")),
        PhaseName::Detection => (marks.get("I0"), marks.get("D1")),
        PhaseName::Decision => (marks.get("D1"), marks.get("C1").or(marks.get("A1"))),
        PhaseName::Database => (marks.get("A1"), marks.get("A3")),
        PhaseName::Dns => (marks.get("D1"), marks.get("N4").or(marks.get("N3"))),
        PhaseName::Recovery => (ready, marks.get("R1")),
        PhaseName::Soak => (marks.get("R1"), marks.get("B1")),
        PhaseName::Restoration => (marks.get("B1"), marks.get("B4")),
    };
    let applies = |name: &PhaseName| *name != PhaseName::Database || marks.moves_database;
    PhaseName::ALL
        .into_iter()
        .filter(applies)
        .filter_map(|name| {
            let (from, to) = ends(name);
            from.map(|from| phase(name, from, to))
        })
        .collect()
}

fn phase(name: PhaseName, from: &Mark, to: Option<&Mark>) -> Phase {
    Phase {
        name,
        from: from.id.clone(),
        to: to.map(|mark| mark.id.clone()),
        start: started(from.moment, to.map(|mark| mark.moment)),
        stop: to.map(|mark| mark.moment),
        took: to.map(|mark| Measured::between(from.moment, mark.moment)),
        trace: to.map_or_else(|| from.trace.clone(), |mark| from.trace.and(&mark.trace)),
    }
}

/// What is looked at rarely is seen late: a beginning that was seen after the end, but may well have come before it, is
/// taken to have come with it, with its own bounds. One that surely came later, as an operation of AWS's that still runs
/// when users are served already, had no part in it: the phase is empty.
fn started(from: Moment, to: Option<Moment>) -> Moment {
    match to {
        Some(to) if to.at < from.at && from.low.is_none_or(|low| low <= to.high) => {
            Moment { at: to.at, ..from }
        }
        Some(to) if to.at < from.at => to,
        _ => from,
    }
}

fn later<'a>(a: Option<&'a Mark>, b: Option<&'a Mark>) -> Option<&'a Mark> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.moment.at >= b.moment.at { a } else { b }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::fixture::at;

    #[test]
    fn no_phase_begins_after_its_end() {
        let moment = |low, seen, high| Moment { low: Some(at(low)), at: at(seen), high: at(high) };
        let end = moment(10.0, 10.5, 11.0);
        let before = moment(5.0, 6.0, 7.0);
        assert_eq!(started(before, Some(end)), before);
        let seen_late = moment(9.0, 12.0, 12.5);
        assert_eq!(started(seen_late, Some(end)), Moment { at: end.at, ..seen_late });
        let surely_after = moment(11.5, 12.0, 12.5);
        assert_eq!(started(surely_after, Some(end)), end, "it had no part in it");
        assert_eq!(started(surely_after, None), surely_after);
    }
}
