//! Commit: making commits through the API.
//! Invariant: a branch that has commits takes a new one only on top of its head, which the caller must name.
//! Not here: reading (see `read`).
//! Used by: `codecommit_operate`.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::{
    model::{Commit, File, Person, Repository},
    read::{named, refused, required_branch},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// AWS: a file may have 6 MB when it is committed through the API (CodeCommit user guide, limits).
const LARGEST: usize = 6 * 1024 * 1024;

/// A digest as git writes it.
pub(super) fn sha1(bytes: &[u8]) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Git's id of a file's content.
fn blob_id(content: &[u8]) -> String {
    let mut bytes = format!("blob {}\0", content.len()).into_bytes();
    bytes.extend_from_slice(content);
    sha1(&bytes)
}

/// An id that equal trees share. Unlike git's it is made of the whole tree at once.
pub(super) fn tree_id(files: &BTreeMap<String, File>) -> String {
    let lines = files.iter().map(|(path, file)| format!("{} {} {path}\n", file.mode, file.blob));
    sha1(lines.collect::<String>().as_bytes())
}

/// What a call changes in a tree.
#[derive(Default)]
struct Changes {
    put: Vec<(String, File)>,
    deleted: Vec<String>,
}

fn path_of(params: &Params) -> Result<String, AwsFault> {
    let path = params.text("filePath").unwrap_or_default();
    if path.is_empty() {
        return Err(refused("PathRequiredException", "The path cannot be null."));
    }
    let bad = path.starts_with('/')
        || path.ends_with('/')
        || path.split('/').any(|part| part == ".." || part.is_empty());
    if bad {
        return Err(refused("InvalidPathException", format!("The specified path is not valid: {path}")));
    }
    Ok(path.to_owned())
}

fn file_of(params: &Params) -> Result<File, AwsFault> {
    let mode = params.text("fileMode").unwrap_or("NORMAL");
    if !["NORMAL", "EXECUTABLE", "SYMLINK"].contains(&mode) {
        return Err(refused("InvalidFileModeException", format!("The file mode is not valid: {mode}")));
    }
    let content = params
        .text("fileContent")
        .ok_or_else(|| refused("FileContentRequiredException", "The file content cannot be null."))?;
    let content = STANDARD
        .decode(content)
        .map_err(|_| AwsFault::new(400, "SerializationException", "The file content is not base64."))?;
    if content.len() > LARGEST {
        let message = "The maximum file size for adding a file through the API is 6 MB.";
        return Err(refused("FileContentSizeLimitExceededException", message));
    }
    Ok(File { blob: blob_id(&content), mode: mode.to_owned() })
}

/// The head that a call may commit on. AWS: without a parent only an empty branch takes a commit; one that is no longer
/// the head is outdated.
fn parent(own: &Repository, branch: &str, params: &Params) -> Result<Option<String>, AwsFault> {
    match (own.branches.get(branch), params.text("parentCommitId")) {
        (None, None) => Ok(None),
        (None, Some(_)) if own.branches.is_empty() => {
            Err(refused("ParentCommitDoesNotExistException", "The parent commit ID does not exist."))
        }
        (None, Some(_)) => Err(no_branch(branch)),
        (Some(head), None) => {
            let message = format!(
                "A parent commit ID is required. The branch {branch} has commits; its head is {head}."
            );
            Err(refused("ParentCommitIdRequiredException", message))
        }
        (Some(head), Some(parent)) if head == parent => Ok(Some(head.clone())),
        (Some(head), Some(parent)) if own.commits.contains_key(parent) => {
            let message = format!("The parent commit ID is outdated. The head of branch {branch} is {head}.");
            Err(refused("ParentCommitIdOutdatedException", message))
        }
        (Some(_), Some(_)) => {
            Err(refused("ParentCommitDoesNotExistException", "The parent commit ID does not exist."))
        }
    }
}

fn no_branch(branch: &str) -> AwsFault {
    refused("BranchDoesNotExistException", format!("Branch {branch} does not exist"))
}

/// `PutFile`.
pub(super) fn put_file(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let path = path_of(params)?;
    let file = file_of(params)?;
    let (key, own) = named(world, call)?;
    let branch = required_branch(params)?.to_owned();
    let head = parent(own, &branch, params)?;
    let before = head.as_ref().and_then(|head| own.commits.get(head)).and_then(|own| own.files.get(&path));
    if before == Some(&file) {
        let message = "The file content is the same as that of the file in the branch.";
        return Err(refused("SameFileContentException", message));
    }
    let blob = file.blob.clone();
    let changes = Changes { put: vec![(path, file)], deleted: Vec::new() };
    let (commit, tree) = world.commit(key, &branch, head, changes, params, "name");
    Ok(Tree::map([
        ("commitId", Tree::text(commit)),
        ("blobId", Tree::text(blob)),
        ("treeId", Tree::text(tree)),
    ]))
}

/// `CreateCommit`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let (key, own) = named(world, call)?;
    let branch = required_branch(params)?.to_owned();
    let head = parent(own, &branch, params)?;
    let files = head.as_ref().and_then(|head| own.commits.get(head)).map(|own| own.files.clone());
    let files = files.unwrap_or_default();
    let mut changes = Changes::default();
    for entry in params.list("putFiles") {
        changes.put.push((path_of(&entry)?, file_of(&entry)?));
    }
    for entry in params.list("deleteFiles") {
        let path = path_of(&entry)?;
        if !files.contains_key(&path) {
            return Err(refused("FileDoesNotExistException", format!("The file {path} does not exist.")));
        }
        changes.deleted.push(path);
    }
    if changes.put.is_empty() && changes.deleted.is_empty() {
        let message = "At least one file must be added, updated or deleted.";
        return Err(refused("FileEntryRequiredException", message));
    }
    if changes.deleted.is_empty() && changes.put.iter().all(|(path, file)| files.get(path) == Some(file)) {
        let message = "The commit would not change the branch.";
        return Err(refused("NoChangeException", message));
    }
    let entry = |path: &String, file: &File| {
        Tree::map([
            ("absolutePath", Tree::text(path)),
            ("blobId", Tree::text(&file.blob)),
            ("fileMode", Tree::text(&file.mode)),
        ])
    };
    let of = |known: bool| {
        let put = changes.put.iter().filter(|(path, _)| files.contains_key(path) == known);
        put.map(|(path, file)| entry(path, file)).collect::<Vec<_>>()
    };
    let (added, updated) = (of(false), of(true));
    let gone = changes.deleted.iter().filter_map(|path| files.get(path).map(|file| entry(path, file)));
    let gone: Vec<Tree> = gone.collect();
    let (commit, tree) = world.commit(key, &branch, head, changes, params, "authorName");
    Ok(Tree::map([
        ("commitId", Tree::text(commit)),
        ("treeId", Tree::text(tree)),
        ("filesAdded", Tree::list("member", added)),
        ("filesUpdated", Tree::list("member", updated)),
        ("filesDeleted", Tree::list("member", gone)),
    ]))
}

impl World {
    /// Puts a commit at the head of a branch and tells the pipelines that watch it.
    fn commit(
        &mut self,
        key: (String, String),
        branch: &str,
        parent: Option<String>,
        changes: Changes,
        params: &Params,
        name: &str,
    ) -> (String, String) {
        let at = self.now();
        let Some(own) = self.codecommit.repositories.get_mut(&key) else { return Default::default() };
        let files = parent.as_ref().and_then(|parent| own.commits.get(parent));
        let mut files = files.map(|parent| parent.files.clone()).unwrap_or_default();
        files.retain(|path, _| !changes.deleted.contains(path));
        files.extend(changes.put);
        let text = |name: &str| params.text(name).unwrap_or_default().to_owned();
        let message = text("commitMessage");
        let author = Person { name: text(name), email: text("email") };
        let tree = tree_id(&files);
        let id = sha1(format!("{tree}{parent:?}{author:?}{}{message}", at.as_microsecond()).as_bytes());
        let parents = parent.into_iter().collect();
        let commit = Commit { tree: tree.clone(), parents, message, author, at, files };
        own.commits.insert(id.clone(), commit);
        own.branches.insert(branch.to_owned(), id.clone());
        own.default_branch.get_or_insert_with(|| branch.to_owned());
        own.modified = at;
        let (region, repository) = key;
        self.branch_moved(&region, &repository, branch);
        (id, tree)
    }
}
