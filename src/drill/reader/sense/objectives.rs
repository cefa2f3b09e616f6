//! Objectives: whether what a run is judged by can be measured at all.
//! Invariant: an objective that no run could meet or miss is refused before any run.
//! Not here: how it is measured (see `measure`).
//! Used by: sense.

use super::{Case, changes};
use crate::diagnostic::Diagnostic;

pub(super) fn check(case: &mut Case<'_>) {
    let Some(objectives) = case.given.drill.record("objectives") else { return };
    let interrupts = changes::may_interrupt(case);
    for name in ["recovery_time", "detection"] {
        if let Some(objective) = objectives.got(name).filter(|_| !interrupts) {
            case.push(
                Diagnostic::error(
                    "drill::not-measurable",
                    format!("`{name}` cannot be measured: no step interrupts users"),
                )
                .at(case.at(objective.key), "")
                .help("add a fault such as `fault: ec2.revoke-ingress`, or drop this objective"),
            );
        }
    }
    if let Some(objective) = objectives.got("detection").filter(|_| interrupts && !detector(case)) {
        case.push(
            Diagnostic::error(
                "drill::not-measurable",
                "`detection` cannot be measured: no condition looks at anything that detects",
            )
            .at(case.at(objective.key), "")
            .help(
                "await one: `- health_check: { of: primary, is: unhealthy }`, an `environment` or an `alarm`",
            ),
        );
    }
    let Some(deployment) = case.given.deployment else { return };
    let sees_writes = deployment.mentions("database") || deployment.mentions("write_check");
    if let Some(objective) = objectives.got("data_loss").filter(|_| !sees_writes) {
        case.push(
            Diagnostic::error(
                "drill::not-measurable",
                "`data_loss` cannot be measured: the deployment has neither a database nor a write check",
            )
            .at(case.at(objective.key), "")
            .help("add `database:` or `write_check:` to the deployment's file, or drop this objective"),
        );
    }
}

/// Whether any condition looks at what notices an outage by itself.
fn detector(case: &Case<'_>) -> bool {
    let detects = |head: &str| matches!(head, "health_check" | "environment" | "alarm" | "");
    case.conditions().iter().flat_map(|(_, records)| records).any(|record| detects(record.head()))
}
