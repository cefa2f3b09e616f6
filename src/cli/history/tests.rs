use std::{fs, path::Path};

use super::*;
use crate::{
    id::RunId,
    journal::{
        Journal, SampleWriter,
        event::{Event, StopReason},
    },
    measure::{
        fixture::{
            at,
            seed::{SeedRun, start},
        },
        history::{Reason, Weight},
        summary::Verdict,
    },
    report::{
        make::{self, Source},
        model::Extras,
    },
};

/// A folder of runs.
struct Runs(tempfile::TempDir);

impl Runs {
    fn new() -> Runs {
        Runs(tempfile::tempdir().unwrap())
    }

    /// The seed's run under this id, without what `drop` names; a lab's unless told otherwise.
    fn add(&self, id: &str, on_aws: bool, drop: impl Fn(&Event) -> bool) -> PathBuf {
        let folder = self.0.path().join(id);
        let run = SeedRun::new().without(drop);
        let mut first = start();
        first.run = RunId::from_text(id);
        if on_aws {
            first.lab = None;
        }
        let (mut journal, _) = Journal::create(&folder, first, at(0.0)).unwrap();
        for record in &run.records[1..] {
            journal.append(record.at, record.event.clone()).unwrap();
        }
        let finished = Event::RunFinished { reason: StopReason::Finished, outstanding: vec![], exit_code: 0 };
        if journal.append(at(601.0), finished).is_err() {
            // Something is outstanding: the process died there.
        }
        let mut samples = SampleWriter::open(&folder).unwrap();
        run.samples.iter().for_each(|sample| samples.write(sample).unwrap());
        samples.flush().unwrap();
        folder
    }

    fn read(&self, afresh: usize) -> History {
        let entries = read::entries(Store::new(self.0.path()).runs().unwrap(), afresh);
        let points: Vec<Point> = entries.iter().filter_map(Entry::point).cloned().collect();
        let drilled = arithmetic::drilled(points, &[], On::Apart);
        History { entries, drilled, now: "2026-12-01T00:00:00Z".parse().unwrap() }
    }
}

fn nothing(_: &Event) -> bool {
    false
}

/// Writes the report of a run, with its text changed.
fn report(folder: &Path, change: impl Fn(String) -> String) {
    let read = crate::journal::read(folder).unwrap();
    let samples = crate::journal::read_samples(folder).unwrap().samples;
    let run = crate::measure::assess(&read.records, &samples).unwrap();
    let head = read.head.to_string();
    let source = Source { run: &run, records: &read.records, samples: &samples, head: &head };
    let report = make::report(&source, Extras::default()).unwrap();
    fs::write(folder.join("report.json"), change(serde_json::to_string(&report).unwrap())).unwrap();
}

fn verdict(history: &History) -> Verdict {
    history.entries[0].point().unwrap().verdict
}

const RULES: Rules = Rules { worse_than: 0.2, last: 5, require: None };

#[test]
fn a_run_says_the_same_by_its_journal_and_by_its_report() {
    let runs = Runs::new();
    let folder = runs.add("20261122T120000Z-seoul-outage-aaaa", false, nothing);
    let by_journal = runs.read(0);
    report(&folder, |text| text);
    let by_report = runs.read(0);
    assert_eq!(by_journal.entries[0].point(), by_report.entries[0].point());
    assert_eq!(verdict(&by_report), Verdict::Pass);
}

#[test]
fn a_report_of_another_journal_is_not_believed_and_a_gate_believes_none() {
    let runs = Runs::new();
    let folder = runs.add("20261122T120000Z-seoul-outage-aaaa", false, nothing);
    let forged = |text: String| text.replacen("\"verdict\":\"pass\"", "\"verdict\":\"fail\"", 1);
    report(&folder, forged);
    assert_eq!(verdict(&runs.read(0)), Verdict::Fail, "a list believes what names the journal's last hash");
    assert_eq!(verdict(&runs.read(1)), Verdict::Pass, "a gate measures");
    let head = crate::journal::read(&folder).unwrap().head.to_string();
    report(&folder, |text| forged(text).replace(&head, &"0".repeat(64)));
    assert_eq!(verdict(&runs.read(0)), Verdict::Pass, "of another journal");
    report(&folder, |text| text[..text.len() / 2].to_owned());
    assert_eq!(verdict(&runs.read(0)), Verdict::Pass, "no report at all");
}

#[test]
fn an_unreadable_run_is_listed_and_keeps_the_gate_shut_if_it_may_be_the_latest() {
    let runs = Runs::new();
    runs.add("20261122T120000Z-seoul-outage-aaaa", true, nothing);
    let broken = |id: &str| {
        let folder = runs.0.path().join(id);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("journal.jsonl"), "{}\nno journal\n").unwrap();
    };
    broken("20261121T120000Z-seoul-outage-bbbb");
    let older = runs.read(6);
    assert!(matches!(older.entries[1].what, What::Unreadable { .. }));
    let found = gate::judge(&older, &RULES);
    assert!(found.iter().all(|it| it.weight == Weight::Warns), "an old one is told");
    assert!(found.iter().any(|it| it.said.id() == "history.gate.unreadable"));
    broken("20261123T120000Z-seoul-outage-cccc");
    let newer = runs.read(6);
    assert_eq!(gate::exit_code(&gate::judge(&newer, &RULES)), exit::UNKNOWN);
    let shown = shown::all(&newer, 5, Lang::En).join("\n");
    assert!(shown.contains("unreadable:"), "{shown}");
}

#[test]
fn what_is_outstanding_on_aws_dominates_and_what_was_on_a_lab_is_gone() {
    let unverified = |event: &Event| matches!(event, Event::Change { change, event: crate::journal::event::ChangeEvent::Verified { .. } } if change.0 == "database");
    let runs = Runs::new();
    runs.add("20261122T120000Z-seoul-outage-aaaa", false, unverified);
    let lab = runs.read(6);
    assert!(!lab.entries.iter().any(Entry::is_outstanding));
    assert_eq!(gate::exit_code(&gate::judge(&lab, &RULES)), exit::FAILED, "it was not restored all the same");
    runs.add("20261122T130000Z-seoul-outage-bbbb", true, unverified);
    let aws = runs.read(6);
    assert!(aws.entries.iter().any(Entry::is_outstanding));
    let found = gate::judge(&aws, &RULES);
    assert_eq!(gate::exit_code(&found), exit::OUTSTANDING);
    assert!(found[0].said.say(Lang::En).contains("firedrill restore 20261122T130000Z-seoul-outage-bbbb"));
}

#[test]
fn nothing_to_judge_is_no_pass() {
    let found = gate::judge(&Runs::new().read(6), &RULES);
    assert_eq!(gate::exit_code(&found), exit::UNKNOWN);
}

#[test]
fn a_first_run_passes_with_a_warning() {
    let runs = Runs::new();
    runs.add("20261122T120000Z-seoul-outage-aaaa", true, nothing);
    let history = runs.read(6);
    let found = gate::judge(&history, &RULES);
    assert_eq!(gate::exit_code(&found), exit::PASSED);
    let lines = gate::lines(&found, 0.2, &history, Lang::En).join("\n");
    assert!(lines.contains("warning:") && lines.contains("0 runs before the latest"), "{lines}");
    assert!(
        lines.contains("The gate is open: 1 series judged, none more than 20 % above its median."),
        "{lines}"
    );
}

#[test]
fn every_reason_is_said_with_its_numbers_in_both_languages() {
    let every = crate::drill::period::Period::parse("90d");
    let run = || RunId::from_text("r-1");
    let reasons = [
        Reason::Outstanding { run: run(), changes: vec!["database".into()] },
        Reason::NotPassed { run: run(), verdict: Verdict::Fail },
        Reason::Unmeasured { run: run() },
        Reason::TooFew { compared: 0, wanted: 3 },
        Reason::NeverRun,
        Reason::Overdue(arithmetic::Due { every: every.unwrap(), last: None, by: None }),
    ];
    for reason in reasons {
        let said = gate::reason(&reason, "20 %");
        for lang in Lang::ALL {
            let text = said.say(lang);
            assert!(!text.contains('{') && !text.starts_with("history."), "{text}");
        }
    }
}

#[test]
fn the_table_fits_eighty_columns_and_names_the_lab() {
    let runs = Runs::new();
    for (place, id) in ["aaaa", "bbbb", "cccc"].iter().enumerate() {
        runs.add(&format!("2026112{place}T120000Z-seoul-outage-{id}"), place == 2, nothing);
    }
    let history = runs.read(0);
    for lang in Lang::ALL {
        let text = shown::all(&history, 5, lang).join("\n");
        let text = anstream::adapter::strip_str(&text).to_string();
        for line in text.lines() {
            let wide = console::measure_text_width(line);
            assert!(wide <= 80, "{wide}: {line}");
        }
    }
    let text = shown::all(&history, 5, Lang::En).join("\n");
    assert!(text.contains("on AWS: 1 run") && text.contains("on a lab, simulated: 2 runs"), "{text}");
    assert!(text.contains("Passed") && text.contains("10 min") && text.contains("yes"), "{text}");
}

#[test]
fn json_has_a_line_for_each_run_each_drill_and_the_gate() {
    let runs = Runs::new();
    runs.add("20261122T120000Z-seoul-outage-aaaa", true, nothing);
    let history = runs.read(6);
    let found = gate::judge(&history, &RULES);
    let lines: Vec<serde_json::Value> = json::lines(&history, 5, Some(&found))
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["verdict"], &lines[0]["lab"]), (&"pass".into(), &false.into()));
    assert_eq!(lines[0]["recovery_time"]["objective_s"], 600.0);
    assert_eq!(
        (&lines[1]["drill"]["series"][0]["on"], &lines[1]["drill"]["series"][0]["compared"]),
        (&"aws".into(), &0.into())
    );
    assert_eq!((&lines[2]["gate"]["open"], &lines[2]["gate"]["exit_code"]), (&true.into(), &0.into()));
    assert_eq!(lines[2]["gate"]["findings"][0]["weight"], "warning");
}

#[test]
fn a_share_is_in_per_cent() {
    assert_eq!((share("20%"), share("0%"), share("12.5%")), (Ok(0.2), Ok(0.0), Ok(0.125)));
    for bad in ["20", "0.2", "-5%", "%", "NaN%", "inf%", "a lot"] {
        assert!(share(bad).unwrap_err().contains("20%"), "{bad}");
    }
}
