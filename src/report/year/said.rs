//! Said: the summary of a time in words.
//! Used by: year.

use super::model::{Run, Year};
use crate::{
    measure::summary::Judged,
    report::{
        format,
        view::{Badge, Block, Card, Cell, Column, Mood, Page, Row, Section, Table, conclusion_words},
    },
    words::{Lang, Phrase, unit},
};

pub(super) fn page(year: &Year, lang: Lang) -> Page {
    let say = |id: &'static str| Phrase::new(id).say(lang);
    let period = &year.period;
    let whose = period.deployment.clone().unwrap_or_else(|| say("year.all"));
    let times = Phrase::new("year.times")
        .with("since", period.since.to_string())
        .with("until", period.until.to_string());
    let counted = Phrase::new("year.met").with("met", year.met).with("drills", year.drills);
    let restored = Phrase::new("year.restored").with("restored", year.restored).with("drills", year.drills);
    Page {
        lang,
        notice: None,
        title: Phrase::new("year.title").with("deployment", &whose).say(lang),
        subtitle: times.say(lang),
        verdict: Badge {
            word: counted.say(lang),
            mood: if year.drills > 0 && year.met == year.drills { Mood::Good } else { Mood::Unsure },
            sentence: restored.say(lang),
        },
        effect: Badge { word: say("year.no_claim"), mood: Mood::Plain, sentence: say("year.no_claim_why") },
        reasons: Vec::new(),
        cards: cards(year, lang),
        not_tested: (
            say("year.not_counted"),
            vec![say("year.not_counted_labs"), say("year.not_counted_folder")],
        ),
        facts: vec![(say("year.fact.deployment"), whose), (say("year.fact.period"), times.say(lang))],
        sections: sections(year, lang),
    }
    .visible()
}

fn cards(year: &Year, lang: Lang) -> Vec<Card> {
    let card = |name: &'static str, value: String| Card {
        name: Phrase::new(name).say(lang),
        value,
        bounds: String::new(),
        limit: String::new(),
        mood: Mood::Plain,
    };
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    vec![
        card("year.card.drills", year.drills.to_string()),
        card("year.card.rehearsals", year.rehearsals.to_string()),
        card("year.card.median", or_dash(year.median_recovery.map(|took| format::seconds(took, lang)))),
        card("year.card.pause", or_dash(year.longest_pause.map(|pause| days(pause, lang)))),
    ]
}

fn days(pause: std::time::Duration, lang: Lang) -> String {
    Phrase::new("year.days").with("days", pause.as_secs() / 86_400).say(lang)
}

/// The columns of a table of runs.
const RUN: [&str; 7] = [
    "year.column.started",
    "year.column.drill",
    "year.column.verdict",
    "year.column.recovery",
    "year.column.objective",
    "year.column.restored",
    "year.column.findings",
];

fn sections(year: &Year, lang: Lang) -> Vec<Section> {
    let say = |id: &'static str| Phrase::new(id).say(lang);
    let columns = |ids: &[&'static str]| -> Vec<Column> {
        ids.iter().map(|id| Column { title: say(id), numeric: false }).collect()
    };
    let section =
        |id: &'static str, title: &'static str, blocks| Section { id, title: say(title), lead: None, blocks };
    let table_or = |columns, rows: Vec<Row>, none: &'static str| match rows.is_empty() {
        true => vec![Block::Text(say(none))],
        false => vec![Block::Table(Table { columns, rows })],
    };
    let runs = columns(&RUN);
    let drills = year.runs.iter().filter(|run| !run.lab).map(|run| row(run, lang)).collect();
    let labs = year.runs.iter().filter(|run| run.lab).map(|run| row(run, lang)).collect();
    let rehearsed = columns(&RUN);
    let mut all = vec![
        section("drills", "year.section.drills", table_or(runs, drills, "year.no_drills")),
        section("findings", "year.section.findings", findings(year, lang)),
        section("rehearsals", "year.section.rehearsals", table_or(rehearsed, labs, "year.no_rehearsals")),
    ];
    if !year.unreadable.is_empty() {
        let lines = year.unreadable.iter().map(|one| format!("{}: {}", one.run, one.why)).collect();
        all.push(section("unreadable", "year.section.unreadable", vec![Block::List(lines)]));
    }
    all
}

fn row(run: &Run, lang: Lang) -> Row {
    let say = |id: &'static str| Phrase::new(id).say(lang);
    let (mood, judged) = match run.recovery_verdict {
        Some(Judged::Pass) => (Mood::Good, say("view.judged.met")),
        Some(Judged::Fail) => (Mood::Bad, say("view.judged.missed")),
        Some(Judged::Unknown) => (Mood::Unsure, say("view.judged.unknown")),
        None => (Mood::Plain, say("view.judged.none")),
    };
    let took = run.recovery.map_or_else(|| say("view.not_measured"), |took| format::seconds(took, lang));
    let high = run
        .recovery_high
        .map(|high| Phrase::new("year.at_most").with("high", format::ceiling(high, lang)).say(lang));
    let open = run.findings.iter().filter(|finding| finding.closed.is_none()).count();
    let counted =
        Phrase::new("year.open_closed").with("open", open).with("closed", run.findings.len() - open);
    let (restored, restored_mood) =
        if run.restored { ("view.yes", Mood::Good) } else { ("view.no", Mood::Bad) };
    let cell =
        |text: String, below: Option<String>, mood: Option<Mood>| Cell { text, below, mood, evidence: None };
    let date = run.started.strftime("%Y-%m-%d %H:%M UTC").to_string();
    Row {
        anchor: None,
        cells: vec![
            cell(date, Some(run.run.to_string()), None),
            cell(run.title.clone(), Some(format!("{} · {}", run.drill, run.deployment)), None),
            cell(say(conclusion_words(run.conclusion)), Some(run.verdict.title().say(lang)), None),
            cell(took, high, None),
            cell(
                run.objective.map_or_else(|| "–".to_owned(), |limit| unit::limit(limit, lang)),
                Some(judged),
                Some(mood),
            ),
            cell(say(restored), None, Some(restored_mood)),
            cell(counted.say(lang), None, None),
        ],
    }
}

fn findings(year: &Year, lang: Lang) -> Vec<Block> {
    let say = |id: &'static str| Phrase::new(id).say(lang);
    let each = year.runs.iter().flat_map(|run| run.findings.iter().map(move |finding| (run, finding)));
    let rows: Vec<Row> = each
        .map(|(run, finding)| {
            let (state, mood) = match finding.closed {
                Some(_) => ("view.closed", Mood::Good),
                None => ("view.open", Mood::Unsure),
            };
            let cell = |text: String| Cell { text, ..Cell::default() };
            Row {
                anchor: None,
                cells: vec![
                    Cell { below: Some(run.run.to_string()), ..cell(finding.id.clone()) },
                    cell(finding.what.clone()),
                    cell(finding.owner.clone().unwrap_or_default()),
                    cell(finding.due.map(|due| due.to_string()).unwrap_or_default()),
                    Cell { mood: Some(mood), ..cell(say(state)) },
                ],
            }
        })
        .collect();
    if rows.is_empty() {
        return vec![Block::Text(say("view.no_findings"))];
    }
    let ids = [
        "view.column.id",
        "view.column.finding",
        "view.column.owner",
        "view.column.due",
        "view.column.state",
    ];
    let columns = ids.map(|id| Column { title: say(id), numeric: false }).into();
    vec![Block::Table(Table { columns, rows })]
}
