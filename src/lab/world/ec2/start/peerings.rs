//! Peerings: ways between two networks of a world, in one region or two.
//! Invariant: active, with a route to the other side in every table of both, unless the file says otherwise.
//! Used by: `start`.

use jiff::SignedDuration;

use crate::lab::world::{
    World,
    blueprint::network::{Peering as Plan, PeeringSide as Side},
    cidr::Cidr,
    ec2::{
        build,
        model::{Peering, PeeringSide, PeeringStatus, RouteTarget},
    },
    named::Thing,
    rng::Rng,
};

impl World {
    /// Makes a peering, as old as the networks.
    pub(super) fn start_peering(&mut self, plan: &Plan, ids: &mut Rng) {
        let id = build::id(ids, "pcx");
        let (requester, accepter) = (self.side(&plan.requester), self.side(&plan.accepter));
        let sides = [
            (&requester, accepter.range, plan.requester.routed),
            (&accepter, requester.range, plan.accepter.routed),
        ];
        for (own, other, routed) in sides {
            if routed {
                self.lead(own, other, &id);
            }
            let tags = self.blueprint.tags_on(&plan.name, &plan.tags);
            if let Some(network) = self.ec2.networks.get_mut(&own.region) {
                network.tags.insert(id.clone(), tags);
            }
        }
        // Nobody is waited for longer than seven days (VPC peering guide, lifecycle).
        let days = if plan.accepted { 200 } else { 2 };
        let since = self.now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(self.now);
        let (status, message) = match plan.accepted {
            true => (PeeringStatus::Active, "Active".to_owned()),
            false => (PeeringStatus::Pending, format!("Pending Acceptance by {}", self.account())),
        };
        self.ec2.peerings.insert(id, Peering { requester, accepter, status, since, message });
    }

    fn side(&self, side: &Side) -> PeeringSide {
        let vpc = self.named(&side.region, Thing::Vpc, &side.vpc).unwrap_or_default();
        let own = self.ec2.network(&side.region).vpcs.get(vpc);
        let range = own.map_or(Cidr::WORLD, |own| own.range);
        PeeringSide { region: side.region.clone(), vpc: vpc.to_owned(), range, resolves: true }
    }

    fn lead(&mut self, side: &PeeringSide, other: Cidr, peering: &str) {
        let Some(network) = self.ec2.networks.get_mut(&side.region) else { return };
        let own = network.route_tables.iter().filter(|(_, table)| table.vpc == side.vpc);
        for table in own.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            build::add_route(network, &table, other, RouteTarget::Peering(peering.to_owned()));
        }
    }
}
