//! Row: what clients wrote, how far it was replicated, and what a failover lost.
//! Invariant: numbers are the application's own: they rise by one and are never given twice, so a lost row is a gap.
//! Not here: who writes (see `site`).
//! Used by: `site`, `role`, `cloudwatch`.

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{Due, timing};
use crate::lab::world::{World, agenda};

/// More rows than this are not kept by their times.
const KEPT: usize = 65_536;

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Rows {
    last: u64,
    committed: Vec<(u64, Timestamp)>,
    /// Rows that a failover lost: they are only on the old primary's volume, until that is replaced.
    lost: BTreeSet<u64>,
    /// Up to when the secondary has everything: never goes back.
    replicated: Option<Timestamp>,
    /// Up to when the secondary has everything for good, while it is cut off from the primary.
    cut: Option<Timestamp>,
    /// When the old primary lost its role: up to then it has everything on its own volume.
    parted: Option<Timestamp>,
}

/// Why the database took no write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRefused {
    /// In a driver's words.
    pub reason: String,
}

impl World {
    /// Whether the writer endpoint of `region`'s own cluster would take a write now.
    pub fn database_takes_writes(&self, region: &str) -> Result<(), WriteRefused> {
        let refused = |reason: &str| WriteRefused { reason: reason.to_owned() };
        let cluster =
            self.rds.cluster(region).ok_or_else(|| refused("there is no database in this region"))?;
        if self.is_writer_unwell(region) {
            return Err(refused("ERROR 2003 (HY000): Can't connect to MySQL server (110)"));
        }
        if cluster.open {
            return Ok(());
        }
        Err(refused(match self.rds.global.writer() == region {
            // The writer's endpoint leads to an instance that is restarting.
            true if cluster.status == "failing-over" && self.rds.operation.is_none() => {
                "ERROR 2003 (HY000): Can't connect to MySQL server (111)"
            }
            _ => {
                "ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement"
            }
        }))
    }

    /// Commits the next numbered row through `region`'s own cluster and returns its number.
    pub fn commit_write(&mut self, region: &str) -> Result<u64, WriteRefused> {
        self.database_takes_writes(region)?;
        let now = self.now;
        let rows = &mut self.rds.rows;
        rows.last += 1;
        rows.committed.push((rows.last, now));
        if rows.committed.len() > KEPT {
            rows.committed.drain(..KEPT / 2);
        }
        Ok(rows.last)
    }

    /// The newest row that `region`'s own cluster holds now; `None` if it holds none.
    pub fn newest_row(&self, region: &str) -> Option<u64> {
        let rows = &self.rds.rows;
        let until = self.holds_until(region);
        let known = &rows.committed[..rows.committed.partition_point(|(_, at)| *at <= until)];
        let keeps_lost = self.keeps_lost(region);
        known.iter().rev().map(|(number, _)| *number).find(|number| keeps_lost || !rows.lost.contains(number))
    }

    /// True if `region`'s own cluster holds the row of this number now.
    pub fn holds_row(&self, region: &str, number: u64) -> bool {
        let lost = self.rds.rows.lost.contains(&number) && !self.keeps_lost(region);
        number > 0 && !lost && self.newest_row(region).is_some_and(|newest| number <= newest)
    }

    /// How far the secondary is behind the writer now.
    pub(in crate::lab) fn replication_lag(&self) -> Duration {
        self.rds.lag.max(self.least_lag())
    }

    /// The region that follows and its cluster, where replication runs.
    pub(in crate::lab) fn replicating(&self) -> Option<(String, &'static str)> {
        let follows = |member: &&super::model::Member| {
            !member.is_writer && member.synchronization == "connected" && self.rds.rows.cut.is_none()
        };
        let member = self.rds.global.members.iter().find(follows)?;
        self.rds.cluster(&member.region).map(|cluster| (member.region.clone(), cluster.id()))
    }

    /// Up to when a region's cluster has everything.
    fn holds_until(&self, region: &str) -> Timestamp {
        let rows = &self.rds.rows;
        if self.rds.global.writer() == region {
            return self.now;
        }
        match rows.cut {
            // The old primary of a failover still has its own volume; the secondary was cut off.
            Some(cut) if !self.keeps_lost(region) => cut,
            Some(_) => rows.parted.unwrap_or(self.now),
            None => self.replicated_until(),
        }
    }

    fn replicated_until(&self) -> Timestamp {
        let lag = SignedDuration::try_from(self.replication_lag()).unwrap_or_default();
        let by_lag = self.now.checked_sub(lag).unwrap_or(Timestamp::MIN);
        self.rds.rows.replicated.map_or(by_lag, |before| before.max(by_lag))
    }

    /// An old primary keeps on its old volume what a failover lost, until it has been synchronised again.
    fn keeps_lost(&self, region: &str) -> bool {
        self.rds.global.member(region).is_some_and(|member| member.synchronization == "pending-resync")
    }

    pub(super) fn change_lag(&mut self) {
        self.rds.rows.replicated = Some(self.replicated_until());
        let spikes = self.rds.rng.below(timing::SPIKE_ONE_IN) == 0;
        let (low, high) = if spikes { timing::LAG_SPIKE } else { timing::LAG };
        self.rds.lag = self.rds.rng.between(low, high);
        self.after(timing::LAG_EVERY, agenda::Due::Rds(Due::Lag));
    }

    /// Cuts the secondary off: what it does not have now it will not get.
    pub(super) fn cut_replication(&mut self) {
        let until = self.replicated_until();
        self.rds.rows.cut.get_or_insert(until);
    }

    /// The secondary was promoted: what it had not got is lost. Gives the last row kept and how many were lost.
    pub(super) fn lose_rows(&mut self) -> (u64, usize) {
        let rows = &mut self.rds.rows;
        rows.parted = Some(self.now);
        let Some(cut) = rows.cut else { return (rows.last, 0) };
        let from = rows.committed.partition_point(|(_, at)| *at <= cut);
        let newly: Vec<u64> = rows.committed[from..]
            .iter()
            .map(|(number, _)| *number)
            .filter(|n| !rows.lost.contains(n))
            .collect();
        let kept = rows.committed[..from].iter().rev().map(|(n, _)| *n).find(|n| !rows.lost.contains(n));
        rows.lost.extend(&newly);
        (kept.unwrap_or(0), newly.len())
    }

    /// Replication runs again, from the writer to the other.
    pub(super) fn resume_replication(&mut self) {
        self.rds.rows.cut = None;
        self.rds.rows.parted = None;
        self.rds.rows.replicated = None;
    }
}
