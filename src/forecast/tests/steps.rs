//! Tests of how steps go on beside each other, fail and are stopped: as the engine does it.

use serde_json::json;

use super::*;
use crate::{
    drill::model::{ChangeSpec, Claim, Condition, HowMany, Step, StepKind},
    forecast::model::{Story, play},
    id::StepId,
};

fn step(id: &str, kind: StepKind) -> Step {
    Step { id: id.into(), title: id.to_owned(), kind }
}

fn close(port: u16) -> Step {
    let params = json!({ "of": "primary", "port": port }).as_object().cloned().unwrap();
    let spec = ChangeSpec { kind: "ec2.revoke-ingress".to_owned(), params };
    step(&format!("close-{port}"), StepKind::Fault(spec))
}

fn together(steps: Vec<Step>) -> Step {
    step("together", StepKind::Together { steps })
}

fn hold(secs: u64) -> Step {
    step("hold", StepKind::Hold { time: Duration::from_secs(secs) })
}

fn awaits(claim: Claim, within: u64) -> Step {
    let until = vec![Condition { claim, lasting: Duration::ZERO }];
    step("await", StepKind::Await { until, within: Duration::from_secs(within), hold: Duration::ZERO })
}

fn environment_is(health: &str) -> Claim {
    Claim::Environment { of: Side::Primary, health: vec![health.to_owned()] }
}

/// The seed drill with other steps.
fn of_steps(steps: Vec<Step>) -> LoadedDrill {
    let mut loaded = drill("seoul-outage");
    (loaded.drill.steps, loaded.drill.stop_when) = (steps, Vec::new());
    loaded
}

fn assumed(step: &str, secs: u64) -> Assumed {
    Assumed::from([(step.into(), Duration::from_secs(secs))])
}

/// One run's story, and the seconds from its first step until putting back began.
fn story(loaded: &LoadedDrill, assumed: &Assumed) -> (Story, f64, Option<StepId>) {
    let forecast = Forecast::new(&loaded.drill, reference(), Durations::lab(), assumed).unwrap();
    let draw = forecast.draw(1);
    let story = play(&forecast.script, &forecast.numbers, &draw);
    let took = story.put_back.map_or(f64::NAN, |at| at as f64 / 1e6 - draw.own(Own::Settling).as_secs_f64());
    let failed = story.failed.and_then(|node| forecast.script.step(node).cloned());
    (story, took, failed)
}

#[test]
fn two_closes_beside_each_other_both_hold() {
    let before = forecast(&drill("seoul-outage"), reference()).runs(1, 50);
    let mut split = reference();
    split.each_side(|side| side.targets.check_port = Some(443));
    for (ports, numbers) in [([80, 22], reference()), ([22, 80], reference()), ([80, 443], split)] {
        let mut loaded = drill("seoul-outage");
        loaded.drill.steps[0] = together(ports.map(close).to_vec());
        // It is to be put back where the drill puts back the close that is there no more.
        loaded.drill.steps.retain(|step| !matches!(&step.kind, StepKind::Restore { .. }));
        loaded.drill.steps.truncate(4);
        let all = forecast(&loaded, numbers).runs(1, 50);
        assert_eq!((all.interrupted, all.recovered), (50, 50), "{ports:?}");
        assert!((middle(&all) - middle(&before)).abs() < 15.0, "{ports:?}: {:?}", all.recovery);
    }
}

#[test]
fn a_stop_condition_that_holds_for_its_time_ends_the_run() {
    let mut loaded = drill("seoul-outage");
    assert!(forecast(&loaded, reference()).runs(1, 50).stopped.is_empty(), "its own never holds");
    let stops = |secs| Condition { claim: environment_is("Severe"), lasting: Duration::from_secs(secs) };
    loaded.drill.stop_when = vec![stops(3_600), stops(5)];
    let forecast = forecast(&loaded, reference());
    let all = forecast.runs(1, 50);
    assert_eq!((all.interrupted, all.recovered, all.chance), (50, 0, Some(0.0)));
    let (condition, runs) = all.stopped.first_key_value().unwrap();
    assert_eq!((forecast.script().condition(*condition), *runs), (stops(5).to_string().as_str(), 50));
    assert!(all.failed.is_empty());
    // Nobody waits for the environment then, but it still ends the run.
    let setting = Setting::read("await.environment=no").unwrap();
    let then = &forecast.what_if(&[setting], false, 1, 50)[0].then;
    assert!(then.stopped.values().sum::<usize>() > 0 && then.stopped.contains_key(condition), "{then:?}");
}

#[test]
fn a_stop_condition_that_the_forecast_can_not_tell_is_said_and_never_guessed() {
    let mut loaded = drill("seoul-outage");
    let alarm = Claim::Alarm { name: "lag".into(), of: Side::Primary, is: "ALARM".into() };
    loaded.drill.stop_when = vec![Condition { claim: alarm, lasting: Duration::ZERO }];
    let forecast = forecast(&loaded, reference());
    assert_eq!(forecast.runs(1, 50).recovered, 50);
    let untold = forecast.script().untold();
    assert!(untold.len() == 1 && untold[0].contains("does not know when the alarm lag turns"), "{untold:?}");
}

#[test]
fn who_stands_beside_a_step_that_fails_finishes_first() {
    let loaded =
        of_steps(vec![close(80), together(vec![awaits(environment_is("Ok"), 10), hold(90)]), hold(60)]);
    let (_, passes, failed) = story(&loaded, &Assumed::new());
    assert_eq!(failed, None);
    assert!((150.0..160.0).contains(&passes), "{passes}");
    let never = awaits(environment_is("Pending"), 10);
    let loaded = of_steps(vec![close(80), together(vec![never.clone(), hold(90)]), hold(60)]);
    let (_, took, failed) = story(&loaded, &Assumed::new());
    assert_eq!(failed, Some("await".into()));
    assert!((90.0..100.0).contains(&took), "{took}: the hold beside it is over, and the next does not begin");
    let alone = of_steps(vec![close(80), never, hold(60)]);
    let (_, took, _) = story(&alone, &Assumed::new());
    assert!((10.0..20.0).contains(&took), "{took}");
}

#[test]
fn a_step_that_is_assumed_to_take_longer_than_it_may_fails_then() {
    let approve = StepKind::Approve { question: "Go?".into(), within: Duration::from_secs(60) };
    let runs = StepKind::Run { command: vec!["true".into()], restore: None, within: Duration::from_secs(60) };
    for waits in [
        step("waits", approve),
        step("waits", runs),
        Step { id: "waits".into(), ..awaits(environment_is("Ok"), 60) },
    ] {
        let loaded = of_steps(vec![close(80), waits, hold(30)]);
        let (told, took, failed) = story(&loaded, &assumed("waits", 59));
        assert_eq!(
            (failed, told.approved.is_some()),
            (None, matches!(loaded.drill.steps[1].kind, StepKind::Approve { .. }))
        );
        assert!((89.0..99.0).contains(&took), "{took}");
        let (told, took, failed) = story(&loaded, &assumed("waits", 600));
        assert_eq!((failed, told.approved), (Some("waits".into()), None));
        assert!((60.0..70.0).contains(&took), "{took}");
    }
}

#[test]
fn so_many_targets_are_counted_as_there_are() {
    let mut numbers = reference();
    numbers.each_side(|side| side.targets.count = 60);
    let fails = |least| {
        let claim = Claim::Targets { of: Side::Primary, healthy: HowMany::AtLeast(least) };
        let loaded = of_steps(vec![awaits(claim, 60)]);
        forecast(&loaded, numbers.clone()).runs(1, 5).failed.values().sum::<usize>()
    };
    assert_eq!((fails(60), fails(61)), (0, 5));
}
