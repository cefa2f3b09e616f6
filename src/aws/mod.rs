//! Aws: the only folder that names the AWS SDK.
//! Invariant: no SDK type leaves it; enumerations are strings as AWS sent them, for AWS returns values outside
//! its own model; missing and extra fields are tolerated.
//! Not here: what the answers mean for a drill (see `change`, `probe` and `plan`).
//! Used by: account, change, probe, survey, plan, cli.

mod acm;
mod autoscaling;
mod beanstalk;
mod budget;
mod clients;
mod cloudwatch;
mod codecommit;
mod codepipeline;
mod config;
mod credentials;
mod database;
mod database_hosts;
pub mod discover;
mod ec2;
mod ec2_change;
mod ec2_leave;
mod elb;
mod error;
mod found;
mod iam;
mod listing;
mod network;
mod options;
mod pages;
pub mod quota;
mod rds;
mod remembered;
mod renewal;
mod replication_lag;
mod route53;
mod rule;
mod site;
mod ssm;
mod sts;
mod topology;
mod transport;
mod waf;
mod whole;

pub use acm::Certificate;
pub use autoscaling::ScalingGroup;
pub use beanstalk::{Environment, EnvironmentHealth, EnvironmentResources};
pub use clients::Aws;
pub use cloudwatch::{Alarm, Datapoint, Metric, MetricQuery};
pub use codepipeline::{Pipeline, PipelineExecution};
pub use config::{AwsSettings, StaticCredentials};
pub use credentials::{Lifetime, Renewal};
pub use database::{DatabaseInstance, SetParameters};
pub use database_hosts::DatabaseHost;
pub use discover::{discover, look};
pub use ec2::{Instance, Interface, SecurityGroup};
pub use elb::{Balancer, Listener, Target, TargetGroup};
pub use error::AwsError;
pub use found::{Found, FoundBalancer, FoundDatabase, FoundRegion, FoundSite, Part};
pub use iam::{ContextKey, Decision, KeyKind, Question};
pub use network::{Peering, PeeringSide, Route, RouteTable, Subnet, Vpc};
pub use options::{EnvironmentOptions, VARIABLES};
pub use rds::{Cluster, ClusterInstance, GlobalCluster, GlobalMember};
pub use route53::{Alias, HealthCheck, HostedZone, Observation, RecordSet};
pub use rule::{IngressRule, RuleKey, Source};
pub(crate) use site::{is_balancer_or_environment, plain};
pub use ssm::Parameter;
pub use sts::{CallerIdentity, ClockOffset};
pub use topology::{
    BalancerTopology, DatabaseTopology, RegionTopology, SiteTopology, Topology, TopologyProblem,
};
pub use transport::{Broken, Transport};
pub use waf::{WebAcl, WebAclRule};

/// AWS's time as ours.
fn time(at: Option<&aws_smithy_types::DateTime>) -> Option<jiff::Timestamp> {
    let at = at?;
    jiff::Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// A text that may be missing.
fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}
