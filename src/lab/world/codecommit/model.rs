//! Model: repositories, branches and commits.
//! Invariant: a branch leads to a commit of its own repository; commits never change.
//! Used by: the rest of `codecommit`.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Git's id of its content.
    pub blob: String,
    /// `NORMAL`, `EXECUTABLE` or `SYMLINK`.
    pub mode: String,
}

/// Who made a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// A name.
    pub name: String,
    /// An address.
    pub email: String,
}

/// A commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The id of its tree.
    pub tree: String,
    /// The commits before it.
    pub parents: Vec<String>,
    /// Its message.
    pub message: String,
    /// Its author, who is its committer too.
    pub author: Person,
    /// When.
    pub at: Timestamp,
    /// All files, by path.
    pub files: BTreeMap<String, File>,
}

/// A repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// Its id.
    pub id: String,
    /// A person's words.
    pub description: Option<String>,
    /// The branch that a clone begins with.
    pub default_branch: Option<String>,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Branches and the commits they lead to.
    pub branches: BTreeMap<String, String>,
    /// Commits by id.
    pub commits: BTreeMap<String, Commit>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}
