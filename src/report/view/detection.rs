//! Detection: the fault and its effect, what noticed it, and who decided.
//! Used by: sections.

use super::{
    context::Context,
    header,
    page::{Block, Cell, Row, Section, row},
};
use crate::{
    report::model::{change::Change, result::Mark},
    words::Phrase,
};

pub(super) fn fault(context: Context) -> Section {
    let effect = header::effect(context);
    let mut blocks = vec![Block::Text(format!("{} {}", effect.word, effect.sentence))];
    let report = context.report;
    let faults = report.changes.iter().filter(|change| is_fault(change));
    for fault in faults {
        let params: Vec<String> =
            fault.params.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let mut facts = vec![
            (context.say("view.fact.change"), format!("{} ({})", fault.title, fault.id)),
            (context.say("view.fact.kind"), fault.kind.clone()),
            (context.say("view.fact.params"), params.join(", ")),
        ];
        let moments = [("view.fact.called", fault.apply_started), ("view.fact.read_back", fault.applied)];
        facts.extend(moments.into_iter().filter_map(|(name, noted)| {
            let noted = noted?;
            let at = context.date_time(noted.at);
            Some((context.say(name), format!("{} · {at} · {}", context.offset(noted.t), noted.record)))
        }));
        facts.extend(fault.applied_details.iter().map(|(name, value)| (name.clone(), value.clone())));
        blocks.push(Block::Facts(facts));
    }
    context.section("fault", "view.title.fault", Some("view.lead.fault"), blocks)
}

/// Recoveries move users or data; every other change is harm.
fn is_fault(change: &Change) -> bool {
    !change.kind.starts_with("rds.") && !change.kind.starts_with("route53.")
}

pub(super) fn detection(context: Context) -> Section {
    let columns = context.moments();
    let signals = &context.report.signals;
    let rows = signals.iter().enumerate().map(|(place, mark)| signal(context, place, mark)).collect();
    let mut blocks = context.table_or(columns, rows, "view.no_signal");
    let silent: Vec<&str> = context
        .report
        .watches
        .iter()
        .map(|view| view.watch.as_str())
        .filter(|watch| watch.starts_with("alarm.") && !signals.iter().any(|mark| mark.id == *watch))
        .collect();
    if !silent.is_empty() {
        let said = Phrase::new("view.silent_alarms").with("alarms", silent.join(", "));
        blocks.push(Block::Text(context.phrase(&said)));
    }
    context.section("detection", "view.title.detection", Some("view.lead.detection"), blocks)
}

fn signal(context: Context, place: usize, mark: &Mark) -> Row {
    let id = if place == 0 { "D1".to_owned() } else { context.say("view.signal") };
    row([
        context.when(mark.when),
        context.time_of_day(mark.when.at),
        Cell::new(id),
        Cell::new(context.alone(&mark.title)),
        Cell::evidence(&mark.evidence),
    ])
}

pub(super) fn decision(context: Context) -> Section {
    let text = match context.report.approvals.first() {
        Some(approval) => {
            let at = context.date_time(approval.at);
            let said = Phrase::new("view.decided").with("by", &approval.by).with("step", &approval.step.0);
            context.phrase(&said.with("at", at))
        }
        None => context.say("view.automatic"),
    };
    context.section("decision", "view.title.decision", None, vec![Block::Text(text)])
}
