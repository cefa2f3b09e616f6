//! Gate: the readiness checks before a run.
//! Invariant: a check that fails refuses the run unless a file accepts it by name; what can not be told warns. Nothing was
//! touched then.
//! Not here: the guards (see `plan::guard`).
//! Used by: prepared, for `run` and `plan`.

use super::accepted;
use crate::{
    aws::{Aws, Found, Topology},
    drill::model::Drill,
    plan::{CheckAnswer, Plan, Verdict},
    ready::{self, Case},
    survey::{self, Survey},
};

/// Asks every check, and puts what they say into the plan. What the plan was made from is not read again.
pub(in crate::cli) async fn gate(aws: &Aws, drill: &Drill, topology: &Topology, plan: &mut Plan) -> Survey {
    let survey = Box::pin(survey::survey(aws, &drill.deployment, Found::from(topology))).await;
    let case = Case { survey: &survey, deployment: &drill.deployment, drill: Some(drill) };
    let readiness = accepted(ready::judge(&case), &drill.deployment, Some(drill));
    for answer in &readiness.answers {
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
