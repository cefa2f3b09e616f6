//! Metric: ListMetrics, GetMetricData and GetMetricStatistics.
//! Invariant: a datapoint that has not arrived yet is not answered.
//! Not here: how datapoints come about (see `window`).
//! Used by: `cloudwatch`.

use jiff::{SignedDuration, Timestamp};

use super::{
    params::{dimensions_tree, invalid, metric_key, missing, moment, page, required, validation, whole},
    series::{Key, Series, Sum},
    window::Looker,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// AWS: ListMetrics: up to five hundred metrics at a time.
const PAGE: usize = 500;
/// AWS: ListMetrics: not the metrics that have had no value for two weeks.
const LISTED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// AWS: ListMetrics: RecentlyActive PT3H.
const RECENT: SignedDuration = SignedDuration::from_hours(3);
/// AWS: GetMetricStatistics: datapoints of one call.
const MOST_POINTS: i64 = 1_440;

impl World {
    /// AWS: ListMetrics: a dimension without a value stands for any; a new metric takes up to fifteen minutes.
    pub(super) fn list_metrics(&self, call: &Call) -> Reply {
        let params = &call.params;
        let dimensions = params.list("Dimensions");
        let recent = match params.text("RecentlyActive") {
            None => None,
            Some("PT3H") => Some(RECENT),
            Some(other) => {
                return Err(invalid(format!("The value {other} for parameter RecentlyActive is invalid.")));
            }
        };
        let now = self.now();
        let fits = |(key, series): &(&Key, &Series)| {
            let idle = series.last_value(now).map(|last| now.duration_since(last));
            series.listed <= now
                && idle.is_some_and(|idle| idle <= recent.unwrap_or(LISTED_FOR))
                && params.text("Namespace").is_none_or(|namespace| namespace == key.namespace)
                && params.text("MetricName").is_none_or(|metric| metric == key.metric)
                && dimensions.iter().all(|dimension| has(key, dimension))
        };
        let found: Vec<&Key> = self.series_in(&call.region).filter(fits).map(|(key, _)| key).collect();
        let (found, next) = page(params, found, "MaxResults", (PAGE, PAGE))?;
        let tree = |key: &Key| {
            Tree::map([
                ("Namespace", Tree::text(&key.namespace)),
                ("MetricName", Tree::text(&key.metric)),
                ("Dimensions", Some(dimensions_tree(key))),
            ])
        };
        Ok(Tree::map([("Metrics", Tree::list("member", found.into_iter().map(tree))), ("NextToken", next)]))
    }

    /// The metrics of a region.
    fn series_in(&self, region: &str) -> impl Iterator<Item = (&Key, &Series)> {
        let from = Key::new(region, "", "", &[]);
        let region = region.to_owned();
        self.cloudwatch.series.range(from..).take_while(move |(key, _)| key.region == region)
    }

    /// AWS: GetMetricData: newest first unless told otherwise; the end of the time asked for is not part of it.
    pub(super) fn get_metric_data(&self, call: &Call) -> Reply {
        let params = &call.params;
        let window = (moment(params, "StartTime")?, moment(params, "EndTime")?);
        if window.0 >= window.1 {
            return Err(validation("The parameter EndTime must be greater than StartTime."));
        }
        let queries = params.list("MetricDataQueries");
        if queries.is_empty() {
            return Err(missing("MetricDataQueries"));
        }
        if queries.len() > 500 {
            return Err(validation(
                "The collection MetricDataQueries must not have a size greater than 500.",
            ));
        }
        let mut ids: Vec<&str> = queries.iter().filter_map(|query| query.text("Id")).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(validation("The values for parameter id in MetricDataQueries are not unique."));
        }
        let oldest_first = params.text("ScanBy") == Some("TimestampAscending");
        let results: Result<Vec<Tree>, AwsFault> = queries
            .iter()
            .filter(|query| query.text("ReturnData") != Some("false"))
            .map(|query| self.metric_result(&call.region, query, window, oldest_first))
            .collect();
        Ok(Tree::map([
            ("MetricDataResults", Tree::list("member", results?)),
            ("Messages", Tree::list("member", [])),
        ]))
    }

    fn metric_result(
        &self,
        region: &str,
        query: &Params,
        window: (Timestamp, Timestamp),
        oldest_first: bool,
    ) -> Result<Tree, AwsFault> {
        if query.has("Expression") {
            return Err(validation("firedrill's lab does not evaluate metric math expressions"));
        }
        let id = required(query, "Id")?;
        let letters = |own: char| own.is_ascii_alphanumeric() || own == '_';
        if !id.starts_with(|first: char| first.is_ascii_lowercase()) || !id.chars().all(letters) {
            return Err(validation(format!(
                "The value {id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
            )));
        }
        let stat = query.below("MetricStat");
        let statistic = stat.text("Stat").ok_or_else(|| missing("MetricStat.Stat"))?;
        let period = whole(&stat, "Period")?.ok_or_else(|| missing("MetricStat.Period"))?;
        let key = metric_key(region, &stat.below("Metric"))?;
        // AWS: MetricStat: a unit that the metric is not reported in finds nothing.
        let unit = stat.text("Unit");
        let series = self.cloudwatch.series.get(&key);
        let series = series.filter(|series| unit.is_none_or(|unit| unit == series.unit));
        known_statistic(statistic)?;
        let mut points = self.points(series, window, period)?;
        if !oldest_first {
            points.reverse();
        }
        let value = |sum: &Sum| sum.statistic(statistic).map(Tree::Float);
        let label = query.text("Label").unwrap_or(&key.metric);
        Ok(Tree::map([
            ("Id", Tree::text(id)),
            ("Label", Tree::text(label)),
            ("Timestamps", Tree::list("member", points.iter().map(|(at, _)| Tree::Time(*at)))),
            ("Values", Tree::list("member", points.iter().filter_map(|(_, sum)| value(sum)))),
            ("StatusCode", Tree::text("Complete")),
        ]))
    }

    /// AWS: GetMetricStatistics: up to 1,440 datapoints, in no promised order; either statistics or percentiles.
    pub(super) fn get_metric_statistics(&self, call: &Call) -> Reply {
        let params = &call.params;
        let key = metric_key(&call.region, params)?;
        let window = (moment(params, "StartTime")?, moment(params, "EndTime")?);
        let period = whole(params, "Period")?.ok_or_else(|| missing("Period"))?;
        if window.0 >= window.1 {
            return Err(invalid("The parameter StartTime must be less than the parameter EndTime."));
        }
        let statistics = params.texts("Statistics");
        if params.has("ExtendedStatistics") {
            return Err(invalid("firedrill's lab does not keep percentiles"));
        }
        if statistics.is_empty() {
            return Err(missing("Statistics"));
        }
        for statistic in &statistics {
            known_statistic(statistic)?;
        }
        let asked = (window.1.as_second() - window.0.as_second()) / period;
        if asked > MOST_POINTS {
            return Err(AwsFault::new(
                400,
                "InvalidParameterCombination",
                format!(
                    "You have requested up to {asked} datapoints, which exceeds the limit of {MOST_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range."
                ),
            ));
        }
        let unit = params.text("Unit");
        let series = self.cloudwatch.series.get(&key);
        let series = series.filter(|series| unit.is_none_or(|unit| unit == series.unit));
        let unit = series.map(|series| series.unit.clone()).unwrap_or_default();
        let tree = |(at, sum): (Timestamp, Sum)| {
            let value = |name: &str| {
                let wanted = statistics.iter().any(|own| own == name);
                sum.statistic(name).filter(|_| wanted).map(Tree::Float)
            };
            Tree::map([
                ("Timestamp", Some(Tree::Time(at))),
                ("SampleCount", value("SampleCount")),
                ("Average", value("Average")),
                ("Sum", value("Sum")),
                ("Minimum", value("Minimum")),
                ("Maximum", value("Maximum")),
                ("Unit", Tree::text(&unit)),
            ])
        };
        let points = self.points(series, window, period)?;
        Ok(Tree::map([
            ("Label", Tree::text(&key.metric)),
            ("Datapoints", Tree::list("member", points.into_iter().map(tree))),
        ]))
    }

    /// What each period in the window came to, oldest first. AWS: the start is rounded down to a whole period.
    fn points(
        &self,
        series: Option<&Series>,
        (from, until): (Timestamp, Timestamp),
        period: i64,
    ) -> Result<Vec<(Timestamp, Sum)>, AwsFault> {
        if period % 60 != 0 && ![1, 5, 10, 20, 30].contains(&period) {
            return Err(validation("Period must be 1, 5, 10, 20, 30 or a multiple of 60."));
        }
        let Some(series) = series else { return Ok(Vec::new()) };
        let begin = from.as_second() - from.as_second().rem_euclid(period);
        // What has not happened yet, and what is older than the world, has no datapoints.
        let begin = begin.max(self.cloudwatch.since - self.cloudwatch.since.rem_euclid(period));
        let end = until.as_second().min(self.now().as_second() + 1);
        let count = usize::try_from(period).unwrap_or(usize::MAX);
        let one = |second: i64| {
            let sum = self.total(series, (second, second + period), self.now(), Looker::Caller)?;
            Some((Timestamp::from_second(second).ok()?, sum))
        };
        Ok((begin..end).step_by(count).filter_map(one).collect())
    }
}

fn has(key: &Key, dimension: &Params) -> bool {
    let (name, value) = (dimension.text("Name"), dimension.text("Value"));
    let own = |(own, held): &(String, String)| {
        Some(own.as_str()) == name && value.is_none_or(|value| value == held)
    };
    key.dimensions.iter().any(own)
}

fn known_statistic(statistic: &str) -> Result<(), AwsFault> {
    match Sum::of(0.0).statistic(statistic) {
        Some(_) => Ok(()),
        None => Err(validation(format!("firedrill's lab does not keep the statistic '{statistic}'"))),
    }
}
