//! Model: applications, versions and environments.
//! Invariant: an environment has at most one operation in progress, and its status says which.
//! Not here: what Beanstalk thinks of an environment (see `verdict`).
//! Used by: the rest of `beanstalk`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    platform::Platform,
    verdict::{Machine, Verdict},
};
use crate::lab::world::ec2::model::RuleKey;

/// A region and a name in it.
pub type Key = (String, String);

/// Options by namespace and name.
pub type Options = BTreeMap<(String, String), String>;

/// An application.
#[derive(Debug, Clone)]
pub struct Application {
    /// A person's words.
    pub description: Option<String>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Where a version's code comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A bundle in S3.
    Bundle {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// A commit of a CodeCommit repository: `REPOSITORY/COMMIT`.
    Commit(String),
    /// Beanstalk's sample application.
    Sample,
}

/// A version of an application.
#[derive(Debug, Clone)]
pub struct Version {
    /// A person's words.
    pub description: Option<String>,
    /// Where its code comes from.
    pub source: Source,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Whether instances take it; a deployment of one that they do not take fails.
    pub deploys: bool,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// An environment's operational status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing is in progress.
    Ready,
    /// A change is in progress.
    Updating,
    /// A change is being taken back.
    Aborting,
    /// It is being taken down.
    Terminating,
    /// It is gone.
    Terminated,
}

impl Status {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Ready => "Ready",
            Status::Updating => "Updating",
            Status::Aborting => "Aborting",
            Status::Terminating => "Terminating",
            Status::Terminated => "Terminated",
        }
    }
}

/// A security group that belongs to an environment's stack, with the rules that Beanstalk gave it.
#[derive(Debug, Clone)]
pub struct OwnGroup {
    /// Its id.
    pub id: String,
    /// Its rules and their descriptions.
    pub rules: Vec<(RuleKey, Option<String>)>,
}

/// What an environment is made of, by the names that the other services know.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// The balancer, by ARN; a single instance has none.
    pub balancer: Option<String>,
    /// The Auto Scaling group.
    pub scaling_group: String,
    /// The launch template.
    pub launch_template: String,
    /// The instances' security group.
    pub instance_group: Option<OwnGroup>,
    /// The balancer's security group.
    pub balancer_group: Option<OwnGroup>,
}

/// The latest deployment.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Counts deployments. AWS: grows by one with each, so that stragglers show (Beanstalk guide, enhanced health).
    pub id: u64,
    /// The version.
    pub version: String,
    /// When it ended.
    pub at: Timestamp,
}

/// An environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its region.
    pub region: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its application.
    pub application: String,
    /// A person's words.
    pub description: Option<String>,
    /// Its CNAME.
    pub cname: String,
    /// The version that it runs or is being given.
    pub version: String,
    /// Its platform.
    pub platform: Platform,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its operational status.
    pub status: Status,
    /// When it was terminated.
    pub terminated: Option<Timestamp>,
    /// What is in progress.
    pub operation: Option<Operation>,
    /// The options that were set by hand and are in force.
    pub options: Options,
    /// The options of a change that failed.
    pub failed_options: Option<Options>,
    /// What it is made of.
    pub resources: Resources,
    /// The latest deployment.
    pub deployment: Deployment,
    /// Its machines, as it knows them.
    pub machines: Vec<Machine>,
    /// What is shown of its health.
    pub health: Health,
    /// The logs that were asked for, by kind: when they were taken.
    pub logs: BTreeMap<String, Timestamp>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// An environment's health and how it moves.
#[derive(Debug, Clone)]
pub struct Health {
    /// What is shown.
    pub verdict: Verdict,
    /// What will be shown, if it holds until then.
    pub coming: Option<(Verdict, Timestamp)>,
    /// An operation that has ended, whose success the instances still have to prove.
    pub proving: Option<Proving>,
    /// What is told of the latest operation while all is well.
    pub told: Option<Told>,
    /// Why the instances run another version than they should, after a deployment that failed.
    pub stale: Option<String>,
    /// The agents' first report; the others follow at fixed intervals.
    pub phase: Timestamp,
    /// True while reports are on the agenda: between changes there is nothing new in them.
    pub awake: bool,
}

/// The time after an operation in which the instances have to pass their checks.
#[derive(Debug, Clone)]
pub struct Proving {
    /// What ended, as causes name it: `Application update`.
    pub what: &'static str,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Checks passed in a row.
    pub passes: u32,
}

/// What is told of the latest operation.
#[derive(Debug, Clone)]
pub struct Told {
    /// As causes name it.
    pub what: &'static str,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
}

impl Environment {
    /// Its region and name.
    pub fn key(&self) -> Key {
        (self.region.clone(), self.name.clone())
    }

    /// Whether it is still there.
    pub fn lives(&self) -> bool {
        self.status != Status::Terminated
    }

    /// The least instances that its Auto Scaling group may have, as far as an option says so.
    pub fn least_machines(&self) -> usize {
        let option = ("aws:autoscaling:asg".to_owned(), "MinSize".to_owned());
        self.options.get(&option).and_then(|least| least.parse().ok()).unwrap_or(1)
    }

    /// Whether it reports enhanced health. AWS: Amazon Linux 2 and later always do, older platforms may be basic
    /// (Beanstalk guide, enhanced health).
    pub fn is_enhanced(&self) -> bool {
        let option = ("aws:elasticbeanstalk:healthreporting:system".to_owned(), "SystemType".to_owned());
        self.options.get(&option).is_none_or(|kind| kind != "basic")
    }
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Gives the instances a version.
    Deploy,
    /// Changes options.
    Configure,
    /// Restarts the application's processes.
    Restart,
    /// Makes everything anew.
    Rebuild,
    /// Exchanges CNAMEs.
    Swap,
    /// Takes a change back.
    Abort,
    /// Takes everything down.
    Terminate,
}

impl Kind {
    /// As causes name it.
    pub fn what(self) -> &'static str {
        match self {
            Kind::Deploy => "Application update",
            Kind::Configure => "Configuration update",
            Kind::Restart => "Application restart",
            Kind::Rebuild => "Environment rebuild",
            Kind::Swap => "CNAME swap",
            Kind::Abort => "Abort",
            Kind::Terminate => "Environment termination",
        }
    }
}

/// What is in progress.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Tells it from those before.
    pub serial: u64,
    /// What it does.
    pub kind: Kind,
    /// When it began.
    pub began: Timestamp,
    /// Whether a caller may abort it.
    pub abortable: bool,
    /// The options that will be in force.
    pub options: Option<Options>,
    /// The version that the environment runs until it is done.
    pub version_before: String,
}
