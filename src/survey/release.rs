//! Release: which pipeline releases to an environment, and what it released.
//! Invariant: no more pipelines are read than it takes to find the one, those with the likeliest names first.
//! Used by: region, discover.

use futures_util::join;

use super::model::{Known, Release, Unknown, known};
use crate::{
    aws::{Aws, Found, Pipeline},
    drill::model::Side,
};

/// So many pipelines are read at most, where an account has hundreds.
const MOST: usize = 10;

/// What releases to the side's environment.
pub(super) async fn of(aws: &Aws, found: &Found, side: Side) -> Known<Option<Release>> {
    let environment = known(&found.regions.of(side).environment)?;
    let Some(pipeline) = release_to(aws, side, &environment.name, &environment.application).await? else {
        return Ok(None);
    };
    let (executions, head) =
        join!(Box::pin(aws.pipeline_executions(side, &pipeline.name)), Box::pin(head(aws, side, &pipeline)));
    Ok(Some(Release { executions: executions.map_err(Unknown::from), head, pipeline }))
}

/// The region's pipeline that releases to the environment.
///
/// # Errors
/// Also if there are more pipelines than are read, and none of those read is it.
pub async fn release_to(
    aws: &Aws,
    side: Side,
    environment: &str,
    application: &str,
) -> Known<Option<Pipeline>> {
    let mut names = aws.pipelines(side).await?;
    names.sort_by_key(|name| (unlikely(name, environment, application), name.clone()));
    for name in names.iter().take(MOST) {
        let pipeline = aws.pipeline(side, name).await?;
        if pipeline.environments.iter().any(|own| own == environment) {
            return Ok(Some(pipeline));
        }
    }
    match names.len() {
        0..=MOST => Ok(None),
        many => Err(Unknown::because(format!(
            "{} has {many} pipelines, and none of the {MOST} with the likeliest names releases to {environment}",
            aws.region(side)
        ))),
    }
}

/// How unlikely it is by its name: 0 for the environment's own.
fn unlikely(name: &str, environment: &str, application: &str) -> u8 {
    match name {
        _ if name == environment => 0,
        _ if name.contains(environment) => 1,
        _ if name.contains(application) => 2,
        _ => 3,
    }
}

async fn head(aws: &Aws, side: Side, pipeline: &Pipeline) -> Known<Option<String>> {
    let Some((repository, branch)) = &pipeline.source else { return Ok(None) };
    Ok(Some(aws.branch_head(side, repository, branch).await?))
}
