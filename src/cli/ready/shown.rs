//! Shown: the answers for people, grouped by system.
//! Used by: ready.

use comfy_table::{Attribute, Cell};

use crate::{
    cli::{
        output::{cell, faint, out, strong, table, toned},
        words::Tone,
    },
    drill::model::Deployment,
    plan::{CheckAnswer, Readiness, Verdict},
};

/// Shows them, and in the last line what is worst.
pub(in crate::cli) fn show(deployment: &Deployment, readiness: &Readiness) {
    out(format!("{}  {}", strong("Readiness"), deployment.name));
    let mut rows = Vec::new();
    let mut system = "";
    for answer in &readiness.answers {
        if answer.system != system {
            system = &answer.system;
            rows.push(vec![Cell::new(system).add_attribute(Attribute::Bold), Cell::new(""), Cell::new("")]);
        }
        rows.push(vec![Cell::new(format!("  {}", answer.check)), verdict(answer), Cell::new(&answer.found)]);
    }
    out(table(&["System and check", "", "Found"], rows));
    let open = |verdict: Verdict| readiness.of(verdict).filter(|answer| !answer.accepted);
    for worst in [Verdict::Fail, Verdict::Unknown, Verdict::Warn] {
        for answer in open(worst) {
            out(format!("{} {}", toned(tone(worst), &format!("{}:", answer.check)), answer.why));
            if !answer.mend.is_empty() {
                out(faint(&format!("  {}", answer.mend)));
            }
        }
    }
    out(toned(tone(readiness.verdict()), &summary(readiness)));
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Warn | Verdict::Unknown => Tone::Busy,
        Verdict::Fail => Tone::Bad,
    }
}

fn verdict(answer: &CheckAnswer) -> Cell {
    match answer.accepted {
        true => cell(Tone::Busy, format!("{} (accepted)", answer.verdict.as_str())),
        false => cell(tone(answer.verdict), answer.verdict.as_str()),
    }
}

/// `not ready: 1 fail, 2 unknown, 38 pass`: the worst first.
fn summary(readiness: &Readiness) -> String {
    let counted =
        [Verdict::Fail, Verdict::Unknown, Verdict::Warn, Verdict::Pass].into_iter().filter_map(|one| {
            let count = readiness.of(one).filter(|answer| !answer.accepted).count();
            (count > 0).then(|| format!("{count} {}", one.as_str()))
        });
    let mut counted: Vec<String> = counted.collect();
    let accepted = readiness.answers.iter().filter(|answer| answer.accepted).count();
    if accepted > 0 {
        counted.push(format!("{accepted} accepted"));
    }
    let said = match readiness.verdict() {
        Verdict::Fail => "not ready",
        Verdict::Unknown => "it can not be told whether it is ready",
        Verdict::Warn => "ready, with warnings",
        Verdict::Pass => "ready",
    };
    format!("{said}: {}", counted.join(", "))
}
