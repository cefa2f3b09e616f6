//! Model: a survey as plain data.
//! Invariant: a part that could not be read says why; one that is merely absent is `None` or empty.
//! Used by: survey, ready, discover.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    aws::{
        Alarm, AwsError, CallerIdentity, Certificate, DatabaseInstance, Datapoint, EnvironmentOptions, Found,
        IngressRule, Instance, Lifetime, Observation, Part, Peering, Pipeline, PipelineExecution, RecordSet,
        RouteTable, ScalingGroup, SetParameters, Target, TopologyProblem, WebAcl,
    },
    drill::model::{PerSide, Side},
    journal::event::FailureClass,
};

/// A part of a survey, or why it is not known.
pub type Known<T> = Result<T, Unknown>;

/// Why something is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// AWS's reason, or what is missing in its answers.
    pub why: String,
    /// The kind of failure, if a call failed.
    pub class: Option<FailureClass>,
    /// The call, if these credentials may not make it: `acm:DescribeCertificate`.
    pub denied: Option<&'static str>,
}

impl Unknown {
    /// Not known, for a reason of the answers' own.
    pub fn because(why: impl Into<String>) -> Unknown {
        Unknown { why: why.into(), class: None, denied: None }
    }
}

impl From<AwsError> for Unknown {
    fn from(error: AwsError) -> Unknown {
        let denied = (error.class == FailureClass::Denied).then_some(error.operation);
        Unknown { why: error.to_string(), class: Some(error.class), denied }
    }
}

impl From<&TopologyProblem> for Unknown {
    fn from(problem: &TopologyProblem) -> Unknown {
        Unknown { why: format!("{}: {}", problem.what, problem.why), class: problem.class, denied: None }
    }
}

/// A piece of a topology as a part of a survey.
pub(super) fn known<T>(part: &Part<T>) -> Known<&T> {
    part.as_ref().map_err(Unknown::from)
}

/// Everything that was read.
#[derive(Debug, Clone)]
pub struct Survey {
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub caller: Known<CallerIdentity>,
    /// The account of the primary's credentials, where they are not the standby's.
    pub primary_account: Option<Known<String>>,
    /// How long the credentials last.
    pub lifetimes: PerSide<Option<Lifetime>>,
    /// What the names stand for.
    pub found: Found,
    /// What each region says.
    pub regions: PerSide<RegionSurvey>,
    /// The peerings that the deployment's networks have a part in.
    pub peerings: Known<Vec<Peering>>,
    /// What the checkers of each side's health check saw last; `None` where there is none.
    pub observations: PerSide<Known<Option<Vec<Observation>>>>,
    /// The records of the name that each side's health check asks; none where the site's zone does not hold it.
    pub asked: PerSide<Known<Vec<RecordSet>>>,
    /// The database; `None` if the deployment names none.
    pub database: Option<DatabaseSurvey>,
}

/// What one region says.
#[derive(Debug, Clone)]
pub struct RegionSurvey {
    /// The environment's networks.
    pub vpcs: Known<Vec<String>>,
    /// The environment's options.
    pub options: Known<EnvironmentOptions>,
    /// Its Auto Scaling groups.
    pub scaling: Known<Vec<ScalingGroup>>,
    /// The ingress rules of every group of the deployment: instances, balancers, database, bastions.
    pub rules: Known<Vec<IngressRule>>,
    /// The ranges of each prefix list that a rule names.
    pub prefix_lists: BTreeMap<String, Known<Vec<String>>>,
    /// The names of those lists, by id; read only where the two sides' lists differ.
    pub list_names: Option<Known<BTreeMap<String, String>>>,
    /// The networks' route tables.
    pub route_tables: Known<Vec<RouteTable>>,
    /// Every instance of the networks.
    pub neighbours: Known<Vec<Instance>>,
    /// The instances that Session Manager reaches; `None` where nobody had to ask: there is a bastion.
    pub managed: Option<Known<Vec<String>>>,
    /// The targets of each target group, by the group's name.
    pub targets: Known<BTreeMap<String, Vec<Target>>>,
    /// The certificates that the balancers show.
    pub certificates: Known<Vec<Certificate>>,
    /// The web ACL before each balancer.
    pub web_acls: Known<Vec<Option<WebAcl>>>,
    /// What releases to the environment; `None` if no pipeline does.
    pub release: Known<Option<Release>>,
    /// Every alarm of the region.
    pub alarms: Known<Vec<Alarm>>,
}

/// A pipeline that releases to an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Its newest executions, newest first.
    pub executions: Known<Vec<PipelineExecution>>,
    /// The commit at the head of its branch; `None` if its source is not CodeCommit.
    pub head: Known<Option<String>>,
}

/// What is read of the database beside the clusters themselves.
#[derive(Debug, Clone)]
pub struct DatabaseSurvey {
    /// Each side's instances.
    pub instances: PerSide<Known<Vec<DatabaseInstance>>>,
    /// What the cluster's parameter groups set; read only where they can differ.
    pub cluster_parameters: Option<ClusterParameters>,
    /// What the instances' parameter groups set; read only where they can differ.
    pub instance_parameters: Option<ClusterParameters>,
    /// The newest replication lag, in milliseconds; `None` if no region holds a value.
    pub lag: Known<Option<Datapoint>>,
}

/// What each side's parameter group sets.
pub type ClusterParameters = PerSide<Known<SetParameters>>;

impl Survey {
    /// The IPv4 ranges of a side's networks. Every route table has a local route for each of them (VPC user guide, "Route
    /// tables"), so that they need no call of their own; where tables can not be read, an active peering tells too.
    pub fn ranges(&self, side: Side) -> Known<Vec<String>> {
        let own = self.regions.of(side);
        let vpcs = own.vpcs.clone()?;
        let tables = match &own.route_tables {
            Ok(tables) => tables,
            Err(why) => {
                let sides = self.peerings.iter().flatten().flat_map(|one| [&one.requester, &one.accepter]);
                let told = sides.filter(|one| vpcs.contains(&one.vpc)).flat_map(|one| one.ranges.clone());
                let told: Vec<String> = told.collect();
                return if told.is_empty() { Err(why.clone()) } else { Ok(told) };
            }
        };
        let local = tables.iter().flat_map(|table| &table.routes).filter(|route| route.by == "local");
        let mut ranges: Vec<String> =
            local.map(|route| route.to.clone()).filter(|range| !range.contains(':')).collect();
        ranges.sort();
        ranges.dedup();
        match ranges.is_empty() {
            true => Err(Unknown::because(format!("no route table of {} has a local route", vpcs.join(", ")))),
            false => Ok(ranges),
        }
    }
}
