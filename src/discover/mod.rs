//! Discover: from a site's name to everything that a drill needs to know of its deployment.
//! Invariant: reads only; each thing is found, not there, or not known, the last two with why; a file is made only of what
//! was found.
//! Not here: asking a person and writing files (see `cli`), whether what was found is fit for a drill (see `ready`).
//! Used by: cli.
//!
//! `read` asks AWS; everything else is pure: which record leads where, which of several is meant, the tree that people and
//! programs read, and the two files.

pub mod ask;
mod choose;
mod database;
pub mod facts;
pub mod files;
mod find;
mod leads;
pub mod lines;
mod name;
pub mod outcome;
mod pair;
mod place;
pub mod proof;
pub mod read;
mod tag;
#[cfg(test)]
mod tests;
pub mod tree;

pub use find::Find;
