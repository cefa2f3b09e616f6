//! Ending: how a run ended, as far as the engine knows.
//! Invariant: what is outstanding is in its state, whatever else is missing.
//! Not here: the verdict (see `measure`).
//! Used by: run, life; cli.

use crate::journal::{event::StopReason, state::RunState};

/// How a run ended, as far as the engine knows; the verdict is `measure`'s.
#[derive(Debug)]
pub struct Ending {
    /// The state after the last record.
    pub state: RunState,
    /// Why it ended.
    pub reason: StopReason,
    /// True if someone left while something was outstanding.
    pub abandoned: bool,
    /// What the journal does not say because it could not be written.
    pub unrecorded: Vec<String>,
    /// What a panic said from which a second dispatcher had to take over; others are told where they happen.
    pub bug: Option<String>,
}

impl Ending {
    /// The exit code that the last record names; `None` if there is no last record.
    pub fn exit_code(&self) -> Option<u8> {
        self.state.finished().filter(|_| !self.abandoned).map(|finish| finish.exit_code)
    }
}
