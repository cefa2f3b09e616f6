use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::{
    drill::period::Period,
    id::RunId,
    measure::{
        bounds::Measured,
        fixture::seed::{SeedRun, start},
        summary::{Judged, Verdict},
    },
};

fn day(day: u32) -> Timestamp {
    format!("2026-{:02}-{:02}T09:00:00Z", 1 + day / 28, 1 + day % 28).parse().unwrap()
}

/// A run on that day which passed, with this upper bound of its recovery time in seconds.
fn point(on: u32, place: Place, high: f64) -> Point {
    let high = Duration::from_secs_f64(high);
    let measured = Measured { measured: high, low: high, high: Some(high) };
    let limit = Some(Duration::from_secs(600));
    Point {
        run: RunId::from_text(&format!("run-{on:03}")),
        started: day(on),
        deployment: "wordpress".into(),
        drill: "seoul-outage".into(),
        digest: "cd".repeat(32),
        place,
        verdict: Verdict::Pass,
        complete: true,
        outstanding: Vec::new(),
        recovery_time: Number { measured: Some(measured), limit, verdict: Some(Judged::Pass) },
        detection: Number::default(),
        data_loss: Number::default(),
        every: None,
    }
}

fn on_aws(highs: &[f64]) -> Vec<Point> {
    (0..).zip(highs).map(|(day, high)| point(day, Place::Aws, *high)).collect()
}

const RULES: Rules = Rules { worse_than: 0.2, last: 5, require: None };

fn found(points: Vec<Point>) -> Vec<(Weight, Reason)> {
    found_by(points, &RULES)
}

fn found_by(points: Vec<Point>, rules: &Rules) -> Vec<(Weight, Reason)> {
    let findings = judge(&drilled(points, &[], On::Apart), rules, day(100));
    findings.into_iter().map(|it| (it.weight, it.reason)).collect()
}

#[test]
fn a_run_is_a_point_with_the_numbers_it_was_judged_by() {
    let run = SeedRun::new();
    let assessment = crate::measure::assess(&run.records, &run.samples).unwrap();
    let point = Point::of(&start(), &assessment);
    assert_eq!((point.place, point.complete, point.verdict), (Place::Lab, true, Verdict::Pass));
    assert_eq!(point.recovery_time.measured, assessment.results.recovery_time.measured);
    assert_eq!(point.recovery_time.limit, Some(Duration::from_secs(600)));
    let cut =
        SeedRun::new().without(|event| matches!(event, crate::journal::event::Event::StopRequested { .. }));
    let assessment = crate::measure::assess(&cut.records, &cut.samples).unwrap();
    assert!(!Point::of(&start(), &assessment).complete, "nobody wrote that it was done");
}

#[test]
fn the_latest_is_held_against_the_median_of_those_before_it() {
    let drilled = drilled(on_aws(&[900.0, 100.0, 110.0, 90.0, 120.0, 100.0, 150.0]), &[], On::Apart);
    let trend = drilled[0].series[0].trend(5);
    assert_eq!(trend.median, Some(Duration::from_secs(100)), "the first is too long ago");
    assert_eq!(trend.compared, 5);
    assert!((trend.worse().unwrap() - 0.5).abs() < 1e-9);
    let even = drilled[0].series[0].trend(4);
    assert_eq!(even.median, Some(Duration::from_secs(105)), "the mean of the two in the middle");
}

#[test]
fn a_lab_and_aws_are_never_one_series_unless_asked() {
    let mut points = on_aws(&[100.0, 100.0]);
    points.push(point(7, Place::Lab, 300.0));
    let places = |on| {
        let all = drilled(points.clone(), &[], on);
        let series = all.iter().flat_map(|it| &it.series).map(|it| (it.place, it.points.len()));
        series.collect::<Vec<_>>()
    };
    assert_eq!(places(On::Apart), [(Some(Place::Aws), 2), (Some(Place::Lab), 1)]);
    assert_eq!(places(On::Aws), [(Some(Place::Aws), 2)]);
    assert_eq!(places(On::Lab), [(Some(Place::Lab), 1)]);
    assert_eq!(places(On::Any), [(None, 3)]);
    assert!(found(points.clone()).iter().all(|(weight, _)| *weight == Weight::Warns));
    let mixed = judge(&drilled(points, &[], On::Any), &RULES, day(100));
    assert!(matches!(mixed[0].reason, Reason::Worse { compared: 2, .. }), "{mixed:?}");
}

#[test]
fn worse_by_more_than_the_share_stops_and_says_the_numbers() {
    assert_eq!(found(on_aws(&[100.0, 100.0, 120.0])), [], "exactly the share is still allowed");
    let (latest, median) = (Duration::from_secs(121), Duration::from_secs(100));
    let [(Weight::Stops, Reason::Worse { latest: l, median: m, compared: 2, share: Some(share), .. })] =
        &found(on_aws(&[100.0, 100.0, 121.0]))[..]
    else {
        panic!("121 s is more than a fifth above 100 s");
    };
    assert_eq!((*l, *m), (latest, median));
    assert!((share - 0.21).abs() < 1e-9);
}

#[test]
fn what_differs_by_less_than_a_second_is_the_same() {
    assert_eq!(found(on_aws(&[0.3, 0.3, 0.9])), []);
    assert_eq!(found(on_aws(&[0.0, 0.0, 0.9])), []);
    assert!(matches!(
        found(on_aws(&[0.0, 0.0, 30.0]))[..],
        [(Weight::Stops, Reason::Worse { share: None, .. })]
    ));
}

#[test]
fn too_few_runs_are_said_and_stop_only_where_that_is_asked_for() {
    let first = found(on_aws(&[100.0]));
    assert_eq!(first, [(Weight::Warns, Reason::TooFew { compared: 0, wanted: 1 })]);
    let rules = Rules { require: Some(3), ..RULES };
    let some = found_by(on_aws(&[100.0, 100.0, 100.0]), &rules);
    assert_eq!(some, [(Weight::Stops, Reason::TooFew { compared: 2, wanted: 3 })]);
    assert_eq!(found_by(on_aws(&[100.0; 4]), &rules), []);
}

#[test]
fn a_missed_objective_of_the_latest_run_stops_and_an_old_one_does_not() {
    let mut points = on_aws(&[100.0, 100.0, 100.0]);
    let missed = |point: &mut Point| {
        point.verdict = Verdict::Fail;
        point.recovery_time.verdict = Some(Judged::Fail);
    };
    missed(&mut points[1]);
    assert_eq!(found(points.clone()), []);
    missed(&mut points[2]);
    assert!(matches!(found(points)[..], [(Weight::Stops, Reason::Missed { what: "recovery_time", .. })]));
}

#[test]
fn a_verdict_that_is_no_pass_is_said_by_its_kind() {
    for (verdict, weight) in [
        (Verdict::Fail, Weight::Stops),
        (Verdict::StoppedEarly, Weight::Stops),
        (Verdict::Unknown, Weight::Untold),
    ] {
        let mut points = on_aws(&[100.0, 100.0]);
        points[1].verdict = verdict;
        let run = points[1].run.clone();
        assert_eq!(found(points), [(weight, Reason::NotPassed { run, verdict })]);
    }
}

#[test]
fn a_latest_run_without_a_number_is_not_passed_over() {
    let mut points = on_aws(&[100.0, 100.0]);
    points[1].recovery_time.measured = None;
    let run = points[1].run.clone();
    assert_eq!(found(points), [(Weight::Untold, Reason::Unmeasured { run })]);
}

#[test]
fn what_any_run_left_outstanding_comes_first() {
    let mut points = on_aws(&[100.0, 100.0, 200.0]);
    points[0].verdict = Verdict::NotRestored;
    points[0].outstanding = vec!["database".into()];
    let found = found(points);
    assert!(
        matches!(&found[0], (Weight::Outstanding, Reason::Outstanding { run, .. }) if run.as_str() == "run-000")
    );
    assert!(matches!(found[1], (Weight::Stops, Reason::Worse { .. })));
}

#[test]
fn a_drill_is_due_by_its_period_and_only_a_whole_run_on_aws_counts() {
    let every = Period::parse("30d");
    let mut points = on_aws(&[100.0, 100.0, 100.0]);
    points.iter_mut().for_each(|point| point.every = every);
    points[2].complete = false; // on the third day, and stopped early
    points.push(Point { every, ..point(50, Place::Lab, 100.0) });
    let by = |on| drilled(points.clone(), &[], on)[0].due.unwrap();
    let aws = by(On::Apart);
    assert_eq!((aws.last, aws.by), (Some(day(1)), every.unwrap().after(day(1))));
    assert_eq!(by(On::Any).last, Some(day(50)), "where someone says that a rehearsal counts");
    let (due, second) = (aws.by.unwrap(), jiff::SignedDuration::from_secs(1));
    assert!(!aws.is_over(due) && aws.is_over(due + second));
    assert_eq!((aws.days(day(1)), aws.days(due), aws.days(due + second)), (Some(30), Some(0), Some(-1)));
    let over = judge(&drilled(points, &[], On::Apart), &RULES, due + second);
    assert!(
        over.iter().any(|it| it.weight == Weight::Stops && it.reason == Reason::Overdue(aws)),
        "{over:?}"
    );
}

#[test]
fn a_drill_that_was_never_run_is_due_at_once_and_todays_rule_counts() {
    let policy = |every: Option<&str>| {
        [Policy {
            deployment: "wordpress".into(),
            drill: "seoul-outage".into(),
            every: every.and_then(Period::parse),
        }]
    };
    let never = drilled(Vec::new(), &policy(Some("1y")), On::Apart);
    assert!(matches!(
        judge(&never, &RULES, day(0))[..],
        [Finding { weight: Weight::Stops, reason: Reason::Overdue(_), .. }]
    ));
    let unruled = drilled(Vec::new(), &policy(None), On::Apart);
    assert!(matches!(
        judge(&unruled, &RULES, day(0))[..],
        [Finding { weight: Weight::Untold, reason: Reason::NeverRun, .. }]
    ));
    let mut points = on_aws(&[100.0, 100.0]);
    points.iter_mut().for_each(|point| point.every = Period::parse("1d"));
    assert!(drilled(points.clone(), &[], On::Apart)[0].due.unwrap().is_over(day(100)));
    let now = drilled(points.clone(), &policy(Some("1y")), On::Apart);
    assert!(!now[0].due.unwrap().is_over(day(100)), "the file says once a year today");
    assert_eq!(drilled(points, &policy(None), On::Apart)[0].due, None, "and here it says nothing");
}
