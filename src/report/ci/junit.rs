//! Junit: `junit.xml`: a case for the steady state before and after, each step, each objective and each restoration.
//! Invariant: valid by the schemas of Ant and of Jenkins; what can not be told is an error, never a success.
//! Used by: report.

use std::{fmt::Write, time::Duration};

use super::{
    super::{Rendered, Renderer},
    judged_objectives, objective_line,
};
use crate::{
    measure::summary::{ChangeState, Judged},
    report::model::{
        Report,
        change::Change,
        step::{Outcome, Steady, Step},
    },
    text,
    words::Lang,
};

/// `junit.xml`; it says the same in every language: pipelines read it.
pub(in crate::report) struct Junit;

impl Renderer for Junit {
    fn name(&self, _: Lang) -> &'static str {
        "junit.xml"
    }

    fn render(&self, report: &Report, _: Lang) -> Result<Rendered, String> {
        Ok(document(report).into_bytes().into())
    }
}

/// One case.
struct Case {
    group: &'static str,
    name: String,
    took: Duration,
    end: End,
}

/// How it came out, and why.
enum End {
    Passed,
    Skipped(String),
    /// What had to be so was not.
    Failed(&'static str, String),
    /// It can not be told.
    Untold(&'static str, String),
}

/// The document.
pub(super) fn document(report: &Report) -> String {
    let cases = cases(report);
    let count = |is: fn(&End) -> bool| cases.iter().filter(|case| is(&case.end)).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" package=\"firedrill\" id=\"0\" timestamp=\"{}\" hostname=\"{}\" tests=\"{}\" \
         failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">",
        attribute(&format!("{} on {}", report.drill.name, report.deployment.name)),
        report.started.strftime("%Y-%m-%dT%H:%M:%S"),
        attribute(host(&report.made_by.by)),
        cases.len(),
        count(|end| matches!(end, End::Failed(..))),
        count(|end| matches!(end, End::Untold(..))),
        count(|end| matches!(end, End::Skipped(_))),
        seconds(report.took),
    );
    let _ = writeln!(out, "    <properties>");
    for (name, value) in properties(report) {
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", attribute(&value));
    }
    let _ = writeln!(out, "    </properties>");
    for case in &cases {
        write_case(&mut out, report, case);
    }
    out.push_str("    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n");
    out
}

fn properties(report: &Report) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("run", report.run.to_string()),
        ("title", report.drill.title.clone()),
        ("verdict", report.verdict.title().to_string()),
        ("deployment", report.deployment.name.clone()),
        ("account", report.deployment.account.clone()),
        ("program", report.made_by.program.clone()),
        ("chain_head", report.chain.head.clone()),
    ];
    if let Some(lab) = report.made_by.lab {
        all.push(("lab", format!("simulated, seed {}", lab.seed)));
    }
    all
}

fn host(by: &str) -> &str {
    by.rsplit('@').next().filter(|host| !host.trim().is_empty()).unwrap_or("localhost")
}

fn cases(report: &Report) -> Vec<Case> {
    let steady = &report.steady_state;
    let has_steady = !report.drill.steady_state.is_empty();
    let mut cases = Vec::new();
    cases.extend(has_steady.then(|| steady_case("before the drill", steady.before.as_ref())));
    cases.extend(report.steps.iter().map(step_case));
    cases.extend(judged_objectives(report).into_iter().map(|(name, objective)| {
        let why = objective_line(&name, objective);
        let end = match objective.verdict {
            Some(Judged::Pass) => End::Passed,
            Some(Judged::Fail) => End::Failed("objective", why),
            Some(Judged::Unknown) | None => End::Untold("objective", why),
        };
        Case { group: "objective", name: name.to_string(), took: objective.measured.unwrap_or_default(), end }
    }));
    cases.extend(report.changes.iter().filter(|change| change.apply_started.is_some()).map(restoration_case));
    cases.extend(has_steady.then(|| steady_case("after the drill", steady.after.as_ref())));
    cases
}

fn steady_case(when: &str, steady: Option<&Steady>) -> Case {
    let unmet = |steady: &Steady| crate::journal::event::Finding::unmet(&steady.findings);
    let end = match steady {
        Some(steady) if steady.held == Some(true) => End::Passed,
        Some(steady) if steady.held == Some(false) => End::Failed("steady state", unmet(steady)),
        Some(steady) => End::Untold("steady state", unmet(steady)),
        None => End::Untold("steady state", "it was not looked at".into()),
    };
    Case { group: "steady state", name: when.into(), took: Duration::ZERO, end }
}

fn step_case(step: &Step) -> Case {
    let why = || step.why.clone().unwrap_or_else(|| "no record says why".into());
    let end = match step.outcome {
        Outcome::Done => End::Passed,
        Outcome::Failed => End::Failed("step", why()),
        Outcome::Stopped => End::Failed("stopped", "the run ended before the step was done".into()),
        Outcome::Unfinished => End::Untold("step", "it began, and no record says how it ended".into()),
        Outcome::NotExecuted => End::Skipped("the run ended before the step began".into()),
    };
    Case {
        group: "step",
        name: format!("{}: {}", step.id, step.title),
        took: step.took.unwrap_or_default(),
        end,
    }
}

fn restoration_case(change: &Change) -> Case {
    let took = change.restore_started.zip(change.verified).map(|(from, to)| to.t.saturating_sub(from.t));
    let end = match change.state {
        ChangeState::Verified => End::Passed,
        ChangeState::Kept => End::Skipped("it is one-way, and the drill consents to its staying".into()),
        state => {
            let mut why = vec![state.words().to_string()];
            why.extend(change.problems.iter().map(ToString::to_string));
            why.extend(change.differences.iter().cloned());
            why.extend(change.by_hand.iter().map(|command| format!("by hand: {command}")));
            End::Failed("outstanding", why.join("\n"))
        }
    };
    let name = format!("{}: {}", change.id, change.title);
    Case { group: "restoration", name, took: took.unwrap_or_default(), end }
}

fn write_case(out: &mut String, report: &Report, case: &Case) {
    let class = format!("{}.{}", report.drill.name, case.group.replace(' ', "_"));
    let (name, class, time) = (attribute(&case.name), attribute(&class), seconds(case.took));
    let head = format!("    <testcase name=\"{name}\" classname=\"{class}\" time=\"{time}\"");
    // Writing to a String cannot fail.
    let _ = match &case.end {
        End::Passed => writeln!(out, "{head}/>"),
        End::Skipped(why) => {
            writeln!(out, "{head}>\n      <skipped message=\"{}\"/>\n    </testcase>", attribute(why))
        }
        End::Failed(kind, why) => {
            writeln!(out, "{head}>\n      {}\n    </testcase>", problem("failure", kind, why))
        }
        End::Untold(kind, why) => {
            writeln!(out, "{head}>\n      {}\n    </testcase>", problem("error", kind, why))
        }
    };
}

/// The first line as the message, all of it as the text.
fn problem(element: &str, kind: &str, why: &str) -> String {
    let message = why.lines().next().unwrap_or_default();
    format!("<{element} type=\"{kind}\" message=\"{}\">{}</{element}>", attribute(message), escaped(why))
}

fn seconds(value: Duration) -> String {
    format!("{}.{:03}", value.as_secs(), value.subsec_millis())
}

/// A value between quotes, on one line: readers would make spaces of its line ends anyway.
fn attribute(text: &str) -> String {
    let line = escaped(text).replace(['\n', '\r', '\t'], " ");
    let line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.is_empty() { "-".into() } else { line }
}

/// Text as text, with nothing hidden in it. What XML can not hold at all stands as a replacement character.
fn escaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for letter in text::visible(raw).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}
