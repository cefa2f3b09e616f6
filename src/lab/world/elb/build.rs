//! Build: the reference deployment's balancers.
//! Invariant: as Beanstalk makes them: one per environment, two nodes, ports 80 and 443 both forwarded, and the process
//! defaults for health checks. A redirect from 80 to 443 would hide a fault behind it from checks of port 80.
//! Used by: `World::reference`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Duration,
};

use jiff::Timestamp;

use super::model::{Balancer, Check, Health, Listener, Node, Target, TargetGroup, View};
use crate::lab::world::{
    ec2::{
        Role, add_interface, group_of,
        model::{App, Network, Owner},
    },
    reference::{ACCOUNT, ALLOW_KEY, ALLOW_VALUE, Region, environment_id},
    rng::Rng,
};

/// AWS: an environment process checks every 15 s, waits 5 s, and turns after 3 passes or 5 failures (Beanstalk guide,
/// general options, `aws:elasticbeanstalk:environment:process:default`).
pub(super) fn process_defaults() -> Check {
    Check {
        interval: Duration::from_secs(15),
        timeout: Duration::from_secs(5),
        healthy_after: 3,
        unhealthy_after: 5,
        path: "/".to_owned(),
        matcher: 200,
    }
}

/// Builds a region's balancer and its interfaces.
pub(super) fn balancer(
    network: &mut Network,
    seed: u64,
    region: &Region,
    rng: &mut Rng,
    now: Timestamp,
) -> Balancer {
    let name = format!("awseb--AWSEB-{}", letters(rng, 12));
    let dns_name =
        format!("{name}-{}.{}.elb.amazonaws.com", 100_000_000 + rng.below(1_900_000_000), region.code);
    let prefix = format!("arn:aws:elasticloadbalancing:{}:{ACCOUNT}", region.code);
    let path = format!("app/{name}/{}", rng.hex(16));
    let groups: Vec<String> = group_of(network, Role::Balancer).into_iter().collect();
    let nodes = nodes(network, region, &path, &groups, rng);
    let listeners = [(80, None), (443, Some(certificate(region, rng)))].map(|(port, certificate)| {
        let listener = format!("{path}/{}", rng.hex(16));
        let arn = format!("{prefix}:listener/{listener}");
        let rule_arn = format!("{prefix}:listener-rule/{listener}/{}", rng.hex(16));
        Listener { arn, rule_arn, port, certificate }
    });
    let arn = format!("{prefix}:loadbalancer/{path}");
    let targets = target_group(network, &prefix, nodes.len(), rng);
    let mut tags = BTreeMap::new();
    for resource in [&arn, &targets.arn] {
        tags.insert(resource.clone(), own_tags(seed, region));
    }
    Balancer {
        arn,
        name,
        dns_name,
        zone_id: region.balancer_zone,
        vpc: network.vpcs.keys().next().cloned().unwrap_or_default(),
        groups,
        created: now.saturating_sub(jiff::SignedDuration::from_hours(24 * 200)).unwrap_or(now),
        nodes,
        listeners: listeners.into(),
        targets,
        tags,
        open: BTreeSet::new(),
        tracked: BTreeSet::new(),
        warm: BTreeMap::new(),
        turn: 0,
        noted: BTreeMap::new(),
    }
}

fn nodes(network: &mut Network, region: &Region, path: &str, groups: &[String], rng: &mut Rng) -> Vec<Node> {
    let places = region.zones.into_iter().zip(region.balancer).enumerate();
    places
        .map(|(index, (zone, public))| {
            let third = u8::try_from(index).unwrap_or(0);
            let last = 20 + u8::try_from(rng.below(200)).unwrap_or(0);
            let private = Ipv4Addr::new(10, region.octet, third, last);
            let owner = Owner::Balancer(path.to_owned());
            let interface =
                add_interface(network, zone, (private, Some(public)), groups.to_vec(), owner, rng);
            let subnet = network.interfaces[&interface].subnet.clone();
            Node { zone, subnet, interface, public }
        })
        .collect()
}

fn target_group(network: &Network, prefix: &str, nodes: usize, rng: &mut Rng) -> TargetGroup {
    let name = format!("awseb-AWSEB-{}", letters(rng, 12));
    let arn = format!("{prefix}:targetgroup/{name}/{}", rng.hex(16));
    let view = View { health: Health::Healthy, against: 0 };
    let serving = network.instances.iter().filter(|(_, instance)| instance.app == App::Serving);
    let targets = serving.map(|(id, instance)| Target {
        instance: id.clone(),
        zone: instance.zone.clone(),
        views: vec![view; nodes],
        reported: Health::Healthy,
    });
    TargetGroup { arn, name, port: 80, check: process_defaults(), targets: targets.collect() }
}

fn certificate(region: &Region, rng: &mut Rng) -> String {
    let id = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
    format!("arn:aws:acm:{}:{ACCOUNT}:certificate/{id}", region.code)
}

fn own_tags(seed: u64, region: &Region) -> BTreeMap<String, String> {
    let environment = environment_id(seed, region);
    [
        ("Name", region.environment),
        ("deployment", "wordpress"),
        (ALLOW_KEY, ALLOW_VALUE),
        ("elasticbeanstalk:environment-id", environment.as_str()),
        ("elasticbeanstalk:environment-name", region.environment),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

/// Upper-case letters and digits, as CloudFormation ends names.
fn letters(rng: &mut Rng, length: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length).map(|_| char::from(letters[rng.below(36) as usize])).collect()
}
