//! Model: a drill and its deployment as plain data.
//! Invariant: names are resolved (each `restore` names a step that exists), units are types.
//! Not here: spans and raw text (see `diagnostic` and the reader beside this file).
//! Used by: plan, change, probe, measure, engine, report.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::Path, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    calendar::Calendar,
    people::{Person, References, ReportWishes},
    period::Period,
};
use crate::id::StepId;

/// One of the two regions, by its role before the drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The region that serves before the drill.
    Primary,
    /// The region that takes over.
    Standby,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Primary => Side::Standby,
            Side::Standby => Side::Primary,
        }
    }

    /// `primary` or `standby`.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Primary => "primary",
            Side::Standby => "standby",
        }
    }

    /// Both, the primary first.
    pub const BOTH: [Side; 2] = [Side::Primary, Side::Standby];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value for each region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PerSide<T> {
    /// The primary's.
    pub primary: T,
    /// The standby's.
    pub standby: T,
}

impl<T> PerSide<T> {
    /// The value of `side`.
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Primary => &self.primary,
            Side::Standby => &self.standby,
        }
    }
}

/// The two-region system under drill, as its own file describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its name: a drill names it, and a lock is held on it.
    pub name: String,
    /// The AWS account it lives in, twelve digits; a run with other credentials is refused.
    pub account: String,
    /// How a user reaches the site: scheme, host, optional port, path.
    pub site: Url,
    /// A request that proves that writes work, if the site has one.
    pub write_check: Option<WriteCheck>,
    /// The DNS server to ask instead of the system's.
    pub resolver: Option<SocketAddr>,
    /// What in an answer tells which region gave it; by default the region is told from the address.
    pub marker: Option<Marker>,
    /// Where each region is and what serves there.
    pub regions: PerSide<RegionOf>,
    /// The Aurora global cluster's identifier, if a database belongs to the drill.
    pub global_cluster: Option<String>,
    /// The tag that a resource must carry before anything changes it.
    pub allow: Option<Tag>,
    /// Whether runs keep a lock and what restores them in the account, and watch its safety switch.
    #[serde(default = "yes")]
    pub account_lock: bool,
    /// Whether it is asked before a run that everything it calls is allowed.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub check_rights: bool,
    /// The readiness checks that may fail or warn in every drill.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepts: Vec<String>,
    /// Regions beside the two that a run may affect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_regions: Vec<String>,
    /// When drills may run.
    #[serde(default, skip_serializing_if = "Calendar::is_empty")]
    pub calendar: Calendar,
    /// Where a change freeze is announced.
    #[serde(default, skip_serializing_if = "Freeze::is_empty")]
    pub freeze: Freeze,
    /// How much a run may touch at most.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
    /// How the reports of its runs are to be.
    #[serde(default, skip_serializing_if = "ReportWishes::is_empty")]
    pub report: ReportWishes,
}

/// What a journal says that was written before the question was known.
fn yes() -> bool {
    true
}

fn is_yes(answer: &bool) -> bool {
    *answer
}

/// Where a change freeze is announced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Freeze {
    /// A file.
    pub file: Option<String>,
    /// A parameter of Systems Manager.
    pub parameter: Option<String>,
}

impl Freeze {
    /// The same, with its file's path as it is reached from where the deployment's file is reached.
    pub(super) fn beside(self, deployment: &str) -> Freeze {
        let home = Path::new(deployment).parent().unwrap_or(Path::new(""));
        let file = self.file.map(|file| home.join(file).to_string_lossy().into_owned());
        Freeze { file, ..self }
    }

    /// True if none is announced anywhere.
    pub fn is_empty(&self) -> bool {
        self == &Freeze::default()
    }
}

/// How much a run may touch at most; `None`: as much as it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Security group rules.
    pub rules: Option<u64>,
    /// Security groups.
    pub groups: Option<u64>,
    /// Instances of the deployment.
    pub instances: Option<u64>,
    /// Network interfaces that are not the deployment's own.
    pub others: u64,
    /// Regions that are harmed.
    pub regions: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { rules: None, groups: None, instances: None, others: 0, regions: 1 }
    }
}

impl Limits {
    /// True if nobody has set one.
    pub fn is_default(&self) -> bool {
        self == &Limits::default()
    }
}

/// One region of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionOf {
    /// For example `ap-northeast-2`.
    pub region: String,
    /// The Elastic Beanstalk environment's name.
    pub environment: String,
    /// A role to assume for this region, if not the caller's own.
    pub role_arn: Option<String>,
    /// A profile of the AWS configuration for this region, if not the default.
    pub profile: Option<String>,
}

/// `key=value` on an AWS resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The tag's key.
    pub key: String,
    /// The tag's value.
    pub value: String,
}

/// An `http` or `https` address of a site, in the parts a probe needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Url {
    /// True for `https`.
    pub tls: bool,
    /// The host as written, lower case.
    pub host: String,
    /// The port, the scheme's own if none is written.
    pub port: u16,
    /// Path and query, at least `/`.
    pub path: String,
}

impl Url {
    /// The host, with the port where it is not the scheme's own: what a Host header holds.
    pub fn authority(&self) -> String {
        let own = if self.tls { 443 } else { 80 };
        if self.port == own { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

/// The request that proves writes: any 2xx answer is a write that worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteCheck {
    /// Where it is sent.
    pub url: Url,
    /// `POST` unless the deployment says otherwise.
    pub method: String,
}

/// What in a response tells the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The header to read; `None` reads the body.
    pub header: Option<String>,
    /// A part of the header's value or of the body that only this region sends.
    pub patterns: PerSide<String>,
}

/// What the user wants to happen, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drill {
    /// The name, also in run ids.
    pub name: String,
    /// One sentence for people.
    pub title: String,
    /// The system under drill.
    pub deployment: Deployment,
    /// What counts as passed.
    pub objectives: Objectives,
    /// Must hold before the first change, and again at the end.
    pub steady_state: Vec<Condition>,
    /// Any of these ends the run early and restores.
    pub stop_when: Vec<Condition>,
    /// The run's own end, restoration not counted.
    #[serde(with = "crate::clock::micros")]
    pub time_limit: Duration,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// How often the site is probed.
    #[serde(with = "crate::clock::micros")]
    pub probe_interval: Duration,
    /// Who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// What it refers to.
    #[serde(default, skip_serializing_if = "References::is_empty")]
    pub references: References,
    /// How often it is to be run on AWS, by whoever made that rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Period>,
    /// The readiness checks that may fail or warn in this drill, beside those that its deployment accepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepts: Vec<String>,
}

impl Drill {
    /// Every step with those inside `together`, in the order written.
    pub fn all_steps(&self) -> Vec<&Step> {
        fn walk<'a>(steps: &'a [Step], into: &mut Vec<&'a Step>) {
            for step in steps {
                into.push(step);
                if let StepKind::Together { steps } = &step.kind {
                    walk(steps, into);
                }
            }
        }
        let mut all = Vec::new();
        walk(&self.steps, &mut all);
        all
    }
}

/// The limits a run is judged by; each is compared with the upper bound of what was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Objectives {
    /// From the interruption users saw to the recovery they saw.
    pub recovery_time: Option<Duration>,
    /// The newest lost write may be this old.
    pub data_loss: Option<Duration>,
    /// From the interruption to the first automatic detection.
    pub detection: Option<Duration>,
}

/// One ordered element of a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name, unique in the drill.
    pub id: StepId,
    /// What a person reads while it runs.
    pub title: String,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Harm, with its way back.
    Fault(ChangeSpec),
    /// A recovery, with its way back.
    Recover(ChangeSpec),
    /// Waits until every condition holds at once, and goes on holding for `hold`.
    Await {
        /// All must hold.
        until: Vec<Condition>,
        /// After this the step has failed.
        within: Duration,
        /// How long they must go on holding; zero: once is enough.
        hold: Duration,
    },
    /// Waits for a time.
    Hold {
        /// How long.
        time: Duration,
    },
    /// Restores and verifies what an earlier step changed.
    Restore {
        /// The step.
        of: StepId,
    },
    /// A person says go.
    Approve {
        /// The question.
        question: String,
        /// Without an answer by then the step has failed.
        within: Duration,
    },
    /// A command of the user's own.
    Run {
        /// Program and arguments; no shell.
        command: Vec<String>,
        /// What undoes it, if anything must.
        restore: Option<Vec<String>>,
        /// After this it is ended and the step has failed.
        within: Duration,
    },
    /// Steps that run at the same time; done when all are.
    Together {
        /// The steps.
        steps: Vec<Step>,
    },
}

/// Which change, with its parameters: enough to build it again from a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSpec {
    /// For example `ec2.revoke-ingress`.
    pub kind: String,
    /// As in the drill, checked against the kind's own list.
    pub params: Map<String, Value>,
}

/// A predicate over the latest samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What must be so.
    pub claim: Claim,
    /// How long without a break; zero: at one moment.
    #[serde(with = "crate::clock::micros", rename = "for_us", default)]
    pub lasting: Duration,
}

/// What a condition claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The site, as a user reaches it by name on a new connection.
    Site {
        /// The HTTP status.
        answers: Option<u16>,
        /// Which region answers.
        from: Option<Side>,
        /// Whether the write check works.
        writes: Option<bool>,
    },
    /// Elastic Beanstalk's enhanced health.
    Environment {
        /// Whose.
        of: Side,
        /// Any of these, as AWS spells them.
        health: Vec<String>,
    },
    /// The Route 53 health check of the region's failover record.
    HealthCheck {
        /// Whose.
        of: Side,
        /// `true`: healthy.
        healthy: bool,
    },
    /// The load balancer's targets.
    Targets {
        /// Whose.
        of: Side,
        /// How many are healthy.
        healthy: HowMany,
    },
    /// The Aurora global cluster.
    Database {
        /// Where the writer is, with no operation running.
        writer: Option<Side>,
        /// Replication lag of the secondary is below this.
        lag_below: Option<Duration>,
    },
    /// The name's answer.
    Dns {
        /// Which region's addresses it holds.
        answers: Side,
        /// True: asked at the zone's own name servers; false: at the resolver.
        authoritative: bool,
    },
    /// A CloudWatch alarm.
    Alarm {
        /// Its name.
        name: String,
        /// In which region.
        of: Side,
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        is: String,
    },
}

/// How many of the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowMany {
    /// Every registered one, and at least one.
    All,
    /// Not one.
    None,
    /// This many or more.
    AtLeast(usize),
}

/// A drill with the texts it came from: what a journal needs to stand alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadedDrill {
    /// The checked drill.
    pub drill: Drill,
    /// Every file read, by its path as given, the drill's first.
    pub files: Vec<SourceText>,
    /// SHA-256 over the files, hex.
    pub digest: String,
}

/// One file as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    /// The path as given.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// Free-form facts by name, in a fixed order.
pub type Facts = BTreeMap<String, String>;
