//! Leads: what a record of DNS leads to in the two regions.
//! Invariant: a goal is named only where exactly one fits.
//! Not here: reading records and following one name to the next (see `read::site`).
//! Used by: `read`, `choose`.

use super::facts::{Goal, Lead};
use crate::{
    aws::{Balancer, Environment, Interface, RecordSet, plain},
    drill::model::{PerSide, Side},
};

/// What is known of one region.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Its environments.
    pub(super) environments: Vec<Environment>,
    /// Its load balancers.
    pub(super) balancers: Vec<Balancer>,
    /// The interfaces that have public addresses which records name, with those addresses' text in front.
    pub(super) interfaces: Vec<Interface>,
}

/// What one name or address leads to: an environment by its name or its endpoint, which is its load balancer's name or, of a
/// single instance, its address; else a load balancer, which several environments may share.
pub(super) fn goal(target: &str, known: &PerSide<Known>) -> Option<Goal> {
    let target = plain(target);
    let is = |name: &str| plain(name) == target;
    let environments = Side::BOTH.into_iter().flat_map(|side| {
        let ends = |name: &Option<String>| name.as_deref().is_some_and(is);
        let named =
            known.of(side).environments.iter().filter(move |one| ends(&one.cname) || ends(&one.endpoint));
        named.map(move |one| Goal::Environment(side, one.name.clone())).collect::<Vec<_>>()
    });
    let balancers = Side::BOTH.into_iter().flat_map(|side| {
        let named = known.of(side).balancers.iter().filter(|one| is(&one.dns_name));
        named.map(move |one| Goal::Balancer(side, one.arn.clone())).collect::<Vec<_>>()
    });
    only(environments).or_else(|| only(balancers))
}

/// What an address leads to by the interface that has it: Elastic Load Balancing writes `ELB` and the end of the balancer's
/// ARN on its own interfaces.
pub(super) fn goal_of_interfaces(known: &PerSide<Known>) -> Option<Goal> {
    let mut goals: Vec<Goal> = Vec::new();
    for side in Side::BOTH {
        for interface in &known.of(side).interfaces {
            let path = interface.description.strip_prefix("ELB ").unwrap_or_default();
            let ends =
                |one: &&Balancer| !path.is_empty() && one.arn.ends_with(&format!("loadbalancer/{path}"));
            let balancer =
                known.of(side).balancers.iter().find(ends).map(|one| Goal::Balancer(side, one.arn.clone()));
            let instance = || interface.instance.clone().map(|id| Goal::Instance(side, id));
            let Some(goal) = balancer.or_else(instance) else { continue };
            if !goals.contains(&goal) {
                goals.push(goal);
            }
        }
    }
    only(goals.into_iter())
}

/// The goal of all of these, if it is one.
pub(super) fn common(goals: impl Iterator<Item = Goal>) -> Option<Goal> {
    let mut all: Vec<Goal> = Vec::new();
    for goal in goals {
        if !all.contains(&goal) {
            all.push(goal);
        }
    }
    only(all.into_iter())
}

/// True for records that answer for addresses.
pub(super) fn answers(record: &RecordSet) -> bool {
    rank(record).is_some()
}

/// The lead of one region: of several, one with a health check goes first, and A before AAAA before CNAME; where nothing
/// known is at the other end, the set's identifier and then its role in a failover tell, and the text says so.
pub(super) fn of_side(leads: &[Lead], side: Side, region: &str) -> Option<(Lead, Option<String>)> {
    let mut all: Vec<&Lead> = leads.iter().collect();
    all.sort_by_key(|lead| (lead.record.health_check.is_none(), rank(&lead.record)));
    let by_goal = all.iter().find(|lead| lead.goal.found().is_some_and(|goal| goal.side() == side));
    if let Some(lead) = by_goal {
        return Some(((*lead).clone(), None));
    }
    let mut unknown = all.into_iter().filter(|lead| lead.goal.found().is_none());
    let told = unknown.find_map(|lead| Some((lead, told_by(&lead.record, side, region)?)))?;
    Some((told.0.clone(), Some(told.1)))
}

fn told_by(record: &RecordSet, side: Side, region: &str) -> Option<String> {
    let set = record.set_identifier.as_deref().unwrap_or_default();
    if set.to_ascii_lowercase().contains(region) {
        return Some("its set identifier names the region".to_owned());
    }
    let role = if side == Side::Primary { "PRIMARY" } else { "SECONDARY" };
    (record.failover.as_deref() == Some(role)).then(|| format!("its role in the failover is {role}"))
}

fn rank(record: &RecordSet) -> Option<usize> {
    ["A", "AAAA", "CNAME"].iter().position(|kind| *kind == record.kind)
}

/// The one there is; nothing if there are two.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
