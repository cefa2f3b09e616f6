//! Journals that were damaged, and journals that are whole and say what no run did.

use std::sync::LazyLock;

use serde_json::Value;

use super::{Written, parsed};
use crate::{
    fuzz::{Held, Parts, Property, Rng, doc::Doc, ensure, mutate},
    journal::{
        JournalError,
        event::{ChangeEvent, Event},
        format,
        hash::LineHash,
        reader::JournalRead,
        testing::{change, every_change_event},
    },
};

static WHOLE: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| Written::new("1.0", usize::MAX).lines);

/// A line's object without its two links.
fn object(line: &[u8]) -> Doc {
    let mut object: Value = serde_json::from_slice(format::without_end(line)).unwrap();
    let members = object.as_object_mut().unwrap();
    members.remove("prev");
    members.remove("hash");
    Doc::from(&object)
}

/// Damage to a journal's bytes.
fn damaged(rng: &mut Rng) -> Parts {
    let mut lines = WHOLE[..1 + rng.below(WHOLE.len())].to_vec();
    let (at, to) = (rng.below(lines.len()), rng.below(lines.len()));
    match rng.below(8) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(to, lines[at].clone()),
        2 => lines.swap(at, to),
        3 => {
            let end = lines[at].len();
            lines[at][rng.below(end)] ^= 1 << rng.below(8);
        }
        4 => {
            let mut bytes = lines.concat();
            bytes.truncate(rng.below(bytes.len() + 1));
            return vec![bytes];
        }
        5 => {
            let mut bytes = lines.concat();
            let start = rng.below(bytes.len());
            let end = (start + rng.below(4096)).min(bytes.len());
            bytes[start..end].fill(0);
            return vec![bytes];
        }
        6 => return vec![rng.bytes(300)],
        _ => mutate::any(rng, &mut lines[at], &WHOLE[to]),
    }
    let mut bytes = lines.concat();
    if rng.once_in(4) {
        mutate::bytes(rng, &mut bytes, &WHOLE[0]);
    }
    vec![bytes]
}

fn never_other_than_written(parts: &[Vec<u8>]) -> Held {
    let (bytes, whole) = (&parts[0], WHOLE.concat());
    let read = match parsed(bytes) {
        Ok(read) => read,
        Err(error) => {
            ensure!(!error.to_string().is_empty(), "refused without a word");
            // What was cut off is no damage.
            let cut = whole.starts_with(bytes) && !matches!(error, JournalError::NeverBegan { .. });
            ensure!(!cut, "a journal cut at {} is refused: {error}", bytes.len());
            return Ok(());
        }
    };
    let taken = usize::try_from(read.whole_bytes).unwrap();
    ensure!(
        bytes.get(..taken).is_some_and(|taken| whole.starts_with(taken)),
        "read as whole, and was not written so"
    );
    ensure!(
        read.torn == (taken < bytes.len()),
        "{} bytes read of {}, torn: {}",
        taken,
        bytes.len(),
        read.torn
    );
    ensure!(!read.torn || !read.warnings.is_empty(), "torn, and nobody is told");
    let rest = &bytes[taken..];
    let lines = rest.iter().filter(|byte| **byte == b'\n').count();
    ensure!(lines < 2 && (lines == 0 || rest.ends_with(b"\n")), "{lines} lines passed over as torn");
    Ok(())
}

#[test]
fn a_damaged_journal_is_never_read_as_another() {
    let test = "a_damaged_journal_is_never_read_as_another";
    Property { test, short: 2_000, make: &damaged, check: &never_other_than_written }.hold();
}

/// A journal of whole lines, some of which say something else than was written.
fn forged(rng: &mut Rng) -> Parts {
    let mut lines: Vec<Doc> = WHOLE[..1 + rng.below(WHOLE.len())].iter().map(|line| object(line)).collect();
    for _ in 0..=rng.below(3) {
        let (at, to) = (rng.below(lines.len()), rng.below(lines.len()));
        match rng.below(7) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(to, lines[at].clone()),
            2 => lines.swap(at, to),
            3 | 4 => lines.insert(at, event(rng)),
            _ => {
                let other = lines[to].clone();
                lines[at].mutate(rng, &other);
            }
        }
    }
    if rng.once_in(2) {
        lines.iter_mut().enumerate().for_each(|(seq, line)| number(line, seq));
    }
    let mut head = LineHash::NONE;
    let mut bytes = Vec::new();
    for line in lines {
        let (sealed, hash) = format::seal(line.json().into_bytes(), head);
        bytes.extend(sealed);
        head = hash;
    }
    vec![bytes]
}

/// A line with an event of a change of the run, at no particular place.
fn event(rng: &mut Rng) -> Doc {
    let events = every_change_event();
    let event: ChangeEvent = rng.one(&events).clone();
    let ids: [&str; 3] = ["port", "database", "go"];
    let id = rng.one(&ids);
    let value = serde_json::json!({
        "seq": 0, "mono_us": 9, "wall": "2026-11-22T12:50:01Z", "event": change(id, event),
    });
    Doc::from(&value)
}

fn number(line: &mut Doc, seq: usize) {
    if let Doc::Map(entries) = line
        && let Some((_, value)) = entries.iter_mut().find(|(name, _)| name == "seq")
    {
        *value = Doc::Plain(seq.to_string());
    }
}

/// What the state must hold, told from the events alone.
fn outstanding(read: &JournalRead) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    for record in &read.records {
        let Event::Change { change, event } = &record.event else { continue };
        match event {
            ChangeEvent::ApplyStarted => open.push(change.0.clone()),
            ChangeEvent::Verified { .. } | ChangeEvent::Kept { .. } => open.retain(|open| *open != change.0),
            _ => {}
        }
    }
    open.sort();
    open
}

fn reads_for_what_it_says(parts: &[Vec<u8>]) -> Held {
    let Ok(read) = parsed(&parts[0]) else { return Ok(()) };
    let mut head = LineHash::NONE;
    let mut written = Vec::new();
    for record in read.records.iter().filter(|_| read.unknown.is_empty()) {
        let (line, hash) = format::encode(record, head).map_err(|error| error.to_string())?;
        written.extend(line);
        head = hash;
    }
    if read.unknown.is_empty() {
        let again = parsed(&written).map_err(|error| format!("written again, it is refused: {error}"))?;
        ensure!(again.records == read.records, "written again, it says something else");
    }
    let state = match read.state() {
        Ok(state) => state,
        Err(error) => {
            ensure!(error.to_string().len() > 20, "refused without a word: {error}");
            return Ok(());
        }
    };
    let mut said: Vec<String> = state.outstanding_ids().into_iter().map(|id| id.0).collect();
    said.sort();
    let expected = outstanding(&read);
    ensure!(said == expected, "outstanding is {said:?}, by the events {expected:?}");
    if let Some(finish) = state.finished() {
        ensure!(
            finish.exit_code == 10 || finish.outstanding.is_empty(),
            "ended with {}, and all is not well",
            finish.exit_code
        );
    }
    Ok(())
}

#[test]
fn a_forged_journal_is_refused_or_means_what_it_says() {
    let test = "a_forged_journal_is_refused_or_means_what_it_says";
    Property { test, short: 1_000, make: &forged, check: &reads_for_what_it_says }.hold();
}
