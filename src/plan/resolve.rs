//! Resolve: puts a plan together from the drill, the topology and what each change would capture.
//! Invariant: reads only.
//! Not here: the reasons to refuse (see `guard`), who will notice (see `detect`).
//! Used by: cli.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::future::join_all;

use super::{Ingredients, Plan, PlannedChange, PlannedStep, aim::Aim, detect, guard, look, radius};
use crate::{
    account,
    aws::discover,
    change::{Captured, Change, ChangeError},
    drill::model::{Step, StepKind},
    journal::event::WatchSpec,
    probe::{self, Probe},
};

/// Puts the plan together; what must not start says so in `refusals`.
pub async fn resolve(from: Ingredients<'_>) -> Plan {
    let steps = from.drill.all_steps();
    let captured = join_all(steps.iter().map(|step| capture(&from, step))).await;
    let (mut planned, mut resources, mut uncaptured) = (Vec::new(), Vec::new(), Vec::new());
    for (step, captured) in steps.iter().zip(captured) {
        let change = match captured {
            Some(Ok((change, captured))) => {
                resources.extend_from_slice(&captured.resources);
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
    let case = guard::Case {
        from: &from,
        aim: Aim::of(from.drill),
        resources: &resources,
        radius: &blast_radius,
        restore_time: restore_time(&from),
    };
    let (mut refusals, warnings) = guard::judge(&case);
    refusals.extend(uncaptured);
    Plan {
        drill: from.drill.name.clone(),
        deployment: from.drill.deployment.name.clone(),
        account: from.caller.account.clone(),
        caller: from.caller.arn.clone(),
        found: serde_json::to_value(from.topology).unwrap_or_default(),
        steps: planned,
        watches: from.probes.iter().map(spec).collect(),
        detectors: detect::detectors(from.drill, from.topology),
        permissions: permissions(&from),
        blast_radius,
        limits: from.drill.deployment.limits,
        readiness: None,
        warnings,
        refusals,
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
    }
}

fn spec(probe: &Arc<dyn Probe>) -> WatchSpec {
    WatchSpec { watch: probe.watch().0, interval: probe.interval(), title: probe.title() }
}

/// Every IAM action of finding, watching, changing and putting back.
fn permissions(from: &Ingredients<'_>) -> Vec<String> {
    let changes = from.changes.values().flat_map(|change| change.permissions());
    let in_the_account = from.drill.deployment.account_lock.then_some(account::PERMISSIONS);
    let always = discover::PERMISSIONS.into_iter().chain(probe::PERMISSIONS);
    let all: BTreeSet<&str> = changes
        .chain(always)
        .chain(in_the_account.into_iter().flatten())
        .chain(look::permissions(from.drill))
        .collect();
    all.into_iter().map(str::to_owned).collect()
}

/// Everything is put back one after the other.
fn restore_time(from: &Ingredients<'_>) -> Duration {
    from.changes.values().map(|change| change.restore_time()).fold(Duration::ZERO, Duration::saturating_add)
}
