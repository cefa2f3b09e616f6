//! Verdict: the summary for those who read one page, and the objectives with how each was measured.
//! Invariant: the fault's effect is said before any success; what was not tested is said beside it.
//! Used by: sections.

use super::{
    context::Context,
    header,
    judged::{conclusion_words, judged_mood, judged_words},
    page::{Block, Cell, Figure, Row, Section, Table, row},
};
use crate::{
    measure::summary::Judged,
    report::{format, model::result::Objective},
    words::Phrase,
};

pub(super) fn summary(context: Context) -> Section {
    let report = context.report;
    let effect = header::effect(context);
    let concluded = Phrase::new("view.concluded")
        .with("conclusion", Phrase::new(conclusion_words(report.conclusion)))
        .with("meaning", report.verdict.meaning());
    let mut blocks = vec![
        Block::Text(format!("{} {}", effect.word, effect.sentence)),
        Block::Text(context.phrase(&concluded)),
    ];
    blocks.extend(
        context
            .report
            .objectives()
            .iter()
            .filter_map(|(name, objective)| sentence(context, name, objective).map(Block::Text)),
    );
    blocks.push(Block::Text(context.say(match report.restored {
        true => "view.sentence.restored",
        false => "view.sentence.not_restored",
    })));
    blocks.push(Block::Heading(context.say("view.title.not_tested")));
    blocks.push(Block::List(report.not_tested.iter().map(|phrase| context.phrase(phrase)).collect()));
    blocks.push(Block::Text(context.phrase(&header::prevails(context))));
    context.section("verdict", "view.title.verdict", None, blocks)
}

/// `The objective for recovery time is 10 min; measured were 1 min 32.0 s, at most 1 min 33.2 s: met.`
fn sentence(context: Context, name: &Phrase, objective: &Objective) -> Option<String> {
    let limit = objective.limit?;
    let lang = context.lang;
    let said = match objective.took().and_then(|took| Some((took, took.high?))) {
        Some((took, high)) => Phrase::new(match objective.verdict {
            Some(Judged::Pass) => "view.sentence.met",
            Some(Judged::Fail) => "view.sentence.missed",
            _ => "view.sentence.unknown",
        })
        .with("measured", format::seconds(took.measured, lang))
        .with("high", format::ceiling(high, lang)),
        None => Phrase::new(match objective.verdict {
            Some(Judged::Fail) => "view.sentence.missed_unmeasured",
            _ => "view.sentence.unmeasured",
        })
        .with("method", objective.method.clone()),
    };
    Some(context.phrase(&said.with("objective", name.clone()).with("limit", context.limit(limit))))
}

pub(super) fn objectives(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.objective"),
        context.number("view.column.target"),
        context.number("view.column.measured"),
        context.number("view.column.margin"),
        context.words("view.column.result"),
        context.words("view.column.evidence"),
    ];
    let each = context.report.objectives();
    let rows = each.iter().map(|(name, objective)| objective_row(context, name, objective)).collect();
    let notes: Vec<String> = each
        .iter()
        .filter_map(|(name, one)| {
            Some(format!("{}: {}", context.alone(name), context.phrase(one.note.as_ref()?)))
        })
        .collect();
    let fixed = Phrase::new("view.objectives_fixed").with("sha256", &context.report.drill.sha256);
    let mut blocks = vec![
        Block::Figure(Figure::Objectives),
        Block::Table(Table { columns, rows }),
        Block::Text(context.phrase(&fixed)),
    ];
    if !notes.is_empty() {
        blocks.push(Block::List(notes));
    }
    context.section("objectives", "view.title.objectives", Some("view.lead.objectives"), blocks)
}

fn objective_row(context: Context, name: &Phrase, objective: &Objective) -> Row {
    let took = objective.took();
    let margin =
        took.zip(objective.limit).and_then(|(took, limit)| format::margin(took, limit, context.lang));
    row([
        Cell::new(context.alone(name)).below(Some(context.phrase(&objective.method))),
        Cell::new(objective.limit.map_or_else(|| context.say("view.none"), |limit| context.limit(limit))),
        context.took(took, "view.not_measured"),
        Cell::new(margin.unwrap_or_default()),
        Cell::new(context.say(judged_words(objective.verdict))).mood(judged_mood(objective.verdict)),
        Cell::evidence(&objective.evidence),
    ])
}
