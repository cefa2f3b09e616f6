//! Network: VPCs with what AWS and a person make with them: subnets, gateways, route tables, network ACLs.
//! Invariant: a public subnet leads to the internet gateway, a private one to the NAT gateway of its network.
//! Used by: `start`.

use std::collections::BTreeSet;

use super::{plot::Plot, range};
use crate::lab::world::{
    blueprint::network::{Subnet, Vpc},
    cidr::Cidr,
    ec2::{
        build,
        model::{Destination, Owner, Peer, Route, RouteTarget, RuleKey},
    },
    named::Thing,
};

impl<'a> Plot<'a> {
    /// The region's networks.
    pub(super) fn networks(&mut self) {
        let letters: BTreeSet<&str> =
            self.region.vpcs.iter().flat_map(|vpc| &vpc.subnets).map(|subnet| subnet.zone.as_str()).collect();
        self.network.zones = letters.into_iter().map(|letter| self.zone(letter)).collect();
        for vpc in &self.region.vpcs {
            self.vpc(vpc);
        }
    }

    fn zone(&self, letter: &str) -> String {
        format!("{}{letter}", self.region.region)
    }

    fn vpc(&mut self, vpc: &'a Vpc) {
        let ranges = (range(&vpc.cidr), vpc.ipv6.as_deref().map(range));
        let id = build::vpc(&mut self.network, self.ids, ranges, vpc.default);
        self.has_become(Thing::Vpc, &vpc.name, &id);
        self.tag(&id, &vpc.name, &vpc.tags);
        let subnets: Vec<(String, bool)> =
            vpc.subnets.iter().map(|subnet| (self.subnet(&id, subnet), subnet.public)).collect();
        self.default_acl(vpc, &id, &subnets);
        self.ways_out(vpc, &id, &subnets);
        self.default_group(&id, vpc.ipv6.is_some());
    }

    fn subnet(&mut self, vpc: &str, subnet: &'a Subnet) -> String {
        let ranges = (range(&subnet.cidr), subnet.ipv6.as_deref().map(range));
        let zone = self.zone(&subnet.zone);
        let id = build::subnet(&mut self.network, self.ids, (vpc, &zone), ranges, subnet.public);
        self.has_become(Thing::Subnet, &subnet.name, &id);
        self.tag(&id, &subnet.name, &subnet.tags);
        id
    }

    /// AWS makes an ACL with every network, which lets everything pass (VPC guide, default network ACL).
    fn default_acl(&mut self, vpc: &Vpc, id: &str, subnets: &[(String, bool)]) {
        let entries = build::open_entries(vpc.ipv6.is_some());
        let acl = build::acl(&mut self.network, self.ids, id, true, entries);
        for (subnet, _) in subnets {
            build::bind_acl(&mut self.network, self.ids, subnet, &acl);
        }
        self.tag(&acl, &format!("{}-default", stem(vpc)), &vpc.tags);
    }

    /// An internet gateway, a NAT gateway in the first public subnet if there are private ones, and a route table for
    /// each kind of subnet. The main table is the public one, or the only one.
    fn ways_out(&mut self, vpc: &Vpc, id: &str, subnets: &[(String, bool)]) {
        let gateway = build::internet_gateway(&mut self.network, self.ids, id);
        self.tag(&gateway, &format!("{}-internet", stem(vpc)), &vpc.tags);
        let first_public = subnets.iter().find(|(_, public)| *public).map(|(subnet, _)| subnet.as_str());
        let has_private = subnets.iter().any(|(_, public)| !public);
        let nat = first_public.filter(|_| has_private).map(|subnet| self.nat(vpc, subnet));
        let everywhere =
            |range: Cidr, target: RouteTarget| Route { destination: Destination::Range(range), target };
        let mut to_gateway = vec![everywhere(Cidr::WORLD, RouteTarget::Gateway(gateway.clone()))];
        if vpc.ipv6.is_some() {
            to_gateway.push(everywhere(Cidr::WORLD_V6, RouteTarget::Gateway(gateway)));
        }
        let to_nat = nat.into_iter().map(|nat| everywhere(Cidr::WORLD, RouteTarget::Nat(nat))).collect();
        let mut is_main = true;
        for (public, routes) in [(true, to_gateway), (false, to_nat)] {
            let own: Vec<&str> =
                subnets.iter().filter(|(_, own)| *own == public).map(|(id, _)| id.as_str()).collect();
            if own.is_empty() && (has_private || !public) {
                continue;
            }
            let main = is_main.then(|| build::id(self.ids, "rtbassoc"));
            is_main = false;
            let table = build::route_table(&mut self.network, self.ids, id, main, routes);
            for subnet in own {
                build::bind_table(&mut self.network, self.ids, subnet, &table);
            }
            let kind = if public { "public" } else { "private" };
            self.tag(&table, &format!("{}-{kind}", stem(vpc)), &vpc.tags);
        }
    }

    fn nat(&mut self, vpc: &Vpc, subnet: &str) -> String {
        let id = build::id(self.ids, "nat");
        let created = self.days_ago(200);
        let interface = self.interface(subnet, Vec::new(), Owner::Nat(id.clone()));
        if let Some(public) = self.publics.next() {
            build::nat_gateway(&mut self.network, self.ids, &id, (subnet, &interface), public, created);
        }
        self.tag(&id, &format!("{}-nat", stem(vpc)), &vpc.tags);
        id
    }

    /// AWS makes a group called default with every network: its members reach each other (VPC guide, default groups).
    fn default_group(&mut self, vpc: &str, ipv6: bool) {
        let id = build::id(self.ids, "sg");
        let mut members = build::ingress(0, Peer::Group(id.clone()), None);
        members.key = RuleKey { protocol: "-1".into(), ports: None, ..members.key };
        let mut rules = vec![members];
        rules.extend(build::new_groups_egress(ipv6));
        let words = ("default", "default VPC security group");
        build::group(&mut self.network, self.ids, (&id, vpc), words, rules);
    }
}

/// What the names of a network's parts begin with: its own without the word for what it is.
fn stem(vpc: &Vpc) -> &str {
    vpc.name.strip_suffix("-vpc").unwrap_or(&vpc.name)
}
