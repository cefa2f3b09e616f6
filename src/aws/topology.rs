//! Topology: what the names of a deployment stand for in the account.
//! Invariant: reads only; every problem found is told at once, each with what to check.
//! Not here: whether the deployment is fit for a drill (see `plan`): a piece that is merely absent is `None` or empty.
//! Used by: plan, change, probe; the journal keeps it.

use serde::{Deserialize, Serialize};

use super::{
    Aws, AwsError, Balancer, Cluster, Environment, EnvironmentResources, GlobalCluster, HealthCheck,
    HostedZone, Instance, Listener, RecordSet, SecurityGroup, TargetGroup, site,
};
use crate::{
    drill::model::{Deployment, PerSide, Side},
    journal::event::FailureClass,
};

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

/// Everything found from a deployment's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// What each region is made of.
    pub regions: PerSide<RegionTopology>,
    /// The site's zone and records; `None` if no public zone of the account holds the site's host.
    pub site: Option<SiteTopology>,
    /// The database; `None` if the deployment names none.
    pub database: Option<DatabaseTopology>,
}

/// What one region is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionTopology {
    /// Its AWS name.
    pub region: String,
    /// The environment.
    pub environment: Environment,
    /// What the environment runs on.
    pub resources: EnvironmentResources,
    /// Its instances.
    pub instances: Vec<Instance>,
    /// The instances' security groups: what a fault on the web tier touches.
    pub instance_groups: Vec<SecurityGroup>,
    /// Its load balancers, with all that hangs on them.
    pub balancers: Vec<BalancerTopology>,
}

/// One load balancer with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalancerTopology {
    /// The balancer.
    pub balancer: Balancer,
    /// Its security groups.
    pub groups: Vec<SecurityGroup>,
    /// What it listens on.
    pub listeners: Vec<Listener>,
    /// Where it sends requests.
    pub target_groups: Vec<TargetGroup>,
}

/// The site's name in DNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteTopology {
    /// The zone.
    pub zone: HostedZone,
    /// Every record set of the site's name.
    pub records: Vec<RecordSet>,
    /// The record that leads users to each region, if one does.
    pub failover: PerSide<Option<RecordSet>>,
    /// That record's health check, if it has one.
    pub health_checks: PerSide<Option<HealthCheck>>,
}

/// The deployment's database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseTopology {
    /// The global cluster.
    pub global: GlobalCluster,
    /// The regional cluster of each side, if that region is a member.
    pub clusters: PerSide<Option<Cluster>>,
    /// The side of the writer; `None`: in neither region.
    pub writer: Option<Side>,
}

/// Something that a name does not lead to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}; {check}")]
pub struct TopologyProblem {
    /// What was looked for.
    pub what: String,
    /// What came of it.
    pub why: String,
    /// What to check next.
    pub check: String,
    /// The kind of failure, if a call failed.
    pub class: Option<FailureClass>,
}

impl TopologyProblem {
    pub(super) fn of(what: impl Into<String>, error: &AwsError, check: &str) -> TopologyProblem {
        let check = match error.class {
            FailureClass::Denied => {
                "check the credentials and their policy: `firedrill run DRILL --dry-run` lists the actions needed"
            }
            FailureClass::Expired => "sign in again, or check this machine's clock",
            FailureClass::Throttled | FailureClass::Transient => {
                "try again; if it stays so, check the endpoint and the network"
            }
            _ => check,
        };
        TopologyProblem {
            what: what.into(),
            why: error.to_string(),
            check: check.to_owned(),
            class: Some(error.class),
        }
    }
}

/// Finds everything.
///
/// # Errors
/// Every problem that was found. An absent piece that some drills do without is no problem here: a record without
/// a health check, a name without failover records, a deployment without a database.
pub async fn discover(aws: &Aws, deployment: &Deployment) -> Result<Topology, Vec<TopologyProblem>> {
    let (primary, standby, site, database) = futures_util::join!(
        Box::pin(region(aws, deployment, Side::Primary)),
        Box::pin(region(aws, deployment, Side::Standby)),
        Box::pin(site::find(aws, &deployment.site.host)),
        Box::pin(database(aws, deployment)),
    );
    let mut problems = Vec::new();
    let mut keep = |problem| problems.push(problem);
    let primary = primary.map_err(&mut keep).ok();
    let standby = standby.map_err(&mut keep).ok();
    let site = site.map_err(&mut keep).ok();
    let database = database.map_err(&mut keep).ok();
    match (primary, standby, site, database) {
        (Some(primary), Some(standby), Some(site), Some(database)) => {
            let regions = PerSide { primary, standby };
            match site::assign(aws, site, &regions).await {
                Ok(site) => Ok(Topology { regions, site, database }),
                Err(problem) => Err(vec![problem]),
            }
        }
        _ => Err(problems),
    }
}

/// From the environment's name to its instances, balancers and their groups.
async fn region(aws: &Aws, deployment: &Deployment, side: Side) -> Result<RegionTopology, TopologyProblem> {
    let of = deployment.regions.of(side);
    let name = &of.environment;
    let problem = |what: &str, error: &AwsError, check: &str| {
        TopologyProblem::of(format!("{what} of {side} ({name} in {})", of.region), error, check)
    };
    let environment = aws.environment(side, name).await.map_err(|error| {
        problem("environment", &error, "check the name and region in the deployment file, and the account")
    })?;
    let resources = aws
        .environment_resources(side, name)
        .await
        .map_err(|error| problem("resources", &error, "check that the environment has finished launching"))?;
    let instances = aws.instances(side, &resources.instances).await.map_err(|error| {
        problem("instances", &error, "check that the environment is not replacing its instances now")
    })?;
    let groups: Vec<String> = distinct(instances.iter().flat_map(|instance| &instance.security_groups));
    let instance_groups = aws
        .security_groups(side, &groups)
        .await
        .map_err(|error| problem("security groups", &error, "check that they still exist"))?;
    let balancers = balancers(aws, side, &resources).await.map_err(|error| {
        problem("load balancer", &error, "check that the environment is of the load-balanced kind")
    })?;
    Ok(RegionTopology {
        region: of.region.clone(),
        environment,
        resources,
        instances,
        instance_groups,
        balancers,
    })
}

/// The balancers that Beanstalk names by ARN, each with what hangs on it. A Classic balancer is named plainly and has
/// another API: it is left out.
async fn balancers(
    aws: &Aws,
    side: Side,
    resources: &EnvironmentResources,
) -> Result<Vec<BalancerTopology>, AwsError> {
    let arns: Vec<String> =
        resources.balancers.iter().filter(|name| name.starts_with("arn:")).cloned().collect();
    let mut found = Vec::new();
    for balancer in aws.balancers(side, &arns).await? {
        let (groups, listeners, target_groups) = futures_util::try_join!(
            Box::pin(aws.security_groups(side, &balancer.security_groups)),
            Box::pin(aws.listeners(side, &balancer.arn)),
            Box::pin(aws.target_groups(side, &balancer.arn)),
        )?;
        found.push(BalancerTopology { balancer, groups, listeners, target_groups });
    }
    Ok(found)
}

/// The global cluster as the standby's region sees it, and each region's own cluster.
async fn database(aws: &Aws, deployment: &Deployment) -> Result<Option<DatabaseTopology>, TopologyProblem> {
    let Some(id) = &deployment.global_cluster else { return Ok(None) };
    let global = aws.global_cluster(Side::Standby, id).await.map_err(|error| {
        TopologyProblem::of(format!("database {id}"), &error, "check `global_cluster` in the deployment file")
    })?;
    let writer = global.writer().and_then(|member| aws.side_of(&member.region));
    let clusters = PerSide {
        primary: regional(aws, &global, Side::Primary).await?,
        standby: regional(aws, &global, Side::Standby).await?,
    };
    Ok(Some(DatabaseTopology { global, clusters, writer }))
}

async fn regional(aws: &Aws, global: &GlobalCluster, side: Side) -> Result<Option<Cluster>, TopologyProblem> {
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
