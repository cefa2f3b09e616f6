use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;
use crate::journal::{
    event::{ChangeEvent, Event, Record, Reversibility, StepOutcome, StopReason},
    testing::{at, captured, change, every_change_event, run_started, whole_run},
};

fn record(event: Event) -> Record {
    Record { seq: Seq(3), at: at(81_250), event }
}

fn every_event() -> Vec<Event> {
    let mut events = whole_run();
    events.push(Event::RunStarted(Box::new(run_started("run-a"))));
    events.extend(every_change_event().into_iter().map(|event| change("port", event)));
    events.push(Event::ConditionsMet { step: "wait".into(), since: at(5), findings: vec![] });
    events.push(Event::StepFinished { step: "wait".into(), outcome: StepOutcome::Stopped });
    events.push(Event::Abandoned { by: crate::journal::testing::actor(1), why: "third Ctrl-C".into() });
    events
}

#[test]
fn every_event_comes_back_as_it_went_on_one_line() {
    for event in every_event() {
        let (line, hash) = encode(&record(event.clone()), LineHash::NONE).unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        let back = decode(without_end(&line)).unwrap();
        assert_eq!(
            back,
            Line { seq: Seq(3), at: at(81_250), content: Content::Known(event), prev: LineHash::NONE, hash }
        );
    }
}

#[test]
fn every_event_bears_the_name_it_has_in_the_journal() {
    for event in every_event() {
        let written = serde_json::to_value(&event).unwrap();
        let written = written.get("change").map_or(&written, |change| &change["event"]);
        assert_eq!(kind_of(written), event.name());
    }
}

#[test]
fn the_hash_is_over_the_line_without_its_last_75_bytes_as_documented() {
    assert_eq!(TAIL, 75);
    let (line, hash) = encode(&record(Event::Noted { note: "ünï".into() }), LineHash::NONE).unwrap();
    let text = String::from_utf8(line).unwrap();
    let text = text.strip_suffix('\n').unwrap();
    let start = r#"{"seq":3,"mono_us":81250000,"wall":"2026-11-22T12:51:22.25Z","event":{"noted":{"note":"ünï"}},"prev":"000"#;
    assert!(text.starts_with(start), "{text}");
    let hashed = &text.as_bytes()[..text.len() - 75];
    let digest: String = Sha256::digest(hashed).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, hash.to_string());
    assert_eq!(&text[text.len() - 75..], format!(r#","hash":"{digest}"}}"#));
}

#[test]
fn a_hash_of_another_spelling_is_not_a_record() {
    let (line, hash) = encode(&record(Event::Noted { note: "a".into() }), LineHash::NONE).unwrap();
    let text = String::from_utf8(line).unwrap();
    let upper = text.replace(&hash.to_string(), &hash.to_string().to_uppercase());
    assert_eq!(decode(without_end(upper.as_bytes())), Err(LineFault::NotARecord));
    assert_eq!(decode(format!("{} ", without_end_text(&text)).as_bytes()), Err(LineFault::NotARecord));
}

fn without_end_text(text: &str) -> &str {
    text.strip_suffix('\n').unwrap()
}

#[test]
fn an_event_of_a_kind_not_known_is_kept_as_written() {
    let object = json!({ "seq": 0, "mono_us": 0, "wall": "2026-11-22T12:50:01Z", "event": { "teleported": { "to": 1 } } });
    let (line, _) = seal(object.to_string().into_bytes(), LineHash::NONE);
    let back = decode(without_end(&line)).unwrap();
    assert_eq!(back.content, Content::Unknown(json!({ "teleported": { "to": 1 } })));
}

#[test]
fn versions_are_read_written_or_refused_with_the_program_to_install() {
    let path = Path::new("reports/r/journal.jsonl");
    assert!(check_appendable(path, "1.0", "firedrill 0.1.0").is_ok());
    assert!(check_readable(path, "1.9", "firedrill 0.7.0").is_ok());
    let minor = check_appendable(path, "1.9", "firedrill 0.7.0").unwrap_err().to_string();
    assert!(minor.contains("install firedrill 0.7.0 or newer"), "{minor}");
    let major = check_readable(path, "2.0", "firedrill 3.1.4").unwrap_err().to_string();
    assert!(
        major.contains("install firedrill 3.1.4 or newer") && major.contains("reports/r/journal.jsonl"),
        "{major}"
    );
    for odd in ["", "1", "one.two", "1.0.0"] {
        assert!(matches!(check_readable(path, odd, "x"), Err(JournalError::NoFormat { .. })), "{odd:?}");
    }
}

#[test]
fn names_used_by_tools_do_not_change() {
    let names = |events: &[Event]| events.iter().map(Event::name).collect::<Vec<_>>();
    let finished = Event::RunFinished { reason: StopReason::Finished, outstanding: vec![], exit_code: 0 };
    let kept = change("x", ChangeEvent::Kept { consent: String::new() });
    assert_eq!(
        names(&[finished, kept, change("x", captured(Reversibility::OneWay))]),
        ["run_finished", "kept", "captured"]
    );
}
