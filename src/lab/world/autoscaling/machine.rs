//! Machine: launching and terminating the instances themselves.
//! Invariant: the only place of this service that changes the network.
//! Used by: `capacity`.

use std::net::Ipv4Addr;

use super::model::Group;
use crate::lab::world::{
    World,
    ec2::{
        add_interface,
        model::{App, Instance, Owner},
    },
};

impl World {
    /// Launches an instance in a subnet; its application does not answer yet. Gives its id.
    pub(super) fn launch_machine(&mut self, group: &Group, subnet: &str) -> Option<String> {
        let rng = &mut self.autoscaling.rng;
        let network = self.ec2.networks.get_mut(&group.region)?;
        let place = network.subnets.get(subnet)?;
        let zone = place.zone;
        let first = place.range.to_string().split('/').next()?.parse::<Ipv4Addr>().ok()?;
        let taken = |own: Ipv4Addr| network.interfaces.values().any(|other| other.private == own);
        let mut free = (10..250).map(|last| Ipv4Addr::from(u32::from(first).saturating_add(last)));
        let private = free.find(|own| !taken(*own))?;
        let instance = format!("i-0{}", rng.hex(16));
        let owner = Owner::Instance(instance.clone());
        let groups = group.recipe.groups.clone();
        let interface = add_interface(network, zone, (private, None), groups, owner, rng);
        if let Some(own) = network.interfaces.get_mut(&interface) {
            subnet.clone_into(&mut own.subnet);
        }
        let reservation = format!("r-0{}", rng.hex(16));
        let tags = network.tags.entry(instance.clone()).or_default();
        let own = [("aws:autoscaling:groupName".to_owned(), group.name.clone())];
        let given = group.tags.iter().filter(|(_, tag)| tag.propagates);
        tags.extend(given.map(|(key, tag)| (key.clone(), tag.value.clone())).chain(own));
        let known = network.instances.values().find(|own| own.kind == group.recipe.kind);
        let kind = known.map_or("t3.small", |own| own.kind);
        let made = Instance {
            interface,
            kind,
            zone,
            image: group.recipe.image.clone(),
            reservation,
            launched: self.now,
            app: App::Down,
        };
        network.instances.insert(instance.clone(), made);
        Some(instance)
    }

    /// The machine's application begins to answer.
    pub(super) fn machine_ready(&mut self, region: &str, instance: &str) {
        self.set_app(region, instance, App::Serving);
    }

    /// Ends an instance.
    pub(super) fn end_machine(&mut self, region: &str, instance: &str) {
        if let Some(network) = self.ec2.networks.get_mut(region)
            && let Some(gone) = network.instances.remove(instance)
        {
            network.interfaces.remove(&gone.interface);
        }
        self.machine_changed(region, instance);
    }

    /// True if the machine runs.
    pub(super) fn machine_runs(&self, region: &str, instance: &str) -> bool {
        self.ec2.network(region).instances.contains_key(instance)
    }
}
