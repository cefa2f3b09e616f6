//! Cloudwatch: metrics and alarms.
//! Invariant: a datapoint carries the metric's own time; none is invented for a gap.
//! Not here: what a value means (see `probe`).
//! Used by: probes of lag and alarms; plan.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{
    AlarmType, Dimension, DimensionFilter, Metric as SdkMetric, MetricAlarm, MetricDataQuery, MetricStat,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::{Aws, AwsError, pages, text, time};
use crate::drill::model::Side;

/// A metric's full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// For example `AWS/RDS`.
    pub namespace: String,
    /// For example `AuroraGlobalDBReplicationLag`.
    pub name: String,
    /// Its dimensions.
    pub dimensions: BTreeMap<String, String>,
}

/// What to read of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricQuery {
    /// Which.
    pub metric: Metric,
    /// `Average`, `Maximum` …
    pub statistic: String,
    /// Seconds per datapoint.
    pub period: i32,
    /// From here.
    pub from: Timestamp,
    /// To here.
    pub to: Timestamp,
}

/// One value of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Datapoint {
    /// The start of its period.
    pub at: Timestamp,
    /// The value, in the metric's unit.
    pub value: f64,
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// What it watches; `None` for one that computes over several metrics.
    pub metric: Option<Metric>,
    /// True if it does what it is to do when it goes off.
    pub acts: bool,
    /// ARNs of what it does, whichever way it goes.
    pub actions: Vec<String>,
    /// `OK`, `ALARM`, `INSUFFICIENT_DATA`.
    pub state: String,
    /// AWS's words for why.
    pub reason: String,
    /// When it went there.
    pub since: Option<Timestamp>,
}

impl Aws {
    /// The metric's datapoints in the time asked for, oldest first.
    pub async fn metric_data(&self, side: Side, query: &MetricQuery) -> Result<Vec<Datapoint>, AwsError> {
        const OPERATION: &str = "cloudwatch:GetMetricData";
        let client = self.clients(side).await.cloudwatch.clone();
        let mut points = pages::all(OPERATION, async |from: Option<String>| {
            let call = client
                .get_metric_data()
                .metric_data_queries(sdk_query(query))
                .start_time(DateTime::from_secs(query.from.as_second()))
                .end_time(DateTime::from_secs(query.to.as_second()))
                .set_next_token(from)
                .send();
            let answer = self.send(&self.budgets(side).cloudwatch, OPERATION, call).await?;
            let point =
                |(at, value): (&DateTime, &f64)| Some(Datapoint { at: time(Some(at))?, value: *value });
            let points = answer.metric_data_results().iter();
            let points =
                points.flat_map(|r| r.timestamps().iter().zip(r.values()).filter_map(point)).collect();
            Ok((points, pages::marker(answer.next_token())))
        })
        .await?;
        points.sort_by_key(|point| point.at);
        Ok(points)
    }

    /// Metrics of this name whose dimensions include the given one.
    pub async fn metrics(
        &self,
        side: Side,
        namespace: &str,
        name: &str,
        dimension: (&str, &str),
    ) -> Result<Vec<Metric>, AwsError> {
        const OPERATION: &str = "cloudwatch:ListMetrics";
        let client = self.clients(side).await.cloudwatch.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let filter = DimensionFilter::builder().name(dimension.0).value(dimension.1).build();
            let call = client.list_metrics().namespace(namespace).metric_name(name).dimensions(filter);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).cloudwatch, OPERATION, call).await?;
            let metrics = answer.metrics().iter().map(own_metric).collect();
            Ok((metrics, pages::marker(answer.next_token())))
        })
        .await
    }

    /// The alarm called `name`.
    ///
    /// # Errors
    /// `Absent` if there is none: AWS answers an unknown name with an empty list.
    pub async fn alarm(&self, side: Side, name: &str) -> Result<Alarm, AwsError> {
        const OPERATION: &str = "cloudwatch:DescribeAlarms";
        let call = self.clients(side).await.cloudwatch.describe_alarms().alarm_names(name).send();
        let answer = self.send(&self.budgets(side).cloudwatch, OPERATION, call).await?;
        let Some(found) = answer.metric_alarms().iter().find(|alarm| alarm.alarm_name() == Some(name)) else {
            return Err(AwsError::absent(
                OPERATION,
                format!("no alarm called {name} in {}", self.region(side)),
            ));
        };
        Ok(own_alarm(found))
    }

    /// Every alarm of the region that watches metrics.
    pub async fn alarms(&self, side: Side) -> Result<Vec<Alarm>, AwsError> {
        const OPERATION: &str = "cloudwatch:DescribeAlarms";
        let client = self.clients(side).await.cloudwatch.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_alarms().alarm_types(AlarmType::MetricAlarm).max_records(100);
            let call = call.set_next_token(from).send();
            let answer = self.send(&self.budgets(side).cloudwatch, OPERATION, call).await?;
            let found = answer.metric_alarms().iter().map(own_alarm).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }
}

fn sdk_query(query: &MetricQuery) -> MetricDataQuery {
    let dimensions = query.metric.dimensions.iter();
    let dimensions =
        dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect();
    let metric = SdkMetric::builder()
        .namespace(&query.metric.namespace)
        .metric_name(&query.metric.name)
        .set_dimensions(Some(dimensions))
        .build();
    let stat = MetricStat::builder().metric(metric).period(query.period).stat(&query.statistic).build();
    MetricDataQuery::builder().id("m0").metric_stat(stat).return_data(true).build()
}

fn own_alarm(from: &MetricAlarm) -> Alarm {
    let metric = from.metric_name().map(|name| Metric {
        namespace: text(from.namespace()),
        name: name.to_owned(),
        dimensions: from.dimensions().iter().map(|d| (text(d.name()), text(d.value()))).collect(),
    });
    Alarm {
        name: text(from.alarm_name()),
        metric,
        acts: from.actions_enabled().unwrap_or(true),
        actions: [from.alarm_actions(), from.ok_actions(), from.insufficient_data_actions()].concat(),
        state: text(from.state_value().map(|s| s.as_str())),
        reason: text(from.state_reason()),
        since: time(from.state_transitioned_timestamp().or(from.state_updated_timestamp())),
    }
}

fn own_metric(metric: &SdkMetric) -> Metric {
    let dimensions = metric.dimensions().iter();
    Metric {
        namespace: text(metric.namespace()),
        name: text(metric.metric_name()),
        dimensions: dimensions.map(|d| (text(d.name()), text(d.value()))).collect(),
    }
}
