//! Measure: pure arithmetic over records and samples.
//! Invariant: no file, no clock, no task; the same input gives the same output, and unknown never becomes pass.
//! Not here: how a number looks (see `report`), when a look is taken (see `engine`).
//! Used by: engine, for live conditions and the final verdict; report and cli, for every view.

mod assess;
pub mod bounds;
pub mod changes;
mod clients;
pub mod condition;
#[cfg(test)]
pub(crate) mod fixture;
pub mod history;
mod looks;
mod notes;
pub mod objectives;
pub mod outage;
mod reading;
pub mod seen;
pub mod series;
mod spans;
pub mod steps;
pub mod summary;
pub mod timeline;
pub mod verdict;

pub use assess::{MeasureError, assess};
pub use summary::Assessment;
