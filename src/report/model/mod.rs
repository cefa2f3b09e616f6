//! Model: a report as data: `report.json`, and the only source of every rendering.
//! Invariant: whatever a rendering shows is in here; reading the file back gives an equal report. Durations are seconds with
//! up to six decimals; `t_s` counts from the run's start; `samples` are lines of `samples.jsonl` from 1.
//! Not here: how it is made from a run (see `make`), how it is said (see `view`).
//! Used by: every renderer; evidence and cli add what they know.

pub mod change;
pub mod controls;
pub mod facts;
pub mod forecast;
pub mod moment;
pub mod people;
pub mod result;
mod root;
pub(crate) mod secs;
pub mod step;
pub mod watch;

pub use self::root::{Extras, Report, SCHEMA, SteadyPair};
