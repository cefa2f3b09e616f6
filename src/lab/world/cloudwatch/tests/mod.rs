//! What metrics and alarms show.

mod alarm;

use jiff::{SignedDuration, Timestamp};

use crate::lab::world::{
    World,
    call::{Reply, Service, Tree},
    reference::{SEOUL, TOKYO},
    testing::{call, items, member, seeded, text, wait, world},
};

fn ask(world: &mut World, region: &str, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::CloudWatch, operation, region, params)
}

/// Timestamps and values of the lag of Tokyo's cluster, newest first.
fn lag(world: &mut World, minutes: i64) -> Vec<(Timestamp, f64)> {
    let from = world.now().checked_sub(SignedDuration::from_mins(minutes)).unwrap().to_string();
    let until = world.now().to_string();
    let stat = "MetricDataQueries.1.MetricStat";
    let params = [
        ("StartTime".to_owned(), from),
        ("EndTime".to_owned(), until),
        ("MetricDataQueries.1.Id".to_owned(), "lag".to_owned()),
        (format!("{stat}.Stat"), "Maximum".to_owned()),
        (format!("{stat}.Period"), "60".to_owned()),
        (format!("{stat}.Metric.Namespace"), "AWS/RDS".to_owned()),
        (format!("{stat}.Metric.MetricName"), "AuroraGlobalDBReplicationLag".to_owned()),
        (format!("{stat}.Metric.Dimensions.1.Name"), "DBClusterIdentifier".to_owned()),
        (format!("{stat}.Metric.Dimensions.1.Value"), TOKYO.cluster.to_owned()),
    ];
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let reply = ask(world, TOKYO.code, "GetMetricData", &borrowed).unwrap();
    let result = member(&reply, "MetricDataResults.0").unwrap();
    let at = items(result, "Timestamps").iter();
    at.zip(items(result, "Values"))
        .map(|pair| match pair {
            (Tree::Time(at), Tree::Float(value)) => (*at, *value),
            other => panic!("{other:?}"),
        })
        .collect()
}

/// AWS: datapoints of one minute, newest first; they arrive one to two minutes after their minute; the lag of Aurora is
/// typically below a second.
#[test]
fn the_lag_is_read_by_the_minute_and_late() {
    for seed in 0..5 {
        let mut world = seeded(seed);
        let at_start = lag(&mut world, 10);
        assert!(at_start.len() >= 6, "seed {seed}: there is a history");
        wait(&mut world, 600.0);
        let points = lag(&mut world, 8);
        assert!(points.windows(2).all(|pair| pair[0].0 > pair[1].0), "seed {seed}: newest first");
        let age = world.now().duration_since(points[0].0).as_secs();
        assert!((120..=240).contains(&age), "seed {seed}: the newest minute began {age} s ago");
        assert!(points.iter().all(|(_, value)| (80.0..=5_000.0).contains(value)), "seed {seed}: {points:?}");
    }
}

/// AWS: Route 53's metrics exist in us-east-1 alone; Aurora's in the secondary's region.
#[test]
fn metrics_are_listed_where_aws_emits_them() {
    let mut world = world();
    let mut count = |region: &str, namespace: &str| {
        let reply = ask(&mut world, region, "ListMetrics", &[("Namespace", namespace)]).unwrap();
        items(&reply, "Metrics").len()
    };
    assert_eq!((count("us-east-1", "AWS/Route53"), count(SEOUL.code, "AWS/Route53")), (4, 0));
    let mut lags = |region: &str| {
        let params = [("Namespace", "AWS/RDS"), ("Dimensions.1.Name", "DBClusterIdentifier")];
        let reply = ask(&mut world, region, "ListMetrics", &params).unwrap();
        items(&reply, "Metrics").len()
    };
    assert_eq!((lags(TOKYO.code), lags(SEOUL.code)), (4, 0));
    let mut count = |region: &str, namespace: &str| {
        let reply = ask(&mut world, region, "ListMetrics", &[("Namespace", namespace)]).unwrap();
        items(&reply, "Metrics").len()
    };
    assert_eq!(count(SEOUL.code, "AWS/ApplicationELB"), 2);
    assert_eq!(count(SEOUL.code, "AWS/ElasticBeanstalk"), 1);
}

/// AWS: SetAlarmState: the state lasts until the next evaluation, which returns the alarm to its actual one.
#[test]
fn an_alarm_set_by_hand_returns_to_its_state() {
    let mut world = world();
    let state = |world: &mut World| {
        let reply =
            ask(world, SEOUL.code, "DescribeAlarms", &[("AlarmNames.1", "wordpress-seoul-unhealthy-hosts")]);
        text(&reply.unwrap(), "MetricAlarms.0.StateValue")
    };
    assert_eq!(state(&mut world), "OK");
    let set = [
        ("AlarmName", "wordpress-seoul-unhealthy-hosts"),
        ("StateValue", "ALARM"),
        ("StateReason", "a test"),
    ];
    ask(&mut world, SEOUL.code, "SetAlarmState", &set).unwrap();
    assert_eq!(state(&mut world), "ALARM");
    wait(&mut world, 95.0);
    assert_eq!(state(&mut world), "OK");
    let unknown = [("AlarmName", "none"), ("StateValue", "OK"), ("StateReason", "a test")];
    assert_eq!(ask(&mut world, SEOUL.code, "SetAlarmState", &unknown).unwrap_err().code, "ResourceNotFound");
    let all = ask(&mut world, SEOUL.code, "DescribeAlarms", &[]).unwrap();
    assert_eq!(items(&all, "MetricAlarms").len(), 2);
}
