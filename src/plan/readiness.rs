//! Readiness: what the readiness checks said, as plain data: for people, for machines and for the plan that a journal keeps.
//! Invariant: answers stand in the order of the checks.
//! Not here: the checks (see `ready`).
//! Used by: ready, cli; the plan.

use serde::{Deserialize, Serialize};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it must be.
    Pass,
    /// A person should know.
    Warn,
    /// It can not be told.
    Unknown,
    /// A drill, or a disaster, would go wrong by it.
    Fail,
}

impl Verdict {
    /// `pass`, `warn`, `unknown`, `fail`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Warn => "warn",
            Verdict::Unknown => "unknown",
            Verdict::Fail => "fail",
        }
    }
}

/// What one check says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// The check's name.
    pub check: String,
    /// The system that it looks at.
    pub system: String,
    /// Why it matters, in one line.
    pub why: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found; of an unknown one, why it can not be told.
    pub found: String,
    /// The call that the caller may not make, if the check can not tell for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied: Option<String>,
    /// How to mend it; empty if there is nothing to mend.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mend: String,
    /// True if the deployment or the drill accepts that it is so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// What all checks say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Readiness {
    /// Every answer, in the order of the registry.
    pub answers: Vec<CheckAnswer>,
}

impl Readiness {
    /// The answers that came out so.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &CheckAnswer> {
        self.answers.iter().filter(move |answer| answer.verdict == verdict)
    }

    /// The answer of the check called `name`.
    pub fn answer(&self, name: &str) -> Option<&CheckAnswer> {
        self.answers.iter().find(|answer| answer.check == name)
    }

    /// The same, with these checks accepted: they stay what they are, and hold nothing up.
    pub fn accepting<'a>(mut self, names: impl Iterator<Item = &'a String>) -> Readiness {
        for name in names {
            let named = self.answers.iter_mut().filter(|answer| answer.check == *name);
            named.filter(|answer| answer.verdict != Verdict::Pass).for_each(|answer| answer.accepted = true);
        }
        self
    }

    /// The worst that nobody has accepted.
    pub fn verdict(&self) -> Verdict {
        let open = self.answers.iter().filter(|answer| !answer.accepted);
        open.map(|answer| answer.verdict).max().unwrap_or(Verdict::Pass)
    }
}
