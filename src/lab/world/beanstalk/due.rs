//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The agents of an environment report.
    Agents {
        /// The region.
        region: String,
        /// The environment.
        name: String,
    },
    /// An operation on an environment goes on.
    Step {
        /// The region.
        region: String,
        /// The environment.
        name: String,
        /// The operation; a step of one that has been given up does nothing.
        serial: u64,
        /// What happens.
        step: Step,
    },
}

/// One thing that happens in an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An event.
    Say(String),
    /// Two environments exchange their CNAMEs.
    Swap {
        /// The other one.
        with: String,
    },
    /// The logs are there.
    Logs {
        /// `tail` or `bundle`.
        kind: String,
    },
    /// It is done.
    Done,
}
