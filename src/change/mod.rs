//! Change: everything that alters the world, each with its way back.
//! Invariant: `restore` needs only `before` and the world; it works from "never applied", "half applied" and
//! "applied", and may be run any number of times.
//! Not here: when a change runs and what is journaled (see `engine`); how AWS is called (see `aws`).
//! Used by: engine; plan, for descriptions.
//!
//! Adding a change touches: its own file here, one line in `registry` and in `about`, its parameters in `drill::catalogue`,
//! a lab test, an example under `drills/`.

pub mod about;
mod before;
mod context;
#[cfg(feature = "aws")]
mod ec2_revoke_ingress;
#[cfg(feature = "aws")]
mod failure;
mod hold;
mod intent;
mod noop;
#[cfg(feature = "aws")]
mod rds_failover_global_cluster;
#[cfg(feature = "aws")]
mod rds_switchover_global_cluster;
#[cfg(feature = "aws")]
mod rds_writer;
pub mod registry;
#[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only changes of AWS have resources"))]
mod resource;
#[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only changes of AWS need rights"))]
mod right;
#[cfg(feature = "aws")]
mod route53_hold_traffic;
pub mod run_command;
pub mod said;
mod wait;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde_json::Value;

pub use self::{
    intent::{Altered, Call, Intent},
    resource::{Resource, ResourceKind},
    right::{Leave, Right, Target, TargetKind},
};
use crate::{
    drill::model::Facts,
    journal::event::{FailureClass, Reversibility},
};

/// One change of the world, ready to run.
#[async_trait]
pub trait Change: Send + Sync {
    /// One sentence: what it will do, for plan, screen and report. Must not call anything.
    fn title(&self) -> String;

    /// How it can be put back.
    fn reversibility(&self) -> Reversibility;

    /// The longest that doing it may take, its being seen included.
    fn apply_time(&self) -> Duration {
        Duration::from_secs(3 * 60)
    }

    /// How long putting it back is reckoned with, when it must be known beforehand that there is time for it.
    fn restore_time(&self) -> Duration {
        Duration::from_secs(5 * 60)
    }

    /// What it must be allowed to do, restore included. With what was captured: exactly that, on those resources;
    /// without: every action that it may ever call. Must not call anything.
    fn rights(&self, _captured: Option<&Captured>) -> Vec<Right> {
        Vec::new()
    }

    /// The IAM actions it may call, each once.
    fn permissions(&self) -> Vec<&'static str> {
        let mut all = Vec::new();
        for Right { action, .. } in self.rights(None) {
            if !all.contains(&action) {
                all.push(action);
            }
        }
        all
    }

    /// Asks AWS whether the changing calls would be allowed, where it has a way that does nothing else (EC2's DryRun).
    /// Must not change anything, whatever answers.
    async fn ask_leave(&self, _captured: &Captured) -> Vec<Leave> {
        Vec::new()
    }

    /// Reads what `restore` will need. Must not change anything. An error here leaves the world untouched.
    async fn capture(&self) -> Result<Captured, ChangeError>;

    /// Does it. Called at most once for a journaled intent; each mutating call is sent once and its effect is
    /// then read back. After an error the change may have happened in part: it must be restored.
    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError>;

    /// Puts `before` back. Must be idempotent and must not overwrite what someone else changed meanwhile: that
    /// is [`ChangeError::Conflict`]. After an error it can be called again.
    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError>;

    /// Reads the world back and compares it with `before`. Must not change anything.
    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError>;
}

/// What `capture` read.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// All that `restore` and `verify` will need, as the change's own versioned structure.
    pub before: Value,
    /// Commands with which a person could put it back without this program.
    pub by_hand: Vec<String>,
    /// What will be touched, for the plan: resource to what happens to it.
    pub touches: Facts,
    /// The AWS resources that are altered.
    pub resources: Vec<Resource>,
    /// Everything else that was read, what stays untouched too: a saved plan is held against it.
    pub read: Value,
    /// What will be asked of the world.
    pub intent: Intent,
}

/// What reading back showed.
#[derive(Debug, Clone, PartialEq)]
pub enum Verification {
    /// Equal in everything a user can set; what was compared, and old ids to new ones.
    Equal(Facts),
    /// Not equal (yet); each difference in words.
    Different(Vec<String>),
    /// Someone else changed it: differs from both before and after.
    Conflict(Conflict),
}

/// What someone else did, and how a person can settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Each difference in words.
    pub differences: Vec<String>,
    /// Exact commands.
    pub commands: Vec<String>,
}

/// Why a verb of a change did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChangeError {
    /// A call failed.
    #[error("{what}: {why}")]
    Failed {
        /// The kind of failure.
        class: FailureClass,
        /// What was being done.
        what: String,
        /// What went wrong, with AWS's own code and words.
        why: String,
    },
    /// Someone else changed it meanwhile; nothing was overwritten.
    #[error("someone else changed it meanwhile: {0}")]
    Conflict(Conflict),
    /// The change refuses: what it needs is not given, and nothing was touched.
    #[error("{0}")]
    Refused(String),
}

impl ChangeError {
    /// The kind of failure.
    pub fn class(&self) -> FailureClass {
        match self {
            ChangeError::Failed { class, .. } => *class,
            ChangeError::Conflict(_) => FailureClass::Conflict,
            ChangeError::Refused(_) => FailureClass::Invalid,
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.differences.join("; "))
    }
}
