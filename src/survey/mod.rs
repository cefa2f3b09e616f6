//! Survey: all that both regions say of a deployment, each part known, or not known and why.
//! Invariant: reads only; a call that is denied, or that an endpoint does not know, hides its own part and nothing else;
//! no call is made twice.
//! Not here: what the parts mean for a drill (see `ready`), how the names are followed (see `aws::look`).
//! Used by: ready, discover, cli.

mod access;
mod database;
mod model;
mod read;
mod region;
mod release;

pub use self::{
    access::bastions,
    database::can_differ,
    model::{ClusterParameters, DatabaseSurvey, Known, RegionSurvey, Release, Survey, Unknown},
    read::survey,
    release::release_to,
};

/// The IAM actions that a survey needs beside those that follow the deployment's names (`aws::discover::PERMISSIONS`).
pub const PERMISSIONS: [&str; 23] = [
    "acm:DescribeCertificate",
    "autoscaling:DescribeAutoScalingGroups",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "codecommit:GetBranch",
    "codepipeline:GetPipeline",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:ListPipelines",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:GetManagedPrefixListEntries",
    "elasticbeanstalk:DescribeConfigurationSettings",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeTargetHealth",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBInstances",
    "rds:DescribeDBParameters",
    "route53:GetHealthCheckStatus",
    "ssm:DescribeInstanceInformation",
    "wafv2:GetWebACLForResource",
];

/// What AWS asks for as well where a web ACL is looked for by the load balancer that it protects (AWS managed policy
/// `AWSWAFReadOnlyAccess`).
pub const WITH_WEB_ACLS: [&str; 2] = ["elasticloadbalancing:GetLoadBalancerWebACL", "wafv2:GetWebACL"];
