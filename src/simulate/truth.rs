//! Truth: how long the site was really away, for those who judge a measurement.
//! Invariant: taken from the lab's own notes alone; nothing that was measured comes in.
//! Used by: `checks`.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::lab::world::truth::Transition;

/// The region whose site answers, and takes writes, for a user who looks the name up and opens a new connection.
#[derive(Debug, Default)]
struct Served {
    leads: String,
    up: BTreeMap<String, bool>,
    writes: BTreeMap<String, bool>,
}

impl Served {
    fn take(&mut self, note: &Transition, name: &str, port: &str) {
        let with = |key: &str| note.with.get(key).map_or("", String::as_str);
        let region = with("region").to_owned();
        match note.what {
            "resolver.answer" if with("name") == name => {
                // The first answer is the region that serves before the drill: it is the one that takes writes.
                if self.writes.is_empty() {
                    self.writes.insert(region.clone(), true);
                }
                self.leads = region;
            }
            "site.up" | "site.partial" | "site.down" if with("port") == port => {
                self.up.insert(region, note.what == "site.up");
            }
            "writes.open" | "writes.blocked" => {
                self.writes.insert(region, note.what == "writes.open");
            }
            _ => {}
        }
    }

    fn region(&self) -> Option<&str> {
        let is = |of: &BTreeMap<String, bool>| of.get(&self.leads).copied().unwrap_or(false);
        (is(&self.up) && is(&self.writes)).then_some(self.leads.as_str())
    }
}

/// From the first moment at which users were not served to the first at which another region served them, with writes; or,
/// where none ever did, to the end of the one time that they were not served.
pub(super) fn recovery(truth: &[Transition], name: &str, port: &str) -> Option<Duration> {
    let (mut served, mut before, mut away): (_, Option<String>, Vec<Away>) =
        (Served::default(), None, Vec::new());
    let mut notes = truth.iter().peekable();
    while let Some(note) = notes.next() {
        served.take(note, name, port);
        // Notes of one moment are one change of the world.
        if notes.peek().is_some_and(|next| next.at == note.at) {
            continue;
        }
        let first = away.first().map(|away| away.from);
        match (first, served.region()) {
            (None, Some(region)) => before = Some(region.to_owned()),
            (Some(first), Some(region)) if before.as_deref() != Some(region) => {
                return note.at.duration_since(first).try_into().ok();
            }
            (Some(_), Some(_)) => away.iter_mut().for_each(|away| away.until = away.until.or(Some(note.at))),
            (_, None) if before.is_some() && away.iter().all(|away| away.until.is_some()) => {
                away.push(Away { from: note.at, until: None });
            }
            (_, None) => {}
        }
    }
    match &away[..] {
        [Away { from, until: Some(until) }] => until.duration_since(*from).try_into().ok(),
        _ => None,
    }
}

/// A time at which users were not served.
struct Away {
    from: Timestamp,
    until: Option<Timestamp>,
}
