//! Evidence: that a run's folder is as it was left, and how somebody else can see that.
//! Invariant: what is checked is bytes on disk; nothing is taken from memory, and nothing here can make a file whole again.
//! Not here: what the report says (see `report`), who may write records (see `journal`).
//! Used by: cli.
//!
//! `SHA256SUMS` covers every file of the folder, in the format of `sha256sum -c`, but for itself, its signature and
//! timestamps ([`sums::NOT_COVERED`]), which cannot be in it, and the lock. It is made anew whenever a file of the folder is:
//! at the end of a run, by `report`, and when somebody writes a note or a finding. A signature is over `SHA256SUMS` as it was
//! then, and stays beside it: what changed afterwards makes it visibly stale, never silently right.

mod chains;
pub mod earlier;
mod instructions;
mod lines;
mod seal;
pub mod signature;
pub mod sums;
mod trouble;
pub mod verify;

pub use crate::journal::integrity::{Chained, Integrity};

pub use self::{
    instructions::{VERIFY_FILES, instructions},
    seal::{Sealed, integrity, seal},
    trouble::{Kind, Trouble},
    verify::{Asked, Verification, verify},
};

#[cfg(test)]
mod tests;
