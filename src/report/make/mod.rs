//! Make: a run's assessment, records and samples as a report.
//! Invariant: a pure function; the same run gives the same report. Numbers are those of the assessment; what is computed here is
//! only the numbers between moments (see `metrics`).
//! Not here: what a report holds (see `model`), how it is said (see `view`).
//! Used by: report's users.

mod changes;
mod conclusion;
mod facts;
mod forecast;
mod metrics;
mod people;
mod plan;
mod records;
mod results;
mod steps;
mod times;
mod untested;
mod watches;
mod whole;
mod zone;

pub use self::{
    people::extras,
    whole::{Source, report},
};
