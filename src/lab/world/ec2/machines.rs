//! Machines: reading instances and their status.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: what makes a machine start and stop (see `power`), interfaces (see `interfaces`).
//! Used by: `operate`.

use std::collections::BTreeMap;

use super::{
    State,
    describe::{answer, asked, tags_of},
    filter::Filters,
    hardware,
    ids::formed,
    interfaces::{group_set, own_interface_tree, private_name, public_name},
    model::{Instance, InstanceState, Interface, Network},
    zones::zone_id,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

const FILTERS: &[&str] = &[
    "architecture",
    "availability-zone",
    "dns-name",
    "group-id",
    "group-name",
    "iam-instance-profile.arn",
    "image-id",
    "instance-id",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "network-interface.group-id",
    "network-interface.network-interface-id",
    "network-interface.subnet-id",
    "network-interface.vpc-id",
    "owner-id",
    "private-dns-name",
    "private-ip-address",
    "reservation-id",
    "subnet-id",
    "tenancy",
    "vpc-id",
];

/// No instance has this id.
pub(super) fn no_instance(id: &str) -> AwsFault {
    AwsFault::new(400, "InvalidInstanceID.NotFound", format!("The instance ID '{id}' does not exist"))
}

/// No interface has this id.
pub(super) fn no_interface(id: &str) -> AwsFault {
    let message = format!("The networkInterface ID '{id}' does not exist");
    AwsFault::new(400, "InvalidNetworkInterfaceID.NotFound", message)
}

/// The instances that a call names, refused if one is malformed or not there.
pub(super) fn named(network: &Network, call: &Call) -> Result<Vec<String>, AwsFault> {
    let ids = call.params.texts("InstanceId");
    for id in &ids {
        formed(id, "i", "InvalidInstanceID.Malformed")?;
    }
    asked(
        call,
        "InstanceId",
        |id| network.instances.contains_key(id),
        "InvalidInstanceID.NotFound",
        "instance",
    )
}

/// `DescribeInstances`. Instances that were launched by one call share a reservation.
pub(super) fn instances(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, FILTERS)?;
    let ids = named(network, call)?;
    let mut reservations: BTreeMap<&str, Vec<Tree>> = BTreeMap::new();
    for (id, instance) in &network.instances {
        let interface = network.interfaces.get(&instance.interface);
        let named = ids.is_empty() || ids.contains(id);
        let values = |name: &str| values(network, id, instance, interface, name);
        if named && filters.pass(network.tags.get(id), values) {
            let tree = tree(network, &call.region, id, instance);
            reservations.entry(&instance.reservation).or_default().push(tree);
        }
    }
    let trees = reservations.into_iter().map(|(reservation, held)| {
        Tree::map([
            ("reservationId", Tree::text(reservation)),
            ("ownerId", Tree::text(&network.account)),
            ("groupSet", Tree::list("item", [])),
            ("instancesSet", Tree::list("item", held)),
        ])
    });
    answer(call, "reservationSet", trees.collect())
}

fn values(
    network: &Network,
    id: &str,
    instance: &Instance,
    interface: Option<&Interface>,
    name: &str,
) -> Vec<String> {
    let of = |read: &dyn Fn(&Interface) -> String| interface.map(read).into_iter().collect();
    let groups = || interface.map(|interface| interface.groups.as_slice()).unwrap_or_default();
    match name {
        "architecture" => vec!["x86_64".to_owned()],
        "availability-zone" => vec![instance.zone.clone()],
        "dns-name" => {
            interface.and_then(|interface| public_name(interface, &instance.zone)).into_iter().collect()
        }
        "iam-instance-profile.arn" => instance.profile.iter().cloned().collect(),
        "image-id" => vec![instance.image.clone()],
        "instance-id" => vec![id.to_owned()],
        "instance-state-code" => vec![instance.state.code().to_string()],
        "instance-state-name" => vec![instance.state.name().to_owned()],
        "instance-type" => vec![instance.kind.clone()],
        "group-id" | "instance.group-id" | "network-interface.group-id" => groups().to_vec(),
        "group-name" | "instance.group-name" => {
            groups().iter().filter_map(|id| network.groups.get(id)).map(|group| group.name.clone()).collect()
        }
        "ip-address" => interface.and_then(|held| held.public).iter().map(ToString::to_string).collect(),
        "key-name" => instance.key_name.iter().cloned().collect(),
        "network-interface.network-interface-id" => vec![instance.interface.clone()],
        "owner-id" => vec![network.account.clone()],
        "private-dns-name" => of(&|held| private_name(held, &instance.zone)),
        "private-ip-address" => of(&|held| held.private.to_string()),
        "reservation-id" => vec![instance.reservation.clone()],
        "subnet-id" | "network-interface.subnet-id" => of(&|held| held.subnet.clone()),
        "tenancy" => vec!["default".to_owned()],
        // vpc-id, network-interface.vpc-id.
        _ => of(&|held| network.vpc_of(held).to_owned()),
    }
}

/// A state as EC2 shows it.
pub(super) fn state_tree(state: InstanceState) -> Tree {
    Tree::map([("code", Some(Tree::Int(state.code()))), ("name", Tree::text(state.name()))])
}

/// An instance as EC2 shows it. A terminated one has lost its addresses and its place.
pub(super) fn tree(network: &Network, region: &str, id: &str, instance: &Instance) -> Tree {
    let held = network.interfaces.get(&instance.interface);
    let placement = Tree::map([
        ("availabilityZone", Tree::text(&instance.zone)),
        ("availabilityZoneId", Tree::text(zone_id(&instance.zone))),
        ("groupName", Tree::text("")),
        ("tenancy", Tree::text("default")),
    ]);
    let profile = instance.profile.as_ref().map(|arn| {
        let id = format!(
            "AIPA{:017X}",
            arn.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31) ^ u64::from(byte))
        );
        Tree::map([("arn", Tree::text(arn)), ("id", Tree::text(id))])
    });
    let reason = (!instance.reason.is_empty()).then(|| {
        let code = instance.reason.split(':').next().unwrap_or_default();
        Tree::map([("code", Tree::text(code)), ("message", Tree::text(&instance.reason))])
    });
    let interface_tree =
        held.map(|interface| own_interface_tree(network, region, &instance.interface, interface));
    Tree::map([
        ("instanceId", Tree::text(id)),
        ("imageId", Tree::text(&instance.image)),
        ("instanceState", Some(state_tree(instance.state))),
        ("privateDnsName", Tree::text(held.map_or(String::new(), |held| private_name(held, &instance.zone)))),
        ("dnsName", Tree::text(held.and_then(|held| public_name(held, &instance.zone)).unwrap_or_default())),
        ("reason", Tree::text(&instance.reason)),
        ("keyName", instance.key_name.as_ref().and_then(Tree::text)),
        ("amiLaunchIndex", Some(Tree::Int(0))),
        ("instanceType", Tree::text(&instance.kind)),
        ("launchTime", Some(Tree::Time(instance.launched))),
        ("placement", Some(placement)),
        ("monitoring", Some(Tree::map([("state", Tree::text("disabled"))]))),
        ("subnetId", held.and_then(|held| Tree::text(&held.subnet))),
        ("vpcId", held.and_then(|held| Tree::text(network.vpc_of(held)))),
        ("privateIpAddress", held.and_then(|held| Tree::text(held.private.to_string()))),
        ("ipAddress", held.and_then(|held| held.public).and_then(|public| Tree::text(public.to_string()))),
        ("sourceDestCheck", held.map(|held| Tree::Bool(held.source_dest_check))),
        ("groupSet", held.and_then(|held| group_set(network, &held.groups))),
        ("stateReason", reason),
        ("architecture", Tree::text("x86_64")),
        ("rootDeviceType", Tree::text("ebs")),
        ("rootDeviceName", Tree::text("/dev/xvda")),
        ("virtualizationType", Tree::text("hvm")),
        ("hypervisor", Tree::text("xen")),
        ("iamInstanceProfile", profile),
        ("blockDeviceMapping", Tree::list("item", held.map(|held| hardware::root_device(id, held)))),
        ("capacityReservationSpecification", Some(hardware::option("capacityReservationPreference", "open"))),
        ("clientToken", Tree::text("")),
        ("cpuOptions", hardware::cpu(&instance.kind)),
        ("currentInstanceBootMode", Tree::text("legacy-bios")),
        ("ebsOptimized", Some(Tree::Bool(false))),
        ("enaSupport", Some(Tree::Bool(true))),
        ("enclaveOptions", Some(hardware::switched_off("enabled"))),
        ("hibernationOptions", Some(hardware::switched_off("configured"))),
        ("maintenanceOptions", Some(hardware::option("autoRecovery", "default"))),
        ("metadataOptions", Some(hardware::metadata_options())),
        ("platformDetails", Tree::text("Linux/UNIX")),
        ("privateDnsNameOptions", held.map(|_| hardware::name_options())),
        ("productCodes", Tree::list("item", [])),
        ("usageOperation", Tree::text("RunInstances")),
        ("usageOperationUpdateTime", held.and_then(|held| held.attached).map(Tree::Time)),
        ("tagSet", tags_of(network, id)),
        ("networkInterfaceSet", Tree::list("item", interface_tree)),
    ])
}

/// `DescribeInstanceStatus`. AWS: only running instances, unless all are asked for; their checks say `initializing` for
/// some time after the start.
pub(super) fn status(world: &World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let known = [
        "availability-zone",
        "instance-state-code",
        "instance-state-name",
        "instance-status.reachability",
        "instance-status.status",
        "system-status.reachability",
        "system-status.status",
    ];
    let filters = Filters::read(&call.params, &known)?;
    let ids = named(network, call)?;
    let all = call.params.text("IncludeAllInstances") == Some("true");
    let found = network.instances.iter().filter_map(|(id, instance)| {
        let asked = (all || instance.state == InstanceState::Running) && (ids.is_empty() || ids.contains(id));
        let (status, reachability) = checks(world, instance);
        let values = |name: &str| {
            vec![match name {
                "availability-zone" => instance.zone.clone(),
                "instance-state-code" => instance.state.code().to_string(),
                "instance-state-name" => instance.state.name().to_owned(),
                name if name.ends_with("reachability") => reachability.unwrap_or_default().to_owned(),
                _ => status.to_owned(),
            }]
        };
        (asked && filters.pass(network.tags.get(id), values)).then(|| {
            let summary = || {
                let detail = |status| {
                    Tree::map([("name", Tree::text("reachability")), ("status", Tree::text(status))])
                };
                let details = reachability.map(|status| Tree::List("item", vec![detail(status)]));
                Tree::map([("details", details), ("status", Tree::text(status))])
            };
            Tree::map([
                ("availabilityZone", Tree::text(&instance.zone)),
                ("instanceId", Tree::text(id)),
                ("instanceState", Some(state_tree(instance.state))),
                ("instanceStatus", Some(summary())),
                ("systemStatus", Some(summary())),
            ])
        })
    });
    let (part, next) = page(found.collect(), &call.params, page::EC2)?;
    Ok(Tree::map([("instanceStatusSet", Tree::list("item", part)), ("nextToken", next.map(Tree::Text))]))
}

/// What the status checks say, in short and about reachability.
fn checks(world: &World, instance: &Instance) -> (&'static str, Option<&'static str>) {
    if instance.state != InstanceState::Running {
        return ("not-applicable", None);
    }
    let running = world.now().duration_since(instance.since);
    if running
        < jiff::SignedDuration::try_from(world.ec2.settings.status_checks.longest()).unwrap_or_default()
    {
        return ("initializing", Some("initializing"));
    }
    ("ok", Some("passed"))
}
