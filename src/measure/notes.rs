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
    words::Phrase,
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
) -> Vec<Phrase> {
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
fn written(records: &[Record]) -> Vec<Phrase> {
    let said = |record: &Record| match &record.event {
        Event::Noted { note } => Some(Phrase::verbatim(note)),
        Event::Abandoned { by, why } => Some(
            Phrase::new("measure.know.left")
                .with("pid", by.pid.to_string())
                .with("user", &by.user)
                .with("host", &by.host)
                .with("why", why),
        ),
        _ => None,
    };
    records.iter().filter_map(said).collect()
}

fn clock(start: &RunStarted) -> Option<Phrase> {
    match start.clock_offset_ms {
        None => Some(Phrase::new("measure.know.clock_unknown")),
        Some((offset, error)) if offset.abs() > CLOCK_LIMIT_MS => {
            let off = Phrase::new("measure.know.clock_off").with("offset", offset.to_string());
            Some(off.with("error", error.to_string()))
        }
        Some(_) => None,
    }
}

fn about_change(view: &ChangeView) -> Vec<Phrase> {
    let mut notes = Vec::new();
    if view.attempts > 1 {
        let tried = Phrase::new("measure.know.attempts").with("step", &view.step.0);
        notes.push(tried.with("attempts", view.attempts));
    }
    if view.state == ChangeState::Kept {
        notes.push(Phrase::new("measure.know.kept").with("step", &view.step.0));
    }
    let told = |problem: &Phrase| Phrase::new("measure.know.problem").with("problem", problem.clone());
    notes.extend(view.problems.iter().map(|problem| told(problem).with("step", &view.step.0)));
    notes
}

fn gap_words(view: &WatchView, gaps: &[Gap]) -> Option<Phrase> {
    let own: Vec<&Gap> = gaps.iter().filter(|gap| gap.watch == view.watch).collect();
    let longest = own.iter().map(|gap| gap.to.since(gap.from)).max()?;
    let counted = Phrase::new("measure.know.gaps").with("watch", &view.watch.0).with("count", own.len());
    Some(counted.with("longest", longest))
}

fn blind(view: &WatchView) -> Option<Phrase> {
    let all = view.good + view.bad + view.unknown;
    let counted = || Phrase::new("measure.know.blind").with("watch", &view.watch.0).with("all", all);
    (view.unknown > 0).then(|| counted().with("unknown", view.unknown))
}

fn stray(view: &WatchView) -> Option<Phrase> {
    let own = clients::all().contains(&view.watch) && view.stray_bad > 0;
    own.then(|| Phrase::new("measure.know.stray").with("watch", &view.watch.0).with("count", view.stray_bad))
}
