//! Side: a region's environment, and all that hangs on it.
//! Used by: `read`.

use std::collections::BTreeSet;

use super::{Listed, database::Hosts, extras, goal, targets};
use crate::{
    aws::{Aws, AwsError, Environment, EnvironmentResources, Instance, SecurityGroup, plain},
    discover::{
        ask::Ask,
        choose::{self, Case},
        facts::{Asked, BalancerFacts, EnvironmentFacts, Goal, SiteFacts, Wanted},
        find::Find,
        leads::Known,
    },
    drill::model::{PerSide, Side},
};

/// So many environments are asked at most which balancer they have, where no endpoint says it: Beanstalk takes few calls.
const MOST: usize = 12;

/// An environment and why it is this one.
pub(super) type Chosen = Find<(Environment, String)>;

/// The environment of each region. Those that are told or led to come first: the application of one tells the other.
pub(super) async fn choose(
    aws: &Aws,
    asked: &Asked,
    site: &Find<SiteFacts>,
    listed: &PerSide<Listed>,
    known: &PerSide<Known>,
    ask: &dyn Ask,
) -> PerSide<Chosen> {
    let mut chosen = PerSide { primary: None, standby: None };
    let mut behind = PerSide { primary: Ok(Vec::new()), standby: Ok(Vec::new()) };
    for side in Side::BOTH {
        let goal = goal(site, side, &asked.regions.of(side).region);
        let found = behind_balancer(aws, side, known.of(side), goal.as_ref()).await;
        match side {
            Side::Primary => behind.primary = found,
            Side::Standby => behind.standby = found,
        }
    }
    for pass in [0, 1] {
        for side in Side::BOTH {
            let other: Option<&Chosen> = chosen.of(side.other()).as_ref();
            let application =
                other.and_then(Find::found).map(|(environment, _)| environment.application.clone());
            let region = asked.regions.of(side).region.as_str();
            let goal = goal(site, side, region);
            let case = Case {
                side,
                region,
                known: known.of(side),
                wish: asked.environments.of(side).as_deref(),
                goal: goal.as_ref(),
                behind: behind.of(side),
                application: application.as_deref(),
            };
            let slot: &mut Option<Chosen> = match side {
                Side::Primary => &mut chosen.primary,
                Side::Standby => &mut chosen.standby,
            };
            if slot.is_some() {
                continue;
            }
            *slot = match listed.of(side) {
                Err(error) => Some(Find::Unknown(error.to_string())),
                Ok(_) if pass == 0 => choose::told(&case, ask),
                Ok(_) => Some(choose::only(&case, ask)),
            };
        }
    }
    let never = || Find::NotFound("it was not looked for".to_owned());
    PerSide { primary: chosen.primary.unwrap_or_else(never), standby: chosen.standby.unwrap_or_else(never) }
}

/// The environments whose resources hold the balancer that the records lead to, where no endpoint says it: of basic
/// environments and other endpoints.
async fn behind_balancer(
    aws: &Aws,
    side: Side,
    known: &Known,
    goal: Option<&Goal>,
) -> Result<Vec<String>, String> {
    let Some(Goal::Balancer(_, arn)) = goal else { return Ok(Vec::new()) };
    let Some(balancer) = known.balancers.iter().find(|one| one.arn == *arn) else { return Ok(Vec::new()) };
    let ends = |one: &Environment| {
        one.endpoint.as_deref().is_some_and(|end| plain(end) == plain(&balancer.dns_name))
    };
    if known.environments.iter().any(ends) {
        return Ok(Vec::new());
    }
    let (mut found, mut unread) = (Vec::new(), None);
    for environment in known.environments.iter().take(MOST) {
        match aws.environment_resources(side, &environment.name).await {
            Ok(resources)
                if resources.balancers.iter().any(|name| *name == *arn || *name == balancer.name) =>
            {
                found.push(environment.name.clone());
            }
            Ok(_) => {}
            Err(error) => unread = Some(error.to_string()),
        }
    }
    let all = known.environments.len();
    match unread {
        Some(why) if found.is_empty() => Err(why),
        None if found.is_empty() && all > MOST => Err(format!(
            "only the first {MOST} of {all} environments were asked which load balancer they have; say {}NAME",
            choose::option(side)
        )),
        _ => Ok(found),
    }
}

/// The environment with all that hangs on it, and the databases that it names.
pub(super) async fn environment(
    aws: &Aws,
    side: Side,
    chosen: Chosen,
    known: &Known,
    database: &Wanted,
) -> (Find<EnvironmentFacts>, Hosts) {
    let (environment, how) = match chosen {
        Find::Found(found) => found,
        Find::NotFound(why) => return (Find::NotFound(why), Hosts::default()),
        Find::Unknown(why) => return (Find::Unknown(why), Hosts::default()),
    };
    let (resources, hosts, pipelines) = futures_util::join!(
        Box::pin(aws.environment_resources(side, &environment.name)),
        Box::pin(hosts(aws, side, &environment, database)),
        Box::pin(extras::pipelines(aws, side, &environment.name)),
    );
    let variables_unread = hosts.named.as_ref().err().cloned();
    let (instances, balancer) = futures_util::join!(
        Box::pin(instances(aws, side, &resources)),
        Box::pin(balancer(aws, side, &resources, known)),
    );
    let balancer = Box::pin(targets::own(aws, side, balancer, &instances)).await;
    let groups = Box::pin(groups(aws, side, &instances, &balancer)).await;
    let found =
        EnvironmentFacts { environment, how, instances, groups, balancer, pipelines, variables_unread };
    (Find::Found(found), hosts)
}

/// The databases that an environment names; nobody asks where a person has told the database.
async fn hosts(aws: &Aws, side: Side, environment: &Environment, database: &Wanted) -> Hosts {
    let named = match database {
        Wanted::Find => aws.database_hosts(side, &environment.application, &environment.name).await,
        Wanted::Named(_) | Wanted::Nothing => Ok(Vec::new()),
    };
    Hosts { environment: environment.name.clone(), named: named.map_err(|error| error.to_string()) }
}

async fn instances(
    aws: &Aws,
    side: Side,
    resources: &Result<EnvironmentResources, AwsError>,
) -> Find<Vec<Instance>> {
    match resources {
        Err(error) => Find::Unknown(error.to_string()),
        Ok(resources) if resources.instances.is_empty() => {
            Find::NotFound("the environment has no instances".to_owned())
        }
        Ok(resources) => Find::of(aws.instances(side, &resources.instances).await),
    }
}

/// The instances' groups. The balancer's are read in the same call, as those who look by names do.
async fn groups(
    aws: &Aws,
    side: Side,
    instances: &Find<Vec<Instance>>,
    balancer: &Find<BalancerFacts>,
) -> Find<Vec<SecurityGroup>> {
    let instances = match instances {
        Find::Found(instances) => instances,
        Find::NotFound(why) => return Find::NotFound(why.clone()),
        Find::Unknown(why) => return Find::Unknown(why.clone()),
    };
    let own: BTreeSet<&String> = instances.iter().flat_map(|instance| &instance.security_groups).collect();
    let beside = balancer.found().into_iter().flat_map(|own| &own.balancer.security_groups);
    let ids: BTreeSet<&String> = own.iter().copied().chain(beside).collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let groups = match aws.security_groups(side, &ids).await {
        Ok(groups) => groups.into_iter().filter(|group| own.contains(&group.id)).collect::<Vec<_>>(),
        Err(error) => return Find::of(Err(error)),
    };
    match groups.is_empty() {
        true => Find::NotFound("no security group of its instances is there".to_owned()),
        false => Find::Found(groups),
    }
}

/// The environment's balancer, out of what the region lists.
async fn balancer(
    aws: &Aws,
    side: Side,
    resources: &Result<EnvironmentResources, AwsError>,
    known: &Known,
) -> Find<BalancerFacts> {
    let names = match resources {
        Err(error) => return Find::Unknown(error.to_string()),
        Ok(resources) => &resources.balancers,
    };
    let Some(name) = names.first() else {
        return Find::NotFound("the environment has none: it is of the single-instance kind".to_owned());
    };
    let listed = known.balancers.iter().find(|one| names.contains(&one.arn));
    let balancer = match listed {
        Some(balancer) => balancer.clone(),
        None if !name.starts_with("arn:") => {
            return Find::NotFound(format!("{name} is a Classic load balancer, which drills do not know"));
        }
        None => match aws.balancers(side, std::slice::from_ref(name)).await.map(|all| all.into_iter().next())
        {
            Ok(Some(balancer)) => balancer,
            Ok(None) => return Find::NotFound(format!("{name} is not there")),
            Err(error) => return Find::of(Err(error)),
        },
    };
    let (listeners, target_groups, web_acl) = futures_util::join!(
        Box::pin(aws.listeners(side, &balancer.arn)),
        Box::pin(aws.target_groups(side, &balancer.arn)),
        Box::pin(extras::web_acl(aws, side, &balancer)),
    );
    let listeners = Find::of(listeners);
    let certificates = Box::pin(extras::certificates(aws, side, &listeners)).await;
    Find::Found(BalancerFacts {
        balancer,
        listeners,
        target_groups: Find::of(target_groups),
        certificates,
        web_acl,
    })
}
