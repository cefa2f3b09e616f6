//! Codepipeline: pipelines and their executions.
//! Invariant: what a pipeline deploys is the commit that its source took, and the environment really gets it.
//! Not here: repositories (see `codecommit`), environments (see `beanstalk`).
//! Used by: `World`, `codecommit`.

mod control;
mod deploy;
pub(super) mod due;
mod history;
pub mod model;
mod read;
mod run;
pub mod settings;
mod source;
pub(in crate::lab) mod start;
mod state;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::{
    due::Due,
    model::{Action, ActionRun, Execution, Pipeline, Status},
    run::Key,
    settings::Settings,
};
use super::{
    World,
    call::{Call, Operation, Reply, Service},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("DisableStageTransition"),
    Operation::real("EnableStageTransition"),
    Operation::partial("GetPipeline", "earlier versions, stage conditions, Git triggers and variables"),
    Operation::partial("GetPipelineExecution", "variables, rollbacks"),
    Operation::partial("GetPipelineState", "stage conditions, rollbacks"),
    Operation::partial("ListActionExecutions", "the filter by time range"),
    Operation::partial("ListPipelineExecutions", "rollbacks"),
    Operation::real("ListPipelines"),
    Operation::real("ListTagsForResource"),
    Operation::real("PutApprovalResult"),
    Operation::real("RetryStageExecution"),
    Operation::partial(
        "StartPipelineExecution",
        "variables; actions other than CodeCommit and Beanstalk only take time",
    ),
    Operation::real("StopPipelineExecution"),
];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// What the world has chosen.
    pub(in crate::lab) settings: Settings,
    pipelines: BTreeMap<Key, Pipeline>,
    tokens: BTreeMap<(Key, String), String>,
    rng: Rng,
}

impl State {
    fn execution_mut(&mut self, key: &Key, id: &str) -> Option<&mut Execution> {
        self.pipelines.get_mut(key)?.execution_mut(id)
    }

    fn run_of(&self, key: &Key, run: &str) -> Option<&ActionRun> {
        let executions = self.pipelines.get(key)?.executions.iter().rev();
        executions.flat_map(|own| &own.runs).find(|own| own.id == run)
    }

    fn run_mut(&mut self, key: &Key, run: &str) -> Option<&mut ActionRun> {
        let executions = self.pipelines.get_mut(key)?.executions.iter_mut().rev();
        executions.flat_map(|own| &mut own.runs).find(|own| own.id == run)
    }

    /// The execution and the action of a run that is in progress.
    fn running(&self, key: &Key, run: &str) -> Option<(String, Action)> {
        let pipeline = self.pipelines.get(key)?;
        let mut executions = pipeline.executions.iter().rev();
        let found = executions.find_map(|own| Some((own, own.runs.iter().find(|own| own.id == run)?)));
        let (execution, run) = found.filter(|(_, run)| run.status == Status::InProgress)?;
        let action = pipeline.stages.get(run.stage)?.actions.get(run.action)?;
        Some((execution.id.clone(), action.clone()))
    }
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn codepipeline_due(&mut self, due: Due) {
        match due {
            Due::Action { region, name, run } => self.look_at(&(region, name), &run),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn codepipeline_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DisableStageTransition" => control::transition(self, call, true),
            "EnableStageTransition" => control::transition(self, call, false),
            "GetPipeline" => read::pipeline(self, call),
            "GetPipelineExecution" => history::execution(self, call),
            "GetPipelineState" => state::state(self, call),
            "ListActionExecutions" => history::actions(self, call),
            "ListPipelineExecutions" => history::executions(self, call),
            "ListPipelines" => read::list(self, call),
            "ListTagsForResource" => read::tags(self, call),
            "PutApprovalResult" => control::approve(self, call),
            "RetryStageExecution" => control::retry(self, call),
            "StartPipelineExecution" => control::start(self, call),
            "StopPipelineExecution" => control::stop(self, call),
            other => Err(World::unrouted(Service::CodePipeline, other)),
        }
    }
}
