use proptest::prelude::*;

use super::*;
use crate::{
    journal::event::{ChangeEvent, FailureClass},
    measure::{
        fixture::{
            at, bad, database, good, health_check,
            seed::{BACK, DNS, FAULT, SeedRun, WRITER},
            unknown,
        },
        objectives::Judged,
        timeline::PhaseName,
        verdict::Verdict,
    },
};

fn assessed(run: &SeedRun) -> crate::measure::Assessment {
    assess(&run.records, &run.samples).unwrap()
}

#[test]
fn the_seed_drill_passes_and_its_bounds_contain_the_truth() {
    let all = assessed(&SeedRun::new());
    assert_eq!((all.verdict, all.exit_code(), all.reasons.len()), (Verdict::Pass, 0, 0), "{:?}", all.reasons);
    assert!(all.restored);
    let recovery = all.results.recovery_time.measured.unwrap();
    let truth = Duration::from_secs_f64(WRITER - FAULT);
    assert!(recovery.low <= truth && truth <= recovery.high.unwrap(), "{recovery:?}");
    assert!(recovery.high.unwrap() - recovery.low < Duration::from_secs(2));
}

/// Times from the fault's minute: last success began 0.120 s, first failure 1.120 s, health check 31.441 s, approval
/// 50.000 s, role change called 52.300 s, writer there 101.870 s, first good answer 121.980 to 122.240 s.
#[test]
fn the_worked_example_of_a_recovery_gives_its_numbers() {
    let mut run = SeedRun::new();
    let moved = |event: &Event| matches!(event, Event::Change { .. });
    run = run.without(moved);
    let change = |step: &str, event| Event::Change { change: step.into(), event };
    for (step, kind, started) in
        [("port-80-closed", "ec2.revoke-ingress", 0.5), ("database", "rds.switchover-global-cluster", 52.3)]
    {
        let spec = crate::drill::model::ChangeSpec { kind: kind.into(), params: Default::default() };
        let captured = ChangeEvent::Captured {
            spec,
            title: step.into(),
            before: serde_json::Value::Null,
            reversibility: crate::journal::event::Reversibility::Exact,
            by_hand: Vec::new(),
        };
        run.record(started - 0.1, change(step, captured));
        run.record(started, change(step, ChangeEvent::ApplyStarted));
    }
    run.record(50.0, Event::Approved { step: "go".into(), by: "bob".into() });
    let site = WatchName::site;
    run.samples = vec![good(site(), 0.120, 0.2, Side::Primary)];
    run.samples.extend((0..121).map(|n| bad(site(), 1.120 + f64::from(n), 2.0)));
    run.samples[121].started = at(120.980);
    run.samples.extend((0..5).map(|n| good(site(), 121.980 + f64::from(n), 0.260, Side::Standby)));
    run.samples
        .extend([health_check(21.341, Side::Primary, true), health_check(31.341, Side::Primary, false)]);
    run.samples.extend([database(91.770, Side::Primary, None), database(101.770, Side::Standby, None)]);
    run.samples.push(database(131.770, Side::Standby, None));
    let all = assessed(&run);
    let millis = |name| {
        let phase = all.phases.iter().find(|phase| phase.name == name).unwrap();
        phase.took.unwrap().measured.as_millis()
    };
    let recovery = all.results.recovery_time.measured.unwrap();
    assert_eq!((recovery.measured.as_millis(), recovery.high.unwrap().as_millis()), (120_860, 122_120));
    assert_eq!(millis(PhaseName::Detection), 30_321);
    assert_eq!(millis(PhaseName::Decision), 18_559);
    assert_eq!(millis(PhaseName::Database), 49_570);
    assert_eq!(millis(PhaseName::Recovery), 20_110);
}

#[test]
fn every_phase_is_there_in_order_and_rests_on_evidence() {
    let all = assessed(&SeedRun::new());
    let names: Vec<PhaseName> = all.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(names, PhaseName::ALL);
    for phase in &all.phases {
        assert!(phase.took.is_some(), "{phase:?}");
        assert!(!phase.trace.records.is_empty() || !phase.trace.samples.is_empty());
    }
    assert_eq!(all.mark("D1").unwrap().title.to_string(), "targets.primary showed 0 of 2 healthy");
    let dns = all.mark("N4").unwrap().moment;
    assert!(dns.low.unwrap() < at(DNS) && at(DNS + 0.1) >= dns.at);
}

#[test]
fn the_failbacks_outage_is_reported_and_is_not_the_drills() {
    let mut run = SeedRun::new();
    for sample in &mut run.samples {
        let second = sample.started.mono.as_secs_f64();
        if sample.watch == WatchName::site() && (BACK + 100.0..BACK + 110.0).contains(&second) {
            sample.outcome = Outcome::Bad { why: "503".into() };
        }
    }
    let all = assessed(&run);
    let site: Vec<During> = all
        .outages
        .iter()
        .filter(|client| client.outage.watch == WatchName::site())
        .map(|client| client.during)
        .collect();
    assert_eq!(site, [During::Drill, During::Failback]);
    assert_eq!(all.mark("I0").unwrap().moment.at, at(FAULT));
}

#[test]
fn something_outstanding_dominates_everything() {
    let verified = |event: &Event| {
        matches!(
            event,
            Event::Change { event: ChangeEvent::Verified { .. } | ChangeEvent::Restored { .. }, .. }
        )
    };
    let all = assessed(&SeedRun::new().without(verified));
    assert_eq!((all.verdict, all.exit_code(), all.restored), (Verdict::NotRestored, 10, false));
    assert_eq!(all.outstanding, [StepId::from("port-80-closed"), StepId::from("database")]);
}

#[test]
fn an_objective_is_judged_on_the_upper_bound() {
    let mut run = SeedRun::new();
    let measured = assessed(&run).results.recovery_time.measured.unwrap();
    let Event::RunStarted(start) = &mut run.records[0].event else { unreachable!() };
    start.drill.objectives.recovery_time = Some(measured.measured);
    let all = assessed(&run);
    assert_eq!((all.results.recovery_time.verdict, all.exit_code()), (Some(Judged::Fail), 1));
}

/// Promise: Unknown is never pass.
#[test]
fn no_interruption_and_no_samples_are_unknown_and_never_pass() {
    let mut run = SeedRun::new();
    run.samples.retain(|sample| sample.watch != WatchName::site() && sample.watch != WatchName::write());
    let all = assessed(&run);
    assert_eq!((all.verdict, all.exit_code()), (Verdict::Unknown, 2));
    run.samples.clear();
    assert_eq!(assessed(&run).verdict, Verdict::Unknown);
}

#[test]
fn a_planned_move_that_nobody_felt_is_bounded_by_the_time_between_looks() {
    let mut run = SeedRun::new()
        .without(|event| matches!(event, Event::Change { change, .. } if change.0 != "database"));
    for sample in &mut run.samples {
        if sample.watch == WatchName::site() || sample.watch == WatchName::write() {
            *sample = good(sample.watch.clone(), sample.started.mono.as_secs_f64(), 0.05, Side::Primary);
        }
    }
    let recovery = assessed(&run).results.recovery_time;
    assert_eq!(recovery.measured.and_then(|took| took.high), Some(Duration::from_millis(250)));
    assert_eq!(recovery.verdict, Some(Judged::Pass));
    run.samples.clear();
    assert_eq!(assessed(&run).results.recovery_time.verdict, Some(Judged::Unknown));
}

#[test]
fn a_region_that_was_never_told_leaves_the_recovery_unknown() {
    let mut run = SeedRun::new();
    for sample in &mut run.samples {
        if let Some(crate::journal::sample::Seen::Site { from, .. }) = &mut sample.seen {
            *from = None;
        }
    }
    assert_eq!(assessed(&run).results.recovery_time.verdict, Some(Judged::Unknown));
}

#[test]
fn a_steady_state_that_fails_or_cannot_be_told_is_no_pass() {
    let with_after = |held: Option<bool>| {
        let mut run = SeedRun::new();
        for record in &mut run.records {
            if let Event::SteadyState { after: true, held: was, .. } = &mut record.event {
                *was = held;
            }
        }
        assessed(&run).exit_code()
    };
    assert_eq!([with_after(Some(false)), with_after(None)], [1, 2]);
    let unseen = SeedRun::new().without(|event| matches!(event, Event::SteadyState { after: true, .. }));
    assert_eq!(assessed(&unseen).exit_code(), 2);
}

#[test]
fn a_run_that_never_began_failed_or_is_unknown_as_its_steady_state_was() {
    let refused = |held: Option<bool>| {
        let mut run = SeedRun::new().without(|event| {
            !matches!(event, Event::RunStarted(_) | Event::Planned { .. } | Event::WatchingStarted { .. })
        });
        run.record(50.0, Event::SteadyState { after: false, held, findings: Vec::new() });
        let detail = "the steady state did not hold".to_owned();
        run.record(51.0, Event::StopRequested { reason: StopReason::StepFailed, detail });
        assessed(&run).exit_code()
    };
    assert_eq!([refused(Some(false)), refused(None)], [1, 2]);
}

#[test]
fn a_stop_condition_ends_early_and_a_journal_that_breaks_off_does_too() {
    let mut run = SeedRun::new();
    run.record(
        601.0,
        Event::StopRequested { reason: StopReason::StopCondition, detail: "standby is sick".into() },
    );
    assert_eq!(assessed(&run).exit_code(), 5);
    let cut = SeedRun::new().without(|event| {
        matches!(event, Event::StopRequested { .. })
            || matches!(event, Event::StepFinished { step, .. } if step.0 == "tokyo-serves")
    });
    let all = assessed(&cut);
    assert_eq!((all.exit_code(), all.verdict), (5, Verdict::StoppedEarly), "{:?}", all.reasons);
}

#[test]
fn a_switchover_loses_nothing_and_proves_nothing_about_a_disaster() {
    let loss = assessed(&SeedRun::new()).results.data_loss;
    assert_eq!(loss.measured.map(|measured| measured.high), Some(Some(Duration::ZERO)));
    assert!(loss.note.unwrap().to_string().contains("no recovery point"));
}

#[test]
fn an_unplanned_failover_is_bound_by_the_lag_seen_before_it() {
    let mut run = SeedRun::new();
    for record in &mut run.records {
        if let Event::Change { event: ChangeEvent::Captured { spec, .. }, change } = &mut record.event
            && change.0 == "database"
        {
            spec.kind = "rds.failover-global-cluster".into();
        }
    }
    // Lag of 120 ms was last read at 90.11 s, and 18.19 s later the failover was called.
    let loss = assessed(&run).results.data_loss;
    assert_eq!(loss.measured.and_then(|measured| measured.high), Some(Duration::from_millis(120 + 18_190)));
    assert_eq!(loss.verdict, Some(Judged::Unknown), "the bound is over the limit, the loss need not be");
    run.samples.retain(|sample| sample.watch != WatchName::lag());
    assert_eq!(assessed(&run).results.data_loss.measured, None);
}

#[test]
fn a_failed_restore_is_told_with_its_reason() {
    let mut run = SeedRun::new().without(|event| {
        matches!(event, Event::Change { change, event: ChangeEvent::Verified { .. } | ChangeEvent::Restored { .. } } if change.0 == "database")
    });
    let event = ChangeEvent::RestoreFailed { class: FailureClass::Denied, why: "AccessDenied".into() };
    run.record(700.0, Event::Change { change: "database".into(), event });
    let all = assessed(&run);
    assert_eq!(all.exit_code(), 10);
    assert!(all.notes.iter().any(|note| note.to_string().contains("AccessDenied")), "{:?}", all.notes);
}

#[test]
fn an_assessment_survives_being_written_and_read() {
    let all = assessed(&SeedRun::new());
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<crate::measure::Assessment>(&text).unwrap(), all);
}

#[test]
fn an_empty_journal_is_no_run() {
    assert_eq!(assess(&[], &[]), Err(MeasureError::NoStart));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Taking knowledge away never turns what did not pass into a pass, and never narrows the bounds.
    #[test]
    fn blindness_never_helps(from in 0.0..610.0_f64, length in 0.0..200.0_f64, seed in any::<bool>()) {
        let full = SeedRun::new();
        let best = assessed(&full).results.recovery_time.measured.unwrap();
        let mut run = SeedRun::new();
        let blind = from..from + length;
        if seed {
            run.samples.retain(|sample| !blind.contains(&sample.started.mono.as_secs_f64()));
        } else {
            for sample in &mut run.samples {
                if blind.contains(&sample.started.mono.as_secs_f64()) {
                    *sample = unknown(sample.watch.clone(), sample.started.mono.as_secs_f64(), 0.05);
                }
            }
        }
        let all = assessed(&run);
        if let Some(now) = all.results.recovery_time.measured {
            let truth = Duration::from_secs_f64(WRITER - FAULT);
            prop_assert!(now.low <= truth, "{now:?}");
            prop_assert!(now.high.is_none_or(|high| truth <= high), "{now:?}");
            prop_assert!(now.high.is_none_or(|high| best.high.unwrap() <= high), "{now:?}");
        } else {
            prop_assert_ne!(all.verdict, Verdict::Pass);
        }
    }
}
