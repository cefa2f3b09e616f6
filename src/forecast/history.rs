//! History: what earlier runs of the deployment say of AWS's own durations.
//! Invariant: fewer than three runs say nothing; what was measured is taken with the error that its watch has.
//! Not here: which runs there are (see cli).
//! Used by: cli.

use std::time::Duration;

use super::durations::{Durations, Origin, Own, Spread};
use crate::{
    drill::model::{Drill, Side, StepKind},
    journal::sample::WatchName,
    measure::{Assessment, timeline::PhaseName},
};

/// So few measurements have no spread worth the name.
const LEAST: usize = 3;
/// Looks at the database lie two seconds apart: it is seen to have moved a second late in the middle.
const DATABASE_LATE: Duration = Duration::from_secs(1);
/// Three reports of agents after the first target is described as unhealthy, and the report that shows the status.
const REPORTS: Duration = Duration::from_secs(30);

/// Replaces what earlier runs measured: `runs` are of one deployment and one kind of place.
pub fn learn(durations: &mut Durations, runs: &[(Drill, Assessment)]) {
    for (own, kind) in
        [(Own::Switchover, "rds.switchover-global-cluster"), (Own::Failover, "rds.failover-global-cluster")]
    {
        let moved = |(drill, run): &(Drill, Assessment)| {
            let phase = run.phases.iter().find(|phase| phase.name == PhaseName::Database)?;
            Some(phase.took?.measured.saturating_sub(DATABASE_LATE)).filter(|_| recovers_by(drill, kind))
        };
        set(durations, own, runs.iter().filter_map(moved).collect());
    }
    set(durations, Own::EnvironmentWorsens, runs.iter().filter_map(worsened).collect());
}

/// True if the first recovery that moves the database is of this kind.
fn recovers_by(drill: &Drill, kind: &str) -> bool {
    let first = drill.all_steps().into_iter().find_map(|step| match &step.kind {
        StepKind::Recover(spec) if spec.kind.starts_with("rds.") => Some(spec.kind.clone()),
        _ => None,
    });
    first.as_deref() == Some(kind)
}

/// How long the environment took from its targets' failing to its own.
fn worsened((_, run): &(Drill, Assessment)) -> Option<Duration> {
    let at = |watch: WatchName| run.signals.iter().find(|mark| mark.id == watch.0).map(|mark| mark.moment.at);
    let targets = at(WatchName::targets(Side::Primary))?;
    let environment = at(WatchName::environment(Side::Primary))?;
    (environment > targets).then(|| environment.since(targets).saturating_sub(REPORTS))
}

/// Evenly between the least and the greatest, and as much beyond as so few measurements leave unseen.
fn set(durations: &mut Durations, own: Own, mut measured: Vec<Duration>) {
    measured.sort_unstable();
    let (Some(low), Some(high)) = (measured.first(), measured.last()) else { return };
    if measured.len() < LEAST {
        return;
    }
    let unseen = (*high - *low) / u32::try_from(measured.len() - 1).unwrap_or(u32::MAX);
    let spread = Spread { low: low.saturating_sub(unseen), high: *high + unseen, tail: None };
    durations.set(own, spread, Origin::History(measured.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        forecast::durations::KNOWN,
        measure::{
            self,
            fixture::seed::{SeedRun, start},
        },
    };

    #[test]
    fn three_measurements_replace_what_is_known_and_two_do_not() {
        let secs = |all: &[u64]| all.iter().map(|own| Duration::from_secs(*own)).collect::<Vec<_>>();
        let mut durations = Durations::aws();
        set(&mut durations, Own::Switchover, secs(&[40, 50]));
        assert_eq!(durations.origin(Own::Switchover), Origin::Aws);
        set(&mut durations, Own::Switchover, secs(&[50, 40, 44]));
        assert_eq!(durations.origin(Own::Switchover), Origin::History(3));
        let spread = durations.spread(Own::Switchover);
        assert_eq!((spread.low.as_secs(), spread.high.as_secs()), (35, 55));
    }

    /// So many runs of the fixture, recovered by this kind of change.
    fn ran(count: usize, kind: &str) -> Vec<(Drill, Assessment)> {
        let run = SeedRun::new();
        let assessed = measure::assess(&run.records, &run.samples).unwrap();
        let mut drill = start().drill;
        for step in &mut drill.steps {
            if let StepKind::Recover(spec) = &mut step.kind {
                kind.clone_into(&mut spec.kind);
            }
        }
        vec![(drill, assessed); count]
    }

    #[test]
    fn runs_say_how_long_the_role_change_took_that_they_made_and_no_other() {
        let of = |count, kind| {
            let mut durations = Durations::aws();
            learn(&mut durations, &ran(count, kind));
            durations
        };
        let (switched, failed) = ("rds.switchover-global-cluster", "rds.failover-global-cluster");
        assert_eq!(of(2, switched), Durations::aws(), "two runs say nothing");
        let learnt = of(3, switched);
        assert_eq!(learnt.origin(Own::Switchover), Origin::History(3));
        // It was called 108.3 s into the run, and done by 195 s.
        let spread = learnt.spread(Own::Switchover);
        assert!((84..=88).contains(&spread.low.as_secs()) && spread.low == spread.high, "{spread:?}");
        let others =
            KNOWN.iter().filter(|known| ![Own::Switchover, Own::EnvironmentWorsens].contains(&known.own));
        assert!(others.clone().all(|known| learnt.origin(known.own) == Origin::Aws));
        let learnt = of(3, failed);
        assert_eq!(learnt.origin(Own::Failover), Origin::History(3));
        assert_eq!(learnt.origin(Own::Switchover), Origin::Aws);
    }
}
