//! View: what a report says, section by section, in words; a format only decides how it looks.
//! Invariant: every sentence of every readable format is made here, once.
//! Not here: markup (see `markdown`, `html`), numbers (see `measure`).
//! Used by: markdown, html; cli, for its tables.

pub(in crate::report) mod appendix;
mod judged;
mod page;
mod sections;

use self::judged::{judged_mood, judged_words, verdict_mood};
pub(crate) use self::page::{Badge, Block, Card, Cell, Column, Mood, Page, Row, Section, Table};
use super::{Input, format, journal};
use crate::{
    measure::summary::{Assessment, Objective},
    text,
};

/// The first line of every file when the world was a lab.
pub(crate) fn notice(run: &Assessment) -> Option<String> {
    run.header.lab.map(|lab| {
        format!("Simulated on the lab at speed {}, seed {}: no number here is AWS's", lab.speed, lab.seed)
    })
}

/// What the report says.
pub(crate) fn page(input: &Input) -> Page {
    let run = input.run;
    Page {
        notice: notice(run),
        title: run.header.title.clone(),
        subtitle: format!("{} on {}", run.header.drill, run.header.deployment),
        verdict: Badge {
            word: run.verdict.title().to_string(),
            mood: verdict_mood(run.verdict),
            sentence: run.verdict.meaning().to_string(),
        },
        reasons: run.reasons.iter().map(ToString::to_string).collect(),
        cards: cards(run),
        facts: facts(run),
        sections: sections::all(run).into_iter().chain(appendix::all(input)).collect(),
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
