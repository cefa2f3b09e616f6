use crate::lab::world::{
    World,
    call::{Reply, Service},
    reference::{APPLICATION, SEOUL, TOKYO},
    testing::{call, items, text, wait, world},
};

const HERE: &str = SEOUL.code;
const NAME: (&str, &str) = ("name", SEOUL.environment);
const PIPELINE: (&str, &str) = ("pipelineName", SEOUL.environment);

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::CodePipeline, operation, HERE, params)
}

fn status(world: &mut World, id: &str) -> String {
    let reply = ask(world, "GetPipelineExecution", &[PIPELINE, ("pipelineExecutionId", id)]).unwrap();
    text(&reply, "pipelineExecution.status")
}

fn start(world: &mut World) -> String {
    text(&ask(world, "StartPipelineExecution", &[NAME]).unwrap(), "pipelineExecutionId")
}

fn deployed(world: &mut World) -> String {
    let name = ("EnvironmentNames.1", SEOUL.environment);
    let reply = call(world, Service::Beanstalk, "DescribeEnvironments", HERE, &[name]).unwrap();
    text(&reply, "Environments.0.VersionLabel")
}

/// "The newest Succeeded execution of each Region's pipeline should carry the same CodeCommit commit id as
/// GetBranch.branch.commitId of the deployed branch"; "newest first".
#[test]
fn both_regions_deployed_the_head_of_the_branch() {
    let mut world = world();
    for region in [SEOUL, TOKYO] {
        let name = ("pipelineName", region.environment);
        let list =
            call(&mut world, Service::CodePipeline, "ListPipelineExecutions", region.code, &[name]).unwrap();
        let newest = &items(&list, "pipelineExecutionSummaries")[0];
        let branch = [("repositoryName", APPLICATION), ("branchName", "main")];
        let head = call(&mut world, Service::CodeCommit, "GetBranch", region.code, &branch).unwrap();
        assert_eq!(text(newest, "status"), "Succeeded");
        assert_eq!(text(newest, "sourceRevisions.0.revisionId"), text(&head, "branch.commitId"));
        let name = ("name", region.environment);
        let state =
            call(&mut world, Service::CodePipeline, "GetPipelineState", region.code, &[name]).unwrap();
        let source = text(&state, "stageStates.0.actionStates.0.currentRevision.revisionId");
        assert_eq!(source, text(&head, "branch.commitId"));
        assert_eq!(text(&state, "stageStates.1.inboundTransitionState.enabled"), "true");
        assert_eq!(text(&state, "stageStates.1.latestExecution.status"), "Succeeded");
    }
}

/// An execution takes the head of the branch and gives it to the environment, which really runs it then.
#[test]
fn an_execution_deploys_to_its_environment() {
    let mut world = world();
    let before = deployed(&mut world);
    let id = start(&mut world);
    assert_eq!(status(&mut world, &id), "InProgress");
    wait(&mut world, 20.0);
    assert_ne!(deployed(&mut world), before);
    wait(&mut world, 120.0);
    assert_eq!(status(&mut world, &id), "Succeeded");
    let label = deployed(&mut world);
    assert!(label.starts_with("code-pipeline-"), "{label}");
    let actions =
        ask(&mut world, "ListActionExecutions", &[PIPELINE, ("filter.pipelineExecutionId", &id)]).unwrap();
    assert_eq!(text(&actions, "actionExecutionDetails.0.actionName"), "Deploy");
    assert_eq!(text(&actions, "actionExecutionDetails.0.output.executionResult.externalExecutionId"), label);
    assert_eq!(text(&actions, "actionExecutionDetails.1.input.configuration.RepositoryName"), APPLICATION);
}

/// "Freeze during drill: DisableStageTransition(pipelineName, stageName, transitionType Inbound, reason) and
/// EnableStageTransition after; verify inboundTransitionState.enabled. Repeating is harmless."
#[test]
fn a_closed_transition_freezes_deployments() {
    let mut world = world();
    let before = deployed(&mut world);
    let stage = [PIPELINE, ("stageName", "Deploy"), ("transitionType", "Inbound")];
    let close = [&stage[..], &[("reason", "drill")]].concat();
    for _ in 0..2 {
        ask(&mut world, "DisableStageTransition", &close).unwrap();
    }
    let state = ask(&mut world, "GetPipelineState", &[NAME]).unwrap();
    assert_eq!(text(&state, "stageStates.1.inboundTransitionState.enabled"), "false");
    assert_eq!(text(&state, "stageStates.1.inboundTransitionState.disabledReason"), "drill");
    let (first, second) = (start(&mut world), {
        wait(&mut world, 60.0);
        start(&mut world)
    });
    wait(&mut world, 300.0);
    assert_eq!(deployed(&mut world), before, "frozen");
    assert_eq!(status(&mut world, &first), "Superseded");
    let state = ask(&mut world, "GetPipelineState", &[NAME]).unwrap();
    assert_eq!(text(&state, "stageStates.1.inboundExecution.pipelineExecutionId"), second);
    for _ in 0..2 {
        ask(&mut world, "EnableStageTransition", &stage).unwrap();
    }
    wait(&mut world, 120.0);
    assert_eq!(status(&mut world, &second), "Succeeded");
    assert_ne!(deployed(&mut world), before);
}

/// A commit starts the pipelines that watch its branch.
#[test]
fn a_commit_starts_the_pipeline() {
    let mut world = world();
    let repository = [("repositoryName", APPLICATION), ("branchName", "main")];
    let head = call(&mut world, Service::CodeCommit, "GetBranch", HERE, &repository).unwrap();
    let head = text(&head, "branch.commitId");
    let file = [("filePath", "a.php"), ("fileContent", "YQ=="), ("parentCommitId", head.as_str())];
    let put = [&repository[..], &file].concat();
    let made = call(&mut world, Service::CodeCommit, "PutFile", HERE, &put).unwrap();
    wait(&mut world, 200.0);
    let list = ask(&mut world, "ListPipelineExecutions", &[PIPELINE]).unwrap();
    let newest = "pipelineExecutionSummaries.0";
    assert_eq!(text(&list, &format!("{newest}.trigger.triggerType")), "CloudWatchEvent");
    assert_eq!(text(&list, &format!("{newest}.sourceRevisions.0.revisionId")), text(&made, "commitId"));
    assert_eq!(text(&list, &format!("{newest}.status")), "Succeeded");
}

/// An environment that is busy refuses a deployment: the action fails, and may be tried again.
#[test]
fn a_busy_environment_fails_the_deployment_and_a_retry_mends_it() {
    let mut world = world();
    let option = "aws:elasticbeanstalk:application:environment";
    let update = [
        ("EnvironmentName", SEOUL.environment),
        ("OptionSettings.1.Namespace", option),
        ("OptionSettings.1.OptionName", "A"),
        ("OptionSettings.1.Value", "1"),
    ];
    call(&mut world, Service::Beanstalk, "UpdateEnvironment", HERE, &update).unwrap();
    let id = start(&mut world);
    wait(&mut world, 30.0);
    assert_eq!(status(&mut world, &id), "Failed");
    let state = ask(&mut world, "GetPipelineState", &[NAME]).unwrap();
    let message = text(&state, "stageStates.1.actionStates.0.latestExecution.errorDetails.message");
    assert!(message.contains("is in an invalid state for this operation"), "{message}");
    wait(&mut world, 120.0);
    let retry = [
        PIPELINE,
        ("stageName", "Deploy"),
        ("pipelineExecutionId", id.as_str()),
        ("retryMode", "FAILED_ACTIONS"),
    ];
    ask(&mut world, "RetryStageExecution", &retry).unwrap();
    assert_eq!(status(&mut world, &id), "InProgress");
    wait(&mut world, 90.0);
    assert_eq!(status(&mut world, &id), "Succeeded");
    assert_eq!(
        ask(&mut world, "RetryStageExecution", &retry).unwrap_err().code,
        "StageNotRetryableException"
    );
}

#[test]
fn an_execution_is_stopped_once() {
    let mut world = world();
    let id = start(&mut world);
    let stop = [PIPELINE, ("pipelineExecutionId", id.as_str()), ("reason", "drill")];
    ask(&mut world, "StopPipelineExecution", &stop).unwrap();
    assert_eq!(status(&mut world, &id), "Stopping");
    let code = ask(&mut world, "StopPipelineExecution", &stop).unwrap_err().code;
    assert_eq!(code, "DuplicatedStopRequestException");
    wait(&mut world, 60.0);
    assert_eq!(status(&mut world, &id), "Stopped");
    let code = ask(&mut world, "StopPipelineExecution", &stop).unwrap_err().code;
    assert_eq!(code, "PipelineExecutionNotStoppableException");
}

#[test]
fn what_is_not_there_is_refused_by_its_name() {
    let mut world = world();
    let mut code =
        |operation: &str, params: &[(&str, &str)]| ask(&mut world, operation, params).unwrap_err().code;
    assert_eq!(code("GetPipelineState", &[("name", "nobody")]), "PipelineNotFoundException");
    assert_eq!(code("GetPipelineState", &[]), "ValidationException");
    assert_eq!(
        code("GetPipelineExecution", &[PIPELINE, ("pipelineExecutionId", "x")]),
        "PipelineExecutionNotFoundException"
    );
    let stage = [PIPELINE, ("stageName", "x"), ("transitionType", "Inbound")];
    assert_eq!(code("EnableStageTransition", &stage), "StageNotFoundException");
    assert_eq!(code("ListPipelines", &[("nextToken", "x")]), "InvalidNextTokenException");
}
