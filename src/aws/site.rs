//! Site: which records of the site's name lead to which region.
//! Invariant: a record is given to a side only for a reason: its target is that side's balancer or environment, its
//! set identifier names the region, its failover role says so, or its set identifier names the environment, in this order;
//! one that leads to a balancer or environment of neither side is nobody's, whatever it is called.
//! Not here: what resolvers answer (see `net` and `probe`).
//! Used by: discover.

use std::net::IpAddr;

use super::{
    Aws, HealthCheck, HostedZone, RecordSet,
    found::{FoundSite, Part},
    topology::{RegionTopology, TopologyProblem},
};
use crate::drill::model::{PerSide, Side};

/// The zone of the site's host, with the records of that name; `None` if the account has no public zone for it.
pub(super) async fn find(
    aws: &Aws,
    host: &str,
) -> Result<Option<(HostedZone, Vec<RecordSet>)>, TopologyProblem> {
    if host.parse::<IpAddr>().is_ok() {
        return Ok(None);
    }
    let check = "check that the site's host is served by a Route 53 zone of this account";
    let problem = |error| TopologyProblem::of(format!("DNS records of {host}"), &error, check);
    let Some(zone) = aws.zone_of(host).await.map_err(problem)? else { return Ok(None) };
    let records = aws.records(&zone.id, host).await.map_err(problem)?;
    Ok(Some((zone, records)))
}

/// Gives each side its record and reads that record's health check.
pub(super) async fn assign(
    aws: &Aws,
    (zone, records): (HostedZone, Vec<RecordSet>),
    regions: &PerSide<RegionTopology>,
) -> FoundSite {
    let failover = PerSide {
        primary: record_of(&records, regions, Side::Primary),
        standby: record_of(&records, regions, Side::Standby),
    };
    let (primary, standby) = futures_util::join!(
        Box::pin(health_check(aws, failover.primary.as_ref())),
        Box::pin(health_check(aws, failover.standby.as_ref())),
    );
    FoundSite { zone, records, failover, health_checks: PerSide { primary, standby } }
}

async fn health_check(aws: &Aws, record: Option<&RecordSet>) -> Part<Option<HealthCheck>> {
    let Some(id) = record.and_then(|record| record.health_check.as_deref()) else { return Ok(None) };
    match aws.health_check(id).await {
        Ok(check) => Ok(Some(check)),
        Err(error) => {
            let check = "check that the record's health check still exists";
            Err(TopologyProblem::of(format!("health check {id}"), &error, check))
        }
    }
}

/// The side's record among those that answer for addresses; A before AAAA before CNAME.
fn record_of(records: &[RecordSet], regions: &PerSide<RegionTopology>, side: Side) -> Option<RecordSet> {
    let rank = |record: &RecordSet| ["A", "AAAA", "CNAME"].iter().position(|kind| *kind == record.kind);
    let mut candidates: Vec<&RecordSet> = records.iter().filter(|record| rank(record).is_some()).collect();
    candidates.sort_by_key(|record| (record.health_check.is_none(), rank(record)));
    candidates.into_iter().find(|record| side_of(record, regions) == Some(side)).cloned()
}

/// The side that a record leads to, by the first reason that tells. An environment's name is the weakest: `shop` stands in
/// `shop-backup`, too.
fn side_of(record: &RecordSet, regions: &PerSide<RegionTopology>) -> Option<Side> {
    let led_to = by_target(record, regions);
    if led_to.is_empty() && is_anothers(record, regions) {
        return None;
    }
    only(led_to.into_iter())
        .or_else(|| by_identifier(record, |side| &regions.of(side).region))
        .or_else(|| by_role(record))
        .or_else(|| by_identifier(record, |side| &regions.of(side).environment.name))
}

fn by_target(record: &RecordSet, regions: &PerSide<RegionTopology>) -> Vec<Side> {
    let leads_to = |side: &Side| {
        let region = regions.of(*side);
        let balancers = region.balancers.iter().map(|b| plain(&b.balancer.dns_name));
        let environment = [&region.environment.cname, &region.environment.endpoint];
        let names: Vec<String> =
            balancers.chain(environment.into_iter().flatten().map(|name| plain(name))).collect();
        record.leads_to().map(plain).any(|target| names.contains(&target))
    };
    Side::BOTH.into_iter().filter(leads_to).collect()
}

/// True if a record that leads to neither side's own names leads to a balancer or environment all the same: it is another
/// deployment's. Nobody can tell of a region whose names could not be read.
fn is_anothers(record: &RecordSet, regions: &PerSide<RegionTopology>) -> bool {
    let is_read = |side: &Side| {
        let region = regions.of(*side);
        !region.balancers.is_empty() || region.environment.endpoint.is_some()
    };
    Side::BOTH.iter().all(is_read) && record.leads_to().any(is_balancer_or_environment)
}

/// A name as names are compared: in small letters, without its last dot, and without what the console puts before a load
/// balancer's name in an alias.
pub(crate) fn plain(name: &str) -> String {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.strip_prefix("dualstack.").map(str::to_owned).unwrap_or(name)
}

/// True for a name that AWS gives to a load balancer or an environment: `NAME.REGION.elb.amazonaws.com`,
/// `NAME.elb.REGION.amazonaws.com` of network balancers, `NAME.REGION.elasticbeanstalk.com`; in China
/// `NAME.REGION.elb.amazonaws.com.cn` and `NAME.REGION.eb.amazonaws.com.cn`.
pub(crate) fn is_balancer_or_environment(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let of_aws = [".amazonaws.com", ".amazonaws.com.cn"].iter().any(|end| name.ends_with(end));
    (of_aws && name.contains(".elb."))
        || name.ends_with(".elasticbeanstalk.com")
        || name.ends_with(".eb.amazonaws.com.cn")
}

/// The side whose name stands in the set identifier.
fn by_identifier<'a>(record: &RecordSet, name: impl Fn(Side) -> &'a String) -> Option<Side> {
    let identifier = record.set_identifier.as_deref()?.to_ascii_lowercase();
    let named = |side: &Side| {
        let name = name(*side).to_ascii_lowercase();
        !name.is_empty() && identifier.contains(&name)
    };
    only(Side::BOTH.into_iter().filter(named))
}

fn by_role(record: &RecordSet) -> Option<Side> {
    match record.failover.as_deref()? {
        "PRIMARY" => Some(Side::Primary),
        "SECONDARY" => Some(Side::Standby),
        _ => None,
    }
}

/// The one there is; nothing if there are two.
fn only(mut sides: impl Iterator<Item = Side>) -> Option<Side> {
    let first = sides.next()?;
    sides.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
