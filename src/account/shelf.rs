//! Shelf: a few small texts by name, kept somewhere that outlives this machine.
//! Invariant: `create` never writes over what is there; everything else may be done twice.
//! Not here: what the texts say.
//! Used by: everything in this folder; `ssm` keeps them in AWS, tests in memory.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::journal::event::FailureClass;

/// One text as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The text.
    pub value: String,
    /// When it was last written, by the shelf's own clock.
    pub modified: Option<Timestamp>,
}

/// A shelf could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct ShelfError {
    /// The kind of failure.
    pub class: FailureClass,
    /// In words, with AWS's own.
    pub why: String,
}

/// Small texts by name.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Where it is, for people: a region.
    fn place(&self) -> String;

    /// Puts a text where none is; false if there is one already. After an error it may be there or not.
    async fn create(&self, name: &str, value: &str) -> Result<bool, ShelfError>;

    /// Puts a text, over another if need be.
    async fn put(&self, name: &str, value: &str) -> Result<(), ShelfError>;

    /// The text of this name.
    async fn get(&self, name: &str) -> Result<Option<Entry>, ShelfError>;

    /// Every text below this path.
    async fn below(&self, path: &str) -> Result<Vec<Entry>, ShelfError>;

    /// Takes these away; those that are not there are passed over.
    async fn remove(&self, names: &[String]) -> Result<(), ShelfError>;
}
