//! Extras: what belongs to the picture and no drill needs: certificates, web ACLs, pipelines, peering.
//! Used by: `read`.

use crate::{
    aws::{Aws, Listener, Peering},
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

/// What filters the balancer's requests.
pub(super) async fn web_acl(aws: &Aws, side: Side, balancer: &str) -> Find<Item> {
    match aws.web_acl_of(side, balancer).await {
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
    let vpc = |side: Side| {
        let environment = sides.of(side).environment.found()?;
        environment.balancer.found()?.balancer.vpc.clone()
    };
    let (Some(primary), Some(standby)) = (vpc(Side::Primary), vpc(Side::Standby)) else {
        return Find::NotFound(
            "the network of a region is not known, for want of its load balancer".to_owned(),
        );
    };
    let all = match aws.peerings(Side::Standby, std::slice::from_ref(&standby)).await {
        Ok(all) => all,
        Err(error) => return Find::of(Err(error)),
    };
    let joins = |one: &&Peering| {
        let ends = [one.requester.vpc.as_str(), one.accepter.vpc.as_str()];
        ends.contains(&primary.as_str()) && ends.contains(&standby.as_str())
    };
    let items: Vec<Item> = all
        .iter()
        .filter(joins)
        .map(|one| Item {
            id: one.id.clone(),
            says: format!(
                "{} {}, {} and {}",
                one.id,
                one.status,
                one.requester.ranges.join(" "),
                one.accepter.ranges.join(" ")
            ),
        })
        .collect();
    match items.is_empty() {
        true => Find::NotFound(format!("no peering joins {primary} and {standby}")),
        false => Find::Found(items),
    }
}
