//! AWS registry: which of AWS's own views a drill needs.
//! Invariant: a piece that the deployment does not have gets no probe; alarms only if a condition names them.
//! Not here: the clients' probes (see `registry`).
//! Used by: `registry`.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Probe, ProbeContext, alarm::AlarmProbe, database::DatabaseProbe, environment::EnvironmentProbe,
    health_check::HealthCheckProbe, lag::LagProbe, targets::TargetsProbe,
};
use crate::{
    aws::{Aws, Topology},
    drill::model::{Claim, Condition, Drill, PerSide, Side, StepKind},
};

/// The probes of AWS that the drill of `cx` needs.
pub(super) fn probes(cx: &ProbeContext) -> Vec<Arc<dyn Probe>> {
    let Some((aws, topology)) = &cx.aws else { return Vec::new() };
    let mut all: Vec<Arc<dyn Probe>> = Vec::new();
    for side in Side::BOTH {
        all.extend(of_region(aws, topology, side, &cx.drill));
    }
    all.extend(of_database(aws, topology));
    for (side, name) in alarms(&cx.drill) {
        all.push(Arc::new(AlarmProbe { aws: aws.clone(), side, name }));
    }
    all
}

fn of_region(aws: &Aws, topology: &Topology, side: Side, drill: &Drill) -> Vec<Arc<dyn Probe>> {
    let name = drill.deployment.regions.of(side).environment.clone();
    let mut all: Vec<Arc<dyn Probe>> = vec![Arc::new(EnvironmentProbe { aws: aws.clone(), side, name })];
    let balancers = topology.regions.of(side).balancers.iter();
    let groups: Vec<String> =
        balancers.flat_map(|found| found.target_groups.iter().map(|group| group.arn.clone())).collect();
    if !groups.is_empty() {
        all.push(Arc::new(TargetsProbe { aws: aws.clone(), side, groups }));
    }
    let check = topology.site.as_ref().and_then(|site| site.health_checks.of(side).as_ref());
    if let Some(check) = check {
        all.push(Arc::new(HealthCheckProbe::new(aws.clone(), side, check.id.clone())));
    }
    all
}

fn of_database(aws: &Aws, topology: &Topology) -> Vec<Arc<dyn Probe>> {
    let Some(database) = &topology.database else { return Vec::new() };
    let cluster = |side| database.clusters.of(side).as_ref().map(|cluster| cluster.id.clone());
    let clusters = PerSide { primary: cluster(Side::Primary), standby: cluster(Side::Standby) };
    vec![
        Arc::new(DatabaseProbe { aws: aws.clone(), id: database.global.id.clone() }),
        Arc::new(LagProbe::new(aws.clone(), clusters)),
    ]
}

/// Every alarm that any condition of the drill names.
pub(crate) fn alarms(drill: &Drill) -> BTreeSet<(Side, String)> {
    let awaited = drill.all_steps().into_iter().flat_map(|step| match &step.kind {
        StepKind::Await { until, .. } => until.as_slice(),
        _ => &[],
    });
    let named = |condition: &Condition| match &condition.claim {
        Claim::Alarm { name, of, .. } => Some((*of, name.clone())),
        _ => None,
    };
    drill.steady_state.iter().chain(&drill.stop_when).chain(awaited).filter_map(named).collect()
}
