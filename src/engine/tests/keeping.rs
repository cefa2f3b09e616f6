//! What the account keeps of a run, while the run goes on.

use std::sync::atomic::Ordering;

use super::*;
use crate::{
    account::{
        Keeper,
        memory::{Fate, Memory},
        switch,
    },
    id::RunId,
};

const SWITCH: &str = "/firedrill/halt";
const LOCK: &str = "/firedrill/wordpress/lock";

/// A run that holds the account, with an hour after its fault.
async fn kept(fates: &[Fate]) -> (Bench, Memory) {
    let long = |drill: &mut Drill| {
        drill.time_limit = Duration::from_secs(7200);
        drill.steps.push(step("rest", StepKind::Hold { time: Duration::from_secs(3600) }));
    };
    let mut bench = bench(long, |_| {});
    let clock = bench.setup.clock;
    let shelf = Memory::new(clock);
    let run = RunId::from_text("r");
    let keeper = Keeper::take(Arc::new(shelf.clone()), clock, "wordpress", &run, &testing::actor(1)).await;
    let keeper = keeper.unwrap();
    keeper.begin(clock.now(), &testing::run_started("r"));
    shelf.fate(fates);
    bench.setup.keeper = Some(Arc::new(keeper));
    (bench, shelf)
}

fn applied(record: &Record) -> bool {
    matches!(&record.event, Event::Change { event: ChangeEvent::Applied { .. }, .. })
}

fn notes(records: &[Record]) -> usize {
    records.iter().filter(|record| matches!(record.event, Event::Noted { .. })).count()
}

#[tokio::test(start_paused = true)]
async fn a_run_lays_its_breadcrumb_and_takes_it_away() {
    let (bench, shelf) = kept(&[]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (on_shelf, noticed) = (shelf.clone(), seen.clone());
    let (ending, records, world) = bench
        .run(move |record, _| {
            if applied(record) {
                noticed.lock().unwrap().extend(on_shelf.names());
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::Finished);
    assert_eq!(*seen.lock().unwrap(), ["/firedrill/wordpress/breadcrumb/a/1", LOCK]);
    assert!(shelf.names().is_empty() && !world.lock().unwrap().on);
    assert_eq!(notes(&records), 0);
}

/// Promise: Nothing is changed before what it was, and how to put it back, is on disk and synced.
///
/// And in the account, where the run keeps it there: a change whose way back is refused does not begin.
#[tokio::test(start_paused = true)]
async fn what_can_not_be_kept_does_not_begin() {
    let (bench, shelf) = kept(&[Fate::Denied]).await;
    let (ending, records, world) = bench.run(|_, _| {}).await;
    assert_eq!(ending.reason, StopReason::StepFailed);
    assert!(ending.state.stop_detail().unwrap().contains("it was not begun"));
    assert!(world.lock().unwrap().calls.is_empty());
    assert_eq!(change_events(&records), ["captured"]);
    assert!(shelf.names().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_safety_switch_stops_and_restores() {
    let (bench, shelf) = kept(&[]).await;
    let halted = shelf.clone();
    let (ending, _, world) = bench
        .run(move |record, _| {
            if applied(record) {
                halted.set(SWITCH, "a real outage");
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::StopCondition);
    assert!(ending.state.stop_detail().unwrap().contains("a real outage"));
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    assert_eq!(shelf.names(), [SWITCH], "lock and breadcrumb are gone; the switch is a person's to clear");
    assert!(switch::look(&shelf).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_lost_lock_stops_and_restores() {
    let (bench, shelf) = kept(&[]).await;
    let taken = shelf.clone();
    let (ending, _, world) = bench
        .run(move |record, _| {
            if applied(record) {
                taken.set(LOCK, "someone else");
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::StopCondition);
    assert!(ending.state.stop_detail().unwrap().contains("no longer this run's"));
    assert!(!world.lock().unwrap().on);
    assert!(shelf.names().contains(&LOCK.to_owned()), "it is not ours to take away");
}

/// An account that answers no more is said, and holds neither the run up nor its restoration.
#[tokio::test(start_paused = true)]
async fn an_account_that_is_silent_is_said_and_holds_nothing_up() {
    let (bench, shelf) = kept(&[]).await;
    let dying = shelf.clone();
    let (ending, records, world) = bench
        .run(move |record, _| {
            if applied(record) {
                dying.dead.store(true, Ordering::SeqCst);
            }
        })
        .await;
    assert_eq!(ending.reason, StopReason::Finished);
    assert!(!world.lock().unwrap().on && ending.state.outstanding().is_empty());
    assert_eq!(notes(&records), 3, "the lock, the switch, the end: each once, in an hour");
}
