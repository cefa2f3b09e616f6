//! Attributes: reading and changing single attributes of instances, interfaces and networks.
//! Invariant: a call changes one attribute, or nothing.
//! Used by: `operate`.

use super::{
    acls::{missing, needed},
    interfaces::{attachment_tree, description, group_set},
    machines::{no_instance, no_interface},
    model::InstanceState,
    modify::done,
    permission::invalid,
    power::groups_in,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

fn value(tree: Option<Tree>) -> Option<Tree> {
    Some(Tree::map([("value", tree)]))
}

/// `DescribeInstanceAttribute`.
pub(super) fn of_instance(world: &World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let id = needed(&call.params, "InstanceId", "instanceId")?;
    let instance = network.instances.get(id).ok_or_else(|| no_instance(id))?;
    let interface = network.interfaces.get(&instance.interface);
    let empty = || Some(Tree::Map(Vec::new()));
    let flag = |flag: bool| value(Some(Tree::Bool(flag)));
    let attribute = match call.params.text("Attribute").ok_or_else(|| missing("attribute"))? {
        "instanceType" => ("instanceType", value(Tree::text(&instance.kind))),
        "disableApiTermination" => ("disableApiTermination", flag(instance.keep)),
        "disableApiStop" => ("disableApiStop", flag(instance.keep_running)),
        "instanceInitiatedShutdownBehavior" => {
            ("instanceInitiatedShutdownBehavior", value(Tree::text("stop")))
        }
        "rootDeviceName" => ("rootDeviceName", value(Tree::text("/dev/xvda"))),
        "ebsOptimized" => ("ebsOptimized", flag(false)),
        "enaSupport" => ("enaSupport", flag(true)),
        "sourceDestCheck" => ("sourceDestCheck", flag(interface.is_none_or(|held| held.source_dest_check))),
        "groupSet" => {
            ("groupSet", group_set(network, interface.map(|held| &held.groups[..]).unwrap_or_default()))
        }
        "blockDeviceMapping" => ("blockDeviceMapping", Tree::list("item", [])),
        "productCodes" => ("productCodes", Tree::list("item", [])),
        "userData" => ("userData", empty()),
        "kernel" => ("kernel", empty()),
        "ramdisk" => ("ramdisk", empty()),
        "sriovNetSupport" => ("sriovNetSupport", empty()),
        other => {
            return Err(invalid(format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    };
    Ok(Tree::map([("instanceId", Tree::text(id)), attribute]))
}

/// `ModifyInstanceAttribute`, for groups, source/destination check, protections and type.
pub(super) fn modify_instance(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let id = needed(params, "InstanceId", "instanceId")?.to_owned();
    let network = world.ec2.network(&call.region);
    let instance = network.instances.get(&id).ok_or_else(|| no_instance(&id))?;
    let (interface, stopped) = (instance.interface.clone(), instance.state == InstanceState::Stopped);
    // The older form names the attribute in one parameter and gives its value in another.
    let older = |name: &str| params.text("Value").filter(|_| params.text("Attribute") == Some(name));
    let given = |path: &str, name: &str| params.text(&format!("{path}.Value")).or_else(|| older(name));
    let flag = |text: &str| text == "true";
    let groups = params.texts("GroupId");
    if !groups.is_empty() {
        return set_groups(world, call, &interface, &groups);
    }
    let kind = given("InstanceType", "instanceType").map(str::to_owned);
    if kind.is_some() && !stopped {
        let message = format!("The instance '{id}' is not in the 'stopped' state.");
        return Err(AwsFault::new(400, "IncorrectInstanceState", message));
    }
    let check = given("SourceDestCheck", "sourceDestCheck").map(flag);
    let keep = given("DisableApiTermination", "disableApiTermination").map(flag);
    let keep_running = given("DisableApiStop", "disableApiStop").map(flag);
    if kind.is_none() && check.is_none() && keep.is_none() && keep_running.is_none() {
        return Err(AwsFault::new(400, "InvalidParameterCombination", "No attributes specified."));
    }
    let Some(network) = world.ec2.networks.get_mut(&call.region) else { return Ok(done()) };
    if let (Some(check), Some(interface)) = (check, network.interfaces.get_mut(&interface)) {
        interface.source_dest_check = check;
    }
    if let Some(instance) = network.instances.get_mut(&id) {
        instance.kind = kind.unwrap_or_else(|| instance.kind.clone());
        instance.keep = keep.unwrap_or(instance.keep);
        instance.keep_running = keep_running.unwrap_or(instance.keep_running);
    }
    Ok(done())
}

/// Gives an interface other groups: the whole list anew.
fn set_groups(world: &mut World, call: &Call, interface: &str, groups: &[String]) -> Reply {
    let network = world.ec2.network(&call.region);
    let held = network.interfaces.get(interface).ok_or_else(|| no_interface(interface))?;
    let limit = world.ec2.settings.groups_per_interface;
    let groups = groups_in(network, network.vpc_of(held), groups, limit)?;
    world.write_interface_groups(&call.region, &[interface.to_owned()], &groups);
    Ok(done())
}

/// `DescribeNetworkInterfaceAttribute`.
pub(super) fn of_interface(world: &World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let id = needed(&call.params, "NetworkInterfaceId", "networkInterfaceId")?;
    let interface = network.interfaces.get(id).ok_or_else(|| no_interface(id))?;
    let attribute = match call.params.text("Attribute").ok_or_else(|| missing("attribute"))? {
        "description" => ("description", value(Tree::text(description(interface)))),
        "groupSet" => ("groupSet", group_set(network, &interface.groups)),
        "sourceDestCheck" => ("sourceDestCheck", value(Some(Tree::Bool(interface.source_dest_check)))),
        "attachment" => ("attachment", Some(attachment_tree(network, id, interface))),
        other => {
            return Err(invalid(format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    };
    Ok(Tree::map([attribute, ("networkInterfaceId", Tree::text(id))]))
}

/// `ModifyNetworkInterfaceAttribute`, for groups, description and source/destination check.
pub(super) fn modify_interface(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let id = needed(params, "NetworkInterfaceId", "networkInterfaceId")?.to_owned();
    if !world.ec2.network(&call.region).interfaces.contains_key(&id) {
        return Err(no_interface(&id));
    }
    let groups = params.texts("SecurityGroupId");
    if !groups.is_empty() {
        return set_groups(world, call, &id, &groups);
    }
    let (words, check) = (params.text("Description.Value"), params.text("SourceDestCheck.Value"));
    if words.is_none() && check.is_none() {
        return Err(AwsFault::new(400, "InvalidParameterCombination", "No attributes specified."));
    }
    let network = world.ec2.networks.get_mut(&call.region);
    if let Some(interface) = network.and_then(|network| network.interfaces.get_mut(&id)) {
        interface.description = words.map_or_else(|| interface.description.clone(), str::to_owned);
        interface.source_dest_check = check.map_or(interface.source_dest_check, |check| check == "true");
    }
    Ok(done())
}

/// `ModifyVpcAttribute`.
pub(super) fn modify_vpc(world: &mut World, call: &Call) -> Reply {
    let id = needed(&call.params, "VpcId", "vpcId")?;
    let network = world.ec2.networks.get_mut(&call.region);
    let Some(vpc) = network.and_then(|network| network.vpcs.get_mut(id)) else {
        return Err(AwsFault::new(400, "InvalidVpcID.NotFound", format!("The vpc ID '{id}' does not exist")));
    };
    let flag = |name: &str| call.params.text(&format!("{name}.Value")).map(|text| text == "true");
    match (flag("EnableDnsSupport"), flag("EnableDnsHostnames")) {
        (Some(support), None) => vpc.dns_support = support,
        (None, Some(hostnames)) => vpc.dns_hostnames = hostnames,
        (None, None) => return Err(missing("enableDnsSupport")),
        (Some(_), Some(_)) => {
            let message = "You can only modify one attribute at a time.";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
    }
    Ok(done())
}
