//! Truth: what physically happened, for those who judge a measurement. No AWS call shows it.
//! Invariant: only appended to; each entry at the moment of the transition itself.
//! Used by: every service of the world writes; `--truth FILE` and tests read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

/// One physical transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// When, in the world's time.
    pub at: Timestamp,
    /// What: for example `rule.effective`, `target.unhealthy`, `dns.answer`, `writer.moved`, `health_check.status`;
    /// `….described` is the moment from which AWS's reads show it.
    pub what: &'static str,
    /// Details by name.
    pub with: BTreeMap<&'static str, String>,
}

/// All transitions, in order.
#[derive(Debug, Default)]
pub struct Truth(Vec<Transition>);

impl Truth {
    /// Adds one.
    pub fn push<const N: usize>(
        &mut self,
        at: Timestamp,
        what: &'static str,
        with: [(&'static str, String); N],
    ) {
        self.0.push(Transition { at, what, with: with.into_iter().collect() });
    }

    /// All so far.
    pub fn all(&self) -> &[Transition] {
        &self.0
    }
}
