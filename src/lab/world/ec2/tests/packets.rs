//! What packets meet: network ACLs, routes, peerings and machines that stop.

use super::*;
use crate::lab::world::{
    agenda,
    ec2::model::InstanceState,
    reference::TOKYO,
    site::SiteOutcome,
    testing::{get, status, visit},
};

/// The id of the resource of a kind whose `Name` tag is this.
fn named(world: &World, region: &str, kind: &str, name: &str) -> String {
    let tags = &world.ec2.network(region).tags;
    let hit = |(id, tags): &(&String, &model::Tags)| {
        id.starts_with(kind) && tags.get("Name").is_some_and(|own| own == name)
    };
    tags.iter().find(hit).map(|(id, _)| id.clone()).unwrap()
}

/// Takes away whatever is going to happen by itself, so that a long wait costs nothing.
fn be_quiet(world: &mut World) {
    world.agenda = agenda::Agenda::default();
}

fn acl(world: &World) -> String {
    named(world, HERE, "acl-", "seoul-default")
}

fn entry(
    world: &mut World,
    acl: &str,
    operation: &str,
    egress: bool,
    number: &str,
    ports: (&str, &str),
) -> Reply {
    let params = [
        ("NetworkAclId", acl),
        ("RuleNumber", number),
        ("Egress", if egress { "true" } else { "false" }),
        ("Protocol", "6"),
        ("RuleAction", "deny"),
        ("CidrBlock", "0.0.0.0/0"),
        ("PortRange.From", ports.0),
        ("PortRange.To", ports.1),
    ];
    ec2(world, operation, &params)
}

fn bastion(world: &World) -> String {
    named(world, HERE, "i-", "seoul-bastion")
}

fn interface_of(world: &World, instance: &str) -> String {
    world.ec2.network(HERE).instances[instance].interface.clone()
}

fn web(world: &World) -> Vec<String> {
    let tag = "elasticbeanstalk:environment-name";
    world.ec2.network(HERE).instances_tagged(tag, SEOUL.environment).cloned().collect()
}

fn state_of(world: &World, instance: &str) -> InstanceState {
    world.instance_state(HERE, instance).unwrap()
}

/// "Network ACLs are stateless: a deny in either direction breaks existing flows at once."
#[test]
fn a_network_acl_cuts_live_connections_in_either_direction() {
    for (egress, ports) in [(false, ("80", "80")), (true, ("1024", "65535"))] {
        let mut world = world();
        let first = get(&SEOUL, 80);
        let now = world.now();
        let outcome = world.site(now, &first);
        assert_eq!(status(&outcome), 200);
        let SiteOutcome::Answer { connection, .. } = outcome else { panic!("answered") };
        let acl = acl(&world);
        entry(&mut world, &acl, "CreateNetworkAclEntry", egress, "1", ports).unwrap();
        assert_eq!(status(&visit(&mut world, &SEOUL)), 200, "it takes a moment");
        wait(&mut world, 6.0);
        assert_eq!(status(&visit(&mut world, &SEOUL)), 0, "egress: {egress}");
        assert!(world.is_cut(connection), "egress: {egress}");
        entry(&mut world, &acl, "DeleteNetworkAclEntry", egress, "1", ports).unwrap();
        wait(&mut world, 6.0);
        assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
    }
}

/// "Tracked: existing keep-alive connections survive" a revoke; "NACL deny on instance subnets: 504", and nothing of the
/// pool survives.
#[test]
fn a_network_acl_on_the_instances_subnets_cuts_the_pool_too() {
    let mut world = world();
    let vpc = only_vpc(&world);
    let created = ec2(&mut world, "CreateNetworkAcl", &[("VpcId", &vpc)]).unwrap();
    let closed = text(&created, "networkAcl.networkAclId");
    for zone in ["a", "c"] {
        let subnet = named(&world, HERE, "subnet-", &format!("seoul-private-{zone}"));
        let bond = world.ec2.network(HERE).subnets[&subnet].acl.configured.association.clone();
        let params = [("AssociationId", bond.as_str()), ("NetworkAclId", closed.as_str())];
        let reply = ec2(&mut world, "ReplaceNetworkAclAssociation", &params).unwrap();
        assert_ne!(text(&reply, "newAssociationId"), bond, "the association id changes");
        let again = ec2(&mut world, "ReplaceNetworkAclAssociation", &params);
        assert_eq!(code(again), "InvalidAssociationID.NotFound");
    }
    wait(&mut world, 5.1);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 504);
}

fn only_vpc(world: &World) -> String {
    named(world, HERE, "vpc-", "seoul-vpc")
}

/// "Create on an existing number → NetworkAclEntryAlreadyExists"; "Replace/Delete of a missing one →
/// InvalidNetworkAclEntry.NotFound"; "Replace overwrites the whole entry and is safe to repeat"; "rule numbers 1-32766".
#[test]
fn entries_are_named_by_number_and_direction() {
    let mut world = world();
    world.set_prompt_reads(true);
    let acl = acl(&world);
    let ports = ("80", "80");
    let twice = entry(&mut world, &acl, "CreateNetworkAclEntry", false, "100", ports).unwrap_err();
    assert_eq!(twice.code, "NetworkAclEntryAlreadyExists");
    assert_eq!(twice.message, format!("EC2 Network ACL ({acl}) Rule (egress: false)(100) already exists"));
    for operation in ["ReplaceNetworkAclEntry", "DeleteNetworkAclEntry"] {
        let missing = entry(&mut world, &acl, operation, false, "7", ports);
        assert_eq!(code(missing), "InvalidNetworkAclEntry.NotFound");
    }
    for _ in 0..2 {
        entry(&mut world, &acl, "ReplaceNetworkAclEntry", false, "100", ports).unwrap();
    }
    for number in ["0", "32767"] {
        let refused = entry(&mut world, &acl, "CreateNetworkAclEntry", false, number, ports);
        assert_eq!(code(refused), "InvalidParameterValue");
    }
    let shown = ec2(&mut world, "DescribeNetworkAcls", &[("NetworkAclId.1", &acl)]).unwrap();
    let entries = items(&shown, "networkAclSet.0.entrySet");
    let numbers: Vec<String> = entries.iter().map(|entry| text(entry, "ruleNumber")).collect();
    assert_eq!(numbers, ["100", "32767", "100", "32767"]);
    assert_eq!(text(&entries[0], "portRange.from"), "80");
    assert_eq!(text(&entries[0], "ruleAction"), "deny");
    assert_eq!(code(ec2(&mut world, "DeleteNetworkAcl", &[("NetworkAclId", &acl)])), "InvalidParameterValue");
}

/// "Network ACL: 20 rules per direction by default (IPv4 and IPv6 counted separately)."
#[test]
fn an_acl_holds_twenty_entries_a_direction() {
    let mut world = world();
    world.set_unlimited(true);
    let acl = acl(&world);
    for number in 1..20 {
        entry(&mut world, &acl, "CreateNetworkAclEntry", true, &number.to_string(), ("1", "2")).unwrap();
    }
    let over = entry(&mut world, &acl, "CreateNetworkAclEntry", true, "20", ("1", "2"));
    assert_eq!(code(over), "NetworkAclEntryLimitExceeded");
    assert!(entry(&mut world, &acl, "CreateNetworkAclEntry", false, "20", ("1", "2")).is_ok());
}

fn table(world: &World) -> String {
    named(world, HERE, "rtb-", "seoul-public")
}

/// Without a route to the internet gateway nobody from outside reaches the balancer; its targets stay healthy.
#[test]
fn a_lost_route_makes_the_site_unreachable() {
    let mut world = world();
    let table = table(&world);
    let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0")];
    ec2(&mut world, "DeleteRoute", &route).unwrap();
    wait(&mut world, 4.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 0);
    assert_eq!(status(&visit(&mut world, &TOKYO)), 200);
    let gateway = named(&world, HERE, "igw-", "seoul-internet");
    let back = [route[0], route[1], ("GatewayId", gateway.as_str())];
    ec2(&mut world, "CreateRoute", &back).unwrap();
    assert_eq!(code(ec2(&mut world, "CreateRoute", &back)), "RouteAlreadyExists");
    wait(&mut world, 4.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
}

/// "`local` route cannot be deleted; ReplaceRoute on a missing destination and DeleteRoute of a missing route →
/// InvalidRoute.NotFound: no route with destination-cidr-block X in route table Y."
#[test]
fn routes_have_ec2s_codes() {
    let mut world = world();
    let table = table(&world);
    let missing = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "192.168.0.0/16")];
    let fault = ec2(&mut world, "DeleteRoute", &missing).unwrap_err();
    let message = format!("no route with destination-cidr-block 192.168.0.0/16 in route table {table}");
    assert_eq!(fault, AwsFault::new(400, "InvalidRoute.NotFound", message));
    assert_eq!(code(ec2(&mut world, "ReplaceRoute", &missing)), "InvalidRoute.NotFound");
    let local = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "10.10.0.0/16")];
    assert_eq!(code(ec2(&mut world, "DeleteRoute", &local)), "InvalidParameterValue");
    let nowhere = [missing[0], missing[1], ("GatewayId", "igw-00000000000000000")];
    assert_eq!(code(ec2(&mut world, "CreateRoute", &nowhere)), "InvalidGatewayID.NotFound");
    let nowhere = [missing[0], missing[1], ("VpcPeeringConnectionId", "pcx-00000000000000000")];
    assert_eq!(code(ec2(&mut world, "CreateRoute", &nowhere)), "InvalidVpcPeeringConnectionID.NotFound");
}

/// A subnet without a table of its own falls back to the main one; an association has another id after it is replaced.
#[test]
fn subnets_change_tables() {
    let mut world = world();
    world.set_prompt_reads(true);
    let private = named(&world, HERE, "subnet-", "seoul-private-a");
    let bond = world.ec2.network(HERE).subnets[&private].table.configured.clone().unwrap();
    let (old, public) = (bond.association.as_str(), table(&world));
    let other = [("SubnetId", private.as_str()), ("RouteTableId", public.as_str())];
    assert_eq!(code(ec2(&mut world, "AssociateRouteTable", &other)), "Resource.AlreadyAssociated");
    ec2(&mut world, "DisassociateRouteTable", &[("AssociationId", old)]).unwrap();
    let made = ec2(&mut world, "AssociateRouteTable", &other).unwrap();
    let made = text(&made, "associationId");
    let back = [("AssociationId", made.as_str()), ("RouteTableId", bond.to.as_str())];
    let replaced = ec2(&mut world, "ReplaceRouteTableAssociation", &back).unwrap();
    assert_ne!(text(&replaced, "newAssociationId"), made);
    let gone = ec2(&mut world, "DisassociateRouteTable", &[("AssociationId", &made)]);
    assert_eq!(code(gone), "InvalidAssociationID.NotFound");
    let main = world.ec2.network(HERE).route_tables[&public].main.clone().unwrap();
    let refused = ec2(&mut world, "DisassociateRouteTable", &[("AssociationId", &main)]);
    assert_eq!(code(refused), "InvalidParameterValue");
}

/// Whether the bastion of Seoul reaches a web instance of Tokyo on the database's port.
fn crosses(world: &World) -> bool {
    let here = interface_of(world, &bastion(world));
    let network = world.ec2.network(TOKYO.code);
    let there = network.interfaces.iter().find(|(_, held)| {
        matches!(&held.owner, model::Owner::Instance(id) if network.tags[id]["Name"] == "tokyo-bastion")
    });
    let there = there.map(|(id, _)| id.clone()).unwrap();
    world.ec2.admits(End::Interface(HERE, &here), End::Interface(TOKYO.code, &there), 3306).is_some()
}

/// "Peering needs both sides: route in each VPC, group/ACL entries in each VPC"; "DeleteVpcPeeringConnection cannot be
/// undone … routes that pointed to the old one show state blackhole"; "an old pcx- in state deleted in the describe
/// output is normal".
#[test]
fn a_deleted_peering_leaves_black_holes() {
    let mut world = world();
    world.set_prompt_reads(true);
    assert!(!crosses(&world), "the group admits the offices only");
    let params = [
        ("GroupId", named(&world, TOKYO.code, "sg-", "tokyo-bastion")),
        ("IpPermissions.1.IpProtocol", "tcp".to_owned()),
        ("IpPermissions.1.FromPort", "3306".to_owned()),
        ("IpPermissions.1.ToPort", "3306".to_owned()),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.10.0.0/16".to_owned()),
    ];
    let params: Vec<(&str, &str)> = params.iter().map(|(path, text)| (*path, text.as_str())).collect();
    call(&mut world, Service::Ec2, "AuthorizeSecurityGroupIngress", TOKYO.code, &params).unwrap();
    wait(&mut world, 6.0);
    assert!(crosses(&world));
    let peering = world.ec2.peerings.keys().next().cloned().unwrap();
    let id = [("VpcPeeringConnectionId", peering.as_str())];
    ec2(&mut world, "DeleteVpcPeeringConnection", &id).unwrap();
    assert!(!crosses(&world));
    assert_eq!(code(ec2(&mut world, "DeleteVpcPeeringConnection", &id)), "InvalidStateTransition");
    assert_eq!(code(ec2(&mut world, "AcceptVpcPeeringConnection", &id)), "OperationNotPermitted");
    let holes = [("Filter.1.Name", "route.state"), ("Filter.1.Value.1", "blackhole")];
    let holes = ec2(&mut world, "DescribeRouteTables", &holes).unwrap();
    assert_eq!(items(&holes, "routeTableSet").len(), 2);
    let shown = ec2(&mut world, "DescribeVpcPeeringConnections", &[]).unwrap();
    assert_eq!(text(&shown, "vpcPeeringConnectionSet.0.status.code"), "deleted");
    assert!(testing::member(&shown, "vpcPeeringConnectionSet.0.requesterVpcInfo.cidrBlockSet").is_none());
    be_quiet(&mut world);
    wait(&mut world, 3.0 * 3_600.0);
    let shown = ec2(&mut world, "DescribeVpcPeeringConnections", &[]).unwrap();
    assert!(items(&shown, "vpcPeeringConnectionSet").is_empty(), "visible for two hours");
}

/// "A pending request expires after 7 days"; a request is accepted in the accepter's region; "CIDRs must not overlap".
#[test]
fn a_peering_lives_from_a_request_to_an_end() {
    let mut world = world();
    let there = named(&world, TOKYO.code, "vpc-", "tokyo-vpc");
    let here = only_vpc(&world);
    let ask = [("VpcId", here.as_str()), ("PeerVpcId", there.as_str()), ("PeerRegion", TOKYO.code)];
    assert_eq!(
        code(ec2(&mut world, "CreateVpcPeeringConnection", &ask)),
        "VpcPeeringConnectionAlreadyExists"
    );
    let old = world.ec2.peerings.keys().next().cloned().unwrap();
    ec2(&mut world, "DeleteVpcPeeringConnection", &[("VpcPeeringConnectionId", &old)]).unwrap();
    let made = ec2(&mut world, "CreateVpcPeeringConnection", &ask).unwrap();
    assert_eq!(text(&made, "vpcPeeringConnection.status.code"), "initiating-request");
    let id = text(&made, "vpcPeeringConnection.vpcPeeringConnectionId");
    assert_ne!(id, old);
    let named = [("VpcPeeringConnectionId", id.as_str())];
    assert_eq!(code(ec2(&mut world, "AcceptVpcPeeringConnection", &named)), "OperationNotPermitted");
    let accept =
        |world: &mut World| call(world, Service::Ec2, "AcceptVpcPeeringConnection", TOKYO.code, &named);
    assert_eq!(text(&accept(&mut world).unwrap(), "vpcPeeringConnection.status.code"), "provisioning");
    assert_eq!(code(accept(&mut world)), "InvalidStateTransition");
    wait(&mut world, 3.1);
    let shown =
        ec2(&mut world, "DescribeVpcPeeringConnections", &[("VpcPeeringConnectionId.1", &id)]).unwrap();
    assert_eq!(text(&shown, "vpcPeeringConnectionSet.0.status.code"), "active");

    ec2(&mut world, "DeleteVpcPeeringConnection", &named).unwrap();
    be_quiet(&mut world);
    let made = ec2(&mut world, "CreateVpcPeeringConnection", &ask).unwrap();
    let id = text(&made, "vpcPeeringConnection.vpcPeeringConnectionId");
    wait(&mut world, 7.0 * 86_400.0 + 1.0);
    assert_eq!(world.ec2.peerings[&id].status, PeeringStatus::Expired);
    let itself = [("VpcId", here.as_str()), ("PeerVpcId", here.as_str())];
    let failed = ec2(&mut world, "CreateVpcPeeringConnection", &itself).unwrap();
    let id = text(&failed, "vpcPeeringConnection.vpcPeeringConnectionId");
    assert_eq!(world.ec2.peerings[&id].status, PeeringStatus::Failed);
}

/// "StopInstances/StartInstances return previousState/currentState; states are asynchronous; public IPv4 changes on
/// stop/start unless it is an Elastic IP."
#[test]
fn a_machine_stops_and_starts_over_time() {
    let mut world = world();
    let id = bastion(&world);
    let own = [("InstanceId.1", id.as_str())];
    let public = |world: &mut World| {
        text(&ec2(world, "DescribeInstances", &own).unwrap(), "reservationSet.0.instancesSet.0.ipAddress")
    };
    let elastic = public(&mut world);
    let stopped = ec2(&mut world, "StopInstances", &own).unwrap();
    assert_eq!(text(&stopped, "instancesSet.0.previousState.name"), "running");
    assert_eq!(text(&stopped, "instancesSet.0.currentState.code"), "64");
    assert_eq!(code(ec2(&mut world, "StartInstances", &own)), "IncorrectInstanceState");
    assert!(ec2(&mut world, "StopInstances", &own).is_ok(), "a second stop is no error");
    wait(&mut world, 61.0);
    assert_eq!(state_of(&world, &id), InstanceState::Stopped);
    assert_eq!(public(&mut world), elastic);
    let status = ec2(&mut world, "DescribeInstanceStatus", &own).unwrap();
    assert!(items(&status, "instanceStatusSet").is_empty(), "only running ones are shown");
    ec2(&mut world, "StartInstances", &own).unwrap();
    assert_eq!(state_of(&world, &id), InstanceState::Pending);
    wait(&mut world, 91.0);
    assert_eq!(state_of(&world, &id), InstanceState::Running);
    let status = ec2(&mut world, "DescribeInstanceStatus", &own).unwrap();
    assert_eq!(text(&status, "instanceStatusSet.0.instanceStatus.status"), "initializing");
    wait(&mut world, 121.0);
    let status = ec2(&mut world, "DescribeInstanceStatus", &own).unwrap();
    assert_eq!(text(&status, "instanceStatusSet.0.systemStatus.status"), "ok");
}

/// A public address that is not elastic goes with a stop, and another one comes with the start.
#[test]
fn a_public_address_changes_unless_it_is_elastic() {
    let mut world = world();
    let network = world.ec2.network(HERE);
    let image = network.images.keys().next().cloned().unwrap();
    let subnet = named(&world, HERE, "subnet-", "seoul-public-a");
    let params = [("ImageId", image.as_str()), ("SubnetId", &subnet), ("MinCount", "1"), ("MaxCount", "1")];
    let run = ec2(&mut world, "RunInstances", &params).unwrap();
    let id = text(&run, "instancesSet.0.instanceId");
    assert_eq!(text(&run, "instancesSet.0.instanceState.name"), "pending");
    wait(&mut world, 91.0);
    let public = |world: &World| world.ec2.network(HERE).interfaces[&interface_of(world, &id)].public;
    let before = public(&world);
    assert!(before.is_some());
    ec2(&mut world, "StopInstances", &[("InstanceId.1", &id)]).unwrap();
    wait(&mut world, 61.0);
    assert_eq!(public(&world), None);
    ec2(&mut world, "StartInstances", &[("InstanceId.1", &id)]).unwrap();
    wait(&mut world, 91.0);
    assert!(public(&world).is_some() && public(&world) != before);
}

/// A stopped, a rebooting and a terminated machine take no connections; the site goes on with the others.
#[test]
fn packets_find_only_machines_that_run() {
    let mut world = world();
    let web = web(&world);
    let reaches = |world: &World| {
        let from = interface_of(world, &bastion(world));
        let to = &world.ec2.network(HERE).instances[&web[0]].interface;
        world.ec2.admits(End::Interface(HERE, &from), End::Interface(HERE, to), 22).is_some()
    };
    assert!(reaches(&world));
    ec2(&mut world, "RebootInstances", &[("InstanceId.1", &web[0])]).unwrap();
    assert!(!reaches(&world));
    wait(&mut world, 61.0);
    assert!(reaches(&world));
    be_quiet(&mut world);
    ec2(&mut world, "TerminateInstances", &[("InstanceId.1", &web[0])]).unwrap();
    assert!(!reaches(&world));
    wait(&mut world, 61.0);
    assert_eq!(state_of(&world, &web[0]), InstanceState::Terminated);
    assert!(ec2(&mut world, "TerminateInstances", &[("InstanceId.1", &web[0])]).is_ok());
    let reboot = ec2(&mut world, "RebootInstances", &[("InstanceId.1", &web[0])]);
    assert_eq!(code(reboot), "IncorrectInstanceState");
    wait(&mut world, 3_601.0);
    assert_eq!(world.instance_state(HERE, &web[0]), None, "shown for about an hour");
}

/// Every operation of the table is answered, and without parameters none of them panics.
#[test]
fn every_operation_of_the_table_is_answered() {
    let mut world = world();
    world.set_unlimited(true);
    for operation in OPERATIONS {
        let reply = ec2(&mut world, operation.name, &[]);
        assert!(reply.is_ok() || code(reply) != "UnroutedOperation", "{}", operation.name);
    }
}

/// An idle world has nothing to do.
#[test]
fn nothing_is_due_at_rest() {
    let mut world = World::reference(7, jiff::Timestamp::UNIX_EPOCH);
    be_quiet(&mut world);
    let group = group(&world);
    let rule = world.ec2.network(HERE).groups[&group].rules.configured.keys().next().cloned().unwrap();
    ec2(&mut world, "CreateTags", &[("ResourceId.1", &rule), ("Tag.1.Key", "a"), ("Tag.1.Value", "b")])
        .unwrap();
    assert!(world.next_due().is_some());
    wait(&mut world, 6.0);
    assert_eq!(world.next_due(), None);
}
