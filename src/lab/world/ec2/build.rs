//! Build: the reference deployment's networks.
//! Invariant: ids come from the seed; everything else is fixed.
//! Used by: `World::reference`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;

use super::{
    cidr::Cidr,
    model::{
        Acl, App, Group, Instance, Interface, Network, Owner, Peer, Peering, PeeringSide, PrefixList, Route,
        RouteTable, RouteTarget, Rule, RuleKey, Rules, Subnet, Tags, Vpc,
    },
};
use crate::lab::world::{
    reference::{ACCOUNT, ALLOW_KEY, ALLOW_VALUE, REGIONS, Region, stack},
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

/// Builds both regions' networks and the peering between them.
pub(super) fn networks(seed: u64, rng: &mut Rng, now: Timestamp) -> BTreeMap<String, Network> {
    let mut networks: BTreeMap<String, Network> =
        REGIONS.iter().map(|region| (region.code.to_owned(), network(region, seed, rng, now))).collect();
    peer(&mut networks, rng);
    networks
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

/// The ranges of a region: its network, then public a and c, then private a and c.
fn range(region: &Region, third: u8, length: u8) -> Cidr {
    Cidr::v4(Ipv4Addr::new(10, region.octet, third, 0), length)
}

fn network(region: &'static Region, seed: u64, rng: &mut Rng, now: Timestamp) -> Network {
    let mut network = Network::default();
    let vpc = id(rng, "vpc");
    network.vpcs.insert(vpc.clone(), Vpc { range: range(region, 0, 16) });
    tag(&mut network, &vpc, region, "vpc");
    for (index, zone) in region.zones.into_iter().enumerate() {
        for (public, third) in [(true, 0), (false, 100)] {
            let third = third + u8::try_from(index).unwrap_or(0);
            let subnet = id(rng, "subnet");
            let kind = if public { "public" } else { "private" };
            tag(&mut network, &subnet, region, &format!("{kind}-{}", &zone[zone.len() - 1..]));
            let range = range(region, third, 24);
            network.subnets.insert(subnet, Subnet { vpc: vpc.clone(), zone, range, public });
        }
    }
    groups(&mut network, region, &vpc, &stack(seed, region), rng);
    instances(&mut network, region, rng, now);
    routes(&mut network, region, &vpc, rng);
    network
}

fn groups(network: &mut Network, region: &Region, vpc: &str, stack: &str, rng: &mut Rng) {
    let office = id(rng, "pl");
    let entries =
        [(0, 26), (64, 27)].map(|(last, length)| Cidr::v4(Ipv4Addr::new(203, 0, 113, last), length));
    let list =
        PrefixList { name: "office".into(), entries: entries.into(), max_entries: 10, owner: ACCOUNT.into() };
    network.prefix_lists.insert(office.clone(), list);
    tag(network, &office, region, "office");

    let [balancer, instances, bastion, database] = [(); 4].map(|()| id(rng, "sg"));
    let web = |port| [Cidr::WORLD, Cidr::WORLD_V6].map(|world| ingress(port, Peer::Range(world), None));
    let everywhere = web(80).into_iter().chain(web(443)).collect();
    add_group(
        network,
        region,
        vpc,
        &balancer,
        &format!("{stack}-AWSEBLoadBalancerSecurityGroup"),
        everywhere,
        rng,
    );

    let mut from_balancer = ingress(80, Peer::Group(balancer), Some("HTTP from the load balancer"));
    from_balancer.tags = Tags::from([
        ("Name".to_owned(), format!("{}-http", region.city)),
        ("owner".to_owned(), "web-team".to_owned()),
    ]);
    let admin = ingress(22, Peer::Group(bastion.clone()), Some("SSH from the bastion"));
    let rules = vec![from_balancer, admin];
    add_group(network, region, vpc, &instances, &format!("{stack}-AWSEBSecurityGroup"), rules, rng);

    let rules = vec![ingress(22, Peer::PrefixList(office), Some("SSH from the offices"))];
    add_group(network, region, vpc, &bastion, &format!("{}-bastion", region.city), rules, rng);

    let other = REGIONS.iter().find(|other| other.code != region.code).unwrap_or(region);
    let peer = Peer::Range(range(other, 0, 16));
    let rules = vec![
        ingress(3306, Peer::Group(instances), Some("MySQL from the web instances")),
        ingress(3306, peer, Some("MySQL from the other region, through the peering")),
    ];
    add_group(network, region, vpc, &database, &format!("{}-database", region.city), rules, rng);
}

fn add_group(
    network: &mut Network,
    region: &Region,
    vpc: &str,
    group: &str,
    name: &str,
    mut rules: Vec<Rule>,
    rng: &mut Rng,
) {
    let key = RuleKey { egress: true, protocol: "-1".into(), ports: None, peer: Peer::Range(Cidr::WORLD) };
    rules.push(Rule { key, description: None, tags: Tags::new() });
    let rules: Rules = rules.into_iter().map(|rule| (id(rng, "sgr"), rule)).collect();
    let made = Group {
        name: name.to_owned(),
        description: format!("{} of wordpress in {}", name.rsplit('-').next().unwrap_or(name), region.city),
        vpc: vpc.to_owned(),
        configured: rules.clone(),
        described: rules.clone(),
        effective: rules,
        version: 0,
        described_version: 0,
        effective_version: 0,
    };
    network.groups.insert(group.to_owned(), made);
    tag(network, group, region, name);
}

fn ingress(port: i32, peer: Peer, description: Option<&str>) -> Rule {
    let key = RuleKey { egress: false, protocol: "tcp".into(), ports: Some((port, port)), peer };
    Rule { key, description: description.map(str::to_owned), tags: Tags::new() }
}

fn instances(network: &mut Network, region: &'static Region, rng: &mut Rng, now: Timestamp) {
    let image = id(rng, "ami");
    let web = group_of(network, Role::Instances).unwrap_or_default();
    let launched = now.saturating_sub(jiff::SignedDuration::from_hours(24 * 9)).unwrap_or(now);
    for (index, zone) in region.zones.into_iter().enumerate() {
        let third = 100 + u8::try_from(index).unwrap_or(0);
        let private = Ipv4Addr::new(10, region.octet, third, 20 + u8::try_from(rng.below(200)).unwrap_or(0));
        let instance = id(rng, "i");
        let interface = add_interface(
            network,
            zone,
            (private, None),
            vec![web.clone()],
            Owner::Instance(instance.clone()),
            rng,
        );
        tag(network, &instance, region, region.environment);
        let tags = network.tags.entry(instance.clone()).or_default();
        tags.insert("elasticbeanstalk:environment-name".into(), region.environment.into());
        let reservation = id(rng, "r");
        let made = Instance {
            interface,
            kind: "t3.small",
            zone,
            image: image.clone(),
            reservation,
            launched,
            app: App::Serving,
        };
        network.instances.insert(instance, made);
    }
}

/// Adds an interface in the subnet of this zone that fits: public if it has a public address.
pub(in crate::lab) fn add_interface(
    network: &mut Network,
    zone: &str,
    (private, public): (Ipv4Addr, Option<Ipv4Addr>),
    groups: Vec<String>,
    owner: Owner,
    rng: &mut Rng,
) -> String {
    let interface = id(rng, "eni");
    let fits = |subnet: &&Subnet| subnet.zone == zone && subnet.public == public.is_some();
    let subnet = network.subnets.iter().find(|(_, s)| fits(s)).map(|(id, _)| id.clone()).unwrap_or_default();
    let effective_groups = groups.clone();
    let made = Interface { subnet, private, public, groups, effective_groups, owner };
    network.interfaces.insert(interface.clone(), made);
    interface
}

fn routes(network: &mut Network, region: &Region, vpc: &str, rng: &mut Rng) {
    let local = Route { destination: range(region, 0, 16), target: RouteTarget::Local };
    let outward = [(true, RouteTarget::Gateway(id(rng, "igw"))), (false, RouteTarget::Nat(id(rng, "nat")))];
    for (public, target) in outward {
        let table = id(rng, "rtb");
        let served: Vec<String> =
            network.subnets.iter().filter(|(_, s)| s.public == public).map(|(id, _)| id.clone()).collect();
        let associations = served.into_iter().map(|subnet| (id(rng, "rtbassoc"), subnet)).collect();
        let routes = vec![local.clone(), Route { destination: Cidr::WORLD, target }];
        let made = RouteTable { vpc: vpc.to_owned(), main: public, associations, routes };
        network.route_tables.insert(table.clone(), made);
        tag(network, &table, region, if public { "public" } else { "private" });
    }
    let acl = id(rng, "acl");
    let subnets: Vec<String> = network.subnets.keys().cloned().collect();
    let associations = subnets.into_iter().map(|subnet| (id(rng, "aclassoc"), subnet)).collect();
    network.acls.insert(acl.clone(), Acl { vpc: vpc.to_owned(), associations });
    tag(network, &acl, region, "default");
}

fn peer(networks: &mut BTreeMap<String, Network>, rng: &mut Rng) {
    let peering = id(rng, "pcx");
    let sides = REGIONS.map(|region| {
        let vpcs = networks.get(region.code).map(|network| &network.vpcs);
        let vpc = vpcs.and_then(|vpcs| vpcs.keys().next()).cloned().unwrap_or_default();
        PeeringSide { region: region.code, vpc, range: range(&region, 0, 16) }
    });
    let [requester, accepter] = sides.clone();
    for (region, other) in [(&REGIONS[0], &sides[1]), (&REGIONS[1], &sides[0])] {
        let Some(network) = networks.get_mut(region.code) else { continue };
        let made = Peering { requester: requester.clone(), accepter: accepter.clone() };
        network.peerings.insert(peering.clone(), made);
        tag(network, &peering, region, "seoul-tokyo");
        for table in network.route_tables.values_mut() {
            let target = RouteTarget::Peering(peering.clone());
            table.routes.push(Route { destination: other.range, target });
        }
    }
}

/// Every resource carries its name, its deployment and the leave to change it.
fn tag(network: &mut Network, resource: &str, region: &Region, name: &str) {
    let name = if name.contains(region.city) { name.to_owned() } else { format!("{}-{name}", region.city) };
    let tags = [("Name", name.as_str()), ("deployment", "wordpress"), (ALLOW_KEY, ALLOW_VALUE)];
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    network.tags.entry(resource.to_owned()).or_default().extend(tags);
}

/// An id as EC2 makes them: `sg-0123456789abcdef0`.
pub(in crate::lab) fn id(rng: &mut Rng, kind: &str) -> String {
    format!("{kind}-0{}", rng.hex(16))
}
