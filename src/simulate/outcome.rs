//! Outcome: what is known of a trial after it: how it ended, what each life left, what must not have been.
//! Used by: `trial`, `checks`, `matrix`; cli.

use std::time::Duration;

use super::life::Sent;

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// The run was refused before it began.
    Refused,
    /// The run ended by itself with everything restored.
    Finished,
    /// The run was killed, and everything was restored.
    Restored,
    /// Something is left for a person, and said so.
    Conflict,
    /// Something is outstanding that nobody disputes.
    Outstanding,
}

/// One trial's result.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The drill's name.
    pub drill: String,
    /// How it ended.
    pub conclusion: Conclusion,
    /// The exit code of the run itself, if it came to one.
    pub exit_code: Option<u8>,
    /// How many of its lives were killed.
    pub kills: usize,
    /// Calls to AWS, of all lives.
    pub calls: usize,
    /// The world's time that went by.
    pub lasted: Duration,
    /// What must not be; the first is where it went wrong.
    pub violations: Vec<String>,
    /// What happened, for whoever looks into a violation.
    pub story: Vec<String>,
}

/// What one life left.
#[derive(Debug, Clone)]
pub(super) struct Remains {
    /// How many records were on disk before it.
    pub(super) records_before: u64,
    /// How many it wrote.
    pub(super) records: u64,
    /// The calls that it sent.
    pub(super) sent: Vec<Sent>,
    /// True if it was killed.
    pub(super) killed: bool,
}
