//! Testing: how the world's tests make calls and look into replies.

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    World,
    blueprint::read::{REFERENCE, read_text},
    call::{Call, Params, Reply, Service, Tree},
    ec2::{Role, group_of},
    reference::{ACCESS_KEY, CLIENT, Region, SEOUL},
    site::{SiteOutcome, SiteRequest},
};

/// A fresh world at a fixed time, with the seed that all tests share unless they say otherwise.
pub(in crate::lab) fn world() -> World {
    seeded(7)
}

/// A fresh world of this seed.
pub(in crate::lab) fn seeded(seed: u64) -> World {
    World::reference(seed, Timestamp::from_second(1_790_000_000).unwrap_or_default())
}

/// The reference deployment with some stretches of its world file changed, the first of each.
pub(in crate::lab) fn changed(changes: &[(&str, &str)]) -> World {
    let mut text = REFERENCE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    of(&text)
}

/// The world of a file.
pub(in crate::lab) fn of(text: &str) -> World {
    let blueprint = read_text("test.yaml", text).unwrap_or_else(|problems| panic!("{problems:?}"));
    World::build(Arc::new(blueprint), 7, Timestamp::from_second(1_790_000_000).unwrap_or_default())
}

/// A call.
pub(in crate::lab) fn request(
    service: Service,
    operation: &str,
    region: &str,
    params: &[(&str, &str)],
) -> Call {
    let params = Params::new(params.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let (operation, region) = (operation.to_owned(), region.to_owned());
    Call { service, operation, region, access_key: ACCESS_KEY.to_owned(), params }
}

/// Makes a call now.
pub(in crate::lab) fn call(
    world: &mut World,
    service: Service,
    operation: &str,
    region: &str,
    params: &[(&str, &str)],
) -> Reply {
    let now = world.now();
    world.handle(now, &request(service, operation, region, params))
}

/// Takes away (`RevokeSecurityGroupIngress`) or gives back (`AuthorizeSecurityGroupIngress`) the rule by which Seoul's
/// balancer reaches its instances, as the drill does; `dry` only asks whether it may.
pub(in crate::lab) fn web_rule(world: &mut World, operation: &str, dry: bool) -> Reply {
    let network = world.ec2.network(SEOUL.code);
    let [group, peer] =
        [Role::Instances, Role::Balancer].map(|role| group_of(network, role).unwrap_or_default());
    let params = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", peer.as_str()),
        ("DryRun", if dry { "true" } else { "false" }),
    ];
    call(world, Service::Ec2, operation, SEOUL.code, &params)
}

/// Lets `seconds` go by.
pub(in crate::lab) fn wait(world: &mut World, seconds: f64) {
    let then = crate::clock::later(world.now(), Duration::from_secs_f64(seconds));
    world.advance(then);
}

/// The member at a dotted path; numbers are places in lists.
pub(in crate::lab) fn member<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, |tree, part| match tree {
        Tree::Map(members) => members.iter().find(|(name, _)| *name == part).map(|(_, tree)| tree),
        Tree::Dict(members) => members.iter().find(|(name, _)| name == part).map(|(_, tree)| tree),
        Tree::List(_, items) => items.get(part.parse::<usize>().ok()?),
        Tree::Text(_) | Tree::Int(_) | Tree::Float(_) | Tree::Bool(_) | Tree::Time(_) | Tree::Json(_) => None,
    })
}

/// The text at a path; empty if there is none.
pub(in crate::lab) fn text(tree: &Tree, path: &str) -> String {
    match member(tree, path) {
        Some(Tree::Text(text)) => text.clone(),
        Some(Tree::Int(number)) => number.to_string(),
        Some(Tree::Bool(value)) => value.to_string(),
        _ => String::new(),
    }
}

/// The items of the list at a path.
pub(in crate::lab) fn items<'a>(tree: &'a Tree, path: &str) -> &'a [Tree] {
    match member(tree, path) {
        Some(Tree::List(_, items)) => items,
        _ => &[],
    }
}

/// A user's fresh request of the home page of a region, now.
pub(in crate::lab) fn visit(world: &mut World, region: &Region) -> SiteOutcome {
    let now = world.now();
    world.site(now, &get(region, 80))
}

/// A user's request of the home page at a region's first address.
pub(in crate::lab) fn get(region: &Region, port: u16) -> SiteRequest {
    SiteRequest {
        from: CLIENT,
        to: IpAddr::V4(region.balancer[0]),
        port,
        tls: port == 443,
        host: "www.example.com".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        connection: None,
    }
}

/// The status of an answer; 0 if there was none.
pub(in crate::lab) fn status(outcome: &SiteOutcome) -> u16 {
    match outcome {
        SiteOutcome::Answer { status, .. } => *status,
        SiteOutcome::Dropped | SiteOutcome::Refused | SiteOutcome::Silent { .. } => 0,
    }
}
