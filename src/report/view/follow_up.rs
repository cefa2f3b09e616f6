//! Follow-up: deviations, findings, the register of evidence, and what a reader must know.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Cell, Mood, Section, Table, row},
};
use crate::{
    journal::followup::{Severity, Standing},
    measure::summary::Tone,
    report::model::people::Finding,
    words::Phrase,
};

pub(super) fn deviations(context: Context) -> Section {
    let lines: Vec<String> = context.report.deviations.iter().map(|one| context.alone(one)).collect();
    let block = match lines.is_empty() {
        true => Block::Text(context.say("view.no_deviations")),
        false => Block::List(lines),
    };
    context.section("deviations", "view.title.deviations", None, vec![block])
}

pub(super) fn findings(context: Context) -> Section {
    let report = context.report;
    let columns = vec![
        context.words("view.column.id"),
        context.words("view.column.finding"),
        context.words("people.column.severity"),
        context.words("view.column.owner"),
        context.words("view.column.due"),
        context.words("view.column.retest"),
        context.words("view.column.state"),
    ];
    let rows = report.findings.iter().map(|finding| {
        let (state, mood) = match finding.closed {
            Some(_) => ("view.closed", Mood::Good),
            None => ("view.open", Mood::Unsure),
        };
        row([
            Cell::new(&finding.id),
            Cell::new(&finding.what).below(more(context, finding)),
            Cell::new(context.say(severity(finding.severity))),
            Cell::new(finding.owner.clone().unwrap_or_default()),
            Cell::new(finding.due.map(|due| due.to_string()).unwrap_or_default()),
            Cell::new(finding.retest.clone().unwrap_or_default()),
            Cell::new(context.say(state)).mood(mood).below(finding.closed.clone()),
        ])
    });
    let mut blocks = context.table_or(columns, rows.collect(), "view.no_findings");
    blocks.extend(earlier(context));
    if !report.notes_of_people.is_empty() {
        blocks.push(Block::Heading(context.say("view.title.notes_of_people")));
        let said = |note: &crate::report::model::people::Note| {
            format!("{} · {}: {}", context.date_time(note.at), note.by, note.text)
        };
        blocks.push(Block::List(report.notes_of_people.iter().map(said).collect()));
    }
    context.section("findings", "view.title.findings", None, blocks)
}

/// What shows a finding, why it is so, what will be done.
fn more(context: Context, finding: &Finding) -> Option<String> {
    let evidence = (!finding.evidence.is_empty()).then(|| finding.evidence.join(", "));
    let lines = [
        (Phrase::new("people.evidence"), evidence),
        (Phrase::new("people.root_cause"), finding.root_cause.clone()),
        (Phrase::new("people.action"), finding.action.clone()),
    ];
    let said =
        lines.into_iter().filter_map(|(phrase, text)| Some(context.phrase(&phrase.with("text", text?))));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "people.severity.critical",
        Severity::High => "people.severity.high",
        Severity::Medium => "people.severity.medium",
        Severity::Low => "people.severity.low",
    }
}

/// What earlier runs of the drill found; nothing where they found nothing.
fn earlier(context: Context) -> Vec<Block> {
    let found = &context.report.earlier_findings;
    if found.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        context.words("people.column.run"),
        context.words("view.column.id"),
        context.words("view.column.finding"),
        context.words("people.column.severity"),
        context.words("view.column.owner"),
        context.words("view.column.due"),
        context.words("view.column.state"),
    ];
    let rows = found.iter().map(|it| {
        let (state, mood, below) = match &it.standing {
            Standing::Open => ("people.state.open", Mood::Unsure, None),
            Standing::Overdue => ("people.state.overdue", Mood::Bad, None),
            Standing::Fixed { retest } => ("people.state.fixed", Mood::Good, Some(retest.to_string())),
            Standing::Closed => ("people.state.closed", Mood::Good, None),
        };
        row([
            Cell::new(it.run.as_str()),
            Cell::new(&it.id),
            Cell::new(&it.title),
            Cell::new(context.say(severity(it.severity))),
            Cell::new(&it.owner),
            Cell::new(it.due.to_string()),
            Cell::new(context.say(state)).mood(mood).below(below),
        ])
    });
    let table = Table { columns, rows: rows.collect() };
    vec![Block::Heading(context.say("people.earlier")), Block::Table(table)]
}

pub(super) fn register(context: Context) -> Section {
    let report = context.report;
    let columns = ["view.column.file", "view.column.holds", "view.column.count"];
    let integrity = report.integrity.as_ref();
    let followup = integrity.and_then(|it| it.followup.as_ref());
    let written = followup.map(|it| ("followup.jsonl", "people.holds.followup", it.chain_length.to_string()));
    let files = [
        ("journal.jsonl", "view.holds.journal", report.chain.records.to_string()),
        ("samples.jsonl", "view.holds.samples", report.chain.samples.to_string()),
        ("report.json", "view.holds.report", "1".to_owned()),
    ];
    let rows = files
        .into_iter()
        .chain(written)
        .map(|(file, holds, count)| row([Cell::new(file), Cell::new(context.say(holds)), Cell::new(count)]));
    let columns = columns.map(|id| context.words(id)).into();
    let mut facts = vec![
        (context.say("view.fact.chain_head"), report.chain.head.clone()),
        (context.say("view.fact.chain_length"), report.chain.records.to_string()),
        (context.say("view.fact.drill_digest"), report.drill.sha256.clone()),
        (
            context.say("view.fact.plan_digest"),
            report.drill.plan_sha256.clone().unwrap_or_else(|| "–".to_owned()),
        ),
    ];
    facts.extend(integrity.map(|it| (context.say("people.files"), it.files.to_string())));
    let lines = ["view.integrity.chain", "view.integrity.rebuild", "view.integrity.limit"];
    let blocks = vec![
        Block::Table(Table { columns, rows: rows.collect() }),
        Block::Facts(facts),
        Block::List(lines.map(|id| context.say(id)).into()),
        Block::Commands(
            context.say("view.integrity.verify"),
            vec![format!("firedrill verify {}", report.run)],
        ),
    ];
    context.section("evidence", "view.title.evidence", Some("view.lead.evidence"), blocks)
}

pub(super) fn limits(context: Context) -> Section {
    let report = context.report;
    let mut lines: Vec<String> = report.notes.iter().map(|note| context.alone(note)).collect();
    let blind = report.watches.iter().any(|view| view.spans.iter().any(|span| span.tone == Tone::Unknown));
    if blind {
        lines.push(context.say("view.limit.blind"));
    }
    lines.push(context.phrase(&Phrase::new("view.limit.one_run")));
    context.section("limits", "view.title.limits", None, vec![Block::List(lines)])
}
