//! Journal: the truth of a run, on disk before anything happens.
//! Invariant: a record is synced before its effect; `RunState::apply` is the only judge of what may follow what.
//! Not here: what the records mean for users (see `measure`) or how they look (see `report`).
//! Used by: engine writes; every view reads.

pub mod chain;
pub mod error;
pub mod event;
pub mod expectation;
pub mod followup;
pub mod format;
mod hash;
mod holder;
pub mod integrity;
pub mod lock;
pub mod presence;
pub mod reader;
pub mod sample;
pub mod samples;
pub mod sink;
pub mod state;
pub mod store;
mod tail;
#[cfg(test)]
pub(crate) mod testing;
pub mod warning;
pub mod writer;

pub use error::JournalError;
pub use lock::{Holder, Lock};
pub use reader::{JournalRead, read, salvage, verify};
pub use samples::{SampleWriter, read_samples};
pub use state::{IllegalEvent, Outstanding, RunState};
pub use store::Store;
pub use warning::Warning;
pub use writer::Journal;
