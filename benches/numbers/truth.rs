//! Truth: what physically happened in the lab, and what a user saw of it.
//! Invariant: taken from the lab's own notes alone; nothing that firedrill measured comes in.
//! Used by: `recovery`, `overhead`.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::Timestamp;
use serde::Deserialize;

use super::broken::Broken;

/// One line of the lab's truth.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Transition {
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    pub(crate) with: BTreeMap<String, String>,
}

impl Transition {
    /// A detail; empty if there is none of this name.
    pub(crate) fn with(&self, name: &str) -> &str {
        self.with.get(name).map_or("", String::as_str)
    }
}

/// Reads what `--lab-truth` wrote.
pub(crate) fn read(file: &Path) -> Result<Vec<Transition>, Broken> {
    let text = fs::read_to_string(file).map_err(Broken::io("the lab's truth could not be read"))?;
    let lines: Result<Vec<Transition>, _> = text.lines().map(serde_json::from_str).collect();
    lines.map_err(Broken::unreadable("the lab's truth"))
}

/// The region whose site answers, and takes writes, for a user who looks the name up and opens a new connection.
#[derive(Debug, Default)]
struct World {
    leads: String,
    up: BTreeMap<String, bool>,
    writes: BTreeMap<String, bool>,
}

impl World {
    fn take(&mut self, note: &Transition, name: &str, port: &str) {
        let region = note.with("region").to_owned();
        match note.what.as_str() {
            "resolver.answer" if note.with("name") == name => {
                // The first answer is the region that serves before the drill: it is the one that takes writes.
                if self.writes.is_empty() {
                    self.writes.insert(region.clone(), true);
                }
                self.leads = region;
            }
            "site.up" | "site.partial" | "site.down" if note.with("port") == port => {
                self.up.insert(region, note.what == "site.up");
            }
            "writes.open" | "writes.blocked" => {
                self.writes.insert(region, note.what == "writes.open");
            }
            _ => {}
        }
    }

    fn answers(&self) -> bool {
        self.up.get(&self.leads).copied().unwrap_or(false)
    }

    fn serves(&self) -> Option<&str> {
        let writes = self.writes.get(&self.leads).copied().unwrap_or(false);
        (self.answers() && writes).then_some(self.leads.as_str())
    }
}

/// The interruption and the recovery as they were.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recovery {
    pub(crate) interrupted: Timestamp,
    pub(crate) recovered: Timestamp,
}

impl Recovery {
    pub(crate) fn seconds(self) -> f64 {
        self.recovered.duration_since(self.interrupted).as_secs_f64()
    }
}

/// From the first moment at which users were not served to the first at which another region served them, with writes.
pub(crate) fn recovery(truth: &[Transition], name: &str, port: &str) -> Option<Recovery> {
    let (mut world, mut before, mut interrupted) = (World::default(), None, None);
    let mut notes = truth.iter().peekable();
    while let Some(note) = notes.next() {
        world.take(note, name, port);
        // Notes of one moment are one change of the world.
        if notes.peek().is_some_and(|next| next.at == note.at) {
            continue;
        }
        match (interrupted, world.serves()) {
            (None, Some(region)) => before = Some(region.to_owned()),
            (None, None) if before.is_some() => interrupted = Some(note.at),
            (Some(interrupted), Some(region)) if before.as_deref() != Some(region) => {
                return Some(Recovery { interrupted, recovered: note.at });
            }
            _ => {}
        }
    }
    None
}
