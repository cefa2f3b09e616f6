use crate::lab::world::{
    World,
    call::{Reply, Service},
    reference::{APPLICATION, SEOUL, TOKYO},
    testing::{call, items, member, text, world},
};

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::CodeCommit, operation, SEOUL.code, params)
}

const HERE: (&str, &str) = ("repositoryName", APPLICATION);
const MAIN: (&str, &str) = ("branchName", "main");

/// "The newest Succeeded execution of each Region's pipeline should carry the same CodeCommit commit id as
/// GetBranch.branch.commitId": the regions begin with the same commit.
#[test]
fn both_regions_begin_with_the_same_commit() {
    let mut world = world();
    let head = |world: &mut World, region: &str| {
        text(
            &call(world, Service::CodeCommit, "GetBranch", region, &[HERE, MAIN]).unwrap(),
            "branch.commitId",
        )
    };
    let seoul = head(&mut world, SEOUL.code);
    assert_eq!(seoul, head(&mut world, TOKYO.code));
    let commit = ask(&mut world, "GetCommit", &[HERE, ("commitId", &seoul)]).unwrap();
    assert!(text(&commit, "commit.message").starts_with("WordPress 6.8.2"));
    assert_eq!(items(&commit, "commit.parents").len(), 1);
}

/// Each refusal has the name that CodeCommit's model gives it.
#[test]
fn what_is_not_there_is_refused_by_its_name() {
    let mut world = world();
    let mut code =
        |operation: &str, params: &[(&str, &str)]| ask(&mut world, operation, params).unwrap_err().code;
    let nobody = ("repositoryName", "nobody");
    assert_eq!(code("GetRepository", &[nobody]), "RepositoryDoesNotExistException");
    assert_eq!(code("GetRepository", &[("repositoryName", "a b")]), "InvalidRepositoryNameException");
    assert_eq!(code("GetRepository", &[]), "RepositoryNameRequiredException");
    assert_eq!(code("GetBranch", &[HERE, ("branchName", "x")]), "BranchDoesNotExistException");
    assert_eq!(code("GetBranch", &[HERE]), "BranchNameRequiredException");
    assert_eq!(code("GetCommit", &[HERE, ("commitId", "x")]), "InvalidCommitIdException");
    assert_eq!(code("GetCommit", &[HERE, ("commitId", &"0".repeat(40))]), "CommitIdDoesNotExistException");
    assert_eq!(code("ListRepositories", &[("nextToken", "x")]), "InvalidContinuationTokenException");
}

#[test]
fn a_commit_goes_on_top_of_the_head_and_nowhere_else() {
    let mut world = world();
    let head = ask(&mut world, "GetBranch", &[HERE, MAIN]).unwrap();
    let head = text(&head, "branch.commitId");
    let file = [("filePath", "wp-config.php"), ("fileContent", "PD9waHAK")];
    let put = |world: &mut World, more: &[(&str, &str)]| {
        let mut params = vec![HERE, MAIN];
        params.extend(file);
        params.extend(more);
        ask(world, "PutFile", &params)
    };
    assert_eq!(put(&mut world, &[]).unwrap_err().code, "ParentCommitIdRequiredException");
    let made = put(&mut world, &[("parentCommitId", &head), ("commitMessage", "Add")]).unwrap();
    assert_eq!(text(&made, "blobId").len(), 40);
    let outdated = put(&mut world, &[("parentCommitId", &head)]).unwrap_err();
    assert_eq!(outdated.code, "ParentCommitIdOutdatedException");
    let new = text(&made, "commitId");
    let same = put(&mut world, &[("parentCommitId", &new)]).unwrap_err();
    assert_eq!(same.code, "SameFileContentException");
    let now = ask(&mut world, "GetBranch", &[HERE, MAIN]).unwrap();
    assert_eq!(text(&now, "branch.commitId"), new);
}

/// A file's blob id is git's: `echo '<?php' | git hash-object --stdin`.
#[test]
fn blob_ids_are_gits() {
    let mut world = world();
    let created = ("branchName", "new");
    let put = ask(&mut world, "PutFile", &[HERE, created, ("filePath", "a"), ("fileContent", "")]);
    assert_eq!(text(&put.unwrap(), "blobId"), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

#[test]
fn tags_and_batches() {
    let mut world = world();
    let repository = ask(&mut world, "GetRepository", &[HERE]).unwrap();
    let arn = text(&repository, "repositoryMetadata.Arn");
    let tags = ask(&mut world, "ListTagsForResource", &[("resourceArn", &arn)]).unwrap();
    assert_eq!(text(&tags, "tags.deployment"), "wordpress");
    let names = [("repositoryNames.1", APPLICATION), ("repositoryNames.2", "nobody")];
    let batch = ask(&mut world, "BatchGetRepositories", &names).unwrap();
    assert_eq!(items(&batch, "repositories").len(), 1);
    assert_eq!(text(&batch, "repositoriesNotFound.0"), "nobody");
    assert!(member(&repository, "repositoryMetadata.lastModifiedDate").is_some());
}
