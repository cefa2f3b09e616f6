//! Diagnostic: a problem in a file that a person wrote, with its place.
//! Invariant: pure; every span lies inside its file's text and on character boundaries.
//! Not here: what a file must say (see `drill` and the lab's worlds).
//! Used by: every reader of a user's file.

pub mod problem;
pub mod render;
pub mod source;
pub mod yaml;

pub use self::{
    problem::{Diagnostic, Problems, Severity},
    source::{FileId, Place, SourceFile, Span},
};
