//! Pair: whether the site's records are a failover pair from the primary to the standby.
//! Invariant: pure; a pair that leads the other way round is none, and says so.
//! Used by: `tree`, `outcome`.

use std::net::IpAddr;

use super::{
    facts::{Facts, Goal, Lead, SiteFacts},
    find::Find,
    leads::plain,
};
use crate::drill::model::Side;

/// What to do where there is none.
pub(super) const NEXT: &str = "drills move users by a failover pair: one PRIMARY and one SECONDARY record, each with a \
                               health check";

/// What the pair is, in words.
pub(super) fn find(facts: &Facts) -> Find<String> {
    let site = match &facts.site {
        Find::Found(site) => site,
        Find::NotFound(why) => return Find::NotFound(why.clone()),
        Find::Unknown(why) => return Find::Unknown(why.clone()),
    };
    let of = |role: &str| site.leads.iter().find(|lead| lead.record.failover.as_deref() == Some(role));
    let (Some(first), Some(second)) = (of("PRIMARY"), of("SECONDARY")) else {
        return Find::NotFound(none(facts, site));
    };
    for (lead, side) in [(first, Side::Primary), (second, Side::Standby)] {
        let role = role(side);
        match lead.goal.found().map(Goal::side) {
            Some(goal) if goal != side => {
                let region = &facts.asked.regions.of(goal).region;
                return Find::NotFound(format!(
                    "the {role} record leads to {region}, the region that you call {goal}: exchange --primary and \
                     --standby, or turn the records round first"
                ));
            }
            Some(_) => {}
            None => {
                if let Some(why) = astray(facts, lead, side, role) {
                    return why;
                }
            }
        }
    }
    let region = |side| &facts.asked.regions.of(side).region;
    Find::Found(format!("from {} to {}", region(Side::Primary), region(Side::Standby)))
}

/// True if a record of the pair leads to the other region than its role says.
pub(super) fn is_turned(facts: &Facts) -> bool {
    let leads = facts.site.found().map(|site| site.leads.as_slice()).unwrap_or_default();
    leads.iter().any(|lead| {
        let goal = lead.goal.found().map(Goal::side);
        goal.is_some_and(|side| lead.record.failover.as_deref() == Some(role(side.other())))
    })
}

fn role(side: Side) -> &'static str {
    match side {
        Side::Primary => "PRIMARY",
        Side::Standby => "SECONDARY",
    }
}

/// A record that leads to a name of AWS's which is nobody's here leads astray; one that leads to a name of another's, such
/// as a proxy's, is believed by its role.
fn astray(facts: &Facts, lead: &Lead, side: Side, role: &str) -> Option<Find<String>> {
    if let Find::Unknown(why) = &lead.goal {
        return Some(Find::Unknown(why.clone()));
    }
    let own = |name: &str| {
        name.ends_with(".elb.amazonaws.com")
            || name.ends_with(".elasticbeanstalk.com")
            || name.parse::<IpAddr>().is_ok()
    };
    let target = lead.record.leads_to().map(plain).find(|name| own(name))?;
    let region = &facts.asked.regions.of(side).region;
    if let Some(why) = unasked(facts, side) {
        return Some(Find::Unknown(why));
    }
    Some(Find::NotFound(format!(
        "the {role} record leads to {target}, which is no load balancer and no environment in {region}"
    )))
}

/// Why it is not known what there is in the region.
fn unasked(facts: &Facts, side: Side) -> Option<String> {
    match &facts.sides.of(side).environment {
        Find::Unknown(why) => Some(why.clone()),
        Find::NotFound(_) => None,
        Find::Found(own) => match &own.balancer {
            Find::Unknown(why) => Some(why.clone()),
            Find::Found(_) | Find::NotFound(_) => None,
        },
    }
}

fn none(facts: &Facts, site: &SiteFacts) -> String {
    let host = facts.asked.site.host.trim_end_matches('.');
    let roles: Vec<&str> = site.leads.iter().filter_map(|lead| lead.record.failover.as_deref()).collect();
    match (site.leads.as_slice(), roles.first()) {
        ([], _) => format!("the zone has no A, AAAA or CNAME record of {host}"),
        ([only], None) => {
            format!("{host} has a single {} record, which always answers the same", only.record.kind)
        }
        (_, Some(role)) => {
            let other = if *role == "PRIMARY" { "SECONDARY" } else { "PRIMARY" };
            format!("{host} has a {role} record and no {other} one")
        }
        (all, None) => format!("the {} records of {host} are no failover pair", all.len()),
    }
}
