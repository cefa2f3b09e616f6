//! Calendar: when runs on a deployment may be under way: windows, less blackout dates, in a time zone.
//! Invariant: where a clock change makes a time of day ambiguous or skips it, a window is taken at its narrower reading
//! and a blackout at its wider one: what is called open is open by any reading.
//! Not here: what is refused because of it (see `plan::guard`), how it is written (see `shapes::when`).
//! Used by: model; the reader; plan.

mod admits;
mod model;
mod span;
#[cfg(test)]
mod tests;
mod text;

pub use self::model::{Calendar, Closed, Dates, Window};
pub(crate) use self::text::{dates, days, time_of_day};
