//! Made: the summary of a time, from the reports of its runs.
//! Invariant: the order in which the reports are given does not matter.
//! Used by: year.

use std::time::Duration;

use super::model::{Period, Run, SCHEMA, Unreadable, Year};
use crate::report::model::{Report, result::Conclusion};

/// The summary of these runs.
pub fn summary(period: Period, reports: &[Report], unreadable: Vec<Unreadable>) -> Year {
    let mut runs: Vec<Run> = reports.iter().map(run).collect();
    runs.sort_by(|one, other| (one.started, &one.run).cmp(&(other.started, &other.run)));
    let drills: Vec<&Run> = runs.iter().filter(|run| !run.lab).collect();
    let met = |run: &&&Run| matches!(run.conclusion, Conclusion::ObjectivesMet | Conclusion::MetWithFindings);
    Year {
        schema: SCHEMA.to_owned(),
        period,
        drills: drills.len(),
        met: drills.iter().filter(met).count(),
        restored: drills.iter().filter(|run| run.restored).count(),
        rehearsals: runs.len() - drills.len(),
        longest_pause: longest_pause(&drills),
        median_recovery: median(&drills),
        runs,
        unreadable,
    }
}

fn run(report: &Report) -> Run {
    Run {
        run: report.run.clone(),
        drill: report.drill.name.clone(),
        title: report.drill.title.clone(),
        deployment: report.deployment.name.clone(),
        started: report.started,
        lab: report.made_by.lab.is_some(),
        verdict: report.verdict,
        conclusion: report.conclusion,
        recovery: report.recovery_time.measured,
        recovery_high: report.recovery_time.high,
        objective: report.recovery_time.limit,
        recovery_verdict: report.recovery_time.verdict,
        restored: report.restored,
        findings: report.findings.clone(),
    }
}

fn longest_pause(drills: &[&Run]) -> Option<Duration> {
    let pauses = drills.windows(2).map(|pair| pair[1].started.duration_since(pair[0].started));
    pauses.filter_map(|pause| Duration::try_from(pause).ok()).max()
}

/// Of an even number, the longer of the two in the middle: nothing is said better than it was.
fn median(drills: &[&Run]) -> Option<Duration> {
    let mut took: Vec<Duration> = drills.iter().filter_map(|run| run.recovery).collect();
    took.sort_unstable();
    took.get(took.len() / 2).copied()
}
