//! What alarms say, and when.

use super::super::{
    alarm::{AlarmState, Watch},
    evaluate::verdict,
};
use super::*;

fn watch(periods: i64, needed: i64, missing: &'static str) -> Watch {
    Watch {
        statistic: "Maximum".to_owned(),
        unit: None,
        period: 60,
        periods,
        to_alarm: Some(needed),
        threshold: 1.0,
        comparison: "GreaterThanOrEqualToThreshold",
        missing: Some(missing),
    }
}

/// AWS: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data": the tables of that page; a row
/// is what was seen, oldest first (`X` breaching, `0` not, `-` missing), and what an alarm says for MISSING, IGNORE,
/// BREACHING, NOT BREACHING.
#[test]
fn missing_data_is_treated_as_the_guide_tables_say() {
    use AlarmState::{Alarm, Insufficient, Ok};
    let three_of_three = [
        ("0-X-X", [Some(Ok); 4]),
        ("0----", [Some(Ok); 4]),
        ("-----", [Some(Insufficient), None, Some(Alarm), Some(Ok)]),
        ("0XX-X", [Some(Alarm); 4]),
        ("--X--", [Some(Alarm), None, Some(Alarm), Some(Ok)]),
    ];
    let two_of_three = [
        ("0-X-X", [Some(Alarm); 4]),
        ("00X0X", [Some(Alarm); 4]),
        ("0-X--", [Some(Ok), Some(Ok), Some(Alarm), Some(Ok)]),
        ("----0", [Some(Ok), Some(Ok), Some(Alarm), Some(Ok)]),
        ("---X-", [Some(Alarm), None, Some(Alarm), Some(Ok)]),
    ];
    for (needed, rows) in [(3, three_of_three), (2, two_of_three)] {
        for (row, expected) in rows {
            let newest_first = row.chars().rev().enumerate();
            let seen = newest_first.filter_map(|(age, own)| match own {
                'X' => Some((i64::try_from(age).unwrap(), 1.0)),
                '0' => Some((i64::try_from(age).unwrap(), 0.0)),
                _ => None,
            });
            let seen: Vec<(i64, f64)> = seen.collect();
            for (missing, expected) in
                ["missing", "ignore", "breaching", "notBreaching"].into_iter().zip(expected)
            {
                let says = verdict(&watch(3, needed, missing), &seen);
                assert_eq!(says, expected, "{needed} of 3, {row}, {missing}");
            }
        }
    }
}

fn put(world: &mut World, value: &str) {
    let params =
        [("Namespace", "Site"), ("MetricData.1.MetricName", "Errors"), ("MetricData.1.Value", value)];
    ask(world, SEOUL.code, "PutMetricData", &params).unwrap();
}

fn put_alarm(world: &mut World, name: &str) {
    let params = [
        ("AlarmName", name),
        ("Namespace", "Site"),
        ("MetricName", "Errors"),
        ("Statistic", "Sum"),
        ("Period", "60"),
        ("EvaluationPeriods", "2"),
        ("DatapointsToAlarm", "1"),
        ("Threshold", "5"),
        ("ComparisonOperator", "GreaterThanThreshold"),
    ];
    ask(world, SEOUL.code, "PutMetricAlarm", &params).unwrap();
}

fn shown(world: &mut World, name: &str) -> Tree {
    let params =
        [("AlarmNames.1", name), ("AlarmTypes.1", "MetricAlarm"), ("AlarmTypes.2", "CompositeAlarm")];
    ask(world, SEOUL.code, "DescribeAlarms", &params).unwrap()
}

fn state(world: &mut World, name: &str) -> String {
    text(&shown(world, name), "MetricAlarms.0.StateValue")
}

/// AWS: PutMetricAlarm: "the alarm state is immediately set to INSUFFICIENT_DATA"; it turns with its metric, and back
/// to INSUFFICIENT_DATA when data stop; its history tells.
#[test]
fn an_alarm_lives_with_its_metric() {
    let mut world = world();
    put_alarm(&mut world, "errors");
    let new = shown(&mut world, "errors");
    assert_eq!(text(&new, "MetricAlarms.0.StateValue"), "INSUFFICIENT_DATA");
    assert_eq!(text(&new, "MetricAlarms.0.StateReason"), "Unchecked: Initial alarm creation");
    put(&mut world, "4");
    put(&mut world, "3");
    wait(&mut world, 100.0);
    assert_eq!(state(&mut world, "errors"), "ALARM");
    let reason = text(&shown(&mut world, "errors"), "MetricAlarms.0.StateReason");
    assert!(reason.starts_with("Threshold Crossed: 1 out of the last 2 datapoints [7.0 ("), "{reason}");
    assert!(reason.contains("was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM"));
    put(&mut world, "0");
    wait(&mut world, 600.0);
    assert_eq!(state(&mut world, "errors"), "INSUFFICIENT_DATA");
    let params = [("AlarmName", "errors"), ("HistoryItemType", "StateUpdate")];
    let history = ask(&mut world, SEOUL.code, "DescribeAlarmHistory", &params).unwrap();
    let told = items(&history, "AlarmHistoryItems");
    assert!(text(&told[0], "HistorySummary").ends_with("to INSUFFICIENT_DATA"), "newest first");
    let noted = world.truth().all().iter().filter(|note| note.what == "alarm.state").count();
    assert_eq!(noted, told.len(), "the truth tells each turn");
    ask(&mut world, SEOUL.code, "DeleteAlarms", &[("AlarmNames.1", "errors")]).unwrap();
    let gone = ask(&mut world, SEOUL.code, "DeleteAlarms", &[("AlarmNames.1", "errors")]);
    assert_eq!(gone.unwrap_err().code, "ResourceNotFound");
}

/// An alarm at rest makes no plans: its metric costs nothing while nothing changes.
#[test]
fn an_alarm_at_rest_does_nothing() {
    let mut world = world();
    let plans = |world: &World| world.cloudwatch.alarms.values().map(|alarm| alarm.plan).sum::<u64>();
    let before = plans(&world);
    wait(&mut world, 7_200.0);
    assert_eq!(plans(&world), before);
}

/// AWS: PutCompositeAlarm: a rule of ALARM(), OK(), INSUFFICIENT_DATA(), AND, OR, NOT over alarms that are there.
#[test]
fn a_composite_alarm_follows_its_children() {
    let mut world = world();
    put_alarm(&mut world, "errors");
    let rule =
        |rule: &str| [("AlarmName", "both"), ("AlarmRule", rule)].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let put_rule = |world: &mut World, text: &str| {
        let params = rule(text);
        let params: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        ask(world, SEOUL.code, "PutCompositeAlarm", &params).map_err(|fault| fault.code)
    };
    assert_eq!(put_rule(&mut world, "ALARM(nobody)").err(), Some("ValidationError"));
    assert_eq!(put_rule(&mut world, "ALARM(errors").err(), Some("ValidationError"));
    put_rule(&mut world, "ALARM(\"errors\") AND NOT OK(wordpress-seoul-health) OR FALSE").unwrap();
    let set = |world: &mut World, name: &str, state: &str| {
        let params = [("AlarmName", name), ("StateValue", state), ("StateReason", "a test")];
        ask(world, SEOUL.code, "SetAlarmState", &params).unwrap();
    };
    let both = |world: &mut World| text(&shown(world, "both"), "CompositeAlarms.0.StateValue");
    assert_eq!(both(&mut world), "OK");
    set(&mut world, "errors", "ALARM");
    assert_eq!(both(&mut world), "OK");
    set(&mut world, "wordpress-seoul-health", "ALARM");
    assert_eq!(both(&mut world), "ALARM");
    let children = [("ChildrenOfAlarmName", "both")];
    let reply = ask(&mut world, SEOUL.code, "DescribeAlarms", &children).unwrap();
    assert_eq!(items(&reply, "MetricAlarms").len(), 2);
}

/// AWS: PutMetricAlarm: what goes with what is refused with ValidationError.
#[test]
fn an_alarm_that_makes_no_sense_is_refused() {
    let mut world = world();
    let good = [
        ("AlarmName", "a"),
        ("Namespace", "Site"),
        ("MetricName", "Errors"),
        ("Statistic", "Sum"),
        ("Period", "60"),
        ("EvaluationPeriods", "2"),
        ("Threshold", "5"),
        ("ComparisonOperator", "GreaterThanThreshold"),
    ];
    for (name, value) in [
        ("Period", "61"),
        ("EvaluationPeriods", "0"),
        ("Statistic", "Median"),
        ("ComparisonOperator", "Greater"),
        ("DatapointsToAlarm", "3"),
        ("TreatMissingData", "guess"),
        ("EvaluationPeriods", "1441"),
    ] {
        let params: Vec<(&str, &str)> =
            good.into_iter().filter(|(own, _)| *own != name).chain([(name, value)]).collect();
        let fault = ask(&mut world, SEOUL.code, "PutMetricAlarm", &params).unwrap_err();
        assert_eq!(fault.code, "ValidationError", "{name}={value}");
    }
}

/// AWS: PutMetricData: a new metric is listed within fifteen minutes; GetMetricStatistics shows it sooner; nobody
/// publishes into `AWS/`.
#[test]
fn values_that_are_put_are_read_soon_and_listed_late() {
    let mut world = world();
    put(&mut world, "4");
    put(&mut world, "6");
    wait(&mut world, 31.0);
    let from = world.now().checked_sub(SignedDuration::from_mins(5)).unwrap().to_string();
    let until = world.now().checked_add(SignedDuration::from_mins(1)).unwrap().to_string();
    let mut asked = vec![
        ("Namespace", "Site"),
        ("MetricName", "Errors"),
        ("StartTime", from.as_str()),
        ("EndTime", until.as_str()),
        ("Period", "300"),
        ("Statistics.1", "Average"),
        ("Statistics.2", "SampleCount"),
    ];
    let reply = ask(&mut world, SEOUL.code, "GetMetricStatistics", &asked).unwrap();
    let sum: f64 = items(&reply, "Datapoints")
        .iter()
        .map(|point| match (member(point, "Average"), member(point, "SampleCount")) {
            (Some(Tree::Float(average)), Some(Tree::Float(count))) => average * count,
            other => panic!("{other:?}"),
        })
        .sum();
    assert_eq!(sum, 10.0);
    asked[4] = ("Period", "1");
    asked[2] = ("StartTime", "2026-09-20T00:00:00Z");
    let many = ask(&mut world, SEOUL.code, "GetMetricStatistics", &asked).unwrap_err();
    assert_eq!(many.code, "InvalidParameterCombination");
    let listed = |world: &mut World| {
        let reply = ask(world, SEOUL.code, "ListMetrics", &[("Namespace", "Site")]).unwrap();
        items(&reply, "Metrics").len()
    };
    assert_eq!(listed(&mut world), 0);
    wait(&mut world, 900.0);
    assert_eq!(listed(&mut world), 1);
    let params = [("Namespace", "AWS/EC2"), ("MetricData.1.MetricName", "X"), ("MetricData.1.Value", "1")];
    let refused = ask(&mut world, SEOUL.code, "PutMetricData", &params).unwrap_err();
    assert_eq!(refused.code, "InvalidParameterValue");
}

/// AWS: Application Load Balancer user guide, CloudWatch metrics: the balancer's own answers are told apart from its
/// targets'; they are counted by the minute and only where there is traffic.
#[test]
fn requests_are_counted_where_a_balancer_answers() {
    let mut world = world();
    let balancer = world.elb.balancers.keys().next().unwrap().clone();
    let region = balancer.split(':').nth(3).unwrap_or(&balancer).to_owned();
    let reference = crate::lab::world::reference::region(&region).unwrap();
    for _ in 0..3 {
        let outcome = crate::lab::world::testing::visit(&mut world, reference);
        world.measure_request(&balancer, &outcome);
    }
    wait(&mut world, 1_000.0);
    let reply = ask(&mut world, &region, "ListMetrics", &[("MetricName", "HTTPCode_Target_2XX_Count")]);
    assert_eq!(items(&reply.unwrap(), "Metrics").len(), 2);
    let none = ask(&mut world, &region, "ListMetrics", &[("MetricName", "HTTPCode_ELB_504_Count")]);
    assert!(items(&none.unwrap(), "Metrics").is_empty());
}
