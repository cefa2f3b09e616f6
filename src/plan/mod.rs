//! Plan: a drill against the live deployment: what exactly will be touched, and whether it may start.
//! Invariant: making a plan reads only; what a plan does not show is not touched.
//! Not here: running it (see `engine`), how resources are found (see `aws::discover`).
//! Used by: cli.

mod aim;
mod beside;
mod detect;
mod digest;
mod expected;
pub mod guard;
mod ingredients;
mod kept;
mod look;
mod machine;
mod model;
pub mod policy;
mod prepare;
mod quota;
mod radius;
mod readiness;
mod reading;
mod resolve;
pub mod rights;
pub mod saved;
mod sequence;
#[cfg(test)]
mod tests;

pub use self::{
    expected::{Expected, StepTime},
    ingredients::Ingredients,
    kept::Kept,
    look::Looked,
    machine::Machine,
    model::{Answer, Detector, GuardAnswer, Plan, PlannedCall, PlannedChange, PlannedStep, SavedBy},
    prepare::{Ground, Prepared, Unprepared, prepare},
    quota::QuotaUse,
    radius::BlastRadius,
    readiness::{CheckAnswer, Readiness, Verdict},
    reading::{Moved, Reading},
    resolve::{Resolved, resolve},
    saved::SavedPlan,
};
