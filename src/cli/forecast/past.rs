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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        forecast::{Durations, Origin, Own, history},
        id::RunId,
        journal::{Journal, SampleWriter},
        measure::fixture::seed::{SeedRun, start},
    };

    fn keep(store: &Store, id: &str, change: impl FnOnce(&mut journal::event::RunStarted)) {
        let run = SeedRun::new();
        let mut first = start();
        first.run = RunId::from_text(id);
        change(&mut first);
        let folder = store.run_dir(&first.run).unwrap();
        let (mut journal, _) = Journal::create(&folder, first, run.records[0].at).unwrap();
        for record in &run.records[1..] {
            journal.append(record.at, record.event.clone()).unwrap();
        }
        let mut samples = SampleWriter::open(&folder).unwrap();
        run.samples.iter().for_each(|sample| samples.write(sample).unwrap());
        samples.finish().unwrap();
    }

    #[test]
    fn runs_on_a_lab_say_nothing_of_aws_and_other_deployments_nothing_of_this() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        for lab in ["lab-1", "lab-2", "lab-3"] {
            keep(&store, lab, |_| {});
        }
        for aws in ["aws-1", "aws-2"] {
            keep(&store, aws, |first| first.lab = None);
        }
        keep(&store, "other", |first| {
            first.lab = None;
            first.drill.deployment.name = "shop".to_owned();
        });
        let (on_lab, on_aws) = (
            runs(&store, &start().drill, Place::Lab).unwrap(),
            runs(&store, &start().drill, Place::Aws).unwrap(),
        );
        assert_eq!((on_lab.len(), on_aws.len()), (3, 2));
        let learnt = |mut durations: Durations, past: &[(Drill, Assessment)]| {
            history::learn(&mut durations, past);
            durations.origin(Own::Switchover)
        };
        assert_eq!(learnt(Durations::lab(), &on_lab), Origin::History(3));
        assert_eq!(learnt(Durations::aws(), &on_aws), Origin::Aws, "two of its own are too few");
    }
}
