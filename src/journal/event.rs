//! Event: everything that can happen to a run, as a closed list.
//! Invariant: together with its samples, a run's events say all that any view shows.
//! Not here: which event may follow which (see `state`), how a record is framed (see `format`).
//! Used by: engine, measure, report, cli.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::{Anchor, Stamp},
    drill::model::{ChangeSpec, Drill, Facts, LoadedDrill, SourceText},
    id::{RunId, Seq, StepId},
};

use super::followup::EarlierFinding;

/// One line of a journal, without its framing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record<E = Event> {
    /// Its number.
    pub seq: Seq,
    /// When it was made.
    #[serde(flatten)]
    pub at: Stamp,
    /// What happened.
    pub event: E,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The first record of every journal: all that is needed to read the rest without the drill file.
    RunStarted(Box<RunStarted>),
    /// The plan as resolved against the account, before anything is changed.
    Planned {
        /// SHA-256 of the plan, hex.
        digest: String,
        /// What was found and will be touched, for views.
        plan: Value,
    },
    /// The watches run; samples follow in `samples.jsonl`.
    WatchingStarted {
        /// Name and interval of each watch.
        watches: Vec<WatchSpec>,
    },
    /// The steady state was looked at: before the first change, or at the end.
    SteadyState {
        /// True at the end of the run.
        after: bool,
        /// Whether all conditions held; `None`: could not be told.
        held: Option<bool>,
        /// Each condition with what was seen.
        findings: Vec<Finding>,
    },
    /// A step began.
    StepStarted {
        /// Which.
        step: StepId,
        /// Its title.
        title: String,
    },
    /// A step ended.
    StepFinished {
        /// Which.
        step: StepId,
        /// How.
        outcome: StepOutcome,
    },
    /// The conditions of an `await` all held, at the sample's own time.
    ConditionsMet {
        /// The step that waited.
        step: StepId,
        /// When the last of them began to hold.
        since: Stamp,
        /// Each condition with what was seen.
        findings: Vec<Finding>,
    },
    /// A person answered an `approve` step.
    Approved {
        /// The step.
        step: StepId,
        /// Who, as far as known.
        by: String,
    },
    /// Something happened to a change.
    Change {
        /// The step it belongs to.
        change: StepId,
        /// What.
        event: ChangeEvent,
    },
    /// The run is to end; the highest reason counts.
    StopRequested {
        /// Why.
        reason: StopReason,
        /// In words.
        detail: String,
    },
    /// Everything outstanding is being restored, newest first.
    RestorationStarted {
        /// Which changes.
        outstanding: Vec<StepId>,
        /// The process that does it: the run's own, or a later `restore`.
        by: Actor,
    },
    /// Something a reader of the report must know and no other event says.
    Noted {
        /// In words.
        note: String,
    },
    /// Someone left while something was outstanding.
    Abandoned {
        /// Who.
        by: Actor,
        /// Why.
        why: String,
    },
    /// The run ended, in order.
    RunFinished {
        /// Why it ended.
        reason: StopReason,
        /// What is still outstanding; empty when all is well.
        outstanding: Vec<StepId>,
        /// The exit code, as documented.
        exit_code: u8,
    },
}

/// The first record's content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The journal's format, `major.minor`.
    pub format: String,
    /// The run.
    pub run: RunId,
    /// Name and version of the program.
    pub program: String,
    /// The drill, checked, as data.
    pub drill: Drill,
    /// The files it was read from.
    pub files: Vec<SourceText>,
    /// SHA-256 over those files, hex.
    pub drill_digest: String,
    /// Who runs it: account, ARN, host, user; never a secret.
    pub caller: Facts,
    /// The command line, secrets never on it.
    pub command_line: Vec<String>,
    /// What AWS's clock said minus what ours said, in milliseconds, and how far off that can be; `None`: not known.
    pub clock_offset_ms: Option<(i64, u64)>,
    /// Set when the world is a lab: every number is then simulated.
    pub lab: Option<LabFacts>,
    /// The process that started it.
    pub by: Actor,
    /// What earlier runs of this drill found, as it stood when this one started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_findings: Vec<EarlierFinding>,
}

impl RunStarted {
    /// Of this drill, by this process; the caller, the command line, the clock's offset and the lab are for whoever
    /// knows them to fill in.
    pub fn of(run: &RunId, loaded: &LoadedDrill, by: &Actor) -> RunStarted {
        RunStarted {
            format: String::new(), // The journal writes its own.
            run: run.clone(),
            program: format!("firedrill {}", env!("CARGO_PKG_VERSION")),
            drill: loaded.drill.clone(),
            files: loaded.files.clone(),
            drill_digest: loaded.digest.clone(),
            caller: Facts::new(),
            command_line: Vec::new(),
            clock_offset_ms: None,
            lab: None,
            by: by.clone(),
            earlier_findings: Vec::new(),
        }
    }
}

/// What makes a run on a lab different.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabFacts {
    /// The world's seed.
    pub seed: u64,
    /// The world's time against the machine's.
    pub anchor: Anchor,
    /// True if the lab lives and dies with the run's own process.
    pub embedded: bool,
}

/// A process that acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Host name.
    pub host: String,
    /// User name.
    pub user: String,
    /// Process id.
    pub pid: u32,
}

/// One watch: a probe on a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchSpec {
    /// The watch's name, as in samples.
    pub watch: String,
    /// Time between two looks that are due.
    #[serde(with = "crate::clock::micros", rename = "interval_us")]
    pub interval: Duration,
    /// What it looks at, for people.
    pub title: String,
}

/// One condition, looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The condition in words.
    pub condition: String,
    /// Whether it held; `None`: could not be told.
    pub held: Option<bool>,
    /// What was seen, in words.
    pub seen: String,
}

impl Finding {
    /// Those that do not hold or can not be told, each with what was seen.
    pub fn unmet(findings: &[Finding]) -> String {
        let unmet = findings.iter().filter(|f| f.held != Some(true));
        unmet.map(|f| format!("{} ({})", f.condition, f.seen)).collect::<Vec<_>>().join("; ")
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// It did what it should.
    Done,
    /// It did not.
    Failed {
        /// In words.
        why: String,
    },
    /// The run ended before it was done.
    Stopped,
}

/// What happens to a change, in the order of its life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeEvent {
    /// What was, and how to put it back, is on disk; nothing has been touched.
    Captured {
        /// Kind and parameters: enough to build the change again.
        spec: ChangeSpec,
        /// One sentence for people.
        title: String,
        /// What `capture` read; `restore` needs no more than this.
        before: Value,
        /// How it can be put back.
        reversibility: Reversibility,
        /// How a person would put it back without this program.
        by_hand: Vec<String>,
    },
    /// The call is about to be made: from here on it may have happened.
    ApplyStarted,
    /// It has happened, and was seen.
    Applied {
        /// What was done and seen, for the report.
        details: Facts,
    },
    /// It failed, wholly or in part: to be restored all the same.
    ApplyFailed {
        /// The kind of failure.
        class: FailureClass,
        /// In words.
        why: String,
    },
    /// Putting back begins.
    RestoreStarted {
        /// 1, 2, 3 …
        attempt: u32,
    },
    /// The calls that put it back went through; not yet proven.
    Restored {
        /// What was done, for the report.
        details: Facts,
    },
    /// Putting back failed; it may be tried again.
    RestoreFailed {
        /// The kind of failure.
        class: FailureClass,
        /// In words.
        why: String,
    },
    /// The world was read back and equals before.
    Verified {
        /// What was compared, and old ids to new ones where AWS gives new ones.
        details: Facts,
    },
    /// The world was read back and differs.
    NotVerified {
        /// Each difference in words.
        differences: Vec<String>,
    },
    /// Someone else changed it meanwhile: left for a person.
    Conflict {
        /// Each difference in words.
        differences: Vec<String>,
        /// What a person can run to settle it.
        commands: Vec<String>,
    },
    /// A one-way change, consented to in the drill, stays.
    Kept {
        /// Where consent was given.
        consent: String,
    },
}

/// How a change can be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversibility {
    /// The world equals before in everything a user can set.
    Exact,
    /// Roles return, by a switchover.
    Failback,
    /// It stays; needs consent in the drill.
    OneWay,
}

/// What kind of failure: decides what may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The caller may not do this.
    Denied,
    /// Too many calls; later it will work.
    Throttled,
    /// What was named does not exist.
    Absent,
    /// The state does not allow it, now or at all.
    Conflict,
    /// The network or the service had a fault; trying again may help.
    Transient,
    /// The credentials have expired, were replaced, or can not be had.
    Expired,
    /// The request itself was wrong.
    Invalid,
    /// No one knows.
    Unknown,
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FailureClass::Denied => "denied",
            FailureClass::Throttled => "throttled",
            FailureClass::Absent => "absent",
            FailureClass::Conflict => "conflict",
            FailureClass::Transient => "transient",
            FailureClass::Expired => "no valid credentials",
            FailureClass::Invalid => "invalid",
            FailureClass::Unknown => "unknown",
        })
    }
}

/// Why a run ends; a higher one replaces a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Every step was done.
    Finished,
    /// A stop condition held.
    StopCondition,
    /// A step failed.
    StepFailed,
    /// The drill's time limit passed.
    Deadline,
    /// The journal could not be written.
    JournalFailed,
    /// Ctrl-C or SIGTERM.
    Interrupt,
    /// A second one.
    SecondInterrupt,
}

/// When a record or sample was made, by AWS's word where AWS gives one.
pub type AwsTime = Option<Timestamp>;
