//! Start: pipelines that a world begins with.
//! Invariant: one function for each kind of resource, which takes plain values; a pipeline begins at rest unless the
//! file says that it runs.
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;

use super::{
    State,
    model::{Action, ActionRun, Execution, Pipeline, Revision, Stage, Status},
    run::uuid,
    source::pipeline_rule,
};
use crate::{
    clock::later,
    lab::world::{
        World,
        blueprint::{Blueprint, Region, delivery, environment::Environment},
        codecommit::start::releases,
        rng::Rng,
    },
};

/// Everything that a world may say of a pipeline.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Plan {
    /// The region.
    pub(in crate::lab) region: String,
    /// Its name.
    pub(in crate::lab) name: String,
    /// Its stages and their actions.
    pub(in crate::lab) stages: Vec<(String, Vec<Action>)>,
    /// Its role's name.
    pub(in crate::lab) role: String,
    /// The bucket of its artifacts.
    pub(in crate::lab) bucket: String,
    /// `V1` or `V2`.
    pub(in crate::lab) kind: String,
    /// True if a newer execution takes the place of one that waits.
    pub(in crate::lab) supersedes: bool,
    /// Its tags.
    pub(in crate::lab) tags: BTreeMap<String, String>,
    /// How long before the start it was made.
    pub(in crate::lab) ago: SignedDuration,
}

/// An execution of the past.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Past<'a> {
    /// The commit that it took.
    pub(in crate::lab) commit: &'a str,
    /// The version that it deployed.
    pub(in crate::lab) deployed: &'a str,
    /// How long before the start it began.
    pub(in crate::lab) ago: SignedDuration,
    /// How it ended.
    pub(in crate::lab) end: Status,
}

impl World {
    /// Sets the service up as the blueprint has it: a repository's releases, deployed to an environment.
    pub(in crate::lab) fn codepipeline_start(&mut self) {
        self.codepipeline.rng = Rng::stream(self.seed, "codepipeline");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for pipeline in &region.pipelines {
                let environment = region.environments.iter().find(|own| own.name == pipeline.environment);
                let Some(environment) = environment else { continue };
                self.add_pipeline(planned(&blueprint, region, pipeline, environment));
                self.start_executions(region, pipeline, environment);
            }
        }
    }

    /// What a pipeline has run so far: every release once, and the newest as far as the file says.
    fn start_executions(
        &mut self,
        region: &Region,
        pipeline: &delivery::Pipeline,
        environment: &Environment,
    ) {
        let key = (region.region.clone(), pipeline.name.clone());
        let rule = pipeline_rule(&region.region, self.account(), &pipeline.repository, &pipeline.branch);
        let mut released = releases(region, environment);
        let newest = released.pop();
        let commits = released.iter().filter_map(|release| Some((release, release.commit.as_ref()?)));
        for (release, (_, commit)) in commits {
            let past = Past { commit, deployed: &release.label, ago: release.ago, end: Status::Succeeded };
            self.add_execution((&key.0, &key.1), &rule, past);
        }
        let Some((release, (_, commit))) = newest.as_ref().and_then(|own| Some((own, own.commit.as_ref()?)))
        else {
            return;
        };
        let end = match pipeline.last.as_str() {
            "Failed" => Status::Failed,
            "Stopped" => Status::Stopped,
            "InProgress" => {
                return drop(self.start_execution(&key, ("CloudWatchEvent", rule), BTreeMap::new()));
            }
            _ => Status::Succeeded,
        };
        let past = Past { commit, deployed: &release.label, ago: release.ago, end };
        self.add_execution((&key.0, &key.1), &rule, past);
    }

    /// Adds a pipeline that has never run.
    pub(in crate::lab) fn add_pipeline(&mut self, plan: Plan) {
        let created = self.now.saturating_sub(plan.ago).unwrap_or(self.now);
        let stage = |(name, actions): (String, Vec<Action>)| Stage { name, actions, ..Stage::default() };
        let own = Pipeline {
            version: 1,
            role: format!("arn:aws:iam::{}:role/{}", self.account(), plan.role),
            bucket: plan.bucket,
            kind: plan.kind,
            supersedes: plan.supersedes,
            stages: plan.stages.into_iter().map(stage).collect(),
            executions: Vec::new(),
            created,
            updated: created,
            tags: plan.tags,
        };
        self.codepipeline.pipelines.insert((plan.region, plan.name), own);
    }

    /// Adds an execution that went through every stage, or ended in the last one.
    pub(in crate::lab) fn add_execution(
        &mut self,
        (region, name): (&str, &str),
        rule: &str,
        Past { commit, deployed, ago, end }: Past<'_>,
    ) {
        let began = self.now.saturating_sub(ago).unwrap_or(self.now);
        let settings = self.codepipeline.settings.clone();
        let State { pipelines, rng, .. } = &mut self.codepipeline;
        let Some(own) = pipelines.get_mut(&(region.to_owned(), name.to_owned())) else { return };
        let id = uuid(rng);
        let (mut at, mut runs, mut revisions) = (began, Vec::new(), Vec::new());
        let last = own.stages.len().saturating_sub(1);
        for (place, stage) in own.stages.iter_mut().enumerate() {
            let ended = if place == last { end } else { Status::Succeeded };
            stage.latest = Some(id.clone());
            for (action, described) in stage.actions.iter().enumerate() {
                let start = at;
                let source = described.category == "Source";
                at = later(at, if source { settings.source.draw(rng) } else { settings.build.draw(rng) });
                let of =
                    |name: &str| described.configuration.get(name).map(String::as_str).unwrap_or_default();
                let repository = of("RepositoryName");
                if source {
                    let summary = self.codecommit.summary(region, repository, commit).unwrap_or_default();
                    revisions.push(Revision {
                        action: described.name.clone(),
                        artifact: described.outputs.first().cloned().unwrap_or_default(),
                        id: commit.to_owned(),
                        summary: summary.to_owned(),
                        url: format!(
                            "https://{region}.console.aws.amazon.com/codecommit/home#/repository/{repository}/commit/{commit}"
                        ),
                        at,
                    });
                }
                runs.push(ActionRun {
                    id: uuid(rng),
                    stage: place,
                    action,
                    // An action that was stopped is abandoned; AWS has no status of its own for it.
                    status: if ended == Status::Stopped { Status::Failed } else { ended },
                    began: start,
                    changed: at,
                    summary: None,
                    external: Some(if source { commit } else { deployed }.to_owned()),
                    token: None,
                    error: failed(ended, deployed),
                });
            }
        }
        own.executions.push(Execution {
            id,
            version: own.version,
            status: end,
            began,
            changed: at,
            revisions,
            asked: BTreeMap::new(),
            trigger: ("CloudWatchEvent", rule.to_owned()),
            stop_reason: (end == Status::Stopped).then(|| "Stopped by an operator".to_owned()),
            stage: last,
            stages: (0..=last)
                .map(|place| (place, if place == last { end } else { Status::Succeeded }))
                .collect(),
            runs,
        });
    }
}

/// Why the last stage of an execution failed.
fn failed(end: Status, version: &str) -> Option<(String, String)> {
    let message = format!("Failed to deploy application version {version}.");
    (end == Status::Failed).then(|| ("JobFailed".to_owned(), message))
}

/// A pipeline of two stages, source and deployment.
fn planned(
    blueprint: &Blueprint,
    region: &Region,
    own: &delivery::Pipeline,
    environment: &Environment,
) -> Plan {
    let text = str::to_owned;
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, value)| (text(key), text(value))).collect::<BTreeMap<_, _>>()
    };
    let source = Action {
        name: text("Source"),
        category: text("Source"),
        provider: text("CodeCommit"),
        order: 1,
        configuration: pairs(&[
            ("BranchName", own.branch.as_str()),
            ("OutputArtifactFormat", "CODE_ZIP"),
            ("PollForSourceChanges", "false"),
            ("RepositoryName", own.repository.as_str()),
        ]),
        outputs: vec![text("SourceArtifact")],
        namespace: Some(text("SourceVariables")),
        ..Action::default()
    };
    let deploy = Action {
        name: text("Deploy"),
        category: text("Deploy"),
        provider: text("ElasticBeanstalk"),
        order: 1,
        configuration: pairs(&[
            ("ApplicationName", environment.application.as_str()),
            ("EnvironmentName", environment.name.as_str()),
        ]),
        inputs: vec![text("SourceArtifact")],
        namespace: Some(text("DeployVariables")),
        ..Action::default()
    };
    Plan {
        region: region.region.clone(),
        name: own.name.clone(),
        stages: vec![(text("Source"), vec![source]), (text("Deploy"), vec![deploy])],
        role: format!("service-role/{}-pipeline", environment.application),
        bucket: format!("codepipeline-{}-{}", region.region, blueprint.account),
        kind: text("V2"),
        supersedes: true,
        tags: blueprint.tags_on(&own.name, &own.tags),
        ago: SignedDuration::from_hours(24 * 200),
    }
}
