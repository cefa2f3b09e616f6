//! Machine: breakages inside of instances.
//! Invariant: an instance that several breakages speak of does what the newest says.
//! Used by: `breakage`.

use std::time::Duration;

use super::{
    effect::Effect,
    error::BreakError,
    look::{Machine, call},
    with::With,
};
use crate::lab::world::{World, call::Service, ec2::model::App};

/// How long an application that flaps stays on each side.
const FLAPS: Duration = Duration::from_secs(30);

type Effects = Result<Vec<Effect>, BreakError>;

/// `app-down`.
pub(super) fn down(world: &mut World, with: &With) -> Effects {
    apps(world, with, App::Down)
}

/// `app-mute`.
pub(super) fn mute(world: &mut World, with: &With) -> Effects {
    apps(world, with, App::Mute)
}

/// `app-failing`.
pub(super) fn failing(world: &mut World, with: &With) -> Effects {
    let status = with.number("status", 400, 599)?.and_then(|status| u16::try_from(status).ok());
    apps(world, with, App::Failing(status.unwrap_or(500)))
}

/// `flapping`.
pub(super) fn flapping(world: &mut World, with: &With) -> Effects {
    let every = with.duration("every")?.unwrap_or(FLAPS);
    let machines = meant(world, with)?.into_iter();
    let flaps = |machine: Machine| {
        let Machine { region, instance, .. } = machine;
        Effect::Flaps { region, instance, every, down: true }
    };
    Ok(machines.map(flaps).collect())
}

/// `instance-gone`: the call that someone else makes is AWS's own.
pub(super) fn gone(world: &mut World, with: &With) -> Effects {
    let machine = one(world, with.need("instance"))?;
    let instance = [("InstanceId.1", machine.instance.as_str())];
    let stop = call(Service::Ec2, "StopInstances", &machine.region, &instance);
    world.operate(&stop).map_err(BreakError::Refused)?;
    Ok(vec![Effect::Outsider {
        undo: vec![call(Service::Ec2, "StartInstances", &machine.region, &instance)],
    }])
}

/// The instances that do not answer any more, for a zone or a region.
pub(super) fn unreachable(machines: Vec<Machine>) -> impl Iterator<Item = Effect> {
    machines.into_iter().map(|machine| app(machine, App::Mute))
}

fn apps(world: &mut World, with: &With, does: App) -> Effects {
    Ok(meant(world, with)?.into_iter().map(|machine| app(machine, does)).collect())
}

fn app(machine: Machine, app: App) -> Effect {
    Effect::App { region: machine.region, instance: machine.instance, app }
}

/// The instances of the region, of the environment, or the one that was said.
fn meant(world: &mut World, with: &With) -> Result<Vec<Machine>, BreakError> {
    if let Some(instance) = with.text("instance") {
        return one(world, instance).map(|machine| vec![machine]);
    }
    let (found, what) = match with.text("environment") {
        Some(environment) => {
            let all = everywhere(world)?.into_iter();
            let own = all.filter(|machine| machine.environment == environment).collect();
            (own, format!("instance of an environment {environment}"))
        }
        None => {
            let region = world.breakable_region(with.need("region"))?;
            let all = world.breakable_machines(&region)?.into_iter();
            // Bastions and the like are no part of any site.
            let own = all.filter(|machine| !machine.environment.is_empty()).collect();
            (own, format!("environment with instances in {region}"))
        }
    };
    let found: Vec<Machine> = found;
    if found.is_empty() { Err(BreakError::Nothing(what)) } else { Ok(found) }
}

fn one(world: &mut World, instance: &str) -> Result<Machine, BreakError> {
    let found = everywhere(world)?.into_iter().find(|machine| machine.instance == instance);
    found.ok_or_else(|| BreakError::Nothing(format!("instance {instance}")))
}

fn everywhere(world: &mut World) -> Result<Vec<Machine>, BreakError> {
    let mut all = Vec::new();
    for region in world.breakable_regions() {
        all.extend(world.breakable_machines(&region)?);
    }
    Ok(all)
}
