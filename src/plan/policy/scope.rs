//! Scope: how far AWS lets a read be narrowed, for each read that runs call.
//! Invariant: a read that is not named here is an error of a test, not a statement on everything.
//! Not here: what changes act on (each change says that itself).
//! Used by: gather.
//!
//! Source: Service Authorization Reference, the tables of actions of Amazon EC2, Elastic Load Balancing V2, AWS Elastic
//! Beanstalk, Amazon CloudWatch, Amazon RDS, Amazon Route 53 and AWS STS.

use super::{arn::Arns, need::Subject};
use crate::{
    aws::{Aws, Topology},
    drill::model::{Drill, Side},
    probe,
};

/// How far a read can be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Not at all; called in a region that has what it looks for.
    Everything(Wanted),
    /// To the side's environment.
    Environment,
    /// To the global cluster.
    GlobalCluster,
    /// To the side's own cluster.
    Cluster,
    /// To the site's zone.
    Zone,
    /// To the health checks of both records.
    HealthChecks,
    /// To the alarms that the drill names.
    Alarms,
    /// Nobody needs to be allowed it, or it is what gets the credentials in the first place.
    Free,
}

/// What a region must have before something looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Instances,
    Balancers,
    TargetGroups,
    Database,
    /// Once for the account, where Route 53 is called.
    Zones,
}

/// The scope of a read; `None`: nobody knows.
pub(super) fn of(action: &str) -> Option<Scope> {
    Some(match action {
        "ec2:DescribeInstances"
        | "ec2:DescribeNetworkInterfaces"
        | "ec2:DescribeSecurityGroupRules"
        | "ec2:DescribeSecurityGroups" => Scope::Everything(Wanted::Instances),
        "elasticloadbalancing:DescribeListeners"
        | "elasticloadbalancing:DescribeLoadBalancers"
        | "elasticloadbalancing:DescribeTargetGroups" => Scope::Everything(Wanted::Balancers),
        "elasticloadbalancing:DescribeTargetHealth" => Scope::Everything(Wanted::TargetGroups),
        "cloudwatch:GetMetricData" | "cloudwatch:ListMetrics" => Scope::Everything(Wanted::Database),
        "route53:ListHostedZones" => Scope::Everything(Wanted::Zones),
        "cloudwatch:DescribeAlarms" => Scope::Alarms,
        "elasticbeanstalk:DescribeEnvironmentHealth"
        | "elasticbeanstalk:DescribeEnvironmentResources"
        | "elasticbeanstalk:DescribeEnvironments" => Scope::Environment,
        "rds:DescribeGlobalClusters" => Scope::GlobalCluster,
        "rds:DescribeDBClusters" => Scope::Cluster,
        "route53:GetHostedZone" | "route53:ListResourceRecordSets" => Scope::Zone,
        "route53:GetHealthCheck" | "route53:GetHealthCheckStatus" => Scope::HealthChecks,
        // GetCallerIdentity needs no right (STS API reference).
        "sts:AssumeRole" | "sts:GetCallerIdentity" => Scope::Free,
        _ => return None,
    })
}

/// The scope of a read of the readiness checks, each on its own service's resources; `None`: as runs have it. What is only
/// known once it was read is named by region and account.
pub(super) fn of_readiness(action: &str) -> Option<Readiness> {
    use Readiness::{Configured, Named, PrefixLists, Protected, Region, WebAcls};
    Some(match action {
        "acm:DescribeCertificate" => Named("acm", "certificate/*"),
        "autoscaling:DescribeAutoScalingGroups"
        | "cloudwatch:GetMetricData"
        | "codepipeline:ListPipelines"
        | "ec2:DescribeManagedPrefixLists"
        | "ec2:DescribeRouteTables"
        | "ec2:DescribeVpcPeeringConnections"
        | "elasticloadbalancing:DescribeListenerCertificates"
        | "ssm:DescribeInstanceInformation" => Region,
        "cloudwatch:DescribeAlarms" => Named("cloudwatch", "alarm:*"),
        "codecommit:GetBranch" => Named("codecommit", "*"),
        "codepipeline:GetPipeline" | "codepipeline:ListPipelineExecutions" => Named("codepipeline", "*"),
        "ec2:GetManagedPrefixListEntries" => PrefixLists,
        "elasticbeanstalk:DescribeConfigurationSettings" => Configured,
        "rds:DescribeDBClusterParameters" => Named("rds", "cluster-pg:*"),
        "rds:DescribeDBParameters" => Named("rds", "pg:*"),
        // It is called with a filter, which IAM takes for every instance.
        "rds:DescribeDBInstances" => Named("rds", "db:*"),
        "wafv2:GetWebACL" => Named("wafv2", "regional/webacl/*"),
        // AWS asks for it as for the balancer and for the web ACL (Service Authorization Reference, AWS WAF V2).
        "wafv2:GetWebACLForResource" => WebAcls,
        "elasticloadbalancing:GetLoadBalancerWebACL" => Protected,
        _ => return None,
    })
}

/// How far a read of the readiness checks can be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    /// To the region.
    Region,
    /// To resources of a service, by region and account.
    Named(&'static str, &'static str),
    /// To the environment, whose configuration it is.
    Configured,
    /// To the balancers.
    Protected,
    /// To the balancers, and to the web ACLs of region and account.
    WebAcls,
    /// To prefix lists, the account's and AWS's.
    PrefixLists,
}

/// Where a read is narrowed to what was found.
pub(super) struct Found<'a> {
    pub(super) drill: &'a Drill,
    pub(super) topology: &'a Topology,
    pub(super) arns: &'a Arns,
}

impl Found<'_> {
    /// What the side calls a read on; nothing, where the deployment has nothing to read.
    pub(super) fn resources(&self, scope: Scope, side: Side) -> Vec<(Subject, String)> {
        let region = self.topology.regions.of(side);
        let named =
            |subject: Subject, arns: Vec<String>| arns.into_iter().map(move |arn| (subject, arn)).collect();
        let global = side == Aws::ROUTE53;
        match scope {
            Scope::Everything(wanted) => named(
                Subject::Everything,
                self.has(wanted, side).then(|| "*".to_owned()).into_iter().collect(),
            ),
            Scope::Environment => {
                let own = &region.environment;
                let built = || self.arns.environment(&region.region, &own.application, &own.name);
                named(Subject::Environment, vec![own.arn.clone().unwrap_or_else(built)])
            }
            Scope::GlobalCluster => {
                let database = self.topology.database.iter();
                named(Subject::GlobalCluster, database.map(|own| own.global.arn.clone()).collect())
            }
            Scope::Cluster => {
                let own = self.topology.database.as_ref().and_then(|own| own.clusters.of(side).as_ref());
                named(Subject::Cluster, own.map(|cluster| cluster.arn.clone()).into_iter().collect())
            }
            Scope::Zone => {
                let site = self.topology.site.iter().filter(|_| global);
                named(Subject::Zone, site.map(|site| self.arns.zone(&site.zone.id)).collect())
            }
            Scope::HealthChecks => {
                let site = self.topology.site.iter().filter(|_| global);
                let checks =
                    site.flat_map(|site| Side::BOTH.map(|side| site.health_checks.of(side).as_ref()));
                let arns = checks.flatten().map(|check| self.arns.health_check(&check.id)).collect();
                named(Subject::HealthCheck, arns)
            }
            Scope::Alarms => {
                let own = probe::alarms(self.drill).into_iter().filter(|(of, _)| *of == side);
                named(Subject::Alarm, own.map(|(_, name)| self.arns.alarm(&region.region, &name)).collect())
            }
            Scope::Free => Vec::new(),
        }
    }

    /// What the side calls a read of the readiness checks on.
    pub(super) fn readiness(&self, scope: Readiness, side: Side) -> Vec<(Subject, String)> {
        let region = self.topology.regions.of(side);
        let balancers = || region.balancers.iter();
        let arns: Vec<String> = match scope {
            Readiness::Region => return vec![(Subject::Everything, "*".to_owned())],
            Readiness::Named(service, resource) => {
                vec![self.arns.regional(service, &region.region, resource)]
            }
            Readiness::Configured => return self.resources(Scope::Environment, side),
            Readiness::Protected => balancers().map(|one| one.balancer.arn.clone()).collect(),
            Readiness::WebAcls => {
                let any = self.arns.regional("wafv2", &region.region, "regional/webacl/*");
                balancers().map(|one| one.balancer.arn.clone()).chain([any]).collect()
            }
            Readiness::PrefixLists => self.arns.prefix_list(&region.region, "*"),
        };
        arns.into_iter().map(|arn| (Subject::Readiness, arn)).collect()
    }

    fn has(&self, wanted: Wanted, side: Side) -> bool {
        let region = self.topology.regions.of(side);
        match wanted {
            Wanted::Instances => !region.resources.instances.is_empty(),
            Wanted::Balancers => !region.balancers.is_empty(),
            Wanted::TargetGroups => region.balancers.iter().any(|one| !one.target_groups.is_empty()),
            Wanted::Database => {
                self.topology.database.as_ref().is_some_and(|own| own.clusters.of(side).is_some())
            }
            Wanted::Zones => {
                side == Aws::ROUTE53 && self.drill.deployment.site.host.parse::<std::net::IpAddr>().is_err()
            }
        }
    }
}
