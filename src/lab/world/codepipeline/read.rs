//! Read: pipelines as they are set up.
//! Invariant: reads change nothing; errors are CodePipeline's own.
//! Used by: `codepipeline_operate`, the other reads.

use std::collections::BTreeMap;

use super::{
    model::{Action, Pipeline},
    run::Key,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{Paging, page},
};

/// CodePipeline's way.
pub(super) const PAGES: Paging = Paging {
    token: "nextToken",
    limit: "maxResults",
    range: (1, 100),
    default: 100,
    bad_token: "InvalidNextTokenException",
    bad_limit: "ValidationException",
};

/// An error of CodePipeline's.
pub(super) fn refused(code: &'static str, message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, code, message)
}

/// A parameter that must be there.
pub(super) fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsFault> {
    call.params.text(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let message = format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        );
        refused("ValidationException", message)
    })
}

/// The pipeline that the parameter `parameter` names.
pub(super) fn named<'a>(
    world: &'a World,
    call: &Call,
    parameter: &str,
) -> Result<(Key, &'a Pipeline), AwsFault> {
    let name = required(call, parameter)?;
    let key = (call.region.clone(), name.to_owned());
    let own = world.codepipeline.pipelines.get(&key);
    own.map(|own| (key, own)).ok_or_else(|| {
        let message = format!("Account '{}' does not have a pipeline with name '{name}'", world.account());
        refused("PipelineNotFoundException", message)
    })
}

/// A pipeline's ARN.
pub(super) fn arn(world: &World, region: &str, name: &str) -> String {
    format!("arn:aws:codepipeline:{region}:{}:{name}", world.account())
}

/// Texts by keys.
pub(super) fn dict(values: &BTreeMap<String, String>) -> Option<Tree> {
    let own = values.iter().map(|(key, value)| (key.clone(), Tree::Text(value.clone())));
    Some(Tree::Dict(own.collect()))
}

/// What kind of action it is.
pub(super) fn action_type(own: &Action) -> Option<Tree> {
    Some(Tree::map([
        ("category", Tree::text(&own.category)),
        ("owner", Tree::text("AWS")),
        ("provider", Tree::text(&own.provider)),
        ("version", Tree::text("1")),
    ]))
}

/// `GetPipeline`. AWS answers an unknown version as it answers an unknown pipeline.
pub(super) fn pipeline(world: &World, call: &Call) -> Reply {
    let ((region, name), own) = named(world, call, "name")?;
    if let Some(version) = call.params.text("version")
        && version != own.version.to_string()
    {
        let message = format!(
            "Account '{}' does not have a pipeline with name '{name}' and version '{version}'",
            world.account()
        );
        return Err(refused("PipelineVersionNotFoundException", message));
    }
    let stages = own.stages.iter().map(|stage| {
        let actions = stage.actions.iter().map(action_tree);
        Tree::map([("name", Tree::text(&stage.name)), ("actions", Tree::list("member", actions))])
    });
    let store = Tree::map([("type", Tree::text("S3")), ("location", Tree::text(&own.bucket))]);
    let pipeline = Tree::map([
        ("name", Tree::text(&name)),
        ("roleArn", Tree::text(&own.role)),
        ("artifactStore", Some(store)),
        ("stages", Tree::list("member", stages)),
        ("version", Some(Tree::Int(i64::from(own.version)))),
        ("executionMode", Tree::text(mode(own))),
        ("pipelineType", Tree::text(&own.kind)),
    ]);
    let metadata = Tree::map([
        ("pipelineArn", Tree::text(arn(world, &region, &name))),
        ("created", Some(Tree::Time(own.created))),
        ("updated", Some(Tree::Time(own.updated))),
    ]);
    Ok(Tree::map([("pipeline", Some(pipeline)), ("metadata", Some(metadata))]))
}

/// The mode, in AWS's word.
pub(super) fn mode(own: &Pipeline) -> &'static str {
    if own.supersedes { "SUPERSEDED" } else { "QUEUED" }
}

fn action_tree(own: &Action) -> Tree {
    let artifacts = |names: &[String]| {
        Tree::list("member", names.iter().map(|name| Tree::map([("name", Tree::text(name))])))
    };
    Tree::map([
        ("name", Tree::text(&own.name)),
        ("actionTypeId", action_type(own)),
        ("runOrder", Some(Tree::Int(i64::from(own.order)))),
        ("configuration", dict(&own.configuration)),
        ("outputArtifacts", artifacts(&own.outputs)),
        ("inputArtifacts", artifacts(&own.inputs)),
        ("namespace", own.namespace.clone().map(Tree::Text)),
    ])
}

/// `ListPipelines`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let from = (call.region.clone(), String::new());
    let all = world.codepipeline.pipelines.range(from..).take_while(|((own, _), _)| *own == call.region);
    let (part, next) = page(all.collect::<Vec<_>>(), &call.params, Paging { range: (1, 1000), ..PAGES })?;
    let trees = part.into_iter().map(|((_, name), own)| {
        Tree::map([
            ("name", Tree::text(name)),
            ("version", Some(Tree::Int(i64::from(own.version)))),
            ("pipelineType", Tree::text(&own.kind)),
            ("executionMode", Tree::text(mode(own))),
            ("created", Some(Tree::Time(own.created))),
            ("updated", Some(Tree::Time(own.updated))),
        ])
    });
    Ok(Tree::map([("pipelines", Tree::list("member", trees)), ("nextToken", next.map(Tree::Text))]))
}

/// `ListTagsForResource`.
pub(super) fn tags(world: &World, call: &Call) -> Reply {
    let text = required(call, "resourceArn")?;
    let name = text.rsplit(':').next().unwrap_or_default();
    if arn(world, &call.region, name) != text {
        return Err(refused("InvalidArnException", format!("The ARN '{text}' is invalid.")));
    }
    let own = world.codepipeline.pipelines.get(&(call.region.clone(), name.to_owned()));
    let own = own.ok_or_else(|| {
        let message = format!(
            "The account with id '{}' does not include a pipeline with the name '{name}'",
            world.account()
        );
        refused("ResourceNotFoundException", message)
    })?;
    let tags = own.tags.iter();
    let trees = tags.map(|(key, value)| Tree::map([("key", Tree::text(key)), ("value", Tree::text(value))]));
    Ok(Tree::map([("tags", Tree::list("member", trees))]))
}
