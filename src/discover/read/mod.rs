//! Read: asks AWS for everything, from the site's name on.
//! Invariant: reads only; a call that fails leaves the others standing, and its reason where its answer would be.
//! Not here: what follows from the answers (see the pure parts beside this folder).
//! Used by: cli.

mod database;
mod extras;
mod side;
mod site;
mod targets;

#[cfg(test)]
pub(super) use extras::web_acl;

use super::{
    ask::Ask,
    facts::{Asked, Facts, SideFacts},
    find::Find,
    leads::{self, Known},
};
use crate::{
    aws::{Aws, AwsError, Environment},
    drill::model::{PerSide, Side},
};

/// The IAM actions that finding it all needs.
pub const PERMISSIONS: [&str; 24] = [
    "acm:DescribeCertificate",
    "codepipeline:GetPipeline",
    "codepipeline:ListPipelines",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcPeeringConnections",
    "elasticbeanstalk:DescribeConfigurationSettings",
    "elasticbeanstalk:DescribeEnvironmentResources",
    "elasticbeanstalk:DescribeEnvironments",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    // What WAF asks for the caller as it tells which web ACL stands before a load balancer.
    "elasticloadbalancing:GetLoadBalancerWebACL",
    "rds:DescribeDBClusters",
    "rds:DescribeGlobalClusters",
    "route53:GetHealthCheck",
    "route53:GetHostedZone",
    "route53:ListHostedZones",
    "route53:ListResourceRecordSets",
    "sts:AssumeRole",
    "sts:GetCallerIdentity",
    "wafv2:GetWebACLForResource",
];

/// The environments that a region lists, as it answered.
type Listed = Result<Vec<Environment>, AwsError>;

/// Finds everything.
pub async fn read(aws: &Aws, asked: &Asked, ask: &dyn Ask) -> Facts {
    let (account, records, primary, standby, globals) = futures_util::join!(
        Box::pin(account(aws)),
        Box::pin(site::records(aws, &asked.site.host)),
        Box::pin(aws.environments(Side::Primary)),
        Box::pin(aws.environments(Side::Standby)),
        Box::pin(aws.global_clusters(Side::Standby)),
    );
    let listed = PerSide { primary, standby };
    let mut known = PerSide { primary: known(&listed.primary), standby: known(&listed.standby) };
    let site = match records {
        Find::Found((zone, records)) => {
            Find::Found(Box::pin(site::follow(aws, zone, records, &mut known)).await)
        }
        Find::NotFound(why) => Find::NotFound(why),
        Find::Unknown(why) => Find::Unknown(why),
    };
    let chosen = Box::pin(side::choose(aws, asked, &site, &listed, &known, ask)).await;
    let (sides, hosts) = Box::pin(all(aws, asked, &site, chosen, &known)).await;
    let database = Box::pin(database::find(aws, asked, globals, hosts, ask)).await;
    let peering = Box::pin(extras::peering(aws, &sides)).await;
    Facts { asked: asked.clone(), account, site, sides, database, peering }
}

async fn account(aws: &Aws) -> Find<String> {
    match aws.caller_identity(Side::Standby).await {
        Ok(caller) if caller.account.is_empty() => {
            Find::Unknown("sts:GetCallerIdentity answered without an account".to_owned())
        }
        answer => Find::of(answer.map(|caller| caller.account)),
    }
}

fn known(listed: &Listed) -> Known {
    let environments = listed.clone().unwrap_or_default();
    Known { environments, balancers: Vec::new(), interfaces: Vec::new() }
}

/// Both regions whole, and what their environments say of databases.
async fn all(
    aws: &Aws,
    asked: &Asked,
    site: &Find<super::facts::SiteFacts>,
    chosen: PerSide<side::Chosen>,
    known: &PerSide<Known>,
) -> (PerSide<SideFacts>, PerSide<database::Hosts>) {
    let one = async |side: Side| {
        let lead = site::lead(site, side, &asked.regions.of(side).region);
        let (record, environment) = futures_util::join!(
            Box::pin(site::record(aws, lead)),
            Box::pin(side::environment(aws, side, chosen.of(side).clone(), known.of(side), &asked.database)),
        );
        let (environment, hosts) = environment;
        (SideFacts { record, environment }, hosts)
    };
    let (primary, standby) = futures_util::join!(Box::pin(one(Side::Primary)), Box::pin(one(Side::Standby)));
    (PerSide { primary: primary.0, standby: standby.0 }, PerSide { primary: primary.1, standby: standby.1 })
}

/// Where the records lead in a region, if they do.
fn goal(site: &Find<super::facts::SiteFacts>, side: Side, region: &str) -> Option<super::facts::Goal> {
    let (lead, _) = leads::of_side(&site.found()?.leads, side, region)?;
    lead.goal.found().cloned()
}
