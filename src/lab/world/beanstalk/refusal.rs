//! Refusal: how Beanstalk says no.
//! Invariant: every refusal of a request itself is a 400.
//! Used by: the operations of `beanstalk`.

use crate::lab::world::call::AwsFault;

/// An error of Beanstalk's.
pub(super) fn refused(code: &'static str, message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, code, message)
}
