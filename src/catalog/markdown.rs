//! Markdown: the catalogue as the README's tables.
//! Invariant: pure; the README holds each table between `<!-- catalog NAME -->` and `<!-- /catalog -->`, and a test compares.
//! Not here: what surrounds the tables.
//! Used by: cli; the README's test.

use std::fmt::Write;

use super::{ChangeItem, CheckItem, ConditionItem, ProbeItem};
use crate::{change::about::Nearest, drill::manual::Key};

/// Of changes.
pub fn changes(all: &[ChangeItem]) -> String {
    let head = ["kind", "step", "what it does", "parameters", "way back", "nearest AWS FIS action"];
    let row = |item: &ChangeItem| {
        let names = item.parameters.iter().map(|key| format!("`{}`", key.name));
        [
            format!("`{}`", item.kind),
            item.step.to_owned(),
            sentence(item.what),
            names.collect::<Vec<_>>().join(", "),
            item.way_back.to_owned(),
            nearest(item.nearest),
        ]
    };
    table(&head, all.iter().map(row))
}

/// Of probes.
pub fn probes(all: &[ProbeItem]) -> String {
    let row = |item: &ProbeItem| {
        let names: Vec<String> = item.about.watches.iter().map(|name| format!("`{name}`")).collect();
        let needs = if item.about.needs.is_empty() { "" } else { item.about.needs };
        [names.join(", "), item.every.clone(), item.about.looks_at.to_owned(), needs.to_owned()]
    };
    table(&["watch", "every", "what it looks at", "needs"], all.iter().map(row))
}

/// Of conditions.
pub fn conditions(all: &[ConditionItem]) -> String {
    let head = ["condition", "for example", "what it looks at", "keys"];
    let row = |item: &ConditionItem| {
        // Any of them has `for`.
        let keys: Vec<String> = item.keys.iter().filter(|key| key.name != "for").map(key).collect();
        [format!("`{}`", item.name), format!("`{}`", item.example), sentence(item.what), keys.join("; ")]
    };
    table(&head, all.iter().map(row))
}

/// Of readiness checks.
pub fn checks(all: &[CheckItem]) -> String {
    let row = |item: &CheckItem| {
        [format!("`{}`", item.name), item.system.to_owned(), item.why.trim_end_matches('.').to_owned()]
    };
    table(&["check", "looks at", "why it matters"], all.iter().map(row))
}

fn key(key: &Key) -> String {
    format!("`{}`: {}", key.name, key.values)
}

fn nearest(it: Nearest) -> String {
    match (it.action, it.but) {
        (None, _) => "none".to_owned(),
        (Some(action), "") => format!("`{action}`"),
        (Some(action), but) => format!("`{action}`: {but}"),
    }
}

/// A cell is no sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

fn table<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        // A bar would end the cell.
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
