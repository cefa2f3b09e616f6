//! Steps: the steady state around the drill, and every step: expected and actual, also those never executed.
//! Used by: sections.

use super::{
    context::Context,
    judged::outcome_words,
    page::{Block, Cell, Row, Section, row},
};
use crate::{
    report::model::step::{Outcome, Step},
    words::Phrase,
};

pub(super) fn steady(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.when"),
        context.words("view.column.condition"),
        context.words("view.column.result"),
        context.words("view.column.seen"),
        context.words("view.column.record"),
    ];
    let pair = &context.report.steady_state;
    let looked = [("view.before", &pair.before), ("view.after", &pair.after)];
    let rows = looked.iter().filter_map(|(when, steady)| Some((when, steady.as_ref()?))).flat_map(
        |(when, steady)| {
            steady.findings.iter().map(move |finding| {
                row([
                    Cell::new(context.say(when)),
                    Cell::new(&finding.condition),
                    context.held(finding.held),
                    Cell::new(&finding.seen),
                    Cell::evidence(&crate::report::model::moment::Evidence::of_records([steady
                        .looked
                        .record])),
                ])
            })
        },
    );
    let blocks = context.table_or(columns, rows.collect(), "view.no_steady");
    context.section("steady-state", "view.title.steady", Some("view.lead.steady"), blocks)
}

pub(super) fn steps(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.step"),
        context.words("view.column.expected"),
        context.words("view.column.actual"),
        context.number("view.column.began"),
        context.number("view.column.took"),
        context.words("view.column.outcome"),
        context.words("view.column.evidence"),
    ];
    let report = context.report;
    let rows = report.steps.iter().map(|step| step_row(context, step)).collect();
    let mut blocks = context.table_or(columns, rows, "view.no_steps");
    let left: Vec<&str> = report
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::NotExecuted)
        .map(|step| step.id.0.as_str())
        .collect();
    blocks.push(Block::Text(match left.is_empty() {
        true => context.say("view.all_executed"),
        false => context.phrase(&Phrase::new("view.left_out").with("steps", left.join(", "))),
    }));
    context.section("steps", "view.title.steps", Some("view.lead.steps"), blocks)
}

fn step_row(context: Context, step: &Step) -> Row {
    let (outcome, mood) = outcome_words(step.outcome);
    let expected: Vec<String> = step.expected.iter().map(|phrase| context.phrase(phrase)).collect();
    let seen: Vec<String> = step.seen.iter().map(|finding| context.finding(finding)).collect();
    let began = step.started.map(|noted| context.offset(noted.t)).unwrap_or_else(|| "–".to_owned());
    let took = step.took.map(|took| context.duration(took)).unwrap_or_else(|| "–".to_owned());
    row([
        Cell::new(&step.title).below(Some(step.id.to_string())),
        Cell::new(expected.join("; ")),
        Cell::new(seen.join("; ")),
        Cell::new(began),
        Cell::new(took),
        Cell::new(context.say(outcome)).mood(mood).below(step.why.clone()),
        Cell::evidence(&step.evidence),
    ])
}
