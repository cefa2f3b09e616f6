//! Start: the reference deployment's networks, bastions and machines.
//! Invariant: ids come from the seed; everything else is fixed.
//! Not here: how one resource is made (see `build`).
//! Used by: `World::reference`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::{SignedDuration, Timestamp};

use super::{
    build::{self, MachinePlan, ingress},
    model::{
        App, Network, Owner, Peer, Peering, PeeringSide, PeeringStatus, Route, RouteTarget, Rule, RuleKey,
        Tags,
    },
};
use crate::lab::world::cidr::Cidr;
use crate::lab::world::{
    reference::{ACCOUNT, ALLOW_KEY, ALLOW_VALUE, REGIONS, Region, SEOUL, stack},
    rng::Rng,
};

/// The roles of the reference deployment's security groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Role {
    /// The balancer's.
    Balancer,
    /// The web instances'.
    Instances,
    /// The database's.
    Database,
}

/// What can be different, for those who want to meet the traps of real deployments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::lab) struct Variant {
    /// The bastion carries the balancer's group too.
    pub(in crate::lab) shared_group: bool,
    /// The web instances carry a second group, which admits the balancer as well.
    pub(in crate::lab) second_group: bool,
}

/// The id of the group that plays this role.
pub(in crate::lab) fn group_of(network: &Network, role: Role) -> Option<String> {
    let suffix = match role {
        Role::Balancer => "-AWSEBLoadBalancerSecurityGroup",
        Role::Instances => "-AWSEBSecurityGroup",
        Role::Database => "-database",
    };
    network.groups.iter().find(|(_, group)| group.name.ends_with(suffix)).map(|(id, _)| id.clone())
}

/// Two streams: the first for what every world has had from the beginning, the second for what came later, so that no
/// id moves when something is added.
struct Streams<'a> {
    first: &'a mut Rng,
    second: Rng,
}

/// Builds both regions' networks.
pub(super) fn networks(
    seed: u64,
    rng: &mut Rng,
    now: Timestamp,
    variant: Variant,
) -> (BTreeMap<String, Network>, BTreeMap<String, Peering>) {
    let mut streams = Streams { first: rng, second: Rng::stream(seed, "ec2.second") };
    let mut networks: BTreeMap<String, Network> = REGIONS
        .iter()
        .map(|region| (region.code.to_owned(), network(region, seed, &mut streams, now, variant)))
        .collect();
    let peerings = peer(&mut networks, streams.first, now);
    (networks, peerings)
}

/// The ranges of a region: its network, then public a and c, then private a and c.
fn range(region: &Region, third: u8, length: u8) -> Cidr {
    Cidr::v4(Ipv4Addr::new(10, region.octet, third, 0), length)
}

/// A public address of a region's own documentation range.
fn public(region: &Region, last: u8) -> Ipv4Addr {
    let [a, b, c, _] = region.balancer[0].octets();
    Ipv4Addr::new(a, b, c, last)
}

fn network(region: &Region, seed: u64, rng: &mut Streams<'_>, now: Timestamp, variant: Variant) -> Network {
    let mut network = Network {
        account: ACCOUNT.to_owned(),
        zones: region.zones.map(str::to_owned).into(),
        public_pool: Some(Cidr::v4(public(region, 128), 25)),
        ..Network::default()
    };
    let vpc = build::vpc(&mut network, rng.first, (range(region, 0, 16), None), false);
    tag(&mut network, &vpc, region, "vpc");
    for (index, zone) in region.zones.into_iter().enumerate() {
        for (public, third) in [(true, 0), (false, 100)] {
            let third = third + u8::try_from(index).unwrap_or(0);
            let range = (range(region, third, 24), None);
            let subnet = build::subnet(&mut network, rng.first, (&vpc, zone), range, public);
            let kind = if public { "public" } else { "private" };
            tag(&mut network, &subnet, region, &format!("{kind}-{}", &zone[zone.len() - 1..]));
        }
    }
    let ago = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    groups(&mut network, region, &vpc, &stack(seed, region), rng);
    instances(&mut network, region, rng, ago(9));
    routes(&mut network, region, &vpc, rng, ago(200));
    bastion(&mut network, region, rng, ago(120), variant);
    if variant.second_group {
        second_group(&mut network, region, &vpc, rng);
    }
    network
}

fn groups(network: &mut Network, region: &Region, vpc: &str, stack: &str, rng: &mut Streams<'_>) {
    let entries =
        [(0, 26), (64, 27)].map(|(last, length)| Cidr::v4(Ipv4Addr::new(203, 0, 113, last), length));
    let office = build::prefix_list(network, rng.first, ("office", ACCOUNT), entries.into(), 10);
    tag(network, &office, region, "office");

    let [balancer, instances, bastion, database] = [(); 4].map(|()| build::id(rng.first, "sg"));
    let web = |port| [Cidr::WORLD, Cidr::WORLD_V6].map(|world| ingress(port, Peer::Range(world), None));
    let everywhere = web(80).into_iter().chain(web(443)).collect();
    let name = format!("{stack}-AWSEBLoadBalancerSecurityGroup");
    group(network, region, (&balancer, vpc), &name, everywhere, rng.first);

    let mut from_balancer = ingress(80, Peer::Group(balancer), Some("HTTP from the load balancer"));
    from_balancer.tags = Tags::from([
        ("Name".to_owned(), format!("{}-http", region.city)),
        ("owner".to_owned(), "web-team".to_owned()),
    ]);
    let admin = ingress(22, Peer::Group(bastion.clone()), Some("SSH from the bastion"));
    let rules = vec![from_balancer, admin];
    group(network, region, (&instances, vpc), &format!("{stack}-AWSEBSecurityGroup"), rules, rng.first);

    let rules = vec![ingress(22, Peer::PrefixList(office), Some("SSH from the offices"))];
    group(network, region, (&bastion, vpc), &format!("{}-bastion", region.city), rules, rng.first);

    let other = REGIONS.iter().find(|other| other.code != region.code).unwrap_or(region);
    let peer = Peer::Range(range(other, 0, 16));
    let rules = vec![
        ingress(3306, Peer::Group(instances), Some("MySQL from the web instances")),
        ingress(3306, peer, Some("MySQL from the other region, through the peering")),
    ];
    group(network, region, (&database, vpc), &format!("{}-database", region.city), rules, rng.first);

    // AWS makes a group called default with every network: its members reach each other (VPC guide, default groups).
    let default = build::id(&mut rng.second, "sg");
    let mut members = ingress(0, Peer::Group(default.clone()), None);
    members.key = RuleKey { protocol: "-1".into(), ports: None, ..members.key };
    let rules = vec![members, build::egress_everywhere(Cidr::WORLD)];
    let words = ("default", "default VPC security group");
    build::group(network, &mut rng.second, (&default, vpc), words, rules);
}

fn group(
    network: &mut Network,
    region: &Region,
    (id, vpc): (&str, &str),
    name: &str,
    mut rules: Vec<Rule>,
    rng: &mut Rng,
) {
    rules.push(build::egress_everywhere(Cidr::WORLD));
    let description = format!("{} of wordpress in {}", name.rsplit('-').next().unwrap_or(name), region.city);
    build::group(network, rng, (id, vpc), (name, &description), rules);
    tag(network, id, region, name);
}

fn instances(network: &mut Network, region: &Region, rng: &mut Streams<'_>, launched: Timestamp) {
    let image = build::id(rng.first, "ami");
    let words =
        ("aws-elasticbeanstalk-amzn-2023-x86_64-php83-hvm", "Elastic Beanstalk PHP 8.3 on Amazon Linux 2023");
    build::image(network, &image, words, launched);
    let web = group_of(network, Role::Instances).unwrap_or_default();
    for (index, zone) in region.zones.into_iter().enumerate() {
        let third = 100 + u8::try_from(index).unwrap_or(0);
        let last = 20 + u8::try_from(rng.first.below(200)).unwrap_or(0);
        let private = Ipv4Addr::new(10, region.octet, third, last);
        let instance = build::id(rng.first, "i");
        let owner = Owner::Instance(instance.clone());
        let interface =
            build::add_interface(network, zone, (private, None), vec![web.clone()], owner, rng.first);
        tag(network, &instance, region, region.environment);
        let tags = network.tags.entry(instance.clone()).or_default();
        tags.insert("elasticbeanstalk:environment-name".into(), region.environment.into());
        let plan = MachinePlan {
            image: image.clone(),
            kind: "t3.small".to_owned(),
            key_name: None,
            profile: Some(profile("aws-elasticbeanstalk-ec2-role")),
            app: App::Serving,
        };
        build::machine(network, rng.first, &instance, &interface, plan, launched);
    }
}

fn profile(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:instance-profile/{name}")
}

fn routes(network: &mut Network, region: &Region, vpc: &str, rng: &mut Streams<'_>, created: Timestamp) {
    let gateway = build::internet_gateway(network, rng.first, vpc);
    tag(network, &gateway, region, "internet");
    let nat = build::id(rng.first, "nat");
    let outward = [(true, RouteTarget::Gateway(gateway)), (false, RouteTarget::Nat(nat.clone()))];
    for (public, target) in outward {
        let to_the_world = Route { destination: super::model::Destination::Range(Cidr::WORLD), target };
        let main = public.then(|| build::id(&mut rng.second, "rtbassoc"));
        let table = build::route_table(network, rng.first, vpc, main, vec![to_the_world]);
        for subnet in subnets(network, vpc, public) {
            build::bind_table(network, rng.first, &subnet, &table);
        }
        tag(network, &table, region, if public { "public" } else { "private" });
    }
    let acl = build::acl(network, rng.first, vpc, true, build::open_entries(false));
    for subnet in network.subnets.keys().cloned().collect::<Vec<_>>() {
        build::bind_acl(network, rng.first, &subnet, &acl);
    }
    tag(network, &acl, region, "default");
    if let Some(subnet) = subnets(network, vpc, true).first() {
        build::nat_gateway(network, &mut rng.second, &nat, subnet, public_nat(region), created);
        tag(network, &nat, region, "nat");
    }
}

fn public_nat(region: &Region) -> Ipv4Addr {
    public(region, 40)
}

fn subnets(network: &Network, vpc: &str, public: bool) -> Vec<String> {
    let own = network.subnets.iter().filter(|(_, subnet)| subnet.vpc == vpc && subnet.public == public);
    own.map(|(id, _)| id.clone()).collect()
}

/// The machine that people log in to first: public, with an elastic address.
fn bastion(
    network: &mut Network,
    region: &Region,
    rng: &mut Streams<'_>,
    launched: Timestamp,
    variant: Variant,
) {
    let rng = &mut rng.second;
    let vpc = network.vpcs.keys().next().cloned().unwrap_or_default();
    let Some(subnet) = subnets(network, &vpc, true).first().cloned() else { return };
    let name = format!("{}-bastion", region.city);
    let own = network.groups.iter().find(|(_, group)| group.name == name).map(|(id, _)| id.clone());
    let shared = variant.shared_group.then(|| group_of(network, Role::Balancer)).flatten();
    let groups = own.into_iter().chain(shared).collect();
    let instance = build::id(rng, "i");
    let interface = build::interface(network, rng, &subnet, groups, Owner::Instance(instance.clone()));
    let image = build::id(rng, "ami");
    let words = ("al2023-ami-2023.6.20250303.0-kernel-6.1-x86_64", "Amazon Linux 2023 AMI");
    build::image(network, &image, words, launched);
    build::key_pair(network, rng, &format!("{}-admin", region.city), launched);
    let plan = MachinePlan {
        image,
        kind: "t3.micro".to_owned(),
        key_name: Some(format!("{}-admin", region.city)),
        profile: Some(profile("bastion")),
        app: App::Down,
    };
    build::machine(network, rng, &instance, &interface, plan, launched);
    let allocation = build::elastic_address(network, rng, public(region, 30));
    build::give_address(network, rng, &allocation, &interface);
    tag(network, &instance, region, &name);
    tag(network, &allocation, region, &name);
}

/// The trap of a group that nobody remembers: what the first group no longer admits, this one still does.
fn second_group(network: &mut Network, region: &Region, vpc: &str, rng: &mut Streams<'_>) {
    let balancer = group_of(network, Role::Balancer).unwrap_or_default();
    let first = group_of(network, Role::Instances).unwrap_or_default();
    let second = build::id(&mut rng.second, "sg");
    let rules = vec![ingress(80, Peer::Group(balancer), Some("HTTP, from before the last migration"))];
    group(network, region, (&second, vpc), &format!("{}-web-legacy", region.city), rules, &mut rng.second);
    for interface in network.interfaces.values_mut().filter(|interface| interface.groups.contains(&first)) {
        interface.groups.push(second.clone());
        interface.effective_groups.push(second.clone());
    }
}

fn peer(
    networks: &mut BTreeMap<String, Network>,
    rng: &mut Rng,
    now: Timestamp,
) -> BTreeMap<String, Peering> {
    let id = build::id(rng, "pcx");
    let sides = REGIONS.map(|region| {
        let vpcs = networks.get(region.code).map(|network| &network.vpcs);
        let vpc = vpcs.and_then(|vpcs| vpcs.keys().next()).cloned().unwrap_or_default();
        PeeringSide { region: region.code.to_owned(), vpc, range: range(&region, 0, 16), resolves: true }
    });
    let [requester, accepter] = sides;
    for (region, other) in [(&REGIONS[0], accepter.range), (&REGIONS[1], requester.range)] {
        let Some(network) = networks.get_mut(region.code) else { continue };
        tag(network, &id, region, &format!("{}-tokyo", SEOUL.city));
        for table in network.route_tables.keys().cloned().collect::<Vec<_>>() {
            build::add_route(network, &table, other, RouteTarget::Peering(id.clone()));
        }
    }
    let (status, message) = (PeeringStatus::Active, "Active".to_owned());
    let since = now.saturating_sub(SignedDuration::from_hours(24 * 200)).unwrap_or(now);
    BTreeMap::from([(id, Peering { requester, accepter, status, since, message })])
}

/// Every resource carries its name, its deployment and the leave to change it.
fn tag(network: &mut Network, resource: &str, region: &Region, name: &str) {
    let name = if name.contains(region.city) { name.to_owned() } else { format!("{}-{name}", region.city) };
    let tags = [("Name", name.as_str()), ("deployment", "wordpress"), (ALLOW_KEY, ALLOW_VALUE)];
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    network.tags.entry(resource.to_owned()).or_default().extend(tags);
}
