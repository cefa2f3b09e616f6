//! Register: adding targets to groups and taking them out.
//! Invariant: a new target is `initial` until one check has passed; one that is taken out drains first, if its group is
//! in use, and gets no new requests meanwhile.
//! Used by: `elb_operate`, `autoscaling`.

use std::time::Duration;

use super::{
    Due, State,
    describe::{invalid, nothing, target_group_of_call},
    limits,
    machine::Machine,
    model::{Health, Key, TargetGroup},
};
use crate::{
    clock::later,
    lab::world::{
        World, agenda,
        call::{AwsFault, Call, Params, Reply},
        cidr::Cidr,
    },
};

/// The targets that a call names.
fn keys(call: &Call, group: &TargetGroup) -> Result<Vec<Key>, AwsFault> {
    let asked = call.params.list("Targets");
    if asked.is_empty() {
        return Err(invalid("At least one target must be specified"));
    }
    let key = |asked: &Params| {
        let id = asked.text("Id").unwrap_or_default().to_owned();
        let port =
            asked.text("Port").map_or(Some(group.port), |text| text.parse().ok().filter(|own| *own > 0));
        port.map(|port| (id, port)).ok_or_else(|| invalid("Target port must be between 1 and 65535"))
    };
    asked.iter().map(key).collect()
}

/// `RegisterTargets`: all or none.
pub(super) fn register(world: &mut World, call: &Call) -> Reply {
    let group = target_group_of_call(&world.elb, call)?;
    let arn = group.arn.clone();
    let keys = keys(call, group)?;
    let wrong: Vec<&str> = keys
        .iter()
        .filter(|key| world.zone_of_target(group, &key.0).is_none())
        .map(|key| key.0.as_str())
        .collect();
    if !wrong.is_empty() {
        let message = match group.kind.as_str() {
            "ip" => format!("The IP address '{}' is not within the VPC", wrong.join(", ")),
            _ => {
                let wrong: Vec<String> = wrong.iter().map(|id| format!("'{id}'")).collect();
                format!(
                    "The following targets are not in a running state and cannot be registered: {}",
                    wrong.join(", ")
                )
            }
        };
        return Err(AwsFault::new(400, "InvalidTarget", message));
    }
    if group.targets.len() + keys.len() > limits::TARGETS {
        let message = "The maximum number of targets per target group has been reached";
        return Err(AwsFault::new(400, "TooManyTargets", message));
    }
    for key in keys {
        world.register_target(&arn, key);
    }
    nothing()
}

/// `DeregisterTargets`. AWS: one that is not registered is no error.
pub(super) fn deregister(world: &mut World, call: &Call) -> Reply {
    let group = target_group_of_call(&world.elb, call)?;
    let arn = group.arn.clone();
    let mut keys = keys(call, group)?;
    // A target without a port stands for all of its ports.
    let bare = call.params.list("Targets").into_iter().filter(|asked| asked.text("Port").is_none());
    let ids: Vec<String> = bare.filter_map(|asked| asked.text("Id").map(str::to_owned)).collect();
    keys.extend(group.targets.keys().filter(|(id, _)| ids.contains(id)).cloned());
    for key in keys {
        world.deregister_target(&arn, &key);
    }
    nothing()
}

impl World {
    /// The zone of something that may be registered; `None` for what may not.
    fn zone_of_target(&self, group: &TargetGroup, id: &str) -> Option<String> {
        let network = self.ec2.network(&group.region);
        match group.kind.as_str() {
            "ip" => {
                let address = id.parse().ok()?;
                let mut subnets = network.subnets.values();
                let within = |range: &Cidr| range.contains(std::net::IpAddr::V4(address));
                let own = subnets.find(|own| own.vpc == group.vpc && within(&own.range));
                let private = || address.is_private().then(|| "all".to_owned());
                own.map(|own| own.zone.to_string()).or_else(private)
            }
            _ => {
                let Machine::There(instance, interface) = Machine::behind(network, id) else { return None };
                let vpc = network.subnets.get(&interface.subnet).map(|subnet| subnet.vpc.as_str());
                (instance.is_up() && vpc == Some(group.vpc.as_str())).then(|| instance.zone.to_string())
            }
        }
    }

    /// Registers a target; one that is registered stays as it is, one that drains is taken back.
    pub(in crate::lab) fn register_target(&mut self, group: &str, key: Key) {
        let Some(own) = self.elb.target_groups.get(group) else { return };
        if own.targets.get(&key).is_some_and(|target| target.draining.is_none()) {
            return;
        }
        let Some(zone) = self.zone_of_target(own, &key.0) else { return };
        self.make_target(group, key, &zone, Health::Initial);
    }

    /// Begins to take a target out. Gives when it will be out, if it is registered.
    pub(in crate::lab) fn deregister_target(&mut self, group: &str, key: &Key) -> Option<jiff::Timestamp> {
        let own = self.elb.target_groups.get_mut(group)?;
        let delay = if own.balancer.is_some() { own.deregistration_delay() } else { Duration::ZERO };
        let balancer = own.balancer.clone();
        let target = own.targets.get_mut(key)?;
        let until = *target.draining.get_or_insert_with(|| later(self.now, delay));
        self.at(until, agenda::Due::Elb(Due::Deregistered { group: group.to_owned(), key: key.clone() }));
        match balancer {
            Some(balancer) => self.balancer_changed(&balancer),
            None => self.deregistered(group, key),
        }
        Some(until)
    }

    /// A target has drained.
    pub(super) fn deregistered(&mut self, group: &str, key: &Key) {
        let now = self.now;
        let Some(own) = self.elb.target_groups.get_mut(group) else { return };
        let drained = |until: jiff::Timestamp| until <= now;
        if !own.targets.get(key).is_some_and(|target| target.draining.is_some_and(drained)) {
            return;
        }
        own.targets.remove(key);
        let (region, balancer) = (own.region.clone(), own.balancer.clone());
        if !own.targets.keys().any(|(id, _)| *id == key.0) {
            self.elb.forget_target(&region, &key.0, group);
        }
        if let Some(balancer) = balancer {
            self.note_site(&balancer);
        }
    }
}

impl State {
    /// Takes a target out of the index.
    pub(super) fn forget_target(&mut self, region: &str, id: &str, group: &str) {
        let key = (region.to_owned(), id.to_owned());
        if let Some(groups) = self.by_target.get_mut(&key) {
            groups.remove(group);
            if groups.is_empty() {
                self.by_target.remove(&key);
            }
        }
    }
}
