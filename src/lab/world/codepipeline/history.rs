//! History: executions and their actions, newest first.
//! Invariant: reads change nothing.
//! Used by: `codepipeline_operate`.

use super::{
    model::{ActionRun, Execution, Pipeline, Status},
    read::{PAGES, action_type, dict, mode, named, refused, required},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::page,
};

fn trigger(own: &Execution) -> Option<Tree> {
    let (kind, detail) = &own.trigger;
    Some(Tree::map([("triggerType", Tree::text(*kind)), ("triggerDetail", Tree::text(detail))]))
}

/// `ListPipelineExecutions`. AWS: newest first, at most 12 months back.
pub(super) fn executions(world: &World, call: &Call) -> Reply {
    let (_, own) = named(world, call, "pipelineName")?;
    let stage = call.params.text("filter.succeededInStage.stageName");
    let place = stage.map(|name| own.stages.iter().position(|stage| stage.name == name));
    let wanted = |execution: &&Execution| match place {
        None => true,
        Some(place) => place.and_then(|place| execution.stages.get(&place)) == Some(&Status::Succeeded),
    };
    let found: Vec<&Execution> = own.executions.iter().rev().filter(wanted).collect();
    let (part, next) = page(found, &call.params, PAGES)?;
    let trees = part.into_iter().map(|execution| {
        let revisions = execution.revisions.iter().map(|revision| {
            Tree::map([
                ("actionName", Tree::text(&revision.action)),
                ("revisionId", Tree::text(&revision.id)),
                ("revisionSummary", Tree::text(&revision.summary)),
                ("revisionUrl", Tree::text(&revision.url)),
            ])
        });
        let stop = execution.stop_reason.clone().map(|reason| Tree::map([("reason", Tree::text(reason))]));
        Tree::map([
            ("pipelineExecutionId", Tree::text(&execution.id)),
            ("status", Tree::text(execution.status.word())),
            ("startTime", Some(Tree::Time(execution.began))),
            ("lastUpdateTime", Some(Tree::Time(execution.changed))),
            ("sourceRevisions", Tree::list("member", revisions)),
            ("trigger", trigger(execution)),
            ("stopTrigger", stop),
            ("executionMode", Tree::text(mode(own))),
            ("executionType", Tree::text("STANDARD")),
        ])
    });
    Ok(Tree::map([
        ("pipelineExecutionSummaries", Tree::list("member", trees)),
        ("nextToken", next.map(Tree::Text)),
    ]))
}

/// The execution with this id, or AWS's refusal.
pub(super) fn known<'a>(own: &'a Pipeline, name: &str, id: &str) -> Result<&'a Execution, AwsFault> {
    own.execution(id).ok_or_else(|| {
        let message = format!("The pipeline execution with id '{id}' was not found in pipeline '{name}'.");
        refused("PipelineExecutionNotFoundException", message)
    })
}

/// `GetPipelineExecution`.
pub(super) fn execution(world: &World, call: &Call) -> Reply {
    let ((_, name), own) = named(world, call, "pipelineName")?;
    let execution = known(own, &name, required(call, "pipelineExecutionId")?)?;
    let revisions = execution.revisions.iter().map(|revision| {
        Tree::map([
            ("name", Tree::text(&revision.artifact)),
            ("revisionId", Tree::text(&revision.id)),
            ("revisionSummary", Tree::text(&revision.summary)),
            ("revisionUrl", Tree::text(&revision.url)),
        ])
    });
    let tree = Tree::map([
        ("pipelineName", Tree::text(name)),
        ("pipelineVersion", Some(Tree::Int(i64::from(execution.version)))),
        ("pipelineExecutionId", Tree::text(&execution.id)),
        ("status", Tree::text(execution.status.word())),
        ("artifactRevisions", Tree::list("member", revisions)),
        ("trigger", trigger(execution)),
        ("executionMode", Tree::text(mode(own))),
        ("executionType", Tree::text("STANDARD")),
    ]);
    Ok(Tree::map([("pipelineExecution", Some(tree))]))
}

/// `ListActionExecutions`: newest first.
pub(super) fn actions(world: &World, call: &Call) -> Reply {
    let ((region, name), own) = named(world, call, "pipelineName")?;
    let params = &call.params;
    let latest = params.text("filter.latestInPipelineExecution.pipelineExecutionId");
    let only = params.text("filter.pipelineExecutionId").or(latest);
    if let Some(id) = only {
        known(own, &name, id)?;
    }
    let wanted = own.executions.iter().filter(|execution| only.is_none_or(|only| only == execution.id));
    let runs = wanted.flat_map(|execution| execution.runs.iter().map(move |run| (execution, run)));
    let mut runs: Vec<_> = runs.collect();
    runs.sort_by_key(|(_, run)| std::cmp::Reverse(run.began));
    let (part, next) = page(runs, params, PAGES)?;
    let trees =
        part.into_iter().filter_map(|(execution, run)| action_tree(own, &region, &name, execution, run));
    Ok(Tree::map([
        ("actionExecutionDetails", Tree::list("member", trees)),
        ("nextToken", next.map(Tree::Text)),
    ]))
}

fn action_tree(
    own: &Pipeline,
    region: &str,
    pipeline: &str,
    execution: &Execution,
    run: &ActionRun,
) -> Option<Tree> {
    let stage = own.stages.get(run.stage)?;
    let action = stage.actions.get(run.action)?;
    let short = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let artifact = |name: &String| {
        let key = format!("{}/{}/{}", short(pipeline, 20), short(name, 10), short(&execution.id, 7));
        let place = Tree::map([("bucket", Tree::text(&own.bucket)), ("key", Tree::text(key))]);
        Tree::map([("name", Tree::text(name)), ("s3location", Some(place))])
    };
    let input = Tree::map([
        ("actionTypeId", action_type(action)),
        ("configuration", dict(&action.configuration)),
        ("resolvedConfiguration", dict(&action.configuration)),
        ("region", Tree::text(region)),
        ("inputArtifacts", Tree::list("member", action.inputs.iter().map(artifact))),
        ("namespace", action.namespace.clone().map(Tree::Text)),
    ]);
    let revision = execution.revisions.iter().find(|revision| revision.action == action.name);
    let variables = revision.map(|revision| {
        let of = |name: &str| action.configuration.get(name).cloned().unwrap_or_default();
        let own = [
            ("BranchName", of("BranchName")),
            ("CommitId", revision.id.clone()),
            ("CommitMessage", revision.summary.clone()),
            ("RepositoryName", of("RepositoryName")),
        ];
        own.map(|(key, value)| (key.to_owned(), Tree::Text(value))).into()
    });
    let error = run
        .error
        .as_ref()
        .map(|(code, message)| Tree::map([("code", Tree::text(code)), ("message", Tree::text(message))]));
    let summary = revision.map(|revision| revision.summary.clone()).or_else(|| run.summary.clone());
    let result = Tree::map([
        ("externalExecutionId", run.external.clone().map(Tree::Text)),
        ("externalExecutionSummary", summary.map(Tree::Text)),
        ("externalExecutionUrl", revision.and_then(|revision| Tree::text(&revision.url))),
        ("errorDetails", error),
    ]);
    let output = Tree::map([
        ("outputArtifacts", Tree::list("member", action.outputs.iter().map(artifact))),
        ("executionResult", Some(result)),
        ("outputVariables", Some(Tree::Dict(variables.unwrap_or_default()))),
    ]);
    let done = run.status != Status::InProgress;
    Some(Tree::map([
        ("pipelineExecutionId", Tree::text(&execution.id)),
        ("actionExecutionId", Tree::text(&run.id)),
        ("pipelineVersion", Some(Tree::Int(i64::from(execution.version)))),
        ("stageName", Tree::text(&stage.name)),
        ("actionName", Tree::text(&action.name)),
        ("startTime", Some(Tree::Time(run.began))),
        ("lastUpdateTime", Some(Tree::Time(run.changed))),
        ("status", Tree::text(run.status.word())),
        ("input", Some(input)),
        ("output", done.then_some(output)),
    ]))
}
