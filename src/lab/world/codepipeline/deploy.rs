//! Deploy: what a deploy action does to a Beanstalk environment.
//! Invariant: the action succeeds only if the environment ends up running the version that the action made.
//! Not here: deployments to anything else, which only take their time.
//! Used by: `run`.

use super::{
    model::Action,
    run::{Key, Outcome},
};
use crate::lab::world::World;

impl World {
    /// Makes a version of the artifact and gives it to the environment.
    pub(super) fn begin_deploy(
        &mut self,
        key: &Key,
        id: &str,
        run: &str,
        action: &Action,
    ) -> Result<(), (&'static str, String)> {
        let Some((application, environment)) = target(action) else { return Ok(()) };
        let revision =
            self.codepipeline.execution_mut(key, id).and_then(|own| own.revisions.first().cloned());
        let Some(revision) = revision else {
            return Err(("InternalError", "The action has no input artifact.".to_owned()));
        };
        let artifact = action.inputs.first().cloned().unwrap_or_default();
        let millis = self.now().as_millisecond();
        let label = format!("code-pipeline-{millis}-{artifact}-{}", revision.id);
        let bucket = self.codepipeline.pipelines.get(key).map(|own| own.bucket.clone()).unwrap_or_default();
        let place = format!("{}/{artifact}/{}", key.1, &revision.id.get(..7).unwrap_or_default());
        let made = self.deploy_version(
            (&key.0, &application, &environment),
            &label,
            &format!("{} ({})", revision.summary, revision.id),
            (bucket, place),
        );
        made.map_err(|message| ("JobFailed", message))?;
        if let Some(execution) = self.codepipeline.execution_mut(key, id)
            && let Some(own) = execution.runs.iter_mut().find(|own| own.id == run)
        {
            own.external = Some(label);
        }
        Ok(())
    }

    /// Whether the environment is done with the action's version.
    pub(super) fn look_at_deploy(&mut self, key: &Key, run: &str, action: &Action) -> Outcome {
        let Some((_, environment)) = target(action) else { return Outcome::Done(None) };
        let label = self.codepipeline.run_of(key, run).and_then(|own| own.external.clone());
        let label = label.unwrap_or_default();
        match self.deployed_version(&key.0, &environment) {
            None => {
                let message = format!("No Environment found for EnvironmentName = '{environment}'.");
                Outcome::Failed("JobFailed", message)
            }
            Some((_, true)) => Outcome::Pending,
            Some((version, false)) if version == label => Outcome::Done(None),
            Some(_) => {
                let message = format!(
                    "Deployment of version {label} to environment {environment} failed: Failed to deploy application."
                );
                Outcome::Failed("JobFailed", message)
            }
        }
    }
}

/// The application and the environment that an action deploys to, if it does.
fn target(action: &Action) -> Option<(String, String)> {
    let of = |name: &str| action.configuration.get(name).cloned();
    (action.provider == "ElasticBeanstalk").then_some((of("ApplicationName")?, of("EnvironmentName")?))
}
