//! Agenda: what will happen by itself, and when.
//! Invariant: entries come out by time, and in the order they were put in where times are equal.
//! Not here: what an entry does (see each service).
//! Used by: `World::advance` and every service.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    acm::due as acm, autoscaling::due as autoscaling, beanstalk::due as beanstalk, breakage,
    cloudwatch::due as cloudwatch, codepipeline::due as codepipeline, ec2::due as ec2, elb::due as elb,
    rds::due as rds, route53::due as route53,
};

/// Something that will happen by itself. Each service has a variant with its own kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Networks.
    Ec2(ec2::Due),
    /// Balancers.
    Elb(elb::Due),
    /// Environments.
    Beanstalk(beanstalk::Due),
    /// Health checks and DNS changes.
    Route53(route53::Due),
    /// Database clusters.
    Rds(rds::Due),
    /// Metrics and alarms.
    CloudWatch(cloudwatch::Due),
    /// Auto Scaling groups.
    AutoScaling(autoscaling::Due),
    /// Pipelines.
    CodePipeline(codepipeline::Due),
    /// Things that break.
    Breakage(breakage::Due),
    /// Certificates.
    Acm(acm::Due),
}

/// The entries, by time.
#[derive(Debug, Default)]
pub struct Agenda {
    entries: BTreeMap<(Timestamp, u64), Due>,
    count: u64,
}

impl Agenda {
    /// Puts `due` at `at`.
    pub fn put(&mut self, at: Timestamp, due: Due) {
        self.entries.insert((at, self.count), due);
        self.count += 1;
    }

    /// When the first entry is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.entries.keys().next().map(|(at, _)| *at)
    }

    /// Every entry, by time: for those who prove that there are none.
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = &Due> {
        self.entries.values()
    }

    /// Takes the first entry that is due at `now` or before.
    pub fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        let first = self.entries.first_entry()?;
        let (at, _) = *first.key();
        (at <= now).then(|| (at, first.remove()))
    }
}
