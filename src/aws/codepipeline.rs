//! Codepipeline: the pipelines that release to the environments.
//! Invariant: executions are newest first, as AWS lists them.
//! Not here: the repositories (see `codecommit`).
//! Used by: survey, discover.

use aws_sdk_codepipeline::types as sdk;
use jiff::Timestamp;

use super::{Aws, AwsError, pages, text, time};
use crate::drill::model::Side;

/// One pipeline: where it takes from, and where it releases to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its source, if that is CodeCommit: repository and branch.
    pub source: Option<(String, String)>,
    /// Its sources' provider: `CodeCommit`, `CodeStarSourceConnection`, `S3` …
    pub provider: String,
    /// The Beanstalk environments of its own region that it releases to.
    pub environments: Vec<String>,
}

/// One execution of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineExecution {
    /// Its id.
    pub id: String,
    /// `Succeeded`, `Failed`, `InProgress`, `Stopped`, `Superseded` …
    pub status: String,
    /// The revisions that it released.
    pub revisions: Vec<String>,
    /// When it began.
    pub began: Option<Timestamp>,
}

/// How far back a last success is looked for: more than a month of releases for most.
const EXECUTIONS: i32 = 50;

impl Aws {
    /// The names of the region's pipelines.
    pub async fn pipelines(&self, side: Side) -> Result<Vec<String>, AwsError> {
        const OPERATION: &str = "codepipeline:ListPipelines";
        let client = self.clients(side).await.codepipeline.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.list_pipelines().max_results(1000).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).codepipeline, OPERATION, call).await?;
            let names = answer.pipelines().iter().map(|pipeline| text(pipeline.name())).collect();
            Ok((names, pages::marker(answer.next_token())))
        })
        .await
    }

    /// The pipeline called `name`.
    pub async fn pipeline(&self, side: Side, name: &str) -> Result<Pipeline, AwsError> {
        const OPERATION: &str = "codepipeline:GetPipeline";
        let call = self.clients(side).await.codepipeline.get_pipeline().name(name).send();
        let answer = self.send(&self.budgets(side).codepipeline, OPERATION, call).await?;
        let found = answer.pipeline().map(|own| pipeline(own, self.region(side)));
        found.ok_or_else(|| {
            AwsError::incomplete(OPERATION, format!("the answer for {name} holds no pipeline"))
        })
    }

    /// The newest executions of the pipeline called `name`, newest first.
    pub async fn pipeline_executions(
        &self,
        side: Side,
        name: &str,
    ) -> Result<Vec<PipelineExecution>, AwsError> {
        const OPERATION: &str = "codepipeline:ListPipelineExecutions";
        let call = self.clients(side).await.codepipeline.list_pipeline_executions();
        let call = call.pipeline_name(name).max_results(EXECUTIONS).send();
        let answer = self.send(&self.budgets(side).codepipeline, OPERATION, call).await?;
        Ok(answer.pipeline_execution_summaries().iter().map(execution).collect())
    }
}

fn pipeline(from: &sdk::PipelineDeclaration, region: &str) -> Pipeline {
    let actions: Vec<&sdk::ActionDeclaration> =
        from.stages().iter().flat_map(|stage| stage.actions()).collect();
    let provider = |action: &sdk::ActionDeclaration| {
        action.action_type_id().map(|kind| kind.provider().to_owned()).unwrap_or_default()
    };
    let category = |action: &sdk::ActionDeclaration| {
        action.action_type_id().map(|kind| kind.category().as_str().to_owned()).unwrap_or_default()
    };
    let said = |action: &sdk::ActionDeclaration, key: &str| {
        action.configuration().and_then(|all| all.get(key)).cloned()
    };
    let source = actions.iter().find(|action| category(action) == "Source");
    let repository = source.and_then(|action| {
        (provider(action) == "CodeCommit")
            .then(|| Some((said(action, "RepositoryName")?, said(action, "BranchName")?)))?
    });
    let here = |action: &&&sdk::ActionDeclaration| action.region().is_none_or(|own| own == region);
    let deploys = actions.iter().filter(|action| provider(action) == "ElasticBeanstalk").filter(here);
    Pipeline {
        name: from.name().to_owned(),
        source: repository,
        provider: source.map(|action| provider(action)).unwrap_or_default(),
        environments: deploys.filter_map(|action| said(action, "EnvironmentName")).collect(),
    }
}

fn execution(from: &sdk::PipelineExecutionSummary) -> PipelineExecution {
    let revisions = from.source_revisions().iter().filter_map(|source| source.revision_id());
    PipelineExecution {
        id: text(from.pipeline_execution_id()),
        status: text(from.status().map(|status| status.as_str())),
        revisions: revisions.map(str::to_owned).collect(),
        began: time(from.start_time()),
    }
}
