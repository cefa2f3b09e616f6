//! Reach: whether a connection can be opened, and whether an open one still carries packets.
//! Invariant: judged by what is effective now: routes there and back, network ACLs in both directions at both ends, and
//! security groups. Nothing is remembered here: who keeps connections keeps their `Admission`.
//! Not here: balancers and their pools (see `elb`), clients (see `site`).
//! Used by: `elb` for balancers and their targets, `site` for clients.

use std::{net::IpAddr, ops::RangeInclusive};

use super::{
    State,
    model::{Destination, InstanceState, Interface, Network, Owner, Peer, Route, RouteTarget, Rule, Subnet},
};

/// How a new connection was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) struct Admission {
    /// True if the connection is tracked where it arrives and so outlives the rule there. AWS: a flow is untracked only
    /// if a rule open to the world admits it and a rule in the other direction opens all ports to the world (EC2 user
    /// guide, connection tracking).
    pub(in crate::lab) tracked: bool,
    /// The same where it was opened.
    pub(in crate::lab) tracked_at_source: bool,
}

impl Admission {
    /// Tracked at both ends.
    pub(in crate::lab) const TRACKED: Admission = Admission { tracked: true, tracked_at_source: true };
}

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) enum End<'a> {
    /// Somewhere on the internet.
    Outside(IpAddr),
    /// An interface, by its region and id.
    Interface(&'a str, &'a str),
}

/// An end whose interface has been found.
#[derive(Clone, Copy)]
struct Place<'a> {
    region: &'a str,
    network: &'a Network,
    interface: &'a Interface,
    subnet: &'a Subnet,
}

/// The ports that balancers and NAT gateways open connections from (AWS: VPC guide, ephemeral ports).
const EPHEMERAL: RangeInclusive<u16> = 1_024..=65_535;
/// Those of Linux and of most clients. A range that is only partly open breaks a part of all connections; here it is
/// closed.
const EPHEMERAL_LINUX: RangeInclusive<u16> = 32_768..=60_999;

impl State {
    /// Whether a new TCP connection can be opened now, and how it is let in.
    pub(in crate::lab) fn admits(&self, from: End<'_>, to: End<'_>, port: u16) -> Option<Admission> {
        let path = self.path(from, to, port)?;
        let admission = path.groups_admit(port)?;
        Some(admission)
    }

    /// Whether a connection that was admitted as `was` still carries packets. Routes and network ACLs, which are
    /// stateless, cut it at once; a security group only where it is untracked.
    pub(in crate::lab) fn carries(&self, from: End<'_>, to: End<'_>, port: u16, was: Admission) -> bool {
        let Some(path) = self.path(from, to, port) else { return false };
        let leaves = was.tracked_at_source || path.leaving(port).is_some();
        leaves && (was.tracked || path.arriving(port).is_some())
    }

    /// The way between two ends, if routes and network ACLs let packets pass in both directions.
    fn path<'a>(&'a self, from: End<'a>, to: End<'a>, port: u16) -> Option<Path<'a>> {
        let (from, to) = (self.place(from)?, self.place(to)?);
        let path = Path { state: self, from, to };
        (path.is_up() && path.is_routed() && path.acls_pass(port)).then_some(path)
    }

    fn place<'a>(&'a self, end: End<'a>) -> Option<Spot<'a>> {
        match end {
            End::Outside(address) => Some(Spot::Outside(address)),
            End::Interface(region, id) => {
                let network = self.networks.get(region)?;
                let interface = network.interfaces.get(id)?;
                let subnet = network.subnets.get(&interface.subnet)?;
                Some(Spot::Inside(Place { region, network, interface, subnet }))
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Spot<'a> {
    Outside(IpAddr),
    Inside(Place<'a>),
}

impl<'a> Spot<'a> {
    fn inside(self) -> Option<Place<'a>> {
        match self {
            Spot::Outside(_) => None,
            Spot::Inside(place) => Some(place),
        }
    }

    /// The address that the other end sees.
    fn address_for(self, other: Spot<'_>) -> IpAddr {
        match (self, other) {
            (Spot::Outside(address), _) => address,
            (Spot::Inside(place), Spot::Outside(IpAddr::V6(_))) => {
                place.interface.ipv6.map_or(IpAddr::V4(place.interface.private), IpAddr::V6)
            }
            (Spot::Inside(place), _) => IpAddr::V4(place.interface.private),
        }
    }
}

struct Path<'a> {
    state: &'a State,
    from: Spot<'a>,
    to: Spot<'a>,
}

impl<'a> Path<'a> {
    /// Both machines run.
    fn is_up(&self) -> bool {
        [self.from, self.to].into_iter().filter_map(Spot::inside).all(|place| match &place.interface.owner {
            Owner::Instance(id) => place.network.instances.get(id).is_some_and(super::model::Instance::is_up),
            Owner::Balancer(_) | Owner::Nat(_) => true,
        })
    }

    /// Packets find their way there and back.
    fn is_routed(&self) -> bool {
        match (self.from, self.to) {
            (Spot::Inside(one), Spot::Inside(other)) => self.leads(one, other) && self.leads(other, one),
            (Spot::Inside(place), Spot::Outside(address)) => self.leads_out(place, address, true),
            (Spot::Outside(address), Spot::Inside(place)) => self.leads_out(place, address, false),
            (Spot::Outside(_), Spot::Outside(_)) => true,
        }
    }

    /// `from`'s routes lead to `to`: within one network always, elsewhere through an active peering of the two.
    fn leads(&self, from: Place<'_>, to: Place<'_>) -> bool {
        let (here, there) = ((from.region, from.subnet.vpc.as_str()), (to.region, to.subnet.vpc.as_str()));
        if here == there {
            return true;
        }
        let address = IpAddr::V4(to.interface.private);
        match route_of(from.network, from.subnet, address).map(|route| &route.target) {
            Some(RouteTarget::Peering(id)) => {
                self.state.peerings.get(id).is_some_and(|peering| peering.joins(here, there))
            }
            _ => false,
        }
    }

    /// `place`'s routes lead to an address on the internet: through a gateway with a public address, or (only for
    /// connections that are opened here) through a NAT gateway whose own routes lead there.
    fn leads_out(&self, place: Place<'_>, address: IpAddr, opened_here: bool) -> bool {
        let network = place.network;
        let attached =
            |id: &str, vpc: &str| network.gateways.get(id).is_some_and(|to| to.as_deref() == Some(vpc));
        match route_of(network, place.subnet, address).map(|route| &route.target) {
            Some(RouteTarget::Gateway(id)) => {
                let reached = match address {
                    IpAddr::V4(_) => place.interface.public.is_some(),
                    IpAddr::V6(_) => place.interface.ipv6.is_some() || place.interface.public.is_some(),
                };
                reached && attached(id, &place.subnet.vpc)
            }
            Some(RouteTarget::Nat(id)) if opened_here => {
                let subnet = network.nats.get(id).and_then(|nat| network.subnets.get(&nat.subnet));
                let onward = |subnet| route_of(network, subnet, address).map(|route| &route.target);
                subnet.is_some_and(|subnet| {
                    matches!(onward(subnet), Some(RouteTarget::Gateway(id)) if attached(id, &subnet.vpc))
                })
            }
            _ => false,
        }
    }

    /// The network ACLs let the request and its answer pass, at both ends. Within one subnet no ACL is asked.
    fn acls_pass(&self, port: u16) -> bool {
        let (from, to) = (self.from.inside(), self.to.inside());
        if let (Some(one), Some(other)) = (from, to)
            && one.region == other.region
            && one.interface.subnet == other.interface.subnet
        {
            return true;
        }
        let (source, target) = (self.from.address_for(self.to), self.to.address_for(self.from));
        let asks = port..=port;
        let answers = match from.map(|place| &place.interface.owner) {
            Some(Owner::Balancer(_) | Owner::Nat(_)) => EPHEMERAL,
            Some(Owner::Instance(_)) | None => EPHEMERAL_LINUX,
        };
        let pass = |place: Place<'_>, egress, address, ports: &RangeInclusive<u16>| {
            let acl = place.network.acls.get(&place.subnet.acl.effective.to);
            acl.is_some_and(|acl| super::model::lets_pass(&acl.entries.effective, egress, address, ports))
        };
        from.is_none_or(|place| pass(place, true, target, &asks) && pass(place, false, target, &answers))
            && to.is_none_or(|place| pass(place, false, source, &asks) && pass(place, true, source, &answers))
    }

    fn groups_admit(&self, port: u16) -> Option<Admission> {
        let tracked_at_source = self.leaving(port)?;
        let tracked = self.arriving(port)?;
        Some(Admission { tracked, tracked_at_source })
    }

    /// Whether the groups at the source let the connection out; true if it is tracked there.
    fn leaving(&self, port: u16) -> Option<bool> {
        self.from.inside().map_or(Some(true), |place| self.judged(place, self.to, true, port))
    }

    /// Whether the groups at the target let the connection in; true if it is tracked there.
    fn arriving(&self, port: u16) -> Option<bool> {
        self.to.inside().map_or(Some(true), |place| self.judged(place, self.from, false, port))
    }

    /// Whether the groups of `place` admit a connection with `other`; true if it is tracked.
    fn judged(&self, place: Place<'_>, other: Spot<'_>, egress: bool, port: u16) -> Option<bool> {
        let address = match place.interface.owner {
            // A NAT gateway has no groups (VPC guide, NAT gateways); an interface of another kind always has.
            Owner::Nat(_) => return Some(true),
            Owner::Instance(_) | Owner::Balancer(_) => other.address_for(Spot::Inside(place)),
        };
        let groups: &[String] = other.inside().map_or(&[], |place| &place.interface.effective_groups);
        let admits = |rule: &Rule| {
            rule.key.egress == egress
                && rule.key.admits_tcp(port)
                && matches(place.network, &rule.key.peer, address, groups)
        };
        let admitting: Vec<&Rule> = rules_of(place).filter(|rule| admits(rule)).collect();
        let world = |rule: &&Rule| matches!(rule.key.peer, Peer::Range(range) if range.is_world());
        let answers_freely = rules_of(place).any(|rule| {
            rule.key.egress != egress && rule.key.opens_everything() && same_family(rule, address)
        });
        let untracked = admitting.iter().any(world) && answers_freely;
        (!admitting.is_empty()).then_some(!untracked)
    }
}

fn rules_of(place: Place<'_>) -> impl Iterator<Item = &Rule> {
    let groups = place.interface.effective_groups.iter().filter_map(|id| place.network.groups.get(id));
    groups.flat_map(|group| group.rules.effective.values())
}

fn matches(network: &Network, peer: &Peer, address: IpAddr, groups: &[String]) -> bool {
    match peer {
        Peer::Range(range) => range.contains(address),
        Peer::PrefixList(id) => network
            .prefix_lists
            .get(id)
            .is_some_and(|list| list.entries.iter().any(|range| range.contains(address))),
        Peer::Group(id) => groups.contains(id),
    }
}

fn same_family(rule: &Rule, address: IpAddr) -> bool {
    matches!(rule.key.peer, Peer::Range(range) if range.is_v4() == address.is_ipv4())
}

/// The route that decides for an address: the longest of the subnet's table that holds it.
fn route_of<'a>(network: &'a Network, subnet: &Subnet, address: IpAddr) -> Option<&'a Route> {
    let own = subnet.table.effective.as_ref().map(|bond| bond.to.as_str());
    let table = network.route_tables.get(own.or_else(|| network.main_table(&subnet.vpc))?)?;
    let length = |route: &Route| match &route.destination {
        Destination::Range(range) => range.contains(address).then(|| range.length()),
        Destination::PrefixList(id) => {
            let list = network.prefix_lists.get(id)?;
            list.entries.iter().filter(|range| range.contains(address)).map(|range| range.length()).max()
        }
    };
    let routes = table.routes.effective.iter().filter_map(|route| Some((length(route)?, route)));
    routes.max_by_key(|(length, _)| *length).map(|(_, route)| route)
}

impl State {
    /// Whether a route leads somewhere; otherwise it is a black hole. AWS: "active", or "blackhole" if its target is not
    /// available, for example a deleted peering (Route API reference).
    pub(super) fn is_active(&self, network: &Network, vpc: &str, target: &RouteTarget) -> bool {
        match target {
            RouteTarget::Local => true,
            RouteTarget::Gateway(id) => network.gateways.get(id).is_some_and(|to| to.as_deref() == Some(vpc)),
            RouteTarget::Nat(id) => network.nats.contains_key(id),
            RouteTarget::Endpoint(id) => network.endpoints.contains_key(id),
            RouteTarget::Peering(id) => self
                .peerings
                .get(id)
                .is_some_and(|peering| peering.status == super::model::PeeringStatus::Active),
            RouteTarget::Interface(id) => network.interfaces.get(id).is_some_and(|interface| {
                let Owner::Instance(owner) = &interface.owner else { return true };
                let state = network.instances.get(owner).map(|instance| instance.state);
                state == Some(InstanceState::Running)
            }),
        }
    }
}
