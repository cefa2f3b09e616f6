//! Scene: what the pictures of one run are drawn from, and the language of the words on them.
//! Invariant: reads the report alone; times are seconds since the run's start.
//! Not here: places and shapes.
//! Used by: every picture.

use std::time::Duration;

use jiff::Timestamp;

use super::scale::Scale;
use crate::{
    clock::later,
    drill::model::Side,
    report::{format, model::Report},
    words::{Lang, Phrase},
};

/// One run, as pictures see it.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) report: &'a Report,
    pub(crate) lang: Lang,
}

impl Scene<'_> {
    /// When the last thing happened or was seen.
    pub(super) fn end(&self) -> f64 {
        let spans = self.report.watches.iter().flat_map(|watch| &watch.spans).map(|span| span.to);
        spans.fold(self.report.took, Duration::max).as_secs_f64()
    }

    /// The time axis, from the run's start to its end.
    pub(super) fn scale(&self, left: f64, right: f64) -> Scale {
        Scale::new(0.0, self.end(), left, right)
    }

    /// The moment that offsets count from.
    pub(super) fn origin(&self) -> f64 {
        self.report.origin().as_secs_f64()
    }

    /// When the mark of that id was.
    pub(super) fn marked(&self, id: &str) -> Option<f64> {
        self.report.mark(id).map(|mark| mark.when.t.as_secs_f64())
    }

    /// `+2:15.0`.
    pub(super) fn offset(&self, seconds: f64) -> String {
        format::offset(duration(seconds), self.report.origin())
    }

    /// Until when anything happened or was seen.
    pub(crate) fn seen_until(&self) -> String {
        self.offset(self.end())
    }

    /// The time of day, UTC.
    pub(super) fn wall(&self, seconds: f64) -> Timestamp {
        later(self.report.started, duration(seconds))
    }

    /// A sentence or word in the scene's language.
    pub(super) fn say(&self, phrase: Phrase) -> String {
        phrase.say(self.lang)
    }

    /// The same for a word that stands alone: its first letter large, where the language has large letters.
    pub(super) fn alone(&self, phrase: &Phrase) -> String {
        let said = phrase.say(self.lang);
        let mut letters = said.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// `+0:10.0 to +0:12.0`.
    pub(super) fn stretch(&self, from: f64, to: f64) -> String {
        self.say(Phrase::new("chart.stretch").with("from", self.offset(from)).with("to", self.offset(to)))
    }

    /// A region by its role.
    pub(super) fn side(&self, side: Side) -> String {
        self.say(match side {
            Side::Primary => Phrase::new("plain.primary"),
            Side::Standby => Phrase::new("plain.standby"),
        })
    }
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
