//! Dns: the records that lead users to the two regions.
//!
//! Sources: Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is configured" (a record
//! without a check is healthy for ever), "Choosing between alias and non-alias records" (an alias of a load balancer has
//! 60 s), "Values that are common for failover records" (60 s or less with health checks).

use std::time::Duration;

use crate::{
    aws::RecordSet,
    drill::model::Side,
    ready::case::{Case, Judged, fail, listed, part, pass, unknown, warn},
    survey::Known,
    text,
};

/// What an alias of a load balancer has; it can not be set.
const OF_ALIAS: i64 = 60;

fn role(side: Side) -> &'static str {
    match side {
        Side::Primary => "PRIMARY",
        Side::Standby => "SECONDARY",
    }
}

pub(in crate::ready) fn failover(case: &Case<'_>) -> Judged {
    let site = case.site()?;
    let host = &case.deployment.site.host;
    let mend = "make a failover pair: PRIMARY leads to the primary's balancer, SECONDARY to the standby's";
    for side in Side::BOTH {
        let Some(record) = site.failover.of(side) else {
            return fail(format!("no record of {host} leads to the {side}"), mend);
        };
        match record.failover.as_deref() {
            Some(own) if own == role(side) => {}
            Some(own) => return fail(format!("the record that leads to the {side} is {own}"), mend),
            None => return fail(format!("the record that leads to the {side} is no failover record"), mend),
        }
    }
    for kind in KINDS {
        if let Some(lacking) = lacking(case, kind)? {
            return fail(lacking, mend);
        }
    }
    pass(format!("PRIMARY and SECONDARY of {host}"))
}

/// The types by which users find an address; each is moved by its own records alone.
const KINDS: [&str; 3] = ["A", "AAAA", "CNAME"];

/// What the pair of one type lacks, if any record of that type leads to a side. The pair that each side's record was taken
/// from is judged already.
fn lacking(case: &Case<'_>, kind: &str) -> Known<Option<String>> {
    let site = case.site()?;
    let judged = |side: Side| site.failover.of(side).as_ref().is_some_and(|record| record.kind == kind);
    let mut led = Vec::new();
    for record in site.records.iter().filter(|record| record.kind == kind) {
        if Side::BOTH.into_iter().all(judged) && record.failover.is_some() {
            continue;
        }
        for side in case.sides_of(record.leads_to())? {
            if record.failover.as_deref() != Some(role(side)) {
                return Ok(Some(format!("the {kind} record that leads to the {side} is not {}", role(side))));
            }
            led.push(side);
        }
    }
    Ok(match led[..] {
        [] => None,
        _ if Side::BOTH.iter().all(|side| led.contains(side)) => None,
        [side, ..] => Some(format!("a {kind} record leads to the {side}, and none to the {}", side.other())),
    })
}

/// The records of failover pairs, of every type.
fn pairs<'a>(case: &Case<'a>) -> Known<Vec<&'a RecordSet>> {
    Ok(case.site()?.records.iter().filter(|record| record.failover.is_some()).collect())
}

pub(in crate::ready) fn protected(case: &Case<'_>) -> Judged {
    let records = pairs(case)?;
    if records.is_empty() {
        return pass("there is no failover pair: see the check `failover-records`");
    }
    let looks = |record: &RecordSet| record.health_check.is_some();
    let own = |record: &RecordSet| record.alias.as_ref().is_some_and(|alias| alias.evaluates_target_health);
    let said = |record: &&&RecordSet| {
        format!("{} {} {}", record.kind, record.name, record.failover.as_deref().unwrap_or_default())
    };
    let bare: Vec<String> =
        records.iter().filter(|record| !looks(record) && !own(record)).map(|one| said(&one)).collect();
    let half: Vec<String> =
        records.iter().filter(|record| !looks(record) && own(record)).map(|one| said(&one)).collect();
    let mend = "give the record a health check of its region: aws route53 change-resource-record-sets";
    match (bare.is_empty(), half.is_empty()) {
        (false, _) => fail(format!("nothing looks after {}", listed(bare)), mend),
        (true, false) => warn(format!("only its targets' own health looks after {}", listed(half)), mend),
        (true, true) => pass(format!("{} records, each with a health check", records.len())),
    }
}

pub(in crate::ready) fn target_health(case: &Case<'_>) -> Judged {
    let records = pairs(case)?;
    let blind = records
        .iter()
        .filter(|record| record.alias.as_ref().is_some_and(|alias| !alias.evaluates_target_health));
    let blind: Vec<&str> = blind.filter_map(|record| record.failover.as_deref()).collect();
    match blind.is_empty() {
        true => pass("every alias looks at its targets, or there is none"),
        false => warn(
            format!("the alias of {} does not look at its targets", listed(blind)),
            "set EvaluateTargetHealth of the record's AliasTarget to true",
        ),
    }
}

/// From the interruption to users who ask anew: what the health check takes, and what resolvers keep.
pub(in crate::ready) fn ttl(case: &Case<'_>) -> Judged {
    let site = case.site()?;
    let Some(record) = &site.failover.primary else {
        return unknown("no record leads to the primary: see the check `failover-records`");
    };
    let ttl = match (&record.alias, record.ttl) {
        (Some(_), _) => OF_ALIAS,
        (None, Some(ttl)) => ttl,
        (None, None) => return unknown("AWS does not say how long the record may be kept"),
    };
    let kept = Duration::from_secs(u64::try_from(ttl).unwrap_or_default());
    let objective = case.drill.and_then(|drill| drill.objectives.recovery_time);
    let lower = "lower the record's TTL to 60 s or less";
    let Some(objective) = objective else {
        return match kept > Duration::from_secs(60) {
            true => warn(format!("resolvers may keep the answer for {}", text::duration(kept)), lower),
            false => pass(format!("resolvers may keep the answer for {}", text::duration(kept))),
        };
    };
    let check = part(&site.health_checks.primary)?;
    if check.is_none() {
        return unknown("the primary's record has no health check: see the check `protected-records`");
    }
    let looks = check.as_ref().and_then(|check| {
        Some((u64::try_from(check.interval_s?).ok()?, u64::try_from(check.failure_threshold?).ok()?))
    });
    let Some((interval, threshold)) = looks else {
        return unknown(
            "the primary's health check says neither how often it looks nor how often it must fail",
        );
    };
    let seen = Duration::from_secs(interval * threshold);
    let found = format!(
        "the health check takes {} and resolvers keep the answer for {}; the objective is {}",
        text::duration(seen),
        text::duration(kept),
        text::duration(objective)
    );
    match () {
        () if seen + kept > objective => {
            fail(found, format!("{lower}, and look every 10 s, or raise the objective"))
        }
        () if kept > Duration::from_secs(60) => warn(found, lower),
        () => pass(found),
    }
}
