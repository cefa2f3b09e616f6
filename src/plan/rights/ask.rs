//! Ask: every need is asked for, those that are alike together.
//! Invariant: one question holds one side, region and context; an answer that was lost is asked for again.
//! Used by: resolve.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{
    context,
    principal::Principal,
    ruling::{May, Ruling, by_dry_run, by_simulation, ruled},
};
use crate::{
    aws::{Aws, AwsError, Decision, Question},
    change::Leave,
    drill::model::{PerSide, Side},
    journal::event::FailureClass,
    plan::policy::{Need, Subject},
};

/// Seconds before a question that got no answer is asked again.
const AGAIN: [u64; 2] = [1, 3];

/// What needs of one question have in common. Without a resource, services may be mixed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    side: Side,
    region: String,
    service: Option<&'static str>,
    tags: BTreeMap<String, String>,
    sends_tags: BTreeSet<String>,
}

impl Alike {
    fn of(aws: &Aws, need: &Need) -> Alike {
        Alike {
            side: need.side,
            // Services with one place for all regions are called there.
            region: match need.service() {
                "route53" | "iam" => "us-east-1".to_owned(),
                _ => aws.region(need.side).to_owned(),
            },
            service: (need.resource != "*").then(|| need.service()),
            tags: need.tags.clone(),
            sends_tags: need.sends_tags.clone(),
        }
    }

    fn question(&self, principal: &str, needs: &[&Need], now: Timestamp) -> Question {
        let each = |of: &dyn Fn(&Need) -> String| -> Vec<String> {
            needs.iter().map(|need| of(need)).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let service = self.service.unwrap_or("ec2");
        Question {
            principal: principal.to_owned(),
            actions: each(&|need| need.action.to_owned()),
            resources: if self.service.is_some() { each(&|need| need.resource.clone()) } else { Vec::new() },
            context: context::keys(service, &self.region, &self.tags, &self.sends_tags, now),
        }
    }
}

/// What is known of each need. `of_themselves`: it is the caller's own rights that are asked for, so that asking shows by
/// itself whether it is allowed.
pub(in crate::plan) async fn ask(
    aws: &Aws,
    callers: &PerSide<Principal>,
    needs: &[Need],
    leaves: &[Leave],
    of_themselves: bool,
) -> Vec<Ruling> {
    let by_asking = |need: &Need| of_themselves && need.subject == Subject::Caller;
    let mut questions: BTreeMap<Alike, Vec<&Need>> = BTreeMap::new();
    for need in needs.iter().filter(|need| !need.proven && !by_asking(need)) {
        questions.entry(Alike::of(aws, need)).or_default().push(need);
    }
    let asked =
        questions.iter().map(|(alike, needs)| Box::pin(one(aws, callers.of(alike.side), alike, needs)));
    let answers = join_all(asked).await;
    let answers: BTreeMap<&Alike, Answer> = questions.keys().zip(answers).collect();
    let rule = |need: &Need| match need {
        need if need.proven => ruled(need, May::Allowed, "it was called just now"),
        need if by_asking(need) => of_asking(need, callers.of(need.side), &answers),
        need => by_dry_run(need, leaves).unwrap_or_else(|| match answers.get(&Alike::of(aws, need)) {
            Some(answer) => by_simulation(need, answer.as_deref().map_err(ToString::to_string)),
            None => ruled(need, May::Unknown, "nobody asked"),
        }),
    };
    needs.iter().map(rule).collect()
}

type Answer = Result<Vec<Decision>, Unanswered>;

/// Why a question has no answer.
#[derive(Debug, Clone, thiserror::Error)]
enum Unanswered {
    #[error("{0}")]
    Nobody(String),
    #[error("{0}")]
    Failed(AwsError),
}

async fn one(aws: &Aws, principal: &Principal, alike: &Alike, needs: &[&Need]) -> Answer {
    let arn = principal.arn.as_ref().map_err(|why| Unanswered::Nobody(why.clone()))?;
    let question = alike.question(arn, needs, aws.clock().now().wall);
    for pause in AGAIN {
        match aws.decisions(alike.side, &question).await {
            Err(error) if is_passing(error.class) => aws.clock().sleep(Duration::from_secs(pause)).await,
            answered => return answered.map_err(Unanswered::Failed),
        }
    }
    aws.decisions(alike.side, &question).await.map_err(Unanswered::Failed)
}

/// True if the same question may be answered a moment later.
fn is_passing(class: FailureClass) -> bool {
    matches!(class, FailureClass::Transient | FailureClass::Throttled | FailureClass::Unknown)
}

/// Asking shows by itself whether it is allowed.
fn of_asking(need: &Need, principal: &Principal, answers: &BTreeMap<&Alike, Answer>) -> Ruling {
    let failed = |error: &AwsError| {
        let may = if error.class == FailureClass::Denied { May::Denied } else { May::Unknown };
        ruled(need, may, error.to_string())
    };
    if need.action == "iam:GetRole" {
        return match &principal.role_read {
            Some(Ok(())) => ruled(need, May::Allowed, "it was called just now"),
            Some(Err(error)) => failed(error),
            None => ruled(need, May::Unknown, "it was not called"),
        };
    }
    let own = answers.iter().filter(|(alike, _)| alike.side == need.side).map(|(_, answer)| answer);
    let mut worst = None;
    for answer in own {
        match answer {
            Ok(_) => return ruled(need, May::Allowed, "it was called just now"),
            Err(Unanswered::Failed(error)) => worst = Some(failed(error)),
            Err(Unanswered::Nobody(why)) => worst = Some(ruled(need, May::Unknown, why.clone())),
        }
    }
    worst.unwrap_or_else(|| ruled(need, May::Unknown, "there was nothing to ask"))
}
