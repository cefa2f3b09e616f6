//! Testing: a run to record, for tests of this crate.
//! Invariant: the same on every call.
//! Not here: anything that a program uses.
//! Used by: tests only.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::json;

use crate::{
    clock::Stamp,
    drill::model::{ChangeSpec, Deployment, Drill, Objectives, PerSide, RegionOf, SourceText, Url},
    id::{RunId, StepId},
};

use super::event::{
    Actor, ChangeEvent, Event, FailureClass, Finding, Reversibility, RunStarted, StepOutcome, StopReason,
    WatchSpec,
};

/// This many milliseconds into the run.
pub(crate) fn at(millis: u64) -> Stamp {
    let start: Timestamp = "2026-11-22T12:50:01Z".parse().unwrap();
    Stamp { mono: Duration::ZERO, wall: start }.plus(Duration::from_millis(millis))
}

/// A process.
pub(crate) fn actor(pid: u32) -> Actor {
    Actor { host: "desk".into(), user: "ann".into(), pid }
}

/// The first record of a run on the deployment `wordpress`.
pub(crate) fn run_started(run: &str) -> RunStarted {
    RunStarted {
        format: super::format::FORMAT.to_string(),
        run: RunId::from_text(run),
        program: "firedrill 0.1.0".into(),
        drill: drill(),
        files: vec![SourceText {
            path: "drills/a.yaml".into(),
            text: "drill: a\n# \"quotes\" and ünïcödé\n".into(),
        }],
        drill_digest: "00".repeat(32),
        caller: BTreeMap::from([("arn".to_owned(), "arn:aws:iam::111122223333:user/ann".to_owned())]),
        command_line: vec!["firedrill".into(), "run".into(), "drills/a.yaml".into()],
        clock_offset_ms: Some((-12, 30)),
        lab: None,
        by: actor(7),
        earlier_findings: Vec::new(),
    }
}

/// A drill without steps.
pub(crate) fn drill() -> Drill {
    let region = |region: &str| RegionOf {
        region: region.into(),
        environment: format!("wordpress-{region}"),
        role_arn: None,
        profile: None,
    };
    let site = Url { tls: true, host: "www.example.com".into(), port: 443, path: "/".into() };
    Drill {
        name: "a".into(),
        title: "a drill".into(),
        deployment: Deployment {
            name: "wordpress".into(),
            account: "111122223333".into(),
            site,
            write_check: None,
            resolver: None,
            marker: None,
            regions: PerSide { primary: region("ap-northeast-2"), standby: region("ap-northeast-1") },
            global_cluster: None,
            allow: None,
            allow_regions: Vec::new(),
            calendar: Default::default(),
            freeze: Default::default(),
            limits: Default::default(),
            account_lock: true,
            check_rights: true,
            accepts: Vec::new(),
            report: Default::default(),
        },
        objectives: Objectives::default(),
        steady_state: Vec::new(),
        stop_when: Vec::new(),
        time_limit: Duration::from_secs(2700),
        steps: Vec::new(),
        probe_interval: Duration::from_millis(200),
        people: Vec::new(),
        references: Default::default(),
        every: None,
        accepts: Vec::new(),
    }
}

/// An event of a change.
pub(crate) fn change(id: &str, event: ChangeEvent) -> Event {
    Event::Change { change: id.into(), event }
}

/// What `capture` records.
pub(crate) fn captured(reversibility: Reversibility) -> ChangeEvent {
    let params = json!({ "of": "primary", "port": 80 }).as_object().cloned().unwrap_or_default();
    ChangeEvent::Captured {
        spec: ChangeSpec { kind: "ec2.revoke-ingress".into(), params },
        title: "close port 80".into(),
        before: json!({ "rules": [{ "id": "sgr-1", "cidr": "0.0.0.0/0", "share": 0.1 }] }),
        reversibility,
        by_hand: vec!["aws ec2 authorize-security-group-ingress …".into()],
    }
}

/// One of each event of a change.
pub(crate) fn every_change_event() -> Vec<ChangeEvent> {
    let details = || BTreeMap::from([("rule".to_owned(), "sgr-1 -> sgr-2".to_owned())]);
    let (why, class) = (String::from("AccessDenied: no"), FailureClass::Denied);
    vec![
        captured(Reversibility::Exact),
        ChangeEvent::ApplyStarted,
        ChangeEvent::Applied { details: details() },
        ChangeEvent::ApplyFailed { class, why: why.clone() },
        ChangeEvent::RestoreStarted { attempt: 1 },
        ChangeEvent::Restored { details: details() },
        ChangeEvent::RestoreFailed { class, why },
        ChangeEvent::Verified { details: details() },
        ChangeEvent::NotVerified { differences: vec!["port 80 is missing".into()] },
        ChangeEvent::Conflict { differences: vec!["a new rule".into()], commands: vec!["aws …".into()] },
        ChangeEvent::Kept { consent: "allow_data_loss: true".into() },
    ]
}

/// The events of a whole run after its first: a fault and a recovery, one restored by a step and one at the end.
pub(crate) fn whole_run() -> Vec<Event> {
    let facts = BTreeMap::new;
    let finding =
        || vec![Finding { condition: "site answers 200".into(), held: None, seen: "nothing yet".into() }];
    let ids = |names: &[&str]| names.iter().map(|name| StepId::from(*name)).collect::<Vec<_>>();
    let step = |id: &str| Event::StepStarted { step: id.into(), title: format!("step {id}") };
    let done = |id: &str| Event::StepFinished { step: id.into(), outcome: StepOutcome::Done };
    vec![
        Event::Planned {
            digest: "ab".repeat(32),
            plan: json!({ "groups": ["sg-1"], "lag": 0.123_456_789_012_345_67 }),
        },
        Event::WatchingStarted {
            watches: vec![WatchSpec {
                watch: "site".into(),
                interval: Duration::from_millis(200),
                title: "site".into(),
            }],
        },
        Event::SteadyState { after: false, held: Some(true), findings: finding() },
        step("port"),
        change("port", captured(Reversibility::Exact)),
        change("port", ChangeEvent::ApplyStarted),
        change("port", ChangeEvent::Applied { details: facts() }),
        done("port"),
        step("go"),
        Event::Approved { step: "go".into(), by: "ann".into() },
        done("go"),
        step("database"),
        change("database", captured(Reversibility::Failback)),
        change("database", ChangeEvent::ApplyStarted),
        change(
            "database",
            ChangeEvent::ApplyFailed { class: FailureClass::Transient, why: "timeout".into() },
        ),
        Event::StepFinished {
            step: "database".into(),
            outcome: StepOutcome::Failed { why: "timeout".into() },
        },
        Event::StopRequested { reason: StopReason::StepFailed, detail: "database: timeout".into() },
        Event::RestorationStarted { outstanding: ids(&["port", "database"]), by: actor(7) },
        change("database", ChangeEvent::RestoreStarted { attempt: 1 }),
        change(
            "database",
            ChangeEvent::RestoreFailed { class: FailureClass::Throttled, why: "slow down".into() },
        ),
        change("database", ChangeEvent::RestoreStarted { attempt: 2 }),
        change("database", ChangeEvent::Restored { details: facts() }),
        change("database", ChangeEvent::NotVerified { differences: vec!["writer".into()] }),
        change("database", ChangeEvent::RestoreStarted { attempt: 3 }),
        change("database", ChangeEvent::Restored { details: facts() }),
        change("database", ChangeEvent::Verified { details: facts() }),
        change("port", ChangeEvent::RestoreStarted { attempt: 1 }),
        change("port", ChangeEvent::Restored { details: facts() }),
        change("port", ChangeEvent::Verified { details: facts() }),
        Event::Noted { note: "two rules have new ids".into() },
        Event::SteadyState { after: true, held: Some(true), findings: finding() },
        Event::RunFinished { reason: StopReason::StepFailed, outstanding: vec![], exit_code: 5 },
    ]
}
