//! Discover: finds what the names of a deployment stand for in the account.
//! Invariant: reads only; every problem found is told at once, each with what to check.
//! Not here: the shape of what is found (see `found` and `topology`), which record leads to which region (see `site`), whether the
//! deployment is fit for a drill (see `plan`).
//! Used by: cli, survey; plan, for the permissions.

use super::{
    Aws, AwsError, Balancer, Cluster, Environment, EnvironmentResources, GlobalCluster, Instance, Listener,
    TargetGroup,
    found::{Found, FoundBalancer, FoundDatabase, FoundRegion, Part},
    site,
    topology::{Topology, TopologyProblem},
};
use crate::drill::model::{Deployment, PerSide, Side};

/// The IAM actions that finding it all needs, and saying who asks.
pub const PERMISSIONS: [&str; 15] = [
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "elasticbeanstalk:DescribeEnvironmentResources",
    "elasticbeanstalk:DescribeEnvironments",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "rds:DescribeDBClusters",
    "rds:DescribeGlobalClusters",
    "route53:GetHealthCheck",
    "route53:GetHostedZone",
    "route53:ListHostedZones",
    "route53:ListResourceRecordSets",
    "sts:AssumeRole",
    "sts:GetCallerIdentity",
];

/// Finds everything.
///
/// # Errors
/// Every problem that was found. An absent piece that some drills do without is no problem here: a record without
/// a health check, a name without failover records, a deployment without a database.
pub async fn discover(aws: &Aws, deployment: &Deployment) -> Result<Topology, Vec<TopologyProblem>> {
    look(aws, deployment).await.whole()
}

/// Looks for everything; what one piece hides leaves the others.
pub async fn look(aws: &Aws, deployment: &Deployment) -> Found {
    let (primary, standby, site, database) = futures_util::join!(
        Box::pin(region(aws, deployment, Side::Primary)),
        Box::pin(region(aws, deployment, Side::Standby)),
        Box::pin(site::find(aws, &deployment.site.host)),
        Box::pin(database(aws, deployment)),
    );
    let known = PerSide {
        primary: primary.as_known(&deployment.regions.primary.environment),
        standby: standby.as_known(&deployment.regions.standby.environment),
    };
    let site = match site {
        Ok(Some(found)) => Ok(Some(site::assign(aws, found, &known).await)),
        Ok(None) => Ok(None),
        Err(problem) => Err(problem),
    };
    Found { regions: PerSide { primary, standby }, site, database }
}

/// From the environment's name to its instances, balancers and their groups.
async fn region(aws: &Aws, deployment: &Deployment, side: Side) -> FoundRegion {
    let of = deployment.regions.of(side);
    let name = &of.environment;
    let problem = |what: &str, error: &AwsError, check: &str| {
        TopologyProblem::of(format!("{what} of {side} ({name} in {})", of.region), error, check)
    };
    let region = of.region.clone();
    let nothing = |why: TopologyProblem, environment: Part<Environment>| FoundRegion {
        region: region.clone(),
        environment,
        resources: Err(why.clone()),
        instances: Err(why.clone()),
        balancers: Err(why.clone()),
        groups: Err(why),
    };
    let environment = match aws.environment(side, name).await {
        Ok(environment) => environment,
        Err(error) => {
            let check = "check the name and region in the deployment file, and the account";
            let why = problem("environment", &error, check);
            return nothing(why.clone(), Err(why));
        }
    };
    let resources = match aws.environment_resources(side, name).await {
        Ok(resources) => resources,
        Err(error) => {
            let why = problem("resources", &error, "check that the environment has finished launching");
            return nothing(why, Ok(environment));
        }
    };
    let (instances, balancers) = futures_util::join!(
        Box::pin(aws.instances(side, &resources.instances)),
        Box::pin(balancers(aws, side, &resources)),
    );
    let instances = instances.map_err(|error| {
        problem("instances", &error, "check that the environment is not replacing its instances now")
    });
    let check = "check that the environment is of the load-balanced kind";
    let balancers = balancers.map_err(|error| problem("load balancer", &error, check)).map(|all| {
        let part = |error: AwsError| problem("load balancer", &error, check);
        let found = all.into_iter().map(|(balancer, listeners, target_groups)| FoundBalancer {
            balancer,
            listeners: listeners.map_err(part),
            target_groups: target_groups.map_err(part),
        });
        found.collect()
    });
    let groups = match groups(&instances, &balancers) {
        Err(why) => Err(why),
        Ok(ids) => aws
            .security_groups(side, &ids)
            .await
            .map_err(|error| problem("security groups", &error, "check that they still exist")),
    };
    FoundRegion {
        region,
        environment: Ok(environment),
        resources: Ok(resources),
        instances,
        balancers,
        groups,
    }
}

/// The ids of all groups, for one call.
fn groups(instances: &Part<Vec<Instance>>, balancers: &Part<Vec<FoundBalancer>>) -> Part<Vec<String>> {
    let (instances, balancers) = (instances.as_ref(), balancers.as_ref());
    let (instances, balancers) =
        (instances.map_err(TopologyProblem::clone)?, balancers.map_err(TopologyProblem::clone)?);
    let all = instances.iter().flat_map(|instance| &instance.security_groups);
    Ok(distinct(all.chain(balancers.iter().flat_map(|found| &found.balancer.security_groups))))
}

/// A balancer, what it listens on, and where it sends requests.
type Hung = (Balancer, Result<Vec<Listener>, AwsError>, Result<Vec<TargetGroup>, AwsError>);

/// The balancers that Beanstalk names by ARN, each with what hangs on it. A Classic balancer is named plainly and has
/// another API: it is left out.
async fn balancers(aws: &Aws, side: Side, resources: &EnvironmentResources) -> Result<Vec<Hung>, AwsError> {
    let arns: Vec<String> =
        resources.balancers.iter().filter(|name| name.starts_with("arn:")).cloned().collect();
    let mut found = Vec::new();
    for balancer in aws.balancers(side, &arns).await? {
        let (listeners, target_groups) = futures_util::join!(
            Box::pin(aws.listeners(side, &balancer.arn)),
            Box::pin(aws.target_groups(side, &balancer.arn)),
        );
        found.push((balancer, listeners, target_groups));
    }
    Ok(found)
}

/// The global cluster as the standby's region sees it, and each region's own cluster.
async fn database(aws: &Aws, deployment: &Deployment) -> Part<Option<FoundDatabase>> {
    let Some(id) = &deployment.global_cluster else { return Ok(None) };
    let global = aws.global_cluster(Side::Standby, id).await.map_err(|error| {
        TopologyProblem::of(format!("database {id}"), &error, "check `global_cluster` in the deployment file")
    })?;
    let writer = global.writer().and_then(|member| aws.side_of(&member.region));
    let (primary, standby) = futures_util::join!(
        Box::pin(regional(aws, &global, Side::Primary)),
        Box::pin(regional(aws, &global, Side::Standby)),
    );
    Ok(Some(FoundDatabase { global, clusters: PerSide { primary, standby }, writer }))
}

async fn regional(aws: &Aws, global: &GlobalCluster, side: Side) -> Part<Option<Cluster>> {
    let Some(member) = global.member(aws.region(side)) else { return Ok(None) };
    // The ARN's last part is the identifier, which every implementation of the API accepts.
    let id = member.arn.rsplit(':').next().unwrap_or(&member.arn);
    match aws.cluster(side, id).await {
        Ok(cluster) => Ok(Some(cluster)),
        Err(error) => {
            let what = format!("cluster {id} of {side}, a member of {}", global.id);
            Err(TopologyProblem::of(what, &error, "check that the cluster still exists in that region"))
        }
    }
}

/// Each once, in order.
fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = names.cloned().collect();
    names.sort();
    names.dedup();
    names
}
