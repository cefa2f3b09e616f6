//! Measure: pure arithmetic over records and samples.
//! Invariant: no file, no clock, no task; the same input gives the same output, and unknown never becomes pass.
//! Not here: how a number looks (see `report`), when a look is taken (see `engine`).
//! Used by: engine, for live conditions and the final verdict; report and cli, for every view.

pub mod condition;
#[cfg(test)]
pub(crate) mod fixture;
pub mod seen;
