//! Ec2: EC2's actions. Its reads cannot be narrowed: they are on `*`.

use super::{Also, Resource, Resource::Ec2, Row, row};

const GROUP: Resource = Ec2(&["GroupId"]);
const ACL: Resource = Ec2(&["NetworkAclId"]);
const TABLE: Resource = Ec2(&["RouteTableId"]);
const INSTANCES: Resource = Ec2(&["InstanceId"]);
const RULE: Resource =
    Resource::Named("arn:aws:ec2:{r}:{a}:security-group-rule/*", &["TagSpecification.*.ResourceType"]);

/// AWS: "ec2:CreateTags if tags are sent".
const TAGGED: &[Also] = &[Also { action: "ec2:CreateTags", with: "TagSpecification", resource: RULE }];

const fn tagged(operation: &'static str, resources: &'static [Resource]) -> Row {
    Row { operation, resources, also: TAGGED }
}

/// EC2.
pub(super) const ROWS: &[Row] = &[
    row("RevokeSecurityGroupIngress", &[GROUP]),
    row("RevokeSecurityGroupEgress", &[GROUP]),
    tagged("AuthorizeSecurityGroupIngress", &[GROUP]),
    tagged("AuthorizeSecurityGroupEgress", &[GROUP]),
    // AWS: a referenced group is checked, too.
    row(
        "ModifySecurityGroupRules",
        &[
            GROUP,
            Ec2(&["SecurityGroupRule.*.SecurityGroupRuleId"]),
            Ec2(&["SecurityGroupRule.*.SecurityGroupRule.ReferencedGroupId"]),
            Ec2(&["SecurityGroupRule.*.SecurityGroupRule.PrefixListId"]),
        ],
    ),
    row("UpdateSecurityGroupRuleDescriptionsIngress", &[GROUP]),
    row("UpdateSecurityGroupRuleDescriptionsEgress", &[GROUP]),
    row(
        "CreateSecurityGroup",
        &[Resource::Named("arn:aws:ec2:{r}:{a}:security-group/*", &[]), Ec2(&["VpcId"])],
    ),
    row("DeleteSecurityGroup", &[GROUP]),
    row("CreateTags", &[Ec2(&["ResourceId"])]),
    row("DeleteTags", &[Ec2(&["ResourceId"])]),
    row("CreateNetworkAclEntry", &[ACL]),
    row("ReplaceNetworkAclEntry", &[ACL]),
    row("DeleteNetworkAclEntry", &[ACL]),
    row("CreateNetworkAcl", &[Resource::Named("arn:aws:ec2:{r}:{a}:network-acl/*", &[]), Ec2(&["VpcId"])]),
    row("DeleteNetworkAcl", &[ACL]),
    row("ReplaceNetworkAclAssociation", &[ACL]),
    row("CreateRouteTable", &[Resource::Named("arn:aws:ec2:{r}:{a}:route-table/*", &[]), Ec2(&["VpcId"])]),
    row("DeleteRouteTable", &[TABLE]),
    row("CreateRoute", &[TABLE]),
    row("ReplaceRoute", &[TABLE]),
    row("DeleteRoute", &[TABLE]),
    row("AssociateRouteTable", &[TABLE, Ec2(&["SubnetId"])]),
    row("DisassociateRouteTable", &[Resource::Named("arn:aws:ec2:{r}:{a}:route-table/*", &[])]),
    row("ReplaceRouteTableAssociation", &[TABLE]),
    row("CreateVpcPeeringConnection", &[Ec2(&["VpcId"])]),
    row("AcceptVpcPeeringConnection", &[Ec2(&["VpcPeeringConnectionId"])]),
    row("RejectVpcPeeringConnection", &[Ec2(&["VpcPeeringConnectionId"])]),
    row("DeleteVpcPeeringConnection", &[Ec2(&["VpcPeeringConnectionId"])]),
    row("ModifyVpcPeeringConnectionOptions", &[Ec2(&["VpcPeeringConnectionId"])]),
    row("ModifyVpcAttribute", &[Ec2(&["VpcId"])]),
    row("StartInstances", &[INSTANCES]),
    row("StopInstances", &[INSTANCES]),
    row("RebootInstances", &[INSTANCES]),
    row("TerminateInstances", &[INSTANCES]),
    row(
        "RunInstances",
        &[
            Resource::Named("arn:aws:ec2:{r}:{a}:instance/*", &[]),
            Ec2(&["SubnetId"]),
            Ec2(&["SecurityGroupId"]),
        ],
    ),
    row("ModifyInstanceAttribute", &[INSTANCES, Ec2(&["GroupId"])]),
    row("ModifyNetworkInterfaceAttribute", &[Ec2(&["NetworkInterfaceId"]), Ec2(&["SecurityGroupId"])]),
    row("CreateManagedPrefixList", &[Resource::Named("arn:aws:ec2:{r}:{a}:prefix-list/*", &[])]),
    row("ModifyManagedPrefixList", &[Ec2(&["PrefixListId"])]),
    row("DeleteManagedPrefixList", &[Ec2(&["PrefixListId"])]),
    row("GetManagedPrefixListEntries", &[Ec2(&["PrefixListId"])]),
];
