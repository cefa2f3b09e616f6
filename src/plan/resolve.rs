//! Resolve: puts a plan together from the drill, the topology and what each change would capture.
//! Invariant: reads only.
//! Not here: the reasons to refuse (see `guard`), who will notice (see `detect`).
//! Used by: cli.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;

use super::{
    Answer, GuardAnswer, Ingredients, Plan, PlannedChange, PlannedStep, Reading,
    aim::Aim,
    detect, expected,
    guard::{self, Judged},
    kept, model,
    policy::{self, Need, Taken},
    quota, radius,
    rights::{self, Ruling},
    sequence,
};
use crate::{
    aws::Aws,
    change::{Captured, Change, ChangeError},
    drill::model::{Step, StepKind},
    journal::event::WatchSpec,
    probe::Probe,
};

/// A plan, and what the run must be allowed for it.
pub struct Resolved {
    /// The plan.
    pub plan: Plan,
    /// Everything that was read for it.
    pub reading: Reading,
    /// Everything that the run calls; what a change calls that could not be captured is missing.
    pub needs: Vec<Need>,
    /// What is known of each; empty if nobody asked.
    pub rulings: Vec<Ruling>,
}

/// Puts the plan together; what must not start says so in `refusals`. `principal` is whom to ask about, if not the caller.
pub async fn resolve(from: Ingredients<'_>, aws: &Aws, principal: Option<&str>) -> Resolved {
    let steps = from.drill.all_steps();
    let captured = join_all(steps.iter().map(|step| capture(&from, step))).await;
    let taken: Vec<Taken<'_>> = captured
        .iter()
        .filter_map(|one| one.as_ref()?.as_ref().ok().map(|(change, captured)| (change.as_ref(), captured)))
        .collect();
    let callers = rights::principals(aws, from.drill, &from.caller.arn, principal).await;
    let mut needs = policy::needs(&from, &taken, &callers);
    if principal.is_some() {
        // What the caller was allowed just now proves nothing of another.
        needs.iter_mut().for_each(|need| need.proven = false);
    }
    let failed = steps.iter().zip(&captured).filter(|(_, captured)| matches!(captured, Some(Err(_))));
    let failed: Vec<_> = failed.filter_map(|(step, _)| from.changes.get(&step.id)).collect();
    let permissions = permissions(&needs, &failed);
    let rulings = match from.drill.deployment.check_rights {
        true => {
            let leaves = join_all(taken.iter().map(|(change, captured)| change.ask_leave(captured))).await;
            // What a dry run says is about the caller alone.
            let leaves = if principal.is_none() { leaves.concat() } else { Vec::new() };
            Box::pin(rights::ask(aws, &callers, &needs, &leaves, principal.is_none())).await
        }
        false => Vec::new(),
    };
    drop(taken);
    let (mut planned, mut resources, mut uncaptured) = (Vec::new(), Vec::new(), Vec::new());
    let (mut intents, mut reading) = (BTreeMap::new(), Reading::of(from.topology, from.looked));
    for (step, captured) in steps.iter().zip(captured) {
        let change = match captured {
            Some(Ok((change, captured))) => {
                resources.extend_from_slice(&captured.resources);
                intents.insert(step.id.clone(), captured.intent.clone());
                reading.add(&step.id, &captured);
                Some(planned_change(step, change.as_ref(), captured))
            }
            Some(Err(error)) => {
                uncaptured.push(format!("step `{}`: {error}", step.id));
                None
            }
            None => None,
        };
        planned.push(PlannedStep { id: step.id.clone(), title: step.title.clone(), change });
    }
    let blast_radius = radius::count(from.drill, from.topology, from.looked, &resources);
    let restore_time = restore_time(&from);
    let case = guard::Case {
        from: &from,
        aim: Aim::of(from.drill),
        resources: &resources,
        radius: &blast_radius,
        rulings: &rulings,
        restore_time,
    };
    let Judged { answers: mut guards, mut refusals, warnings } = guard::judge(&case);
    guards.push(of_changes(&uncaptured));
    refusals.extend(uncaptured);
    let plan = Plan {
        drill: from.drill.name.clone(),
        deployment: from.drill.deployment.name.clone(),
        account: from.caller.account.clone(),
        caller: from.caller.arn.clone(),
        found: serde_json::to_value(from.topology).unwrap_or_default(),
        steps: planned,
        calls: sequence::of(from.drill, &intents),
        kept: kept::of(from.drill),
        watches: from.probes.iter().map(spec).collect(),
        quota: quota::of(from.drill, from.probes),
        expected: expected::of(from.drill, from.changes, restore_time),
        guards,
        detectors: detect::detectors(from.drill, from.topology),
        permissions,
        blast_radius,
        limits: from.drill.deployment.limits,
        readiness: None,
        warnings,
        refusals,
        saved: None,
    };
    Resolved { plan, reading, needs, rulings }
}

/// What each change makes sure of itself, as it is captured.
fn of_changes(uncaptured: &[String]) -> GuardAnswer {
    GuardAnswer {
        guard: model::CHANGES.to_owned(),
        asks: "each change is allowed by its tag, and can be made as things are".to_owned(),
        answer: if uncaptured.is_empty() { Answer::Passed } else { Answer::Refused },
        said: uncaptured.to_vec(),
    }
}

type Planned<'a> = Option<Result<(&'a Arc<dyn Change>, Captured), ChangeError>>;

async fn capture<'a>(from: &Ingredients<'a>, step: &Step) -> Planned<'a> {
    let change = from.changes.get(&step.id)?;
    Some(change.capture().await.map(|captured| (change, captured)))
}

fn planned_change(step: &Step, change: &dyn Change, captured: Captured) -> PlannedChange {
    let kind = match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => spec.kind.clone(),
        _ => "run".to_owned(),
    };
    PlannedChange {
        kind,
        title: change.title(),
        touches: captured.touches,
        reversibility: change.reversibility(),
        by_hand: captured.by_hand,
        intent: captured.intent,
    }
}

fn spec(probe: &Arc<dyn Probe>) -> WatchSpec {
    WatchSpec { watch: probe.watch().0, interval: probe.interval(), title: probe.title() }
}

/// Every IAM action that the run calls; of a change that could not be captured, all that it may call.
fn permissions(needs: &[Need], uncaptured: &[&Arc<dyn Change>]) -> Vec<String> {
    let unknown = uncaptured.iter().flat_map(|change| change.permissions());
    let all: BTreeSet<&str> = needs.iter().map(|need| need.action).chain(unknown).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// Everything is put back one after the other.
fn restore_time(from: &Ingredients<'_>) -> Duration {
    from.changes.values().map(|change| change.restore_time()).fold(Duration::ZERO, Duration::saturating_add)
}
