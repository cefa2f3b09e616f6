//! Codecommit: the head of a branch.
//! Not here: what has been released of it (see `codepipeline`).
//! Used by: survey.

use super::{Aws, AwsError};
use crate::drill::model::Side;

impl Aws {
    /// The commit at the head of a branch.
    ///
    /// # Errors
    /// Of class `Absent` if there is no such repository or branch.
    pub async fn branch_head(&self, side: Side, repository: &str, branch: &str) -> Result<String, AwsError> {
        const OPERATION: &str = "codecommit:GetBranch";
        let call = self.clients(side).await.codecommit.get_branch();
        let call = call.repository_name(repository).branch_name(branch).send();
        let answer = self.send(&self.budgets(side).codecommit, OPERATION, call).await?;
        let commit = answer.branch().and_then(|branch| branch.commit_id());
        commit.map(str::to_owned).ok_or_else(|| {
            AwsError::incomplete(OPERATION, format!("the answer for {repository} {branch} holds no commit"))
        })
    }
}
