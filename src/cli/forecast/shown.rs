//! Shown: a forecast on a terminal: the middle and the edges, a histogram, the phases, and what settings would buy.
//! Invariant: fits eighty columns; says which numbers were read and which are assumed.
//! Used by: forecast.

use std::time::Duration;

use comfy_table::Cell;

use super::Told;
use crate::{
    cli::{
        output::{aside, cell, out, section, strong, toned},
        words::Tone,
    },
    drill::model::Side,
    forecast::{Band, Distribution, KNOWN, NEVER, Origin, Own, WhatIf},
    text,
};

/// Bars of the histogram, and the width of the longest.
const BARS: u32 = 14;
const WIDEST: usize = 44;

/// Shows it.
pub(super) fn show(told: &Told, verbose: bool) {
    let Told { drill, all, .. } = told;
    out(format!("{}  {} on {}", strong("Forecast"), drill.name, drill.deployment.name));
    aside(&made_of(told));
    let Some(band) = all.recovery else {
        out(none(told));
        failures(told);
        return facts(told, verbose);
    };
    recovery(&band, all);
    objective(told);
    failures(told);
    out("");
    histogram(all);
    phases(told);
    waits(told);
    what_ifs(told);
    facts(told, verbose);
}

fn recovery(band: &Band, all: &Distribution) {
    out(format!(
        "Recovery time  p50 {}   p90 {}   p99 {}",
        strong(&time(band.p50)),
        time(band.p90),
        time(band.p99)
    ));
    match (band.p5 == NEVER, band.p95 == NEVER) {
        (false, false) => out(format!("  nine in ten from {} to {}", time(band.p5), time(band.p95))),
        (false, true) => out(format!("  nineteen in twenty take {} or longer", time(band.p5))),
        (true, _) => {}
    }
    if all.lost() > 0 {
        bad(&format!("users do not recover in {} of {} runs", all.lost(), all.runs));
    }
}

/// A recovery time, which may have no end.
fn time(time: Duration) -> String {
    if time == NEVER { "not recovered".to_owned() } else { text::duration(time) }
}

fn made_of(told: &Told) -> String {
    let runs = text::plural(told.all.runs, "run");
    let durations = told.forecast.durations();
    let learnt = KNOWN.iter().any(|known| matches!(durations.origin(known.own), Origin::History(_)));
    let past = match learnt {
        true => {
            let earlier = text::plural(told.past, "earlier run");
            format!(" and by what was measured in {earlier} of this deployment")
        }
        false => String::new(),
    };
    let (place, note) = match told.lab {
        Some(lab) if lab.embedded => ("the lab's durations", ": no number here is AWS's"),
        Some(_) => ("the reference lab's durations", ": no number here is AWS's"),
        None => ("what is known of AWS", ""),
    };
    format!("{runs} of a model from draw {}; by {place}{past}{note}", told.from)
}

/// What is said where nobody recovers.
fn none(told: &Told) -> String {
    let all = &told.all;
    match all.interrupted {
        0 => "Nothing to forecast: the drill interrupts no user, as far as the model knows.".to_owned(),
        interrupted => toned(
            Tone::Bad,
            &format!(
                "Users are interrupted in {interrupted} of {} runs; reads and writes together are not\n\
                 served again by the region that takes over, before putting back begins, in any.",
                all.runs
            ),
        ),
    }
}

fn objective(told: &Told) {
    let Some((limit, chance)) = told.drill.objectives.recovery_time.zip(told.all.chance) else {
        return out("  the drill sets no objective for it");
    };
    let tone = if chance >= 0.99 { Tone::Good } else { Tone::Bad };
    let said = format!("met in {:.1} % of the runs", chance * 100.0);
    out(format!("  the objective, {}, is {}", text::duration(limit), toned(tone, &said)));
}

/// What ends runs early, and what could and is not forecast.
fn failures(told: &Told) {
    let (all, script) = (&told.all, told.forecast.script());
    for (step, runs) in &all.failed {
        let name = script.step(*step).map(ToString::to_string).unwrap_or_default();
        bad(&format!("step `{name}` fails in {runs} of {} runs", all.runs));
    }
    for (condition, runs) in &all.stopped {
        let condition = script.condition(*condition);
        bad(&format!("a stop condition ends {runs} of {} runs: {condition}", all.runs));
    }
    if all.overran > 0 {
        bad(&format!("the drill's time limit ends {} runs", all.overran));
    }
    for untold in script.untold() {
        aside(&format!("a stop condition is taken never to hold: {untold}"));
    }
}

/// Writes what is bad, in lines that fit.
fn bad(said: &str) {
    for line in text::wrapped(said, 78, 78) {
        out(toned(Tone::Bad, &format!("  {line}")));
    }
}

fn histogram(all: &Distribution) {
    let bars = all.histogram(BARS);
    let most = bars.iter().map(|bar| bar.runs).max().unwrap_or(1).max(1);
    for bar in bars {
        let length = (bar.runs * WIDEST).div_ceil(most);
        let share = 100.0 * bar.runs as f64 / all.runs as f64;
        out(format!("{:>10} {:<WIDEST$} {share:>5.1} %", text::duration(bar.from), "█".repeat(length)));
    }
}

fn phases(told: &Told) {
    let row = |own: &crate::forecast::PhaseBand| {
        let share = if own.share > 0.0 { format!("{:.0} %", own.share * 100.0) } else { String::new() };
        vec![
            Cell::new(own.name.title().to_string()),
            Cell::new(text::duration(own.band.p5)),
            Cell::new(text::duration(own.band.p50)),
            Cell::new(text::duration(own.band.p95)),
            Cell::new(share),
        ]
    };
    let header = ["Phase", "p5", "p50", "p95", "of the recovery time"];
    section(&header, told.all.phases.iter().map(row).collect());
    if told.all.phases.iter().map(|own| own.share).sum::<f64>() > 1.0 {
        aside("phases go on at the same time: their shares are more than the whole");
    }
}

/// What each await waits for longest.
fn waits(told: &Told) {
    let script = told.forecast.script();
    let row = |own: &crate::forecast::Last| {
        let step = script.step(own.step).map(ToString::to_string).unwrap_or_default();
        let share = format!("{:.0} %", own.share * 100.0);
        vec![Cell::new(step), Cell::new(script.condition(own.condition)), Cell::new(share)]
    };
    let rows: Vec<Vec<Cell>> = told.all.last.iter().filter(|own| own.share >= 0.05).map(row).collect();
    if !rows.is_empty() {
        section(&["Await", "Waits longest for", "Of the runs"], rows);
    }
}

fn what_ifs(told: &Told) {
    if told.what_if.is_empty() {
        return;
    }
    let rows = told.what_if.iter().map(|own| what_if(own, told));
    section(&["What if", "p50", "", "Objective met"], rows.collect());
}

fn what_if(own: &WhatIf, told: &Told) -> Vec<Cell> {
    let change = |(setting, now): (&crate::forecast::Setting, &Option<String>)| match now {
        Some(now) => format!("{} {now} -> {}", setting.name(), setting.value()),
        None => format!("{}: {}", setting.name(), setting.missing()),
    };
    let changes: Vec<String> = own.settings.iter().zip(&own.now).map(change).collect();
    let middle = own.then.recovery.map_or_else(|| "no recovery".to_owned(), |band| time(band.p50));
    let gain = match own.gain(told.all.recovery) {
        None => cell(Tone::Plain, ""),
        Some(gain) if gain.abs() < 0.5 => cell(Tone::Plain, "no change"),
        Some(gain) => {
            let (tone, sign) = if gain < 0.0 { (Tone::Good, '-') } else { (Tone::Bad, '+') };
            let time = text::duration(Duration::from_secs_f64(gain.abs().round()));
            cell(tone, format!("{sign}{time}"))
        }
    };
    let chance = own.then.chance.map_or_else(String::new, |chance| format!("{:.1} %", chance * 100.0));
    vec![Cell::new(changes.join(", ")), Cell::new(middle), gain, Cell::new(chance)]
}

fn facts(told: &Told, verbose: bool) {
    let numbers = told.forecast.numbers();
    let facts = &numbers.facts;
    for side in Side::BOTH {
        if numbers.side(side).check.as_ref().is_some_and(|check| !check.is_observed) {
            aside(&format!(
                "what the health check of the {side} goes by is not read: it is taken not to notice"
            ));
        }
    }
    if !verbose {
        let read = facts.iter().filter(|fact| fact.read).count();
        let assumed: Vec<&str> =
            facts.iter().filter(|fact| !fact.read).map(|fact| fact.name.as_str()).collect();
        let rest = match assumed.is_empty() {
            true => String::new(),
            false => format!("; assumed: {}", assumed.join(", ")),
        };
        let said =
            format!("{} read{rest}; --verbose shows each with its source", text::plural(read, "number"));
        return aside(&said);
    }
    let row = |fact: &crate::forecast::Fact| {
        let origin = if fact.read { cell(Tone::Plain, "read") } else { cell(Tone::Busy, "assumed") };
        vec![Cell::new(&fact.name), Cell::new(&fact.value), origin]
    };
    section(&["Number", "Value", "From"], facts.iter().map(row).collect());
    let durations = told.forecast.durations();
    let row = |known: &crate::forecast::Known| {
        let spread = durations.spread(known.own);
        let from = match durations.origin(known.own) {
            Origin::History(runs) => format!("{} of this deployment", text::plural(runs, "run")),
            Origin::Lab => format!("the lab's own; of AWS: {}", known.source),
            Origin::Aws => known.source.to_owned(),
        };
        let tail = spread
            .tail
            .map_or_else(String::new, |(percent, end)| format!("; {percent} % up to {}", range(end)));
        let span = if spread.low == spread.high {
            range(spread.low)
        } else {
            format!("{} to {}", range(spread.low), range(spread.high))
        };
        vec![Cell::new(known.what), Cell::new(format!("{span}{tail}")), Cell::new(from)]
    };
    let shown = KNOWN.iter().filter(|known| known.own != Own::Settling);
    section(&["AWS's own time until", "Taken as", "Source"], shown.map(row).collect());
}

fn range(time: Duration) -> String {
    text::duration(time)
}
