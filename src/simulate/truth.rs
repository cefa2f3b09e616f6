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

/// From the first moment at which users were not served to the first at which another region served them, with writes.
pub(super) fn recovery(truth: &[Transition], name: &str, port: &str) -> Option<Duration> {
    let (mut served, mut before, mut interrupted): (_, Option<String>, Option<Timestamp>) =
        (Served::default(), None, None);
    let mut notes = truth.iter().peekable();
    while let Some(note) = notes.next() {
        served.take(note, name, port);
        // Notes of one moment are one change of the world.
        if notes.peek().is_some_and(|next| next.at == note.at) {
            continue;
        }
        match (interrupted, served.region()) {
            (None, Some(region)) => before = Some(region.to_owned()),
            (None, None) if before.is_some() => interrupted = Some(note.at),
            (Some(interrupted), Some(region)) if before.as_deref() != Some(region) => {
                return note.at.duration_since(interrupted).try_into().ok();
            }
            _ => {}
        }
    }
    None
}
