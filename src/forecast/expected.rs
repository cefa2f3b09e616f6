//! Expected: a forecast as a run's plan keeps it.
//! Used by: cli, before a run begins.

use serde_json::Value;

use super::{Band, Distribution, NEVER};
use crate::{
    journal::expectation::{Expectation, Expected},
    measure::timeline::PhaseName,
};

impl Distribution {
    /// What a run is expected to come to; `None`: nobody is interrupted, so there is nothing to expect.
    pub fn expectation(&self) -> Option<Expectation> {
        let phase = |own: &super::PhaseBand| (id(own.name), expected(own.band));
        (self.interrupted > 0).then(|| Expectation {
            runs: self.runs,
            interrupted: Some(self.interrupted),
            recovered: Some(self.recovered),
            recovery_time: self.recovery.map(expected),
            chance: self.chance,
            phases: self.phases.iter().map(phase).collect(),
        })
    }
}

fn expected(band: Band) -> Expected {
    let known = |time| Some(time).filter(|time| *time != NEVER);
    Expected { p5: known(band.p5), p50: known(band.p50), p95: known(band.p95) }
}

/// A phase's name in files.
fn id(name: PhaseName) -> String {
    match serde_json::to_value(name) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}
