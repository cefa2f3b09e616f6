//! Subnets: where a balancer's nodes are, and which security groups they carry.
//! Invariant: one subnet a zone, at least two zones; the whole list is replaced.
//! Used by: `elb_operate`, `create`.

use std::net::Ipv4Addr;

use super::{
    build::NewNode,
    describe::{balancer_of_call, invalid, texts, zones_tree},
    model::Health,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    ec2::{addresses::Publics, model::Network},
};

/// The subnets that a call names, all of one network.
pub(super) struct Asked {
    pub(super) vpc: String,
    pub(super) places: Vec<Place>,
}

/// One of them.
pub(super) struct Place {
    subnet: String,
    zone: String,
    first: Ipv4Addr,
}

/// Reads and checks the subnets of a call.
pub(super) fn of_call(world: &World, call: &Call) -> Result<Asked, AwsFault> {
    let mut ids = call.params.texts("Subnets");
    let mappings = call.params.list("SubnetMappings");
    ids.extend(mappings.iter().filter_map(|own| own.text("SubnetId").map(str::to_owned)));
    let network = world.ec2.network(&call.region);
    let mut asked = Asked { vpc: String::new(), places: Vec::new() };
    for id in ids {
        let Some(subnet) = network.subnets.get(&id) else {
            let message = format!("The subnet ID '{id}' does not exist");
            return Err(AwsFault::new(400, "SubnetNotFound", message));
        };
        if !asked.vpc.is_empty() && asked.vpc != subnet.vpc {
            let message = "All subnets must belong to the same VPC";
            return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
        }
        subnet.vpc.clone_into(&mut asked.vpc);
        let zone = subnet.zone.to_string();
        if asked.places.iter().any(|place| place.zone == zone) {
            let message =
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
            return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
        }
        let range = subnet.range.to_string();
        let first = range.split('/').next().and_then(|first| first.parse().ok());
        let first = first.unwrap_or(Ipv4Addr::UNSPECIFIED);
        asked.places.push(Place { subnet: id, zone, first });
    }
    if asked.places.len() < 2 {
        return Err(invalid("At least two subnets in two different Availability Zones must be specified"));
    }
    Ok(asked)
}

/// Checks security groups.
pub(super) fn groups(network: &Network, groups: Vec<String>) -> Result<Vec<String>, AwsFault> {
    match groups.iter().find(|group| !network.groups.contains_key(*group)) {
        Some(wrong) => {
            let message = format!("One or more security groups are invalid: '{wrong}'");
            Err(AwsFault::new(400, "InvalidSecurityGroup", message))
        }
        None => Ok(groups),
    }
}

/// The default security group of a network.
pub(super) fn default_group(network: &Network, vpc: &str) -> Vec<String> {
    let own = network.groups.iter().find(|(_, group)| group.vpc == vpc && group.name == "default");
    own.map(|(id, _)| id.clone()).into_iter().collect()
}

/// The addresses of a node.
pub(super) fn addresses_of(node: &NewNode) -> impl Iterator<Item = Ipv4Addr> {
    [Some(node.private), node.public].into_iter().flatten()
}

/// `SetSecurityGroups`: the whole list anew.
pub(super) fn set_security_groups(world: &mut World, call: &Call) -> Reply {
    let balancer = balancer_of_call(&world.elb, call)?;
    let (arn, region) = (balancer.arn.clone(), balancer.region.clone());
    let interfaces: Vec<String> = balancer.nodes.iter().map(|node| node.interface.clone()).collect();
    let groups = groups(world.ec2.network(&region), call.params.texts("SecurityGroups"))?;
    if groups.is_empty() {
        let message = "At least one security group must be specified";
        return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
    }
    if let Some(balancer) = world.elb.balancers.get_mut(&arn) {
        balancer.groups.clone_from(&groups);
    }
    world.write_interface_groups(&region, &interfaces, &groups);
    Ok(Tree::map([("SecurityGroupIds", texts(groups))]))
}

/// `SetSubnets`: the whole list anew. Nodes of zones that stay keep their addresses.
pub(super) fn set_subnets(world: &mut World, call: &Call) -> Reply {
    let balancer = balancer_of_call(&world.elb, call)?;
    let (arn, region, internal) =
        (balancer.arn.clone(), balancer.region.clone(), balancer.scheme == "internal");
    let before: Vec<(String, String)> =
        balancer.nodes.iter().map(|node| (node.zone.clone(), node.subnet.clone())).collect();
    let vpc = balancer.vpc.clone();
    let asked = of_call(world, call)?;
    if asked.vpc != vpc {
        let message = format!("The subnets do not belong to the VPC '{vpc}' of the load balancer");
        return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
    }
    let stays = |zone: &str, subnet: &str| {
        asked.places.iter().any(|place| place.zone == zone && place.subnet == subnet)
    };
    for (zone, _) in before.iter().filter(|(zone, subnet)| !stays(zone, subnet)) {
        world.remove_node(&arn, zone);
    }
    for place in asked.places {
        if !before.iter().any(|(zone, subnet)| *zone == place.zone && *subnet == place.subnet) {
            let node = world.free_node(&region, place, internal, &[]);
            world.make_node(&arn, node);
        }
    }
    world.draw_lines(&arn, Health::Initial);
    let balancer = world.elb.balancers.get(&arn);
    Ok(Tree::map([
        ("AvailabilityZones", balancer.and_then(zones_tree)),
        ("IpAddressType", Tree::text("ipv4")),
    ]))
}

impl World {
    /// A node in a subnet with addresses that nobody has.
    pub(super) fn free_node(
        &self,
        region: &str,
        place: Place,
        internal: bool,
        taken: &[Ipv4Addr],
    ) -> NewNode {
        let network = self.ec2.network(region);
        let is_free = |own: &Ipv4Addr| {
            !taken.contains(own)
                && !self.elb.by_address.contains_key(own)
                && !network
                    .interfaces
                    .values()
                    .any(|other| other.private == *own || other.public == Some(*own))
        };
        let after = |first: Ipv4Addr, from: u32| {
            (from..65_000).map(move |step| Ipv4Addr::from(u32::from(first).saturating_add(step)))
        };
        let private = after(place.first, 10).find(is_free).unwrap_or(place.first);
        let mut publics = Publics::of(network);
        let free = std::iter::from_fn(|| publics.next()).find(is_free);
        let public = free.filter(|_| !internal);
        NewNode { zone: place.zone, subnet: place.subnet, private, public }
    }

    /// Takes a balancer's node in a zone away, with its interface; connections through it end.
    pub(super) fn remove_node(&mut self, arn: &str, zone: &str) {
        let Some(balancer) = self.elb.balancers.get_mut(arn) else { return };
        let Some(place) = balancer.nodes.iter().position(|node| node.zone == zone) else { return };
        let node = balancer.nodes.remove(place);
        let region = balancer.region.clone();
        self.elb.by_address.remove(&node.public);
        if let Some(network) = self.ec2.networks.get_mut(&region) {
            network.interfaces.remove(&node.interface);
        }
        self.end_connections(arn, zone);
    }
}
