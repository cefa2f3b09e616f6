//! Sections: the body of a report, from objectives to what a reader must know.
//! Invariant: a section without content is left out, except where its absence would mislead.
//! Not here: evidence and journal (see `appendix`).
//! Used by: view.

use super::{
    super::{format, journal::held_words},
    judged::{judged_mood, judged_words},
    page::{Block, Cell, Mood, Row, Section, Table, number, row, table_or, words},
};
use crate::{
    clock::Stamp,
    journal::event::{Reversibility, StepOutcome},
    measure::{
        bounds::{Measured, Trace},
        summary::{Assessment, ChangeState, ChangeView, ClientOutage, Mark, Objective, Recorded, Tone},
    },
    text,
};

pub(super) fn all(run: &Assessment) -> Vec<Section> {
    let mut sections = vec![objectives(run), phases(run), outages(run), changes(run)];
    sections.extend([moments(run), steady(run), steps(run), measurement(run), limits(run)]);
    sections
}

fn section(id: &'static str, title: &str, lead: &str, blocks: Vec<Block>) -> Section {
    let lead = (!lead.is_empty()).then(|| lead.to_owned());
    Section { id, title: title.to_owned(), lead, blocks }
}

fn objectives(run: &Assessment) -> Section {
    let results = &run.results;
    let each = [
        ("Recovery time", &results.recovery_time),
        ("Detection", &results.detection),
        ("Data loss", &results.data_loss),
    ];
    let columns = vec![
        words("Objective"),
        number("Limit"),
        number("Measured"),
        number("Margin"),
        words("Result"),
        words("Evidence"),
    ];
    let rows = each.iter().map(|(name, objective)| objective_row(name, objective)).collect();
    let notes =
        each.iter().filter_map(|(name, one)| Some(format!("{name}: {}", one.note.as_ref()?))).collect();
    let mut blocks = vec![Block::Table(Table { columns, rows })];
    push_list(&mut blocks, notes);
    let lead = "Each is judged by itself, on the upper bound of what was measured.";
    section("objectives", "Objectives", lead, blocks)
}

fn objective_row(name: &str, objective: &Objective) -> Row {
    let margin =
        objective.measured.zip(objective.limit).and_then(|(value, limit)| format::margin(value, limit));
    row([
        Cell::new(name).below(Some(objective.method.to_string())),
        Cell::new(objective.limit.map_or_else(|| "none".into(), text::duration)),
        measured(objective.measured, "not measured"),
        Cell::new(margin.unwrap_or_default()),
        Cell::new(judged_words(objective.verdict)).mood(judged_mood(objective.verdict)),
        Cell::evidence(&objective.trace),
    ])
}

fn measured(value: Option<Measured>, otherwise: &str) -> Cell {
    match value {
        Some(value) => Cell::new(format::seconds(value.measured)).below(Some(format::bounds(value))),
        None => Cell::new(otherwise).mood(Mood::Unsure),
    }
}

fn phases(run: &Assessment) -> Section {
    let origin = format::origin(run);
    let columns = vec![
        words("Phase"),
        number("Began"),
        number("Ended"),
        number("Took"),
        words("From, to"),
        words("Evidence"),
    ];
    let rows: Vec<Row> = run
        .phases
        .iter()
        .map(|phase| {
            row([
                Cell::new(phase.name.title().to_string()).below(Some(phase.name.meaning().to_string())),
                Cell::new(format::offset(phase.start.at, origin)),
                Cell::new(phase.stop.map_or_else(String::new, |stop| format::offset(stop.at, origin))),
                measured(phase.took, "end not seen"),
                Cell::new(format!("{}\u{a0}to\u{a0}{}", phase.from, phase.to.as_deref().unwrap_or("?"))),
                Cell::evidence(&phase.trace),
            ])
        })
        .collect();
    let lead = "Times count from the fault. Database and DNS run side by side.";
    section("phases", "Phases", lead, table_or(columns, rows, "No phase of the drill was seen."))
}

fn outages(run: &Assessment) -> Section {
    let origin = format::origin(run);
    let columns = vec![
        words("Client"),
        words("During"),
        number("Began"),
        number("Lasted"),
        number("Failed looks"),
        words("Saw, then"),
        words("Evidence"),
    ];
    let rows: Vec<Row> = run.outages.iter().map(|client| outage_row(run, client, origin)).collect();
    let lead = "Every time in which a client could not use the site, the failback's too.";
    section("outages", "What clients saw", lead, table_or(columns, rows, "No client saw an outage."))
}

fn outage_row(run: &Assessment, client: &ClientOutage, origin: Stamp) -> Row {
    let outage = &client.outage;
    let title = run.watches.iter().find(|view| view.watch == outage.watch).map(|view| view.title.clone());
    row([
        Cell::new(&outage.watch.0).below(title),
        Cell::new(client.during.words().to_string()),
        Cell::new(format::offset(outage.began.at, origin)).below(format::moment_bounds(outage.began, origin)),
        measured(outage.lasted, "had not ended"),
        Cell::new(outage.bad_looks.to_string()),
        Cell::new(outage.why.to_string()).below(outage.then.as_ref().map(|then| format!("then {then}"))),
        Cell::evidence(&outage.trace),
    ])
}

fn changes(run: &Assessment) -> Section {
    let origin = format::origin(run);
    let columns = vec![
        words("Change"),
        words("State"),
        number("Applied"),
        number("Restored"),
        number("Verified"),
        words("Way back"),
        words("Evidence"),
    ];
    let rows: Vec<Row> = run.changes.iter().map(|view| change_row(view, origin)).collect();
    let mut blocks = table_or(columns, rows, "Nothing was changed.");
    for view in &run.changes {
        push_list(&mut blocks, change_details(view));
        if view.is_outstanding() {
            let why = format!(
                "{} is outstanding. Put it back with firedrill restore {}, or by hand:",
                view.step, run.run
            );
            blocks.push(Block::Commands(why, view.by_hand.clone()));
        }
    }
    let lead =
        "What was done to the world, and how it was put back. Verified means read back and equal to before.";
    section("changes", "Changes", lead, blocks)
}

fn change_row(view: &ChangeView, origin: Stamp) -> Row {
    let mood = match view.state {
        ChangeState::Verified => Mood::Good,
        ChangeState::Captured | ChangeState::Kept => Mood::Plain,
        _ => Mood::Bad,
    };
    let at = |recorded: Option<Recorded>| {
        Cell::new(recorded.map_or_else(|| "–".to_owned(), |recorded| format::offset(recorded.at, origin)))
    };
    let back = match view.reversibility {
        Reversibility::Exact => "exact",
        Reversibility::Failback => "failback by switchover",
        Reversibility::OneWay => "one way",
    };
    let records = [Some(view.captured), view.apply_started, view.applied, view.restored, view.verified];
    let records = records.into_iter().flatten().map(|recorded| recorded.seq).collect();
    let trace = Trace { records, samples: Vec::new() };
    row([
        Cell::new(view.step.to_string()).below(Some(format!("{} ({})", view.title, view.spec.kind))),
        Cell::new(view.state.words().to_string()).mood(mood),
        at(view.applied.or(view.apply_started)),
        at(view.restored),
        at(view.verified),
        Cell::new(back),
        Cell::evidence(&trace),
    ])
}

fn change_details(view: &ChangeView) -> Vec<String> {
    let named = |what: &str, facts: &crate::drill::model::Facts| -> Vec<String> {
        facts.iter().map(|(name, value)| format!("{} {what}: {name}: {value}", view.step)).collect()
    };
    let mut lines = named("applied", &view.applied_details);
    lines.extend(named("restored", &view.restored_details));
    lines.extend(named("verified", &view.verified_details));
    lines.extend(view.problems.iter().map(|problem| format!("{}: {problem}", view.step)));
    lines.extend(view.differences.iter().map(|difference| format!("{} differs: {difference}", view.step)));
    lines
}

fn moments(run: &Assessment) -> Section {
    let origin = format::origin(run);
    let columns = vec![number("T+"), number("UTC"), words("Id"), words("What"), words("Evidence")];
    let mut marks: Vec<&Mark> = run.marks.iter().filter(|mark| mark.id != "D1").chain(&run.signals).collect();
    marks.sort_by_key(|mark| mark.moment.at);
    let first = run.signals.first().map(|mark| &mark.id);
    let id = |mark: &Mark| if Some(&mark.id) == first { "D1".to_owned() } else { mark.id.clone() };
    let rows: Vec<Row> = marks
        .into_iter()
        .map(|mark| {
            let signal = run.signals.contains(mark) && Some(&mark.id) != first;
            row([
                Cell::new(format::offset(mark.moment.at, origin))
                    .below(format::moment_bounds(mark.moment, origin)),
                Cell::new(format::time_of_day(mark.moment.at.wall)),
                Cell::new(if signal { "signal".to_owned() } else { id(mark) }),
                Cell::new(mark.title.to_string()),
                Cell::evidence(&mark.trace),
            ])
        })
        .collect();
    section(
        "moments",
        "Timeline",
        "The moments that the numbers are made of.",
        table_or(columns, rows, "No moment was seen."),
    )
}

fn steady(run: &Assessment) -> Section {
    let columns = vec![words("When"), words("Condition"), words("Result"), words("Seen")];
    let looked = [("before", &run.before), ("after", &run.after)];
    let rows: Vec<Row> = looked
        .iter()
        .filter_map(|(when, steady)| Some((when, steady.as_ref()?)))
        .flat_map(|(when, steady)| {
            steady.findings.iter().map(move |finding| {
                let mood = match finding.held {
                    Some(true) => Mood::Good,
                    Some(false) => Mood::Bad,
                    None => Mood::Unsure,
                };
                row([
                    Cell::new(*when),
                    Cell::new(&finding.condition),
                    Cell::new(held_words(finding.held)).mood(mood),
                    Cell::new(&finding.seen),
                ])
            })
        })
        .collect();
    let lead = "Must hold before the first change, and again at the end.";
    section(
        "steady-state",
        "Steady state",
        lead,
        table_or(columns, rows, "The steady state was not looked at."),
    )
}

fn steps(run: &Assessment) -> Section {
    let origin = format::origin(run);
    let columns = vec![words("Step"), number("Began"), number("Took"), words("Outcome")];
    let rows: Vec<Row> = run
        .steps
        .iter()
        .map(|step| {
            let took = step.finished.map(|finished| text::duration(finished.at.since(step.started.at)));
            let (outcome, mood) = match &step.outcome {
                Some(StepOutcome::Done) => ("done".to_owned(), Mood::Good),
                Some(StepOutcome::Failed { why }) => (format!("failed: {why}"), Mood::Bad),
                Some(StepOutcome::Stopped) => ("stopped".to_owned(), Mood::Unsure),
                None => ("never ended".to_owned(), Mood::Unsure),
            };
            row([
                Cell::new(&step.title).below(Some(step.id.to_string())),
                Cell::new(format::offset(step.started.at, origin)),
                Cell::new(took.unwrap_or_default()),
                Cell::new(outcome).mood(mood),
            ])
        })
        .collect();
    section("steps", "Steps", "", table_or(columns, rows, "No step began."))
}

fn measurement(run: &Assessment) -> Section {
    let columns = vec![
        words("Watch"),
        number("Every"),
        number("Good"),
        number("Bad"),
        number("Unknown"),
        number("Latest start"),
    ];
    let rows: Vec<Row> = run
        .watches
        .iter()
        .map(|view| {
            let unsure = if view.unknown > 0 { Mood::Unsure } else { Mood::Plain };
            row([
                Cell::new(&view.watch.0)
                    .below(Some(view.title.clone()).filter(|title| *title != view.watch.0)),
                Cell::new(view.interval.map_or_else(String::new, text::duration)),
                Cell::new(view.good.to_string()),
                Cell::new(view.bad.to_string()),
                Cell::new(view.unknown.to_string()).mood(unsure),
                Cell::new(format!("{} late", text::duration(view.latest))),
            ])
        })
        .collect();
    let lead = "Looks are due at a fixed rate, each on a new connection unless its name says otherwise; how late the latest \
                one began is part of the evidence.";
    section("measurement", "Measurement", lead, table_or(columns, rows, "Nothing was watched."))
}

fn limits(run: &Assessment) -> Section {
    let mut lines: Vec<String> = run.notes.iter().map(ToString::to_string).collect();
    if run.changes.iter().any(|view| view.spec.kind == "ec2.revoke-ingress") {
        lines.push(
            "The fault closes a port. It does not stop replication, and does not show the loss of a region; connections \
             that stood before it may live on"
                .into(),
        );
    }
    lines.push(
        "An outage began after the start of the last good look and ended by the end of the first good look of a run of at \
         least 2 s; three failed looks in a row make an outage"
            .into(),
    );
    let blind = run.watches.iter().any(|view| view.spans.iter().any(|span| span.tone == Tone::Unknown));
    if blind {
        lines.push("Looks that could not tell widen the bounds; they never count as good".into());
    }
    section("limits", "What a reader must know", "", vec![Block::List(lines)])
}

fn push_list(blocks: &mut Vec<Block>, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::List(lines));
    }
}
