//! Tests of the loop: a world of one switch, a clock that jumps, a real journal.

mod keeping;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{
    Changes,
    run::{Ending, Setup, run},
    signal::{Signal, Signals},
};
use crate::{
    change::{Captured, Change, ChangeError, Verification},
    clock::Clock,
    drill::model::{ChangeSpec, Claim, Condition, Drill, Facts, Side, Step, StepKind},
    engine::desk::Progress,
    id::StepId,
    journal::{
        Journal, SampleWriter,
        event::{ChangeEvent, Event, FailureClass, Record, Reversibility, StopReason},
        read,
        sample::{Seen, WatchName},
        testing,
    },
    probe::{Look, Probe, Scripted},
};

mod endings;

/// The whole world: one switch, and who moved it.
#[derive(Debug, Default)]
struct World {
    on: bool,
    calls: Vec<&'static str>,
}

/// Turns the switch on.
struct Switch {
    world: Arc<Mutex<World>>,
    /// How long `apply` takes after the switch is on.
    takes: Duration,
    /// A bug, after the switch is on.
    panics: bool,
    /// Restores that fail before one works.
    stubborn: Mutex<u32>,
    clock: Clock,
}

#[async_trait]
impl Change for Switch {
    fn title(&self) -> String {
        "turn the switch on".into()
    }
    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }
    async fn capture(&self) -> Result<Captured, ChangeError> {
        Ok(Captured {
            before: json!({ "on": false }),
            by_hand: vec!["turn it off".into()],
            ..Captured::default()
        })
    }
    async fn apply(&self, _: &Value) -> Result<Facts, ChangeError> {
        {
            let mut world = self.world.lock().unwrap();
            world.calls.push("apply");
            world.on = true;
        }
        self.clock.sleep(self.takes).await;
        assert!(!self.panics, "a bug that the test planted");
        Ok(Facts::new())
    }
    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        let mut left = self.stubborn.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            let (what, why) = ("restore".to_owned(), "slow down".to_owned());
            return Err(ChangeError::Failed { class: FailureClass::Throttled, what, why });
        }
        let mut world = self.world.lock().unwrap();
        world.calls.push("restore");
        world.on = before["on"].as_bool().unwrap();
        Ok(Facts::new())
    }
    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        let equal = self.world.lock().unwrap().on == before["on"].as_bool().unwrap();
        Ok(if equal { Verification::Equal(Facts::new()) } else { Verification::Different(vec!["on".into()]) })
    }
}

/// A run about to begin.
struct Bench {
    world: Arc<Mutex<World>>,
    setup: Setup,
    folder: TempDir,
}

fn step(id: &str, kind: StepKind) -> Step {
    Step { id: id.into(), title: id.into(), kind }
}

fn fault() -> Step {
    step("switch", StepKind::Fault(ChangeSpec { kind: "switch".into(), params: serde_json::Map::new() }))
}

fn site_answers(from: Side) -> Condition {
    Condition {
        claim: Claim::Site { answers: Some(200), from: Some(from), writes: None },
        lasting: Duration::ZERO,
    }
}

fn good_look() -> Look {
    let address = [192, 0, 2, 10].into();
    Look::good(Seen::Site { address, from: Some(Side::Primary), status: Some(200), reused: false })
}

fn bench(change: impl FnOnce(&mut Drill), switch: impl FnOnce(&mut Switch)) -> Bench {
    let clock = Clock::real_time();
    let mut drill = testing::drill();
    drill.steady_state = vec![site_answers(Side::Primary)];
    drill.steps = vec![fault()];
    change(&mut drill);
    let folder = tempfile::tempdir().unwrap();
    let run_folder = folder.path().join("run");
    let (journal, _) = Journal::create(&run_folder, testing::run_started("r"), clock.now()).unwrap();
    let world = Arc::new(Mutex::new(World::default()));
    let mut it =
        Switch { world: world.clone(), takes: Duration::ZERO, panics: false, stubborn: Mutex::new(0), clock };
    switch(&mut it);
    let changes: Changes = Changes::from([(StepId::from("switch"), Arc::new(it) as Arc<dyn Change>)]);
    let probe: Arc<dyn Probe> =
        Arc::new(Scripted::new(WatchName::site(), Duration::from_secs(1), vec![good_look()]));
    let setup = Setup {
        clock,
        drill: Arc::new(drill),
        changes: Arc::new(changes),
        probes: vec![probe],
        samples: SampleWriter::open(&run_folder).unwrap(),
        journal,
        actor: testing::actor(1),
        plan: ("00".into(), json!({})),
        exit_code: Box::new(|_, left| if left.is_empty() { 0 } else { 10 }),
        keeper: None,
    };
    Bench { world, setup, folder }
}

impl Bench {
    /// Runs to the end; what the journal says, and how it ended. `on_record` may send signals.
    async fn run(
        self,
        mut on_record: impl FnMut(&Record, &mpsc::UnboundedSender<Signal>) + Send + 'static,
    ) -> (Ending, Vec<Record>, Arc<Mutex<World>>) {
        let (progress, mut watched) = mpsc::unbounded_channel();
        let (send, signals) = Signals::by_hand();
        let watching = tokio::spawn(async move {
            while let Some(progress) = watched.recv().await {
                if let Progress::Record(record) = progress {
                    on_record(&record, &send);
                }
            }
        });
        let ending = Box::pin(run(self.setup, progress, signals)).await;
        watching.await.unwrap();
        let records = read(&self.folder.path().join("run")).unwrap().records;
        (ending, records, self.world)
    }
}

fn change_events(records: &[Record]) -> Vec<&'static str> {
    let events = records.iter().filter_map(|record| match &record.event {
        Event::Change { event, .. } => Some(event.name()),
        _ => None,
    });
    events.collect()
}

#[tokio::test(start_paused = true)]
async fn what_no_step_restores_is_restored_at_the_end() {
    let (ending, records, world) = bench(|_| {}, |_| {}).run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::Finished);
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    let life = ["captured", "apply_started", "applied", "restore_started", "restored", "verified"];
    assert_eq!(change_events(&records), life);
    assert!(matches!(records.last().unwrap().event, Event::RunFinished { exit_code: 0, .. }));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_changed_when_the_steady_state_does_not_hold() {
    let other = |drill: &mut Drill| drill.steady_state = vec![site_answers(Side::Standby)];
    let (ending, records, world) = bench(other, |_| {}).run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::StepFailed);
    assert!(world.lock().unwrap().calls.is_empty() && change_events(&records).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_restore_that_fails_is_tried_again() {
    let (ending, records, world) =
        bench(|_| {}, |switch| switch.stubborn = Mutex::new(7)).run(|_, _| {}).await;
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    let failed = change_events(&records).iter().filter(|name| **name == "restore_failed").count();
    assert_eq!(failed, 7);
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_ends_the_steps_and_restores() {
    let long = |drill: &mut Drill| {
        drill.time_limit = Duration::from_secs(60);
        drill.steps.push(step("rest", StepKind::Hold { time: Duration::from_secs(3600) }));
    };
    let (ending, _, world) = bench(long, |_| {}).run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::Deadline);
    assert!(!world.lock().unwrap().on);
}

/// Promise: Every ending restores: success, failure, stop condition, time limit, Ctrl-C, SIGTERM, a panic.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_step_restores() {
    let (ending, _, world) = bench(|_| {}, |switch| switch.panics = true).run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::StepFailed);
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    assert!(ending.state.stop_detail().unwrap().contains("a bug that the test planted"));
}

/// First Ctrl-C: stop, restore, verify. It comes while the change is being applied.
#[tokio::test(start_paused = true)]
async fn one_interrupt_stops_and_restores() {
    let slow = |switch: &mut Switch| switch.takes = Duration::from_secs(3600);
    let (ending, records, world) = bench(|_| {}, slow)
        .run(|record, signals| {
            if matches!(&record.event, Event::Change { event: ChangeEvent::ApplyStarted, .. }) {
                signals.send(Signal::Interrupt).unwrap();
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::Interrupt);
    assert!(!world.lock().unwrap().on && !ending.abandoned);
    assert_eq!(
        change_events(&records)[2],
        "apply_failed",
        "a call that does not come back is not waited for"
    );
}

/// Third Ctrl-C: leave, with `Abandoned` in the journal.
#[tokio::test(start_paused = true)]
async fn three_interrupts_leave_it_outstanding_and_say_so() {
    let never = |switch: &mut Switch| switch.stubborn = Mutex::new(u32::MAX);
    let (ending, records, world) = bench(|_| {}, never)
        .run(|record, signals| {
            if let Event::Change { event: ChangeEvent::RestoreFailed { .. }, .. } = &record.event {
                let _ = signals.send(Signal::Interrupt);
            }
        })
        .await;
    assert!(ending.abandoned && world.lock().unwrap().on);
    assert_eq!(ending.state.outstanding().len(), 1);
    assert!(matches!(records.last().unwrap().event, Event::Abandoned { .. }));
}

/// A full disk, at every byte of the journal: a record that can not be written before a change refuses the change; one
/// that can not be written while something is outstanding stops the run and restores at once.
#[tokio::test(start_paused = true)]
async fn a_full_disk_leaves_nothing_behind_wherever_it_strikes() {
    let whole = {
        let bench = bench(|_| {}, |_| {});
        let journal = bench.setup.journal.path().to_owned();
        let folder = bench.folder.path().to_owned();
        let (_, records, _) = bench.run(|_, _| {}).await;
        drop((journal, folder));
        records.iter().map(|record| serde_json::to_vec(record).unwrap().len() + 200).sum::<usize>()
    };
    let (mut refused, mut restored) = (0, 0);
    for room in (0..whole).step_by(97) {
        let mut bench = bench(|_| {}, |_| {});
        bench.setup.journal.on_a_bad_disk(room, true);
        let (ending, _, world) = bench.run(|_, _| {}).await;
        let world = world.lock().unwrap();
        assert!(
            !world.on && ending.state.outstanding().is_empty(),
            "room for {room} bytes: {:?}",
            world.calls
        );
        match (ending.unrecorded.is_empty(), world.calls.is_empty()) {
            (false, true) => refused += 1,
            (false, false) => restored += 1,
            (true, _) => {}
        }
    }
    assert!(refused > 0 && restored > 0, "the disk was full before the change and after it");
}
