//! Look: what guards must know of the live deployment and of this machine beyond the topology.
//! Invariant: reads only; what can not be read is kept as not known, for the guard to judge.
//! Not here: what is refused because of it (see `guard`).
//! Used by: prepare; guard.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{aim::Aim, machine::Machine};
use crate::{
    aws::{Aws, Interface, Lifetime, Topology},
    drill::model::{Drill, Freeze, PerSide, Side},
    journal::sample::WatchName,
    probe::{Look, Probe},
};

/// What was seen.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The world's time.
    pub at: Timestamp,
    /// The account that the primary's credentials belong to, where they are not the standby's.
    pub primary_account: Option<Result<String, String>>,
    /// One look at each of what must be able to take over.
    pub looks: BTreeMap<WatchName, Look>,
    /// Every network interface in the instances' security groups of a region that is harmed.
    pub interfaces: PerSide<Result<Vec<Interface>, String>>,
    /// How long the credentials last.
    pub lifetimes: PerSide<Option<Lifetime>>,
    /// Where a freeze may be announced, and what it reads there; `None`: nothing.
    pub freezes: Vec<(String, Result<Option<String>, String>)>,
    /// This machine.
    pub machine: Machine,
}

/// Looks. `on_this_machine` is false where nothing outside the world may be read.
pub(super) async fn look(
    aws: &Aws,
    drill: &Drill,
    topology: &Topology,
    probes: &[Arc<dyn Probe>],
    on_this_machine: bool,
) -> Looked {
    let aim = Aim::of(drill);
    let looks = Box::pin(looks(drill, &aim, probes)).await;
    let interfaces = PerSide {
        primary: interfaces(aws, topology, &aim, Side::Primary).await,
        standby: interfaces(aws, topology, &aim, Side::Standby).await,
    };
    let primary_account = primary_account(aws, drill).await;
    let known: Vec<Interface> =
        Side::BOTH.iter().filter_map(|side| interfaces.of(*side).clone().ok()).flatten().collect();
    Looked {
        at: aws.clock().now().wall,
        primary_account,
        looks,
        lifetimes: PerSide {
            primary: aws.lifetime(Side::Primary).await,
            standby: aws.lifetime(Side::Standby).await,
        },
        freezes: freezes(aws, &drill.deployment.freeze, on_this_machine).await,
        machine: if on_this_machine { Machine::beside(&known) } else { Machine::default() },
        interfaces,
    }
}

/// Both sides have the caller's own credentials unless the deployment says otherwise.
async fn primary_account(aws: &Aws, drill: &Drill) -> Option<Result<String, String>> {
    let (primary, standby) = (&drill.deployment.regions.primary, &drill.deployment.regions.standby);
    if (&primary.role_arn, &primary.profile) == (&standby.role_arn, &standby.profile) {
        return None;
    }
    let caller = aws.caller_identity(Side::Primary).await;
    Some(caller.map(|caller| caller.account).map_err(|why| why.to_string()))
}

async fn interfaces(aws: &Aws, topology: &Topology, aim: &Aim, side: Side) -> Result<Vec<Interface>, String> {
    if !aim.harmed.contains(&side) {
        return Ok(Vec::new());
    }
    let groups: Vec<String> =
        topology.regions.of(side).instance_groups.iter().map(|group| group.id.clone()).collect();
    Box::pin(aws.interfaces(side, &groups)).await.map_err(|why| why.to_string())
}

/// The probes themselves look, once: a guard must not see otherwise than the run does.
async fn looks(drill: &Drill, aim: &Aim, probes: &[Arc<dyn Probe>]) -> BTreeMap<WatchName, Look> {
    let of = |side: &Side| [WatchName::health_check(*side), WatchName::targets(*side)];
    let mut wanted: Vec<WatchName> = aim.taking_over.iter().flat_map(of).collect();
    if drill.objectives.data_loss.is_some() && !aim.taking_over.is_empty() {
        wanted.push(WatchName::lag());
    }
    let chosen = probes.iter().filter(|probe| wanted.contains(&probe.watch()));
    join_all(chosen.map(|probe| async { (probe.watch(), probe.look().await) })).await.into_iter().collect()
}

/// A place, and what it reads there.
type Sign = (String, Result<Option<String>, String>);

/// Every place where a freeze may be announced; a parameter is looked for in both regions, for either may hold it.
async fn freezes(aws: &Aws, at: &Freeze, on_this_machine: bool) -> Vec<Sign> {
    let mut all: Vec<Sign> = at.file.iter().filter(|_| on_this_machine).map(|path| file(path)).collect();
    if let Some(name) = &at.parameter {
        for side in Side::BOTH {
            let read = Box::pin(aws.parameter(side, name)).await;
            let read =
                read.map(|found| found.map(|parameter| parameter.value)).map_err(|why| why.to_string());
            all.push((format!("parameter {name} in {}", aws.region(side)), read));
        }
    }
    all
}

fn file(path: &str) -> Sign {
    let read = match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    (format!("the file {path}"), read)
}
