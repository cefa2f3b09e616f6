//! Untested: what a run does not show, and where it departed from its plan.
//! Invariant: whoever reads the verdict reads this too; nothing here changes it.
//! Used by: whole.

use crate::{
    drill::model::{Drill, StepKind},
    measure::summary::{Assessment, ChangeView},
    report::model::step::{Outcome, Step},
    words::Phrase,
};

/// What the run does not show.
pub(super) fn of(run: &Assessment, drill: &Drill) -> Vec<Phrase> {
    let changed = |part: &str| run.changes.iter().any(|view| view.spec.kind.contains(part));
    let has = |wanted: fn(&StepKind) -> bool| drill.all_steps().iter().any(|step| wanted(&step.kind));
    let closed_80 =
        |view: &ChangeView| view.spec.params.get("port").and_then(serde_json::Value::as_u64) == Some(80);
    let said = [
        (run.header.lab.is_some(), "view.untested.lab"),
        (changed("ec2.revoke-ingress"), "view.untested.replication"),
        (changed("ec2.revoke-ingress"), "view.untested.old_connections"),
        (
            drill.deployment.site.tls
                && run.changes.iter().any(|view| view.spec.kind == "ec2.revoke-ingress" && closed_80(view)),
            "view.untested.port_80",
        ),
        (changed("switchover"), "view.untested.switchover"),
        (changed("rds.failover"), "view.untested.no_canary"),
        (!changed("rds."), "view.untested.database"),
        (drill.deployment.write_check.is_none(), "view.untested.writes"),
        (!has(|kind| matches!(kind, StepKind::Approve { .. })), "view.untested.decision"),
        (true, "view.untested.load"),
        (true, "view.untested.backup"),
    ];
    said.into_iter().filter(|(applies, _)| *applies).map(|(_, id)| Phrase::new(id)).collect()
}

/// Where the run departed from its plan.
pub(super) fn deviations(run: &Assessment, steps: &[Step]) -> Vec<Phrase> {
    let of_step = |step: &Step| {
        let id = match step.outcome {
            Outcome::Done => return None,
            Outcome::Failed => "view.deviation.failed",
            Outcome::Stopped | Outcome::Unfinished => "view.deviation.stopped",
            Outcome::NotExecuted => "view.deviation.not_executed",
        };
        Some(Phrase::new(id).with("step", &step.id.0))
    };
    let retried = run.changes.iter().filter(|view| view.attempts > 1).map(|view| {
        Phrase::new("view.deviation.attempts").with("step", &view.step.0).with("attempts", view.attempts)
    });
    let differing = run.changes.iter().filter(|view| !view.differences.is_empty());
    let differing = differing.map(|view| Phrase::new("view.deviation.differs").with("step", &view.step.0));
    steps.iter().filter_map(of_step).chain(retried).chain(differing).collect()
}
