use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::drill::FRAMEWORKS;

#[test]
fn every_file_can_be_read() {
    for (id, text) in FILES {
        let read =
            file::read(id, text).unwrap_or_else(|error| panic!("{id}.toml:{}: {}", error.line, error.why));
        let ids: BTreeSet<&str> = read.controls.iter().map(|control| control.id.as_str()).collect();
        assert_eq!(ids.len(), read.controls.len(), "{id}: a control stands twice");
    }
    assert_eq!(frameworks().len(), FILES.len());
}

#[test]
fn every_file_in_the_folder_is_known_and_deployments_may_name_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/controls");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    let known: BTreeSet<String> = FILES.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(names, known);
    assert_eq!(FRAMEWORKS.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_kind_of_evidence_is_asked_for_somewhere() {
    let controls = frameworks().iter().flat_map(|framework| &framework.controls);
    let asked: BTreeSet<Kind> = controls.flat_map(|control| control.evidence.iter().copied()).collect();
    assert_eq!(asked, Kind::ALL.iter().copied().collect());
}

/// No framework certifies a drill, and no text here may sound as if one did.
#[test]
fn nothing_says_that_anyone_complies() {
    for (id, text) in FILES {
        let small = text.to_lowercase();
        for word in ["complian", "complies", "certif", "준수", "적합함", "인증됨"] {
            assert!(!small.contains(word), "{id}: {word}");
        }
    }
}

const GOOD: &str = "name = \"N\"\nname_ko = \"엔\"\n[[control]]\nid = \"1\"\ntitle = \"T\"\ntitle_ko = \"티\"\n\
                    evidence = [\"chain\"]\nnot_covered = \"all else\"\nnot_covered_ko = \"나머지\"\n";

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    assert!(file::read("n", GOOD).is_ok());
    for (from, to, line, why) in [
        ("\"chain\"", "\"chian\"", 7, "`chian` is no kind of evidence; did you mean `chain`?"),
        ("\"chain\"", "", 3, "a control names at least one kind of evidence"),
        ("evidence =", "evidense =", 3, "`evidence` is missing, or is no list"),
        ("title =", "tilte =", 3, "`title` is missing"),
        ("title_ko", "titleko", 3, "`title_ko` is missing"),
        ("[\"chain\"]", "[\"chain\"]\nask = \"x\"", 8, "`ask` is no key; did you mean `asks`?"),
        ("[\"chain\"]", "[\"chain\"]\nasks = \"x\"", 3, "`asks_ko` is missing"),
        ("\"T\"", "\"T", 5, "this is no text and no list"),
        ("id = \"1\"", "id = \"1\"\nid = \"2\"", 5, "this key stands twice"),
        ("[[control]]", "[[controls]]", 3, "this is no `key = value`"),
        ("id = \"1\"", "id = [\"1\"]", 4, "`id` is a text"),
    ] {
        let bad = GOOD.replacen(from, to, 1);
        let error = file::read("n", &bad).expect_err(to);
        assert_eq!((error.line, error.why.as_str()), (line, why), "{bad}");
    }
    assert_eq!(file::read("n", "name = \"N\"\nname_ko = \"N\"\n").unwrap_err().why, "it names no control");
}

mod found_in_a_run {
    use super::super::{map, *};
    use crate::{
        id::Seq,
        journal::{event::Event, followup::Severity},
        measure::{self, fixture::seed::SeedRun},
        report::model::{
            Report,
            controls::Control as Mapped,
            facts::Approval,
            people::{Finding, Person, Reference},
        },
        report::{Extras, Source, report as made},
        words::{Lang, Phrase},
    };

    fn report(run: &SeedRun) -> Report {
        let assessment = measure::assess(&run.records, &run.samples).unwrap();
        let source = Source { run: &assessment, records: &run.records, samples: &run.samples, head: "ab" };
        made(&source, Extras::default()).unwrap()
    }

    fn control(report: &Report, framework: &str, id: &str) -> Mapped {
        let mapped = map(report, &[framework.to_owned()]);
        mapped[0].controls.iter().find(|control| control.id == id).unwrap().clone()
    }

    /// What is said of a kind, in English: shown, or why not.
    fn said(report: &Report, kind: Kind) -> Result<String, String> {
        found::look(kind, report).map(|(what, _)| what.to_string()).map_err(|why| why.to_string())
    }

    #[test]
    fn a_run_shows_what_it_measured_by_record() {
        let report = report(&SeedRun::new());
        let recovery = control(&report, "nist-800-53", "CP-10");
        let time = recovery.shows.iter().find(|shown| shown.kind == "recovery_time").unwrap();
        assert_eq!(time.evidence, report.recovery_time.evidence);
        assert!(!time.evidence.samples.is_empty());
        assert!(time.what.to_string().contains("objective 10 m 00 s: met"), "{}", time.what);
        let restored = recovery.shows.iter().find(|shown| shown.kind == "restoration_verified").unwrap();
        let verified = report.changes.iter().filter_map(|change| change.verified).map(|noted| noted.record);
        assert_eq!(restored.evidence.records, verified.collect::<Vec<Seq>>());
        assert_eq!(said(&report, Kind::Plan).unwrap().matches("SHA-256").count(), 1);
        assert_eq!(found::look(Kind::Plan, &report).unwrap().1.records, [Seq(0), Seq(1)]);
    }

    #[test]
    fn a_switchover_shows_nothing_of_loss_and_replication_is_no_backup() {
        let report = report(&SeedRun::new());
        assert!(
            said(&report, Kind::DataLoss).unwrap_err().contains("it shows nothing about loss in a disaster")
        );
        let backup = control(&report, "iso27001", "A.8.13");
        assert_eq!((backup.shows.len(), backup.lacks.len()), (0, 1));
        assert_eq!(backup.lacks[0].why.to_string(), "a drill restores no backup");
    }

    #[test]
    fn what_did_not_happen_is_not_shown() {
        let empty = report(&SeedRun::new().without(|event| !matches!(event, Event::RunStarted(_))));
        for kind in [
            Kind::Plan,
            Kind::SteadyState,
            Kind::SteadyStateAfter,
            Kind::FaultEffective,
            Kind::Detection,
            Kind::Decision,
            Kind::RoleChange,
            Kind::Failback,
            Kind::RecoveryTime,
            Kind::DataLoss,
            Kind::Soak,
            Kind::RestorationVerified,
            Kind::Approval,
            Kind::Participants,
            Kind::FollowUp,
            Kind::ImpactAnalysis,
        ] {
            let why = said(&empty, kind).expect_err(kind.word());
            assert!(!why.is_empty() && !why.contains('{'), "{}: {why}", kind.word());
        }
        assert!(said(&empty, Kind::Chain).is_ok() && said(&empty, Kind::Identity).is_ok());
    }

    #[test]
    fn what_is_half_restored_is_not_shown_as_restored() {
        let mut report = report(&SeedRun::new());
        report.changes[1].state = crate::measure::summary::ChangeState::Restored;
        report.changes[1].verified = None;
        assert_eq!(
            said(&report, Kind::RestorationVerified).unwrap_err(),
            "only 1 of 2 changes were read back equal to before"
        );
        assert!(said(&report, Kind::Failback).is_err() && said(&report, Kind::RoleChange).is_ok());
    }

    #[test]
    fn a_machines_yes_is_no_approval() {
        let mut report = report(&SeedRun::new());
        assert!(said(&report, Kind::Approval).unwrap_err().contains("records no approval"));
        let approval =
            |by: &str| Approval { step: "go".into(), by: by.into(), at: report.started, record: Seq(7) };
        let (machine, person) = (approval("--yes"), approval("Kim"));
        report.approvals = vec![machine.clone()];
        assert!(said(&report, Kind::Approval).unwrap_err().contains("--yes"));
        report.approvals = vec![machine, person];
        assert_eq!(said(&report, Kind::Approval).unwrap(), "approved during the run by Kim");
    }

    #[test]
    fn what_people_wrote_is_shown() {
        let mut report = report(&SeedRun::new());
        report.people = vec![Person {
            name: "Kim".into(),
            role: "operator".into(),
            organisation: None,
            attended: None,
            stand_in_for: None,
        }];
        report.references = vec![Reference { kind: Phrase::new("people.ref.bia"), is: "BIA-7".into() }];
        report.findings = vec![Finding {
            id: "F-1".into(),
            what: "slow".into(),
            severity: Severity::Low,
            owner: None,
            due: None,
            evidence: Vec::new(),
            root_cause: None,
            action: None,
            by: "Kim".into(),
            at: report.started,
            retest: None,
            closed: None,
        }];
        assert_eq!(said(&report, Kind::Participants).unwrap(), "1 participant is named with their roles");
        assert_eq!(said(&report, Kind::ImpactAnalysis).unwrap(), "the limits refer to BIA-7");
        assert_eq!(said(&report, Kind::FollowUp).unwrap(), "1 finding recorded, 1 open");
    }

    #[test]
    fn every_control_says_something_in_both_languages_and_never_that_one_complies() {
        let mut report = report(&SeedRun::new());
        let all: Vec<String> = FILES.iter().map(|(id, _)| (*id).to_owned()).collect();
        report.controls = map(&report, &all);
        assert_eq!(report.controls.len(), FILES.len());
        for lang in Lang::ALL {
            for (_, file) in
                crate::report::files(&Report { languages: vec![lang], ..report.clone() }).unwrap()
            {
                let text = String::from_utf8_lossy(&file.bytes).to_lowercase();
                for word in ["complian", "complies", "certified", "준수"] {
                    assert!(!text.contains(word), "{lang}: {word}");
                }
            }
            for control in report.controls.iter().flat_map(|framework| &framework.controls) {
                let said = control
                    .shows
                    .iter()
                    .map(|it| it.what.say(lang))
                    .chain(control.lacks.iter().map(|it| it.why.say(lang)));
                let said: Vec<String> = said.collect();
                assert!(!said.is_empty(), "{}", control.id);
                said.iter().for_each(|text| {
                    assert!(!text.contains('{') && !text.starts_with("controls."), "{text}")
                });
            }
        }
    }

    #[test]
    fn a_framework_that_no_one_knows_is_not_mapped() {
        assert_eq!(map(&report(&SeedRun::new()), &["iso9001".into()]), []);
    }

    #[test]
    fn the_map_is_read_back_from_json_as_it_was() {
        let mut report = report(&SeedRun::new());
        report.controls = map(&report, &["isms-p".into(), "dora".into()]);
        let back: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
        assert_eq!(back, report);
    }
}
