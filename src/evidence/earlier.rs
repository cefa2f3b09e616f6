//! Earlier: what earlier runs of a drill found, and where that stands today.
//! Invariant: what is open or overdue is always shown; what was closed, in the run that follows; a run whose follow-up cannot
//! be read is named, never passed over.
//! Not here: what is written into the journal of the next run, which is what its report shows (see `journal::event`).
//! Used by: cli, before a run.

use std::{collections::BTreeSet, path::Path};

use jiff::civil::Date;

use crate::{
    id::RunId,
    journal::{
        self, JournalError, Store,
        followup::{self, EarlierFinding, FindingView, Standing},
    },
};

/// What earlier runs found.
#[derive(Debug, Default)]
pub struct Earlier {
    /// The findings, the oldest run's first.
    pub findings: Vec<EarlierFinding>,
    /// Runs of this drill whose follow-up cannot be read.
    pub unreadable: Vec<(RunId, JournalError)>,
}

/// What the runs of this drill on this deployment found that are in the store.
pub fn earlier(store: &Store, drill: &str, deployment: &str, today: Date) -> Result<Earlier, JournalError> {
    let mut runs = store.list()?;
    runs.reverse();
    let same = runs.into_iter().filter_map(|run| match run.summary {
        Ok(it) if it.drill == drill && it.deployment == deployment => Some((run.run, run.dir)),
        _ => None,
    });
    let same: Vec<_> = same.collect();
    let done = same.last().map(|(_, dir)| done_by(dir)).unwrap_or_default();
    let mut earlier = Earlier::default();
    for (run, dir) in same {
        match followup::read(&dir) {
            Ok(None) => {}
            Ok(Some(read)) => {
                let shown = read.all.findings.iter().filter(|it| is_shown(&run, it, &done));
                earlier.findings.extend(shown.map(|it| of(&run, it, today)));
            }
            Err(why) => earlier.unreadable.push((run, why)),
        }
    }
    Ok(earlier)
}

/// What this run showed as done with. Its own journal says so: the time of a lab's run is not that of whoever closes.
fn done_by(dir: &Path) -> BTreeSet<(RunId, String)> {
    let Ok(read) = journal::read(dir) else { return BTreeSet::new() };
    let done = |it: &&EarlierFinding| matches!(it.standing, Standing::Fixed { .. } | Standing::Closed);
    read.started().earlier_findings.iter().filter(done).map(|it| (it.run.clone(), it.id.clone())).collect()
}

/// What is closed is shown once.
fn is_shown(run: &RunId, finding: &FindingView, done: &BTreeSet<(RunId, String)>) -> bool {
    finding.closed.is_none() || !done.contains(&(run.clone(), finding.finding.id.clone()))
}

fn of(run: &RunId, view: &FindingView, today: Date) -> EarlierFinding {
    let finding = &view.finding;
    EarlierFinding {
        run: run.clone(),
        id: finding.id.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        owner: finding.owner.clone(),
        due: finding.due,
        standing: view.standing(today),
    }
}

impl Earlier {
    /// How many stand so.
    pub fn count(&self, standing: &str) -> usize {
        self.findings.iter().filter(|it| it.standing.as_str() == standing).count()
    }

    /// `2 open, 1 overdue, 1 fixed`; nothing if there are none.
    pub fn line(&self) -> String {
        let words = [Standing::Overdue.as_str(), Standing::Open.as_str(), "fixed", Standing::Closed.as_str()];
        let counted = words.iter().map(|word| (self.count(word), word)).filter(|(count, _)| *count > 0);
        counted.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// What a person should know before the next run; nothing if everything that was found is done with.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.count("open") + self.count("overdue") > 0 {
            let line = self.line();
            warnings
                .push(format!("findings of earlier runs: {line}; see them with `firedrill finding list`"));
        }
        for (run, why) in &self.unreadable {
            warnings.push(format!("what run {run} found can not be told: {why}"));
        }
        warnings
    }
}
