//! Power: how machines are launched, stopped, started, rebooted and terminated.
//! Invariant: a change of state is true at once and finishes by itself later; a later change overtakes an earlier one;
//! packets find a machine only while it runs.
//! Not here: which machines a scaling group wants (see `autoscaling`).
//! Used by: `operate`, `ec2_due`, `autoscaling`.

use std::time::Duration;

use super::{
    State,
    acls::{missing, needed},
    build::{self, MachinePlan},
    due::Due,
    machines::{self, state_tree},
    model::{App, InstanceState, Network, Owner, Tags},
    modify::done,
    permission::{invalid, no_group},
    tags,
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Reply, Tree},
    rng::Rng,
};

/// AWS: a terminated instance is shown for about an hour (EC2 user guide, terminate).
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What to launch, and where.
#[derive(Debug, Clone)]
pub(in crate::lab) struct LaunchPlan {
    /// What it is made of.
    pub(in crate::lab) machine: MachinePlan,
    /// Its subnet.
    pub(in crate::lab) subnet: String,
    /// Its security groups; none means the network's default one.
    pub(in crate::lab) groups: Vec<String>,
    /// Its tags.
    pub(in crate::lab) tags: Tags,
    /// Whether it gets a public address; `None` leaves it to the subnet.
    pub(in crate::lab) public: Option<bool>,
}

/// What a call wants to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// `StartInstances`.
    Start,
    /// `StopInstances`.
    Stop,
    /// `TerminateInstances`.
    Terminate,
}

impl Wish {
    /// The states on the way, if a machine in this state can go it; `Ok(None)` if it is there or on the way already.
    fn way(self, from: InstanceState) -> Result<Option<[InstanceState; 2]>, ()> {
        use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        match (self, from) {
            (Wish::Start, Stopped) => Ok(Some([Pending, Running])),
            (Wish::Start, Pending | Running) => Ok(None),
            (Wish::Start, Stopping | ShuttingDown | Terminated) => Err(()),
            (Wish::Stop, Running) => Ok(Some([Stopping, Stopped])),
            (Wish::Stop, Stopping | Stopped) => Ok(None),
            (Wish::Stop, Pending | ShuttingDown | Terminated) => Err(()),
            (Wish::Terminate, ShuttingDown | Terminated) => Ok(None),
            (Wish::Terminate, Pending | Running | Stopping | Stopped) => Ok(Some([ShuttingDown, Terminated])),
        }
    }

    fn past(self) -> &'static str {
        match self {
            Wish::Start => "started",
            Wish::Stop => "stopped",
            Wish::Terminate => "terminated",
        }
    }
}

/// `StartInstances`, `StopInstances` and `TerminateInstances`: all of the instances or none.
pub(super) fn change(world: &mut World, call: &Call, wish: Wish) -> Reply {
    let network = world.ec2.network(&call.region);
    let ids = machines::named(network, call)?;
    if ids.is_empty() {
        return Err(missing("InstanceId"));
    }
    for id in &ids {
        let Some(instance) = network.instances.get(id) else { return Err(machines::no_instance(id)) };
        let kept = match wish {
            Wish::Terminate => instance.keep.then_some("disableApiTermination"),
            Wish::Stop => instance.keep_running.then_some("disableApiStop"),
            Wish::Start => None,
        };
        if let Some(attribute) = kept {
            let message = format!(
                "The instance '{id}' may not be {}. Modify its '{attribute}' instance attribute and try again.",
                wish.past()
            );
            return Err(AwsFault::new(400, "OperationNotPermitted", message));
        }
        if wish.way(instance.state).is_err() {
            return Err(wrong_state(id, wish.past()));
        }
    }
    let mut trees = Vec::new();
    for id in ids {
        let (before, after) = world.drive(&call.region, &id, wish, "User initiated");
        trees.push(Tree::map([
            ("instanceId", Tree::text(id)),
            ("currentState", Some(state_tree(after))),
            ("previousState", Some(state_tree(before))),
        ]));
    }
    Ok(Tree::map([("instancesSet", Tree::list("item", trees))]))
}

fn wrong_state(id: &str, past: &str) -> AwsFault {
    let message = format!("The instance '{id}' is not in a state from which it can be {past}.");
    AwsFault::new(400, "IncorrectInstanceState", message)
}

/// `RebootInstances`.
pub(super) fn reboot(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let ids = machines::named(network, call)?;
    if ids.is_empty() {
        return Err(missing("InstanceId"));
    }
    let stands = |id: &&String| {
        network.instances.get(*id).is_some_and(|instance| instance.state == InstanceState::Running)
    };
    if let Some(id) = ids.iter().find(|id| !stands(id)) {
        return Err(wrong_state(id, "rebooted"));
    }
    for id in ids {
        let after = world.ec2.settings.instance_reboots.draw(&mut world.ec2.rng);
        let network = world.ec2.networks.get_mut(&call.region);
        let Some(instance) = network.and_then(|network| network.instances.get_mut(&id)) else { continue };
        instance.turn += 1;
        instance.rebooting = true;
        let due = Due::Rebooted { region: call.region.clone(), instance: id.clone(), turn: instance.turn };
        world.after(after, agenda::Due::Ec2(due));
        world.note("instance.rebooting", [("region", call.region.clone()), ("instance", id.clone())]);
        world.machine_changed(&call.region, &id);
    }
    Ok(done())
}

/// `RunInstances`, for machines with one interface.
pub(super) fn run(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let number = |name: &str| needed(params, name, name)?.parse::<usize>().map_err(|_| missing(name));
    let (least, most) = (number("MinCount")?, number("MaxCount")?);
    if least == 0 || least > most || most > 100 {
        return Err(invalid("The specified instance counts are not valid."));
    }
    let network = world.ec2.network(&call.region);
    let image = params.text("ImageId").ok_or_else(|| missing("ImageId"))?;
    if !network.images.contains_key(image) {
        let message = format!("The image id '[{image}]' does not exist");
        return Err(AwsFault::new(400, "InvalidAMIID.NotFound", message));
    }
    let key_name = params.text("KeyName").map(str::to_owned);
    if let Some(name) = key_name.as_ref().filter(|name| !network.key_pairs.contains_key(*name)) {
        let message = format!("The key pair '{name}' does not exist");
        return Err(AwsFault::new(400, "InvalidKeyPair.NotFound", message));
    }
    let own = params.below("NetworkInterface.1");
    let default =
        network.subnets.iter().find(|(_, subnet)| Some(subnet.vpc.as_str()) == network.default_vpc());
    let subnet = params.text("SubnetId").or_else(|| own.text("SubnetId"));
    let subnet = subnet.or_else(|| default.map(|(id, _)| id.as_str())).ok_or_else(|| {
        AwsFault::new(
            400,
            "VPCIdNotSpecified",
            "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
        )
    })?;
    let mut groups = params.texts("SecurityGroupId");
    groups.extend(own.texts("SecurityGroupId"));
    let profile = params.text("IamInstanceProfile.Arn").map(str::to_owned);
    let named = params.text("IamInstanceProfile.Name");
    let machine = MachinePlan {
        image: image.to_owned(),
        kind: params.text("InstanceType").unwrap_or("m1.small").to_owned(),
        key_name,
        profile: profile
            .or(named.map(|name| format!("arn:aws:iam::{}:instance-profile/{name}", network.account))),
        app: App::Down,
    };
    let public = own.text("AssociatePublicIpAddress").map(|text| text == "true");
    let plan = LaunchPlan { machine, subnet: subnet.to_owned(), groups, tags: Tags::new(), public };
    let mut own_tags = Tags::new();
    for specification in params.list("TagSpecification") {
        if specification.text("ResourceType") == Some("instance") {
            own_tags.extend(tags::read(&specification)?);
        }
    }
    let plan = LaunchPlan { tags: own_tags, ..plan };
    let mut ids = Vec::new();
    for _ in 0..most {
        ids.push(world.launch_instance(&call.region, &plan)?);
    }
    let reservation = build::id(&mut world.ec2.rng, "r");
    if let Some(network) = world.ec2.networks.get_mut(&call.region) {
        for (_, instance) in network.instances.iter_mut().filter(|(id, _)| ids.contains(id)) {
            instance.reservation.clone_from(&reservation);
        }
    }
    let network = world.ec2.network(&call.region);
    let trees = ids
        .iter()
        .filter_map(|id| Some(machines::tree(network, &call.region, id, network.instances.get(id)?)));
    Ok(Tree::map([
        ("reservationId", Tree::text(reservation)),
        ("ownerId", Tree::text(&network.account)),
        ("groupSet", Tree::list("item", [])),
        ("instancesSet", Tree::list("item", trees)),
    ]))
}

impl World {
    /// Launches a machine; it runs after some time. An error leaves nothing behind.
    pub(in crate::lab) fn launch_instance(
        &mut self,
        region: &str,
        plan: &LaunchPlan,
    ) -> Result<String, AwsFault> {
        let now = self.now();
        let after = self.ec2.settings.instance_starts.draw(&mut self.ec2.rng);
        let State { networks, rng, settings, .. } = &mut self.ec2;
        let no_subnet = || {
            let message = format!("The subnet ID '{}' does not exist", plan.subnet);
            AwsFault::new(400, "InvalidSubnetID.NotFound", message)
        };
        let network = networks.get_mut(region).ok_or_else(no_subnet)?;
        let (vpc, gives) = network
            .subnets
            .get(&plan.subnet)
            .map(|subnet| (subnet.vpc.clone(), subnet.public))
            .ok_or_else(no_subnet)?;
        let groups = groups_in(network, &vpc, &plan.groups, settings.groups_per_interface)?;
        let public = plan.public.unwrap_or(gives).then(|| network.free_public(rng)).flatten();
        let id = build::id(rng, "i");
        let interface = build::interface(network, rng, &plan.subnet, groups, Owner::Instance(id.clone()));
        if let Some(interface) = network.interfaces.get_mut(&interface) {
            interface.public = public;
        }
        build::machine(network, rng, &id, &interface, plan.machine.clone(), now);
        network.tags.insert(id.clone(), plan.tags.clone());
        if let Some(instance) = network.instances.get_mut(&id) {
            instance.state = InstanceState::Pending;
        }
        let (region, state) = (region.to_owned(), InstanceState::Running);
        self.note("instance.pending", [("region", region.clone()), ("instance", id.clone())]);
        let due = Due::Machine { region, instance: id.clone(), turn: 0, state };
        self.after(after, agenda::Due::Ec2(due));
        Ok(id)
    }

    /// Terminates a machine for a service's own reason, whatever protects it from people.
    pub(in crate::lab) fn terminate_instance(&mut self, region: &str, id: &str) {
        if self.instance_state(region, id).is_some() {
            self.drive(region, id, Wish::Terminate, "Service initiated");
        }
    }

    /// The state of a machine; `None` if there is no such machine.
    pub(in crate::lab) fn instance_state(&self, region: &str, id: &str) -> Option<InstanceState> {
        self.ec2.network(region).instances.get(id).map(|instance| instance.state)
    }

    /// Sends a machine on its way; the state before and after.
    fn drive(&mut self, region: &str, id: &str, wish: Wish, who: &str) -> (InstanceState, InstanceState) {
        let State { networks, rng, settings, .. } = &mut self.ec2;
        let instance = networks.get_mut(region).and_then(|network| network.instances.get_mut(id));
        let Some(instance) = instance else { return (InstanceState::Terminated, InstanceState::Terminated) };
        let before = instance.state;
        let Ok(Some([during, end])) = wish.way(before) else { return (before, before) };
        let takes = match wish {
            Wish::Start => settings.instance_starts,
            Wish::Stop => settings.instance_stops,
            Wish::Terminate => settings.instance_terminates,
        };
        let takes = takes.draw(rng);
        instance.turn += 1;
        let turn = instance.turn;
        let code = match wish {
            Wish::Start => String::new(),
            Wish::Stop | Wish::Terminate => {
                format!("Client.UserInitiatedShutdown: {who} shutdown")
            }
        };
        instance.reason = code;
        let due = Due::Machine { region: region.to_owned(), instance: id.to_owned(), turn, state: end };
        self.after(takes, agenda::Due::Ec2(due));
        self.arrive(region, id, during);
        (before, during)
    }

    /// A machine comes to its next state, unless something has overtaken it.
    pub(super) fn machine_due(&mut self, region: &str, id: &str, turn: u64, state: InstanceState) {
        let instance = self.ec2.network(region).instances.get(id);
        if instance.is_some_and(|instance| instance.turn == turn) {
            self.arrive(region, id, state);
        }
    }

    /// A machine's system is up again, unless something has overtaken it.
    pub(super) fn rebooted_due(&mut self, region: &str, id: &str, turn: u64) {
        let network = self.ec2.networks.get_mut(region);
        let Some(instance) = network.and_then(|network| network.instances.get_mut(id)) else { return };
        if instance.turn == turn {
            instance.rebooting = false;
            self.note("instance.rebooted", [("region", region.to_owned()), ("instance", id.to_owned())]);
            self.machine_changed(region, id);
        }
    }

    /// Reads no longer show a terminated machine.
    pub(super) fn forgotten_due(&mut self, region: &str, id: &str) {
        if let Some(network) = self.ec2.networks.get_mut(region) {
            network.instances.remove(id);
            network.tags.remove(id);
        }
    }

    /// A machine is in this state now, with all that it means for its addresses.
    fn arrive(&mut self, region: &str, id: &str, state: InstanceState) {
        let now = self.now;
        let State { networks, rng, .. } = &mut self.ec2;
        let Some(network) = networks.get_mut(region) else { return };
        let Some(instance) = network.instances.get_mut(id) else { return };
        (instance.state, instance.since, instance.rebooting) = (state, now, false);
        let interface = instance.interface.clone();
        let elastic = is_elastic(network, &interface);
        match state {
            InstanceState::Pending => {
                instance_starts(network, rng, id, &interface, elastic, now);
            }
            InstanceState::Stopped if !elastic => {
                // AWS: a public address is released on stop, and a new one comes with the start; an elastic one stays.
                if let Some(interface) = network.interfaces.get_mut(&interface) {
                    interface.public = None;
                }
            }
            InstanceState::Terminated => {
                network.interfaces.remove(&interface);
                network.tags.remove(&interface);
                for held in network.addresses.values_mut() {
                    held.association = held.association.take().filter(|(_, holder)| *holder != interface);
                }
            }
            InstanceState::Running
            | InstanceState::ShuttingDown
            | InstanceState::Stopping
            | InstanceState::Stopped => {}
        }
        let what = match state {
            InstanceState::Pending => "instance.pending",
            InstanceState::Running => "instance.running",
            InstanceState::ShuttingDown => "instance.shutting-down",
            InstanceState::Terminated => "instance.terminated",
            InstanceState::Stopping => "instance.stopping",
            InstanceState::Stopped => "instance.stopped",
        };
        self.note(what, [("region", region.to_owned()), ("instance", id.to_owned())]);
        if state == InstanceState::Terminated {
            let due = Due::Forgotten { region: region.to_owned(), instance: id.to_owned() };
            self.after(REMEMBERED, agenda::Due::Ec2(due));
        }
        self.machine_changed(region, id);
    }
}

fn instance_starts(
    network: &mut Network,
    rng: &mut Rng,
    id: &str,
    interface: &str,
    elastic: bool,
    now: jiff::Timestamp,
) {
    if let Some(instance) = network.instances.get_mut(id) {
        instance.launched = now;
    }
    let subnet = network.interfaces.get(interface).and_then(|held| network.subnets.get(&held.subnet));
    if elastic || !subnet.is_some_and(|subnet| subnet.public) {
        return;
    }
    let public = network.free_public(rng);
    if let Some(interface) = network.interfaces.get_mut(interface) {
        interface.public = public;
    }
}

/// True if the public address of an interface is an elastic one.
fn is_elastic(network: &Network, interface: &str) -> bool {
    let holder = |held: &super::model::Address| {
        held.association.as_ref().is_some_and(|(_, holder)| holder == interface)
    };
    network.addresses.values().any(holder)
}

/// The groups of a new interface, checked; the network's default one if none are given.
pub(super) fn groups_in(
    network: &Network,
    vpc: &str,
    groups: &[String],
    limit: usize,
) -> Result<Vec<String>, AwsFault> {
    if groups.is_empty() {
        let default = network.groups.iter().find(|(_, group)| group.vpc == vpc && group.name == "default");
        return Ok(default.map(|(id, _)| id.clone()).into_iter().collect());
    }
    for id in groups {
        let group = network.groups.get(id).ok_or_else(|| no_group(id))?;
        if group.vpc != vpc {
            let message = format!("Security group {id} and subnet belong to different networks.");
            return Err(invalid(message));
        }
    }
    if groups.len() > limit {
        let message = "The maximum number of security groups per interface has been reached.";
        return Err(AwsFault::new(400, "SecurityGroupsPerInterfaceLimitExceeded", message));
    }
    Ok(groups.to_vec())
}
