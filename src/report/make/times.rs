//! Times: moments and what they rest on, as a report carries them.
//! Invariant: times count from the run's start; what is before it counts as the start.
//! Used by: the rest of make.

use std::time::Duration;

use crate::{
    clock::Stamp,
    measure::{
        bounds::{Measured, Moment, Trace},
        changes::Recorded,
    },
    report::model::moment::{Evidence, Noted, Took, When},
};

/// The run's start.
#[derive(Clone, Copy)]
pub(super) struct Times(pub(super) Stamp);

impl Times {
    /// Since the run's start.
    pub(super) fn since(self, at: Stamp) -> Duration {
        at.since(self.0)
    }

    pub(super) fn when(self, moment: Moment) -> When {
        When {
            at: moment.at.wall,
            t: self.since(moment.at),
            low: moment.low.map(|low| self.since(low)),
            high: self.since(moment.high),
        }
    }

    pub(super) fn noted(self, recorded: Recorded) -> Noted {
        Noted { record: recorded.seq, at: recorded.at.wall, t: self.since(recorded.at) }
    }
}

pub(super) fn took(value: Measured) -> Took {
    Took { measured: micros(value.measured), low: micros(value.low), high: value.high.map(micros) }
}

/// What is finer than a microsecond was never measured.
pub(super) fn micros(value: Duration) -> Duration {
    Duration::from_micros(u64::try_from(value.as_micros()).unwrap_or(u64::MAX))
}

pub(super) fn evidence(trace: &Trace) -> Evidence {
    Evidence {
        records: trace.records.clone(),
        samples: trace.samples.iter().map(|place| place + 1).collect(),
    }
}
