//! Targets: which of a load balancer's target groups are the environment's.
//! Invariant: a group is another's only if none of its targets is an instance of the environment's.
//! Used by: `side`.

use crate::{
    aws::{Aws, AwsError, Instance, TargetGroup},
    discover::{facts::BalancerFacts, find::Find},
    drill::model::Side,
    text::plural,
};

/// The balancer with the environment's own target groups alone: environments may share a load balancer. Where there is one
/// group, nobody is asked.
pub(super) async fn own(
    aws: &Aws,
    side: Side,
    balancer: Find<BalancerFacts>,
    instances: &Find<Vec<Instance>>,
) -> Find<BalancerFacts> {
    let Find::Found(mut found) = balancer else { return balancer };
    let Find::Found(groups) = &found.target_groups else { return Find::Found(found) };
    if groups.len() < 2 {
        return Find::Found(found);
    }
    found.target_groups = match instances {
        Find::Found(instances) => match Box::pin(of_instances(aws, side, groups, instances)).await {
            Ok(own) if own.is_empty() => Find::NotFound(format!(
                "none of the load balancer's {} has an instance of the environment's",
                plural(groups.len(), "target group")
            )),
            answer => Find::of(answer),
        },
        Find::NotFound(why) => Find::NotFound(why.clone()),
        Find::Unknown(why) => Find::Unknown(why.clone()),
    };
    Find::Found(found)
}

async fn of_instances(
    aws: &Aws,
    side: Side,
    groups: &[TargetGroup],
    instances: &[Instance],
) -> Result<Vec<TargetGroup>, AwsError> {
    let mut own = Vec::new();
    for group in groups {
        let targets = aws.target_health(side, &group.arn).await?;
        if targets.iter().any(|target| instances.iter().any(|instance| instance.id == target.id)) {
            own.push(group.clone());
        }
    }
    Ok(own)
}
