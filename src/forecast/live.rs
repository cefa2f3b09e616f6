//! Live: the numbers of a live deployment, from all that its names stand for.
//! Invariant: what is there is read; what is not, or cannot be, is assumed and said to be.
//! Not here: reading AWS (see `aws::discover`).
//! Used by: cli.

use std::time::Duration;

use super::numbers::{
    ALIAS_TTL, CHECK_INTERVAL, CHECK_THRESHOLD, CHECKERS, CheckNumbers, Fact, Numbers, SideNumbers,
    TargetNumbers,
};
use crate::{
    aws::{HealthCheck, RecordSet, RegionTopology, SiteTopology, TargetGroup, Topology},
    drill::model::{Drill, PerSide, Side},
    text,
};

/// AWS: checkers of one of the regions of a health check; accounts show two.
const CHECKERS_PER_REGION: usize = 2;
/// Nodes of a balancer: AWS asks for two zones at least (ELB user guide, availability zones).
const NODES: usize = 2;

/// The numbers of this deployment and this drill.
pub fn numbers(drill: &Drill, topology: &Topology) -> Numbers {
    let mut facts = vec![Fact::read("probe_interval", text::duration(drill.probe_interval))];
    let deployment = &drill.deployment;
    let site = topology.site.as_ref();
    let first = site.and_then(first);
    facts.push(led_to(first, site));
    let ttl =
        ttl(site.and_then(|site| site.failover.of(first.unwrap_or(Side::Primary)).as_ref()), &mut facts);
    let sides = PerSide {
        primary: side(Side::Primary, topology, &mut facts),
        standby: side(Side::Standby, topology, &mut facts),
    };
    let writer = topology.database.as_ref().map(|database| database.writer.unwrap_or(Side::Primary));
    facts.extend(topology.database.as_ref().map(|database| match database.writer {
        Some(side) => Fact::read("database writer", side),
        None => Fact::assumed("database writer", "primary: none was found in either region"),
    }));
    let checks = if deployment.write_check.is_some() { "writes too" } else { "pages alone" };
    facts.push(Fact::read("recovery is judged by", checks));
    Numbers {
        probe_interval: drill.probe_interval,
        write_check: deployment.write_check.is_some(),
        ttl,
        first,
        writer,
        awaits_environment: true,
        sides,
        facts,
    }
}

/// The side that is answered first, if the records are a failover pair.
fn first(site: &SiteTopology) -> Option<Side> {
    let role = |side: Side| site.failover.of(side).as_ref().and_then(|record| record.failover.as_deref());
    let leads = |side: &Side| role(*side) == Some("PRIMARY") && role(side.other()) == Some("SECONDARY");
    Side::BOTH.into_iter().find(leads)
}

/// A record that stands alone leads users to one region; several that are no failover pair may move them by rules that
/// are not read.
fn led_to(first: Option<Side>, site: Option<&SiteTopology>) -> Fact {
    let name = "users are led to";
    let one = "one region, whatever its health";
    match (first, site) {
        (Some(side), _) => Fact::read(name, format!("the {side} while it is healthy")),
        (None, None) => Fact::assumed(name, format!("{one}: no record of the site was found")),
        (None, Some(site)) if site.records.iter().any(|record| record.set_identifier.is_some()) => {
            Fact::assumed(
                name,
                format!("{one}: its records are no failover pair, and their rules are not read"),
            )
        }
        (None, Some(_)) => Fact::read(name, one),
    }
}

fn ttl(record: Option<&RecordSet>, facts: &mut Vec<Fact>) -> Duration {
    let own = record.filter(|record| record.alias.is_none()).and_then(|record| record.ttl);
    match own.and_then(|ttl| u64::try_from(ttl).ok()) {
        Some(ttl) => {
            facts.push(Fact::read("ttl", format!("{ttl}s")));
            Duration::from_secs(ttl)
        }
        None if record.is_some_and(|record| record.alias.is_some()) => {
            facts.push(Fact::read("ttl", "60s: the record is an alias, and has its balancer's"));
            ALIAS_TTL
        }
        None => {
            facts.push(Fact::assumed("ttl", "60s: no record of the site was found"));
            ALIAS_TTL
        }
    }
}

fn side(side: Side, topology: &Topology, facts: &mut Vec<Fact>) -> SideNumbers {
    let region = topology.regions.of(side);
    let site = topology.site.as_ref();
    let record = site.and_then(|site| site.failover.of(side).as_ref());
    let alias = record.and_then(|record| record.alias.as_ref());
    let evaluates = alias.is_some_and(|it| it.evaluates_target_health);
    let yes = if evaluates { "yes" } else { "no" };
    facts.push(Fact::read(format!("evaluate_target_health of {side}"), yes));
    let check = site.and_then(|site| site.health_checks.of(side).as_ref());
    SideNumbers {
        check: check.map(|check| health_check(side, check, region, facts)),
        is_alias: alias.is_some(),
        evaluates_targets: evaluates,
        targets: targets(side, region, facts),
    }
}

fn health_check(
    side: Side,
    check: &HealthCheck,
    region: &RegionTopology,
    facts: &mut Vec<Fact>,
) -> CheckNumbers {
    let name = |what: &str| format!("health_check.{what} of {side}");
    let interval = check.interval_s.and_then(|secs| u64::try_from(secs).ok()).map(Duration::from_secs);
    let threshold = check.failure_threshold.and_then(|count| u32::try_from(count).ok());
    let is_observed = check.has_checkers();
    let meets = is_observed && meets_application(check, region);
    let regions =
        check.fields.get("Regions").map_or(0, |all| all.split(',').filter(|r| !r.trim().is_empty()).count());
    let checkers = if regions == 0 { CHECKERS } else { regions * CHECKERS_PER_REGION };
    if is_observed {
        let (usual_interval, usual_threshold) = (text::duration(CHECK_INTERVAL), CHECK_THRESHOLD.to_string());
        facts.push(fact(name("interval"), interval.map(text::duration), usual_interval));
        facts.push(fact(name("threshold"), threshold.map(|own| own.to_string()), usual_threshold));
        let said = match meets {
            true => "its balancer's application".to_owned(),
            false => format!("no application: it does not notice when the {side}'s is away"),
        };
        let port = check.port.unwrap_or(80);
        facts.push(Fact::read(name("meets"), format!("{} on port {port}: {said}", check.kind)));
        facts.push(Fact::assumed(name("checkers"), checkers));
    } else {
        let said = format!("{}: what it goes by is not read; taken not to notice", check.kind);
        facts.push(Fact::assumed(name("meets"), said));
    }
    CheckNumbers {
        interval: interval.unwrap_or(CHECK_INTERVAL),
        threshold: threshold.unwrap_or(CHECK_THRESHOLD),
        checkers,
        meets_application: meets,
        is_observed,
        disabled: check.disabled,
        inverted: check.inverted,
    }
}

/// HTTP checks do, unless their port's listener answers by itself: a redirect counts as healthy and is not followed
/// (Route 53 developer guide, "How Route 53 determines whether a health check is healthy").
fn meets_application(check: &HealthCheck, region: &RegionTopology) -> bool {
    let port = check.port.unwrap_or(80);
    let listener = region.balancers.iter().flat_map(|own| &own.listeners).find(|own| own.port == Some(port));
    let forwards = listener.is_none_or(|own| {
        own.default_actions.is_empty() || own.default_actions.iter().any(|action| action == "forward")
    });
    check.kind.starts_with("HTTP") && forwards
}

fn targets(side: Side, region: &RegionTopology, facts: &mut Vec<Fact>) -> TargetNumbers {
    let usual = TargetNumbers::default();
    let Some(group) = region.balancers.iter().flat_map(|own| &own.target_groups).next() else {
        facts.push(Fact::assumed(format!("targets of {side}"), "none found: Beanstalk's own settings"));
        return usual;
    };
    let number = |own: Option<i32>| own.and_then(|own| u32::try_from(own).ok());
    let time = |own: Option<i32>| number(own).map(|secs| Duration::from_secs(u64::from(secs)));
    let name = |what: &str| format!("targets.{what} of {side}");
    let count = region.instances.len().max(1);
    facts.push(Fact::read(name("count"), count));
    facts.push(Fact::assumed(name("nodes"), NODES));
    let said = |own: Option<u32>| own.map(|own| own.to_string());
    facts.push(fact(
        name("interval"),
        time(group.interval_s).map(text::duration),
        text::duration(usual.interval),
    ));
    facts.push(fact(
        name("timeout"),
        time(group.timeout_s).map(text::duration),
        text::duration(usual.timeout),
    ));
    facts.push(fact(
        name("unhealthy_after"),
        said(number(group.unhealthy_after)),
        usual.unhealthy_after.to_string(),
    ));
    facts.push(fact(
        name("healthy_after"),
        said(number(group.healthy_after)),
        usual.healthy_after.to_string(),
    ));
    let port = group.port.and_then(|port| u16::try_from(port).ok());
    TargetNumbers {
        count,
        nodes: NODES,
        port,
        check_port: check_port(group).or(port),
        interval: time(group.interval_s).unwrap_or(usual.interval),
        timeout: time(group.timeout_s).unwrap_or(usual.timeout),
        healthy_after: number(group.healthy_after).unwrap_or(usual.healthy_after),
        unhealthy_after: number(group.unhealthy_after).unwrap_or(usual.unhealthy_after),
    }
}

/// The port that checks ask, unless it is the one that takes traffic.
fn check_port(group: &TargetGroup) -> Option<u16> {
    group.check_port.parse().ok()
}

fn fact(name: String, read: Option<String>, assumed: String) -> Fact {
    match read {
        Some(value) => Fact::read(name, value),
        None => Fact::assumed(name, assumed),
    }
}

#[cfg(test)]
mod tests;
