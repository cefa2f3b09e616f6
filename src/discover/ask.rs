//! Ask: which of several is meant.
//! Invariant: whoever is asked may say nothing; then nothing is chosen.
//! Not here: how a person is asked (see `cli`).
//! Used by: `choose`, `database`; cli.

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is wanted: `the environment of primary (ap-northeast-2)`.
    pub what: String,
    /// What fits.
    pub candidates: Vec<String>,
    /// The option that answers it, up to the candidate: `--global-cluster `.
    pub option: String,
}

impl Question {
    /// What is true as long as nobody answers, and what to type.
    pub fn unanswered(&self) -> String {
        let all = self.candidates.join(", ");
        format!("{} fit: {all}; say which with {}{}", self.candidates.len(), self.option, self.candidates[0])
    }
}

/// Somebody who can say which of several is meant.
pub trait Ask: Sync {
    /// The place of the one that is meant among the candidates.
    fn choose(&self, question: &Question) -> Option<usize>;
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Ask for Nobody {
    fn choose(&self, _: &Question) -> Option<usize> {
        None
    }
}

/// The one that is meant; the one there is, without asking.
pub(super) fn settle<'a, T>(all: &'a [T], question: &Question, ask: &dyn Ask) -> Option<&'a T> {
    match all {
        [one] => Some(one),
        all => all.get(ask.choose(question)?),
    }
}
