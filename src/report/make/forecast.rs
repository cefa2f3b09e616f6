//! Forecast: what was expected, from the plan that the journal holds.
//! Invariant: a plan without one, or with one that can not be read, has none.
//! Used by: whole.

use serde_json::Value;

use crate::{
    journal::{
        event::{Event, Record},
        expectation::{Expectation, Expected, FORECAST},
    },
    measure::timeline::PhaseName,
    report::model::forecast::{Forecast, PhaseForecast, Range},
};

pub(super) fn of(records: &[Record]) -> Option<Forecast> {
    let kept = records.iter().find_map(|record| match &record.event {
        Event::Planned { plan, .. } => plan.get(FORECAST),
        _ => None,
    })?;
    let told: Expectation = serde_json::from_value(kept.clone()).ok()?;
    let phase = |name: PhaseName| {
        let Ok(Value::String(id)) = serde_json::to_value(name) else { return None };
        Some(PhaseForecast { name, took: range(*told.phases.get(&id)?) })
    };
    Some(Forecast {
        runs: told.runs,
        interrupted: told.interrupted,
        recovered: told.recovered,
        recovery_time: told.recovery_time.map(range),
        chance: told.chance,
        phases: PhaseName::ALL.into_iter().filter_map(phase).collect(),
    })
}

fn range(told: Expected) -> Range {
    Range { p5: told.p5, p50: told.p50, p95: told.p95 }
}
