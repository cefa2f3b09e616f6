//! Instances: those whose agent reports.
//! Invariant: nothing happens at rest: the last report is computed from the agent's own rhythm when it is asked for.
//! Used by: `ssm_operate`.

use super::get::listing;
use crate::lab::world::{
    World,
    call::{Call, Params, Reply, Service, Tree},
    iam::look::{items, text},
    rng::Rng,
};

/// `DescribeInstanceInformation`.
pub(super) fn describe(world: &mut World, call: &Call) -> Reply {
    let region = call.region.clone();
    let own = world.ssm.managed.iter().filter(|((at, _), _)| *at == region);
    let own: Vec<_> = own.map(|((_, id), name)| (id.clone(), name.clone())).collect();
    let mut trees = Vec::new();
    for (id, name) in own {
        // An instance that is gone is no longer listed.
        if let Some(tree) = one(world, &region, &id, &name).filter(|tree| fits(tree, &call.params)) {
            trees.push(tree);
        }
    }
    listing("InstanceInformationList", trees, &call.params, 50)
}

fn one(world: &mut World, region: &str, id: &str, name: &str) -> Option<Tree> {
    let found = world.look(Service::Ec2, "DescribeInstances", region, &[("InstanceId.1", id)]).ok()?;
    let instance = items(items(&found, "reservationSet").first()?, "instancesSet").first()?.clone();
    let online = text(&instance, "instanceState.name").as_deref() == Some("running");
    let every = world.ssm.settings.ping_seconds.max(1);
    let phase = i64::try_from(Rng::stream(world.seed(), id).below(every.unsigned_abs())).unwrap_or(0);
    let second = (world.now().as_second() - phase).div_euclid(every) * every + phase;
    Some(Tree::map([
        ("InstanceId", Tree::text(id)),
        ("PingStatus", Tree::text(if online { "Online" } else { "ConnectionLost" })),
        ("LastPingDateTime", jiff::Timestamp::from_second(second).ok().map(Tree::Time)),
        ("AgentVersion", Tree::text(&world.ssm.settings.agent_version)),
        ("IsLatestVersion", Some(Tree::Bool(true))),
        ("PlatformType", Tree::text("Linux")),
        ("PlatformName", Tree::text("Amazon Linux")),
        ("PlatformVersion", Tree::text("2023")),
        ("ResourceType", Tree::text("EC2Instance")),
        ("IPAddress", text(&instance, "privateIpAddress").map(Tree::Text)),
        ("ComputerName", Tree::text(name)),
    ]))
}

fn fits(tree: &Tree, params: &Params) -> bool {
    let filters = params
        .list("Filters")
        .into_iter()
        .map(|own| (own.text("Key").map(str::to_owned), own.texts("Values")));
    let older = params.list("InstanceInformationFilterList");
    let older = older.into_iter().map(|own| (own.text("key").map(str::to_owned), own.texts("valueSet")));
    filters.chain(older).all(|(key, values)| match key.as_deref() {
        Some("InstanceIds") => text(tree, "InstanceId").is_some_and(|id| values.contains(&id)),
        Some("PingStatus") => text(tree, "PingStatus").is_some_and(|status| values.contains(&status)),
        Some("PlatformTypes") => values.iter().any(|value| value == "Linux"),
        Some("ResourceType") => values.iter().any(|value| value == "EC2Instance"),
        _ => false,
    })
}
