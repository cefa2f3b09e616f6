//! Code: the actions of repositories and pipelines.

use super::{
    Resource,
    Resource::{Any, Named},
    Row, row,
};

const REPOSITORY: Resource = Named("arn:aws:codecommit:{r}:{a}:{}", &["repositoryName"]);

/// Repositories.
pub(super) const COMMIT: &[Row] = &[
    row("GetBranch", &[REPOSITORY]),
    row("GetCommit", &[REPOSITORY]),
    row("GetRepository", &[REPOSITORY]),
    row("BatchGetRepositories", &[Named("arn:aws:codecommit:{r}:{a}:{}", &["repositoryNames"])]),
    row("BatchGetCommits", &[REPOSITORY]),
    row("GetDifferences", &[REPOSITORY]),
    row("GetFile", &[REPOSITORY]),
    row("ListBranches", &[REPOSITORY]),
    row("ListTagsForResource", &[Named("{}", &["resourceArn"])]),
    row("CreateRepository", &[REPOSITORY]),
    row("DeleteRepository", &[REPOSITORY]),
    row("CreateBranch", &[REPOSITORY]),
    row("DeleteBranch", &[REPOSITORY]),
    row("UpdateDefaultBranch", &[REPOSITORY]),
    row("CreateCommit", &[REPOSITORY]),
    row("PutFile", &[REPOSITORY]),
    row("TagResource", &[Named("{}", &["resourceArn"])]),
    row("UntagResource", &[Named("{}", &["resourceArn"])]),
];

/// Operations name a pipeline by either of two parameters.
const PIPELINE_OF: Resource = Named("arn:aws:codepipeline:{r}:{a}:{}", &["name", "pipelineName"]);
const STAGE: Resource = Named("arn:aws:codepipeline:{r}:{a}:{}/*", &["pipelineName"]);

/// Pipelines.
pub(super) const PIPELINE: &[Row] = &[
    row("GetPipeline", &[PIPELINE_OF]),
    row("GetPipelineState", &[PIPELINE_OF]),
    row("GetPipelineExecution", &[PIPELINE_OF]),
    row("ListPipelineExecutions", &[PIPELINE_OF]),
    row("ListActionExecutions", &[PIPELINE_OF]),
    row("StartPipelineExecution", &[PIPELINE_OF]),
    row("StopPipelineExecution", &[PIPELINE_OF]),
    row("CreatePipeline", &[Named("arn:aws:codepipeline:{r}:{a}:{}", &["pipeline.name"])]),
    row("UpdatePipeline", &[Named("arn:aws:codepipeline:{r}:{a}:{}", &["pipeline.name"])]),
    row("DeletePipeline", &[PIPELINE_OF]),
    row("DisableStageTransition", &[STAGE]),
    row("EnableStageTransition", &[STAGE]),
    row("RetryStageExecution", &[STAGE]),
    row("RollbackStage", &[STAGE]),
    row("PutApprovalResult", &[STAGE]),
    row("ListPipelines", &[Any]),
    row("ListTagsForResource", &[Named("{}", &["resourceArn"])]),
    row("TagResource", &[Named("{}", &["resourceArn"])]),
    row("UntagResource", &[Named("{}", &["resourceArn"])]),
];
