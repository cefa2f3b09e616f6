//! Control: starting, stopping, holding and approving.
//! Invariant: opening what is open and closing what is closed is harmless; an approval needs its own token.
//! Used by: `codepipeline_operate`.

use std::collections::BTreeMap;

use super::{
    history::known,
    model::{Pipeline, Status, Transition},
    read::{named, refused, required},
    run::Outcome,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

fn caller(world: &World) -> String {
    format!("arn:aws:iam::{}:user/firedrill", world.account())
}

fn id_tree(id: &str) -> Reply {
    Ok(Tree::map([("pipelineExecutionId", Tree::text(id))]))
}

/// `StartPipelineExecution`. AWS: the same client token gives the same execution.
pub(super) fn start(world: &mut World, call: &Call) -> Reply {
    let (key, own) = named(world, call, "name")?;
    let mut asked = BTreeMap::new();
    for revision in call.params.list("sourceRevisions") {
        let text = |name: &str| revision.text(name).unwrap_or_default().to_owned();
        let action = text("actionName");
        if text("revisionType") != "COMMIT_ID"
            || !own.stages.iter().flat_map(|s| &s.actions).any(|a| a.name == action)
        {
            let message = format!("The source revision for action '{action}' is not valid.");
            return Err(refused("ValidationException", message));
        }
        asked.insert(action, text("revisionValue"));
    }
    let token = call.params.text("clientRequestToken").map(|token| (key.clone(), token.to_owned()));
    if let Some(id) = token.as_ref().and_then(|token| world.codepipeline.tokens.get(token)) {
        return id_tree(id);
    }
    let trigger = ("StartPipelineExecution", caller(world));
    let id = world.start_execution(&key, trigger, asked).unwrap_or_default();
    if let Some(token) = token {
        world.codepipeline.tokens.insert(token, id.clone());
    }
    id_tree(&id)
}

/// `StopPipelineExecution`: waits for the actions that run, or abandons them.
pub(super) fn stop(world: &mut World, call: &Call) -> Reply {
    let (key, own) = named(world, call, "pipelineName")?;
    let id = required(call, "pipelineExecutionId")?.to_owned();
    let abandon = call.params.text("abandon") == Some("true");
    let not_stoppable = |what: &str| {
        let message = format!("Unable to stop pipeline execution '{id}' in pipeline '{}': {what}", key.1);
        refused("PipelineExecutionNotStoppableException", message)
    };
    let execution = own.execution(&id).ok_or_else(|| not_stoppable("it does not exist."))?;
    match execution.status {
        Status::InProgress => {}
        Status::Stopping if abandon => {}
        Status::Stopping => {
            let message = format!("The pipeline execution '{id}' is already in a Stopping state.");
            return Err(refused("DuplicatedStopRequestException", message));
        }
        _ => return Err(not_stoppable("it is not in progress.")),
    }
    let now = world.now();
    let reason = call.params.text("reason").map(str::to_owned);
    let mut runs = false;
    if let Some(execution) = world.codepipeline.execution_mut(&key, &id) {
        execution.status = Status::Stopping;
        execution.changed = now;
        execution.stop_reason = reason;
        for run in execution.runs.iter_mut().filter(|run| run.status == Status::InProgress) {
            if abandon || run.token.is_some() {
                run.status = Status::Abandoned;
                run.changed = now;
            } else {
                runs = true;
            }
        }
    }
    if !runs {
        world.finish(&key, &id, Status::Stopped);
    }
    id_tree(&id)
}

fn stage_of(own: &Pipeline, key: &(String, String), name: &str) -> Result<usize, AwsFault> {
    own.stages.iter().position(|stage| stage.name == name).ok_or_else(|| {
        let message = format!("The pipeline '{}' does not contain a stage with the name '{name}'", key.1);
        refused("StageNotFoundException", message)
    })
}

/// `DisableStageTransition` and `EnableStageTransition`. AWS: only the way into a stage; both may be repeated.
pub(super) fn transition(world: &mut World, call: &Call, closed: bool) -> Reply {
    let (key, own) = named(world, call, "pipelineName")?;
    let place = stage_of(own, &key, required(call, "stageName")?)?;
    let kind = required(call, "transitionType")?;
    if !["Inbound", "Outbound"].contains(&kind) {
        let message = format!(
            "1 validation error detected: Value '{kind}' at 'transitionType' failed to satisfy constraint: Member must \
             satisfy enum value set: [Inbound, Outbound]"
        );
        return Err(refused("ValidationException", message));
    }
    let reason = if closed { Some(required(call, "reason")?.to_owned()) } else { None };
    // The way out of a stage is the way into the next.
    let place = if kind == "Outbound" { place + 1 } else { place };
    let (now, changed_by) = (world.now(), caller(world));
    let stage = world.codepipeline.pipelines.get_mut(&key).and_then(|own| own.stages.get_mut(place));
    let Some(stage) = stage.filter(|_| place > 0) else {
        return Err(refused("ValidationException", "There is no transition at this end of the pipeline."));
    };
    if stage.inbound.closed.is_some() != closed || closed {
        stage.inbound = Transition { closed: reason, changed: Some((changed_by, now)) };
    }
    if !closed {
        world.admit(&key, place);
    }
    Ok(Tree::Map(Vec::new()))
}

/// `PutApprovalResult`.
pub(super) fn approve(world: &mut World, call: &Call) -> Reply {
    let (key, own) = named(world, call, "pipelineName")?;
    let place = stage_of(own, &key, required(call, "stageName")?)?;
    let name = required(call, "actionName")?;
    let stage = &own.stages[place];
    let action = stage.actions.iter().position(|action| action.name == name && action.category == "Approval");
    let action = action.ok_or_else(|| {
        let message =
            format!("The stage '{}' does not contain an approval action with the name '{name}'", stage.name);
        refused("ActionNotFoundException", message)
    })?;
    let token = required(call, "token")?;
    let latest = stage.latest.as_deref().and_then(|id| own.execution(id));
    let runs = latest.map(|latest| latest.runs.as_slice()).unwrap_or_default();
    let run = runs.iter().rev().find(|run| run.stage == place && run.action == action);
    let run = run.filter(|run| run.token.as_deref() == Some(token));
    let run =
        run.ok_or_else(|| refused("InvalidApprovalTokenException", "The approval token is not valid."))?;
    if run.status != Status::InProgress {
        return Err(refused(
            "ApprovalAlreadyCompletedException",
            "The approval action has already been completed.",
        ));
    }
    let run = run.id.clone();
    let summary = call.params.text("result.summary").unwrap_or_default().to_owned();
    let outcome = match call.params.text("result.status") {
        Some("Approved") => Outcome::Done(None),
        Some("Rejected") => Outcome::Failed("JobFailed", format!("The approval was rejected: {summary}")),
        _ => {
            let message = "1 validation error detected: Value at 'result.status' failed to satisfy constraint: Member \
                           must satisfy enum value set: [Approved, Rejected]";
            return Err(refused("ValidationException", message));
        }
    };
    if let Some(own) = world.codepipeline.run_mut(&key, &run) {
        own.summary = Some(summary);
    }
    world.end_action(&key, &run, outcome);
    Ok(Tree::map([("approvedAt", Some(Tree::Time(world.now())))]))
}

/// `RetryStageExecution`: the failed actions, or all.
pub(super) fn retry(world: &mut World, call: &Call) -> Reply {
    let (key, own) = named(world, call, "pipelineName")?;
    let place = stage_of(own, &key, required(call, "stageName")?)?;
    let id = required(call, "pipelineExecutionId")?.to_owned();
    let all = required(call, "retryMode")? == "ALL_ACTIONS";
    known(own, &key.1, &id).map_err(|fault| refused("NotLatestPipelineExecutionException", fault.message))?;
    let stage = &own.stages[place];
    if stage.latest.as_deref() != Some(&id) {
        let message = format!("The execution '{id}' is not the latest one in the stage '{}'.", stage.name);
        return Err(refused("NotLatestPipelineExecutionException", message));
    }
    let execution = known(own, &key.1, &id)?;
    let failed = |status: Option<&Status>| matches!(status, Some(Status::Failed | Status::Stopped));
    if !failed(execution.stages.get(&place)) {
        let message = format!("The stage '{}' has no failed actions to retry.", stage.name);
        return Err(refused("StageNotRetryableException", message));
    }
    let ended = |action: usize| {
        let mut runs = execution.runs.iter().rev();
        runs.find(|run| run.stage == place && run.action == action).map(|run| run.status)
    };
    let first = stage.actions.iter().enumerate();
    let failed =
        first.filter(|(action, _)| all || ended(*action).is_some_and(|own| own != Status::Succeeded));
    let failed: Vec<_> = failed.map(|(action, own)| (action, own.clone())).collect();
    let order = failed.iter().map(|(_, own)| own.order).min().unwrap_or(0);
    if let Some(execution) = world.codepipeline.execution_mut(&key, &id) {
        execution.status = Status::InProgress;
        execution.stages.insert(place, Status::InProgress);
    }
    for (action, own) in failed.iter().filter(|(_, own)| own.order == order) {
        world.begin_action(&key, &id, (place, *action), own);
    }
    id_tree(&id)
}
