//! Tests of whole forecasts, on numbers that are written here.

mod steps;

use std::{path::Path, time::Duration};

use super::*;
use crate::drill::{
    model::{LoadedDrill, PerSide, Side},
    reader,
};

/// The reference deployment's numbers.
pub(crate) fn reference() -> Numbers {
    let side = || SideNumbers {
        check: Some(CheckNumbers {
            interval: Duration::from_secs(10),
            threshold: 3,
            checkers: 16,
            meets_application: true,
            is_observed: true,
            disabled: false,
            inverted: false,
        }),
        is_alias: true,
        evaluates_targets: true,
        targets: TargetNumbers::default(),
    };
    Numbers {
        probe_interval: Duration::from_millis(200),
        write_check: true,
        ttl: Duration::from_secs(60),
        first: Some(Side::Primary),
        writer: Some(Side::Primary),
        awaits_environment: true,
        sides: PerSide { primary: side(), standby: side() },
        facts: Vec::new(),
    }
}

fn drill(name: &str) -> LoadedDrill {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("drills/{name}.yaml"));
    reader::load(&path).unwrap_or_else(|problems| panic!("{problems}"))
}

fn forecast(loaded: &LoadedDrill, numbers: Numbers) -> Forecast<'_> {
    let durations = Durations::lab();
    Forecast::new(&loaded.drill, numbers, durations, &Assumed::new()).unwrap_or_else(|why| panic!("{why:?}"))
}

fn middle(of: &Distribution) -> f64 {
    of.recovery.expect("users recover").p50.as_secs_f64()
}

#[test]
fn the_seed_drill_recovers_when_the_writer_has_moved_after_the_environment_is_seen_to_be_down() {
    let loaded = drill("seoul-outage");
    let forecast = forecast(&loaded, reference());
    let all = forecast.runs(1, 200);
    assert_eq!((all.interrupted, all.recovered), (200, 200));
    // Targets fail after 65 to 80 s, three reports 20 to 30 s later the environment is on its way down, for 60 to 90 s;
    // then the switchover takes writes after 85 % of its 20 to 60 s.
    let band = all.recovery.unwrap();
    assert!((150.0..200.0).contains(&band.p5.as_secs_f64()), "{band:?}");
    assert!((180.0..230.0).contains(&band.p50.as_secs_f64()), "{band:?}");
    assert!((200.0..260.0).contains(&band.p95.as_secs_f64()), "{band:?}");
    assert_eq!(all.chance, Some(1.0));
    let awaited = &all.last[0];
    assert!(forecast.script().condition(awaited.condition).starts_with("environment"), "{:?}", all.last);
    assert!(awaited.share > 0.95);
    assert!(all.failed.is_empty() && all.overran == 0, "{:?}", all.failed);
    let phases: Vec<_> = all.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(phases, crate::measure::timeline::PhaseName::ALL, "every phase is seen, the restoration too");
}

#[test]
fn equal_seeds_give_equal_forecasts_and_others_do_not() {
    let loaded = drill("seoul-outage");
    let forecast = forecast(&loaded, reference());
    assert_eq!(forecast.runs(7, 30), forecast.runs(7, 30));
    assert_ne!(forecast.runs(7, 30).all, forecast.runs(107, 30).all);
}

#[test]
fn a_setting_buys_time_only_where_somebody_waits_for_it() {
    let loaded = drill("seoul-outage");
    let forecast = forecast(&loaded, reference());
    let before = forecast.runs(1, 200);
    let buys = |text: &str| {
        let setting = Setting::read(text).unwrap();
        forecast.what_if(&[setting], false, 1, 200)[0].gain(before.recovery).unwrap()
    };
    // The environment is what the drill waits for: DNS has long moved.
    assert!(buys("health_check.threshold=1").abs() < 1.0);
    assert!(buys("targets.unhealthy_after=2") < -30.0);
    assert!(buys("await.environment=no") < -60.0);
    // Without that wait it is DNS, where the records have a TTL of their own.
    let mut plain = reference();
    plain.each_side(|side| (side.is_alias, side.evaluates_targets) = (false, false));
    let forecast = self::forecast(&loaded, plain);
    let settings = ["await.environment=no", "ttl=10s"].map(|text| Setting::read(text).unwrap());
    let both = forecast.what_if(&settings, true, 1, 200);
    assert_eq!(both.len(), 3, "each by itself, and both together");
    let (alone, together) = (middle(&both[0].then), middle(&both[2].then));
    assert!(together < alone - 5.0, "{together} and {alone}");
}

#[test]
fn a_drill_that_interrupts_nobody_has_nothing_to_forecast() {
    let loaded = drill("rehearsal");
    let pages = Numbers { write_check: false, ..reference() };
    let all = forecast(&loaded, pages).runs(1, 50);
    assert_eq!((all.interrupted, all.recovery), (0, None));
    assert_eq!(all.expectation(), None);
    assert!(all.failed.is_empty() && all.overran == 0, "{:?}", all.failed);
    // Who writes is interrupted while users are held where the writer is not.
    let writes = forecast(&loaded, reference()).runs(1, 50);
    assert_eq!((writes.interrupted, writes.recovered), (50, 0));
}

#[test]
fn a_failover_takes_longer_than_a_switchover_and_its_failback_waits_for_the_old_primary() {
    let (outage, lost) = (drill("seoul-outage"), drill("seoul-lost"));
    let planned = forecast(&outage, reference()).runs(1, 100);
    let unplanned = forecast(&lost, reference()).runs(1, 100);
    assert!(middle(&unplanned) > middle(&planned) + 20.0);
    assert!(unplanned.failed.is_empty() && unplanned.overran == 0, "{:?}", unplanned.failed);
    let restoration = unplanned.phases.last().unwrap();
    assert!(restoration.band.p50 > Duration::from_secs(600), "{restoration:?}");
}

#[test]
fn a_deployment_whose_check_does_not_notice_is_saved_by_its_alias_or_not_at_all() {
    let loaded = drill("seoul-outage");
    let blind = |evaluates: bool| {
        let mut numbers = reference();
        numbers.awaits_environment = true;
        for side in [&mut numbers.sides.primary, &mut numbers.sides.standby] {
            side.check.as_mut().unwrap().meets_application = false;
            side.evaluates_targets = evaluates;
        }
        forecast(&loaded, numbers).runs(1, 50)
    };
    // The await wants the health check to be unhealthy, which never happens: the drill fails, and nobody recovers.
    let all = blind(true);
    assert_eq!((all.interrupted, all.recovered), (50, 0));
    assert_eq!(all.failed.values().sum::<usize>(), 50);
    assert_eq!(all.chance, Some(0.0));
}

#[test]
fn what_the_forecast_does_not_know_it_says_and_takes_from_a_person() {
    let loaded = drill("seoul-outage");
    let mut drill = loaded.drill.clone();
    let fault = drill.steps[0].clone();
    let approve =
        crate::drill::model::StepKind::Approve { question: "Go?".into(), within: Duration::from_secs(600) };
    drill.steps.insert(2, crate::drill::model::Step { id: "go".into(), kind: approve, ..fault });
    let refused = Forecast::new(&drill, reference(), Durations::lab(), &Assumed::new()).unwrap_err();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].to_string().contains("--assume go=30s"), "{}", refused[0]);
    let assume = |secs| Assumed::from([("go".into(), Duration::from_secs(secs))]);
    let after = |secs| {
        let forecast = Forecast::new(&drill, reference(), Durations::lab(), &assume(secs)).unwrap();
        middle(&forecast.runs(1, 100))
    };
    let later = after(130) - after(10);
    assert!((115.0..125.0).contains(&later), "{later}");
}
