//! Pair: whether the site's records are a failover pair from the primary to the standby.
//! Invariant: pure; a pair that leads the other way round, or past the deployment's own environments, is none, and says so.
//! Used by: `tree`, `outcome`.

use std::net::IpAddr;

use super::{
    facts::{Facts, Goal, Lead, SiteFacts},
    find::Find,
};
use crate::{
    aws::{self, RecordSet, plain},
    drill::model::Side,
};

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
        match lead.goal.found() {
            Some(goal) if goal.side() != side => {
                let goal = goal.side();
                let region = &facts.asked.regions.of(goal).region;
                return Find::NotFound(format!(
                    "the {role} record leads to {region}, the region that you call {goal}: exchange --primary and \
                     --standby, or turn the records round first"
                ));
            }
            Some(goal) => {
                if let Some(why) = elsewhere(facts, &lead.record, goal, role) {
                    return why;
                }
            }
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

/// A record that leads to the right region may lead to another environment there, as while a site moves from one to the
/// other: a drill would break what no user sees.
fn elsewhere(facts: &Facts, record: &RecordSet, goal: &Goal, role: &str) -> Option<Find<String>> {
    let own = facts.sides.of(goal.side()).environment.found()?;
    let balancer = own.balancer.found().map(|found| &found.balancer);
    // Environments that share a load balancer have its name in common.
    if balancer.is_some_and(|own| record.leads_to().any(|name| plain(name) == plain(&own.dns_name))) {
        return None;
    }
    let to = match goal {
        Goal::Environment(_, name) if *name == own.environment.name => return None,
        Goal::Environment(_, name) => name.clone(),
        Goal::Balancer(_, arn) => match (&own.balancer, balancer) {
            (Find::Unknown(why), _) => return Some(Find::Unknown(why.clone())),
            (_, Some(balancer)) if balancer.arn == *arn => return None,
            _ => format!("load balancer {}", arn.rsplit('/').nth(1).unwrap_or(arn)),
        },
        Goal::Instance(_, id) => match &own.instances {
            Find::Unknown(why) => return Some(Find::Unknown(why.clone())),
            Find::Found(all) if all.iter().any(|instance| instance.id == *id) => return None,
            Find::Found(_) | Find::NotFound(_) => format!("instance {id}"),
        },
    };
    Some(Find::NotFound(format!("the {role} record leads to {to}, not to {}", own.environment.name)))
}

/// A record that leads to a name of AWS's which is nobody's here leads astray; one that leads to a name of another's, such
/// as a proxy's, is believed by its role.
fn astray(facts: &Facts, lead: &Lead, side: Side, role: &str) -> Option<Find<String>> {
    if let Find::Unknown(why) = &lead.goal {
        return Some(Find::Unknown(why.clone()));
    }
    let own = |name: &str| aws::is_balancer_or_environment(name) || name.parse::<IpAddr>().is_ok();
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
