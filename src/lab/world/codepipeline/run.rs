//! Run: how executions go through the stages.
//! Invariant: an execution enters a stage only if the way in is open and no other execution is inside; of those that
//! wait, a pipeline in superseded mode keeps only the newest.
//! Not here: what callers ask for (see `control`), what single actions do (see `source`, `deploy`).
//! Used by: `World::codepipeline_due`, `control`.

use super::{
    Due,
    model::{Action, ActionRun, Execution, Status},
};
use crate::lab::world::{World, agenda, rng::Rng};

/// A region and a pipeline's name.
pub(super) type Key = (String, String);

/// An id as CodePipeline makes them.
pub(super) fn uuid(rng: &mut Rng) -> String {
    [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-")
}

/// What became of an action when it was looked at.
pub(super) enum Outcome {
    /// It still goes on.
    Pending,
    /// It is done; what the service behind it says.
    Done(Option<String>),
    /// It failed: code and message.
    Failed(&'static str, String),
}

impl World {
    /// Starts an execution, and says its id.
    pub(super) fn start_execution(
        &mut self,
        key: &Key,
        trigger: (&'static str, String),
        asked: std::collections::BTreeMap<String, String>,
    ) -> Option<String> {
        let now = self.now();
        let id = uuid(&mut self.codepipeline.rng);
        let own = self.codepipeline.pipelines.get_mut(key)?;
        own.executions.push(Execution {
            id: id.clone(),
            version: own.version,
            status: Status::InProgress,
            began: now,
            changed: now,
            revisions: Vec::new(),
            asked,
            trigger,
            stop_reason: None,
            stage: 0,
            stages: Default::default(),
            runs: Vec::new(),
        });
        self.approach(key, &id, 0);
        Some(id)
    }

    /// An execution comes to a stage: it enters, or waits before it.
    fn approach(&mut self, key: &Key, id: &str, place: usize) {
        let now = self.now();
        let Some(own) = self.codepipeline.pipelines.get_mut(key) else { return };
        let supersedes = own.supersedes;
        let Some(stage) = own.stages.get_mut(place) else { return self.finish(key, id, Status::Succeeded) };
        let superseded = if supersedes { std::mem::take(&mut stage.waiting) } else { Vec::new() };
        stage.waiting.push(id.to_owned());
        for old in superseded {
            if let Some(old) = own.execution_mut(&old) {
                old.status = Status::Superseded;
                old.changed = now;
            }
        }
        self.admit(key, place);
    }

    /// Lets the first that waits before a stage in, if it may.
    pub(super) fn admit(&mut self, key: &Key, place: usize) {
        let now = self.now();
        let Some(own) = self.codepipeline.pipelines.get_mut(key) else { return };
        let Some(stage) = own.stages.get(place) else { return };
        let inside = stage.latest.as_deref().and_then(|id| own.execution(id));
        let busy = inside.is_some_and(|inside| {
            inside.stage == place
                && matches!(inside.status, Status::InProgress | Status::Stopping)
                && inside.stages.get(&place) == Some(&Status::InProgress)
        });
        if busy || stage.inbound.closed.is_some() || stage.waiting.is_empty() {
            return;
        }
        let Some(stage) = own.stages.get_mut(place) else { return };
        let id = stage.waiting.remove(0);
        stage.latest = Some(id.clone());
        if let Some(execution) = own.execution_mut(&id) {
            execution.stage = place;
            execution.changed = now;
            execution.stages.insert(place, Status::InProgress);
        }
        self.run_order(key, &id, 0);
    }

    /// Begins the actions of the execution's stage that come next after `order`, or ends the stage.
    fn run_order(&mut self, key: &Key, id: &str, order: u32) {
        let Some(own) = self.codepipeline.pipelines.get(key) else { return };
        let Some(place) = own.execution(id).map(|execution| execution.stage) else { return };
        let actions = own.stages.get(place).map(|stage| stage.actions.clone()).unwrap_or_default();
        let next = actions.iter().map(|action| action.order).filter(|own| *own > order).min();
        let Some(next) = next else { return self.leave(key, id, place) };
        for (action, own) in actions.iter().enumerate().filter(|(_, own)| own.order == next) {
            self.begin_action(key, id, (place, action), own);
        }
    }

    pub(super) fn begin_action(
        &mut self,
        key: &Key,
        id: &str,
        (stage, action): (usize, usize),
        own: &Action,
    ) {
        let now = self.now();
        let settings = self.codepipeline.settings.clone();
        let rng = &mut self.codepipeline.rng;
        let run = uuid(rng);
        let takes = match (own.category.as_str(), own.provider.as_str()) {
            ("Source", _) => Some(settings.source.draw(rng)),
            ("Approval", _) => None,
            ("Deploy", _) => Some(settings.deploy_poll.draw(rng)),
            _ => Some(settings.build.draw(rng)),
        };
        let token = (own.category == "Approval").then(|| uuid(rng));
        let Some(execution) = self.codepipeline.execution_mut(key, id) else { return };
        execution.changed = now;
        let status = Status::InProgress;
        let began = ActionRun {
            id: run.clone(),
            stage,
            action,
            status,
            began: now,
            changed: now,
            summary: None,
            external: None,
            token,
            error: None,
        };
        execution.runs.push(began);
        if own.category == "Deploy"
            && let Err((code, message)) = self.begin_deploy(key, id, &run, own)
        {
            return self.end_action(key, &run, Outcome::Failed(code, message));
        }
        if let Some(takes) = takes {
            let (region, name) = key.clone();
            self.after(takes, agenda::Due::CodePipeline(Due::Action { region, name, run }));
        }
    }

    /// An action that took its time is looked at.
    pub(super) fn look_at(&mut self, key: &Key, run: &str) {
        let Some((id, action)) = self.codepipeline.running(key, run) else { return };
        let outcome = match action.category.as_str() {
            "Source" => self.take_source(key, &id, &action),
            "Deploy" => self.look_at_deploy(key, run, &action),
            _ => Outcome::Done(None),
        };
        if let Outcome::Pending = outcome {
            let again = self.codepipeline.settings.deploy_poll.draw(&mut self.codepipeline.rng);
            let (region, name) = key.clone();
            let run = run.to_owned();
            return self.after(again, agenda::Due::CodePipeline(Due::Action { region, name, run }));
        }
        self.end_action(key, run, outcome);
    }

    /// An action ends; its stage goes on, or fails.
    pub(super) fn end_action(&mut self, key: &Key, run: &str, outcome: Outcome) {
        let now = self.now();
        let Some((id, action)) = self.codepipeline.running(key, run) else { return };
        let Some(execution) = self.codepipeline.execution_mut(key, &id) else { return };
        let place = execution.stage;
        let Some(own) = execution.runs.iter_mut().find(|own| own.id == run) else { return };
        own.changed = now;
        match outcome {
            Outcome::Pending => return,
            Outcome::Done(external) => {
                own.status = Status::Succeeded;
                own.external = external.or(own.external.take());
            }
            Outcome::Failed(code, message) => {
                own.status = Status::Failed;
                own.error = Some((code.to_owned(), message));
            }
        }
        execution.changed = now;
        let inside = || execution.runs.iter().filter(|own| own.stage == place);
        if inside().any(|own| own.status == Status::InProgress) {
            // Others of the same order still run.
            return;
        }
        // The latest run of each action counts: a failed one may have been tried again.
        let latest = |action| inside().rev().find(|own| own.action == action).map(|own| own.status);
        let latest_failed = inside().any(|own| latest(own.action) == Some(Status::Failed));
        match (execution.status, latest_failed) {
            (Status::Stopping, _) => self.finish(key, &id, Status::Stopped),
            (_, true) => self.finish(key, &id, Status::Failed),
            (_, false) => self.run_order(key, &id, action.order),
        }
    }

    /// A stage is done: the execution goes to the next one, and the next execution may come in.
    fn leave(&mut self, key: &Key, id: &str, place: usize) {
        if let Some(execution) = self.codepipeline.execution_mut(key, id) {
            execution.stages.insert(place, Status::Succeeded);
        }
        self.approach(key, id, place + 1);
        self.admit(key, place);
    }

    /// An execution ends.
    pub(super) fn finish(&mut self, key: &Key, id: &str, status: Status) {
        let now = self.now();
        let Some(execution) = self.codepipeline.execution_mut(key, id) else { return };
        execution.status = status;
        execution.changed = now;
        let place = execution.stage;
        if status != Status::Succeeded {
            execution.stages.insert(place, status);
        }
        if let Some(own) = self.codepipeline.pipelines.get_mut(key) {
            for stage in &mut own.stages {
                stage.waiting.retain(|waiting| waiting != id);
            }
        }
        let with = [
            ("region", key.0.clone()),
            ("pipeline", key.1.clone()),
            ("execution", id.to_owned()),
            ("status", status.word().to_owned()),
        ];
        self.note("pipeline.finished", with);
        self.admit(key, place);
    }
}
