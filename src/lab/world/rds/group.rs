//! Group: parameter groups and subnet groups.
//! Invariant: a group belongs to one region; nothing here is copied between regions, as AWS copies nothing.
//! Used by: `rds`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::{
    model::Tags,
    params::{filters, listing, required},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// A parameter group of clusters or of instances.
#[derive(Debug, Clone)]
pub(super) struct ParameterGroup {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) family: String,
    pub(super) description: String,
    pub(super) parameters: BTreeMap<String, Parameter>,
    pub(super) tags: Tags,
}

/// A parameter.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) value: Option<String>,
    /// AWS: `user`, `system` or `engine-default`.
    pub(super) source: &'static str,
    /// AWS: `static` ones wait for a reboot.
    pub(super) apply_type: &'static str,
    pub(super) kind: &'static str,
}

/// The subnets that clusters may be in.
#[derive(Debug, Clone)]
pub(super) struct SubnetGroup {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: String,
    pub(super) vpc: String,
    pub(super) subnets: Vec<SubnetOf>,
    pub(super) tags: Tags,
}

/// A subnet of a group.
#[derive(Debug, Clone)]
pub(super) struct SubnetOf {
    pub(super) id: String,
    pub(super) zone: String,
    /// The last address of its range that can be given: databases take them from there, as machines begin at the other end.
    pub(super) last: Ipv4Addr,
}

/// Groups by region and name.
pub(super) type Groups<T> = BTreeMap<(String, String), T>;

impl SubnetGroup {
    /// Its zones, each once.
    pub(super) fn zones(&self) -> Vec<String> {
        let mut zones: Vec<String> = self.subnets.iter().map(|subnet| subnet.zone.clone()).collect();
        zones.sort();
        zones.dedup();
        zones
    }
}

impl World {
    pub(super) fn describe_cluster_parameter_groups(&self, call: &Call) -> Reply {
        let found =
            of_region(&self.rds.cluster_groups, call, "DBClusterParameterGroupName", no_parameter_group)?;
        let tree = |group: &ParameterGroup| {
            Tree::map([
                ("DBClusterParameterGroupName", Tree::text(&group.name)),
                ("DBParameterGroupFamily", Tree::text(&group.family)),
                ("Description", Tree::text(&group.description)),
                ("DBClusterParameterGroupArn", Tree::text(&group.arn)),
            ])
        };
        let found = found.into_iter().map(tree).collect();
        listing(&call.params, "DBClusterParameterGroups", "DBClusterParameterGroup", found)
    }

    pub(super) fn describe_parameter_groups(&self, call: &Call) -> Reply {
        let found = of_region(&self.rds.instance_groups, call, "DBParameterGroupName", no_parameter_group)?;
        let tree = |group: &ParameterGroup| {
            Tree::map([
                ("DBParameterGroupName", Tree::text(&group.name)),
                ("DBParameterGroupFamily", Tree::text(&group.family)),
                ("Description", Tree::text(&group.description)),
                ("DBParameterGroupArn", Tree::text(&group.arn)),
            ])
        };
        let found = found.into_iter().map(tree).collect();
        listing(&call.params, "DBParameterGroups", "DBParameterGroup", found)
    }

    pub(super) fn describe_cluster_parameters(&self, call: &Call) -> Reply {
        parameters(&self.rds.cluster_groups, call, "DBClusterParameterGroupName")
    }

    pub(super) fn describe_parameters(&self, call: &Call) -> Reply {
        parameters(&self.rds.instance_groups, call, "DBParameterGroupName")
    }

    pub(super) fn describe_subnet_groups(&self, call: &Call) -> Reply {
        let found = of_region(&self.rds.subnet_groups, call, "DBSubnetGroupName", no_subnet_group)?;
        let found = found.into_iter().map(|group| subnet_group_tree(group, true)).collect();
        listing(&call.params, "DBSubnetGroups", "DBSubnetGroup", found)
    }

    /// The refusal of a cluster parameter group that is not there. The default ones always are.
    pub(super) fn cluster_parameter_group_exists(&self, region: &str, name: &str) -> Result<(), AwsFault> {
        let known = self.rds.cluster_groups.contains_key(&(region.to_owned(), name.to_owned()));
        if known || name.starts_with("default.") {
            return Ok(());
        }
        let message = format!("DBClusterParameterGroup not found: {name}");
        Err(AwsFault::new(404, "DBClusterParameterGroupNotFound", message))
    }
}

/// The groups of the call's region, or the one that it names.
fn of_region<'a, T>(
    groups: &'a Groups<T>,
    call: &Call,
    name: &str,
    missing: impl Fn(&str) -> AwsFault,
) -> Result<Vec<&'a T>, AwsFault> {
    filters(&call.params, &[])?;
    if let Some(name) = call.params.text(name) {
        let found = groups.get(&(call.region.clone(), name.to_ascii_lowercase()));
        return Ok(vec![found.ok_or_else(|| missing(name))?]);
    }
    let own = groups.range((call.region.clone(), String::new())..);
    Ok(own.take_while(|((region, _), _)| *region == call.region).map(|(_, group)| group).collect())
}

fn parameters(groups: &Groups<ParameterGroup>, call: &Call, name: &str) -> Reply {
    let wanted = required(&call.params, name)?;
    let group = groups.get(&(call.region.clone(), wanted.to_ascii_lowercase()));
    let group = group.ok_or_else(|| {
        let message = format!("{} not found: {wanted}", name.trim_end_matches("Name"));
        AwsFault::new(404, "DBParameterGroupNotFound", message)
    })?;
    let source = call.params.text("Source");
    let fits = |(_, own): &(&String, &Parameter)| source.is_none_or(|source| source == own.source);
    let tree = |(name, own): (&String, &Parameter)| {
        let method = if own.apply_type == "static" { "pending-reboot" } else { "immediate" };
        Tree::map([
            ("ParameterName", Tree::text(name)),
            ("ParameterValue", own.value.as_ref().and_then(Tree::text)),
            ("Source", Tree::text(own.source)),
            ("ApplyType", Tree::text(own.apply_type)),
            ("DataType", Tree::text(own.kind)),
            ("IsModifiable", Some(Tree::Bool(own.source != "system"))),
            ("ApplyMethod", Tree::text(method)),
            ("SupportedEngineModes", Tree::list("member", [Tree::Text("provisioned".to_owned())])),
        ])
    };
    let found = group.parameters.iter().filter(fits).map(tree).collect();
    listing(&call.params, "Parameters", "Parameter", found)
}

fn no_parameter_group(name: &str) -> AwsFault {
    AwsFault::new(404, "DBParameterGroupNotFound", format!("DBParameterGroup not found: {name}"))
}

fn no_subnet_group(name: &str) -> AwsFault {
    AwsFault::new(404, "DBSubnetGroupNotFoundFault", format!("DB subnet group '{name}' does not exist."))
}

/// A subnet group; the one inside an instance has no ARN of its own.
pub(super) fn subnet_group_tree(group: &SubnetGroup, alone: bool) -> Tree {
    let subnet = |subnet: &SubnetOf| {
        let zone = Tree::map([("Name", Tree::text(&subnet.zone))]);
        Tree::map([
            ("SubnetIdentifier", Tree::text(&subnet.id)),
            ("SubnetAvailabilityZone", Some(zone)),
            ("SubnetOutpost", Some(Tree::Map(Vec::new()))),
            ("SubnetStatus", Tree::text("Active")),
        ])
    };
    let networks = Tree::list("member", [Tree::Text("IPV4".to_owned())]);
    Tree::map([
        ("DBSubnetGroupName", Tree::text(&group.name)),
        ("DBSubnetGroupDescription", Tree::text(&group.description)),
        ("VpcId", Tree::text(&group.vpc)),
        ("SubnetGroupStatus", Tree::text("Complete")),
        ("Subnets", Tree::list("Subnet", group.subnets.iter().map(subnet))),
        ("DBSubnetGroupArn", Tree::text(&group.arn).filter(|_| alone)),
        ("SupportedNetworkTypes", networks.filter(|_| alone)),
    ])
}
