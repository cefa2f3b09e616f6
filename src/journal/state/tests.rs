use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};

use super::*;
use crate::{
    id::{Seq, StepId},
    journal::{
        event::{ChangeEvent, Event, Record, Reversibility, StepOutcome, StopReason},
        testing::{actor, at, captured, change, every_change_event, run_started, whole_run},
    },
};

/// A state of these events, the first of a run before them.
fn state_of(events: impl IntoIterator<Item = Event>) -> RunState {
    let mut state = RunState::new();
    next(&mut state, Event::RunStarted(Box::new(run_started("run-a")))).unwrap();
    for event in events {
        next(&mut state, event).unwrap();
    }
    state
}

fn next(state: &mut RunState, event: Event) -> Result<Record, IllegalEvent> {
    let seq = state.next_seq();
    let record = Record { seq, at: at(seq.0 * 1000), event };
    state.apply(&record).map(|()| record)
}

fn applied(id: &str) -> [Event; 3] {
    [
        change(id, captured(Reversibility::Exact)),
        change(id, ChangeEvent::ApplyStarted),
        change(id, ChangeEvent::Applied { details: Default::default() }),
    ]
}

#[test]
fn a_change_goes_only_where_the_table_says() {
    use ChangeState as S;
    let allowed = [
        (S::Pending, "captured", S::Captured),
        (S::Captured, "apply_started", S::MaybeApplied),
        (S::MaybeApplied, "applied", S::Applied),
        (S::MaybeApplied, "apply_failed", S::MaybeApplied),
        (S::MaybeApplied, "restore_started", S::Restoring),
        (S::Applied, "restore_started", S::Restoring),
        (S::RestoreFailed, "restore_started", S::Restoring),
        (S::NotVerified, "restore_started", S::Restoring),
        (S::Conflict, "restore_started", S::Restoring),
        (S::Restoring, "restore_started", S::Restoring),
        (S::Restored, "restore_started", S::Restoring),
        (S::Restoring, "restored", S::Restored),
        (S::Restoring, "restore_failed", S::RestoreFailed),
        (S::Restoring, "conflict", S::Conflict),
        (S::Restored, "verified", S::Verified),
        (S::Restored, "not_verified", S::NotVerified),
        (S::Restored, "conflict", S::Conflict),
        (S::Applied, "kept", S::Kept),
    ];
    for from in S::ALL {
        for event in every_change_event() {
            let expected = allowed.iter().find(|(state, name, _)| (*state, *name) == (from, event.name()));
            assert_eq!(from.after(&event), expected.map(|(_, _, to)| *to), "{from:?} and {}", event.name());
        }
    }
    let free: Vec<_> = S::ALL.into_iter().filter(|state| !state.is_outstanding()).collect();
    assert_eq!(free, [S::Pending, S::Captured, S::Verified, S::Kept]);
}

#[test]
fn a_refusal_names_what_is_and_what_was_to_follow() {
    let mut state = state_of(applied("port"));
    let refused = next(&mut state, change("port", ChangeEvent::ApplyStarted)).unwrap_err().to_string();
    assert_eq!(refused, "change port is applied, so apply_started cannot follow");
    let refused =
        next(&mut state, change("port", ChangeEvent::RestoreStarted { attempt: 2 })).unwrap_err().to_string();
    assert_eq!(refused, "change port has had 0 attempts to restore it, so attempt 2 cannot follow");
    let refused =
        next(&mut state, change("port", ChangeEvent::Kept { consent: "?".into() })).unwrap_err().to_string();
    assert_eq!(refused, "change port can be put back, so it cannot be kept");
}

#[test]
fn outstanding_is_in_order_of_application_and_holds_all_that_restoring_needs() {
    let mut state = state_of([
        change("late", captured(Reversibility::Failback)),
        change("early", captured(Reversibility::Exact)),
        change("never", captured(Reversibility::Exact)),
        change("early", ChangeEvent::ApplyStarted),
        change("late", ChangeEvent::ApplyStarted),
    ]);
    assert_eq!(state.outstanding_ids(), ["early".into(), "late".into()]);
    next(&mut state, change("late", ChangeEvent::RestoreStarted { attempt: 1 })).unwrap();
    let outstanding = state.outstanding();
    let ChangeEvent::Captured { spec, title, before, by_hand, .. } = captured(Reversibility::Failback) else {
        panic!()
    };
    let late = Outstanding {
        change: "late".into(),
        spec,
        title,
        before,
        state: ChangeState::Restoring,
        reversibility: Reversibility::Failback,
        by_hand,
        attempts: 1,
    };
    assert_eq!(outstanding[1], late);
}

#[test]
fn nothing_new_begins_after_a_stop_but_what_was_under_way_may_be_recorded() {
    let mut events = applied("port").to_vec();
    events.extend([
        Event::StepStarted { step: "database".into(), title: "switch".into() },
        change("database", captured(Reversibility::Failback)),
        change("ready", captured(Reversibility::Exact)),
        change("database", ChangeEvent::ApplyStarted),
        Event::StopRequested { reason: StopReason::Interrupt, detail: "Ctrl-C".into() },
    ]);
    let mut state = state_of(events);
    for intent in [
        change("ready", ChangeEvent::ApplyStarted),
        change("new", captured(Reversibility::Exact)),
        Event::StepStarted { step: "new".into(), title: "new".into() },
    ] {
        let name = intent.name();
        let refused = next(&mut state, intent).unwrap_err().to_string();
        assert_eq!(refused, format!("the run is stopping, so {name} cannot follow"));
    }
    for fact in [
        change("database", ChangeEvent::Applied { details: Default::default() }),
        Event::StepFinished { step: "database".into(), outcome: StepOutcome::Stopped },
        Event::StopRequested { reason: StopReason::StopCondition, detail: "late".into() },
        Event::RestorationStarted { outstanding: vec!["database".into(), "port".into()], by: actor(7) },
        Event::StopRequested { reason: StopReason::SecondInterrupt, detail: "Ctrl-C again".into() },
    ] {
        next(&mut state, fact).unwrap();
    }
    assert_eq!(
        (state.stop_reason(), state.stop_detail()),
        (Some(StopReason::SecondInterrupt), Some("Ctrl-C again"))
    );
    assert_eq!(state.phase(), RunPhase::Restoring);
}

#[test]
fn a_run_finishes_only_with_the_truth_and_a_later_restore_may_finish_it_again() {
    let finish = |outstanding: &[&str], exit_code| Event::RunFinished {
        reason: StopReason::Interrupt,
        outstanding: outstanding.iter().map(|id| StepId::from(*id)).collect(),
        exit_code,
    };
    let mut state = state_of(applied("port"));
    assert!(matches!(next(&mut state, finish(&[], 5)), Err(IllegalEvent::Outstanding { .. })));
    assert!(matches!(next(&mut state, finish(&["port"], 5)), Err(IllegalEvent::ExitCode { .. })));
    next(&mut state, finish(&["port"], 10)).unwrap();
    assert!(next(&mut state, change("port", ChangeEvent::RestoreStarted { attempt: 1 })).is_err());
    for event in [
        Event::RestorationStarted { outstanding: vec!["port".into()], by: actor(8) },
        change("port", ChangeEvent::RestoreStarted { attempt: 1 }),
        change("port", ChangeEvent::Restored { details: Default::default() }),
        change("port", ChangeEvent::Verified { details: Default::default() }),
        finish(&[], 5),
    ] {
        next(&mut state, event).unwrap();
    }
    assert_eq!(state.finished().map(|finish| finish.exit_code), Some(5));
    assert_eq!(state.restorations().len(), 1);
}

#[test]
fn steps_begin_once_end_once_and_only_a_running_one_waits_or_is_approved() {
    let started = || Event::StepStarted { step: "a".into(), title: "a".into() };
    let finished = || Event::StepFinished { step: "a".into(), outcome: StepOutcome::Done };
    let mut state = state_of([]);
    assert!(next(&mut state, finished()).is_err());
    next(&mut state, started()).unwrap();
    next(&mut state, Event::Approved { step: "a".into(), by: "ann".into() }).unwrap();
    assert!(next(&mut state, started()).is_err());
    next(&mut state, finished()).unwrap();
    assert!(next(&mut state, finished()).is_err());
    assert!(
        next(&mut state, Event::ConditionsMet { step: "a".into(), since: at(0), findings: vec![] }).is_err()
    );
    let life = state.step(&"a".into()).unwrap();
    assert_eq!((life.started, life.finished.clone()), (at(1000), Some((at(3000), StepOutcome::Done))));
}

#[test]
fn a_run_starts_once_and_first_and_records_come_without_holes() {
    let mut state = RunState::new();
    assert!(next(&mut state, Event::Noted { note: "too early".into() }).is_err());
    let mut state = state_of([]);
    assert!(next(&mut state, Event::RunStarted(Box::new(run_started("run-b")))).is_err());
    let hole = Record { seq: Seq(2), at: at(0), event: Event::Noted { note: "hole".into() } };
    assert_eq!(state.apply(&hole), Err(IllegalEvent::Number { expected: Seq(1), found: Seq(2) }));
}

#[test]
fn the_steady_state_before_is_not_looked_at_after_the_first_change() {
    let look = |after| Event::SteadyState { after, held: None, findings: vec![] };
    let mut state = state_of(applied("port"));
    assert_eq!(next(&mut state, look(false)), Err(IllegalEvent::SteadyStateTooLate));
    next(&mut state, look(true)).unwrap();
}

/// What a generated run tries next; what is outstanding is told as it is, or not.
#[derive(Debug, Clone)]
enum Try {
    Change(&'static str, ChangeEvent),
    Plain(Event),
    Restoration { honest: bool },
    Finish { honest: bool, exit_code: u8 },
}

impl Try {
    fn event(self, state: &RunState) -> Event {
        let told = |honest: bool| if honest { state.outstanding_ids() } else { vec!["a".into()] };
        match self {
            Try::Change(id, ChangeEvent::RestoreStarted { attempt: 0 }) => {
                let attempts = state.change(&id.into()).map_or(0, |life| life.attempts);
                change(id, ChangeEvent::RestoreStarted { attempt: attempts + 1 })
            }
            Try::Change(id, event) => change(id, event),
            Try::Plain(event) => event,
            Try::Restoration { honest } => {
                Event::RestorationStarted { outstanding: told(honest), by: actor(8) }
            }
            Try::Finish { honest, exit_code } => {
                Event::RunFinished { reason: StopReason::Finished, outstanding: told(honest), exit_code }
            }
        }
    }
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let mut events = every_change_event();
    events.push(captured(Reversibility::OneWay));
    events.extend([
        ChangeEvent::RestoreStarted { attempt: 0 },
        ChangeEvent::RestoreStarted { attempt: u32::MAX },
    ]);
    let mut plain = whole_run();
    plain.push(Event::RunStarted(Box::new(run_started("run-b"))));
    let changes = (prop::sample::select(vec!["a", "b", "c"]), prop::sample::select(events));
    let one = prop_oneof![
        60 => changes.prop_map(|(id, event)| Try::Change(id, event)),
        4 => prop::sample::select(plain).prop_map(Try::Plain),
        1 => any::<bool>().prop_map(|honest| Try::Restoration { honest }),
        1 => (any::<bool>(), prop::sample::select(vec![0, 10])).prop_map(|(honest, exit_code)| Try::Finish { honest, exit_code }),
    ];
    prop::collection::vec(one, 0..120)
}

proptest! {
    #![proptest_config(Config { cases: 300, rng_seed: RngSeed::Fixed(20_261_122), failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_is_tried_the_state_stays_lawful(tries in tries()) {
        let mut state = state_of([]);
        let mut records = Vec::new();
        let mut may_begin = true;
        for attempt in tries {
            let event = attempt.event(&state);
            let before = state.clone();
            let Ok(record) = next(&mut state, event) else {
                prop_assert_eq!(&state, &before, "a refused event left a trace");
                continue;
            };
            let (was, is) = (before.outstanding_ids(), state.outstanding_ids());
            let gone: Vec<_> = was.iter().filter(|id| !is.contains(id)).collect();
            let new: Vec<_> = is.iter().filter(|id| !was.contains(id)).collect();
            match &record.event {
                Event::Change { change, event: ChangeEvent::Verified { .. } | ChangeEvent::Kept { .. } } => {
                    prop_assert_eq!((gone, new), (vec![change], vec![]));
                }
                Event::Change { change, event: ChangeEvent::ApplyStarted } => {
                    prop_assert!(may_begin, "applied after a stop");
                    prop_assert_eq!((gone, new), (vec![], vec![change]));
                }
                Event::StopRequested { .. } | Event::RestorationStarted { .. } | Event::RunFinished { .. } => {
                    may_begin = false;
                    prop_assert_eq!(was, is);
                }
                _ => prop_assert_eq!(was, is),
            }
            records.push(record);
        }
        for life in state.changes() {
            let applies = life.moments.iter().filter(|moment| moment.event == ChangeEvent::ApplyStarted).count();
            prop_assert!(applies <= 1, "{} was applied twice", life.change);
        }
        let first = Record { seq: Seq(0), at: at(0), event: Event::RunStarted(Box::new(run_started("run-a"))) };
        records.insert(0, first);
        prop_assert_eq!(RunState::replay(&records).unwrap(), state);
    }
}
