//! Radius: how much a run can affect, counted.
//! Invariant: pure; counts what the changes themselves say that they alter, each once.
//! Not here: how much is too much (see `guard::radius`).
//! Used by: resolve, guard; cli shows it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{aim::Aim, look::Looked};
use crate::{
    aws::{Interface, RegionTopology, Topology},
    change::{Resource, ResourceKind},
    drill::model::{Drill, Side},
};

/// How much a run can affect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BlastRadius {
    /// The regions that are harmed.
    pub regions: Vec<String>,
    /// Security groups whose rules change.
    pub groups: usize,
    /// Their rules that change.
    pub rules: usize,
    /// Instances of the deployment in those groups.
    pub instances: usize,
    /// Network interfaces in those groups that do not belong to the deployment's environment, each with what is known
    /// of it; `None`: they could not be read.
    pub others: Option<Vec<String>>,
    /// Health checks that change.
    pub health_checks: usize,
    /// Clusters whose role changes, global and regional.
    pub clusters: usize,
}

/// Counts.
pub(super) fn count(
    drill: &Drill,
    topology: &Topology,
    looked: &Looked,
    resources: &[Resource],
) -> BlastRadius {
    let ids = |kind: ResourceKind| -> BTreeSet<&str> {
        resources.iter().filter(|one| one.kind == kind).map(|one| one.id.as_str()).collect()
    };
    let groups = ids(ResourceKind::SecurityGroup);
    let harmed = Aim::of(drill).harmed;
    let (mut instances, mut others) = (BTreeSet::new(), Some(Vec::new()));
    for side in &harmed {
        let region = topology.regions.of(*side);
        let Ok(interfaces) = looked.interfaces.of(*side) else {
            others = None;
            continue;
        };
        for interface in inside(interfaces, &groups) {
            match (&interface.instance, is_own(interface, region)) {
                (Some(instance), true) => drop(instances.insert(instance.as_str())),
                (None, true) => {}
                (_, false) => others.iter_mut().for_each(|all| all.push(named(interface))),
            }
        }
    }
    BlastRadius {
        regions: harmed.iter().map(|side: &Side| topology.regions.of(*side).region.clone()).collect(),
        groups: groups.len(),
        rules: ids(ResourceKind::Rule).len(),
        instances: instances.len(),
        others,
        health_checks: ids(ResourceKind::HealthCheck).len(),
        clusters: ids(ResourceKind::Cluster).len(),
    }
}

/// The interfaces in any of these groups.
pub(super) fn inside<'a>(
    interfaces: &'a [Interface],
    groups: &BTreeSet<&str>,
) -> impl Iterator<Item = &'a Interface> {
    interfaces.iter().filter(|one| one.security_groups.iter().any(|group| groups.contains(group.as_str())))
}

/// True for the environment's instances and its balancers.
fn is_own(interface: &Interface, region: &RegionTopology) -> bool {
    match &interface.instance {
        Some(id) => region.instances.iter().any(|instance| instance.id == *id),
        // Elastic Load Balancing names its interfaces `ELB app/NAME/ID`, the end of the balancer's ARN.
        None => interface.description.strip_prefix("ELB ").is_some_and(|name| {
            region.balancers.iter().any(|one| one.balancer.arn.ends_with(&format!("/{name}")))
        }),
    }
}

fn named(interface: &Interface) -> String {
    let whose = match (&interface.instance, interface.description.as_str()) {
        (Some(instance), _) => instance,
        (None, "") => return interface.id.clone(),
        (None, description) => description,
    };
    format!("{} ({whose})", interface.id)
}
