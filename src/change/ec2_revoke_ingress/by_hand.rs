//! By_hand: the commands with which a person puts rules back without this program.
//! Invariant: each can be pasted into a shell as it is.
//! Not here: what this program itself calls (see `aws::ec2_change`).
//! Used by: the module above.

use serde_json::{Value, json};

use super::plan::{Disputed, Touched};
use crate::aws::{IngressRule, RuleKey, Source};

/// The command that puts one rule back after it was touched.
pub(super) fn command(region: &str, touched: &Touched) -> String {
    let rule = &touched.rule;
    match touched.during {
        Some(_) => modify(region, &rule.group, &rule.id, rule),
        None => authorise(region, rule),
    }
}

/// The command that settles a conflict in favour of how it was.
pub(super) fn settle(region: &str, disputed: &Disputed) -> String {
    match &disputed.now {
        Some(now) => modify(region, &now.group, &now.id, &disputed.touched.rule),
        None => authorise(region, &disputed.touched.rule),
    }
}

fn authorise(region: &str, rule: &IngressRule) -> String {
    let mut line = format!(
        "aws ec2 authorize-security-group-ingress --region {region} --group-id {} --ip-permissions {}",
        rule.group,
        quoted(&json!([permission(rule)])),
    );
    if !rule.tags.is_empty() {
        let tags: Vec<Value> =
            rule.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        let tags = json!([{"ResourceType": "security-group-rule", "Tags": tags}]);
        line = format!("{line} --tag-specifications {}", quoted(&tags));
    }
    line
}

fn modify(region: &str, group: &str, id: &str, rule: &IngressRule) -> String {
    let mut request = ports(&rule.key);
    let (name, value) = match &rule.key.source {
        Source::Ipv4(cidr) => ("CidrIpv4", cidr.as_str()),
        Source::Ipv6(cidr) => ("CidrIpv6", cidr.as_str()),
        Source::PrefixList(list) => ("PrefixListId", list.as_str()),
        Source::Group { id, .. } => ("ReferencedGroupId", id.as_str()),
        Source::Unknown => ("CidrIpv4", ""),
    };
    request[name] = value.into();
    request["Description"] = rule.description.clone().unwrap_or_default().into();
    let rules = json!([{"SecurityGroupRuleId": id, "SecurityGroupRule": request}]);
    format!(
        "aws ec2 modify-security-group-rules --region {region} --group-id {group} --security-group-rules {}",
        quoted(&rules)
    )
}

fn permission(rule: &IngressRule) -> Value {
    let mut permission = ports(&rule.key);
    let (list, mut source) = match &rule.key.source {
        Source::Ipv4(cidr) => ("IpRanges", json!({"CidrIp": cidr})),
        Source::Ipv6(cidr) => ("Ipv6Ranges", json!({"CidrIpv6": cidr})),
        Source::PrefixList(id) => ("PrefixListIds", json!({"PrefixListId": id})),
        Source::Group { id, account, peering, vpc } => {
            let mut pair = json!({"GroupId": id});
            let parts = [("UserId", account), ("VpcPeeringConnectionId", peering)];
            let peered = [("VpcId", vpc)].into_iter().filter(|_| peering.is_some());
            for (name, value) in parts.into_iter().chain(peered).filter_map(|(n, v)| Some((n, v.as_ref()?))) {
                pair[name] = value.as_str().into();
            }
            ("UserIdGroupPairs", pair)
        }
        Source::Unknown => ("IpRanges", json!({})),
    };
    if let Some(text) = &rule.description {
        source["Description"] = text.as_str().into();
    }
    permission[list] = json!([source]);
    permission
}

fn ports(key: &RuleKey) -> Value {
    let mut ports = json!({"IpProtocol": key.protocol});
    if let Some(port) = key.from_port {
        ports["FromPort"] = port.into();
    }
    if let Some(port) = key.to_port {
        ports["ToPort"] = port.into();
    }
    ports
}

/// In single quotes, as a POSIX shell reads them.
fn quoted(value: &Value) -> String {
    format!("'{}'", value.to_string().replace('\'', r"'\''"))
}
