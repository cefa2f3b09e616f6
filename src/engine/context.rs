//! Context: what steps and restorations work with.
//! Invariant: handles alone; cheap to clone.
//! Not here: what is done with them (see `step`, `restore`).
//! Used by: run, life, step, restore.

use std::sync::Arc;

use crate::clock::Clock;

use super::{Changes, desk::Desk};

/// What steps need.
#[derive(Clone)]
pub(super) struct StepContext {
    pub(super) desk: Desk,
    pub(super) clock: Clock,
    pub(super) changes: Arc<Changes>,
}
