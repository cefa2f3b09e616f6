//! Metrics: every number of the drill with its formula: from one moment to another.
//! Invariant: a number whose ends were not both seen is there without a value; its bounds are those of its ends.
//! Not here: whether a number is good (see `measure::objectives`).
//! Used by: whole.

use super::times::{evidence, took};
use crate::{
    measure::{
        bounds::{Measured, Moment, Trace},
        summary::{Assessment, Mark},
    },
    report::model::result::Metric,
    words::Phrase,
};

/// One formula: a name, where it begins, where it ends, and what it does not say.
struct Formula {
    name: &'static str,
    from: &'static [&'static str],
    to: &'static [&'static str],
    note: Option<&'static str>,
    /// Left out of runs in which its beginning was not seen.
    only_if_begun: bool,
}

/// Of several beginnings the later counts; of several ends the first that was seen.
const FORMULAS: [Formula; 9] = [
    Formula {
        name: "view.metric.client",
        from: &["I0"],
        to: &["R1"],
        note: Some("view.metric.client_note"),
        only_if_begun: false,
    },
    Formula {
        name: "view.metric.declared",
        from: &["C1"],
        to: &["R1"],
        note: Some("view.metric.declared_note"),
        only_if_begun: true,
    },
    Formula {
        name: "view.metric.plan",
        from: &["A1"],
        to: &["R1"],
        note: Some("view.metric.plan_note"),
        only_if_begun: true,
    },
    Formula { name: "view.metric.latency", from: &["F1"], to: &["I0"], note: None, only_if_begun: false },
    Formula { name: "view.metric.detection", from: &["I0"], to: &["D1"], note: None, only_if_begun: false },
    Formula {
        name: "view.metric.decision",
        from: &["D1"],
        to: &["C1", "A1"],
        note: None,
        only_if_begun: true,
    },
    Formula { name: "view.metric.failover", from: &["A1"], to: &["A3"], note: None, only_if_begun: true },
    Formula {
        name: "view.metric.redirection",
        from: &["A3", "D1"],
        to: &["R1"],
        note: None,
        only_if_begun: true,
    },
    Formula { name: "view.metric.restoration", from: &["B1"], to: &["B4"], note: None, only_if_begun: false },
];

pub(super) fn all(run: &Assessment) -> Vec<Metric> {
    let soak = Formula {
        name: "view.metric.soak",
        from: &["R1"],
        to: &["B1"],
        note: Some("view.metric.soak_note"),
        only_if_begun: true,
    };
    FORMULAS
        .iter()
        .chain([&soak])
        .filter_map(|formula| metric(run, formula))
        .chain(last_client(run))
        .collect()
}

fn metric(run: &Assessment, formula: &Formula) -> Option<Metric> {
    let begun = formula.from.iter().filter_map(|id| run.mark(id)).max_by_key(|mark| mark.moment.at);
    let ended = formula.to.iter().find_map(|id| run.mark(id));
    if begun.is_none() && formula.only_if_begun {
        return None;
    }
    let ends =
        begun.zip(ended).filter(|(from, to)| to.moment.high >= from.moment.low.unwrap_or(from.moment.at));
    Some(Metric {
        name: Phrase::new(formula.name),
        from: formula.from.join(", "),
        to: ended.map_or_else(|| formula.to.join(", "), |mark| mark.id.clone()),
        took: ends.map(|(from, to)| took(Measured::between(from.moment, to.moment))),
        note: formula.note.map(Phrase::new),
        evidence: evidence(&resting_on(begun, ended)),
    })
}

fn resting_on(from: Option<&Mark>, to: Option<&Mark>) -> Trace {
    let traces = from.into_iter().chain(to).map(|mark| &mark.trace);
    traces.fold(Trace::default(), |sum, trace| sum.and(trace))
}

/// From the interruption until the last client that reaches the site by its name was served again.
fn last_client(run: &Assessment) -> Option<Metric> {
    let began = run.mark("I0")?;
    let back = run.mark("B1").map(|mark| mark.moment.at);
    let by_name = ["site", "write", "site.ttl", "site.sticky"];
    let own = run.outages.iter().map(|client| &client.outage).filter(|outage| {
        by_name.contains(&outage.watch.0.as_str()) && back.is_none_or(|back| outage.began.at < back)
    });
    let own: Vec<_> = own.collect();
    let ends: Option<Vec<Moment>> = own.iter().map(|outage| outage.ended).collect();
    let last = ends.and_then(|ends| ends.into_iter().max_by_key(|moment| moment.at));
    let trace = own.iter().fold(Trace::default(), |sum, outage| sum.and(&outage.trace));
    Some(Metric {
        name: Phrase::new("view.metric.last_client"),
        from: "I0".into(),
        to: "–".into(),
        took: last.map(|last| took(Measured::between(began.moment, last))),
        note: Some(Phrase::new("view.metric.last_client_note")),
        evidence: evidence(&trace),
    })
}
