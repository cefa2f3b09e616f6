//! Environment: what was found before anything was changed, and how the drill was done and watched.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Cell, Mood, Section, row},
};
use crate::words::Phrase;

pub(super) fn environment(context: Context) -> Option<Section> {
    let plan = context.report.plan.as_ref()?;
    let mut blocks = Vec::new();
    let columns = vec![
        context.words("view.column.step"),
        context.words("view.column.resource"),
        context.words("view.column.what"),
    ];
    let rows: Vec<_> = plan
        .touches
        .iter()
        .map(|touch| row([Cell::new(&touch.step.0), Cell::new(&touch.resource), Cell::new(&touch.what)]))
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Heading(context.say("view.title.touches")));
        blocks.extend(context.table_or(columns, rows, "view.none"));
    }
    let columns = vec![
        context.words("view.column.fault"),
        context.words("view.column.detector"),
        context.words("view.column.notices"),
        context.words("view.column.because"),
    ];
    let rows: Vec<_> = plan
        .detectors
        .iter()
        .map(|one| {
            let (notices, mood) = match one.notices {
                Some(true) => ("view.yes", Mood::Good),
                Some(false) => ("view.no", Mood::Unsure),
                None => ("view.untold", Mood::Unsure),
            };
            let notices = Cell::new(context.say(notices)).mood(mood);
            row([Cell::new(&one.fault.0), Cell::new(&one.detector), notices, Cell::new(&one.because)])
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Heading(context.say("view.title.detectors")));
        blocks.extend(context.table_or(columns, rows, "view.none"));
    }
    for (title, lines) in
        [("view.title.warnings", &plan.warnings), ("view.title.permissions", &plan.permissions)]
    {
        if !lines.is_empty() {
            blocks.push(Block::Heading(context.say(title)));
            blocks.push(Block::List(lines.clone()));
        }
    }
    if !plan.found.is_empty() {
        blocks.push(Block::Heading(context.say("view.title.found")));
        blocks.push(Block::Facts(plan.found.clone()));
    }
    if plan.found_more > 0 {
        blocks.push(Block::Text(
            context.phrase(&Phrase::new("view.found_more").with("count", plan.found_more)),
        ));
    }
    Some(context.section("environment", "view.title.environment", Some("view.lead.environment"), blocks))
}

pub(super) fn method(context: Context) -> Section {
    let report = context.report;
    let drill = &report.drill;
    let clock = match report.made_by.clock_offset_ms {
        Some((offset, error)) => {
            let offset = Phrase::new("view.clock_offset").with("offset", offset.to_string());
            context.phrase(&offset.with("error", error.to_string()))
        }
        None => context.say("view.clock_unknown"),
    };
    let resolver = report.deployment.resolver.clone().unwrap_or_else(|| context.say("view.system_resolver"));
    let facts = [
        ("view.fact.scenario", drill.title.clone()),
        ("view.fact.files", drill.files.join(", ")),
        ("view.fact.probe", context.duration(drill.probe_interval)),
        ("view.fact.resolver", resolver),
        (
            "view.fact.write_check",
            report.deployment.write_check.clone().unwrap_or_else(|| context.say("view.none")),
        ),
        ("view.fact.time_limit", context.limit(drill.time_limit)),
        ("view.fact.stop_when", drill.stop_when.join("; ")),
        ("view.fact.clock", clock),
        ("view.fact.command", report.made_by.command_line.join(" ")),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = said.map(|(name, value)| (context.say(name), value)).collect();
    let rules = ["view.rule.outage", "view.rule.recovered", "view.rule.bounds", "view.rule.connections"];
    let blocks = vec![Block::Facts(facts), Block::List(rules.map(|id| context.say(id)).into())];
    context.section("method", "view.title.method", None, blocks)
}
