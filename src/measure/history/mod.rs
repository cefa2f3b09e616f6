//! History: many runs, compared: trends, what is due, and whether a release may go on.
//! Invariant: pure; runs on a lab and runs on AWS are never in one series unless someone asks for it.
//! Not here: reading runs from disk, tables (see `cli::history`).
//! Used by: cli.

mod due;
mod gate;
mod point;
mod series;
#[cfg(test)]
mod tests;

pub use self::{
    due::Due,
    gate::{Finding, Reason, Rules, Weight, judge},
    point::{Number, Place, Point},
    series::{Drilled, On, Policy, Series, Trend, drilled},
};
