//! Gate: what the gate found, in words, and its exit code.
//! Invariant: every reason is said with its numbers; what can not be told never opens the gate.
//! Not here: the rules (see `measure::history`).
//! Used by: history.

use super::{
    super::{exit, output::toned, words::Tone},
    History,
    read::{Entry, What},
    shown::{date, percent},
};
use crate::{
    id::RunId,
    measure::history::{self as arithmetic, Finding, Reason, Rules, Series, Weight},
    words::{Lang, Phrase, Value},
};

/// One thing found, about a drill or about a run that no one can read.
pub(super) struct Found {
    pub(super) weight: Weight,
    /// Deployment and drill, where they are known.
    pub(super) of: Option<(String, String)>,
    pub(super) said: Phrase,
}

/// Everything found, the weightiest first.
pub(super) fn judge(history: &History, rules: &Rules) -> Vec<Found> {
    let allowed = percent(rules.worse_than);
    let mut found: Vec<Found> = arithmetic::judge(&history.drilled, rules, history.now)
        .into_iter()
        .map(|it| of(it, &allowed))
        .collect();
    found.extend(history.entries.iter().filter_map(|entry| unread(entry, oldest_latest(history))));
    if history.drilled.iter().all(|drilled| drilled.series.is_empty()) && found.is_empty() {
        found.push(Found { weight: Weight::Untold, of: None, said: Phrase::new("history.gate.nothing") });
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.weight));
    found
}

/// A run that is newer than this may be the one that should be judged.
fn oldest_latest(history: &History) -> Option<&RunId> {
    let series = history.drilled.iter().flat_map(|drilled| &drilled.series);
    series.filter_map(Series::latest).map(|point| &point.run).min()
}

fn unread(entry: &Entry, judged: Option<&RunId>) -> Option<Found> {
    let newer = judged.is_none_or(|judged| entry.run > *judged);
    let (weight, said) = match &entry.what {
        What::Ended(_) => return None,
        What::Unreadable { why } => {
            let weight = if newer { Weight::Untold } else { Weight::Warns };
            (weight, Phrase::new("history.gate.unreadable").with("why", why))
        }
        What::UnderWay { .. } => (Weight::Warns, Phrase::new("history.gate.under_way")),
    };
    Some(Found { weight, of: None, said: said.with("run", entry.run.as_str()) })
}

fn of(finding: Finding, allowed: &str) -> Found {
    let said = reason(&finding.reason, allowed);
    Found { weight: finding.weight, of: Some((finding.deployment, finding.drill)), said }
}

pub(super) fn reason(reason: &Reason, allowed: &str) -> Phrase {
    match reason {
        Reason::Outstanding { run, changes } => Phrase::new("history.gate.outstanding")
            .with("run", run.as_str())
            .with("changes", changes.iter().map(|change| change.0.as_str()).collect::<Value>()),
        Reason::Missed { run, what, number } => {
            let at_most = match number.high() {
                Some(high) => Phrase::new("history.at_most").with("high", high),
                None => Phrase::new("history.no_bound"),
            };
            Phrase::new("history.gate.missed")
                .with("run", run.as_str())
                .with("objective", objective(what))
                .with("measured", at_most)
                .with("limit", number.limit.unwrap_or_default())
        }
        Reason::NotPassed { run, verdict } => Phrase::new("history.gate.not_passed")
            .with("run", run.as_str())
            .with("verdict", verdict.title())
            .with("meaning", verdict.meaning()),
        Reason::Worse { run, latest, median, compared, share } => {
            let above = match share {
                Some(share) => Phrase::new("history.gate.worse").with("share", percent(*share)),
                None => Phrase::new("history.gate.worse_from_zero"),
            };
            above
                .with("run", run.as_str())
                .with("latest", *latest)
                .with("median", *median)
                .with("count", *compared)
                .with("allowed", allowed)
        }
        Reason::Unmeasured { run } => Phrase::new("history.gate.unmeasured").with("run", run.as_str()),
        Reason::TooFew { compared, wanted } => {
            Phrase::new("history.gate.too_few").with("count", *compared).with("wanted", *wanted)
        }
        Reason::Overdue(due) => {
            let every = due.every.to_string();
            match (due.by, due.last) {
                (Some(by), Some(last)) => Phrase::new("history.gate.overdue")
                    .with("by", date(by))
                    .with("last", date(last))
                    .with("every", every),
                _ => Phrase::new("history.gate.never_done").with("every", every),
            }
        }
        Reason::NeverRun => Phrase::new("history.gate.never_run"),
    }
}

fn objective(what: &str) -> Phrase {
    Phrase::new(match what {
        "recovery_time" => "measure.objective.recovery_time",
        "detection" => "measure.objective.detection",
        _ => "measure.objective.data_loss",
    })
}

/// For people: each thing found, then how the gate stands.
pub(super) fn lines(found: &[Found], worse_than: f64, history: &History, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = found.iter().map(|it| line(it, lang)).collect();
    let judged: usize = history.drilled.iter().map(|drilled| drilled.series.len()).sum();
    let (tone, id) = match worst(found) {
        Some(Weight::Outstanding | Weight::Stops) => (Tone::Bad, "history.gate.shut"),
        Some(Weight::Untold) => (Tone::Bad, "history.gate.untold"),
        Some(Weight::Warns) | None => (Tone::Good, "history.gate.open"),
    };
    let ends = Phrase::new(id).with("count", judged).with("allowed", percent(worse_than));
    lines.push(toned(tone, &ends.say(lang)));
    lines
}

fn line(found: &Found, lang: Lang) -> String {
    let (tone, sign) = match found.weight {
        Weight::Warns => (Tone::Busy, "history.gate.warning"),
        Weight::Untold => (Tone::Bad, "history.gate.unknown"),
        Weight::Stops | Weight::Outstanding => (Tone::Bad, "history.gate.stops"),
    };
    let of = found
        .of
        .as_ref()
        .map_or_else(String::new, |(deployment, drill)| format!("{drill} on {deployment}: "));
    format!("{} {of}{}", toned(tone, &Phrase::new(sign).say(lang)), found.said.say(lang))
}

fn worst(found: &[Found]) -> Option<Weight> {
    found.iter().map(|it| it.weight).max()
}

/// 10 where something is outstanding, 1 where the gate is shut, 2 where nobody can say, else 0.
pub(super) fn exit_code(found: &[Found]) -> u8 {
    match worst(found) {
        Some(Weight::Outstanding) => exit::OUTSTANDING,
        Some(Weight::Stops) => exit::FAILED,
        Some(Weight::Untold) => exit::UNKNOWN,
        Some(Weight::Warns) | None => exit::PASSED,
    }
}

/// As programs read it.
pub(super) fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Warns => "warning",
        Weight::Untold => "unknown",
        Weight::Stops => "failure",
        Weight::Outstanding => "outstanding",
    }
}
