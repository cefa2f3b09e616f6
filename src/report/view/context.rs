//! Context: a report and the language it is said in.
//! Used by: every section.

use std::time::Duration;

use jiff::Timestamp;

use super::page::{Block, Cell, Column, Mood, Row, Section, Table};
use crate::{
    journal::event::Finding,
    report::{
        format,
        model::{
            Report,
            moment::{Noted, Took, When},
        },
    },
    words::{Lang, Phrase, unit},
};

/// What a section is made from.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
}

impl Context<'_> {
    /// A sentence without places to fill.
    pub(super) fn say(self, id: &'static str) -> String {
        Phrase::new(id).say(self.lang)
    }

    pub(super) fn phrase(self, phrase: &Phrase) -> String {
        phrase.say(self.lang)
    }

    /// The first letter large, where the language has large letters: for a phrase that stands alone.
    pub(super) fn alone(self, phrase: &Phrase) -> String {
        let said = phrase.say(self.lang);
        let mut letters = said.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    pub(super) fn words(self, id: &'static str) -> Column {
        Column { title: self.say(id), numeric: false }
    }

    pub(super) fn number(self, id: &'static str) -> Column {
        Column { title: self.say(id), numeric: true }
    }

    /// The columns of a table of moments.
    pub(super) fn moments(self) -> Vec<Column> {
        vec![
            self.number("view.column.offset"),
            self.number("view.column.utc"),
            self.words("view.column.id"),
            self.words("view.column.what"),
            self.words("view.column.evidence"),
        ]
    }

    /// A section with its title, and its lead if there is one.
    pub(super) fn section(
        self,
        id: &'static str,
        title: &'static str,
        lead: Option<&'static str>,
        blocks: Vec<Block>,
    ) -> Section {
        Section { id, title: self.say(title), lead: lead.map(|id| self.say(id)), blocks }
    }

    /// A table, or one sentence when it has no rows.
    pub(super) fn table_or(self, columns: Vec<Column>, rows: Vec<Row>, none: &'static str) -> Vec<Block> {
        match rows.is_empty() {
            true => vec![Block::Text(self.say(none))],
            false => vec![Block::Table(Table { columns, rows })],
        }
    }

    /// T+ of a moment.
    pub(super) fn offset(self, at: Duration) -> String {
        format::offset(at, self.report.origin())
    }

    pub(super) fn noted(self, noted: Option<Noted>) -> Cell {
        Cell::new(noted.map_or_else(|| "–".to_owned(), |noted| self.offset(noted.t)))
    }

    pub(super) fn when(self, when: When) -> Cell {
        let bounds = format::moment_bounds(when, self.report.origin(), self.lang);
        Cell::new(self.offset(when.t)).below(bounds)
    }

    pub(super) fn duration(self, value: Duration) -> String {
        unit::duration(value, self.lang)
    }

    pub(super) fn limit(self, value: Duration) -> String {
        unit::limit(value, self.lang)
    }

    /// A number with its bounds, or these words.
    pub(super) fn took(self, value: Option<Took>, otherwise: &'static str) -> Cell {
        match value {
            Some(value) => Cell::new(format::seconds(value.measured, self.lang))
                .below(Some(format::bounds(value, self.lang))),
            None => Cell::new(self.say(otherwise)).mood(Mood::Unsure),
        }
    }

    /// A time of day in UTC, and below it in the deployment's zone.
    pub(super) fn time_of_day(self, at: Timestamp) -> Cell {
        let zone = self.report.zone.as_ref();
        let local = zone.map(|zone| format!("{} {}", format::local_time_of_day(at, zone), zone.abbreviation));
        Cell::new(format::time_of_day(at)).below(local)
    }

    pub(super) fn date_time(self, at: Timestamp) -> String {
        format::date_time(at, self.report.zone.as_ref())
    }

    pub(super) fn held(self, held: Option<bool>) -> Cell {
        let (id, mood) = match held {
            Some(true) => ("view.held", Mood::Good),
            Some(false) => ("view.not_held", Mood::Bad),
            None => ("view.untold", Mood::Unsure),
        };
        Cell::new(self.say(id)).mood(mood)
    }

    /// What a watch looks at.
    pub(super) fn watch(self, watch: &str) -> String {
        let title =
            self.report.watches.iter().find(|view| view.watch == watch).map(|view| view.title.clone());
        match (self.lang, known(watch)) {
            (Lang::Ko, Some(known)) => known.say(self.lang),
            _ => title.filter(|title| title != watch).unwrap_or_default(),
        }
    }

    /// A finding in one line: what was asked, and what was seen.
    pub(super) fn finding(self, finding: &Finding) -> String {
        let parts =
            Phrase::new("view.asked_seen").with("asked", &finding.condition).with("seen", &finding.seen);
        self.phrase(&parts)
    }
}

/// The watches whose names the program makes. What the journal says of each is English.
fn known(watch: &str) -> Option<Phrase> {
    let (kind, side) = watch.split_once('.').unwrap_or((watch, ""));
    let side = match side {
        "primary" => Some(Phrase::new("plain.primary")),
        "standby" => Some(Phrase::new("plain.standby")),
        _ => None,
    };
    let of_side = |id: &'static str| side.clone().map(|side| Phrase::new(id).with("side", side));
    match watch {
        "site" => Some(Phrase::new("view.watch.site")),
        "write" => Some(Phrase::new("view.watch.write")),
        "site.ttl" => Some(Phrase::new("view.watch.ttl")),
        "site.sticky" => Some(Phrase::new("view.watch.sticky")),
        "dns.resolver" => Some(Phrase::new("view.watch.resolver")),
        "dns.authoritative" => Some(Phrase::new("view.watch.authoritative")),
        "database" => Some(Phrase::new("view.watch.database")),
        "lag" => Some(Phrase::new("view.watch.lag")),
        _ => match kind {
            "site" => of_side("view.watch.fixed"),
            "environment" => of_side("view.watch.environment"),
            "targets" => of_side("view.watch.targets"),
            "health_check" => of_side("view.watch.health_check"),
            _ => None,
        },
    }
}
