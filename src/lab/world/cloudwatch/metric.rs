//! Metric: ListMetrics and GetMetricData.
//! Invariant: a datapoint that has not arrived yet is not answered.
//! Used by: `cloudwatch`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    invalid,
    series::{Key, Series, Sum},
    time,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// AWS: ListMetrics: up to five hundred metrics at a time.
const PAGE: usize = 500;

impl World {
    /// AWS: ListMetrics: a dimension without a value stands for any.
    pub(super) fn list_metrics(&self, call: &Call) -> Reply {
        let params = &call.params;
        let dimensions = params.list("Dimensions");
        let has = |key: &Key, dimension: &Params| {
            let (name, value) = (dimension.text("Name"), dimension.text("Value"));
            key.dimensions
                .iter()
                .any(|(own, held)| Some(*own) == name && value.is_none_or(|value| value == held))
        };
        let fits = |key: &&Key| {
            key.region == call.region
                && params.text("Namespace").is_none_or(|namespace| namespace == key.namespace)
                && params.text("MetricName").is_none_or(|metric| metric == key.metric)
                && dimensions.iter().all(|dimension| has(key, dimension))
        };
        let from = params.text("NextToken").map_or(Ok(0), str::parse::<usize>);
        let from = from.map_err(|_| invalid("Invalid NextToken"))?;
        let found: Vec<&Key> = self.cloudwatch.series.keys().filter(fits).collect();
        let page = found.iter().skip(from).take(PAGE).map(|key| metric_tree(key));
        let next = (found.len() > from + PAGE).then(|| Tree::Text((from + PAGE).to_string()));
        Ok(Tree::map([("Metrics", Tree::list("member", page)), ("NextToken", next)]))
    }

    /// AWS: GetMetricData: newest first unless told otherwise; the end of the time asked for is not part of it.
    pub(super) fn get_metric_data(&self, call: &Call) -> Reply {
        let params = &call.params;
        let moment = |name: &str| {
            let text = params.text(name).ok_or_else(|| missing(name))?;
            time(text).ok_or_else(|| invalid(format!("Invalid {name} '{text}'")))
        };
        let (from, until) = (moment("StartTime")?, moment("EndTime")?);
        if from >= until {
            return Err(AwsFault::new(400, "ValidationError", "StartTime must be before EndTime"));
        }
        let queries = params.list("MetricDataQueries");
        if queries.is_empty() {
            return Err(missing("MetricDataQueries"));
        }
        let oldest_first = params.text("ScanBy") == Some("TimestampAscending");
        let results: Result<Vec<Tree>, AwsFault> = queries
            .iter()
            .filter(|query| query.text("ReturnData") != Some("false"))
            .map(|query| self.metric_result(&call.region, query, (from, until), oldest_first))
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
            let message = "firedrill's lab does not evaluate metric math expressions";
            return Err(AwsFault::new(400, "ValidationError", message));
        }
        let id = query.text("Id").ok_or_else(|| missing("Id"))?;
        let stat = query.below("MetricStat");
        let statistic = stat.text("Stat").ok_or_else(|| missing("MetricStat.Stat"))?;
        let period: i64 = stat.text("Period").and_then(|period| period.parse().ok()).unwrap_or(0);
        if period <= 0 || period % 60 != 0 {
            return Err(AwsFault::new(400, "ValidationError", "Period must be a multiple of 60"));
        }
        let metric = stat.below("Metric");
        // AWS: MetricStat: a unit that the metric is not reported in finds nothing.
        let unit = stat.text("Unit");
        let series =
            self.series_named(region, &metric).filter(|series| unit.is_none_or(|unit| unit == series.unit));
        let mut points =
            series.map_or(Ok(Vec::new()), |s| statistics(s, self.now(), window, period, statistic))?;
        if !oldest_first {
            points.reverse();
        }
        let label = query.text("Label").or_else(|| metric.text("MetricName")).unwrap_or_default();
        Ok(Tree::map([
            ("Id", Tree::text(id)),
            ("Label", Tree::text(label)),
            ("Timestamps", Tree::list("member", points.iter().map(|(at, _)| Tree::Time(*at)))),
            ("Values", Tree::list("member", points.iter().map(|(_, value)| Tree::Float(*value)))),
            ("StatusCode", Tree::text("Complete")),
        ]))
    }

    /// The series of a query. AWS: the dimensions must be all of the metric's, in any order.
    fn series_named(&self, region: &str, metric: &Params) -> Option<&Series> {
        let named = |dimension: &Params| {
            Some((dimension.text("Name")?.to_owned(), dimension.text("Value")?.to_owned()))
        };
        let mut dimensions: Vec<(String, String)> =
            metric.list("Dimensions").iter().filter_map(named).collect();
        dimensions.sort();
        let fits = |key: &Key| {
            let own = key.dimensions.iter().map(|(name, value)| (*name, value.as_str()));
            key.region == region
                && Some(key.namespace) == metric.text("Namespace")
                && Some(key.metric) == metric.text("MetricName")
                && own.eq(dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        };
        self.cloudwatch.series.iter().find(|(key, _)| fits(key)).map(|(_, series)| series)
    }
}

/// A statistic of each period in the window, oldest first.
fn statistics(
    series: &Series,
    now: Timestamp,
    (from, until): (Timestamp, Timestamp),
    period: i64,
    statistic: &str,
) -> Result<Vec<(Timestamp, f64)>, AwsFault> {
    let begin = |at: Timestamp| at.as_second() - at.as_second().rem_euclid(period);
    let from = Timestamp::from_second(begin(from)).unwrap_or(from);
    let mut periods: BTreeMap<i64, Sum> = BTreeMap::new();
    for point in series.visible(now, from, until) {
        let sum = periods.entry(begin(point.at));
        sum.and_modify(|sum| *sum = sum.plus(point.sum)).or_insert(point.sum);
    }
    let value = |(at, sum): (i64, Sum)| {
        let unknown = || {
            let message = format!("firedrill's lab does not keep the statistic '{statistic}'");
            AwsFault::new(400, "ValidationError", message)
        };
        let value = sum.statistic(statistic).ok_or_else(unknown)?;
        Ok((Timestamp::from_second(at).unwrap_or(from), value))
    };
    periods.into_iter().map(value).collect()
}

fn metric_tree(key: &Key) -> Tree {
    Tree::map([
        ("Namespace", Tree::text(key.namespace)),
        ("MetricName", Tree::text(key.metric)),
        ("Dimensions", Some(dimensions_tree(key))),
    ])
}

/// A metric's dimensions as every operation lists them.
pub(super) fn dimensions_tree(key: &Key) -> Tree {
    let dimension = |(name, value): &(&'static str, String)| {
        Tree::map([("Name", Tree::text(*name)), ("Value", Tree::text(value))])
    };
    Tree::List("member", key.dimensions.iter().map(dimension).collect())
}

fn missing(name: &str) -> AwsFault {
    AwsFault::new(400, "MissingParameter", format!("The parameter {name} is required."))
}
