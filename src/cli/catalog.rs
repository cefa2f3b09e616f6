//! Catalog: the verb that lists everything a drill may name.
//! Invariant: calls nothing.
//! Not here: what is listed (see `catalog`).
//! Used by: cli.

use clap::{Args, ValueEnum};
use comfy_table::Cell;

use crate::{
    catalog::{self, ChangeItem, ConditionItem, ProbeItem, ReadinessItem, markdown},
    change::about::Nearest,
    drill::manual::Key,
};

use super::{
    exit,
    output::{out, out_exactly, strong, table},
};

/// What `catalog` takes.
#[derive(Debug, Args)]
pub(crate) struct CatalogArgs {
    /// One part alone
    part: Option<Part>,
    /// As JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// As the README's tables
    #[arg(long)]
    markdown: bool,
}

/// A part of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Faults and recoveries
    Changes,
    /// What is watched
    Probes,
    /// What can be awaited
    Conditions,
    /// What is asked of both regions before a run
    Readiness,
}

/// Lists it; the exit code.
pub(crate) fn catalog(args: &CatalogArgs) -> u8 {
    let wants = |part: Part| args.part.is_none_or(|wanted| wanted == part);
    let changes = if wants(Part::Changes) { catalog::changes() } else { Vec::new() };
    let probes = if wants(Part::Probes) { catalog::probes() } else { Vec::new() };
    let conditions = if wants(Part::Conditions) { catalog::conditions() } else { Vec::new() };
    let readiness = if wants(Part::Readiness) { catalog::readiness() } else { Vec::new() };
    if args.json {
        let mut all = serde_json::Map::new();
        let mut add = |part: Part, name: &str, value: serde_json::Value| {
            if wants(part) {
                all.insert(name.to_owned(), value);
            }
        };
        add(Part::Changes, "changes", serde_json::to_value(&changes).unwrap_or_default());
        add(Part::Probes, "probes", serde_json::to_value(&probes).unwrap_or_default());
        add(Part::Conditions, "conditions", serde_json::to_value(&conditions).unwrap_or_default());
        add(Part::Readiness, "readiness", serde_json::to_value(&readiness).unwrap_or_default());
        out(serde_json::Value::Object(all).to_string());
    } else if args.markdown {
        let tables = [
            (Part::Changes, markdown::changes(&changes)),
            (Part::Probes, markdown::probes(&probes)),
            (Part::Conditions, markdown::conditions(&conditions)),
            (Part::Readiness, markdown::readiness(&readiness)),
        ];
        let tables: Vec<String> =
            tables.into_iter().filter(|(part, _)| wants(*part)).map(|(_, text)| text).collect();
        out_exactly(&tables.join("\n"));
    } else {
        changes.iter().for_each(change);
        probes.iter().for_each(probe);
        conditions.iter().for_each(condition);
        readiness.iter().for_each(check);
    }
    exit::PASSED
}

fn change(item: &ChangeItem) {
    out(format!("{}  {}", strong(item.kind), item.step));
    let mut rows = vec![row("does", item.what)];
    rows.extend(item.parameters.iter().map(key));
    rows.push(row("way back", item.way_back));
    rows.push(row("needs", &joined(item.actions.iter().copied())));
    rows.push(row("AWS FIS", &nearest(item.nearest)));
    out(table(&[], rows));
}

fn probe(item: &ProbeItem) {
    out(format!("{}  every {}", strong(&item.about.watches.join(", ")), item.every.replace('`', "")));
    let mut rows = vec![row("looks at", item.about.looks_at)];
    if !item.about.needs.is_empty() {
        rows.push(row("there with", &item.about.needs.replace('`', "")));
    }
    rows.push(row("needs", &joined(item.about.actions.iter().copied())));
    out(table(&[], rows));
}

fn condition(item: &ConditionItem) {
    out(format!("{}  {}: {}", strong(item.name), item.name, item.example));
    let mut rows = vec![row("looks at", item.what)];
    rows.extend(item.keys.iter().map(key));
    rows.push(row("AWS FIS", &nearest(item.nearest)));
    out(table(&[], rows));
}

fn check(item: &ReadinessItem) {
    out(format!("{}  {}", strong(item.name), item.system));
    let needs = joined(item.actions.iter().copied());
    out(table(&[], vec![row("matters", item.why), row("needs", &needs)]));
}

fn row(name: &str, text: &str) -> Vec<Cell> {
    vec![Cell::new(name), Cell::new(text.replace('`', ""))]
}

fn key(key: &Key) -> Vec<Cell> {
    row(&format!("  {}", key.name), &format!("{} ({}) {}", key.values, key.need, key.what))
}

fn nearest(it: Nearest) -> String {
    match it.action {
        Some(action) if it.but.is_empty() => action.to_owned(),
        Some(action) => format!("{action}: {}", it.but),
        None => "none".to_owned(),
    }
}

fn joined<'a>(actions: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = actions.collect();
    if all.is_empty() { "no rights".to_owned() } else { all.join(", ") }
}
