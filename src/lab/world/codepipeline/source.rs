//! Source: where executions come from.
//! Invariant: an execution takes the commit that was asked for, or else the head of the branch at that moment.
//! Not here: sources other than CodeCommit.
//! Used by: `run`, `codecommit`.

use super::{
    model::{Action, Revision},
    run::{Key, Outcome},
};
use crate::lab::world::World;

/// The rule of EventBridge that starts the pipelines of a branch.
pub(super) fn pipeline_rule(region: &str, account: &str, repository: &str, branch: &str) -> String {
    format!("arn:aws:events:{region}:{account}:rule/codepipeline-{repository}-{branch}")
}

impl World {
    /// A branch has a new head: the pipelines that watch it start.
    pub(in crate::lab) fn branch_moved(&mut self, region: &str, repository: &str, branch: &str) {
        if !self.codepipeline.settings.starts_on_commit {
            return;
        }
        let watches = |action: &Action| {
            let is = |name: &str, value: &str| action.configuration.get(name).is_some_and(|own| own == value);
            action.provider == "CodeCommit" && is("RepositoryName", repository) && is("BranchName", branch)
        };
        let mine = self.codepipeline.pipelines.iter().filter(|((own, _), pipeline)| {
            own == region && pipeline.stages.iter().flat_map(|stage| &stage.actions).any(watches)
        });
        let keys: Vec<Key> = mine.map(|(key, _)| key.clone()).collect();
        for key in keys {
            let rule = pipeline_rule(region, self.account(), repository, branch);
            self.start_execution(&key, ("CloudWatchEvent", rule), Default::default());
        }
    }

    /// A source action takes the commit that was asked for, or the head of its branch.
    pub(super) fn take_source(&mut self, key: &Key, id: &str, action: &Action) -> Outcome {
        let now = self.now();
        let of = |name: &str| action.configuration.get(name).map(String::as_str).unwrap_or_default();
        let (repository, branch) = (of("RepositoryName").to_owned(), of("BranchName").to_owned());
        let asked =
            self.codepipeline.execution_mut(key, id).and_then(|own| own.asked.get(&action.name).cloned());
        let found = match &asked {
            Some(commit) => {
                let summary = self.codecommit.summary(&key.0, &repository, commit);
                summary.map(|summary| (commit.clone(), summary.to_owned()))
            }
            None => {
                let head = self.codecommit.head(&key.0, &repository, &branch);
                head.map(|(commit, summary)| (commit.to_owned(), summary.to_owned()))
            }
        };
        let Some((commit, summary)) = found else {
            let message = format!(
                "The action failed because no branch named {branch} was found in the selected AWS CodeCommit \
                 repository {repository}. Make sure you are using the correct branch name, and then try again."
            );
            return Outcome::Failed("ConfigurationError", message);
        };
        let url = format!(
            "https://{region}.console.aws.amazon.com/codecommit/home#/repository/{repository}/commit/{commit}",
            region = key.0
        );
        let revision = Revision {
            action: action.name.clone(),
            artifact: action.outputs.first().cloned().unwrap_or_default(),
            id: commit.clone(),
            summary,
            url,
            at: now,
        };
        if let Some(execution) = self.codepipeline.execution_mut(key, id) {
            execution.revisions.push(revision);
        }
        Outcome::Done(Some(commit))
    }
}
