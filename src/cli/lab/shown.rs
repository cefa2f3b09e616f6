//! Shown: what a lab's control door answers, as people read it.
//! Invariant: pure; shows what came, and nothing that did not.
//! Used by: `perform`.

use comfy_table::Cell;
use serde_json::{Value, json};

use crate::{
    cli::{
        error::CliError,
        output::{cell, table},
        words::Tone,
    },
    lab::world::{
        breakage::{self, Need},
        misbehave,
    },
};

/// Everything that can be broken or can misbehave: known without asking any lab.
pub(super) fn kinds_json() -> Value {
    let breakages = breakage::KINDS.iter().map(|kind| {
        let takes: Vec<&str> = kind.takes.iter().map(|(name, _)| *name).collect();
        json!({ "kind": kind.name, "does": kind.does, "takes": takes })
    });
    let misbehaviours = misbehave::KINDS.iter().map(|kind| json!({ "kind": kind.name, "does": kind.does }));
    json!({
        "breakages": breakages.collect::<Vec<_>>(),
        "misbehaviours": misbehaviours.collect::<Vec<_>>(),
    })
}

/// The kinds of breakages.
pub(super) fn breakages(_: &Value) -> String {
    let takes = |kind: &breakage::Kind| {
        let words = kind.takes.iter().map(|(name, need)| match need {
            Need::Must => format!("{name}=…"),
            Need::May => format!("[{name}=…]"),
            Need::OneOf => format!("{name}=… |"),
        });
        words.collect::<Vec<_>>().join(" ").trim_end_matches(" |").replace("| [", "[")
    };
    let row =
        |kind: &breakage::Kind| vec![Cell::new(kind.name), Cell::new(takes(kind)), Cell::new(kind.does)];
    table(&["kind", "of", "what it does"], breakage::KINDS.iter().map(row).collect()) + "\n"
}

/// The ways to misbehave.
pub(super) fn misbehaviours(_: &Value) -> String {
    let way = |kind: &misbehave::Named| match kind.duration {
        Some(duration) => format!("{}[={}s]", kind.name, duration.as_secs()),
        None => kind.name.to_owned(),
    };
    let row = |kind: &misbehave::Named| vec![Cell::new(way(kind)), Cell::new(kind.does)];
    table(&["way", "what it does"], misbehave::KINDS.iter().map(row).collect()) + "\n"
}

/// The texts of a list, with commas.
pub(super) fn names(answer: &Value, list: &str) -> String {
    let names = answer[list].as_array().map(Vec::as_slice).unwrap_or_default();
    names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

/// What was healed.
pub(super) fn healed(answer: &Value) -> String {
    match names(answer, "healed").as_str() {
        "" => "nothing was broken\n".to_owned(),
        names => format!("healed: {names}\n"),
    }
}

/// An error for what could not be healed.
pub(super) fn left(answer: &Value) -> Result<(), CliError> {
    let left = answer["left"].as_array().map(Vec::as_slice).unwrap_or_default();
    if left.is_empty() {
        return Ok(());
    }
    let words = left.iter().map(|one| format!("{}: {}", word(&one["name"]), word(&one["why"])));
    Err(CliError::Refused(format!("still broken: {}", words.collect::<Vec<_>>().join("; "))))
}

/// What is broken, what misbehaves, what was called.
pub(super) fn state(answer: &Value) -> String {
    let mut text = format!(
        "It is {} in the lab, at speed {}, seed {}.\n",
        word(&answer["now"]),
        answer["speed"],
        answer["seed"]
    );
    let broken = rows(answer, "broken", |one| {
        let with = one["with"].as_object().into_iter().flatten();
        let with: Vec<String> = with.map(|(name, value)| format!("{name}={}", word(value))).collect();
        let effects = one["effects"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>();
        vec![
            cell(Tone::Bad, word(&one["name"])),
            Cell::new(word(&one["kind"])),
            Cell::new(with.join(" ")),
            Cell::new(effects.join("\n")),
        ]
    });
    section(&mut text, "Nothing is broken.", &["broken", "kind", "of", "effect"], broken);
    let rules = rows(answer, "rules", |one| {
        let tone = if one["over"] == true { Tone::Plain } else { Tone::Bad };
        vec![
            cell(tone, word(&one["name"])),
            Cell::new(word(&one["rule"])),
            Cell::new(&one["calls"]),
            Cell::new(&one["hits"]),
        ]
    });
    section(&mut text, "No rule of misbehaviour is in force.", &["rule", "text", "calls", "changed"], rules);
    let calls = rows(answer, "calls", |one| {
        ["service", "region", "operation", "calls", "errors", "misbehaved"]
            .map(|name| Cell::new(word(&one[name])))
            .into()
    });
    let header = ["service", "region", "operation", "calls", "errors", "misbehaved"];
    section(&mut text, "No AWS call was made.", &header, calls);
    text
}

fn rows(answer: &Value, list: &str, row: impl Fn(&Value) -> Vec<Cell>) -> Vec<Vec<Cell>> {
    answer[list].as_array().into_iter().flatten().map(row).collect()
}

fn section(text: &mut String, none: &str, header: &[&str], rows: Vec<Vec<Cell>>) {
    let body = if rows.is_empty() { none.to_owned() } else { table(header, rows) };
    text.push_str(&format!("\n{body}\n"));
}

/// Transitions, one a line.
pub(super) fn transitions(all: &[Value]) -> String {
    let line = |one: &Value| {
        let with = one["with"].as_object().into_iter().flatten();
        let with: Vec<String> = with.map(|(name, value)| format!("{name}={}", word(value))).collect();
        format!("{}  {}  {}\n", word(&one["at"]), word(&one["what"]), with.join(" "))
    };
    all.iter().map(line).collect()
}

/// Transitions, one JSON object a line.
pub(super) fn json_lines(all: &[Value]) -> String {
    all.iter().map(|one| format!("{one}\n")).collect()
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
