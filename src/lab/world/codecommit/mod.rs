//! Codecommit: repositories, branches and commits.
//! Invariant: the source of what pipelines deploy: a commit moves a branch, and that starts them.
//! Not here: git itself, pull requests, merges.
//! Used by: `World`, `codepipeline`.

mod commit;
pub mod model;
mod read;
pub(in crate::lab) mod start;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::model::Repository;
use super::{
    World,
    call::{Call, Operation, Reply, Service, Tree},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("BatchGetRepositories"),
    Operation::real("CreateBranch"),
    Operation::partial(
        "CreateCommit",
        "copies of files, changes of modes, and git's own tree and commit ids",
    ),
    Operation::real("GetBranch"),
    Operation::partial("GetCommit", "a committer other than the author, time zones"),
    Operation::real("GetRepository"),
    Operation::real("ListBranches"),
    Operation::real("ListRepositories"),
    Operation::real("ListTagsForResource"),
    Operation::partial("PutFile", "git's own tree and commit ids, reading the file back"),
];

/// What this service remembers: repositories by region and name.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    repositories: BTreeMap<(String, String), Repository>,
    rng: Rng,
}

impl State {
    /// The commit at the head of a branch, and the first line of its message.
    pub(in crate::lab) fn head(&self, region: &str, repository: &str, branch: &str) -> Option<(&str, &str)> {
        let own = self.repositories.get(&(region.to_owned(), repository.to_owned()))?;
        let id = own.branches.get(branch)?;
        Some((id, own.summary(id)?))
    }

    /// The first line of a commit's message, if the repository has the commit.
    pub(in crate::lab) fn summary(&self, region: &str, repository: &str, commit: &str) -> Option<&str> {
        self.repositories.get(&(region.to_owned(), repository.to_owned()))?.summary(commit)
    }
}

impl Repository {
    fn summary(&self, commit: &str) -> Option<&str> {
        Some(self.commits.get(commit)?.message.lines().next().unwrap_or_default())
    }
}

impl World {
    /// Answers a call.
    pub(in crate::lab) fn codecommit_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "BatchGetRepositories" => read::repositories(self, call),
            "CreateBranch" => create_branch(self, call),
            "CreateCommit" => commit::create(self, call),
            "GetBranch" => read::branch(self, call),
            "GetCommit" => read::commit(self, call),
            "GetRepository" => read::repository(self, call),
            "ListBranches" => read::branches(self, call),
            "ListRepositories" => read::list(self, call),
            "ListTagsForResource" => read::tags(self, call),
            "PutFile" => commit::put_file(self, call),
            other => Err(World::unrouted(Service::CodeCommit, other)),
        }
    }
}

/// `CreateBranch`.
fn create_branch(world: &mut World, call: &Call) -> Reply {
    let (key, own) = read::named(world, call)?;
    let branch = read::required_branch(&call.params)?.to_owned();
    if own.branches.contains_key(&branch) {
        let message = format!("Branch {branch} already exists");
        return Err(read::refused("BranchNameExistsException", message));
    }
    let commit = call.params.text("commitId").unwrap_or_default();
    if commit.is_empty() {
        let message = "A commit ID is required, but was not specified.";
        return Err(read::refused("CommitIdRequiredException", message));
    }
    if !own.commits.contains_key(commit) {
        let message = format!("Commit {commit} does not exist");
        return Err(read::refused("CommitDoesNotExistException", message));
    }
    let now = world.now();
    if let Some(own) = world.codecommit.repositories.get_mut(&key) {
        own.branches.insert(branch, commit.to_owned());
        own.modified = now;
    }
    Ok(Tree::Map(Vec::new()))
}
