//! Route: by which way a route table leads to a range.
//!
//! Source: VPC user guide, "Route priority": the most exact route counts, and a network's own goes before all others.

use std::fmt;

use crate::{
    aws::{Route, RouteTable},
    drill::model::Side,
    ready::range::Range,
};

/// How a table leads to a whole range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By the peering.
    Peering,
    /// To parts of it by the peering, and to the rest not at all.
    Parts,
    /// By what is not read: a transit gateway, a prefix list.
    Unread(String),
    /// By the peering but for a part, which goes elsewhere or nowhere.
    Astray {
        /// The part.
        to: String,
        /// By what, and in what state.
        by: String,
    },
    /// Not at all.
    Missing,
}

/// From one table to one range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Road {
    pub(super) table: String,
    pub(super) side: Side,
    pub(super) range: Range,
    pub(super) way: Way,
}

impl fmt::Display for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Road { table, side, range, way } = self;
        match way {
            Way::Peering => write!(f, "{table} of the {side} leads to {range}"),
            Way::Parts => write!(f, "{table} of the {side} leads to parts of {range} alone"),
            Way::Unread(by) => write!(f, "{table} of the {side} leads to {range} by {by}"),
            Way::Astray { to, by } => {
                write!(f, "{table} of the {side} leads to {to}, a part of {range}, by {by}")
            }
            Way::Missing => write!(f, "{table} of the {side} has no active route to {range}"),
        }
    }
}

/// The first that goes by what is not read, in words; only if none is known to lead nowhere.
pub(super) fn unread(roads: &[Road]) -> Option<String> {
    let lost = roads.iter().any(|road| matches!(road.way, Way::Missing | Way::Astray { .. }));
    let unread = roads.iter().find(|road| matches!(road.way, Way::Unread(_)));
    unread.filter(|_| !lost).map(ToString::to_string)
}

/// The way to all of `range`.
pub(super) fn way(table: &RouteTable, peering: &str, range: Range) -> Way {
    let read: Vec<(Range, &Route)> =
        table.routes.iter().filter_map(|route| Some((Range::parse(&route.to)?, route))).collect();
    let is_good = |route: &Route| route.by == peering && !peering.is_empty() && route.state == "active";
    let inside: Vec<&Route> = read
        .iter()
        .filter(|(to, _)| range.holds(*to) && to.bits() > range.bits())
        .map(|(_, route)| *route)
        .collect();
    let holding = read.iter().filter(|(to, _)| to.holds(range));
    let whole = holding.max_by_key(|(to, route)| (to.bits(), route.by == "local")).map(|(_, route)| *route);
    let listed =
        table.routes.iter().find(|route| route.to.starts_with("pl-") && (is_good(route) || is_unread(route)));
    match (whole, inside.iter().find(|route| !is_good(route))) {
        (Some(whole), None) if is_good(whole) => Way::Peering,
        (_, Some(part)) if is_unread(part) => Way::Unread(part.by.clone()),
        (Some(whole), Some(part)) if is_good(whole) => {
            Way::Astray { to: part.to.clone(), by: format!("{} ({})", part.by, part.state) }
        }
        (Some(whole), _) if is_unread(whole) => Way::Unread(whole.by.clone()),
        _ => match (inside.is_empty(), listed) {
            (false, _) if inside.iter().all(|route| is_good(route)) => Way::Parts,
            (_, Some(listed)) => Way::Unread(format!("{} to the prefix list {}", listed.by, listed.to)),
            _ => Way::Missing,
        },
    }
}

/// True for an active route by what can lead to another region and is not read: a transit gateway, a cloud WAN, a virtual
/// private gateway, a machine of the user's own. A machine by which everything goes is a NAT instance.
fn is_unread(route: &Route) -> bool {
    let by = |ways: &[&str]| ways.iter().any(|way| route.by.starts_with(way));
    let is_machine = by(&["eni-", "i-"]) && route.to != "0.0.0.0/0";
    route.state == "active" && (by(&["tgw-", "arn:", "vgw-"]) || is_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way_of(routes: &[(&str, &str, &str)]) -> Way {
        let route = |&(to, by, state): &(&str, &str, &str)| Route {
            to: to.into(),
            by: by.into(),
            state: state.into(),
        };
        let table = RouteTable {
            id: "rtb-1".into(),
            main: true,
            subnets: Vec::new(),
            routes: routes.iter().map(route).collect(),
        };
        way(&table, "pcx-1", Range::parse("10.20.0.0/16").unwrap())
    }

    const OWN: (&str, &str, &str) = ("10.10.0.0/16", "local", "active");
    const OUT: (&str, &str, &str) = ("0.0.0.0/0", "nat-1", "active");
    const PEER: (&str, &str, &str) = ("10.20.0.0/16", "pcx-1", "active");

    #[test]
    fn the_whole_range_goes_by_the_peering_or_by_nothing() {
        assert_eq!(way_of(&[OWN, OUT, PEER]), Way::Peering);
        assert_eq!(way_of(&[OWN, ("10.0.0.0/8", "pcx-1", "active")]), Way::Peering);
        assert_eq!(way_of(&[OWN, OUT]), Way::Missing);
        assert_eq!(way_of(&[OWN, OUT, ("10.20.0.0/16", "pcx-1", "blackhole")]), Way::Missing);
        assert_eq!(way_of(&[OWN, OUT, ("10.20.0.0/16", "pcx-2", "active")]), Way::Missing);
    }

    #[test]
    fn a_more_exact_route_that_leads_elsewhere_breaks_its_part() {
        let astray = |to: &str, by: &str| Way::Astray { to: to.into(), by: by.into() };
        let hole = ("10.20.101.0/24", "pcx-1", "blackhole");
        assert_eq!(way_of(&[OWN, PEER, hole]), astray("10.20.101.0/24", "pcx-1 (blackhole)"));
        let other = ("10.20.101.0/24", "pcx-2", "active");
        assert_eq!(way_of(&[OWN, PEER, other]), astray("10.20.101.0/24", "pcx-2 (active)"));
        assert_eq!(way_of(&[OWN, PEER, ("10.20.101.0/24", "pcx-1", "active")]), Way::Peering);
    }

    #[test]
    fn parts_are_no_whole_and_what_is_not_read_is_not_judged() {
        let half = ("10.20.0.0/17", "pcx-1", "active");
        assert_eq!(way_of(&[OWN, OUT, half]), Way::Parts);
        assert_eq!(way_of(&[OWN, ("10.0.0.0/8", "tgw-1", "active")]), Way::Unread("tgw-1".into()));
        assert_eq!(way_of(&[OWN, ("0.0.0.0/0", "eni-1", "active")]), Way::Missing);
        assert_eq!(way_of(&[OWN, OUT, ("pl-2", "vpce-1", "active")]), Way::Missing);
        let list = ("pl-1", "pcx-1", "active");
        assert_eq!(way_of(&[OWN, OUT, list]), Way::Unread("pcx-1 to the prefix list pl-1".into()));
    }
}
