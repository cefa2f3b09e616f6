//! Region: what one region says.
//! Invariant: one call for each kind of thing, wherever AWS takes several names in one.
//! Used by: read.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{future::join_all, join};

use super::{
    access,
    model::{Known, RegionSurvey, Unknown, known},
    release,
};
use crate::{
    aws::{
        Aws, Certificate, EnvironmentOptions, Found, IngressRule, Instance, Listener, RouteTable,
        ScalingGroup, Source, Target, WebAcl,
    },
    drill::model::Side,
};

/// Reads one region.
pub(super) async fn read(aws: &Aws, found: &Found, side: Side, host: &str) -> RegionSurvey {
    let vpcs = vpcs(found, side);
    let (options, scaling, guarded, tables, targets, certificates, web_acls, release, alarms) = join!(
        Box::pin(options(aws, found, side)),
        Box::pin(scaling(aws, found, side)),
        Box::pin(guarded(aws, found, side, &vpcs)),
        Box::pin(route_tables(aws, side, &vpcs)),
        Box::pin(targets(aws, found, side)),
        Box::pin(certificates(aws, found, side, host)),
        Box::pin(web_acls(aws, found, side)),
        Box::pin(release::of(aws, found, side)),
        Box::pin(aws.alarms(side)),
    );
    RegionSurvey {
        vpcs,
        options,
        scaling,
        rules: guarded.rules,
        prefix_lists: guarded.prefix_lists,
        list_names: None,
        route_tables: tables,
        neighbours: guarded.neighbours,
        managed: guarded.managed,
        targets,
        certificates,
        web_acls,
        release,
        alarms: alarms.map_err(Unknown::from),
    }
}

/// The environment's networks: its balancers', or those of its groups where it has no balancer.
pub(super) fn vpcs(found: &Found, side: Side) -> Known<Vec<String>> {
    let own = found.regions.of(side);
    let balancers = own.balancers.iter().flatten().filter_map(|one| one.balancer.vpc.clone());
    let mut vpcs: BTreeSet<String> = balancers.collect();
    if vpcs.is_empty() {
        vpcs.extend(known(&own.groups)?.iter().filter_map(|group| group.vpc.clone()));
    }
    match vpcs.is_empty() {
        true => {
            Err(Unknown::because(format!("AWS does not say which network the {side}'s environment is in")))
        }
        false => Ok(vpcs.into_iter().collect()),
    }
}

async fn options(aws: &Aws, found: &Found, side: Side) -> Known<EnvironmentOptions> {
    let environment = known(&found.regions.of(side).environment)?;
    Ok(aws.environment_options(side, &environment.application, &environment.name).await?)
}

async fn scaling(aws: &Aws, found: &Found, side: Side) -> Known<Vec<ScalingGroup>> {
    let names = &known(&found.regions.of(side).resources)?.auto_scaling_groups;
    let groups = aws.scaling_groups(side, names).await?;
    match groups.is_empty() {
        true => Err(Unknown::because(format!(
            "AWS shows no Auto Scaling group of {side}'s environment ({})",
            names.join(", ")
        ))),
        false => Ok(groups),
    }
}

async fn route_tables(aws: &Aws, side: Side, vpcs: &Known<Vec<String>>) -> Known<Vec<RouteTable>> {
    Ok(aws.route_tables(side, vpcs.as_ref().map_err(Unknown::clone)?).await?)
}

/// Who is let in where.
struct Guarded {
    rules: Known<Vec<IngressRule>>,
    prefix_lists: BTreeMap<String, Known<Vec<String>>>,
    neighbours: Known<Vec<Instance>>,
    managed: Option<Known<Vec<String>>>,
}

async fn guarded(aws: &Aws, found: &Found, side: Side, vpcs: &Known<Vec<String>>) -> Guarded {
    let neighbours = match vpcs {
        Ok(vpcs) => aws.instances_in(side, vpcs).await.map_err(Unknown::from),
        Err(why) => Err(why.clone()),
    };
    let rules = rules(aws, found, side, &neighbours).await;
    let lists: BTreeSet<String> = rules.iter().flatten().filter_map(list_of).collect();
    let entries = lists.into_iter().map(async |id| {
        let ranges = aws.prefix_list(side, &id).await.map_err(Unknown::from);
        (id, ranges)
    });
    let prefix_lists = Box::pin(join_all(entries)).await.into_iter().collect();
    let has_bastion = match (&neighbours, &rules, known(&found.regions.of(side).instances)) {
        (Ok(all), Ok(rules), Ok(own)) => !access::bastions(all, own, rules).is_empty(),
        _ => false,
    };
    let managed = match has_bastion {
        true => None,
        false => Some(aws.managed_instances(side).await.map_err(Unknown::from)),
    };
    Guarded { rules, prefix_lists, neighbours, managed }
}

fn list_of(rule: &IngressRule) -> Option<String> {
    match &rule.key.source {
        Source::PrefixList(id) => Some(id.clone()),
        _ => None,
    }
}

/// A filter of EC2's takes so many values (EC2 API reference, Filter).
const AT_ONCE: usize = 200;

/// The rules of every group of the deployment, in one call where there are not hundreds of groups in its networks.
async fn rules(
    aws: &Aws,
    found: &Found,
    side: Side,
    neighbours: &Known<Vec<Instance>>,
) -> Known<Vec<IngressRule>> {
    let own = found.regions.of(side);
    let mut ids: BTreeSet<String> = known(&own.groups)?.iter().map(|group| group.id.clone()).collect();
    if let Ok(Some(database)) = &found.database
        && let Ok(Some(cluster)) = database.clusters.of(side)
    {
        ids.extend(cluster.security_groups.iter().cloned());
    }
    ids.extend(neighbours.iter().flatten().flat_map(|instance| instance.security_groups.iter().cloned()));
    let ids: Vec<String> = ids.into_iter().collect();
    let mut all = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        all.extend(aws.ingress_rules(side, some).await?);
    }
    Ok(all)
}

async fn targets(aws: &Aws, found: &Found, side: Side) -> Known<BTreeMap<String, Vec<Target>>> {
    let mut all = BTreeMap::new();
    for balancer in known(&found.regions.of(side).balancers)? {
        for group in known(&balancer.target_groups)? {
            all.insert(group.name.clone(), aws.target_health(side, &group.arn).await?);
        }
    }
    Ok(all)
}

/// The certificates that the balancers' listeners name; and where none of those is for the site, those that they show to
/// clients that ask for another name.
async fn certificates(aws: &Aws, found: &Found, side: Side, host: &str) -> Known<Vec<Certificate>> {
    let mut listeners: Vec<&Listener> = Vec::new();
    for balancer in known(&found.regions.of(side).balancers)? {
        listeners.extend(known(&balancer.listeners)?);
    }
    listeners.retain(|listener| !listener.certificates.is_empty());
    let defaults: BTreeSet<String> =
        listeners.iter().flat_map(|listener| &listener.certificates).cloned().collect();
    let mut all = described(aws, side, &defaults).await?;
    if all.iter().any(|one| one.covers(host)) {
        return Ok(all);
    }
    let mut others = BTreeSet::new();
    for listener in listeners {
        others.extend(aws.listener_certificates(side, &listener.arn).await?);
    }
    others.retain(|arn| !defaults.contains(arn));
    all.extend(described(aws, side, &others).await?);
    Ok(all)
}

/// Those of them that are ACM's.
async fn described(aws: &Aws, side: Side, arns: &BTreeSet<String>) -> Known<Vec<Certificate>> {
    let mut all = Vec::new();
    for arn in arns.iter().filter(|arn| arn.starts_with("arn:aws") && arn.contains(":acm:")) {
        all.push(aws.certificate(side, arn).await?);
    }
    Ok(all)
}

/// The web ACL before each application balancer; other kinds can have none.
async fn web_acls(aws: &Aws, found: &Found, side: Side) -> Known<Vec<Option<WebAcl>>> {
    let mut all = Vec::new();
    let balancers = known(&found.regions.of(side).balancers)?;
    for found in balancers.iter().filter(|found| found.balancer.kind == "application") {
        all.push(aws.web_acl_of(side, &found.balancer.arn).await?);
    }
    Ok(all)
}
