//! Operate: which operations there are, and who answers them.
//! Invariant: one row for each operation; what is not in the table is refused loudly.
//! Used by: `World::handle`.

use super::{
    account, acls, attributes, describe, gateways, group_life, groups, interfaces, lists, machines, modify,
    peerings, power, route_change, route_tables, routes, rules, tags, zones,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AcceptVpcPeeringConnection"),
    Operation::partial("AssociateRouteTable", "gateways with tables of their own"),
    Operation::real("AuthorizeSecurityGroupEgress"),
    Operation::real("AuthorizeSecurityGroupIngress"),
    Operation::real("CreateNetworkAcl"),
    Operation::real("CreateNetworkAclEntry"),
    Operation::partial("CreateRoute", "transit, carrier and egress-only gateways, endpoints as targets"),
    Operation::real("CreateRouteTable"),
    Operation::real("CreateSecurityGroup"),
    Operation::real("CreateTags"),
    Operation::partial("CreateVpcPeeringConnection", "other accounts"),
    Operation::real("DeleteNetworkAcl"),
    Operation::real("DeleteNetworkAclEntry"),
    Operation::real("DeleteRoute"),
    Operation::real("DeleteRouteTable"),
    Operation::real("DeleteSecurityGroup"),
    Operation::real("DeleteTags"),
    Operation::real("DeleteVpcPeeringConnection"),
    Operation::partial("DescribeAccountAttributes", "EC2-Classic"),
    Operation::real("DescribeAddresses"),
    Operation::real("DescribeAvailabilityZones"),
    Operation::partial("DescribeImages", "images that no machine of the world was made from"),
    Operation::partial("DescribeInstanceAttribute", "disks and user data"),
    Operation::partial("DescribeInstanceStatus", "scheduled events"),
    Operation::partial("DescribeInstances", "disks but the one that an instance starts from"),
    Operation::real("DescribeInternetGateways"),
    Operation::real("DescribeKeyPairs"),
    Operation::real("DescribeManagedPrefixLists"),
    Operation::real("DescribeNatGateways"),
    Operation::real("DescribeNetworkAcls"),
    Operation::real("DescribeNetworkInterfaceAttribute"),
    Operation::real("DescribeNetworkInterfaces"),
    Operation::real("DescribePrefixLists"),
    Operation::real("DescribeRegions"),
    Operation::real("DescribeRouteTables"),
    Operation::real("DescribeSecurityGroupReferences"),
    Operation::real("DescribeSecurityGroupRules"),
    Operation::real("DescribeSecurityGroups"),
    Operation::real("DescribeStaleSecurityGroups"),
    Operation::real("DescribeSubnets"),
    Operation::real("DescribeTags"),
    Operation::real("DescribeVpcAttribute"),
    Operation::partial("DescribeVpcEndpoints", "interface endpoints"),
    Operation::real("DescribeVpcPeeringConnections"),
    Operation::real("DescribeVpcs"),
    Operation::real("DisassociateRouteTable"),
    Operation::real("GetManagedPrefixListEntries"),
    Operation::partial("ModifyInstanceAttribute", "all but groups, checks, protections and type"),
    Operation::partial("ModifyNetworkInterfaceAttribute", "all but groups, description and source check"),
    Operation::real("ModifySecurityGroupRules"),
    Operation::real("ModifyVpcAttribute"),
    Operation::real("ModifyVpcPeeringConnectionOptions"),
    Operation::real("RebootInstances"),
    Operation::real("RejectVpcPeeringConnection"),
    Operation::real("ReplaceNetworkAclAssociation"),
    Operation::real("ReplaceNetworkAclEntry"),
    Operation::partial("ReplaceRoute", "transit, carrier and egress-only gateways, endpoints as targets"),
    Operation::real("ReplaceRouteTableAssociation"),
    Operation::real("RevokeSecurityGroupEgress"),
    Operation::real("RevokeSecurityGroupIngress"),
    Operation::partial("RunInstances", "launch templates, disks, several interfaces, client tokens"),
    Operation::real("StartInstances"),
    Operation::real("StopInstances"),
    Operation::real("TerminateInstances"),
    Operation::real("UpdateSecurityGroupRuleDescriptionsEgress"),
    Operation::real("UpdateSecurityGroupRuleDescriptionsIngress"),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn ec2_operate(&mut self, call: &Call) -> Reply {
        let operation = call.operation.as_str();
        if !OPERATIONS.iter().any(|known| known.name == operation) {
            return Err(World::unrouted(Service::Ec2, operation));
        }
        // AWS: DryRun asks for permission only; parameters are not looked at.
        if call.params.text("DryRun") == Some("true") {
            let message = "Request would have succeeded, but DryRun flag is set.";
            return Err(AwsFault::new(412, "DryRunOperation", message));
        }
        if operation.starts_with("Describe") || operation.starts_with("Get") {
            return self.ec2_read(call);
        }
        self.ec2_write(call)
    }

    fn ec2_read(&self, call: &Call) -> Reply {
        let state = &self.ec2;
        match call.operation.as_str() {
            "DescribeAccountAttributes" => account::account(state, call),
            "DescribeAddresses" => gateways::addresses(state, call),
            "DescribeAvailabilityZones" => zones::zones(state, call),
            "DescribeImages" => account::images(state, call),
            "DescribeInstanceAttribute" => attributes::of_instance(self, call),
            "DescribeInstanceStatus" => machines::status(self, call),
            "DescribeInstances" => machines::instances(state, call),
            "DescribeInternetGateways" => gateways::internet(state, call),
            "DescribeKeyPairs" => account::key_pairs(state, call),
            "DescribeManagedPrefixLists" => lists::managed(state, call),
            "DescribeNatGateways" => gateways::nats(state, call),
            "DescribeNetworkAcls" => acls::describe(state, call),
            "DescribeNetworkInterfaceAttribute" => attributes::of_interface(self, call),
            "DescribeNetworkInterfaces" => interfaces::describe(state, call),
            "DescribePrefixLists" => lists::describe(state, call),
            "DescribeRegions" => zones::regions(state, call),
            "DescribeRouteTables" => routes::describe(state, call),
            "DescribeSecurityGroupReferences" => group_life::references(state, call),
            "DescribeSecurityGroupRules" => groups::describe_rules(state, call),
            "DescribeSecurityGroups" => groups::describe_groups(state, call),
            "DescribeStaleSecurityGroups" => group_life::stale(state, call),
            "DescribeSubnets" => describe::subnets(state, call),
            "DescribeTags" => tags::describe(state, call),
            "DescribeVpcAttribute" => account::vpc_attribute(state, call),
            "DescribeVpcEndpoints" => gateways::endpoints(state, call),
            "DescribeVpcPeeringConnections" => peerings::describe(self, call),
            "DescribeVpcs" => describe::vpcs(state, call),
            "GetManagedPrefixListEntries" => lists::entries(state, call),
            other => Err(World::unrouted(Service::Ec2, other)),
        }
    }

    fn ec2_write(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "AcceptVpcPeeringConnection" => peerings::accept(self, call),
            "AssociateRouteTable" => route_tables::associate(self, call),
            "AuthorizeSecurityGroupEgress" => rules::authorize(self, call, true),
            "AuthorizeSecurityGroupIngress" => rules::authorize(self, call, false),
            "CreateNetworkAcl" => acls::create(self, call),
            "CreateNetworkAclEntry" => acls::change_entry(self, call, acls::Change::Create),
            "CreateRoute" => route_change::change_route(self, call, route_change::Change::Create),
            "CreateRouteTable" => route_tables::create(self, call),
            "CreateSecurityGroup" => group_life::create(self, call),
            "CreateTags" => tags::create(self, call),
            "CreateVpcPeeringConnection" => peerings::create(self, call),
            "DeleteNetworkAcl" => acls::delete(self, call),
            "DeleteNetworkAclEntry" => acls::change_entry(self, call, acls::Change::Delete),
            "DeleteRoute" => route_change::change_route(self, call, route_change::Change::Delete),
            "DeleteRouteTable" => route_tables::delete(self, call),
            "DeleteSecurityGroup" => group_life::delete(self, call),
            "DeleteTags" => tags::delete(self, call),
            "DeleteVpcPeeringConnection" => peerings::delete(self, call),
            "DisassociateRouteTable" => route_tables::disassociate(self, call),
            "ModifyInstanceAttribute" => attributes::modify_instance(self, call),
            "ModifyNetworkInterfaceAttribute" => attributes::modify_interface(self, call),
            "ModifySecurityGroupRules" => modify::modify(self, call),
            "ModifyVpcAttribute" => attributes::modify_vpc(self, call),
            "ModifyVpcPeeringConnectionOptions" => peerings::modify_options(self, call),
            "RebootInstances" => power::reboot(self, call),
            "RejectVpcPeeringConnection" => peerings::reject(self, call),
            "ReplaceNetworkAclAssociation" => acls::replace_association(self, call),
            "ReplaceNetworkAclEntry" => acls::change_entry(self, call, acls::Change::Replace),
            "ReplaceRoute" => route_change::change_route(self, call, route_change::Change::Replace),
            "ReplaceRouteTableAssociation" => route_tables::replace_association(self, call),
            "RevokeSecurityGroupEgress" => rules::revoke(self, call, true),
            "RevokeSecurityGroupIngress" => rules::revoke(self, call, false),
            "RunInstances" => power::run(self, call),
            "StartInstances" => power::change(self, call, power::Wish::Start),
            "StopInstances" => power::change(self, call, power::Wish::Stop),
            "TerminateInstances" => power::change(self, call, power::Wish::Terminate),
            "UpdateSecurityGroupRuleDescriptionsEgress" => modify::describe_rules_anew(self, call, true),
            "UpdateSecurityGroupRuleDescriptionsIngress" => modify::describe_rules_anew(self, call, false),
            other => Err(World::unrouted(Service::Ec2, other)),
        }
    }
}
