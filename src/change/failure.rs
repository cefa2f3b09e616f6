//! Failure: AWS's errors as a change's.
//! Invariant: class, code and AWS's own words are kept.
//! Not here: what a change makes of them.
//! Used by: the changes that call AWS.

use super::ChangeError;
use crate::aws::AwsError;

/// Says what was being done.
pub(super) fn of(what: &str) -> impl FnOnce(AwsError) -> ChangeError {
    move |error| ChangeError::Failed { class: error.class, what: what.to_owned(), why: error.to_string() }
}

/// The outcome of a call that was sent once: `Ok(None)` if it went through, `Ok(Some(words))` if only the world can
/// tell, an error if it certainly did nothing.
pub(super) fn unless_lost(what: &str, outcome: Result<(), AwsError>) -> Result<Option<String>, ChangeError> {
    match outcome {
        Ok(()) => Ok(None),
        Err(error) if error.may_have_happened() => Ok(Some(error.to_string())),
        Err(error) => Err(of(what)(error)),
    }
}
