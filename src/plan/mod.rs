//! Plan: a drill against the live deployment: what exactly will be touched, and whether it may start.
//! Invariant: making a plan reads only; what a plan does not show is not touched.
//! Not here: running it (see `engine`), how resources are found (see `aws::discover`).
//! Used by: cli.

mod aim;
mod detect;
pub mod guard;
mod ingredients;
mod look;
mod machine;
mod model;
mod prepare;
mod radius;
mod readiness;
mod resolve;

pub use self::{
    ingredients::Ingredients,
    look::Looked,
    machine::Machine,
    model::{Detector, Plan, PlannedChange, PlannedStep},
    prepare::{Ground, Prepared, Unprepared, prepare},
    radius::BlastRadius,
    readiness::{Answer, Readiness, Verdict},
    resolve::resolve,
};
