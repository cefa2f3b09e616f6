//! Json: the answers for machines.
//! Invariant: the shape that the README describes; names and order are those of the registry.
//! Used by: ready.

use serde_json::json;

use crate::{
    drill::model::{Deployment, Drill},
    plan::{Readiness, Verdict},
};

/// One line.
pub(in crate::cli) fn text(deployment: &Deployment, drill: Option<&Drill>, readiness: &Readiness) -> String {
    let count = |verdict: Verdict| readiness.of(verdict).count();
    json!({
        "type": "ready",
        "deployment": deployment.name,
        "drill": drill.map(|drill| &drill.name),
        "verdict": readiness.verdict(),
        "counts": {
            "pass": count(Verdict::Pass),
            "warn": count(Verdict::Warn),
            "fail": count(Verdict::Fail),
            "unknown": count(Verdict::Unknown),
        },
        "answers": readiness.answers,
    })
    .to_string()
}
