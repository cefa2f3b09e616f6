//! Github: annotations and the step summary of a GitHub Actions job.
//! Invariant: text from the world can not begin a command of its own, nor be markup in the summary.
//! Not here: whether there is a job, and where its summary is (see `cli::outputs`).
//! Used by: cli.

use std::fmt::Write;

use super::{headline, judged, judged_objectives, objective_line, said};
use crate::{
    measure::summary::{Judged, Verdict},
    report::model::{Report, step::Outcome},
};

/// How much a line weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }

    fn of(verdict: Verdict) -> Level {
        match verdict {
            Verdict::Pass => Level::Notice,
            Verdict::Unknown | Verdict::StoppedEarly => Level::Warning,
            Verdict::Fail | Verdict::NotRestored => Level::Error,
        }
    }
}

/// One line for the verdict, each reason, each objective that was not met, and whatever is outstanding.
pub fn annotations(report: &Report) -> Vec<String> {
    let title = format!("{}: {}", headline(report), report.verdict.title());
    let reasons: Vec<String> = report.reasons.iter().map(ToString::to_string).collect();
    let what = match reasons.is_empty() {
        true => report.verdict.meaning().to_string(),
        false => reasons.join("\n"),
    };
    let mut lines = vec![command(Level::of(report.verdict), &title, &what)];
    for (name, objective) in judged_objectives(report) {
        let level = match objective.verdict {
            Some(Judged::Pass) => continue,
            Some(Judged::Fail) => Level::Error,
            Some(Judged::Unknown) | None => Level::Warning,
        };
        lines.push(command(
            level,
            &format!("{}: {name}", headline(report)),
            &objective_line(&name, objective),
        ));
    }
    if !report.outstanding.is_empty() {
        let names: Vec<&str> = report.outstanding.iter().map(|step| step.0.as_str()).collect();
        let what = format!("{} must be put back: firedrill restore {}", names.join(", "), report.run);
        lines.push(command(Level::Error, &format!("{}: outstanding", headline(report)), &what));
    }
    lines
}

fn command(level: Level, title: &str, message: &str) -> String {
    format!("::{} title={}::{}", level.word(), property(title), data(message))
}

/// A message: what would end it, and the sign that escapes.
fn data(text: &str) -> String {
    crate::text::visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: what would end it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The summary, as Markdown.
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_summary(&mut out, report);
    out
}

fn write_summary(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "## {}: {}\n", escaped(&report.verdict.title().to_string()), escaped(&headline(report)))?;
    writeln!(out, "{}\n", escaped(&report.drill.title))?;
    if let Some(notice) = &report.notice {
        writeln!(out, "> {}\n", escaped(&notice.to_string()))?;
    }
    report.reasons.iter().try_for_each(|reason| writeln!(out, "- {}", escaped(&reason.to_string())))?;
    writeln!(out, "\n| Objective | Measured | At most | Limit | |\n|---|---:|---:|---:|---|")?;
    for (name, objective) in report.objectives() {
        let value = |value: Option<std::time::Duration>| value.map_or_else(|| "–".to_owned(), said);
        let verdict = objective.verdict.map_or("no limit", judged);
        writeln!(
            out,
            "| {name} | {} | {} | {} | {verdict} |",
            value(objective.measured),
            value(objective.high),
            value(objective.limit)
        )?;
    }
    let missed: Vec<String> = report
        .steps
        .iter()
        .filter(|step| step.outcome != Outcome::Done)
        .map(|step| format!("- {}: {}", escaped(&step.id.0), escaped(&step.title)))
        .collect();
    if !missed.is_empty() {
        writeln!(out, "\nSteps that were not done:\n\n{}", missed.join("\n"))?;
    }
    let restored = if report.restored {
        "Everything was put back and read back."
    } else {
        "**Not everything was put back.**"
    };
    writeln!(out, "\n{restored} Run `{}`.\n", report.run.as_str().replace('`', "'"))
}

/// Text as text: nothing in it is markup, and it stays on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::text::visible(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A name of a person or an issue would be told of it.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
