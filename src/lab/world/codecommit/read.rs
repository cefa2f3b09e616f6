//! Read: repositories, branches, commits and tags as AWS tells of them.
//! Invariant: reads change nothing.
//! Used by: `codecommit_operate`, `commit`.

use std::collections::BTreeMap;

use super::model::{Person, Repository};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{Paging, page},
};

/// CodeCommit's way: no limit can be asked for.
const PAGES: Paging = Paging {
    token: "nextToken",
    limit: "maxResults",
    range: (1, 1000),
    default: 1000,
    bad_token: "InvalidContinuationTokenException",
    bad_limit: "InvalidMaxResultsException",
};

/// An error of CodeCommit's.
pub(super) fn refused(code: &'static str, message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, code, message)
}

/// AWS: letters, digits, `.`, `_` and `-`, at most 100, not ending in `.git`.
pub(super) fn valid_name(name: &str) -> Result<(), AwsFault> {
    let fits = (1..=100).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !name.ends_with(".git");
    let message = "The repository name is not valid. Repository names can be any valid combination of letters, numbers, \
                   periods, underscores, and dashes between 1 and 100 characters in length. Names are case sensitive. \
                   For more information, see Limits in the AWS CodeCommit User Guide. ";
    fits.then_some(()).ok_or_else(|| refused("InvalidRepositoryNameException", message))
}

/// The repository that a call names.
pub(super) fn named<'a>(
    world: &'a World,
    call: &Call,
) -> Result<((String, String), &'a Repository), AwsFault> {
    let name = call.params.text("repositoryName").unwrap_or_default();
    if name.is_empty() {
        let message = "A repository name is required, but was not specified.";
        return Err(refused("RepositoryNameRequiredException", message));
    }
    valid_name(name)?;
    let key = (call.region.clone(), name.to_owned());
    let own = world.codecommit.repositories.get(&key);
    own.map(|own| (key, own))
        .ok_or_else(|| refused("RepositoryDoesNotExistException", format!("{name} does not exist")))
}

/// The branch that a call names.
pub(super) fn required_branch(params: &Params) -> Result<&str, AwsFault> {
    params.text("branchName").filter(|name| !name.is_empty()).ok_or_else(|| {
        refused("BranchNameRequiredException", "A branch name is required, but was not specified.")
    })
}

pub(super) fn arn(world: &World, region: &str, name: &str) -> String {
    format!("arn:aws:codecommit:{region}:{}:{name}", world.account())
}

fn tree(world: &World, (region, name): &(String, String), own: &Repository) -> Tree {
    let account = world.account();
    let host = format!("git-codecommit.{region}.amazonaws.com/v1/repos/{name}");
    Tree::map([
        ("accountId", Tree::text(account)),
        ("repositoryId", Tree::text(&own.id)),
        ("repositoryName", Tree::text(name)),
        ("repositoryDescription", own.description.clone().map(Tree::Text)),
        ("defaultBranch", own.default_branch.clone().map(Tree::Text)),
        ("lastModifiedDate", Some(Tree::Time(own.modified))),
        ("creationDate", Some(Tree::Time(own.created))),
        ("cloneUrlHttp", Tree::text(format!("https://{host}"))),
        ("cloneUrlSsh", Tree::text(format!("ssh://{host}"))),
        ("Arn", Tree::text(arn(world, region, name))),
        ("kmsKeyId", Tree::text(format!("arn:aws:kms:{region}:{account}:alias/aws/codecommit"))),
    ])
}

/// A repository's metadata, by its key.
pub(super) fn metadata(world: &World, key: &(String, String)) -> Option<Tree> {
    world.codecommit.repositories.get(key).map(|own| tree(world, key, own))
}

/// `GetRepository`.
pub(super) fn repository(world: &World, call: &Call) -> Reply {
    let (key, own) = named(world, call)?;
    Ok(Tree::map([("repositoryMetadata", Some(tree(world, &key, own)))]))
}

/// `BatchGetRepositories`: unknown ones are named beside the others.
pub(super) fn repositories(world: &World, call: &Call) -> Reply {
    let names = call.params.texts("repositoryNames");
    if names.is_empty() {
        let message = "A repository names object is required, but was not specified.";
        return Err(refused("RepositoryNamesRequiredException", message));
    }
    names.iter().try_for_each(|name| valid_name(name))?;
    let key = |name: &String| (call.region.clone(), name.clone());
    let (known, unknown): (Vec<_>, Vec<_>) =
        names.iter().partition(|name| world.codecommit.repositories.contains_key(&key(name)));
    let known = known.into_iter().filter_map(|name| metadata(world, &key(name)));
    let error = |name: &&String| {
        Tree::map([
            ("repositoryName", Tree::text(name.as_str())),
            ("errorCode", Tree::text("RepositoryDoesNotExistException")),
            ("errorMessage", Tree::text(format!("{name} does not exist"))),
        ])
    };
    Ok(Tree::map([
        ("repositories", Tree::list("member", known)),
        (
            "repositoriesNotFound",
            Tree::list("member", unknown.iter().map(|name| Tree::Text((*name).clone()))),
        ),
        ("errors", Tree::list("member", unknown.iter().map(error))),
    ]))
}

/// `ListRepositories`. AWS: by name or by when they were changed, in either order.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    let all = world.codecommit.repositories.iter().filter(|((region, _), _)| *region == call.region);
    let mut all: Vec<_> = all.map(|((_, name), own)| (name, own)).collect();
    match params.text("sortBy") {
        None | Some("repositoryName") => {}
        Some("lastModifiedDate") => all.sort_by_key(|(_, own)| own.modified),
        Some(_) => {
            return Err(refused("InvalidSortByException", "The specified sort by value is not valid."));
        }
    }
    match params.text("order") {
        None | Some("ascending") => {}
        Some("descending") => all.reverse(),
        Some(_) => return Err(refused("InvalidOrderException", "The specified sort order is not valid.")),
    }
    let (part, next) = page(all, params, PAGES)?;
    let trees = part.into_iter().map(|(name, own)| {
        Tree::map([("repositoryName", Tree::text(name)), ("repositoryId", Tree::text(&own.id))])
    });
    Ok(Tree::map([("repositories", Tree::list("member", trees)), ("nextToken", next.map(Tree::Text))]))
}

/// `GetBranch`.
pub(super) fn branch(world: &World, call: &Call) -> Reply {
    let (_, own) = named(world, call)?;
    let name = required_branch(&call.params)?;
    let commit = own.branches.get(name);
    let commit = commit
        .ok_or_else(|| refused("BranchDoesNotExistException", format!("Branch {name} does not exist")))?;
    let branch = Tree::map([("branchName", Tree::text(name)), ("commitId", Tree::text(commit))]);
    Ok(Tree::map([("branch", Some(branch))]))
}

/// `ListBranches`.
pub(super) fn branches(world: &World, call: &Call) -> Reply {
    let (_, own) = named(world, call)?;
    let (part, next) = page(own.branches.keys().cloned().collect(), &call.params, PAGES)?;
    let names = part.into_iter().map(Tree::Text);
    Ok(Tree::map([("branches", Tree::list("member", names)), ("nextToken", next.map(Tree::Text))]))
}

/// `GetCommit`.
pub(super) fn commit(world: &World, call: &Call) -> Reply {
    let (_, own) = named(world, call)?;
    let id = call.params.text("commitId").unwrap_or_default();
    if id.is_empty() {
        let message = "A commit ID is required, but was not specified.";
        return Err(refused("CommitIdRequiredException", message));
    }
    if id.len() != 40 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(refused("InvalidCommitIdException", format!("The commit ID {id} is not valid.")));
    }
    let commit = own
        .commits
        .get(id)
        .ok_or_else(|| refused("CommitIdDoesNotExistException", format!("Commit {id} does not exist")))?;
    let person = |person: &Person| {
        Tree::map([
            ("name", Tree::text(&person.name)),
            ("email", Tree::text(&person.email)),
            ("date", Tree::text(format!("{} +0000", commit.at.as_second()))),
        ])
    };
    let tree = Tree::map([
        ("commitId", Tree::text(id)),
        ("treeId", Tree::text(&commit.tree)),
        ("parents", Tree::list("member", commit.parents.iter().cloned().map(Tree::Text))),
        ("message", Tree::text(&commit.message)),
        ("author", Some(person(&commit.author))),
        ("committer", Some(person(&commit.author))),
        ("additionalData", Tree::text("")),
    ]);
    Ok(Tree::map([("commit", Some(tree))]))
}

/// The repository of the ARN in a call.
pub(super) fn of_arn(world: &World, call: &Call) -> Result<(String, String), AwsFault> {
    let text = call.params.text("resourceArn").unwrap_or_default();
    if text.is_empty() {
        let message = "A resource ARN is required, but was not specified.";
        return Err(refused("ResourceArnRequiredException", message));
    }
    let name = text.rsplit(':').next().unwrap_or_default();
    if arn(world, &call.region, name) != text {
        return Err(refused("InvalidResourceArnException", "The resource ARN is not valid."));
    }
    valid_name(name)?;
    let key = (call.region.clone(), name.to_owned());
    let known = world.codecommit.repositories.contains_key(&key);
    known
        .then_some(key)
        .ok_or_else(|| refused("RepositoryDoesNotExistException", format!("{name} does not exist")))
}

/// `ListTagsForResource`.
pub(super) fn tags(world: &World, call: &Call) -> Reply {
    let key = of_arn(world, call)?;
    let none = BTreeMap::new();
    let tags = world.codecommit.repositories.get(&key).map_or(&none, |own| &own.tags);
    let tags = tags.iter().map(|(key, value)| (key.clone(), Tree::Text(value.clone()))).collect();
    Ok(Tree::map([("tags", Some(Tree::Dict(tags)))]))
}
