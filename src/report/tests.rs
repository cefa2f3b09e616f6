use serde_json::Value;

use super::*;
use crate::{
    journal::{
        event::{ChangeEvent, Event, StopReason},
        sample::Outcome,
    },
    measure::{assess, fixture::seed::SeedRun},
};

/// The report of a run, in both languages.
fn made(run: &SeedRun) -> Report {
    let assessed = assess(&run.records, &run.samples).unwrap();
    let source =
        Source { run: &assessed, records: &run.records, samples: &run.samples, head: &"ab".repeat(32) };
    Report { languages: Lang::ALL.to_vec(), ..report(&source, Extras::default()).unwrap() }
}

/// The formats that are text; those of `pdf` have tests of their own.
fn texts(report: &Report) -> Vec<(&'static str, Vec<u8>)> {
    let texts = RENDERERS.into_iter().filter(|renderer| !renderer.name(Lang::En).ends_with("pdf"));
    let files = files_by(report, &texts.collect::<Vec<_>>()).unwrap();
    files.into_iter().map(|(name, file)| (name, file.bytes)).collect()
}

fn rendered(run: &SeedRun) -> Vec<(&'static str, Vec<u8>)> {
    texts(&made(run))
}

fn text(run: &SeedRun, name: &str) -> String {
    let (_, bytes) = rendered(run).into_iter().find(|(file, _)| *file == name).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn json(run: &SeedRun) -> Value {
    serde_json::from_str(&text(run, "report.json")).unwrap()
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(rendered(&SeedRun::new()), rendered(&SeedRun::new()));
}

#[test]
fn what_is_read_back_from_report_json_is_rendered_to_the_same_bytes() {
    for run in [SeedRun::new(), troubled()] {
        let files = rendered(&run);
        let json = &files.iter().find(|(name, _)| *name == "report.json").unwrap().1;
        let read: Report = serde_json::from_slice(json).unwrap();
        assert_eq!(read, made(&run));
        assert!(texts(&read) == files);
    }
}

/// Every figure of a text, in order.
fn figures(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter(|figure| !figure.is_empty()).collect()
}

#[test]
fn both_editions_say_the_same_numbers_and_the_korean_one_is_korean() {
    let report = made(&SeedRun::new());
    let [english, korean] = Lang::ALL.map(|lang| view::page(&report, lang));
    let cards = |page: &view::Page| -> Vec<String> {
        let said = page.cards.iter().map(|card| format!("{} {} {}", card.value, card.bounds, card.limit));
        said.map(|said| figures(&said).join(" ")).collect()
    };
    assert_eq!(cards(&english), cards(&korean));
    let rows =
        |page: &view::Page| page.sections.iter().map(|section| section.blocks.len()).collect::<Vec<_>>();
    assert_eq!(rows(&english), rows(&korean));
    assert_eq!(english.sections.len(), korean.sections.len());
    let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    assert!(korean.sections.iter().all(|section| hangul(&section.title)));
    assert!(!hangul(&text(&SeedRun::new(), "report.md").replace("한국어", "")));
}

#[test]
fn nothing_is_said_with_a_place_left_empty() {
    for run in [SeedRun::new(), troubled()] {
        for name in ["report.md", "report.ko.md"] {
            let text = text(&run, name);
            let left =
                text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inside, _)| inside);
            let places: Vec<&str> =
                left.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
            assert!(places.is_empty(), "{name}: {places:?}");
            for topic in ["view.", "measure.", "record.", "seen.", "plain."] {
                let said =
                    text.split_whitespace().any(|word| word.starts_with(topic) && word.len() > topic.len());
                assert!(!said, "{name} says the name of a sentence of {topic}");
            }
        }
    }
}

#[test]
fn the_effect_of_the_fault_and_what_was_not_tested_stand_before_the_numbers() {
    let markdown = text(&SeedRun::new(), "report.md");
    let place = |words: &str| markdown.find(words).unwrap_or_else(|| panic!("no {words}"));
    assert!(place("Effective fault: yes.") < place("measured 2 min"));
    assert!(place("What was not tested") < place("## Objectives"));
    assert!(markdown.contains("a recovery point (RPO) for a disaster"));
    assert!(markdown.contains("loss of a region"));
}

#[test]
fn a_step_that_never_began_is_listed_and_is_a_deviation() {
    let run = SeedRun::new().without(|event| {
        matches!(event,
        Event::StepStarted { step, .. } | Event::StepFinished { step, .. } if step.0 == "tokyo-serves")
    });
    let report = made(&run);
    assert_eq!(report.steps.last().unwrap().outcome, model::step::Outcome::NotExecuted);
    assert!(text(&run, "report.md").contains("Not executed: tokyo-serves."));
    assert!(text(&run, "report.ko.md").contains("미실행 단계: tokyo-serves."));
}

#[test]
fn report_json_has_what_its_schema_promises() {
    let report = json(&SeedRun::new());
    assert_eq!(report["schema"], model::SCHEMA);
    assert_eq!(report["run"], "20261122T120000Z-seoul-outage-3f9a");
    assert_eq!((&report["verdict"], &report["restored"]), (&Value::from("pass"), &Value::from(true)));
    for name in ["recovery_time", "detection", "data_loss"] {
        for field in ["measured_s", "low_s", "high_s", "objective_s"] {
            assert!(report[name][field].is_f64(), "{name}.{field}: {}", report[name]);
        }
        assert_eq!(report[name]["verdict"], "pass");
    }
    for list in ["outages", "phases", "changes"] {
        assert!(!report[list].as_array().unwrap().is_empty(), "{list}");
    }
    assert_eq!(report["recovery_time"]["objective_s"], 600.0);
}

#[test]
fn what_was_not_measured_is_null() {
    let mut run = SeedRun::new();
    run.samples.clear();
    let report = json(&run);
    assert_eq!(report["verdict"], "unknown");
    for field in ["measured_s", "low_s", "high_s"] {
        assert_eq!(report["recovery_time"][field], Value::Null);
    }
}

#[test]
fn every_file_of_a_lab_run_says_so_first_and_of_a_real_run_does_not() {
    let notice = "Simulated on the lab at speed 20, seed 7: no number here is AWS's";
    let mut run = SeedRun::new();
    assert!(text(&run, "report.md").lines().next().unwrap().contains(notice));
    assert!(text(&run, "report.json").lines().take(6).any(|line| line.contains(notice)));
    let html = text(&run, "report.html");
    let body = html.split("<body>").nth(1).unwrap();
    assert!(body.starts_with(&format!("<aside class=\"notice\">{notice}</aside>")));
    assert!(text(&run, "report.ko.md").lines().next().unwrap().contains("모의 환경"));
    let Event::RunStarted(start) = &mut run.records[0].event else { unreachable!() };
    start.lab = None;
    for (name, bytes) in rendered(&run) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("Simulated") && !text.contains("모의 환경"), "{name}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "<script>alert(1)</script>|`x`](http://evil)\n# no\u{202e}\u{200b}";
    let mut run = SeedRun::new();
    let Event::RunStarted(start) = &mut run.records[0].event else { unreachable!() };
    start.drill.title = hostile.into();
    for record in &mut run.records {
        if let Event::Change { event: ChangeEvent::Captured { title, .. }, .. } = &mut record.event {
            *title = hostile.into();
        }
    }
    for sample in &mut run.samples {
        if let Outcome::Bad { why } = &mut sample.outcome {
            *why = hostile.into();
        }
    }
    for name in ["report.html", "report.ko.html"] {
        let html = text(&run, name);
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    }
    for name in ["report.md", "report.ko.md"] {
        let markdown = text(&run, name);
        assert!(!markdown.contains("<script") && !markdown.replace(r"\](", "").contains("]("));
        assert!(!markdown.lines().any(|line| line.starts_with("# no")));
    }
    for (name, bytes) in rendered(&run) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(['\u{202e}', '\u{200b}']), "{name} hides something");
        assert!(text.contains(if name.ends_with("json") { "\\u202e" } else { "⟨U+202E⟩" }), "{name}");
    }
    assert_eq!(made(&run).drill.title, hostile, "what was recorded stays as it was");
}

#[test]
fn every_link_of_the_page_leads_somewhere_in_it() {
    let html = text(&SeedRun::new(), "report.html");
    let targets: Vec<&str> =
        html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(targets.len() > 50);
    for target in targets {
        assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
    }
    assert!(!html.contains("src=") && !html.contains("@import"));
}

#[test]
fn what_is_outstanding_comes_with_the_commands_that_put_it_back() {
    let run = SeedRun::new()
        .without(|event| matches!(event, Event::Change { event: ChangeEvent::Verified { .. }, .. }));
    for name in ["report.md", "report.html"] {
        let text = text(&run, name);
        assert!(
            text.contains("Not restored: objective not met")
                && text.contains("firedrill restore 20261122T120000Z"),
            "{name}"
        );
        assert!(text.contains("aws ... # puts port-80-closed back"), "{name}");
    }
}

/// A run that went wrong in many ways at once.
fn troubled() -> SeedRun {
    let mut run = SeedRun::new().without(|event| match event {
        Event::Change { change, event: ChangeEvent::Verified { .. } | ChangeEvent::Restored { .. } } => {
            change.0 == "port-80-closed"
        }
        _ => false,
    });
    let conflict = ChangeEvent::Conflict {
        differences: vec!["sg-0aa1: tcp 80 from 203.0.113.0/24 was added by someone else".into()],
        commands: vec![
            "aws ec2 authorize-security-group-ingress --group-id sg-0aa1 --ip-permissions '...'".into(),
        ],
    };
    run.record(700.0, Event::Change { change: "port-80-closed".into(), event: conflict });
    run.record(
        701.0,
        Event::StopRequested {
            reason: StopReason::StopCondition,
            detail: "health check of standby is unhealthy for 20.0 s".into(),
        },
    );
    run.samples.retain(|sample| !(130.0..190.0).contains(&sample.started.mono.as_secs_f64()));
    for sample in &mut run.samples {
        if (300.0..330.0).contains(&sample.started.mono.as_secs_f64()) {
            sample.outcome = Outcome::Unknown { error: "ThrottlingException".into() };
            sample.seen = None;
        }
    }
    run
}

#[test]
fn a_run_that_went_wrong_is_told_in_full() {
    let run = troubled();
    let markdown = text(&run, "report.md");
    for words in
        ["Not restored", "was added by someone else", "a stop condition held", "gap", "could not tell"]
    {
        assert!(markdown.contains(words), "{words}");
    }
    assert_eq!((&json(&run)["exit_code"], &json(&run)["restored"]), (&Value::from(10), &Value::from(false)));
}

/// Writes the pages where a person can look at them: `FIREDRILL_LOOK=DIR cargo test --lib report -- --ignored`.
#[test]
#[ignore = "for eyes"]
fn look() {
    let Some(folder) = std::env::var_os("FIREDRILL_LOOK") else { return };
    for (run, prefix) in [(SeedRun::new(), ""), (troubled(), "troubled-")] {
        for (name, file) in files(&made(&run)).unwrap() {
            std::fs::write(std::path::Path::new(&folder).join(format!("{prefix}{name}")), file.bytes)
                .unwrap();
        }
    }
}

mod forecast;
mod fuzz;
mod kept;
mod pages;
mod people;
mod schema;
