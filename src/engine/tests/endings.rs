//! Endings that a process test can not bring about, or not at every moment.

use super::*;
use crate::{
    change::said,
    journal::{
        event::StepOutcome,
        sample::{Outcome, Sample},
    },
    probe::Look,
};

fn reason_of(records: &[Record]) -> (StopReason, String) {
    let asked = records.iter().find_map(|record| match &record.event {
        Event::StopRequested { reason, detail } => Some((*reason, detail.clone())),
        _ => None,
    });
    asked.expect("a stop was asked for")
}

fn notes(records: &[Record]) -> Vec<String> {
    let note = |record: &'_ Record| match &record.event {
        Event::Noted { note } => Some(note.clone()),
        _ => None,
    };
    records.iter().filter_map(note).collect()
}

fn last_code(records: &[Record]) -> Option<u8> {
    match records.last()?.event {
        Event::RunFinished { exit_code, .. } => Some(exit_code),
        _ => None,
    }
}

/// Promise: Every ending restores: success, failure, stop condition, time limit, Ctrl-C, SIGTERM, a panic.
///
/// Here a panic of the dispatcher itself, at each record of the run: a second one reads the journal and restores.
#[tokio::test(start_paused = true)]
async fn a_dispatcher_that_dies_is_followed_by_one_that_restores() {
    let whole = bench(|_| {}, |_| {}).run(|_, _| {}).await.1.len();
    let mut restored = 0;
    for fatal in 0..whole as u64 {
        let mut planted = false;
        let (ending, records, world) = bench(|_| {}, |_| {})
            .run(move |record, signals| {
                if record.seq.0 == fatal && !std::mem::replace(&mut planted, true) {
                    signals.send(Signal::Bug).unwrap();
                }
            })
            .await;
        let world = world.lock().unwrap();
        assert!(
            !world.on && ending.state.outstanding().is_empty(),
            "after record {fatal}: {:?}",
            world.calls
        );
        assert!(world.calls.iter().filter(|call| **call == "apply").count() <= 1, "never applied again");
        if ending.bug.is_some() {
            restored += usize::from(world.calls.contains(&"restore"));
            assert_eq!(ending.exit_code(), last_code(&records), "record {fatal}");
            let whole = records.len() - 1 == fatal as usize;
            assert!(whole || last_code(&records) == Some(70), "after record {fatal}: {records:#?}");
        }
    }
    assert!(restored > 0, "it died while something was outstanding too");
}

/// The dispatcher that takes over dies too: then the ending says what is outstanding by the journal.
#[tokio::test(start_paused = true)]
async fn two_dispatchers_that_die_leave_what_the_journal_says() {
    let never = |switch: &mut Switch| switch.stubborn = Mutex::new(u32::MAX);
    let (ending, records, world) = bench(|_| {}, never)
        .run(|record, signals| {
            if let Event::Change { event: ChangeEvent::RestoreFailed { .. }, .. } = &record.event {
                let _ = signals.send(Signal::Bug);
            }
        })
        .await;
    assert!(world.lock().unwrap().on && ending.abandoned && ending.bug.is_some());
    assert_eq!(ending.state.outstanding().len(), 1);
    assert_eq!(ending.exit_code(), None, "no last record vouches for this ending");
    assert!(ending.unrecorded[0].contains("a bug in the dispatcher that the test planted"));
    assert_eq!(last_code(&records), None);
}

/// The arithmetic behind the verdict dies just before the last record.
#[tokio::test(start_paused = true)]
async fn a_bug_in_the_verdict_is_a_bug_and_everything_is_restored() {
    let mut bench = bench(|_| {}, |_| {});
    bench.setup.exit_code = Box::new(|_, _| panic!("a bug that the test planted"));
    let (ending, records, world) = bench.run(|_, _| {}).await;
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    assert_eq!((ending.exit_code(), last_code(&records)), (Some(70), Some(70)));
}

#[tokio::test(start_paused = true)]
async fn a_bug_in_a_step_is_not_a_verdict() {
    let (ending, records, _) = bench(|_| {}, |switch| switch.panics = true).run(|_, _| {}).await;
    assert_eq!((ending.exit_code(), last_code(&records)), (Some(70), Some(70)));
}

/// A probe that dies at each look.
struct Broken;

#[async_trait]
impl Probe for Broken {
    fn watch(&self) -> WatchName {
        WatchName::site()
    }
    fn title(&self) -> String {
        "broken".into()
    }
    fn interval(&self) -> Duration {
        Duration::from_secs(1)
    }
    async fn look(&self) -> Look {
        panic!("a bug that the test planted")
    }
}

#[tokio::test(start_paused = true)]
async fn a_bug_in_a_probe_is_a_look_that_can_not_tell() {
    let mut bench = bench(|_| {}, |_| {});
    bench.setup.probes = vec![Arc::new(Broken)];
    let folder = bench.folder.path().join("run");
    let (progress, _watched) = mpsc::unbounded_channel();
    let (_send, signals) = Signals::by_hand();
    let ending = run(bench.setup, progress, signals).await;
    let samples = crate::journal::read_samples(&folder).unwrap().samples;
    let told = |sample: &Sample| match &sample.outcome {
        Outcome::Unknown { error } => error.contains("a bug in firedrill"),
        _ => false,
    };
    assert!(samples.len() > 100 && samples.iter().all(told), "{} looks", samples.len());
    assert!(bench.world.lock().unwrap().calls.is_empty(), "what can not be told does not hold");
    assert_eq!(ending.reason, StopReason::StepFailed);
}

/// A drill whose stop condition no one can tell is not guarded by it: nothing is changed.
#[tokio::test(start_paused = true)]
async fn a_blind_stop_condition_lets_nothing_begin() {
    let unwatched = Condition {
        claim: Claim::Alarm { name: "orders-stuck".into(), of: Side::Standby, is: "ALARM".into() },
        lasting: Duration::ZERO,
    };
    let blind = |drill: &mut Drill| drill.stop_when = vec![unwatched];
    let (ending, records, world) = bench(blind, |_| {}).run(|_, _| {}).await;
    assert!(world.lock().unwrap().calls.is_empty() && change_events(&records).is_empty());
    assert_eq!(ending.reason, StopReason::StepFailed);
    assert!(reason_of(&records).1.contains("stop condition: "), "{}", reason_of(&records).1);
    assert!(notes(&records)[0].contains("can not be told for 1 m 00 s"), "{:?}", notes(&records));
}

/// Whoever is stopped while a stop condition can not be told yet was stopped, and did not fail.
#[tokio::test(start_paused = true)]
async fn a_stop_while_another_condition_is_blind_keeps_its_reason() {
    let unwatched = Condition {
        claim: Claim::Alarm { name: "orders-stuck".into(), of: Side::Standby, is: "ALARM".into() },
        lasting: Duration::ZERO,
    };
    let both = |drill: &mut Drill| drill.stop_when = vec![unwatched, site_answers(Side::Primary)];
    let (ending, records, world) = bench(both, |_| {}).run(|_, _| {}).await;
    assert!(world.lock().unwrap().calls.is_empty() && change_events(&records).is_empty());
    assert_eq!(ending.reason, StopReason::StopCondition);
}

/// Probes go blind in the middle of a drill: it is noted, once, and goes on.
#[tokio::test(start_paused = true)]
async fn a_stop_condition_that_goes_blind_is_noted_once() {
    let stop = |drill: &mut Drill| {
        drill.stop_when = vec![site_answers(Side::Standby)];
        drill.steps.push(step("rest", StepKind::Hold { time: Duration::from_secs(600) }));
    };
    let mut bench = bench(stop, |_| {});
    let mut looks = vec![good_look(); 60];
    looks.extend(vec![Look::unknown("no network"); 400]);
    looks.push(good_look());
    bench.setup.probes = vec![Arc::new(Scripted::new(WatchName::site(), Duration::from_secs(1), looks))];
    let (ending, records, _) = bench.run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::Finished);
    let blind: Vec<_> = notes(&records).into_iter().filter(|note| note.contains("can not be told")).collect();
    assert!(blind.len() == 1 && blind[0].contains("no network"), "{blind:?}");
}

fn rest(minutes: u64) -> impl FnOnce(&mut Drill) {
    move |drill: &mut Drill| {
        drill.steps.push(step("rest", StepKind::Hold { time: Duration::from_secs(minutes * 60) }));
        drill.steps.push(step("after", StepKind::Hold { time: Duration::from_secs(1) }));
    }
}

fn when_resting(record: &Record) -> bool {
    matches!(&record.event, Event::StepStarted { step, .. } if step.0 == "rest")
}

/// The machine sleeps for two hours in the middle of a drill of forty-five minutes.
#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_notices_stops_and_restores() {
    let (ending, records, world) = bench(rest(10), |_| {})
        .run(|record, signals| {
            if when_resting(record) {
                signals.send(Signal::Slept(Duration::from_secs(7200))).unwrap();
            }
        })
        .await;
    assert!(!world.lock().unwrap().on);
    assert!(ending.reason >= StopReason::StopCondition, "{:?}", ending.reason);
    let (reason, detail) = reason_of(&records);
    assert_eq!(reason, StopReason::StopCondition);
    assert!(detail.contains("nobody watched for 2 h 00 m"), "{detail}");
    assert!(notes(&records).iter().any(|note| note.contains("nobody watched for 2 h 00 m")));
    let outcome = records.iter().find_map(|record| match &record.event {
        Event::StepFinished { step, outcome } if step.0 == "rest" => Some(outcome.clone()),
        _ => None,
    });
    assert_eq!(outcome, Some(StepOutcome::Stopped), "the step did not go on as if nothing had happened");
    let slept = records.windows(2).map(|two| two[1].at.since(two[0].at)).max().unwrap();
    assert!(slept >= Duration::from_secs(7200), "the journal's time did not stand still");
}

/// A short sleep is noted, and the drill goes on.
#[tokio::test(start_paused = true)]
async fn half_a_minute_is_noted_and_no_more() {
    let (ending, records, _) = bench(rest(10), |_| {})
        .run(|record, signals| {
            if when_resting(record) {
                signals.send(Signal::Slept(Duration::from_secs(30))).unwrap();
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::Finished);
    assert!(notes(&records)[0].contains("nobody watched for 30"), "{:?}", notes(&records));
}

/// Someone sets the clock back by hours: every time in the journal goes on as before.
#[tokio::test(start_paused = true)]
async fn a_moved_clock_is_noted_and_moves_nothing_else() {
    let (ending, records, _) = bench(rest(10), |_| {})
        .run(|record, signals| {
            if when_resting(record) {
                let back = jiff::SignedDuration::from_hours(-3);
                signals.send(Signal::ClockMoved(back)).unwrap();
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::Finished);
    assert!(notes(&records)[0].contains("clock was moved back by 3 h"), "{:?}", notes(&records));
    for two in records.windows(2) {
        let (mono, wall) = (two[1].at.since(two[0].at), two[1].at.wall.duration_since(two[0].at.wall));
        assert!((wall.as_secs_f64() - mono.as_secs_f64()).abs() < 0.001, "{two:?}");
    }
}

/// A change that can not be put back for one reason.
struct Stuck {
    class: FailureClass,
    clock: Clock,
}

#[async_trait]
impl Change for Stuck {
    fn title(&self) -> String {
        "get stuck".into()
    }
    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }
    async fn capture(&self) -> Result<Captured, ChangeError> {
        let by_hand = vec!["pull it out".to_owned()];
        Ok(Captured { before: json!({}), by_hand, ..Captured::default() })
    }
    async fn apply(&self, _: &Value) -> Result<Facts, ChangeError> {
        Ok(Facts::new())
    }
    async fn restore(&self, _: &Value) -> Result<Facts, ChangeError> {
        said::heard(|_| {}, self.clock.sleep(Duration::from_secs(1))).await;
        let (what, why) = ("pull".to_owned(), "no".to_owned());
        Err(ChangeError::Failed { class: self.class, what, why })
    }
    async fn verify(&self, _: &Value) -> Result<Verification, ChangeError> {
        Ok(Verification::Different(vec!["stuck".into()]))
    }
}

/// A drill that turns the switch on and then gets stuck: the stuck change is the first to be put back.
fn stuck(class: FailureClass) -> Bench {
    let again = |drill: &mut Drill| {
        let spec = ChangeSpec { kind: "stuck".into(), params: serde_json::Map::new() };
        drill.steps.push(step("stuck", StepKind::Fault(spec)));
    };
    let mut bench = bench(again, |_| {});
    // Two hours of looks are many.
    let seldom = Scripted::new(WatchName::site(), Duration::from_secs(30), vec![good_look()]);
    bench.setup.probes = vec![Arc::new(seldom)];
    let mut changes: Changes = (*bench.setup.changes).clone();
    changes.insert("stuck".into(), Arc::new(Stuck { class, clock: bench.setup.clock }));
    bench.setup.changes = Arc::new(changes);
    bench
}

/// How long the first change was tried, between its first and its last attempt, and how often.
fn tried(records: &[Record]) -> (Duration, usize, Duration) {
    let attempts: Vec<_> = records
        .iter()
        .filter(|record| {
            matches!(&record.event, Event::Change { change, event: ChangeEvent::RestoreStarted { .. } } if change.0 == "stuck")
        })
        .map(|record| record.at)
        .collect();
    let longest = attempts.windows(2).map(|two| two[1].since(two[0])).max().unwrap_or_default();
    (attempts.last().unwrap().since(attempts[0]), attempts.len(), longest)
}

/// A rate that is exceeded, a region that does not answer, credentials that no one has renewed yet: all are waited for, less
/// and less often, and never given up before two hours.
#[tokio::test(start_paused = true)]
async fn what_may_pass_is_not_given_up_before_the_limit() {
    for class in [FailureClass::Throttled, FailureClass::Transient, FailureClass::Expired] {
        let (ending, records, world) = stuck(class).run(|_, _| {}).await;
        let (tried, attempts, longest) = tried(&records);
        assert!(tried >= Duration::from_secs(7200) - longest, "{class}: {tried:?}");
        assert!(longest <= Duration::from_secs(32) && attempts < 300, "{class}: {attempts}, {longest:?}");
        assert!(!world.lock().unwrap().on, "{class}: the other change was put back all the same");
        assert_eq!((ending.exit_code(), last_code(&records)), (Some(10), Some(10)));
    }
}

/// What only a person can mend does not hold up the others.
#[tokio::test(start_paused = true)]
async fn what_is_hopeless_is_left_and_the_others_are_restored() {
    for class in [FailureClass::Denied, FailureClass::Invalid] {
        let (ending, records, world) = stuck(class).run(|_, _| {}).await;
        assert!(tried(&records).0 < Duration::from_secs(60));
        assert!(!world.lock().unwrap().on, "{class}: the other change was put back");
        let left = ending.state.outstanding();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].by_hand, ["pull it out"]);
        assert_eq!((ending.exit_code(), last_code(&records)), (Some(10), Some(10)));
    }
}

/// A long restoration says what it waits for: each second to who watches, seldom in the journal.
#[tokio::test(start_paused = true)]
async fn a_long_restoration_tells_what_it_waits_for() {
    let bench = stuck(FailureClass::Throttled);
    let (progress, mut watched) = mpsc::unbounded_channel();
    let (_send, signals) = Signals::by_hand();
    let folder = bench.folder.path().join("run");
    run(bench.setup, progress, signals).await;
    let mut said = 0;
    while let Some(progress) = watched.recv().await {
        if let Progress::Waiting(findings) = progress {
            said += findings.iter().filter(|it| it.seen.contains("pull: no")).count();
        }
    }
    assert!(said > 6000, "{said} times in two hours");
    let records = read(&folder).unwrap().records;
    let notes: Vec<_> =
        notes(&records).into_iter().filter(|note| note.starts_with("stuck has been")).collect();
    assert!((20..=30).contains(&notes.len()), "{notes:#?}");
    assert!(notes[0].ends_with("pull: no"), "{}", notes[0]);
}
