//! Shown: what a person or a program sees of a simulation: progress, violations as they are found, a table at the end.
//! Used by: `simulate`.

use std::{collections::BTreeMap, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::{
    cli::{
        output::{cell, is_watched, note, out, strong, table, toned},
        words::Tone,
    },
    clock::{Clock, Stamp},
    simulate::{
        matrix::Matrix,
        outcome::{Conclusion, Outcome},
    },
    text,
};

/// What was seen so far.
pub(super) struct Shown {
    json: bool,
    clock: Clock,
    began: Stamp,
    bar: ProgressBar,
    rows: BTreeMap<String, Row>,
    violated: usize,
}

/// The counts of one drill.
#[derive(Debug, Default)]
struct Row {
    trials: u64,
    by: BTreeMap<Conclusion, u64>,
    kills: usize,
    calls: usize,
    lasted: Duration,
    violated: u64,
}

impl Shown {
    pub(super) fn new(json: bool, clock: Clock) -> Shown {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Shown { json, clock, began: clock.now(), bar, rows: BTreeMap::new(), violated: 0 }
    }

    /// So many of these are to come.
    pub(super) fn begin(&mut self, what: &str, count: u64) {
        let target = if is_watched() && !self.json {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        };
        self.bar = ProgressBar::with_draw_target(Some(count), target);
        let form = format!("{{bar:40}} {{pos}} of {{len}} {what}, {{per_sec}}, {{eta}} left {{msg}}");
        if let Ok(style) = ProgressStyle::with_template(&form) {
            self.bar.set_style(style);
        }
    }

    /// This drill's cells are to come.
    pub(super) fn matrix(&mut self, matrix: &Matrix) {
        let (cells, skipped) = (matrix.cells.len(), matrix.skipped);
        if !self.json {
            note(format!(
                "{}: {cells} cells; {} in the middle of waits left out",
                matrix.drill(),
                text::plural(skipped, "equal look")
            ));
        }
        self.begin("cells", cells as u64);
    }

    /// One more trial; how many have violated something.
    pub(super) fn outcome(&mut self, outcome: &Outcome, command: &str) -> usize {
        let row = self.rows.entry(outcome.drill.clone()).or_default();
        row.trials += 1;
        *row.by.entry(outcome.conclusion).or_default() += 1;
        row.kills += outcome.kills;
        row.calls += outcome.calls;
        row.lasted += outcome.lasted;
        if self.json {
            let mut line = json!(outcome);
            line["type"] = json!("trial");
            line["again"] = json!(command);
            out(line.to_string());
        }
        if !outcome.violations.is_empty() {
            row.violated += 1;
            self.violated += 1;
            if !self.json {
                self.bar.suspend(|| tell(outcome, command));
            }
        }
        self.bar.inc(1);
        if self.violated > 0 {
            self.bar.set_message(format!("({} violated)", self.violated));
        }
        self.violated
    }

    /// The summary; how many trials violated something.
    pub(super) fn finish(self) -> usize {
        self.bar.finish_and_clear();
        let took = self.clock.now().since(self.began).as_secs_f64();
        let trials: u64 = self.rows.values().map(|row| row.trials).sum();
        let rate = if took > 0.0 { trials as f64 / took } else { 0.0 };
        if self.json {
            let violated = self.violated;
            let line = json!({ "type": "summary", "trials": trials, "violated": violated, "took_s": took, "per_second": rate });
            out(line.to_string());
            return self.violated;
        }
        let header = ["Drill", "Trials", "Ended", "Restored", "Left", "Refused", "Kills", "Violated"];
        out(table(&header, self.rows.iter().map(|(name, row)| cells(name, row)).collect()));
        out("ended: by itself; restored: after a kill; left: to a person, as a conflict");
        let calls: usize = self.rows.values().map(|row| row.calls).sum();
        let world: Duration = self.rows.values().map(|row| row.lasted).sum();
        out(format!(
            "{} in {took:.1} s: {rate:.1} a second, {:.0} hours of the world, {calls} calls to AWS",
            text::plural(usize::try_from(trials).unwrap_or(usize::MAX), "trial"),
            world.as_secs_f64() / 3600.0
        ));
        let verdict = match self.violated {
            0 => toned(Tone::Good, "no violation was found"),
            found => toned(Tone::Bad, &format!("{found} trials violated what must hold")),
        };
        out(verdict);
        self.violated
    }
}

fn cells(name: &str, row: &Row) -> Vec<comfy_table::Cell> {
    let by = |conclusion| row.by.get(&conclusion).copied().unwrap_or_default().to_string();
    let left = [Conclusion::Conflict, Conclusion::Outstanding]
        .map(|it| row.by.get(&it).copied().unwrap_or_default());
    let tone = if row.violated == 0 { Tone::Good } else { Tone::Bad };
    vec![
        cell(Tone::Plain, name),
        cell(Tone::Plain, row.trials),
        cell(Tone::Plain, by(Conclusion::Finished)),
        cell(Tone::Plain, by(Conclusion::Restored)),
        cell(Tone::Plain, left.iter().sum::<u64>()),
        cell(Tone::Plain, by(Conclusion::Refused)),
        cell(Tone::Plain, row.kills),
        cell(tone, row.violated),
    ]
}

fn tell(outcome: &Outcome, command: &str) {
    note(toned(Tone::Bad, &format!("number {}, {}:", outcome.seed, outcome.drill)));
    for violation in &outcome.violations {
        note(format!("    {violation}"));
    }
    note("  what happened:");
    for line in &outcome.story {
        note(format!("    {line}"));
    }
    note(format!("  again: {}", strong(command)));
}
