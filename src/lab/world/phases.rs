//! Phases: when each of what looks by itself looks, in a world whose chance somebody else has drawn.
//! Invariant: said before anything happens: nothing that looks is on the agenda then.
//! Used by: tests that hold a model to the whole program.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::World;
use crate::clock::later;

/// The moments, as shares of each interval, counted from `origin`.
#[derive(Debug, Clone)]
pub(crate) struct Phases {
    /// From when they are counted.
    pub(crate) origin: Timestamp,
    /// When Route 53 looks at alias targets.
    pub(crate) target_looks: f64,
    /// Each region's.
    pub(crate) regions: BTreeMap<String, RegionPhases>,
}

/// One region's.
#[derive(Debug, Clone)]
pub(crate) struct RegionPhases {
    /// The name of its health check.
    pub(crate) check: String,
    /// When the agents of its environment report.
    pub(crate) agents: f64,
    /// When each checker of its health check looks, and how far it is away.
    pub(crate) checkers: Vec<(f64, Duration)>,
    /// When each node checks each target.
    pub(crate) lines: Vec<f64>,
}

impl World {
    /// Lets everything look at these moments.
    pub(crate) fn keep_time(&mut self, phases: &Phases) {
        let origin = u64::try_from(phases.origin.as_microsecond()).unwrap_or_default();
        let offset = |interval: Duration, share: f64| (micros(interval) as f64 * share) as u64;
        let on_grid = |interval: Duration, share: f64| {
            Duration::from_micros((origin + offset(interval, share)) % micros(interval).max(1))
        };
        self.route53.look_at_targets(|every| on_grid(every, phases.target_looks));
        for (region, own) in &phases.regions {
            let checkers = own.checkers.clone();
            self.route53.keep_time(&own.check, |interval, place| {
                let (share, trip) = checkers[place];
                (later(phases.origin, Duration::from_micros(offset(interval, share))), trip)
            });
            let agents = offset(super::timings::AGENT_REPORTS, own.agents);
            self.agents_report_from(region, later(phases.origin, Duration::from_micros(agents)));
            let mut shares = own.lines.iter();
            for group in self.elb.target_groups.values_mut().filter(|group| group.region == *region) {
                let interval = group.check.interval;
                let lines = group.targets.values_mut().flat_map(|target| target.lines.values_mut());
                for (line, share) in lines.zip(&mut shares) {
                    line.phase = on_grid(interval, *share);
                }
            }
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
