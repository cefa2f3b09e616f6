//! Model: an environment and what Beanstalk thinks of it.
//! Invariant: status, colour and causes always belong together.
//! Used by: the rest of `beanstalk`.

use std::time::Duration;

use jiff::Timestamp;

/// An environment's or instance's enhanced health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Checks pass.
    Ok,
    /// A moderate number of failures.
    Warning,
    /// Many failures.
    Degraded,
    /// Failures everywhere.
    Severe,
}

impl Status {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Ok => "Ok",
            Status::Warning => "Warning",
            Status::Degraded => "Degraded",
            Status::Severe => "Severe",
        }
    }

    /// Its colour (Beanstalk guide, health colors and statuses).
    pub fn colour(self) -> &'static str {
        match self {
            Status::Ok => "Green",
            Status::Warning => "Yellow",
            Status::Degraded | Status::Severe => "Red",
        }
    }

    /// Its number as CloudWatch's `EnvironmentHealth` has it.
    pub fn metric(self) -> u32 {
        match self {
            Status::Ok => 0,
            Status::Warning => 15,
            Status::Degraded => 20,
            Status::Severe => 25,
        }
    }
}

/// A health with its causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The health.
    pub status: Status,
    /// Why, in Beanstalk's words.
    pub causes: Vec<String>,
}

impl Verdict {
    /// All is well.
    pub fn ok() -> Verdict {
        Verdict { status: Status::Ok, causes: Vec::new() }
    }
}

/// An event of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// `INFO`, `WARN` and so on.
    pub severity: &'static str,
    /// In Beanstalk's words.
    pub message: String,
}

/// What an agent and the balancer say of one instance.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The instance.
    pub instance: String,
    /// Checks failed in a row; an instance must fail three before its environment may get worse.
    pub failed: u32,
    /// What is shown of it.
    pub verdict: Verdict,
    /// Answers of its web server in the last ten seconds.
    pub requests: u64,
}

/// A verdict that will be shown if it still holds by then.
#[derive(Debug, Clone)]
pub struct Coming {
    /// The verdict.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
}

/// An environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'static str,
    /// Its CNAME.
    pub cname: &'static str,
    /// The version that it runs.
    pub version: &'static str,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// What is shown of it.
    pub verdict: Verdict,
    /// What will be shown, if it holds.
    pub coming: Option<Coming>,
    /// When its health was last looked at.
    pub refreshed: Timestamp,
    /// Its machines.
    pub machines: Vec<Machine>,
    /// Its events, oldest first.
    pub events: Vec<Event>,
    /// The window that its metrics cover.
    pub window: Duration,
}
