//! Ready: whether the standby could take over, and whether the two regions are alike where they must be.
//! Invariant: a check is pure over a survey; what it can not see is unknown, with AWS's reason, and never passes.
//! Not here: the reading (see `survey`), what a run does about the answers (see `cli`).
//! Used by: cli, simulate's tests.

mod case;
mod checks;
mod leads;
mod range;
mod reads;
mod registry;

pub use crate::plan::{CheckAnswer, Readiness, Verdict};

pub use self::{
    case::Case,
    registry::{CHECKS, Check, judge},
};
