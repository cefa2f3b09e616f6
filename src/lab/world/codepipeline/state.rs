//! State: where a pipeline stands, stage by stage.
//! Invariant: of each stage the execution that entered it last, and those that wait before it.
//! Used by: `codepipeline_operate`.

use super::{
    model::{ActionRun, Execution, Pipeline, Stage, Status},
    read::named,
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

/// `GetPipelineState`.
pub(super) fn state(world: &World, call: &Call) -> Reply {
    let ((region, name), own) = named(world, call, "name")?;
    let stages = own.stages.iter().enumerate().map(|(place, stage)| stage_tree(own, &region, place, stage));
    Ok(Tree::map([
        ("pipelineName", Tree::text(name)),
        ("pipelineVersion", Some(Tree::Int(i64::from(own.version)))),
        ("stageStates", Tree::list("member", stages)),
        ("created", Some(Tree::Time(own.created))),
        ("updated", Some(Tree::Time(own.updated))),
    ]))
}

fn stage_tree(own: &Pipeline, region: &str, place: usize, stage: &Stage) -> Tree {
    let execution = |id: &str, status: Status| {
        Tree::map([
            ("pipelineExecutionId", Tree::text(id)),
            ("status", Tree::text(status.word())),
            ("type", Tree::text("STANDARD")),
        ])
    };
    let waiting: Vec<Tree> = stage.waiting.iter().map(|id| execution(id, Status::InProgress)).collect();
    let inbound = Tree::map([
        ("enabled", Some(Tree::Bool(stage.inbound.closed.is_none()))),
        ("lastChangedBy", stage.inbound.changed.as_ref().and_then(|(who, _)| Tree::text(who))),
        ("lastChangedAt", stage.inbound.changed.as_ref().map(|(_, at)| Tree::Time(*at))),
        ("disabledReason", stage.inbound.closed.clone().map(Tree::Text)),
    ]);
    let latest = stage.latest.as_deref().and_then(|id| own.execution(id));
    let actions = stage.actions.iter().enumerate().map(|(action, described)| {
        let run = latest.and_then(|latest| {
            latest.runs.iter().rev().find(|run| run.stage == place && run.action == action)
        });
        let configuration = |name: &str| described.configuration.get(name).map(String::as_str).unwrap_or_default();
        let entity = match described.provider.as_str() {
            "CodeCommit" => Some(format!(
                "https://{region}.console.aws.amazon.com/codecommit/home#/repository/{}/browse/{}/--/",
                configuration("RepositoryName"),
                configuration("BranchName")
            )),
            "ElasticBeanstalk" => Some(format!(
                "https://{region}.console.aws.amazon.com/elasticbeanstalk/home?region={region}#/environment/dashboard?applicationName={}&environmentName={}",
                configuration("ApplicationName"),
                configuration("EnvironmentName")
            )),
            _ => None,
        };
        let revision = latest.and_then(|latest| revision(latest, &described.name));
        Tree::map([
            ("actionName", Tree::text(&described.name)),
            ("currentRevision", revision.as_ref().map(|(tree, _)| tree.clone())),
            ("latestExecution", run.map(run_tree)),
            ("entityUrl", entity.map(Tree::Text)),
            ("revisionUrl", revision.map(|(_, url)| Tree::Text(url))),
        ])
    });
    let status = latest.and_then(|latest| {
        let status = latest.stages.get(&place)?;
        Some(execution(&latest.id, if latest.status == Status::Stopping { latest.status } else { *status }))
    });
    Tree::map([
        ("stageName", Tree::text(&stage.name)),
        ("inboundExecution", waiting.last().cloned()),
        ("inboundExecutions", Tree::list("member", waiting)),
        // AWS: nothing leads into the first stage.
        ("inboundTransitionState", (place > 0).then_some(inbound)),
        ("actionStates", Tree::list("member", actions)),
        ("latestExecution", status),
    ])
}

fn revision(latest: &Execution, action: &str) -> Option<(Tree, String)> {
    let own = latest.revisions.iter().find(|own| own.action == action)?;
    let tree = Tree::map([
        ("revisionId", Tree::text(&own.id)),
        ("revisionChangeId", Tree::text(&own.id)),
        ("created", Some(Tree::Time(own.at))),
    ]);
    Some((tree, own.url.clone()))
}

fn run_tree(run: &ActionRun) -> Tree {
    let error = run
        .error
        .as_ref()
        .map(|(code, message)| Tree::map([("code", Tree::text(code)), ("message", Tree::text(message))]));
    // AWS: the token of an approval is shown while it waits.
    let token = run.token.clone().filter(|_| run.status == Status::InProgress);
    Tree::map([
        ("actionExecutionId", Tree::text(&run.id)),
        ("status", Tree::text(run.status.word())),
        ("summary", run.summary.clone().map(Tree::Text)),
        ("lastStatusChange", Some(Tree::Time(run.changed))),
        ("token", token.map(Tree::Text)),
        ("externalExecutionId", run.external.clone().map(Tree::Text)),
        ("errorDetails", error),
    ])
}
