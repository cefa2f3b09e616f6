//! Find: what came of looking for one thing.
//! Invariant: an answer that did not come is never taken for one that says no.
//! Used by: the rest of `discover`.

use crate::{aws::AwsError, journal::event::FailureClass};

/// What came of looking for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find<T> {
    /// This.
    Found(T),
    /// It is not there, for this reason.
    NotFound(String),
    /// Nobody said; AWS's reason.
    Unknown(String),
}

impl<T> Find<T> {
    /// What AWS answered.
    pub fn of(answer: Result<T, AwsError>) -> Find<T> {
        match answer {
            Ok(found) => Find::Found(found),
            Err(error) if error.class == FailureClass::Absent => Find::NotFound(error.to_string()),
            Err(error) => Find::Unknown(error.to_string()),
        }
    }

    /// The thing, if it was found.
    pub fn found(&self) -> Option<&T> {
        match self {
            Find::Found(found) => Some(found),
            Find::NotFound(_) | Find::Unknown(_) => None,
        }
    }

    /// The thing as another.
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> Find<U> {
        match self {
            Find::Found(found) => Find::Found(other(found)),
            Find::NotFound(why) => Find::NotFound(why),
            Find::Unknown(why) => Find::Unknown(why),
        }
    }
}
