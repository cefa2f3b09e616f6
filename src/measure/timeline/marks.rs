//! Marks: the moments of a drill, found in its records and samples.
//! Invariant: a fault's own interruption begins before anything is put back; what the failback costs is never
//! taken for it.
//! Not here: the phases between marks (see the module above).
//! Used by: timeline, objectives, summary.

use std::time::Duration;

use super::mark::Mark;
use crate::{
    clock::Stamp,
    drill::model::{Drill, Side, StepKind},
    journal::{
        event::{Event, Record},
        sample::{Sample, WatchName},
    },
    measure::{
        bounds::{Measured, Moment, Trace},
        changes::{ChangeView, Recorded},
        looks::{self, Spell},
        outage::{Outage, Rules},
        reading::{dns_answers, raises_alarm, serves, takes_writes, writer_in},
        seen,
    },
    words::Phrase,
};

/// All moments that were seen, in the order of the table.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    pub(crate) all: Vec<Mark>,
    /// Every automatic signal, in the order of time; the first is D1.
    pub(crate) signals: Vec<Mark>,
    pub(crate) recovery: Recovery,
    /// True if the drill moves the database's writer.
    pub(crate) moves_database: bool,
    /// What a reader must know about how the marks were found.
    pub(crate) notes: Vec<Phrase>,
}

/// Whether users were served again.
#[derive(Debug, Clone)]
pub(crate) enum Recovery {
    /// Nothing was interrupted that a client saw; what was not seen was no longer than this, if anyone looked at all.
    NoInterruption { hidden: Option<Duration> },
    /// They were.
    Recovered { took: Measured, trace: Trace },
    /// They were not while anyone looked, for at least so long.
    NotRecovered { at_least: Duration, trace: Trace, why: Phrase },
    /// It could not be told.
    Untold { why: Phrase, trace: Trace },
}

impl Marks {
    /// The mark of that id, if it was seen.
    pub(crate) fn get(&self, id: &str) -> Option<&Mark> {
        self.all.iter().find(|mark| mark.id == id)
    }
}

/// Finds them. `outages` are those of the clients `site` and `write`.
pub(crate) fn marks(
    drill: &Drill,
    records: &[Record],
    samples: &[Sample],
    changes: &[ChangeView],
    outages: &[&Outage],
    rules: Rules,
) -> Marks {
    let finder = Finder::new(drill, records, samples, changes, rules);
    let mut marks = Marks {
        all: Vec::new(),
        signals: Vec::new(),
        recovery: Recovery::NoInterruption { hidden: finder.longest_unseen() },
        moves_database: finder.role_change().is_some_and(ChangeView::moves_database),
        notes: Vec::new(),
    };
    finder.fault(&mut marks);
    let interruption = finder.interruption(outages);
    marks.all.extend(interruption.clone());
    marks.signals = finder.signals();
    marks.all.extend(marks.signals.first().map(|first| Mark { id: "D1".into(), ..first.clone() }));
    finder.roles(&mut marks);
    if let Some(interruption) = interruption {
        finder.recovery(&interruption, &mut marks);
    }
    finder.restoration(&mut marks);
    marks
}

struct Finder<'a> {
    records: &'a [Record],
    samples: &'a [Sample],
    changes: &'a [ChangeView],
    rules: Rules,
    fault: Option<&'a ChangeView>,
    recoveries: Vec<&'a ChangeView>,
    /// The first thing that was done to the world.
    origin: Option<Stamp>,
    /// When putting back began.
    put_back: Option<Recorded>,
}

impl<'a> Finder<'a> {
    fn new(
        drill: &Drill,
        records: &'a [Record],
        samples: &'a [Sample],
        changes: &'a [ChangeView],
        rules: Rules,
    ) -> Finder<'a> {
        let steps = drill.all_steps();
        let kind_of =
            |view: &ChangeView| steps.iter().find(|step| step.id == view.step).map(|step| &step.kind);
        let begun = || changes.iter().filter(|view| view.apply_started.is_some());
        Finder {
            records,
            samples,
            changes,
            rules,
            fault: begun().find(|view| matches!(kind_of(view), Some(StepKind::Fault(_)))),
            recoveries: begun().filter(|view| matches!(kind_of(view), Some(StepKind::Recover(_)))).collect(),
            origin: begun().filter_map(|view| view.apply_started).map(|recorded| recorded.at).min(),
            put_back: changes
                .iter()
                .filter_map(|view| view.restore_started)
                .min_by_key(|recorded| recorded.at),
        }
    }

    fn fault(&self, marks: &mut Marks) {
        let Some(fault) = self.fault else { return };
        let title = Phrase::new("measure.mark.f1").with("title", &fault.title);
        marks.all.extend(fault.apply_started.map(|at| recorded("F1", title, at)));
        marks.all.extend(fault.applied.map(|at| recorded("F2", Phrase::new("measure.mark.f2"), at)));
    }

    fn interruption(&self, outages: &[&Outage]) -> Option<Mark> {
        let origin = self.origin?;
        let own = |outage: &&&Outage| {
            outage.began.high >= origin && self.put_back.is_none_or(|back| outage.began.at < back.at)
        };
        let first = outages.iter().filter(own).min_by_key(|outage| outage.began.at)?;
        Some(Mark {
            id: "I0".into(),
            title: Phrase::new("measure.mark.i0")
                .with("watch", &first.watch.0)
                .with("seen", first.why.clone()),
            moment: first.began,
            trace: first.began_trace.clone(),
        })
    }

    /// The longest that the site can have been away between two looks that found it working, once the drill had begun.
    fn longest_unseen(&self) -> Option<Duration> {
        let origin = self.origin?;
        let looks = looks::of(self.samples, &WatchName::site());
        let good: Vec<&Sample> =
            looks.iter().map(|look| look.sample).filter(|sample| sample.outcome.is_good()).collect();
        let after = good.windows(2).filter(|pair| pair[1].finished >= origin);
        after.map(|pair| pair[1].finished.since(pair[0].started)).max()
    }

    fn signals(&self) -> Vec<Mark> {
        let Some(origin) = self.origin else { return Vec::new() };
        let side = self.fault.and_then(|fault| fault.side("of")).unwrap_or(Side::Primary);
        let mut watches =
            vec![WatchName::health_check(side), WatchName::environment(side), WatchName::targets(side)];
        let mut alarms: Vec<&WatchName> = self
            .samples
            .iter()
            .map(|sample| &sample.watch)
            .filter(|name| name.0.starts_with("alarm."))
            .collect();
        alarms.sort_unstable();
        alarms.dedup();
        watches.extend(alarms.into_iter().cloned());
        let mut signals: Vec<Mark> =
            watches.iter().filter_map(|watch| self.turn(&watch.0, watch, origin, raises_alarm)).collect();
        signals.retain(|mark| self.put_back.is_none_or(|back| mark.moment.at < back.at));
        signals.sort_by_key(|mark| mark.moment.at);
        signals
    }

    fn role_change(&self) -> Option<&'a ChangeView> {
        let database = self.recoveries.iter().find(|view| view.moves_database());
        database.or(self.recoveries.first()).copied()
    }

    /// The region that is to serve after the recovery; `None`: the drill moves nothing, either may.
    fn taker(&self) -> Option<Side> {
        self.role_change().map(|view| view.side("to").unwrap_or(Side::Standby))
    }

    fn roles(&self, marks: &mut Marks) {
        let approved = self.records.iter().find_map(|record| match &record.event {
            Event::Approved { by, .. } => Some((record, by)),
            _ => None,
        });
        marks.all.extend(approved.map(|(record, by)| {
            let title = Phrase::new("measure.mark.c1").with("by", by);
            recorded("C1", title, Recorded { seq: record.seq, at: record.at })
        }));
        let (Some(change), Some(taker)) = (self.role_change(), self.taker()) else { return };
        let Some(called) = change.apply_started else { return };
        let title = Phrase::new("measure.mark.a1").with("title", &change.title);
        marks.all.push(recorded("A1", title, called));
        if change.moves_database() {
            let there = |sample: &Sample| writer_in(sample, taker);
            marks.all.extend(self.turn("A3", &WatchName::database(), called.at, there));
        }
        let Some(origin) = self.origin else { return };
        let answers = |sample: &Sample| dns_answers(sample, taker);
        marks.all.extend(self.turn("N3", &WatchName::dns_authoritative(), origin, answers));
        marks.all.extend(self.turn("N4", &WatchName::dns_resolver(), origin, answers));
    }

    fn recovery(&self, interruption: &Mark, marks: &mut Marks) {
        let from = interruption.moment.at;
        let taker = self.taker();
        let site = looks::of(self.samples, &WatchName::site());
        let reads = looks::spells(&site, from, self.rules.sustained, |sample| serves(sample, taker));
        let served = match self.writes(from, taker, marks) {
            Some(writes) => together(&reads, &writes, self.rules),
            None => reads.first().map(|spell| (spell.began, spell.trace.clone())),
        };
        let end = served
            .filter(|(moment, _)| self.put_back.is_none_or(|back| moment.at < back.at) || taker.is_none());
        if let Some((moment, trace)) = end {
            let took = Measured::between(interruption.moment, moment);
            marks.recovery = Recovery::Recovered { took, trace: interruption.trace.and(&trace) };
            let title = match taker {
                Some(side) => Phrase::new("measure.mark.r1_by").with("side", seen::side(side)),
                None => Phrase::new("measure.mark.r1"),
            };
            marks.all.push(Mark { id: "R1".into(), title, moment, trace });
            return;
        }
        marks.recovery = self.no_recovery(interruption, taker, &site);
    }

    /// When writes worked: as the write check saw it, or, without one, as far as the writer's place tells.
    fn writes(&self, from: Stamp, taker: Option<Side>, marks: &mut Marks) -> Option<Vec<Spell>> {
        let sustained = self.rules.sustained;
        let checks = looks::of(self.samples, &WatchName::write());
        if !checks.is_empty() {
            return Some(looks::spells(&checks, from, sustained, |sample| takes_writes(sample, taker)));
        }
        let taker = taker.filter(|_| marks.moves_database)?;
        marks.notes.push(Phrase::new("measure.note.no_write_check"));
        let cluster = looks::of(self.samples, &WatchName::database());
        Some(looks::spells(&cluster, from, sustained, |sample| writer_in(sample, taker)))
    }

    fn no_recovery(&self, interruption: &Mark, taker: Option<Side>, site: &[looks::Look]) -> Recovery {
        let trace = interruption.trace.clone();
        let after = || site.iter().filter(|look| look.sample.started >= interruption.moment.at);
        let blind =
            after().all(|look| serves(look.sample, taker).is_none() || !look.sample.outcome.is_good());
        if blind && after().any(|look| look.sample.outcome.is_good()) {
            return Recovery::Untold { why: Phrase::new("measure.why.region_untold"), trace };
        }
        let mut last = None;
        for look in after().filter(|look| self.put_back.is_none_or(|back| look.sample.started < back.at)) {
            last = (serves(look.sample, taker) == Some(false)).then_some(look).or(last);
        }
        let Some(last) = last else {
            return Recovery::Untold { why: Phrase::new("measure.why.end_untold"), trace };
        };
        Recovery::NotRecovered {
            at_least: last.sample.started.since(interruption.moment.high),
            trace: trace.and(&Trace::samples([last.place])),
            why: self.not_served(taker),
        }
    }

    fn not_served(&self, taker: Option<Side>) -> Phrase {
        let by = |id, side| Phrase::new(id).with("side", seen::side(side));
        match (self.put_back, taker) {
            (Some(_), Some(side)) => by("measure.why.not_served_by_before_back", side),
            (Some(_), None) => Phrase::new("measure.why.not_served_before_back"),
            (None, Some(side)) => by("measure.why.not_served_by_watched", side),
            (None, None) => Phrase::new("measure.why.not_served_watched"),
        }
    }

    fn restoration(&self, marks: &mut Marks) {
        let begun = self.put_back.or_else(|| {
            let started = |record: &&Record| matches!(record.event, Event::RestorationStarted { .. });
            self.records.iter().find(started).map(|record| Recorded { seq: record.seq, at: record.at })
        });
        marks.all.extend(begun.map(|at| recorded("B1", Phrase::new("measure.mark.b1"), at)));
        let touched = || self.changes.iter().filter(|view| view.apply_started.is_some());
        if touched().all(|view| !view.is_outstanding()) {
            let last = touched().filter_map(|view| view.verified).max_by_key(|recorded| recorded.at);
            marks.all.extend(last.map(|at| recorded("B4", Phrase::new("measure.mark.b4"), at)));
        }
        let again =
            self.records.iter().find(|record| matches!(record.event, Event::SteadyState { after: true, .. }));
        marks.all.extend(again.map(|record| {
            recorded("Z", Phrase::new("measure.mark.z"), Recorded { seq: record.seq, at: record.at })
        }));
    }

    fn turn(
        &self,
        id: &str,
        watch: &WatchName,
        from: Stamp,
        holds: impl Fn(&Sample) -> Option<bool>,
    ) -> Option<Mark> {
        let looks = looks::of(self.samples, watch);
        let (moment, trace) = looks::first_turn(&looks, from, holds)?;
        let place = *trace.samples.last()?;
        let showed = seen::phrase(&self.samples[place]);
        let title = Phrase::new("measure.mark.showed").with("watch", &watch.0).with("seen", showed);
        Some(Mark { id: id.to_owned(), title, moment, trace })
    }
}

fn recorded(id: &str, title: Phrase, at: Recorded) -> Mark {
    Mark { id: id.to_owned(), title, moment: Moment::exact(at.at), trace: Trace::record(at.seq) }
}

/// The first time in which both hold, long enough to be believed.
fn together(reads: &[Spell], writes: &[Spell], rules: Rules) -> Option<(Moment, Trace)> {
    let pairs = reads.iter().flat_map(|read| writes.iter().map(move |write| (read, write)));
    pairs
        .map(|(read, write)| (read.began.both(write.began), read.until.min(write.until), read, write))
        .filter(|(began, until, ..)| until.since(began.at) >= rules.sustained)
        .map(|(began, _, read, write)| (began, read.trace.and(&write.trace)))
        .min_by_key(|(began, _)| began.at)
}
