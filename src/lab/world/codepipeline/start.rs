//! Start: pipelines that a world begins with.
//! Invariant: one function for each kind of resource, which takes plain values; every pipeline begins at rest.
//! Used by: `World::reference`.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    State,
    model::{Action, ActionRun, Execution, Pipeline, Revision, Stage, Status},
    run::uuid,
};
use crate::{
    clock::later,
    lab::world::{
        World,
        codecommit::start::RELEASES,
        reference::{ACCOUNT, APPLICATION, REGIONS},
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

impl World {
    /// Sets the service up as the reference deployment has it: a repository's releases, deployed to each region.
    pub(in crate::lab) fn codepipeline_start(&mut self) {
        self.codepipeline.rng = Rng::stream(self.seed, "codepipeline");
        for region in &REGIONS {
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
                    ("BranchName", "main"),
                    ("OutputArtifactFormat", "CODE_ZIP"),
                    ("PollForSourceChanges", "false"),
                    ("RepositoryName", APPLICATION),
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
                    ("ApplicationName", APPLICATION),
                    ("EnvironmentName", region.environment),
                ]),
                inputs: vec![text("SourceArtifact")],
                namespace: Some(text("DeployVariables")),
                ..Action::default()
            };
            let plan = Plan {
                region: text(region.code),
                name: text(region.environment),
                stages: vec![(text("Source"), vec![source]), (text("Deploy"), vec![deploy])],
                role: text("service-role/wordpress-pipeline"),
                bucket: format!("codepipeline-{}-{ACCOUNT}", region.code),
                kind: text("V2"),
                supersedes: true,
                tags: pairs(&[("deployment", "wordpress")]),
                ago: SignedDuration::from_hours(24 * 200),
            };
            self.add_pipeline(plan);
            for (label, commit, hours) in RELEASES {
                let key = (region.code, region.environment);
                self.add_execution(key, commit, label, SignedDuration::from_hours(hours));
            }
        }
    }

    /// Adds a pipeline that has never run.
    pub(in crate::lab) fn add_pipeline(&mut self, plan: Plan) {
        let created = self.now.saturating_sub(plan.ago).unwrap_or(self.now);
        let stage = |(name, actions): (String, Vec<Action>)| Stage { name, actions, ..Stage::default() };
        let own = Pipeline {
            version: 1,
            role: format!("arn:aws:iam::{ACCOUNT}:role/{}", plan.role),
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

    /// Adds an execution that went through every stage with this commit; `deployed` is what its deploy actions made.
    pub(in crate::lab) fn add_execution(
        &mut self,
        (region, name): (&str, &str),
        commit: &str,
        deployed: &str,
        ago: SignedDuration,
    ) {
        let began = self.now.saturating_sub(ago).unwrap_or(self.now);
        let settings = self.codepipeline.settings.clone();
        let State { pipelines, rng, .. } = &mut self.codepipeline;
        let Some(own) = pipelines.get_mut(&(region.to_owned(), name.to_owned())) else { return };
        let id = uuid(rng);
        let (mut at, mut runs, mut revisions) = (began, Vec::new(), Vec::new());
        for (place, stage) in own.stages.iter_mut().enumerate() {
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
                    status: Status::Succeeded,
                    began: start,
                    changed: at,
                    summary: None,
                    external: Some(if source { commit } else { deployed }.to_owned()),
                    token: None,
                    error: None,
                });
            }
        }
        let rule = format!("arn:aws:events:{region}:{ACCOUNT}:rule/codepipeline-{APPLICATION}-main");
        own.executions.push(Execution {
            id,
            version: own.version,
            status: Status::Succeeded,
            began,
            changed: at,
            revisions,
            asked: BTreeMap::new(),
            trigger: ("CloudWatchEvent", rule),
            stop_reason: None,
            stage: own.stages.len().saturating_sub(1),
            stages: (0..own.stages.len()).map(|place| (place, Status::Succeeded)).collect(),
            runs,
        });
    }
}
