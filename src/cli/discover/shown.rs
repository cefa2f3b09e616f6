//! Shown: what was found, for people and for programs.
//! Invariant: pure but for printing; both say the same.
//! Used by: `discover`.

use serde_json::{Value, json};

use super::{
    DiscoverArgs, Judged,
    write::{Entry, State, Written},
};
use crate::{
    cli::{
        output::{aside, faint, note, out, out_exactly, strong, toned},
        ready,
        words::Tone,
    },
    discover::{
        facts::Facts,
        lines::{self, Line},
        outcome::{Gap, Outcome},
        tree,
    },
    drill::model::Side,
    text::wrapped,
};

/// What every terminal has.
const WIDTH: usize = 80;

/// The tree, what is missing, what to know, and the files.
pub(super) fn people(args: &DiscoverArgs, outcome: &Outcome, written: &Written, judged: Option<&Judged>) {
    lines::lines(&outcome.tree, WIDTH).iter().for_each(|line| out(coloured(line)));
    gaps("Not found, and a drill needs it:", Tone::Bad, &outcome.missing);
    gaps("Not known, for nobody answered:", Tone::Busy, &outcome.unknown);
    if let Some(judged) = judged {
        out("");
        ready::shown::show(&judged.deployment, &judged.readiness);
    } else if args.ready {
        out("");
        aside("readiness was not judged: there is no deployment");
    }
    if !outcome.notes.is_empty() {
        out(format!("\n{}", strong("Before the first run:")));
        outcome.notes.iter().for_each(|note| item(note));
    }
    out("");
    written.files.iter().for_each(said);
    next(args, written);
}

fn coloured(line: &Line) -> String {
    let tone = match (line.state, line.needed) {
        (tree::State::Found, _) => Tone::Plain,
        (tree::State::NotFound, true) => Tone::Bad,
        (tree::State::NotFound, false) => {
            return format!("{}{}{}", faint(&line.branches), line.name, faint(&line.says));
        }
        (tree::State::Unknown, _) => Tone::Busy,
    };
    format!("{}{}{}", faint(&line.branches), strong(&line.name), toned(tone, &line.says))
        .trim_end()
        .to_owned()
}

fn gaps(title: &str, tone: Tone, gaps: &[Gap]) {
    if gaps.is_empty() {
        return;
    }
    out(format!("\n{}", toned(tone, title)));
    for gap in gaps {
        let next = gap.next.as_ref().map(|next| format!(": {next}")).unwrap_or_default();
        item(&format!("{}{next}", gap.what));
    }
}

/// An item of a list, which goes on further in. A command stays whole, to be copied.
fn item(text: &str) {
    let (words, command) = match text.split_once(": aws ") {
        Some((words, command)) => (format!("{words}:"), Some(command)),
        None => (text.to_owned(), None),
    };
    for (at, line) in wrapped(&words, WIDTH - 2, WIDTH - 4).iter().enumerate() {
        out(format!("{}{line}", if at == 0 { "  " } else { "    " }));
    }
    if let Some(command) = command {
        out(format!("    aws {command}"));
    }
}

fn said(file: &Entry) {
    let path = file.path.as_ref().map(|path| path.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let why = file.why.as_deref().unwrap_or_default();
    let (tone, words) = match file.state {
        State::Written => (Tone::Good, format!("written    {path}")),
        State::Overwritten => (Tone::Good, format!("written    {path}, over what was there")),
        State::Unchanged => (Tone::Good, format!("unchanged  {path}")),
        State::Kept => (Tone::Bad, format!("kept       {path}: it says something else")),
        State::Withheld => (Tone::Busy, format!("withheld   {path}")),
        State::Lacking => (Tone::Bad, format!("no {}: {why}", file.kind)),
    };
    // A path stays whole.
    let lines = match file.state {
        State::Lacking => wrapped(&words, WIDTH, WIDTH - 2),
        _ => vec![words],
    };
    for (at, line) in lines.iter().enumerate() {
        out(format!("{}{}", if at == 0 { "" } else { "  " }, toned(tone, line)));
    }
}

/// What to type next.
fn next(args: &DiscoverArgs, written: &Written) {
    if written.refused() {
        note(format!(
            "{} nothing was written: say --force to write over it, or --name or --out for another place",
            toned(Tone::Bad, "error:")
        ));
        return;
    }
    let there: Vec<String> = written
        .files
        .iter()
        .filter_map(|file| Some(file.path.as_ref()?.to_string_lossy().replace('\\', "/")))
        .collect();
    let world = args.world.typed();
    match there.as_slice() {
        [] => {}
        [deployment] => {
            out("Read back, it names what was found. Next:");
            out(format!("  firedrill ready {deployment}{world}"));
        }
        [deployment, drill, ..] => {
            out("Read back, they name what was found. Next:");
            out(format!("  firedrill check {drill} {deployment}"));
            out(format!("  firedrill ready {drill}{world}"));
            out(format!("  firedrill run {drill} --dry-run{world}"));
        }
    }
}

/// `{"site", "regions", "name", "verdict", "exit", "tree", "missing", "unknown", "notes", "files", "ready"}`; a node of the tree is
/// `{"name", "state": found | not_found | unknown, "says", "needed", "next"?, "children"?}`.
pub(super) fn json(facts: &Facts, outcome: &Outcome, written: &Written, judged: Option<&Judged>, exit: u8) {
    let file = |file: &Entry| {
        json!({
            "kind": file.kind,
            "path": file.path.as_ref().map(|path| path.to_string_lossy().replace('\\', "/")),
            "state": file.state,
            "why": file.why,
        })
    };
    let region = |side: Side| facts.asked.regions.of(side).region.clone();
    let ready = judged.map(|own| ready::json::text(&own.deployment, own.drill.as_ref(), &own.readiness));
    let ready: Option<Value> = ready.and_then(|text| serde_json::from_str(&text).ok());
    let all: Value = json!({
        "site": facts.asked.site.to_string(),
        "regions": { "primary": region(Side::Primary), "standby": region(Side::Standby) },
        "name": outcome.name,
        "verdict": outcome.verdict(),
        "exit": exit,
        "tree": outcome.tree,
        "missing": outcome.missing,
        "unknown": outcome.unknown,
        "notes": outcome.notes,
        "files": written.files.iter().map(file).collect::<Vec<_>>(),
        "ready": ready,
    });
    out_exactly(&format!("{all:#}\n"));
}
