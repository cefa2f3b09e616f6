//! Engine: runs a drill; one dispatcher owns the journal, everyone else sends.
//! Invariant: nothing is applied before its `before` and its intent are synced; every ending restores.
//! Not here: what a change does (see `change`), what the numbers mean (see `measure`), any printing (see `cli`).
//! Used by: cli.

mod busy;
mod context;
pub mod desk;
mod dispatcher;
mod ending;
mod keeping;
mod life;
mod restore;
pub mod run;
pub mod signal;
mod step;
mod stops;
#[cfg(test)]
mod tests;
mod trail;
mod vigil;
mod waits;
mod watch;

use std::{any::Any, collections::BTreeMap, sync::Arc};

use crate::{change::Change, id::StepId};

/// The changes of a run, by the step that each belongs to.
pub type Changes = BTreeMap<StepId, Arc<dyn Change>>;

/// The last record's exit codes that the engine itself knows: something is outstanding.
const EXIT_OUTSTANDING: u8 = 10;
/// A bug in firedrill was met.
const EXIT_BUG: u8 = 70;

/// What a panic said.
fn said_in_panic(bug: &(dyn Any + Send)) -> &str {
    let text = bug.downcast_ref::<&str>().copied();
    text.or_else(|| bug.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}
