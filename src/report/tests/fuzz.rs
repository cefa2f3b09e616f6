//! Runs and samples that no probe made: what is read from disk is seen by every view, and none may fall over it.

use std::{fs, sync::LazyLock};

use serde_json::Value;

use super::{
    super::{Extras, Report, Source, report},
    texts,
};
use crate::{
    fuzz::{Held, Parts, Property, Rng, doc::Doc, ensure, mutate},
    journal::{RunState, event::Record, read_samples, sample::Sample, samples::SAMPLES_FILE},
    measure::{assess, fixture::seed::SeedRun},
};

/// The records and samples of a run that passes, as lines.
static RUN: LazyLock<[Vec<Doc>; 2]> = LazyLock::new(|| {
    let run = SeedRun::new();
    let doc = |value: Result<Value, _>| value.map(|value| Doc::from(&value)).unwrap_or(Doc::List(Vec::new()));
    // A few of each watch's, from every part of the run.
    let few = run.samples.iter().step_by(1 + run.samples.len() / 60);
    [
        run.records.iter().map(|record| doc(serde_json::to_value(record))).collect(),
        few.map(|sample| doc(serde_json::to_value(sample))).collect(),
    ]
});

fn make(rng: &mut Rng) -> Parts {
    let mut parts = Vec::new();
    for lines in RUN.iter() {
        let mut lines = lines.clone();
        for _ in 0..rng.below(4) {
            let (at, to) = (rng.below(lines.len()), rng.below(lines.len()));
            match rng.below(10) {
                0 => drop(lines.remove(at)),
                1 => lines.insert(to, lines[at].clone()),
                2 => lines.swap(at, to),
                _ => {
                    let other = lines[to].clone();
                    lines[at].mutate(rng, &other);
                }
            }
        }
        let mut text: Vec<u8> = lines.iter().flat_map(|line| (line.json() + "\n").into_bytes()).collect();
        if rng.once_in(10) {
            mutate::bytes(rng, &mut text, b"1e9");
        }
        parts.push(text);
    }
    parts
}

/// The lines that say something of this type.
fn lines<T: serde::de::DeserializeOwned>(text: &[u8]) -> Vec<T> {
    text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

fn check(parts: &[Vec<u8>]) -> Held {
    let samples: Vec<Sample> = lines(&parts[1]);
    for sample in &samples {
        let text = serde_json::to_string(sample).map_err(|error| error.to_string())?;
        let again: Sample = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        ensure!(again == *sample, "written again, a sample is another: {again:?}, not {sample:?}");
    }
    let records: Vec<Record> = lines(&parts[0]);
    let records = longest_legal(records);
    let Ok(assessed) = assess(&records, &samples) else { return Ok(()) };
    let source = Source { run: &assessed, records: &records, samples: &samples, head: "" };
    let Some(report) = report(&source, Extras::default()) else {
        return Err("a run that is assessed has no report".into());
    };
    for (name, bytes) in texts(&report) {
        let text = String::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))?;
        if name.ends_with("json") {
            ensure!(serde_json::from_str::<Value>(&text).is_ok(), "{name} is no JSON");
            let read: Report = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            ensure!(read == report, "{name} is read back as another report");
        }
        let given = parts.concat().windows(3).any(|three| three == b"NaN");
        ensure!(given || !text.contains("NaN"), "{name} says NaN");
    }
    Ok(())
}

/// The records that make a run: numbered anew, those left out that may not follow.
fn longest_legal(records: Vec<Record>) -> Vec<Record> {
    let (mut state, mut legal) = (RunState::new(), Vec::new());
    for mut record in records {
        record.seq = state.next_seq();
        if state.apply(&record).is_ok() {
            legal.push(record);
        }
    }
    legal
}

#[test]
fn runs_that_no_probe_saw() {
    Property { test: "runs_that_no_probe_saw", short: 150, make: &make, check: &check }.hold();
}

/// A damaged file of samples is refused, or read without its torn end; either way line by line as it stands.
fn read(parts: &[Vec<u8>]) -> Held {
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    fs::write(dir.path().join(SAMPLES_FILE), &parts[1]).map_err(|error| error.to_string())?;
    match read_samples(dir.path()) {
        Ok(read) => {
            let whole: Vec<Sample> = lines(&parts[1]);
            let count = read.samples.len();
            ensure!(
                whole.starts_with(&read.samples),
                "{count} samples are read that are not those of the file"
            );
            let lost = parts[1].iter().filter(|byte| **byte == b'\n').count() - count;
            ensure!(
                lost <= 1 && (lost == 0 || !read.warnings.is_empty()),
                "{lost} lines left out without a word"
            );
        }
        Err(error) => ensure!(error.to_string().contains("line "), "refused without its line: {error}"),
    }
    Ok(())
}

#[test]
fn samples_that_no_probe_took() {
    let test = "samples_that_no_probe_took";
    Property { test, short: 300, make: &make, check: &read }.hold();
}
