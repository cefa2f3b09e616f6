//! Ci: a report as pipelines, dashboards and chat read it.
//! Invariant: from the report alone, in English; text from the world can not leave its place in any of these formats.
//! Not here: where the bytes go (see `cli::outputs`).
//! Used by: report, for `junit.xml`; cli.

pub mod github;
pub(super) mod junit;
pub mod prometheus;
pub mod slack;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::model::{Report, result::Objective};
use crate::{measure::summary::Judged, words::Phrase};

/// What an objective says in one line: `recovery time: 3 m 30 s, at most 3 m 31 s; objective 10 m 00 s: met`.
fn objective_line(name: &Phrase, objective: &Objective) -> String {
    let measured = match (objective.measured, objective.high) {
        (Some(measured), Some(high)) => format!("{}, at most {}", said(measured), said(high)),
        (Some(measured), None) => format!("{}, with no upper bound", said(measured)),
        (None, _) => objective.method.to_string(),
    };
    match (objective.limit, objective.verdict) {
        (Some(limit), Some(verdict)) => {
            format!("{name}: {measured}; objective {}: {}", said(limit), judged(verdict))
        }
        _ => format!("{name}: {measured}"),
    }
}

fn judged(verdict: Judged) -> &'static str {
    match verdict {
        Judged::Pass => "met",
        Judged::Fail => "not met",
        Judged::Unknown => "can not be told",
    }
}

fn said(value: Duration) -> String {
    crate::text::duration(value)
}

/// The drill and where it ran: `seoul-outage on wordpress`, and on a lab, that too.
fn headline(report: &Report) -> String {
    let place = if report.made_by.lab.is_some() { " (lab, simulated)" } else { "" };
    format!("{} on {}{place}", report.drill.name, report.deployment.name)
}

/// What was measured of an objective that the drill sets.
fn judged_objectives(report: &Report) -> Vec<(Phrase, &Objective)> {
    report.objectives().into_iter().filter(|(_, objective)| objective.limit.is_some()).collect()
}
