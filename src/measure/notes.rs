//! Notes: what a reader must know to read the numbers rightly.
//! Invariant: every limit of the measurement that is known is said; nothing here changes a verdict.
//! Not here: reasons of the verdict (see `verdict`).
//! Used by: summary.

use super::{
    changes::{ChangeState, ChangeView},
    clients,
    outage::Gap,
    summary::WatchView,
    timeline::Marks,
};
use crate::{
    journal::event::{Event, Record, RunStarted},
    text::{duration, plural},
};

/// Clocks that differ by more than this make AWS's own times useless beside ours.
const CLOCK_LIMIT_MS: i64 = 1000;

/// All of them, in the order in which they matter.
pub(crate) fn of(
    start: &RunStarted,
    records: &[Record],
    marks: &Marks,
    changes: &[ChangeView],
    watches: &[WatchView],
    gaps: &[Gap],
) -> Vec<String> {
    let mut notes = written(records);
    notes.extend(marks.notes.iter().cloned());
    notes.extend(clock(start));
    notes.extend(changes.iter().flat_map(about_change));
    notes.extend(watches.iter().filter_map(|view| gap_words(view, gaps)));
    notes.extend(watches.iter().filter_map(blind));
    notes.extend(watches.iter().filter_map(stray));
    notes
}

/// What the run itself wrote down for its reader.
fn written(records: &[Record]) -> Vec<String> {
    let said = |record: &Record| match &record.event {
        Event::Noted { note } => Some(note.clone()),
        Event::Abandoned { by, why } => Some(format!(
            "process {} of {} on {} left while something was outstanding: {why}",
            by.pid, by.user, by.host
        )),
        _ => None,
    };
    records.iter().filter_map(said).collect()
}

fn clock(start: &RunStarted) -> Option<String> {
    match start.clock_offset_ms {
        None => Some(
            "AWS's clock was not compared with this machine's: AWS's own times may differ from the run's"
                .into(),
        ),
        Some((offset, error)) if offset.abs() > CLOCK_LIMIT_MS => Some(format!(
            "AWS's clock is {offset} ms from this machine's (known to {error} ms): AWS's own times differ from the run's; \
             durations do not, they are taken from the machine's monotonic clock"
        )),
        Some(_) => None,
    }
}

fn about_change(view: &ChangeView) -> Vec<String> {
    let mut notes = Vec::new();
    if view.attempts > 1 {
        notes.push(format!("{} was put back in {} attempts", view.step, view.attempts));
    }
    if view.state == ChangeState::Kept {
        notes.push(format!("{} is one-way and stays, by consent", view.step));
    }
    notes.extend(view.problems.iter().map(|problem| format!("{}: {problem}", view.step)));
    notes
}

fn gap_words(view: &WatchView, gaps: &[Gap]) -> Option<String> {
    let own: Vec<&Gap> = gaps.iter().filter(|gap| gap.watch == view.watch).collect();
    let longest = own.iter().map(|gap| gap.to.since(gap.from)).max()?;
    Some(format!(
        "{}: {} in measurement, the longest {}; an outage shorter than that could hide there",
        view.watch.0,
        plural(own.len(), "gap"),
        duration(longest)
    ))
}

fn blind(view: &WatchView) -> Option<String> {
    let all = view.good + view.bad + view.unknown;
    let named = (view.unknown > 0).then(|| plural(all, "look"))?;
    Some(format!("{}: {} of {named} could not tell", view.watch.0, view.unknown))
}

fn stray(view: &WatchView) -> Option<String> {
    let own = clients::all().contains(&view.watch) && view.stray_bad > 0;
    own.then(|| {
        format!(
            "{}: {} failed alone or in a pair, too few in a row to be an outage",
            view.watch.0,
            plural(view.stray_bad, "look")
        )
    })
}
