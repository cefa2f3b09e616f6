//! Journal: the truth of a run, on disk before anything happens.
//! Invariant: a record is synced before its effect; `RunState::apply` is the only judge of what may follow what.
//! Not here: what the records mean for users (see `measure`) or how they look (see `report`).
//! Used by: engine writes; every view reads.

pub mod event;
pub mod sample;
