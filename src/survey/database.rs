//! Database: instances, parameters and replication lag.
//! Invariant: parameters are read but where both sides have the same group of AWS's own: its values are the same in every
//! region. Groups of a person's own are regional, whatever they are called.
//! Used by: read.

use std::collections::BTreeSet;

use futures_util::join;

use super::model::{ClusterParameters, DatabaseSurvey, Known, Unknown, known};
use crate::{
    aws::{Aws, Cluster, DatabaseInstance, Datapoint, Found, FoundDatabase, Metric, MetricQuery},
    drill::model::{PerSide, Side},
};

/// Reads what is to be read; `None` if the deployment names no database.
pub(super) async fn read(aws: &Aws, found: &Found) -> Option<DatabaseSurvey> {
    let database = match &found.database {
        Ok(None) => return None,
        Ok(Some(database)) => database,
        Err(problem) => {
            let why = || Unknown::from(problem);
            return Some(DatabaseSurvey {
                instances: PerSide { primary: Err(why()), standby: Err(why()) },
                cluster_parameters: None,
                instance_parameters: None,
                lag: Err(why()),
            });
        }
    };
    let (primary, standby, lag) = join!(
        Box::pin(instances(aws, database, Side::Primary)),
        Box::pin(instances(aws, database, Side::Standby)),
        Box::pin(lag(aws, database)),
    );
    let instances = PerSide { primary, standby };
    let cluster_parameters = cluster_parameters(aws, database).await;
    let instance_parameters = instance_parameters(aws, &instances).await;
    Some(DatabaseSurvey { instances, cluster_parameters, instance_parameters, lag })
}

fn cluster(database: &FoundDatabase, side: Side) -> Known<Option<&Cluster>> {
    known(database.clusters.of(side)).map(Option::as_ref)
}

async fn instances(aws: &Aws, database: &FoundDatabase, side: Side) -> Known<Vec<DatabaseInstance>> {
    match cluster(database, side)? {
        None => Ok(Vec::new()),
        Some(cluster) => Ok(aws.database_instances(side, &cluster.id).await?),
    }
}

async fn cluster_parameters(aws: &Aws, database: &FoundDatabase) -> Option<ClusterParameters> {
    let primary = &cluster(database, Side::Primary).ok()??.parameter_group;
    let standby = &cluster(database, Side::Standby).ok()??.parameter_group;
    if !can_differ([primary], [standby]) {
        return None;
    }
    let (primary, standby) = join!(
        Box::pin(aws.cluster_parameters(Side::Primary, primary)),
        Box::pin(aws.cluster_parameters(Side::Standby, standby)),
    );
    Some(PerSide { primary: primary.map_err(Unknown::from), standby: standby.map_err(Unknown::from) })
}

/// True if two sides' parameter groups can set something else: all but the same ones of AWS's own, which nobody can change
/// (RDS user guide, "Overview of parameter groups").
pub fn can_differ<'g>(
    primary: impl IntoIterator<Item = &'g String>,
    standby: impl IntoIterator<Item = &'g String>,
) -> bool {
    let (primary, standby): (BTreeSet<&String>, BTreeSet<&String>) =
        (primary.into_iter().collect(), standby.into_iter().collect());
    primary != standby || !primary.iter().all(|name| name.starts_with("default.") || name.is_empty())
}

async fn instance_parameters(
    aws: &Aws,
    instances: &PerSide<Known<Vec<DatabaseInstance>>>,
) -> Option<ClusterParameters> {
    let of = |side: Side| {
        let all = instances.of(side).as_ref().ok()?.iter();
        Some(all.flat_map(|one| one.parameter_groups.keys()).collect::<BTreeSet<&String>>())
    };
    let (primary, standby) = (of(Side::Primary)?, of(Side::Standby)?);
    // With several groups on a side there is no one group to compare with: their names are told.
    let (Some(own), Some(other)) = (primary.first(), standby.first()) else { return None };
    let can_differ = can_differ(primary.iter().copied(), standby.iter().copied());
    if !can_differ || primary.len() > 1 || standby.len() > 1 {
        return None;
    }
    let (primary, standby) = join!(
        Box::pin(aws.instance_parameters(Side::Primary, own)),
        Box::pin(aws.instance_parameters(Side::Standby, other)),
    );
    Some(PerSide { primary: primary.map_err(Unknown::from), standby: standby.map_err(Unknown::from) })
}

/// The newest value that a region holds. AWS's pages do not agree on which region emits it: the reading side is asked
/// first, and the writing one only if that holds none. Nor do they agree on its dimensions: where none holds a value under
/// the cluster's name alone, both are asked which metrics they hold.
async fn lag(aws: &Aws, database: &FoundDatabase) -> Known<Option<Datapoint>> {
    let reader = database.writer.map_or(Side::Standby, Side::other);
    for side in [reader, reader.other()] {
        let Some(cluster) = cluster(database, side)? else { continue };
        if let Some(newest) = newest(aws, side, Metric::replication_lag(&cluster.id)).await? {
            return Ok(Some(newest));
        }
    }
    for side in [reader, reader.other()] {
        let Some(cluster) = cluster(database, side)? else { continue };
        let metrics = aws
            .metrics(side, Metric::LAG_NAMESPACE, Metric::LAG, (Metric::LAG_DIMENSION, &cluster.id))
            .await?;
        for metric in metrics.into_iter().filter(|metric| *metric != Metric::replication_lag(&cluster.id)) {
            if let Some(newest) = newest(aws, side, metric).await? {
                return Ok(Some(newest));
            }
        }
    }
    Ok(None)
}

async fn newest(aws: &Aws, side: Side, metric: Metric) -> Known<Option<Datapoint>> {
    let points = aws.metric_data(side, &MetricQuery::of_lag(metric, aws.clock().now().wall)).await?;
    Ok(points.into_iter().max_by_key(|point| point.at))
}

#[cfg(test)]
mod tests;
