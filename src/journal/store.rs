//! Store: the reports folder, and the runs in it.
//! Invariant: a run that cannot be read is shown as such, never passed over.
//! Not here: what is in a run's folder (see `writer`, `samples`).
//! Used by: engine, before a run; cli, to find a run by a part of its id.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    clock::Stamp,
    id::{RunId, StepId},
};

use super::{
    error::JournalError,
    event::LabFacts,
    format::JOURNAL_FILE,
    lock::{Holder, Lock},
    reader,
    state::{Finish, RunPhase, RunState},
};

/// How many runs an error offers.
const OFFERED: usize = 8;

/// A reports folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    root: PathBuf,
}

/// One run in the folder.
#[derive(Debug)]
pub struct RunHead {
    /// Its id: the name of its folder.
    pub run: RunId,
    /// Its folder.
    pub dir: PathBuf,
    /// What its journal says, or why it cannot be told.
    pub summary: Result<RunSummary, JournalError>,
}

/// What a list of runs shows of one.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSummary {
    /// When it started.
    pub started: Stamp,
    /// The drill's name.
    pub drill: String,
    /// The deployment's name.
    pub deployment: String,
    /// Set if it ran on a lab.
    pub lab: Option<LabFacts>,
    /// Where it stands, by its last record.
    pub phase: RunPhase,
    /// How it ended, if it did.
    pub finished: Option<Finish>,
    /// What is outstanding, in order of application.
    pub outstanding: Vec<StepId>,
}

impl RunSummary {
    fn is_in_the_way_of(&self, deployment: &str) -> bool {
        let world_is_gone = self.lab.as_ref().is_some_and(|lab| lab.embedded);
        self.deployment == deployment && !self.outstanding.is_empty() && !world_is_gone
    }
}

/// What stands in the way of a new run on a deployment.
#[derive(Debug, Default)]
pub struct Obstacles {
    /// Runs with something outstanding, the newest first, and what.
    pub outstanding: Vec<(RunId, Vec<StepId>)>,
    /// Runs of this deployment, or of one that cannot be told, whose journals cannot be read or not be understood whole:
    /// something of theirs may be outstanding.
    pub unreadable: Vec<(RunId, JournalError)>,
}

impl Obstacles {
    /// True if nothing stands in the way.
    pub fn is_empty(&self) -> bool {
        self.outstanding.is_empty() && self.unreadable.is_empty()
    }
}

impl Store {
    /// The runs under this folder, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Store {
        Store { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a new run's folder belongs. Makes the reports folder; the run's own is made by [`super::Journal::create`].
    pub fn run_dir(&self, run: &RunId) -> Result<PathBuf, JournalError> {
        fs::create_dir_all(&self.root).map_err(JournalError::io("create", &self.root))?;
        Ok(self.root.join(run.as_str()))
    }

    /// Takes the deployment for a run, for as long as the lock lives.
    pub fn lock_deployment(&self, deployment: &str, holder: &Holder) -> Result<Lock, JournalError> {
        Lock::deployment(&self.root, deployment, holder)
    }

    /// Every run, the newest first.
    pub fn list(&self) -> Result<Vec<RunHead>, JournalError> {
        let runs = self.runs()?;
        Ok(runs.into_iter().map(|(run, dir)| RunHead { run, summary: summarize(&dir), dir }).collect())
    }

    /// The folder of the run that is meant: `None` or `latest` is the newest; otherwise its id, or any part of it that
    /// only one run has, or a path to its folder.
    pub fn find(&self, selector: Option<&str>) -> Result<PathBuf, JournalError> {
        let selector = selector.unwrap_or("latest");
        if is_path(selector) && Path::new(selector).join(JOURNAL_FILE).is_file() {
            return Ok(PathBuf::from(selector));
        }
        let runs = self.runs()?;
        let Some((_, newest)) = runs.first() else {
            return Err(JournalError::NoRuns { path: self.root.clone() });
        };
        if selector == "latest" {
            return Ok(newest.clone());
        }
        pick(&runs, selector).map_err(|found| self.not_one(selector, &runs, &found))
    }

    /// What stands in the way of a new run on this deployment.
    ///
    /// Two kinds of runs never do: one whose journal holds no whole record touched nothing, and one on an embedded lab
    /// changed a world that ended with its process (while that lives, it holds the deployment's lock).
    pub fn outstanding_for(&self, deployment: &str) -> Result<Obstacles, JournalError> {
        let mut obstacles = Obstacles::default();
        for (run, dir) in self.runs()? {
            match whole_summary(&dir) {
                Ok(summary) if summary.is_in_the_way_of(deployment) => {
                    obstacles.outstanding.push((run, summary.outstanding));
                }
                Ok(_) | Err(JournalError::NeverBegan { .. }) => {}
                Err(error) => {
                    if reader::deployment_hint(&dir).is_none_or(|name| name == deployment) {
                        obstacles.unreadable.push((run, error));
                    }
                }
            }
        }
        Ok(obstacles)
    }

    /// Id and folder of every run, the newest first: ids begin with the start.
    pub fn runs(&self) -> Result<Vec<(RunId, PathBuf)>, JournalError> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(JournalError::Io { doing: "read", path: self.root.clone(), source }),
        };
        let mut runs = Vec::new();
        for entry in entries {
            let entry = entry.map_err(JournalError::io("read", &self.root))?;
            let dir = entry.path();
            if dir.join(JOURNAL_FILE).is_file() {
                runs.push((RunId::from_text(&entry.file_name().to_string_lossy()), dir));
            }
        }
        runs.sort_by(|a, b| b.0.cmp(&a.0));
        Ok(runs)
    }

    fn not_one(&self, selector: &str, runs: &[(RunId, PathBuf)], found: &[usize]) -> JournalError {
        let (path, selector) = (self.root.clone(), selector.to_owned());
        let name = |(run, _): &(RunId, PathBuf)| run.to_string();
        match found {
            [] => {
                let candidates = runs.iter().take(OFFERED).map(name).collect();
                JournalError::UnknownRun { path, selector, candidates }
            }
            found => {
                let candidates = found.iter().take(OFFERED).map(|index| name(&runs[*index])).collect();
                JournalError::AmbiguousRun { path, selector, candidates }
            }
        }
    }
}

fn is_path(selector: &str) -> bool {
    selector.contains(std::path::is_separator)
}

/// The one run that has this id, else begins with it, else contains it; else the places of those that do.
fn pick(runs: &[(RunId, PathBuf)], selector: &str) -> Result<PathBuf, Vec<usize>> {
    let those = |fits: fn(&str, &str) -> bool| -> Vec<usize> {
        (0..runs.len()).filter(|index| fits(runs[*index].0.as_str(), selector)).collect()
    };
    let tries = [
        those(|id, part| id == part),
        those(|id, part| id.starts_with(part)),
        those(|id, part| id.contains(part)),
    ];
    match tries.iter().find(|found| !found.is_empty()).map(Vec::as_slice) {
        Some([one]) => Ok(runs[*one].1.clone()),
        Some(many) => Err(many.to_vec()),
        None => Err(Vec::new()),
    }
}

/// What can be told, also where single records are not understood.
fn summarize(dir: &Path) -> Result<RunSummary, JournalError> {
    let read = reader::read(dir)?;
    let state = read.state()?;
    Ok(summary_of(&read, &state))
}

/// What can be told for sure: with a record that is not understood nothing is.
fn whole_summary(dir: &Path) -> Result<RunSummary, JournalError> {
    let read = reader::read(dir)?;
    read.check_understood()?;
    let state = read.state()?;
    Ok(summary_of(&read, &state))
}

fn summary_of(read: &reader::JournalRead, state: &RunState) -> RunSummary {
    let first = read.started();
    RunSummary {
        started: read.started_at(),
        drill: first.drill.name.clone(),
        deployment: first.drill.deployment.name.clone(),
        lab: first.lab.clone(),
        phase: state.phase(),
        finished: state.finished().cloned(),
        outstanding: state.outstanding_ids(),
    }
}

#[cfg(test)]
mod tests;
