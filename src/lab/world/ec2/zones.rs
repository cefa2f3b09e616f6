//! Zones: reading regions and availability zones.
//! Invariant: a zone's id follows from its name, so that it is the same wherever it is shown.
//! Used by: `operate`; `describe`, `machines` and `interfaces` show the ids.

use std::collections::BTreeSet;

use super::{State, filter::Filters, permission::invalid};
use crate::lab::world::call::{Call, Reply, Tree};

/// The id of a zone: `apne2-az1` for `ap-northeast-2a`. AWS: which letter stands for which id is each account's own; in
/// the lab's the letters go as the numbers do (EC2 user guide, "Availability Zone IDs").
pub(super) fn zone_id(zone: &str) -> String {
    let mut parts = zone.split('-').peekable();
    let mut id = parts.next().unwrap_or_default().to_owned();
    let mut number = 0;
    for part in parts {
        match part.strip_suffix(|letter: char| letter.is_ascii_lowercase()) {
            Some(region) if region.bytes().all(|byte| byte.is_ascii_digit()) => {
                id.push_str(region);
                number = part.bytes().last().map_or(0, |letter| letter - b'a' + 1);
            }
            _ => id.push_str(&compass(part)),
        }
    }
    format!("{id}-az{number}")
}

/// A direction in short: `ne` for `northeast`, `c` for `central`.
fn compass(word: &str) -> String {
    let (first, second) = match word.strip_prefix("north").or_else(|| word.strip_prefix("south")) {
        Some(rest) => (&word[..1], rest),
        None => (word, ""),
    };
    [first, second].iter().filter_map(|part| part.chars().next()).collect()
}

/// Regions that every account has and no world uses.
const OTHERS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// `DescribeRegions`.
pub(super) fn regions(state: &State, call: &Call) -> Reply {
    let names = call.params.texts("RegionName");
    let all: BTreeSet<&str> = state.networks.keys().map(String::as_str).chain(OTHERS).collect();
    if let Some(wrong) = names.iter().find(|name| !all.contains(name.as_str())) {
        return Err(invalid(format!("Invalid region provided: {wrong}")));
    }
    let filters = Filters::read(&call.params, &["endpoint", "opt-in-status", "region-name"])?;
    let endpoint = |code: &str| format!("ec2.{code}.amazonaws.com");
    let asked = all.into_iter().filter(|code| {
        (names.is_empty() || names.iter().any(|name| name == code))
            && filters.pass(None, |name| {
                vec![match name {
                    "endpoint" => endpoint(code),
                    "region-name" => (*code).to_owned(),
                    _ => "opt-in-not-required".to_owned(),
                }]
            })
    });
    let trees = asked.map(|code| {
        Tree::map([
            ("regionName", Tree::text(code)),
            ("regionEndpoint", Tree::text(endpoint(code))),
            ("optInStatus", Tree::text("opt-in-not-required")),
        ])
    });
    Ok(Tree::map([("regionInfo", Tree::list("item", trees))]))
}

/// `DescribeAvailabilityZones`.
pub(super) fn zones(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = ["group-name", "region-name", "state", "zone-id", "zone-name", "zone-type", "opt-in-status"];
    let filters = Filters::read(&call.params, &known)?;
    let names = call.params.texts("ZoneName");
    if let Some(wrong) = names.iter().find(|name| !network.zones.contains(name)) {
        return Err(invalid(format!("Invalid availability zone: [{wrong}]")));
    }
    let ids = call.params.texts("ZoneId");
    if let Some(wrong) = ids.iter().find(|id| !network.zones.iter().any(|zone| zone_id(zone) == **id)) {
        return Err(invalid(format!("Invalid availability zone-id: [{wrong}]")));
    }
    let asked = network.zones.iter().filter(|zone| {
        (names.is_empty() || names.contains(zone))
            && (ids.is_empty() || ids.contains(&zone_id(zone)))
            && filters.pass(None, |name| {
                vec![match name {
                    "group-name" | "region-name" => call.region.clone(),
                    "state" => "available".to_owned(),
                    "zone-id" => zone_id(zone),
                    "zone-name" => (*zone).clone(),
                    "zone-type" => "availability-zone".to_owned(),
                    _ => "opt-in-not-required".to_owned(),
                }]
            })
    });
    let trees = asked.map(|zone| {
        Tree::map([
            ("optInStatus", Tree::text("opt-in-not-required")),
            ("messageSet", Tree::list("item", [])),
            ("regionName", Tree::text(&call.region)),
            ("zoneName", Tree::text(zone)),
            ("zoneId", Tree::text(zone_id(zone))),
            ("groupName", Tree::text(&call.region)),
            ("networkBorderGroup", Tree::text(&call.region)),
            ("zoneType", Tree::text("availability-zone")),
            ("zoneState", Tree::text("available")),
        ])
    });
    Ok(Tree::map([("availabilityZoneInfo", Tree::list("item", trees))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "use1-az1 is a zone ID for the us-east-1 Region" (EC2 user guide, Availability Zone IDs).
    #[test]
    fn zone_ids_are_as_aws_writes_them() {
        for (zone, id) in [
            ("us-east-1a", "use1-az1"),
            ("ap-northeast-2c", "apne2-az3"),
            ("ap-northeast-1a", "apne1-az1"),
            ("eu-central-1b", "euc1-az2"),
            ("us-gov-west-1a", "usgw1-az1"),
            ("ap-southeast-2d", "apse2-az4"),
        ] {
            assert_eq!(zone_id(zone), id);
        }
    }
}
