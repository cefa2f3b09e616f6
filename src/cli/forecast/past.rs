//! Past: the earlier runs of a deployment that say how long AWS took.
//! Invariant: runs on a lab and runs on AWS are never mixed; what can not be read says nothing.
//! Not here: what is learnt of them (see `forecast::history`).
//! Used by: forecast.

use crate::{
    cli::error::CliError,
    drill::model::Drill,
    journal::{self, Store},
    measure::{self, Assessment, history::Place},
};

/// So many of the newest are asked: how AWS was long ago says little.
const NEWEST: usize = 12;

/// The newest runs of the drill's deployment at this place that were measured.
pub(super) fn runs(store: &Store, drill: &Drill, place: Place) -> Result<Vec<(Drill, Assessment)>, CliError> {
    let all = store.runs().map_err(|why| CliError::broken("earlier runs can not be read", why))?;
    let mut found = Vec::new();
    for (_, folder) in all {
        if found.len() == NEWEST {
            break;
        }
        let Ok(read) = journal::read(&folder) else { continue };
        let start = read.started();
        let own = if start.lab.is_some() { Place::Lab } else { Place::Aws };
        if own != place || start.drill.deployment.name != drill.deployment.name {
            continue;
        }
        let Ok(samples) = journal::read_samples(&folder) else { continue };
        let assessed = measure::assess(&read.records, &samples.samples);
        found.extend(assessed.ok().map(|run| (start.drill.clone(), run)));
    }
    Ok(found)
}
