//! Model: pipelines, their stages and executions.
//! Invariant: a stage is entered by one execution at a time; others wait before it.
//! Not here: how executions go on (see `run`).
//! Used by: the rest of `codepipeline`.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// One action of a stage.
#[derive(Debug, Clone, Default)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// `Source`, `Build`, `Deploy`, `Test`, `Invoke` or `Approval`.
    pub category: String,
    /// `CodeCommit`, `ElasticBeanstalk`, `Manual` …
    pub provider: String,
    /// Its place among the actions of its stage; equal ones run side by side.
    pub order: u32,
    /// Its configuration.
    pub configuration: BTreeMap<String, String>,
    /// The artifacts it takes.
    pub inputs: Vec<String>,
    /// The artifacts it gives.
    pub outputs: Vec<String>,
    /// The namespace of its variables.
    pub namespace: Option<String>,
}

/// The way into a stage.
#[derive(Debug, Clone, Default)]
pub struct Transition {
    /// Why it is closed; `None` if it is open.
    pub closed: Option<String>,
    /// Who changed it last, and when.
    pub changed: Option<(String, Timestamp)>,
}

/// A stage.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its actions.
    pub actions: Vec<Action>,
    /// The way into it.
    pub inbound: Transition,
    /// The execution that entered it last.
    pub latest: Option<String>,
    /// The executions that wait before it, oldest first.
    pub waiting: Vec<String>,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its version.
    pub version: u32,
    /// Its role.
    pub role: String,
    /// The bucket of its artifacts.
    pub bucket: String,
    /// `V1` or `V2`.
    pub kind: String,
    /// True if a newer execution takes the place of one that waits; otherwise they queue.
    pub supersedes: bool,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its executions, oldest first.
    pub executions: Vec<Execution>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// What a source action brought.
#[derive(Debug, Clone)]
pub struct Revision {
    /// The action.
    pub action: String,
    /// Its artifact.
    pub artifact: String,
    /// The commit.
    pub id: String,
    /// The first line of its message.
    pub summary: String,
    /// Where to look at it.
    pub url: String,
    /// When it was taken.
    pub at: Timestamp,
}

/// How an execution, a stage or an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It goes on.
    InProgress,
    /// It is being stopped.
    Stopping,
    /// It was stopped.
    Stopped,
    /// It was given up.
    Abandoned,
    /// It is done.
    Succeeded,
    /// A newer one took its place.
    Superseded,
    /// It failed.
    Failed,
}

impl Status {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::InProgress => "InProgress",
            Status::Stopping => "Stopping",
            Status::Stopped => "Stopped",
            Status::Abandoned => "Abandoned",
            Status::Succeeded => "Succeeded",
            Status::Superseded => "Superseded",
            Status::Failed => "Failed",
        }
    }
}

/// One action as an execution ran it.
#[derive(Debug, Clone)]
pub struct ActionRun {
    /// Its id.
    pub id: String,
    /// The stage, by its place.
    pub stage: usize,
    /// The action, by its place.
    pub action: usize,
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub began: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// What is said of it.
    pub summary: Option<String>,
    /// The id that the service behind it gave: a commit, a version label.
    pub external: Option<String>,
    /// The token that an approval needs.
    pub token: Option<String>,
    /// Code and message, if it failed.
    pub error: Option<(String, String)>,
}

/// An execution.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// The version of the pipeline that it runs.
    pub version: u32,
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub began: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// What its sources brought.
    pub revisions: Vec<Revision>,
    /// The commits that the starter asked for, by source action.
    pub asked: BTreeMap<String, String>,
    /// What started it: `StartPipelineExecution`, `CloudWatchEvent` …, and by whom.
    pub trigger: (&'static str, String),
    /// Why it was stopped.
    pub stop_reason: Option<String>,
    /// The stage it is in, by its place.
    pub stage: usize,
    /// How each stage that it entered ended, by place.
    pub stages: BTreeMap<usize, Status>,
    /// Its actions, in the order they began.
    pub runs: Vec<ActionRun>,
}

impl Pipeline {
    /// The execution with this id.
    pub fn execution(&self, id: &str) -> Option<&Execution> {
        self.executions.iter().find(|own| own.id == id)
    }

    /// The same, to change it.
    pub fn execution_mut(&mut self, id: &str) -> Option<&mut Execution> {
        self.executions.iter_mut().find(|own| own.id == id)
    }
}
