//! Json: a forecast for machines: every number with its source.
//! Invariant: times are seconds; what is not known is `null`.
//! Used by: forecast.

use std::time::Duration;

use serde_json::{Value, json};

use super::Told;
use crate::{
    cli::output::out,
    forecast::{Band, Distribution, KNOWN, NEVER, Script, WhatIf},
};

/// Shows it.
pub(super) fn show(told: &Told) {
    let durations = told.forecast.durations();
    let own = KNOWN.iter().map(|known| {
        let spread = durations.spread(known.own);
        json!({
            "id": known.id,
            "what": known.what,
            "spread_s": spread,
            "origin": durations.origin(known.own),
            "source": known.source,
        })
    });
    let own: Vec<Value> = own.collect();
    let script = told.forecast.script();
    out(json!({
        "type": "forecast",
        "drill": told.drill.name,
        "deployment": told.drill.deployment.name,
        "place": if told.lab.is_some() { "lab" } else { "aws" },
        "from": told.from,
        "earlier_runs": told.past,
        "objective_s": told.drill.objectives.recovery_time.map(secs),
        "forecast": distribution(&told.all, script),
        "stop_conditions_not_forecast": script.untold(),
        "what_if": told.what_if.iter().map(|own| what_if(own, &told.all, script)).collect::<Vec<_>>(),
        "numbers": told.forecast.numbers().facts,
        "durations": own,
    })
    .to_string());
}

fn distribution(all: &Distribution, script: &Script) -> Value {
    let phases: Vec<Value> = all
        .phases
        .iter()
        .map(|own| json!({ "phase": own.name, "took": band(&own.band), "share": own.share }))
        .collect();
    let histogram: Vec<Value> = all
        .histogram(16)
        .iter()
        .map(|bar| json!({ "from_s": secs(bar.from), "to_s": secs(bar.to), "runs": bar.runs }))
        .collect();
    let last: Vec<Value> = all
        .last
        .iter()
        .map(|own| {
            let condition = script.condition(own.condition);
            json!({ "step": script.step(own.step), "condition": condition, "share": own.share })
        })
        .collect();
    let failed: Vec<Value> =
        all.failed.iter().map(|(step, runs)| json!({ "step": script.step(*step), "runs": runs })).collect();
    let stopped: Vec<Value> = all
        .stopped
        .iter()
        .map(|(condition, runs)| json!({ "condition": script.condition(*condition), "runs": runs }))
        .collect();
    json!({
        "runs": all.runs,
        "interrupted": all.interrupted,
        "recovered": all.recovered,
        "recovery_time": all.recovery.as_ref().map(band),
        "chance": all.chance,
        "phases": phases,
        "histogram": histogram,
        "waits_longest_for": last,
        "failed": failed,
        "stopped": stopped,
        "overran": all.overran,
    })
}

fn what_if(own: &WhatIf, before: &Distribution, script: &Script) -> Value {
    let settings: Vec<Value> = own
        .settings
        .iter()
        .zip(&own.now)
        .map(|(setting, now)| json!({ "key": setting.name(), "now": now, "then": setting.value() }))
        .collect();
    let gain = own.gain(before.recovery);
    json!({ "settings": settings, "gain_s": gain, "forecast": distribution(&own.then, script) })
}

fn band(band: &Band) -> Value {
    let end = |time: Duration| (time != NEVER).then(|| secs(time));
    json!({
        "p5_s": end(band.p5),
        "p50_s": end(band.p50),
        "p90_s": end(band.p90),
        "p95_s": end(band.p95),
        "p99_s": end(band.p99),
    })
}

fn secs(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e6
}
