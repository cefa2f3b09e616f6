//! Ec2: instances, security groups and their ingress rules.
//! Invariant: rules are read with `DescribeSecurityGroupRules`: the other call merges rules and drops ids and tags.
//! Not here: which rules a change touches and what it does on a lost answer (see `change::ec2_revoke_ingress`).
//! Used by: topology, change.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};

use super::{
    Aws, AwsError, pages,
    rule::{IngressRule, RuleKey, Source},
    text,
};
use crate::drill::model::Side;

/// One instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// `running`, `stopped` …
    pub state: String,
    /// For example `t3.small`.
    #[serde(default)]
    pub instance_type: String,
    /// Its private address.
    pub private_ip: Option<String>,
    /// Its subnet.
    #[serde(default)]
    pub subnet: Option<String>,
    /// Ids of its security groups, over all its interfaces.
    pub security_groups: Vec<String>,
}

/// One security group, without its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// One network interface: what a security group holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Its id.
    pub id: String,
    /// The instance it is attached to, if it is one's.
    pub instance: Option<String>,
    /// Its hardware address.
    pub mac: String,
    /// Its private addresses.
    pub addresses: Vec<String>,
    /// What its maker wrote on it.
    pub description: String,
    /// Ids of its security groups.
    pub security_groups: Vec<String>,
}

impl Aws {
    /// Every network interface that has one of these security groups.
    pub async fn interfaces(&self, side: Side, groups: &[String]) -> Result<Vec<Interface>, AwsError> {
        const OPERATION: &str = "ec2:DescribeNetworkInterfaces";
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let client = &self.clients(side).await.ec2;
        pages::all(OPERATION, async |from: Option<String>| {
            let inside = filter("group-id", groups);
            let call = client.describe_network_interfaces().filters(inside).max_results(1000);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let found = answer.network_interfaces().iter().map(interface).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }

    /// The instances with these ids.
    pub async fn instances(&self, side: Side, ids: &[String]) -> Result<Vec<Instance>, AwsError> {
        const OPERATION: &str = "ec2:DescribeInstances";
        // Without ids AWS would answer with every instance of the region.
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call =
                client.describe_instances().set_instance_ids(Some(ids.to_vec())).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let found = answer.reservations().iter().flat_map(|r| r.instances()).map(instance).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }

    /// Every instance of these networks.
    pub async fn instances_in(&self, side: Side, vpcs: &[String]) -> Result<Vec<Instance>, AwsError> {
        const OPERATION: &str = "ec2:DescribeInstances";
        if vpcs.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let filter = sdk::Filter::builder().name("vpc-id").set_values(Some(vpcs.to_vec())).build();
            let call = client.describe_instances().filters(filter).max_results(1000).set_next_token(from);
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call.send()).await?;
            let found = answer.reservations().iter().flat_map(|r| r.instances()).map(instance).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }

    /// The security groups with these ids.
    pub async fn security_groups(&self, side: Side, ids: &[String]) -> Result<Vec<SecurityGroup>, AwsError> {
        const OPERATION: &str = "ec2:DescribeSecurityGroups";
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let inside = filter("group-id", ids);
            let call = client.describe_security_groups().filters(inside).max_results(1000);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let found = answer.security_groups().iter().map(security_group).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }

    /// Every ingress rule of these groups.
    pub async fn ingress_rules(&self, side: Side, groups: &[String]) -> Result<Vec<IngressRule>, AwsError> {
        const OPERATION: &str = "ec2:DescribeSecurityGroupRules";
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.ec2.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            // The call has no filter on direction or port.
            let inside = filter("group-id", groups);
            let call = client.describe_security_group_rules().filters(inside).max_results(1000);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).ec2, OPERATION, call).await?;
            let inward = answer.security_group_rules().iter().filter(|rule| rule.is_egress() != Some(true));
            Ok((inward.map(ingress_rule).collect(), pages::marker(answer.next_token())))
        })
        .await
    }
}

fn instance(from: &sdk::Instance) -> Instance {
    let mut groups: Vec<String> = from
        .security_groups()
        .iter()
        .chain(from.network_interfaces().iter().flat_map(|interface| interface.groups()))
        .filter_map(|group| group.group_id().map(str::to_owned))
        .collect();
    groups.sort();
    groups.dedup();
    Instance {
        id: text(from.instance_id()),
        state: text(from.state().and_then(|s| s.name()).map(|n| n.as_str())),
        instance_type: text(from.instance_type().map(|kind| kind.as_str())),
        private_ip: from.private_ip_address().map(str::to_owned),
        subnet: from.subnet_id().map(str::to_owned),
        security_groups: groups,
    }
}

/// A filter on one field.
pub(super) fn filter(name: &str, values: &[String]) -> sdk::Filter {
    sdk::Filter::builder().name(name).set_values(Some(values.to_vec())).build()
}

pub(super) fn interface(from: &sdk::NetworkInterface) -> Interface {
    let private = from.private_ip_addresses().iter().filter_map(|address| address.private_ip_address());
    let v6 = from.ipv6_addresses().iter().filter_map(|address| address.ipv6_address());
    Interface {
        id: text(from.network_interface_id()),
        instance: from.attachment().and_then(|it| it.instance_id()).map(str::to_owned),
        mac: text(from.mac_address()),
        addresses: private.chain(v6).map(str::to_owned).collect(),
        description: text(from.description()),
        security_groups: from.groups().iter().map(|group| text(group.group_id())).collect(),
    }
}

fn security_group(from: &sdk::SecurityGroup) -> SecurityGroup {
    SecurityGroup {
        id: text(from.group_id()),
        name: text(from.group_name()),
        vpc: from.vpc_id().map(str::to_owned),
        tags: tags(from.tags()),
    }
}

fn ingress_rule(from: &sdk::SecurityGroupRule) -> IngressRule {
    IngressRule {
        id: text(from.security_group_rule_id()),
        group: text(from.group_id()),
        key: RuleKey {
            protocol: text(from.ip_protocol()),
            from_port: from.from_port(),
            to_port: from.to_port(),
            source: source(from),
        },
        description: from.description().filter(|words| !words.is_empty()).map(str::to_owned),
        tags: tags(from.tags()),
    }
}

fn source(from: &sdk::SecurityGroupRule) -> Source {
    if let Some(cidr) = from.cidr_ipv4() {
        return Source::Ipv4(cidr.to_owned());
    }
    if let Some(cidr) = from.cidr_ipv6() {
        return Source::Ipv6(cidr.to_owned());
    }
    if let Some(list) = from.prefix_list_id() {
        return Source::PrefixList(list.to_owned());
    }
    match from.referenced_group_info().and_then(|info| Some((info, info.group_id()?))) {
        Some((info, id)) => Source::Group {
            id: id.to_owned(),
            account: info.user_id().map(str::to_owned),
            peering: info.vpc_peering_connection_id().map(str::to_owned),
            vpc: info.vpc_id().map(str::to_owned),
        },
        None => Source::Unknown,
    }
}

fn tags(from: &[sdk::Tag]) -> BTreeMap<String, String> {
    from.iter().filter_map(|tag| Some((tag.key()?.to_owned(), text(tag.value())))).collect()
}
