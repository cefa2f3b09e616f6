//! View: what a report says, section by section, in words; a format only decides how it looks.
//! Invariant: every sentence of every readable format is made here, once.
//! Not here: markup (see `markdown`, `html`), numbers (see `measure`).
//! Used by: markdown, html.

pub(in crate::report) mod appendix;
mod sections;

use super::{Input, format, journal};
use crate::{
    measure::{
        bounds::Trace,
        summary::{Assessment, Judged, Objective, Verdict},
    },
    text,
};

/// A whole report.
pub(super) struct Page {
    pub(super) notice: Option<String>,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) verdict: Badge,
    /// Why the verdict is what it is; empty for a plain pass.
    pub(super) reasons: Vec<String>,
    /// The three or four numbers that a reader came for.
    pub(super) cards: Vec<Card>,
    /// Name and value pairs that identify the run.
    pub(super) facts: Vec<(String, String)>,
    pub(super) sections: Vec<Section>,
}

/// A verdict in one word and one sentence.
pub(super) struct Badge {
    pub(super) word: String,
    pub(super) mood: Mood,
    pub(super) sentence: String,
}

/// One number, large.
pub(super) struct Card {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) bounds: String,
    pub(super) limit: String,
    pub(super) mood: Mood,
}

/// How something is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Plain,
    Good,
    Bad,
    Unsure,
}

/// One part of the page.
pub(super) struct Section {
    /// Stable, for links.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) lead: Option<String>,
    pub(super) blocks: Vec<Block>,
}

/// A piece of a section.
pub(super) enum Block {
    Table(Table),
    List(Vec<String>),
    /// Commands to copy, with what they are for.
    Commands(String, Vec<String>),
}

/// Rows under columns.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// A column's title; numbers stand to the right.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) numeric: bool,
}

/// One row, with the name that links lead to.
pub(super) struct Row {
    pub(super) anchor: Option<String>,
    pub(super) cells: Vec<Cell>,
}

/// One cell.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    /// A second, quieter line.
    pub(super) below: Option<String>,
    pub(super) mood: Option<Mood>,
    pub(super) evidence: Option<Trace>,
}

impl Cell {
    fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    fn below(mut self, text: Option<String>) -> Cell {
        self.below = text;
        self
    }

    fn mood(mut self, mood: Mood) -> Cell {
        self.mood = Some(mood);
        self
    }

    fn evidence(trace: &Trace) -> Cell {
        Cell { evidence: Some(trace.clone()), ..Cell::default() }
    }
}

fn words(title: &'static str) -> Column {
    Column { title, numeric: false }
}

fn number(title: &'static str) -> Column {
    Column { title, numeric: true }
}

fn row(cells: impl IntoIterator<Item = Cell>) -> Row {
    Row { anchor: None, cells: cells.into_iter().collect() }
}

/// The first line of every file when the world was a lab.
pub(super) fn notice(run: &Assessment) -> Option<String> {
    run.header.lab.map(|lab| {
        format!("Simulated on the lab at speed {}, seed {}: no number here is AWS's", lab.speed, lab.seed)
    })
}

/// What the report says.
pub(super) fn page(input: &Input) -> Page {
    let run = input.run;
    Page {
        notice: notice(run),
        title: run.header.title.clone(),
        subtitle: format!("{} on {}", run.header.drill, run.header.deployment),
        verdict: Badge {
            word: run.verdict.title().to_owned(),
            mood: verdict_mood(run.verdict),
            sentence: run.verdict.meaning().to_owned(),
        },
        reasons: run.reasons.clone(),
        cards: cards(run),
        facts: facts(run),
        sections: sections::all(run).into_iter().chain(appendix::all(input)).collect(),
    }
}

fn verdict_mood(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Pass => Mood::Good,
        Verdict::Fail | Verdict::NotRestored => Mood::Bad,
        Verdict::Unknown | Verdict::StoppedEarly => Mood::Unsure,
    }
}

fn judged_mood(verdict: Option<Judged>) -> Mood {
    match verdict {
        Some(Judged::Pass) => Mood::Good,
        Some(Judged::Fail) => Mood::Bad,
        Some(Judged::Unknown) => Mood::Unsure,
        None => Mood::Plain,
    }
}

fn judged_words(verdict: Option<Judged>) -> &'static str {
    match verdict {
        Some(Judged::Pass) => "met",
        Some(Judged::Fail) => "missed",
        Some(Judged::Unknown) => "unknown",
        None => "no objective",
    }
}

fn cards(run: &Assessment) -> Vec<Card> {
    let results = &run.results;
    let mut cards = vec![
        card("Recovery time", &results.recovery_time),
        card("Detection", &results.detection),
        card("Data loss", &results.data_loss),
    ];
    let touched = run.changes.iter().filter(|view| view.apply_started.is_some()).count();
    cards.push(Card {
        name: "Restoration".into(),
        value: if run.restored { "complete" } else { "outstanding" }.into(),
        bounds: match run.restored {
            true => format!("{} restored and verified", text::plural(touched, "change")),
            false => format!("{} of {touched} still to be put back", run.outstanding.len()),
        },
        limit: match run.restored {
            true => "equal to before, field by field".to_owned(),
            false => format!("firedrill restore {}", run.run),
        },
        mood: if run.restored { Mood::Good } else { Mood::Bad },
    });
    cards
}

fn card(name: &str, objective: &Objective) -> Card {
    let limit = objective.limit.map(text::duration);
    Card {
        name: name.to_owned(),
        value: objective
            .measured
            .map_or_else(|| "not measured".to_owned(), |value| format::seconds(value.measured)),
        bounds: objective.measured.map(format::bounds).unwrap_or_default(),
        limit: limit.map_or_else(
            || "no objective".to_owned(),
            |limit| format!("objective {limit}: {}", judged_words(objective.verdict)),
        ),
        mood: judged_mood(objective.verdict),
    }
}

fn facts(run: &Assessment) -> Vec<(String, String)> {
    let head = &run.header;
    let mut facts = vec![
        ("Run".to_owned(), run.run.to_string()),
        ("Account".to_owned(), head.account.clone()),
        ("Site".to_owned(), head.site.clone()),
        ("Primary".to_owned(), head.regions.primary.clone()),
        ("Standby".to_owned(), head.regions.standby.clone()),
        ("Started".to_owned(), format::date_time(head.started.wall)),
        ("Took".to_owned(), text::duration(head.ended.since(head.started))),
        ("Program".to_owned(), head.program.clone()),
        ("Drill digest".to_owned(), journal::short(&head.drill_digest)),
    ];
    facts.extend(head.plan_digest.as_ref().map(|digest| ("Plan digest".to_owned(), journal::short(digest))));
    let caller = head.caller.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>();
    if !caller.is_empty() {
        facts.push(("Run by".to_owned(), caller.join(", ")));
    }
    facts
}
