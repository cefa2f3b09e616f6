//! Alarm: the CloudWatch alarms on the deployment's own parts.
//! Invariant: an alarm is the deployment's if a dimension of its metric names one of its parts; others are nobody's business
//! here. Alarms that compute over several metrics are left out, and those that only scale.

use std::collections::BTreeSet;

use crate::{
    aws::Alarm,
    drill::model::Side,
    ready::case::{Case, Judged, both, known, listed, part, pass, warn},
    survey::Known,
};

/// What dimensions call a side's parts.
fn parts(case: &Case<'_>, side: Side) -> Known<BTreeSet<String>> {
    let found = case.survey.found.regions.of(side);
    let mut parts = BTreeSet::from([part(&found.environment)?.name.clone()]);
    let resources = part(&found.resources)?;
    parts.extend(resources.auto_scaling_groups.iter().cloned());
    parts.extend(resources.instances.iter().cloned());
    let after = |arn: &str, word: &str| arn.split_once(word).map(|(_, rest)| rest.to_owned());
    for balancer in case.balancers(side)? {
        parts.extend(after(&balancer.balancer.arn, ":loadbalancer/"));
    }
    for group in case.target_groups(side)? {
        parts.extend(group.arn.rsplit(':').next().map(str::to_owned));
    }
    if let Some(database) = case.database()?
        && let Some(cluster) = part(database.clusters.of(side))?
    {
        parts.insert(cluster.id.clone());
        parts.extend(cluster.instances.iter().map(|instance| instance.id.clone()));
    }
    Ok(parts)
}

/// The side's alarms on its own parts.
fn own<'a>(case: &Case<'a>, side: Side) -> Known<Vec<&'a Alarm>> {
    let parts = parts(case, side)?;
    let all = known(&case.of(side).alarms)?.iter();
    let names = |alarm: &&Alarm| {
        alarm
            .metric
            .as_ref()
            .is_some_and(|metric| metric.dimensions.values().any(|value| parts.contains(value)))
    };
    Ok(all.filter(names).filter(|alarm| !only_scales(alarm)).collect())
}

/// True for what does nothing but scale a group: it goes off as the load comes and goes, and tells nobody. Beanstalk makes
/// two for each environment, and on an idle one the lower always rings (Elastic Beanstalk developer guide, "Auto Scaling
/// triggers").
fn only_scales(alarm: &Alarm) -> bool {
    let scales = |action: &String| action.contains(":autoscaling:") && action.contains(":scalingPolicy:");
    !alarm.actions.is_empty() && alarm.actions.iter().all(scales)
}

fn watched(alarms: &[&Alarm]) -> BTreeSet<String> {
    let metrics = alarms.iter().filter_map(|alarm| alarm.metric.as_ref());
    metrics.map(|metric| format!("{} {}", metric.namespace, metric.name)).collect()
}

pub(in crate::ready) fn parity(case: &Case<'_>) -> Judged {
    let alarms = both(|side| own(case, side))?;
    let (primary, standby) = (watched(&alarms.primary), watched(&alarms.standby));
    let mend = "make the same alarms in both regions: aws cloudwatch put-metric-alarm";
    if primary.is_empty() && standby.is_empty() {
        return warn("no alarm watches either region", mend);
    }
    let silent = [&alarms.primary, &alarms.standby].into_iter().flatten().filter(|alarm| !alarm.acts);
    let silent: Vec<&String> = silent.map(|alarm| &alarm.name).collect();
    if !silent.is_empty() {
        return warn(
            format!("tell nobody: {}", listed(silent)),
            "aws cloudwatch enable-alarm-actions --alarm-names NAME",
        );
    }
    let only = |side: Side, here: &BTreeSet<String>, there: &BTreeSet<String>| {
        let missing: Vec<&String> = here.difference(there).collect();
        (!missing.is_empty()).then(|| format!("watched in the {side} alone: {}", listed(missing)))
    };
    let all = [only(Side::Primary, &primary, &standby), only(Side::Standby, &standby, &primary)];
    let differ: Vec<String> = all.into_iter().flatten().collect();
    match differ.is_empty() {
        true => pass(format!("{} metrics are watched in both regions", primary.len())),
        false => warn(differ.join("; "), mend),
    }
}

pub(in crate::ready) fn quiet(case: &Case<'_>) -> Judged {
    let alarms = both(|side| own(case, side))?;
    let ringing = Side::BOTH.into_iter().flat_map(|side| {
        let ringing = alarms.of(side).iter().filter(|alarm| alarm.state == "ALARM");
        ringing.map(move |alarm| format!("{} in the {side}", alarm.name))
    });
    let ringing: Vec<String> = ringing.collect();
    match ringing.is_empty() {
        true => pass("none is ringing"),
        false => warn(
            format!("ringing: {}", listed(ringing)),
            "heal what it is about, before a drill is taken for it",
        ),
    }
}
