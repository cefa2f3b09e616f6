//! State: what a run's records say is so.
//! Invariant: the same fold serves live and replay, and refuses what may not follow.
//! Not here: bytes and files (see `format`, `reader`, `writer`).
//! Used by: writer checks each event against it; engine and every view read it.

mod admission;
mod change;
mod illegal;
mod lives;
mod name;
mod run;
mod standing;
#[cfg(test)]
mod tests;

pub use change::{ChangeLife, Moment, Outstanding};
pub use illegal::IllegalEvent;
pub use lives::Lives;
pub use run::{Finish, RunState, StepLife};
pub use standing::{ChangeState, RunPhase};
