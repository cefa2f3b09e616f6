use std::ops::Range;

use serde_json::json;

use super::*;
use crate::journal::testing::{at, run_started, whole_run};

const PATH: &str = "reports/run-a/journal.jsonl";

/// A journal in memory: each line with its `\n`, and the records in it.
struct Written {
    lines: Vec<Vec<u8>>,
    records: Vec<Record>,
    head: LineHash,
}

impl Written {
    /// The start of a run with this format, and the first `events` events of a whole run.
    fn new(format: &str, events: usize) -> Written {
        let mut written = Written { lines: Vec::new(), records: Vec::new(), head: LineHash::NONE };
        let start =
            RunStarted { format: format.into(), program: "firedrill 9.9.9".into(), ..run_started("run-a") };
        written.push(Event::RunStarted(Box::new(start)));
        whole_run().into_iter().take(events).for_each(|event| written.push(event));
        written
    }

    fn push(&mut self, event: Event) {
        let seq = Seq(self.lines.len() as u64);
        let record = Record { seq, at: at(seq.0 * 1000), event };
        let (line, head) = format::encode(&record, self.head).unwrap();
        // Taken back from the line, as a reader has it: floats may differ in the last digit.
        let Content::Known(event) = format::decode(format::without_end(&line)).unwrap().content else {
            panic!()
        };
        self.records.push(Record { event, ..record });
        self.lines.push(line);
        self.head = head;
    }

    fn push_raw(&mut self, event: Value) {
        let object =
            json!({ "seq": self.lines.len(), "mono_us": 9, "wall": "2026-11-22T12:50:01Z", "event": event });
        let (line, head) = format::seal(object.to_string().into_bytes(), self.head);
        self.lines.push(line);
        self.head = head;
    }

    fn bytes(&self) -> Vec<u8> {
        self.lines.concat()
    }

    /// Where each line is in the file.
    fn places(&self) -> Vec<Range<usize>> {
        let mut start = 0;
        let place = |line: &Vec<u8>| {
            let place = start..start + line.len();
            start = place.end;
            place
        };
        self.lines.iter().map(place).collect()
    }
}

fn parsed(bytes: &[u8]) -> Result<JournalRead, JournalError> {
    parse(Path::new(PATH), bytes)
}

#[track_caller]
fn assert_broken(bytes: &[u8], at_line: usize, with: LineFault) {
    match parsed(bytes) {
        Err(JournalError::Broken { line, fault, .. }) => assert_eq!((line, fault), (at_line, with)),
        other => panic!("not refused as broken: {other:?}"),
    }
}

#[test]
fn a_journal_cut_at_any_byte_reads_up_to_its_last_whole_record() {
    let written = Written::new("1.0", 8);
    let (bytes, places) = (written.bytes(), written.places());
    for end in 0..=bytes.len() {
        let whole = places.iter().filter(|place| place.end <= end).count();
        let at_an_end = end == 0 || places.iter().any(|place| place.end == end);
        match parsed(&bytes[..end]) {
            Err(JournalError::NeverBegan { .. }) => assert_eq!(whole, 0, "cut at {end}"),
            Ok(read) => {
                assert_eq!(read.records, written.records[..whole], "cut at {end}");
                assert_eq!(read.torn, !at_an_end, "cut at {end}");
                assert_eq!(read.warnings.len(), usize::from(!at_an_end), "cut at {end}");
                assert_eq!(read.whole_bytes as usize, places[whole - 1].end, "cut at {end}");
            }
            Err(other) => panic!("cut at {end}: {other}"),
        }
    }
}

#[test]
fn a_journal_cut_after_any_record_folds_to_the_state_the_run_had_then() {
    let written = Written::new("1.0", usize::MAX);
    let mut live = RunState::new();
    for count in 1..=written.lines.len() {
        live.apply(&written.records[count - 1]).unwrap();
        let read = parsed(&written.lines[..count].concat()).unwrap();
        assert_eq!(read.state().unwrap(), live);
    }
    assert!(live.outstanding().is_empty());
}

#[test]
fn any_byte_changed_is_refused_at_its_line_or_leaves_the_last_record_out_and_says_so() {
    let written = Written::new("1.0", 3);
    let (bytes, places) = (written.bytes(), written.places());
    for place in 0..bytes.len() {
        for changed in [bytes[place] ^ 1, b'\n', 0] {
            if changed == bytes[place] {
                continue;
            }
            let mut bytes = bytes.clone();
            bytes[place] = changed;
            let line = places.iter().position(|range| range.contains(&place)).unwrap();
            let last = line + 1 == places.len();
            match parsed(&bytes) {
                Err(JournalError::Broken { line: named, .. }) => assert_eq!(named, line + 1, "byte {place}"),
                Err(JournalError::Newer { .. } | JournalError::NoFormat { .. }) => {
                    assert_eq!(line, 0, "byte {place}")
                }
                Ok(read) => {
                    assert!(
                        last && read.torn && read.warnings.len() == 1,
                        "byte {place} changed to {changed}"
                    );
                    assert_eq!(read.records, written.records[..line]);
                }
                Err(other) => panic!("byte {place}: {other}"),
            }
        }
    }
}

#[test]
fn a_line_removed_doubled_moved_or_forged_is_refused_by_its_number() {
    let written = Written::new("1.0", 6);
    let without = |skip: usize| {
        let kept = written.lines.iter().enumerate().filter(|(index, _)| *index != skip);
        kept.flat_map(|(_, line)| line.clone()).collect::<Vec<u8>>()
    };
    assert_broken(&without(3), 4, LineFault::WrongLink);
    assert_broken(&without(0), 1, LineFault::NoStart);
    let mut doubled = written.lines.clone();
    doubled.insert(3, doubled[2].clone());
    assert_broken(&doubled.concat(), 4, LineFault::WrongLink);
    let mut moved = written.lines.clone();
    moved.swap(4, 5);
    assert_broken(&moved.concat(), 5, LineFault::WrongLink);
    // Made new with a right hash of its own: the line after it does not name it.
    let mut forged = Written { lines: written.lines[..4].to_vec(), records: vec![], head: LineHash::NONE };
    forged.head = format::decode(format::without_end(&written.lines[3])).unwrap().hash;
    forged.push_raw(json!({ "noted": { "note": "nothing to see" } }));
    forged.lines.extend_from_slice(&written.lines[5..]);
    assert_broken(&forged.bytes(), 6, LineFault::WrongLink);
}

#[test]
fn what_a_power_loss_leaves_at_the_end_is_torn_and_two_lines_run_together_are_not() {
    let written = Written::new("1.0", 6);
    let whole = written.bytes();
    for tail in [&b"{\"seq\":7,\"mo"[..], b"\0\0\0\0", b"\0\0\0\n", b"half of it\n", b"{}"] {
        let read = parsed(&[&whole, tail].concat()).unwrap();
        assert!(read.torn, "{tail:?}");
        assert_eq!(read.records, written.records);
        assert_eq!(read.whole_bytes as usize, whole.len());
    }
    // Its second block is on disk, its first is not.
    let mut zeros = written.lines.clone();
    zeros[6][..100].fill(0);
    let read = parsed(&zeros.concat()).unwrap();
    assert!(read.torn && read.records == written.records[..6]);
    // Its `\n` lost, the line before the last would be gone with it: that is no tear.
    let mut joined = written.lines.clone();
    joined[5].pop();
    assert!(matches!(parsed(&joined.concat()), Err(JournalError::Broken { line: 6, .. })));
    // Two torn lines are one too many: a journal is synced after each.
    let two = [&whole[..], b"half\nhalf"].concat();
    assert_broken(&two, 8, LineFault::NotARecord);
}

#[test]
fn a_newer_major_version_is_refused_in_any_framing_with_the_program_to_install() {
    let framed = Written::new("2.0", 3).bytes();
    let other =
        b"{\"event\":{\"run_started\":{\"format\":\"3.0\",\"program\":\"firedrill 9.9.9\"}},\"crc\":1}\n"
            .to_vec();
    for bytes in [framed, other] {
        let refused = parsed(&bytes).unwrap_err();
        assert!(matches!(refused, JournalError::Newer { .. }), "{refused}");
        assert!(refused.to_string().contains("install firedrill 9.9.9 or newer"), "{refused}");
    }
}

#[test]
fn a_newer_minor_version_is_shown_with_what_it_has_new_and_never_appended_to() {
    let mut written = Written::new("1.7", 6);
    written.push_raw(json!({ "teleported": { "to": "standby" } }));
    let read = parsed(&written.bytes()).unwrap();
    assert_eq!(read.records, written.records);
    assert_eq!((read.unknown[0].seq, read.unknown[0].kind.as_str()), (Seq(7), "teleported"));
    assert_eq!(read.warnings.len(), 2, "{:?}", read.warnings);
    assert_eq!(read.state().unwrap().last().unwrap().0, Seq(7));
    assert!(matches!(read.check_appendable(), Err(JournalError::Newer { .. })));
}

#[test]
fn a_record_not_understood_is_shown_and_passed_over_but_nothing_is_restored() {
    let mut written = Written::new("1.0", 6);
    written.push_raw(json!({ "change": { "change": "port", "event": { "half_restored": {} } } }));
    written.push(Event::Noted { note: "after it".into() });
    let read = parsed(&written.bytes()).unwrap();
    assert_eq!(read.state().unwrap().outstanding_ids(), ["port".into()]);
    let refused = read.check_appendable().unwrap_err();
    assert!(matches!(&refused, JournalError::NotUnderstood { line: 8, .. }), "{refused}");
}

#[test]
fn lines_that_are_whole_but_contradict_each_other_are_refused() {
    let mut written = Written::new("1.0", 3);
    written.push(Event::StepFinished {
        step: "never".into(),
        outcome: crate::journal::event::StepOutcome::Done,
    });
    let refused = parsed(&written.bytes()).unwrap().state().unwrap_err();
    assert!(matches!(refused, JournalError::Contradicts { line: 5, .. }), "{refused}");
}

#[test]
fn what_is_whole_before_damage_can_be_shown_and_says_that_there_is_more() {
    let dir = tempfile::tempdir().unwrap();
    let mut written = Written::new("1.0", 10);
    written.lines[8][20] ^= 1;
    fs::write(dir.path().join(JOURNAL_FILE), written.bytes()).unwrap();
    let (read, damage) = salvage(dir.path()).unwrap();
    assert!(matches!(damage, Some(JournalError::Broken { line: 9, .. })));
    assert_eq!(read.records, written.records[..8]);
    assert_eq!(read.state().unwrap().outstanding_ids(), ["port".into()]);
}

mod fuzz;
