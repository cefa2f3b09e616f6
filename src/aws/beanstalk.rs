//! Beanstalk: what an Elastic Beanstalk environment is made of and how it feels.
//! Invariant: an unknown environment is an error here, although AWS answers it with an empty list.
//! Not here: its instances' groups (see `ec2`), its balancer (see `elb`).
//! Used by: topology; probes.

use aws_sdk_elasticbeanstalk::types::{EnvironmentDescription, EnvironmentHealthAttribute};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Aws, AwsError, text, time};
use crate::drill::model::Side;

/// One environment, as `DescribeEnvironments` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Its id, `e-…`.
    pub id: String,
    /// Its application.
    pub application: String,
    /// Its ARN, if told.
    pub arn: Option<String>,
    /// `Ready`, `Updating` …
    pub status: String,
    /// `Green`, `Yellow`, `Red`, `Grey`.
    pub color: String,
    /// `Ok`, `Info`, `Warning` …; empty with basic health reporting.
    pub health: String,
    /// `PREFIX.REGION.elasticbeanstalk.com`.
    pub cname: Option<String>,
    /// The balancer's name or, for a single instance, its address.
    pub endpoint: Option<String>,
    /// The deployed version.
    pub version: Option<String>,
    /// The platform.
    pub platform: Option<String>,
    /// True while an operation that could be aborted runs.
    pub busy: bool,
}

/// What an environment runs on, as `DescribeEnvironmentResources` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EnvironmentResources {
    /// Auto Scaling groups.
    pub auto_scaling_groups: Vec<String>,
    /// EC2 instances.
    pub instances: Vec<String>,
    /// ARNs of load balancers; the plain name for a Classic one.
    pub balancers: Vec<String>,
}

/// How an environment feels, as `DescribeEnvironmentHealth` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentHealth {
    /// `Ok`, `Warning`, `Degraded` …, as AWS spells it.
    pub health: String,
    /// `Green`, `Yellow`, `Red`, `Grey`.
    pub color: String,
    /// `Ready`, `Updating` …
    pub status: String,
    /// AWS's own words.
    pub causes: Vec<String>,
    /// When AWS computed it.
    pub refreshed_at: Option<Timestamp>,
}

impl Aws {
    /// The environment called `name`.
    ///
    /// # Errors
    /// `Absent` if there is none, or none that the caller may see: AWS answers both with an empty list (Elastic
    /// Beanstalk developer guide). Terminated ones, which stay visible for about an hour, do not count.
    pub async fn environment(&self, side: Side, name: &str) -> Result<Environment, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeEnvironments";
        let all = self.environments_called(side, self.asked_by(name)).await?;
        let found = all.into_iter().find(|one| one.name == name);
        found.ok_or_else(|| {
            let region = self.region(side);
            AwsError::absent(
                OPERATION,
                format!("no environment called {name} in {region}, or none that these credentials may see"),
            )
        })
    }

    /// What the environment called `name` runs on.
    pub async fn environment_resources(
        &self,
        side: Side,
        name: &str,
    ) -> Result<EnvironmentResources, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeEnvironmentResources";
        let call =
            self.clients(side).await.beanstalk.describe_environment_resources().environment_name(name).send();
        let answer = self.send(&self.budgets(side).beanstalk, OPERATION, call).await?;
        let Some(found) = answer.environment_resources() else {
            return Err(AwsError::incomplete(OPERATION, format!("the answer for {name} holds no resources")));
        };
        let names = |items: Vec<Option<&str>>| items.into_iter().flatten().map(str::to_owned).collect();
        Ok(EnvironmentResources {
            auto_scaling_groups: names(found.auto_scaling_groups().iter().map(|g| g.name()).collect()),
            instances: names(found.instances().iter().map(|i| i.id()).collect()),
            balancers: names(found.load_balancers().iter().map(|b| b.name()).collect()),
        })
    }

    /// How the environment called `name` feels.
    pub async fn environment_health(&self, side: Side, name: &str) -> Result<EnvironmentHealth, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeEnvironmentHealth";
        let call = self.clients(side).await.beanstalk.describe_environment_health();
        let call = call.environment_name(name).attribute_names(EnvironmentHealthAttribute::All).send();
        let answer = self.send(&self.budgets(side).beanstalk, OPERATION, call).await?;
        Ok(EnvironmentHealth {
            health: text(answer.health_status()),
            color: text(answer.color()),
            // Modelled as a colour, but the service sends the operational status.
            status: text(answer.status().map(|s| s.as_str())),
            causes: answer.causes().to_vec(),
            refreshed_at: time(answer.refreshed_at()),
        })
    }
}

/// False for one that is gone or going.
pub(super) fn lives(one: &EnvironmentDescription) -> bool {
    let status = one.status().map_or("", |status| status.as_str());
    status != "Terminated" && status != "Terminating"
}

pub(super) fn environment(from: &EnvironmentDescription) -> Environment {
    Environment {
        name: text(from.environment_name()),
        id: text(from.environment_id()),
        application: text(from.application_name()),
        arn: from.environment_arn().map(str::to_owned),
        status: text(from.status().map(|s| s.as_str())),
        color: text(from.health().map(|h| h.as_str())),
        health: text(from.health_status().map(|h| h.as_str())),
        cname: from.cname().map(str::to_owned),
        endpoint: from.endpoint_url().map(str::to_owned),
        version: from.version_label().map(str::to_owned),
        platform: from.platform_arn().or(from.solution_stack_name()).map(str::to_owned),
        busy: from.abortable_operation_in_progress().unwrap_or(false),
    }
}
