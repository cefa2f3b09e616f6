//! Reads: what each check goes by, as the IAM actions that read it.
//! Invariant: without any one of a check's actions it can not tell, but for those that are called only where something
//! differs; a test denies each in turn.
//! Used by: registry.

use crate::survey;

/// IAM actions, put together from what several checks need.
pub(super) type Reads = &'static [&'static [&'static str]];

const ENVIRONMENT: &[&str] = &["elasticbeanstalk:DescribeEnvironments"];
const RESOURCES: &[&str] =
    &["elasticbeanstalk:DescribeEnvironmentResources", "elasticbeanstalk:DescribeEnvironments"];
const BALANCER: &[&str] = &["elasticloadbalancing:DescribeLoadBalancers"];
const LISTENERS: &[&str] = &["elasticloadbalancing:DescribeListeners"];
const TARGETS: &[&str] = &["elasticloadbalancing:DescribeTargetGroups"];
const INSTANCES: &[&str] = &["ec2:DescribeInstances"];
const GROUPS: &[&str] = &["ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups"];
const PEERING: &[&str] = &["ec2:DescribeVpcPeeringConnections"];
const ROUTES: &[&str] = &["ec2:DescribeRouteTables"];
const SITE: &[&str] = &["route53:GetHostedZone", "route53:ListHostedZones", "route53:ListResourceRecordSets"];
const HEALTH_CHECK: &[&str] = &["route53:GetHealthCheck"];
const CLUSTERS: &[&str] = &["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"];
const DATABASE_INSTANCES: &[&str] = &["rds:DescribeDBInstances"];
const PIPELINES: &[&str] =
    &["codepipeline:GetPipeline", "codepipeline:ListPipelineExecutions", "codepipeline:ListPipelines"];

pub(super) const NAMES: Reads = &[RESOURCES, BALANCER, INSTANCES, CLUSTERS];
pub(super) const CALLER: Reads = &[&["sts:GetCallerIdentity"]];
/// A network's ranges are in its peerings and in its routes: either will do.
pub(super) const RANGES: Reads = &[RESOURCES, BALANCER, PEERING, ROUTES];
pub(super) const PEERINGS: Reads = &[RESOURCES, BALANCER, PEERING];
pub(super) const PEERING_ROUTES: Reads =
    &[RESOURCES, BALANCER, INSTANCES, CLUSTERS, DATABASE_INSTANCES, PEERING, ROUTES];
pub(super) const SECURITY_GROUPS: Reads = &[
    RESOURCES,
    BALANCER,
    INSTANCES,
    CLUSTERS,
    GROUPS,
    PEERING,
    ROUTES,
    &["ec2:GetManagedPrefixListEntries"],
    &["ec2:DescribeManagedPrefixLists"],
];
/// Session Manager is asked where there is no bastion.
pub(super) const ACCESS: Reads =
    &[RESOURCES, BALANCER, INSTANCES, GROUPS, &["ssm:DescribeInstanceInformation"]];
pub(super) const ENVIRONMENTS: Reads = &[ENVIRONMENT];
/// Pipelines tell where both labels are made up by them.
pub(super) const VERSION: Reads = &[ENVIRONMENT, PIPELINES];
pub(super) const SETTINGS: Reads = &[ENVIRONMENT, &["elasticbeanstalk:DescribeConfigurationSettings"]];
pub(super) const CAPACITY: Reads = &[RESOURCES, &["autoscaling:DescribeAutoScalingGroups"]];
pub(super) const BALANCER_LISTENERS: Reads = &[RESOURCES, BALANCER, LISTENERS];
pub(super) const TARGET_CHECKS: Reads = &[RESOURCES, BALANCER, TARGETS];
pub(super) const TARGET_HEALTH: Reads =
    &[RESOURCES, BALANCER, TARGETS, &["elasticloadbalancing:DescribeTargetHealth"]];
/// What else a listener shows is read where no default certificate is for the site.
pub(super) const CERTIFICATES: Reads = &[
    RESOURCES,
    BALANCER,
    LISTENERS,
    &["acm:DescribeCertificate"],
    &["elasticloadbalancing:DescribeListenerCertificates"],
];
pub(super) const WEB_ACL: Reads =
    &[RESOURCES, BALANCER, &["wafv2:GetWebACLForResource"], &survey::WITH_WEB_ACLS];
pub(super) const PIPELINE: Reads = &[ENVIRONMENT, PIPELINES];
pub(super) const REVISION: Reads = &[ENVIRONMENT, PIPELINES, &["codecommit:GetBranch"]];
pub(super) const DATABASE: Reads = &[CLUSTERS];
pub(super) const DATABASE_MEMBERS: Reads = &[CLUSTERS, DATABASE_INSTANCES];
/// What is in the groups is read where it can differ.
pub(super) const PARAMETERS: Reads =
    &[CLUSTERS, DATABASE_INSTANCES, &["rds:DescribeDBClusterParameters", "rds:DescribeDBParameters"]];
/// Metrics are listed where none has a value under the cluster's name alone.
pub(super) const LAG: Reads = &[CLUSTERS, &["cloudwatch:GetMetricData"], &["cloudwatch:ListMetrics"]];
pub(super) const RECORDS: Reads = &[SITE];
pub(super) const WIRED: Reads = &[RESOURCES, BALANCER, LISTENERS, SITE, HEALTH_CHECK];
pub(super) const HEALTH_CHECKS: Reads = &[SITE, HEALTH_CHECK];
pub(super) const HEALTHY: Reads = &[SITE, HEALTH_CHECK, &["route53:GetHealthCheckStatus"]];
pub(super) const ALARMS: Reads = &[RESOURCES, BALANCER, TARGETS, CLUSTERS, &["cloudwatch:DescribeAlarms"]];
