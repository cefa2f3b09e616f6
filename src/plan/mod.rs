//! Plan: a drill against the live deployment: what exactly will be touched, and whether it may start.
//! Invariant: making a plan reads only; what a plan does not show is not touched.
//! Not here: running it (see `engine`), how resources are found (see `aws::discover`).
//! Used by: cli.

mod detect;
mod guard;
mod ingredients;
mod model;
mod prepare;
mod resolve;

pub use self::{
    ingredients::Ingredients,
    model::{Detector, Plan, PlannedChange, PlannedStep},
    prepare::{Ground, Prepared, Unprepared, prepare},
    resolve::resolve,
};
