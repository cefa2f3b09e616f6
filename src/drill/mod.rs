//! Drill: what the user wrote, typed.
//! Invariant: pure; a `Drill` in memory has passed every check that needs no AWS.
//! Not here: what the names in it stand for in an account (see `aws::discover` and `plan`).
//! Used by: every floor above.

pub mod calendar;
pub mod catalogue;
pub mod manual;
pub mod model;
pub mod people;
pub mod period;
pub mod reader;
pub mod readiness;
mod said;
pub mod schema;
mod shapes;
#[cfg(test)]
pub(crate) use self::shapes::people::FRAMEWORKS;
#[cfg(feature = "aws")]
pub(crate) use self::shapes::rule::url as read_url;
