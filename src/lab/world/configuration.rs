//! Configuration: everything that users have set up in a world, one line for each setting.
//! Invariant: what AWS makes up or measures by itself (ids of rules, versions, states, times) is left out: two worlds
//! that a user could not tell apart by what was set have equal configurations.
//! Not here: what happens in the world (see `truth`).
//! Used by: simulate, which compares a world before a drill and after it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    World,
    call::{Call, Params, Service, Tree},
    reference::ACCESS_KEY,
};

/// One read: the things that it lists, and their members that nobody sets.
struct Read {
    service: Service,
    operation: &'static str,
    list: &'static str,
    /// The answer's member that holds the next page's token, and the parameter that takes it.
    next: (&'static str, &'static str),
    without: &'static [&'static str],
}

const EC2: (&str, &str) = ("nextToken", "NextToken");
const MARKER: (&str, &str) = ("Marker", "Marker");

const fn ec2(operation: &'static str, list: &'static str, without: &'static [&'static str]) -> Read {
    Read { service: Service::Ec2, operation, list, next: EC2, without }
}

const fn rds(operation: &'static str, list: &'static str, without: &'static [&'static str]) -> Read {
    Read { service: Service::Rds, operation, list, next: MARKER, without }
}

/// What is read in every region.
const REGIONAL: &[Read] = &[
    ec2(
        "DescribeSecurityGroupRules",
        "securityGroupRuleSet",
        &["securityGroupRuleId", "securityGroupRuleArn"],
    ),
    // The rules are listed one by one already; here they come in an order of AWS's own.
    ec2("DescribeSecurityGroups", "securityGroupInfo", &["ipPermissions", "ipPermissionsEgress"]),
    ec2("DescribeNetworkAcls", "networkAclSet", &["networkAclAssociationId"]),
    ec2("DescribeRouteTables", "routeTableSet", &["state"]),
    ec2("DescribeSubnets", "subnetSet", &["availableIpAddressCount", "state"]),
    ec2("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet", &["status"]),
    // The writer of the whole is in each member's own word.
    rds(
        "DescribeGlobalClusters",
        "GlobalClusters",
        &["Status", "FailoverState", "SynchronizationStatus", "Endpoint"],
    ),
    Read {
        service: Service::Elb,
        operation: "DescribeTargetGroups",
        list: "TargetGroups",
        next: ("NextMarker", "Marker"),
        without: &[],
    },
    Read {
        service: Service::Ssm,
        operation: "DescribeParameters",
        list: "Parameters",
        next: ("NextToken", "NextToken"),
        without: &["LastModifiedDate", "LastModifiedUser", "Version"],
    },
];

/// What is read once.
const GLOBAL: &[Read] = &[
    Read {
        service: Service::Route53,
        operation: "ListHealthChecks",
        list: "HealthChecks",
        next: ("NextMarker", "Marker"),
        without: &["HealthCheckVersion"],
    },
    Read {
        service: Service::Route53,
        operation: "ListHostedZones",
        list: "HostedZones",
        next: ("NextMarker", "Marker"),
        without: &[],
    },
];

impl World {
    /// Everything that is set up now, one line for each setting. Reads the truth, however long AWS's own answers lag.
    ///
    /// What is kept in the account under `/firedrill/` is not part of it.
    pub fn configuration(&mut self) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        let regions: Vec<String> =
            self.blueprint.regions.iter().map(|region| region.region.clone()).collect();
        for region in &regions {
            for read in REGIONAL {
                self.read_all(read, region, &[], &mut lines);
            }
        }
        let region = regions.first().cloned().unwrap_or_default();
        for read in GLOBAL {
            self.read_all(read, &region, &[], &mut lines);
        }
        lines.retain(|line| !line.contains("\"/firedrill/"));
        lines
    }

    fn read_all(&mut self, read: &Read, region: &str, params: &[(&str, &str)], into: &mut BTreeSet<String>) {
        let mut token: Option<String> = None;
        loop {
            let pairs = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let next = token.take().map(|token| (read.next.1.to_owned(), token));
            let call = Call {
                service: read.service,
                operation: read.operation.to_owned(),
                region: region.to_owned(),
                access_key: ACCESS_KEY.to_owned(),
                params: Params::new(pairs.chain(next)),
            };
            // A service that a world has not got is empty there.
            let Ok(Tree::Map(members)) = self.operate(&call) else { return };
            for (name, tree) in members {
                match tree {
                    Tree::List(_, things) if name == read.list => {
                        things.iter().for_each(|thing| put(read, region, thing, into));
                    }
                    Tree::Text(text) if name == read.next.0 => token = Some(text),
                    _ => {}
                }
            }
            if token.is_none() {
                return;
            }
        }
    }
}

/// Members that say which thing it is.
const NAMES: [&str; 8] = [
    "groupId",
    "networkAclId",
    "routeTableId",
    "subnetId",
    "vpcPeeringConnectionId",
    "GlobalClusterIdentifier",
    "TargetGroupArn",
    "Id",
];

/// One line for each thing that a thing with a name says; one for the whole where it has none.
fn put(read: &Read, region: &str, thing: &Tree, into: &mut BTreeSet<String>) {
    let json = json(thing, read.without);
    let named = NAMES.iter().find_map(|name| json.get(name)?.as_str());
    match named.filter(|_| read.operation != "DescribeSecurityGroupRules") {
        Some(name) => leaves(&format!("{} {region} {name}", read.operation), &json, into),
        None => drop(into.insert(format!("{} {region} {json}", read.operation))),
    }
}

/// `path = value` for each leaf; what is in a list has no place, only a presence.
fn leaves(path: &str, value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(&format!("{path}.{name}"), value, into));
        }
        Value::Array(items) => into.extend(items.iter().map(|item| format!("{path} has {item}"))),
        leaf => drop(into.insert(format!("{path} = {leaf}"))),
    }
}

/// The tree as JSON, keys in order, lists as sets.
fn json(tree: &Tree, without: &[&str]) -> Value {
    match tree {
        Tree::Text(text) => Value::from(text.as_str()),
        Tree::Int(number) => Value::from(*number),
        Tree::Float(number) => Value::from(*number),
        Tree::Bool(flag) => Value::from(*flag),
        Tree::Time(at) => Value::from(at.to_string()),
        Tree::List(_, items) => {
            let mut items: Vec<Value> = items.iter().map(|item| json(item, without)).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Tree::Map(members) => {
            let kept = members.iter().filter(|(name, _)| !without.contains(name));
            Value::Object(
                kept.map(|(name, value)| ((*name).to_owned(), json(value, without))).collect::<Map<_, _>>(),
            )
        }
        Tree::Dict(entries) => Value::Object(
            entries.iter().map(|(key, value)| (key.clone(), json(value, without))).collect::<Map<_, _>>(),
        ),
        Tree::Json(value) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::{
        reference::SEOUL,
        testing::{call, web_rule, world},
    };

    #[test]
    fn a_rule_that_went_and_came_back_with_another_id_is_no_difference() {
        let mut world = world();
        world.set_prompt_reads(true);
        let before = world.configuration();
        assert!(before.len() > 20, "{before:#?}");
        web_rule(&mut world, "RevokeSecurityGroupIngress", false).unwrap();
        world.advance(world.now());
        let without = world.configuration();
        let gone: Vec<_> = before.difference(&without).collect();
        assert_eq!((gone.len(), without.difference(&before).count()), (1, 0), "{gone:#?}");
        web_rule(&mut world, "AuthorizeSecurityGroupIngress", false).unwrap();
        world.advance(world.now());
        // The rule's tags and description were not given back by that.
        assert_eq!(world.configuration().len(), before.len());
    }

    #[test]
    fn time_alone_changes_nothing() {
        let mut world = world();
        let before = world.configuration();
        let later = crate::clock::later(world.now(), std::time::Duration::from_secs(7200));
        world.advance(later);
        assert_eq!(before, world.configuration());
    }

    #[test]
    fn what_firedrill_keeps_in_the_account_is_not_part_of_it() {
        let mut world = world();
        let before = world.configuration();
        let put = |world: &mut World, name| {
            let params = [("Name", name), ("Value", "x"), ("Type", "String")];
            call(world, Service::Ssm, "PutParameter", SEOUL.code, &params).unwrap()
        };
        put(&mut world, "/firedrill/halt");
        assert_eq!(before, world.configuration());
        put(&mut world, "/other");
        assert_ne!(before, world.configuration());
    }
}
