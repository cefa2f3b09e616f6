//! Group: a security group that someone else closes.
//! Invariant: done and undone by ordinary calls, as anybody would; what is undone has new rule ids, as in AWS.
//! Used by: `breakage`.

use super::{
    effect::Effect,
    error::BreakError,
    look::{call, items, text},
    with::With,
};
use crate::lab::world::{
    World,
    call::{Call, Service, Tree},
};

/// `group-closed`.
pub(super) fn closed(world: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    let group = with.need("group");
    let port = with.number("port", 0, 65_535)?;
    for region in world.breakable_regions() {
        let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
        let reply = world
            .look_as_outsider("DescribeSecurityGroupRules", &region, &filter)
            .map_err(BreakError::Refused)?;
        let rules: Vec<&Tree> =
            items(&reply, "securityGroupRuleSet").iter().filter(|rule| is_meant(rule, port)).collect();
        if !rules.is_empty() {
            return close(world, &region, group, &rules);
        }
    }
    let what = port.map_or("ingress rules".to_owned(), |port| format!("ingress rules of port {port}"));
    Err(BreakError::Nothing(format!("security group {group} with {what}")))
}

fn is_meant(rule: &Tree, port: Option<u64>) -> bool {
    let bound = |name, open: i64| text(rule, name).parse().ok().filter(|port| *port >= 0).unwrap_or(open);
    let covers = |port| {
        let port = i64::try_from(port).unwrap_or_default();
        (bound("fromPort", 0)..=bound("toPort", 65_535)).contains(&port)
    };
    text(rule, "isEgress") == "false" && port.is_none_or(covers)
}

fn close(world: &mut World, region: &str, group: &str, rules: &[&Tree]) -> Result<Vec<Effect>, BreakError> {
    let mut params = vec![("GroupId".to_owned(), group.to_owned())];
    for (rule, number) in rules.iter().zip(1..) {
        params.push((format!("SecurityGroupRuleId.{number}"), text(rule, "securityGroupRuleId")));
    }
    let params: Vec<(&str, &str)> =
        params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let revoke = call(Service::Ec2, "RevokeSecurityGroupIngress", region, &params);
    let undo = authorize(region, group, rules);
    world.operate(&revoke).map_err(BreakError::Refused)?;
    Ok(vec![Effect::Outsider { undo: vec![undo] }])
}

/// The call that admits again what these rules admit, with their descriptions.
fn authorize(region: &str, group: &str, rules: &[&Tree]) -> Call {
    let mut params = vec![("GroupId".to_owned(), group.to_owned())];
    for (rule, number) in rules.iter().zip(1..) {
        let mut put = |name: &str, value: String| {
            if !value.is_empty() {
                params.push((format!("IpPermissions.{number}.{name}"), value));
            }
        };
        let protocol = text(rule, "ipProtocol");
        let has_ports = protocol != "-1";
        put("IpProtocol", protocol);
        if has_ports {
            put("FromPort", text(rule, "fromPort"));
            put("ToPort", text(rule, "toPort"));
        }
        let sources = [
            ("cidrIpv4", "IpRanges.1", "CidrIp"),
            ("cidrIpv6", "Ipv6Ranges.1", "CidrIpv6"),
            ("prefixListId", "PrefixListIds.1", "PrefixListId"),
            ("referencedGroupInfo.groupId", "Groups.1", "GroupId"),
        ];
        for (shown, list, name) in sources {
            let source = text(rule, shown);
            if !source.is_empty() {
                put(&format!("{list}.{name}"), source);
                put(&format!("{list}.Description"), text(rule, "description"));
            }
        }
    }
    let params: Vec<(&str, &str)> =
        params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    call(Service::Ec2, "AuthorizeSecurityGroupIngress", region, &params)
}
