//! Put: values that callers publish, and requests that balancers serve.
//! Invariant: a value belongs to the minute, or the second, that it names; nobody publishes into AWS's namespaces.
//! Used by: `cloudwatch`; the site counts what it serves.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    params::{invalid, metric_of, missing, number, required, time},
    series::{Key, Measure, Point, Sum},
};
use crate::{
    clock::later,
    lab::world::{
        World, arn,
        call::{AwsFault, Call, Params, Reply, Tree},
        site::SiteOutcome,
    },
};

impl World {
    /// AWS: PutMetricData: up to a thousand metrics; from two weeks ago to two hours ahead.
    pub(super) fn put_metric_data(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let namespace = required(params, "Namespace")?;
        if namespace.starts_with("AWS/") {
            return Err(invalid(
                "The value AWS/ for parameter Namespace is invalid: it is reserved for AWS services.",
            ));
        }
        let data = params.list("MetricData");
        if data.is_empty() {
            return Err(missing("MetricData"));
        }
        if data.len() > 1_000 {
            return Err(invalid("The collection MetricData must not have a size greater than 1000."));
        }
        // All or nothing: every datum is read before the first is kept.
        let read = data.iter().map(|datum| self.datum(&call.region, namespace, datum));
        let read: Vec<Datum> = read.collect::<Result<_, AwsFault>>()?;
        let takes = self.cloudwatch.settings.put_visible.draw(&mut self.cloudwatch.rng);
        let visible = later(self.now(), takes);
        for Datum { key, unit, second, sum } in read {
            self.count(&key, &unit, second, sum, Some(visible));
        }
        Ok(Tree::Map(Vec::new()))
    }

    fn datum(&self, region: &str, namespace: &str, datum: &Params) -> Result<Datum, AwsFault> {
        let key = metric_of(region, namespace, datum)?;
        let at = match datum.text("Timestamp") {
            None => self.now(),
            Some(text) => time(text).ok_or_else(|| {
                invalid(format!("The value {text} for parameter MetricData.Timestamp is invalid."))
            })?,
        };
        let age = self.now().duration_since(at);
        if age > SignedDuration::from_hours(14 * 24) || age < SignedDuration::from_hours(-2) {
            let message = "The parameter MetricData.Timestamp must specify a time within the past two weeks.";
            return Err(invalid(message));
        }
        let exact = datum.text("StorageResolution") == Some("1");
        let second = if exact { at.as_second() } else { super::window::minute_of(at) };
        let unit = datum.text("Unit").unwrap_or("None").to_owned();
        Ok(Datum { key, unit, second, sum: sum_of(datum)? })
    }

    /// Adds values to a metric's minute or second.
    fn count(&mut self, key: &Key, unit: &str, second: i64, sum: Sum, visible: Option<Timestamp>) {
        if !self.cloudwatch.series.contains_key(key) {
            self.add_series(key, unit, Measure::Counted(BTreeMap::new()), None);
        }
        let Some(series) = self.cloudwatch.series.get_mut(key) else { return };
        let Measure::Counted(points) = &mut series.measure else { return };
        let add = |point: &mut Point| {
            point.sum = point.sum.plus(sum);
            point.visible = point.visible.max(visible);
        };
        let first = !points.contains_key(&second);
        points.entry(second).and_modify(add).or_insert(Point { sum, visible });
        // AWS keeps values of one minute for fifteen days.
        let oldest = self.now.as_second() - 15 * 24 * 3_600;
        while points.first_key_value().is_some_and(|(second, _)| *second < oldest) {
            points.pop_first();
        }
        if first || visible.is_some() {
            self.wake_alarms(key);
        }
    }

    /// A balancer answered a request. AWS: Application Load Balancer user guide, CloudWatch metrics: its own answers
    /// are `HTTPCode_ELB_…`, those of its targets `HTTPCode_Target_…`.
    pub(in crate::lab) fn measure_request(&mut self, balancer: &str, outcome: &SiteOutcome) {
        let SiteOutcome::Answer { status, headers, after, .. } = outcome else { return };
        let Some((path, group)) = self.balancer_dimensions(balancer) else { return };
        let region = arn::region(balancer).to_owned();
        let own = headers.iter().any(|(name, value)| name == "Server" && value.starts_with("awselb/"));
        let class = status / 100;
        let mut counts = vec![("RequestCount".to_owned(), "Count", 1.0)];
        if own {
            counts.push((format!("HTTPCode_ELB_{class}XX_Count"), "Count", 1.0));
            if [500, 502, 503, 504].contains(status) {
                counts.push((format!("HTTPCode_ELB_{status}_Count"), "Count", 1.0));
            }
            if matches!(status, 502 | 504) {
                counts.push(("TargetConnectionErrorCount".to_owned(), "Count", 1.0));
            }
        } else {
            counts.push((format!("HTTPCode_Target_{class}XX_Count"), "Count", 1.0));
            counts.push(("TargetResponseTime".to_owned(), "Seconds", after.as_secs_f64()));
        }
        let second = super::window::minute_of(self.now());
        for (metric, unit, value) in counts {
            let whole = [("LoadBalancer", path.as_str())];
            let part = [("LoadBalancer", path.as_str()), ("TargetGroup", group.as_str())];
            let of_group = !metric.starts_with("HTTPCode_ELB_");
            for dimensions in [Some(&whole[..]), Some(&part[..]).filter(|_| of_group)].into_iter().flatten() {
                let key = Key::new(&region, "AWS/ApplicationELB", &metric, dimensions);
                self.count(&key, unit, second, Sum::of(value), None);
            }
        }
    }
}

/// One metric's part of a request.
struct Datum {
    key: Key,
    unit: String,
    second: i64,
    sum: Sum,
}

/// AWS: MetricDatum: a value, values with their counts, or a set of statistics.
fn sum_of(datum: &Params) -> Result<Sum, AwsFault> {
    if datum.has("StatisticValues") {
        let set = datum.below("StatisticValues");
        let need = |name: &str| number(&set, name)?.ok_or_else(|| missing(name));
        return Ok(Sum {
            count: need("SampleCount")?,
            sum: need("Sum")?,
            low: need("Minimum")?,
            high: need("Maximum")?,
        });
    }
    let values = datum.texts("Values");
    if values.is_empty() {
        return Ok(Sum::of(number(datum, "Value")?.ok_or_else(|| missing("MetricData.Value"))?));
    }
    let counts = datum.texts("Counts");
    if !counts.is_empty() && counts.len() != values.len() {
        return Err(invalid("The parameters Values and Counts must be of the same size."));
    }
    let parse = |text: &String| {
        let wrong = || invalid(format!("The value {text} for parameter MetricData.Values is invalid."));
        text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong)
    };
    let mut sums = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let (value, count) = (parse(value)?, counts.get(place).map_or(Ok(1.0), parse)?);
        sums.push(Sum { count, sum: value * count, low: value, high: value });
    }
    sums.into_iter().reduce(Sum::plus).ok_or_else(|| missing("MetricData.Value"))
}
