//! Checks: what must be true after a trial, whatever happened in it.
//! Invariant: judged from the world, the journal and the calls alone; nothing that the program says of itself is believed.
//! Not here: how the trial went (see `trial`).
//! Used by: `trial`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    fate::{Hazards, Level},
    outcome::{Conclusion, Remains},
    outsider::Footprints,
    truth,
};
use crate::{
    journal::{
        self,
        event::{ChangeEvent, Event, Record},
        state::{ChangeState, RunState},
    },
    lab::world::truth::Transition,
    measure::{self, Assessment},
};

/// What a judgement rests on.
pub(super) struct Evidence<'a> {
    /// The run's folder, if one was made.
    pub(super) folder: Option<&'a Path>,
    /// What was set up before.
    pub(super) before: &'a BTreeSet<String>,
    /// And at the very end.
    pub(super) after: &'a BTreeSet<String>,
    /// What somebody else did.
    pub(super) prints: &'a Footprints,
    /// Each life.
    pub(super) lives: &'a [Remains],
    /// What physically happened.
    pub(super) truth: &'a [Transition],
    /// How the run itself ended: its exit code, or why it was refused; `None` if it was killed.
    pub(super) run: Option<&'a Result<u8, String>>,
    /// How many calls of each operation were over a quota of AWS's.
    pub(super) turned_away: &'a BTreeMap<String, u64>,
    /// What could happen.
    pub(super) hazards: Hazards,
}

/// The conclusion, and every violation.
pub(super) fn all(evidence: &Evidence<'_>) -> (Conclusion, Vec<String>) {
    let mut found = Vec::new();
    let Some(folder) = evidence.folder else {
        found.extend(sent_without_a_record(evidence));
        found.extend(world_differs(evidence, false));
        return (Conclusion::Refused, found);
    };
    let (records, state) = match read(folder) {
        Ok(Some(read)) => read,
        Ok(None) => return (Conclusion::Refused, world_differs(evidence, false).into_iter().collect()),
        Err(why) => return (Conclusion::Outstanding, vec![why]),
    };
    let outstanding = state.outstanding();
    let disputed = outstanding.iter().any(|it| it.state == ChangeState::Conflict);
    found.extend(changed_with_nothing_outstanding(evidence, &records));
    found.extend(begun_after_a_stop(&records));
    found.extend(applied_twice(&records));
    found.extend(world_differs(evidence, disputed));
    found.extend(overwritten(evidence));
    found.extend(verdict(evidence, folder, &records, &state));
    if !evidence.turned_away.is_empty() && evidence.hazards.misbehave == Level::None {
        found.push(format!("calls over a quota of AWS's: {:?}", evidence.turned_away));
    }
    if !outstanding.is_empty() && !disputed {
        let left: Vec<String> =
            outstanding.iter().map(|it| format!("{} ({:?})", it.change, it.state)).collect();
        found.push(format!("still outstanding, and nobody disputes it: {}", left.join(", ")));
    }
    (concluded(evidence, outstanding.is_empty(), disputed), found)
}

fn concluded(evidence: &Evidence<'_>, restored: bool, disputed: bool) -> Conclusion {
    match (restored, disputed, evidence.lives.first().is_some_and(|life| life.killed)) {
        (false, true, _) => Conclusion::Conflict,
        (false, false, _) => Conclusion::Outstanding,
        (true, _, true) => Conclusion::Restored,
        (true, _, false) => Conclusion::Finished,
    }
}

/// Records and state; `None` if the journal never began.
fn read(folder: &Path) -> Result<Option<(Vec<Record>, RunState)>, String> {
    let read = match journal::read(folder) {
        Ok(read) => read,
        Err(journal::JournalError::NeverBegan { .. } | journal::JournalError::Missing { .. }) => {
            return Ok(None);
        }
        Err(why) => return Err(format!("the journal cannot be read: {why}")),
    };
    let state = read.state().map_err(|why| format!("the journal contradicts itself: {why}"))?;
    Ok(Some((read.records, state)))
}

/// The world is as before in all that nobody else touched.
fn world_differs(evidence: &Evidence<'_>, disputed: bool) -> Option<String> {
    // A dispute leaves a change as it is: what it touched differs, and that was said.
    if disputed {
        return None;
    }
    let prints = evidence.prints;
    let touched: BTreeSet<&str> = prints.added.iter().chain(&prints.removed).map(|line| slot(line)).collect();
    let unsettled = |line: &str| prints.unsettled.iter().any(|start| line.starts_with(start));
    let foreign = |line: &&String| !touched.contains(slot(line)) && !unsettled(line);
    let gone: Vec<&str> =
        evidence.before.difference(evidence.after).filter(foreign).map(String::as_str).collect();
    let new: Vec<&str> =
        evidence.after.difference(evidence.before).filter(foreign).map(String::as_str).collect();
    (!gone.is_empty() || !new.is_empty()).then(|| {
        format!("the world is not as before:\n      gone: {}\n      new: {}", listed(&gone), listed(&new))
    })
}

/// What somebody else set is as they set it.
fn overwritten(evidence: &Evidence<'_>) -> Option<String> {
    // Whoever moves the writer where the drill moves it too cannot be told from the drill.
    let theirs = |line: &&String| !line.contains("DescribeGlobalClusters");
    let prints = evidence.prints;
    let lost: Vec<&str> = prints
        .added
        .iter()
        .filter(theirs)
        .filter(|line| !evidence.after.contains(*line))
        .map(String::as_str)
        .collect();
    let back: Vec<&str> = prints
        .removed
        .iter()
        .filter(theirs)
        .filter(|line| evidence.after.contains(*line))
        .map(String::as_str)
        .collect();
    (!lost.is_empty() || !back.is_empty()).then(|| {
        format!(
            "somebody else's change was overwritten:\n      theirs, gone: {}\n      gone by them, back: {}",
            listed(&lost),
            listed(&back)
        )
    })
}

/// A setting without its value: two lines of one slot are one thing that changed.
fn slot(line: &str) -> &str {
    line.split_once(" = ").map_or(line, |(slot, _)| slot)
}

fn listed(lines: &[&str]) -> String {
    if lines.is_empty() { "nothing".to_owned() } else { lines.join("\n        ") }
}

/// Whatever changes the account leaves only while a change is outstanding on disk.
fn changed_with_nothing_outstanding(evidence: &Evidence<'_>, records: &[Record]) -> Option<String> {
    let mut state = RunState::new();
    let mut begun = vec![false];
    for record in records {
        if state.apply(record).is_err() {
            break;
        }
        begun.push(!state.outstanding().is_empty());
    }
    evidence.lives.iter().find_map(|life| {
        let writes = life.sent.iter().filter(|sent| sent.writes);
        let early = |sent: &&super::life::Sent| {
            let on_disk = usize::try_from(life.records_before + sent.records).unwrap_or(usize::MAX);
            !begun.get(on_disk).copied().unwrap_or(false)
        };
        let sent = writes.into_iter().find(early)?;
        let on_disk = life.records_before + sent.records;
        Some(format!("{} was sent with {on_disk} records on disk, none of which says so", sent.operation))
    })
}

fn sent_without_a_record(evidence: &Evidence<'_>) -> Option<String> {
    let sent = evidence.lives.iter().flat_map(|life| &life.sent).find(|sent| sent.writes)?;
    Some(format!("{} was sent without a journal", sent.operation))
}

/// Nothing new begins once a stop was asked for.
fn begun_after_a_stop(records: &[Record]) -> Option<String> {
    let mut stopped = None;
    for record in records {
        match (&record.event, stopped) {
            (Event::StopRequested { .. }, None) => stopped = Some(record.seq),
            (
                Event::StepStarted { .. }
                | Event::Change { event: ChangeEvent::Captured { .. } | ChangeEvent::ApplyStarted, .. },
                Some(stop),
            ) => return Some(format!("record {} begins something after the stop of {stop}", record.seq)),
            _ => {}
        }
    }
    None
}

fn applied_twice(records: &[Record]) -> Option<String> {
    let mut applied = BTreeSet::new();
    records.iter().find_map(|record| match &record.event {
        Event::Change { change, event: ChangeEvent::ApplyStarted } if !applied.insert(change.clone()) => {
            Some(format!("{change} was applied twice, at {}", record.seq))
        }
        _ => None,
    })
}

/// What a run that was not killed says of itself: its exit code, and what it measured.
fn verdict(evidence: &Evidence<'_>, folder: &Path, records: &[Record], state: &RunState) -> Vec<String> {
    let Some(Ok(code)) = evidence.run else { return Vec::new() };
    let Some(first) = records.iter().position(|it| matches!(it.event, Event::RunFinished { .. })) else {
        return Vec::new();
    };
    if let Some(wrong) = undocumented(*code, &records[first], state) {
        return vec![wrong];
    }
    let samples = match journal::read_samples(folder) {
        Ok(read) => read.samples,
        Err(why) => return vec![format!("the samples cannot be read: {why}")],
    };
    // What a later restoration wrote is no part of the run's own verdict.
    let Ok(own) = measure::assess(&records[..=first], &samples) else {
        return vec!["a run that ended cannot be assessed".to_owned()];
    };
    let assessed = own.exit_code();
    let wrong = (assessed != *code).then(|| format!("exit code {code}, and the evidence says {assessed}"));
    let whole = match first + 1 == records.len() {
        true => Some(own),
        false => measure::assess(records, &samples).ok(),
    };
    let outside = whole.and_then(|whole| bounds(evidence, &whole, records));
    wrong.into_iter().chain(outside).collect()
}

/// The exit code is a documented one, and the last record's.
fn undocumented(code: u8, last: &Record, state: &RunState) -> Option<String> {
    let Event::RunFinished { outstanding, exit_code, reason } = &last.event else { return None };
    if code != *exit_code {
        return Some(format!("the run ended with {code}, and its last record says {exit_code}"));
    }
    if outstanding.is_empty() == (code == 10) {
        return Some(format!("exit code {code} with {} outstanding", outstanding.len()));
    }
    if !matches!(code, 0 | 1 | 2 | 5 | 10) {
        return Some(format!("exit code {code} is not a documented one of a run"));
    }
    if code == 0 && state.stop_reason().is_some() {
        return Some(format!("exit code 0 of a run that was stopped: {reason:?}"));
    }
    None
}

/// What was measured holds what was so.
fn bounds(evidence: &Evidence<'_>, whole: &Assessment, records: &[Record]) -> Option<String> {
    if !evidence.prints.deeds.is_empty() {
        return None;
    }
    let measured = whole.results.recovery_time.measured?;
    let Event::RunStarted(first) = &records.first()?.event else { return None };
    let site = &first.drill.deployment.site;
    let truth = truth::recovery(evidence.truth, &site.host, &site.port.to_string());
    let Some(truth) = truth else {
        // Nothing was away, and nothing is what was measured.
        if measured.measured.is_zero() {
            return None;
        }
        return Some(format!("a recovery after {:?} was measured, and there was none", measured.measured));
    };
    let inside = truth >= measured.low && measured.high.is_none_or(|high| truth <= high);
    (!inside).then(|| {
        format!(
            "the recovery took {truth:?}, and was measured from {:?} to {:?}",
            measured.low, measured.high
        )
    })
}
