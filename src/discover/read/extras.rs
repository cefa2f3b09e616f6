//! Extras: what belongs to the picture and no drill needs: certificates, web ACLs, pipelines, peering.
//! Used by: `read`.

use crate::{
    aws::{Aws, Balancer, Listener, Peering, PeeringSide},
    discover::{
        facts::{Item, SideFacts},
        find::Find,
    },
    drill::model::{PerSide, Side},
    text::plural,
};

/// So many pipelines of a region are opened at most to see what they release to.
const MOST: usize = 20;

/// What the listeners show.
pub(super) async fn certificates(aws: &Aws, side: Side, listeners: &Find<Vec<Listener>>) -> Find<Vec<Item>> {
    let listeners = match listeners {
        Find::Found(listeners) => listeners,
        Find::NotFound(why) => return Find::NotFound(why.clone()),
        Find::Unknown(why) => return Find::Unknown(why.clone()),
    };
    let mut arns: Vec<&String> = listeners.iter().flat_map(|listener| &listener.certificates).collect();
    arns.sort();
    arns.dedup();
    if arns.is_empty() {
        return Find::NotFound("no port of the load balancer has one".to_owned());
    }
    let mut items = Vec::new();
    for arn in arns {
        // Those that are kept in IAM have another API.
        if !arn.contains(":acm:") {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            items.push(Item { id: arn.clone(), says: format!("{name} (kept in IAM, which was not asked)") });
            continue;
        }
        match aws.certificate(side, arn).await {
            Ok(own) => {
                let until = own.expires.map(|at| format!(", until {}", at.strftime("%Y-%m-%d")));
                let says = format!("{} ({}{})", own.names.join(", "), own.status, until.unwrap_or_default());
                items.push(Item { id: own.arn, says });
            }
            Err(error) => return Find::of(Err(error)),
        }
    }
    Find::Found(items)
}

/// What filters the balancer's requests; AWS WAF knows application load balancers alone.
pub(in crate::discover) async fn web_acl(aws: &Aws, side: Side, balancer: &Balancer) -> Find<Item> {
    if balancer.kind != "application" {
        return Find::NotFound(format!("a {} load balancer can have none", balancer.kind));
    }
    match aws.web_acl_of(side, &balancer.arn).await {
        Ok(Some(acl)) => Find::Found(Item {
            says: format!("{}, {}", acl.name, plural(acl.rules.len(), "rule")),
            id: acl.arn,
        }),
        Ok(None) => Find::NotFound("none stands before the load balancer".to_owned()),
        Err(error) => Find::of(Err(error)),
    }
}

/// The pipelines that release to the environment.
pub(super) async fn pipelines(aws: &Aws, side: Side, environment: &str) -> Find<Vec<Item>> {
    let names = match aws.pipelines(side).await {
        Ok(names) => names,
        Err(error) => return Find::of(Err(error)),
    };
    let mut items = Vec::new();
    for name in names.iter().take(MOST) {
        let pipeline = match aws.pipeline(side, name).await {
            Ok(pipeline) => pipeline,
            Err(error) => return Find::of(Err(error)),
        };
        if pipeline.environments.iter().any(|own| own == environment) {
            let source = match &pipeline.source {
                Some((repository, branch)) => format!("{repository}, branch {branch}"),
                None => pipeline.provider,
            };
            items.push(Item { says: format!("{name} (from {source})"), id: pipeline.name });
        }
    }
    match (items.is_empty(), names.len() > MOST) {
        (false, _) => Find::Found(items),
        (true, false) => Find::NotFound(format!("no pipeline of the region releases to {environment}")),
        (true, true) => Find::Unknown(format!("none of the first {MOST} of {} releases to it", names.len())),
    }
}

/// What connects the networks of the two load balancers.
pub(super) async fn peering(aws: &Aws, sides: &PerSide<SideFacts>) -> Find<Vec<Item>> {
    let (primary, standby) = match (vpc(&sides.primary), vpc(&sides.standby)) {
        (Find::Found(primary), Find::Found(standby)) => (primary, standby),
        (Find::Unknown(why), _) | (_, Find::Unknown(why)) => return Find::Unknown(why),
        _ => {
            return Find::NotFound(
                "the network of a region is not known, for want of its load balancer".to_owned(),
            );
        }
    };
    let all = match aws.peerings(Side::Standby, std::slice::from_ref(&standby)).await {
        Ok(all) => all,
        Err(error) => return Find::of(Err(error)),
    };
    between(&all, &primary, &standby)
}

/// The active peerings of two networks.
fn between(all: &[Peering], primary: &str, standby: &str) -> Find<Vec<Item>> {
    let joins = |one: &&Peering| {
        let ends = [one.requester.vpc.as_str(), one.accepter.vpc.as_str()];
        ends.contains(&primary) && ends.contains(&standby)
    };
    // AWS shows a peering for hours after its end.
    let (active, others): (Vec<&Peering>, Vec<&Peering>) =
        all.iter().filter(joins).partition(|one| one.status == "active");
    if !active.is_empty() {
        return Find::Found(active.into_iter().map(joined).collect());
    }
    match others.is_empty() {
        true => Find::NotFound(format!("no peering joins {primary} and {standby}")),
        false => {
            let states: Vec<String> =
                others.iter().map(|one| format!("{} is {}", one.id, one.status)).collect();
            Find::NotFound(states.join(", "))
        }
    }
}

/// The network of a region's load balancer.
fn vpc(side: &SideFacts) -> Find<String> {
    let balancer = match &side.environment {
        Find::Found(own) => own.balancer.clone().map(|found| found.balancer.vpc),
        Find::NotFound(why) => Find::NotFound(why.clone()),
        Find::Unknown(why) => Find::Unknown(why.clone()),
    };
    match balancer {
        Find::Found(Some(vpc)) => Find::Found(vpc),
        Find::Found(None) => Find::NotFound("the load balancer is in no network".to_owned()),
        Find::NotFound(why) => Find::NotFound(why),
        Find::Unknown(why) => Find::Unknown(why),
    }
}

/// What there is to say of a peering; where AWS does not tell the ranges, nothing is said of them.
fn joined(one: &Peering) -> Item {
    let ranges = |side: &PeeringSide| (!side.ranges.is_empty()).then(|| side.ranges.join(" "));
    let ranges: Vec<String> = [&one.requester, &one.accepter].into_iter().filter_map(ranges).collect();
    let of = if ranges.is_empty() { String::new() } else { format!(", {}", ranges.join(" and ")) };
    Item { id: one.id.clone(), says: format!("{} {}{of}", one.id, one.status) }
}
