//! Breadcrumb: all that another machine needs to put back what a run changed.
//! Invariant: holds what a restoration reads and nothing that may be secret: no file's text, no command line, no address
//! with a query, no arguments of a command that is not needed to restore.
//! Not here: how it is cut up and kept (see `parts`, `crumbs`).
//! Used by: keeper writes it, rebuild reads it.

use std::io::{Read, Write};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Stamp,
    drill::model::{ChangeSpec, Drill, Step, StepKind},
    id::StepId,
    journal::{
        event::{ChangeEvent, Reversibility, RunStarted},
        state::Outstanding,
    },
};

/// What this program writes.
const VERSION: u32 = 1;
/// More than any breadcrumb unpacks to: beyond it someone else wrote it.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What is outstanding of a run, and the run's beginning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Breadcrumb {
    version: u32,
    /// When the run started.
    pub started_at: Stamp,
    /// Its first record, without what may be secret.
    pub started: RunStarted,
    /// What is outstanding, or about to be, in order of application.
    pub changes: Vec<Crumb>,
}

/// One change that is outstanding, or about to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crumb {
    /// The step it belongs to.
    pub change: StepId,
    /// When it was captured.
    pub at: Stamp,
    /// Kind and parameters.
    pub spec: ChangeSpec,
    /// One sentence for people.
    pub title: String,
    /// What `capture` read.
    pub before: Value,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// How a person would put it back without this program.
    pub by_hand: Vec<String>,
}

impl Crumb {
    /// Of what the journal says; `None` for any event but `Captured`.
    pub fn of_event(change: &StepId, at: Stamp, event: &ChangeEvent) -> Option<Crumb> {
        let ChangeEvent::Captured { spec, title, before, reversibility, by_hand } = event else {
            return None;
        };
        Some(Crumb {
            change: change.clone(),
            at,
            spec: spec.clone(),
            title: title.clone(),
            before: before.clone(),
            reversibility: *reversibility,
            by_hand: by_hand.clone(),
        })
    }

    /// Of what a restoration finds in the journal.
    pub fn of_outstanding(it: Outstanding, at: Stamp) -> Crumb {
        let Outstanding { change, spec, title, before, reversibility, by_hand, .. } = it;
        Crumb { change, at, spec, title, before, reversibility, by_hand }
    }

    /// What the journal says of it.
    pub(super) fn event(&self) -> ChangeEvent {
        ChangeEvent::Captured {
            spec: self.spec.clone(),
            title: self.title.clone(),
            before: self.before.clone(),
            reversibility: self.reversibility,
            by_hand: self.by_hand.clone(),
        }
    }
}

/// A breadcrumb that can not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Breadcrumb {
    /// Of a run's first record and what is outstanding.
    pub(super) fn new(started_at: Stamp, started: RunStarted, changes: Vec<Crumb>) -> Breadcrumb {
        Breadcrumb { version: VERSION, started_at, started: without_secrets(started), changes }
    }

    /// Compressed, as text.
    pub(super) fn pack(&self) -> Result<String, Unreadable> {
        let failed = |why: &dyn std::error::Error| Unreadable(format!("can not be written: {why}"));
        let json = serde_json::to_vec(self).map_err(|why| failed(&why))?;
        let mut zip = ZlibEncoder::new(Vec::new(), Compression::best());
        let zipped = zip.write_all(&json).and_then(|()| zip.finish()).map_err(|why| failed(&why))?;
        Ok(BASE64_STANDARD_NO_PAD.encode(zipped))
    }

    /// From text.
    pub(super) fn unpack(text: &str) -> Result<Breadcrumb, Unreadable> {
        let failed = |why: &dyn std::error::Error| Unreadable(format!("can not be read: {why}"));
        let zipped = BASE64_STANDARD_NO_PAD.decode(text).map_err(|why| failed(&why))?;
        let mut json = Vec::new();
        let unzip = ZlibDecoder::new(zipped.as_slice());
        unzip.take(MOST_BYTES).read_to_end(&mut json).map_err(|why| failed(&why))?;
        let value: Value = serde_json::from_slice(&json).map_err(|why| failed(&why))?;
        match value["version"].as_u64() {
            Some(version) if version == u64::from(VERSION) => {
                serde_json::from_value(value).map_err(|why| failed(&why))
            }
            other => Err(Unreadable(format!(
                "has version {}, this program reads {VERSION}: use the program that wrote it",
                other.map_or_else(|| "unknown".to_owned(), |version| version.to_string())
            ))),
        }
    }
}

fn without_secrets(mut started: RunStarted) -> RunStarted {
    started.files = Vec::new();
    started.command_line = Vec::new();
    let Drill { deployment, steps, .. } = &mut started.drill;
    // A query may carry a token; no restoration asks the site.
    deployment.write_check = None;
    deployment.site.path = "/".to_owned();
    steps.iter_mut().for_each(without_arguments);
    started
}

fn without_arguments(step: &mut Step) {
    match &mut step.kind {
        StepKind::Run { command, restore, .. } => {
            command.truncate(1);
            *restore = None;
        }
        StepKind::Together { steps } => steps.iter_mut().for_each(without_arguments),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{drill::model::SourceText, journal::testing};

    pub(super) fn crumb(id: &str) -> Crumb {
        Crumb::of_event(&id.into(), testing::at(5), &testing::captured(Reversibility::Exact)).unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let written =
            Breadcrumb::new(testing::at(0), testing::run_started("run-a"), vec![crumb("one"), crumb("two")]);
        assert_eq!(Breadcrumb::unpack(&written.pack().unwrap()).unwrap(), written);
        assert!(Breadcrumb::unpack("not a breadcrumb").is_err());
    }

    #[test]
    fn nothing_secret_is_in_it() {
        let mut first = testing::run_started("run-a");
        first.command_line = vec!["--token=hush".into()];
        first.files = vec![SourceText { path: "a".into(), text: "hush".into() }];
        first.drill.deployment.site.path = "/?key=hush".into();
        let run = |command: &[&str]| StepKind::Run {
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            restore: Some(vec!["hush".into()]),
            within: std::time::Duration::from_secs(1),
        };
        let step = |kind| Step { id: "s".into(), title: "s".into(), kind };
        let inner = step(run(&["tell", "hush"]));
        first.drill.steps = vec![step(StepKind::Together { steps: vec![inner] })];
        let written = Breadcrumb::new(testing::at(0), first, Vec::new());
        let text = serde_json::to_string(&written).unwrap();
        assert!(!text.contains("hush"), "{text}");
    }
}
