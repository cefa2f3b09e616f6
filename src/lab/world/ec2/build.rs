//! Build: one function for each kind of resource, from plain values.
//! Invariant: what is built is settled; ids come from the given stream.
//! Not here: what the reference deployment consists of (see `start`), what a caller may ask for (see the operations).
//! Used by: `start`, the creating operations, `elb`.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use jiff::Timestamp;

use super::{
    lagging::Lagging,
    model::{
        Acl, AclEntries, AclEntry, Address, App, Bond, Destination, Group, Image, Instance, InstanceState,
        Interface, KeyPair, Nat, Network, Owner, Peer, PrefixList, Route, RouteTable, RouteTarget, Rule,
        RuleKey, Rules, Subnet, Tags, Vpc,
    },
};
use crate::lab::world::cidr::Cidr;
use crate::lab::world::rng::Rng;

/// An id as EC2 makes them: `sg-0123456789abcdef0`.
pub(in crate::lab) fn id(rng: &mut Rng, kind: &str) -> String {
    format!("{kind}-0{}", rng.hex(16))
}

/// A network, without any of the things that AWS makes with it.
pub(in crate::lab) fn vpc(
    network: &mut Network,
    rng: &mut Rng,
    (range, ipv6): (Cidr, Option<Cidr>),
    default: bool,
) -> String {
    let id = id(rng, "vpc");
    let made = Vpc { range, ipv6, default, dns_support: true, dns_hostnames: true };
    network.vpcs.insert(id.clone(), made);
    id
}

/// A subnet; `bind_acl` must follow.
pub(in crate::lab) fn subnet(
    network: &mut Network,
    rng: &mut Rng,
    (vpc, zone): (&str, &str),
    (range, ipv6): (Cidr, Option<Cidr>),
    public: bool,
) -> String {
    let id = id(rng, "subnet");
    let (vpc, zone) = (vpc.to_owned(), zone.to_owned());
    let (acl, table) = (Lagging::default(), Lagging::default());
    network.subnets.insert(id.clone(), Subnet { vpc, zone, range, ipv6, public, acl, table });
    id
}

/// The entries that a default ACL has: everything may pass by rule 100, IPv6 by rule 101 (AWS: VPC guide, default
/// network ACL).
pub(in crate::lab) fn open_entries(ipv6: bool) -> AclEntries {
    let ranges = [(100, Cidr::WORLD)].into_iter().chain(ipv6.then_some((101, Cidr::WORLD_V6)));
    let entry = |range| AclEntry { protocol: "-1".to_owned(), allow: true, range, ports: None, icmp: None };
    ranges.flat_map(|(number, range)| [false, true].map(|egress| ((egress, number), entry(range)))).collect()
}

/// A network ACL.
pub(in crate::lab) fn acl(
    network: &mut Network,
    rng: &mut Rng,
    vpc: &str,
    default: bool,
    entries: AclEntries,
) -> String {
    let id = id(rng, "acl");
    let made = Acl { vpc: vpc.to_owned(), default, entries: Lagging::settled(entries) };
    network.acls.insert(id.clone(), made);
    id
}

/// Binds a subnet to an ACL.
pub(in crate::lab) fn bind_acl(network: &mut Network, rng: &mut Rng, subnet: &str, acl: &str) {
    let bond = Bond { association: id(rng, "aclassoc"), to: acl.to_owned() };
    if let Some(subnet) = network.subnets.get_mut(subnet) {
        subnet.acl = Lagging::settled(bond);
    }
}

/// A route table with its network's own routes; `main` is the association that makes it the main one.
pub(in crate::lab) fn route_table(
    network: &mut Network,
    rng: &mut Rng,
    vpc: &str,
    main: Option<String>,
    routes: Vec<Route>,
) -> String {
    let id = id(rng, "rtb");
    let own = network.vpcs.get(vpc);
    let ranges = own.into_iter().flat_map(|vpc| [Some(vpc.range), vpc.ipv6]).flatten();
    let local = |range| Route { destination: Destination::Range(range), target: RouteTarget::Local };
    let routes: Vec<Route> = ranges.map(local).chain(routes).collect();
    let made = RouteTable { vpc: vpc.to_owned(), main, routes: Lagging::settled(routes) };
    network.route_tables.insert(id.clone(), made);
    id
}

/// Binds a subnet to a route table.
pub(in crate::lab) fn bind_table(network: &mut Network, rng: &mut Rng, subnet: &str, table: &str) {
    let bond = Bond { association: id(rng, "rtbassoc"), to: table.to_owned() };
    if let Some(subnet) = network.subnets.get_mut(subnet) {
        subnet.table = Lagging::settled(Some(bond));
    }
}

/// Adds a settled route to a table.
pub(in crate::lab) fn add_route(network: &mut Network, table: &str, destination: Cidr, target: RouteTarget) {
    if let Some(table) = network.route_tables.get_mut(table) {
        let mut routes = table.routes.configured.clone();
        routes.push(Route { destination: Destination::Range(destination), target });
        table.routes = Lagging::settled(routes);
    }
}

/// An internet gateway, attached to a network.
pub(in crate::lab) fn internet_gateway(network: &mut Network, rng: &mut Rng, vpc: &str) -> String {
    let id = id(rng, "igw");
    network.gateways.insert(id.clone(), Some(vpc.to_owned()));
    id
}

/// An elastic address, for `give_address`.
pub(in crate::lab) fn elastic_address(network: &mut Network, rng: &mut Rng, public: Ipv4Addr) -> String {
    let id = id(rng, "eipalloc");
    network.addresses.insert(id.clone(), Address { public, association: None });
    id
}

/// Gives an elastic address to an interface.
pub(in crate::lab) fn give_address(network: &mut Network, rng: &mut Rng, allocation: &str, interface: &str) {
    let association = id(rng, "eipassoc");
    let Some(address) = network.addresses.get_mut(allocation) else { return };
    address.association = Some((association, interface.to_owned()));
    if let Some(interface) = network.interfaces.get_mut(interface) {
        interface.public = Some(address.public);
    }
}

/// A NAT gateway called `id` in a public subnet, on an interface of its own, with an elastic address.
pub(in crate::lab) fn nat_gateway(
    network: &mut Network,
    rng: &mut Rng,
    id: &str,
    (subnet, interface): (&str, &str),
    public: Ipv4Addr,
    created: Timestamp,
) {
    let allocation = elastic_address(network, rng, public);
    give_address(network, rng, &allocation, interface);
    attach(network, interface, created);
    let made = Nat { subnet: subnet.to_owned(), interface: interface.to_owned(), allocation, created };
    network.nats.insert(id.to_owned(), made);
}

/// A list of ranges.
pub(in crate::lab) fn prefix_list(
    network: &mut Network,
    rng: &mut Rng,
    (name, owner): (&str, &str),
    entries: BTreeSet<Cidr>,
    max_entries: usize,
) -> String {
    let id = id(rng, "pl");
    let made = PrefixList { name: name.to_owned(), entries, max_entries, owner: owner.to_owned() };
    network.prefix_lists.insert(id.clone(), made);
    id
}

/// A rule for one TCP port.
pub(in crate::lab) fn ingress(port: i32, peer: Peer, description: Option<&str>) -> Rule {
    let key = RuleKey { egress: false, protocol: "tcp".into(), ports: Some((port, port)), peer };
    Rule { key, peered: None, description: description.map(str::to_owned), tags: Tags::new() }
}

/// The rule that every new group has: everything may go out. A network with IPv6 has a second one.
pub(in crate::lab) fn egress_everywhere(range: Cidr) -> Rule {
    let key = RuleKey { egress: true, protocol: "-1".into(), ports: None, peer: Peer::Range(range) };
    Rule { key, peered: None, description: None, tags: Tags::new() }
}

/// The rules that every new group has: everything may go out, in a network with IPv6 by either family (AWS: VPC guide,
/// security group rules).
pub(in crate::lab) fn new_groups_egress(ipv6: bool) -> Vec<Rule> {
    let ranges = [Cidr::WORLD].into_iter().chain(ipv6.then_some(Cidr::WORLD_V6));
    ranges.map(egress_everywhere).collect()
}

/// A security group called `id`, with exactly these rules.
pub(in crate::lab) fn group(
    network: &mut Network,
    rng: &mut Rng,
    (id, vpc): (&str, &str),
    (name, description): (&str, &str),
    rules: Vec<Rule>,
) {
    let rules: Rules = rules.into_iter().map(|rule| (self::id(rng, "sgr"), rule)).collect();
    network.rule_groups.extend(rules.keys().map(|rule| (rule.clone(), id.to_owned())));
    let made = Group {
        name: name.to_owned(),
        description: description.to_owned(),
        vpc: vpc.to_owned(),
        rules: Lagging::settled(rules),
    };
    network.groups.insert(id.to_owned(), made);
}

/// An interface in a subnet, with an address that is free there.
pub(in crate::lab) fn interface(
    network: &mut Network,
    rng: &mut Rng,
    subnet: &str,
    groups: Vec<String>,
    owner: Owner,
) -> String {
    let taken: BTreeSet<Ipv4Addr> = network
        .interfaces
        .values()
        .filter(|interface| interface.subnet == subnet)
        .map(|interface| interface.private)
        .collect();
    let range = network.subnets.get(subnet).map_or(Cidr::WORLD, |subnet| subnet.range);
    let private = free_address(range, &taken, rng).unwrap_or(Ipv4Addr::UNSPECIFIED);
    interface_at(network, rng, subnet, (private, None), groups, owner)
}

/// An address of a range that nobody has. AWS keeps the first four and the last one for itself (VPC guide, subnet CIDR).
pub(in crate::lab) fn free_address(
    range: Cidr,
    taken: &BTreeSet<Ipv4Addr>,
    rng: &mut Rng,
) -> Option<Ipv4Addr> {
    let (IpAddr::V4(first), size) = (range.first(), range.size()) else { return None };
    let usable = size.checked_sub(5).filter(|usable| *usable > 0)?;
    let start = rng.below(usable);
    (0..usable)
        .map(|step| 4 + (start + step) % usable)
        .filter_map(|offset| {
            Some(Ipv4Addr::from_bits(first.to_bits().checked_add(u32::try_from(offset).ok()?)?))
        })
        .find(|address| !taken.contains(address))
}

/// An interface in a subnet at these addresses.
pub(in crate::lab) fn interface_at(
    network: &mut Network,
    rng: &mut Rng,
    subnet: &str,
    (private, public): (Ipv4Addr, Option<Ipv4Addr>),
    groups: Vec<String>,
    owner: Owner,
) -> String {
    let id = id(rng, "eni");
    let range = network.subnets.get(subnet).and_then(|subnet| subnet.ipv6);
    let ipv6 = range.and_then(|range| v6_address(range, private));
    let source_dest_check = !matches!(owner, Owner::Nat(_));
    let made = Interface {
        subnet: subnet.to_owned(),
        private,
        public,
        ipv6,
        effective_groups: groups.clone(),
        groups,
        owner,
        attached: None,
        source_dest_check,
        description: String::new(),
    };
    network.interfaces.insert(id.clone(), made);
    id
}

/// Says since when an interface is attached to what it belongs to.
pub(in crate::lab) fn attach(network: &mut Network, interface: &str, since: Timestamp) {
    if let Some(interface) = network.interfaces.get_mut(interface) {
        interface.attached = Some(since);
    }
}

/// The address in an IPv6 range that goes with a private address, so that it is as unique.
fn v6_address(range: Cidr, private: Ipv4Addr) -> Option<Ipv6Addr> {
    let IpAddr::V6(first) = range.first() else { return None };
    Some(Ipv6Addr::from_bits(first.to_bits() | u128::from(private.to_bits())))
}

/// What a machine is made of.
#[derive(Debug, Clone)]
pub(in crate::lab) struct MachinePlan {
    /// Its image.
    pub(in crate::lab) image: String,
    /// Its type.
    pub(in crate::lab) kind: String,
    /// Its key, if it has one.
    pub(in crate::lab) key_name: Option<String>,
    /// The ARN of its instance profile, if it has one.
    pub(in crate::lab) profile: Option<String>,
    /// What its application does once it is up.
    pub(in crate::lab) app: App,
}

/// A machine called `id` with its interface; running since `launched`.
pub(in crate::lab) fn machine(
    network: &mut Network,
    rng: &mut Rng,
    id: &str,
    interface: &str,
    plan: MachinePlan,
    launched: Timestamp,
) {
    attach(network, interface, launched);
    let held = network.interfaces.get(interface).map(|interface| interface.subnet.as_str());
    let subnet = held.and_then(|subnet| network.subnets.get(subnet));
    let made = Instance {
        interface: interface.to_owned(),
        kind: plan.kind,
        zone: subnet.map(|subnet| subnet.zone.clone()).unwrap_or_default(),
        image: plan.image,
        key_name: plan.key_name,
        profile: plan.profile,
        reservation: self::id(rng, "r"),
        launched,
        state: InstanceState::Running,
        since: launched,
        turn: 0,
        rebooting: false,
        reason: String::new(),
        app: plan.app,
        keep: false,
        keep_running: false,
    };
    network.instances.insert(id.to_owned(), made);
}

/// An image.
pub(in crate::lab) fn image(
    network: &mut Network,
    id: &str,
    (name, description): (&str, &str),
    created: Timestamp,
) {
    let made = Image { name: name.to_owned(), description: description.to_owned(), created };
    network.images.insert(id.to_owned(), made);
}

/// A key to log in with.
pub(in crate::lab) fn key_pair(network: &mut Network, rng: &mut Rng, name: &str, created: Timestamp) {
    let fingerprint: Vec<String> = (0..20).map(|_| rng.hex(2)).collect();
    let made = KeyPair { id: id(rng, "key"), fingerprint: fingerprint.join(":"), created };
    network.key_pairs.insert(name.to_owned(), made);
}
