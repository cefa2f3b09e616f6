//! Scene: what the pictures of one run are drawn from, and the language of the words on them.
//! Invariant: reads the report's own parts; times are seconds since the run's start.
//! Not here: places and shapes.
//! Used by: every picture.

use jiff::Timestamp;

use super::scale::Scale;
use crate::{
    clock::Stamp,
    drill::model::Side,
    measure::{
        series::Series,
        summary::{Assessment, Mark},
    },
    report::format,
    words::{Lang, Phrase},
};

/// One run, as pictures see it.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) run: &'a Assessment,
    pub(crate) series: &'a Series,
    pub(crate) lang: Lang,
}

impl Scene<'_> {
    /// When a moment was.
    pub(super) fn at(&self, stamp: Stamp) -> f64 {
        stamp.since(self.run.header.started).as_secs_f64()
    }

    /// When the last thing happened or was seen.
    pub(super) fn end(&self) -> f64 {
        let spans = self.run.watches.iter().flat_map(|view| &view.spans).map(|span| self.at(span.to));
        spans.fold(self.at(self.run.header.ended), f64::max)
    }

    /// The time axis, from the run's start to its end.
    pub(super) fn scale(&self, left: f64, right: f64) -> Scale {
        Scale::new(0.0, self.end(), left, right)
    }

    /// The moment that offsets count from.
    pub(super) fn origin(&self) -> f64 {
        self.at(format::origin(self.run))
    }

    /// The mark of that id, if it was seen.
    pub(super) fn mark(&self, id: &str) -> Option<&Mark> {
        self.run.mark(id)
    }

    /// When the mark of that id was.
    pub(super) fn marked(&self, id: &str) -> Option<f64> {
        self.mark(id).map(|mark| self.at(mark.moment.at))
    }

    /// `+2:15.0`.
    pub(super) fn offset(&self, seconds: f64) -> String {
        format::offset(self.stamp(seconds), format::origin(self.run))
    }

    /// The time of day, UTC.
    pub(super) fn wall(&self, seconds: f64) -> Timestamp {
        self.stamp(seconds).wall
    }

    /// A sentence or word in the scene's language.
    pub(super) fn say(&self, phrase: Phrase) -> String {
        phrase.say(self.lang)
    }

    /// `from +0:10.0 to +0:12.0`.
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

    fn stamp(&self, seconds: f64) -> Stamp {
        self.run.header.started.plus(std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }
}
