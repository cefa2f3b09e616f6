use super::*;
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, WatchName},
    measure::{assess, fixture::seed::SeedRun, fixture::unknown},
};

fn series(run: &SeedRun) -> Series {
    of(&assess(&run.records, &run.samples).unwrap(), &run.samples)
}

fn of_watch<'a>(run: &'a SeedRun, watch: &'a WatchName) -> impl Iterator<Item = &'a Sample> {
    run.samples.iter().filter(move |sample| sample.watch == *watch)
}

#[test]
fn every_failed_look_stays_and_every_good_one_is_counted_once() {
    let mut run = SeedRun::new();
    run.samples.push(unknown(WatchName::site(), 500.1, 0.1));
    let series = series(&run);
    for client in &series.clients {
        let looks = |good: bool| {
            of_watch(&run, &client.watch).filter(move |sample| match sample.outcome {
                Outcome::Good => good,
                Outcome::Bad { .. } => !good,
                Outcome::Unknown { .. } => false,
            })
        };
        assert_eq!(client.failed.len(), looks(false).count(), "{}", client.watch.0);
        let told: u64 = client.answered.iter().map(|stretch| stretch.looks).sum();
        assert_eq!(told as usize, looks(true).count(), "{}", client.watch.0);
        let slowest = looks(true).map(|sample| sample.took().as_millis()).max().unwrap_or_default();
        let shown = client.answered.iter().map(|stretch| stretch.greatest).max().unwrap_or_default();
        assert_eq!(u128::from(shown), slowest, "{}", client.watch.0);
    }
    assert_eq!(series.clients[0].watch, WatchName::site());
    assert_eq!(series.clients[0].unknown, [Failed { at: 500_100, took: 100 }]);
}

#[test]
fn a_long_run_is_thinned() {
    let run = SeedRun::new();
    let series = series(&run);
    let site = &series.clients[0];
    assert!(of_watch(&run, &WatchName::site()).count() > 3_000);
    assert!(site.answered.len() <= 370, "{}", site.answered.len());
}

#[test]
fn latency_is_told_for_each_part_with_what_failed_beside_it() {
    let parts = series(&SeedRun::new()).latency;
    let names: Vec<Part> = parts.iter().map(|one| one.part).collect();
    assert_eq!(names, [Part::Before, Part::Fault, Part::Standby, Part::Restoration, Part::After]);
    assert_eq!(parts[0].failed, 0);
    assert!(parts[1].failed > 100 && parts[1].failed <= parts[1].looks);
    for one in &parts {
        assert!(one.median <= one.p95 && one.p95 <= one.greatest, "{one:?}");
    }
}

#[test]
fn a_checker_is_shown_failing_from_the_first_look_that_says_so_until_the_first_that_does_not() {
    let mut run = SeedRun::new();
    let mut failing = 0;
    for sample in
        run.samples.iter_mut().filter(|sample| sample.watch == WatchName::health_check(Side::Primary))
    {
        if let Some(crate::journal::sample::Seen::HealthCheck { healthy: false, failures, .. }) =
            &mut sample.seen
        {
            failures.insert("us-east-1 15.177.2.10".into(), "timed out".into());
            failing += 1;
        }
    }
    assert!(failing > 10);
    let checkers = series(&run).checkers;
    assert_eq!((checkers[0].side, checkers[0].most), (Side::Primary, 16));
    assert_eq!(checkers[0].failing[0].stretches, [(95_060, 265_060)]);
    assert!(checkers[1].failing.is_empty());
}

#[test]
fn each_point_of_the_lag_is_shown_once() {
    let mut run = SeedRun::new();
    let twice: Vec<Sample> = of_watch(&run, &WatchName::lag()).cloned().collect();
    let points = series(&run).lag.len();
    run.samples.extend(twice);
    assert!(points > 3);
    assert_eq!(series(&run).lag.len(), points);
}

#[test]
fn what_is_written_as_json_reads_back_the_same() {
    let series = series(&SeedRun::new());
    let text = serde_json::to_string(&series).unwrap();
    assert_eq!(serde_json::from_str::<Series>(&text).unwrap(), series);
    assert!(text.len() < 100_000, "{}", text.len());
}
