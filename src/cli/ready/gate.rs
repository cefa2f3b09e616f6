//! Gate: the readiness checks before a run.
//! Invariant: a check that fails refuses the run unless a file accepts it by name; what can not be told warns. Nothing was
//! touched then.
//! Not here: the guards (see `plan::guard`).
//! Used by: prepared, for `run` and `plan`.

use std::collections::BTreeSet;

use super::accepted;
use crate::{
    aws::{Aws, Found, Topology},
    drill::model::Drill,
    plan::{CheckAnswer, Plan, Verdict},
    ready::{self, Case},
    survey::{self, Survey},
    text,
};

/// Asks every check, and puts what they say into the plan. What the plan was made from is not read again.
pub(in crate::cli) async fn gate(aws: &Aws, drill: &Drill, topology: &Topology, plan: &mut Plan) -> Survey {
    let survey = Box::pin(survey::survey(aws, &drill.deployment, Found::from(topology))).await;
    let case = Case { survey: &survey, deployment: &drill.deployment, drill: Some(drill) };
    let readiness = accepted(ready::judge(&case), &drill.deployment, Some(drill));
    let (denied, told): (Vec<_>, Vec<_>) =
        readiness.answers.iter().partition(|answer| answer.denied.is_some());
    plan.warnings.extend(untold(&denied));
    for answer in told {
        match answer.verdict {
            Verdict::Pass => {}
            Verdict::Fail if !answer.accepted => plan.refusals.push(refusal(answer)),
            Verdict::Fail => plan.warnings.push(format!("accepted: {}", said(answer, "fails"))),
            Verdict::Warn => plan.warnings.push(said(answer, "warns")),
            Verdict::Unknown => plan.warnings.push(said(answer, "can not tell")),
        }
    }
    plan.readiness = Some(readiness);
    survey
}

/// One sentence of all checks that may not read what they go by: the policy of a run need not have it.
fn untold(denied: &[&CheckAnswer]) -> Option<String> {
    let calls: BTreeSet<&str> = denied.iter().filter_map(|answer| answer.denied.as_deref()).collect();
    if calls.is_empty() {
        return None;
    }
    let names: Vec<&str> = denied.iter().map(|answer| &*answer.check).collect();
    Some(format!(
        "{} can not tell, as these credentials may not call {} (`firedrill iam DRILL --part ready` prints what they need): {}",
        text::plural(names.len(), "readiness check"),
        calls.into_iter().collect::<Vec<_>>().join(", "),
        names.join(", ")
    ))
}

fn said(answer: &CheckAnswer, how: &str) -> String {
    format!("readiness check `{}` {how}: {}", answer.check, answer.found)
}

fn refusal(answer: &CheckAnswer) -> String {
    format!(
        "{}; {}; or accept it in the drill or the deployment file: `ready: {{ accept: [{}] }}`",
        said(answer, "fails"),
        answer.mend,
        answer.check
    )
}
