use quick_xml::{Reader, events::Event as Xml};

use super::*;
use crate::{
    journal::event::{ChangeEvent, Event, FailureClass, StepOutcome, StopReason},
    measure::{self, fixture::seed::SeedRun},
    report::{
        make::{self, Source},
        model::Extras,
    },
};

/// Everything that one of the formats could mistake for its own.
const HOSTILE: &str =
    "a\"b'<script>&]]>--><!channel> | `x` *y*\n::error::z%0A,:\u{1b}[31m\u{0}\u{202e}\u{ffff}\\";

fn report(run: &SeedRun) -> Report {
    let assessment = measure::assess(&run.records, &run.samples).unwrap();
    let source = Source { run: &assessment, records: &run.records, samples: &run.samples, head: "ab" };
    make::report(&source, Extras::default()).unwrap()
}

fn passed() -> Report {
    report(&SeedRun::new())
}

/// Restoring the database failed, and the run was stopped in its last step.
fn outstanding() -> Report {
    let restored = |event: &Event| match event {
        Event::Change { change, event: ChangeEvent::Restored { .. } | ChangeEvent::Verified { .. } } => {
            change.0 == "database"
        }
        Event::StepFinished { step, .. } => step.0 == "tokyo-serves",
        Event::SteadyState { after, .. } => *after,
        Event::StopRequested { .. } => true,
        _ => false,
    };
    let mut run = SeedRun::new().without(restored);
    let why = "AccessDenied: <no>".to_owned();
    let event = ChangeEvent::RestoreFailed { class: FailureClass::Denied, why };
    run.record(400.0, Event::Change { change: "database".into(), event });
    run.record(401.0, Event::StepFinished { step: "tokyo-serves".into(), outcome: StepOutcome::Stopped });
    run.record(402.0, Event::StopRequested { reason: StopReason::Interrupt, detail: "Ctrl-C".into() });
    report(&run)
}

fn hostile() -> Report {
    let mut report = outstanding();
    report.drill.name = HOSTILE.into();
    report.drill.title = HOSTILE.into();
    report.deployment.name = HOSTILE.into();
    report.made_by.by = HOSTILE.into();
    report.outstanding = vec![HOSTILE.into()];
    report.reasons = vec![Phrase::verbatim(HOSTILE)];
    report.steps[0].title = HOSTILE.into();
    report.steps[0].why = Some(HOSTILE.into());
    report.steps[0].outcome = crate::report::model::step::Outcome::Failed;
    for change in &mut report.changes {
        change.title = HOSTILE.into();
        change.by_hand = vec![HOSTILE.into()];
        change.differences = vec![HOSTILE.into()];
    }
    report
}

/// Element names with their attributes, in order; panics where it is no XML.
fn elements(document: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(document);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("XML") {
            Xml::Start(tag) | Xml::Empty(tag) => {
                let attributes = tag.attributes().map(|it| {
                    let it = it.expect("an attribute");
                    let value = it
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .expect("a value")
                        .into_owned();
                    (it.key.as_ref().to_owned(), value)
                });
                let attributes = attributes.collect();
                found.push((tag.name().as_ref().to_owned(), attributes));
            }
            Xml::Eof => return found,
            _ => {}
        }
    }
}

fn value<'a>(attributes: &'a [(String, String)], name: &str) -> &'a str {
    attributes
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
        .unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn junit_has_a_case_for_each_step_objective_restoration_and_steady_state() {
    let all = elements(&junit::document(&passed()));
    let classes: Vec<&str> =
        all.iter().filter(|(name, _)| name == "testcase").map(|(_, it)| value(it, "classname")).collect();
    let count =
        |group: &str| classes.iter().filter(|class| **class == format!("seoul-outage.{group}")).count();
    assert_eq!(
        (count("steady_state"), count("step"), count("objective"), count("restoration")),
        (2, 4, 3, 2)
    );
    assert_eq!(classes.first(), Some(&"seoul-outage.steady_state"));
    let suite = &all[1].1;
    assert_eq!((value(suite, "tests"), value(suite, "failures"), value(suite, "errors")), ("11", "0", "0"));
    assert_eq!(value(suite, "timestamp"), "2026-11-22T12:00:00", "no zone: so the schema wants it");
}

#[test]
fn junit_says_what_failed_what_is_not_known_and_what_was_not_done() {
    let document = junit::document(&outstanding());
    let all = elements(&document);
    let suite = &all[1].1;
    let counted = |name: &str| all.iter().filter(|(element, _)| element == name).count().to_string();
    for (attribute, element) in
        [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
    {
        assert_eq!(value(suite, attribute), counted(element), "{attribute}");
    }
    assert!(document.contains("<failure type=\"outstanding\""), "{document}");
    assert!(document.contains("AccessDenied: &lt;no&gt;") && document.contains("by hand: aws"), "{document}");
    assert!(document.contains("<failure type=\"stopped\""), "{document}");
    assert!(
        document.contains("<error type=\"steady state\" message=\"it was not looked at\">"),
        "{document}"
    );
    let mut cut = outstanding();
    cut.steps[3].outcome = crate::report::model::step::Outcome::NotExecuted;
    assert!(junit::document(&cut).contains("<skipped message=\"the run ended before the step began\"/>"));
}

/// What the schemas of Ant and Jenkins demand, beyond being XML.
#[test]
fn junit_stands_in_the_order_that_schemas_demand() {
    let document = junit::document(&hostile());
    let all = elements(&document);
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..3], ["testsuites", "testsuite", "properties"]);
    assert_eq!(names[names.len() - 2..], ["system-out", "system-err"]);
    assert!(all[0].1.is_empty(), "the outer element has no attributes");
    for (name, attributes) in &all {
        let needed: &[&str] = match name.as_str() {
            "testsuite" => {
                &["name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"]
            }
            "testcase" => &["name", "classname", "time"],
            "property" => &["name", "value"],
            "failure" | "error" => &["type", "message"],
            _ => &[],
        };
        needed.iter().for_each(|needed| assert!(!value(attributes, needed).is_empty(), "{name}: {needed}"));
        for (_, text) in attributes {
            assert_eq!(text.trim(), text, "a token");
            assert!(!text.contains("  ") && !text.contains('\n'), "a token: {text:?}");
        }
    }
    let controls = |c: char| c.is_control() && c != '\n';
    assert!(!document.contains(controls) && document.contains('\u{fffd}'), "{document:?}");
}

#[test]
fn annotations_are_one_line_each_and_nothing_in_them_is_a_command() {
    let lines = github::annotations(&hostile());
    assert!(lines.len() >= 2, "{lines:#?}");
    for line in &lines {
        assert!(!line.contains(['\n', '\r']), "{line:?}");
        let rest = line
            .strip_prefix("::error title=")
            .or_else(|| line.strip_prefix("::warning title="))
            .expect(line);
        let (title, message) = rest.split_once("::").expect("a title and a message");
        assert!(!title.contains([':', ',']), "{title}");
        assert!(title.contains("%0A%3A%3Aerror%3A%3Az%250A%2C%3A"), "{title}");
        assert!(!message.is_empty());
    }
    assert!(
        lines.last().unwrap().contains("firedrill restore 20261122T120000Z-seoul-outage-3f9a"),
        "{lines:#?}"
    );
}

#[test]
fn a_pass_is_one_notice() {
    let lines = github::annotations(&passed());
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with("::notice title=seoul-outage on wordpress (lab%2C simulated)%3A Passed::"),
        "{lines:?}"
    );
}

#[test]
fn the_step_summary_is_markdown_in_which_the_world_is_text() {
    let good = github::summary(&passed());
    assert!(good.starts_with("## Passed: seoul-outage on wordpress (lab, simulated)\n"), "{good}");
    assert!(good.contains("| recovery time | ") && good.contains("| met |"), "{good}");
    assert!(good.contains("Everything was put back and read back."));
    let bad = github::summary(&hostile());
    assert!(!bad.contains("<script>") && !bad.contains("<!channel>") && !bad.contains("\u{1b}"), "{bad}");
    assert!(bad.contains("&lt;script&gt;") && bad.contains("\\`x\\`") && bad.contains("\\|"), "{bad}");
    assert!(bad.contains("**Not everything was put back.**"));
    assert!(bad.lines().all(|line| !line.starts_with("::")), "{bad}");
}

#[test]
fn gauges_have_their_help_and_type_once_and_labels_are_escaped() {
    let text = prometheus::text(&passed());
    let line = |start: &str| {
        text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}"))
    };
    let labels = "{deployment=\"wordpress\",drill=\"seoul-outage\",place=\"lab\"}";
    assert_eq!(
        line("firedrill_recovery_time_objective_seconds"),
        format!("firedrill_recovery_time_objective_seconds{labels} 600")
    );
    assert_eq!(line("firedrill_outstanding"), format!("firedrill_outstanding{labels} 0"));
    assert_eq!(
        line("firedrill_last_run_timestamp_seconds"),
        format!("firedrill_last_run_timestamp_seconds{labels} 1795348800")
    );
    assert!(text.contains(",verdict=\"pass\"} 1\n") && text.contains(",verdict=\"fail\"} 0\n"), "{text}");
    for metric in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = metric.strip_suffix(" gauge").expect("a gauge");
        assert_eq!(text.matches(&format!("# HELP {name} ")).count(), 1, "{name}");
        assert!(text.lines().any(|line| line.starts_with(&format!("{name}{{"))), "{name} has a line");
    }
    let bad = prometheus::text(&hostile());
    for line in bad.lines().filter(|line| !line.starts_with('#')) {
        assert!(
            line.starts_with("firedrill_") && line.contains("a\\\"b'<script>") && line.contains("\\n::error"),
            "{line}"
        );
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn what_was_not_measured_has_no_gauge() {
    let mut report = passed();
    report.recovery_time.measured = None;
    report.recovery_time.high = None;
    let text = prometheus::text(&report);
    assert!(!text.contains("firedrill_recovery_time_seconds") && !text.contains("NaN"), "{text}");
    assert!(text.contains("firedrill_recovery_time_objective_seconds"), "{text}");
}

#[test]
fn a_chat_gets_text_that_links_and_mentions_nobody_and_fits() {
    let body = slack::body(&passed());
    assert!(
        body["text"].as_str().unwrap().contains("Passed: seoul-outage on wordpress (lab, simulated)"),
        "{body}"
    );
    assert_eq!(body["blocks"][0]["type"], "header");
    let mut long = hostile();
    long.drill.title = "<!here> ".repeat(2000);
    let body = slack::body(&long);
    assert!(!body.to_string().contains("<!here>") && !body["text"].as_str().unwrap().contains('<'), "{body}");
    for block in body["blocks"].as_array().unwrap() {
        let limit = if block["type"] == "header" { 150 } else { 3000 };
        let text = block["text"]["text"].as_str().unwrap_or_default();
        assert!(text.chars().count() <= limit, "{}", text.chars().count());
        assert!(block["text"]["type"] == "plain_text" || !text.contains('<'), "{text}");
    }
    assert!(body.to_string().contains("firedrill restore"), "{body}");
}
