//! Row: what clients wrote, how far it was replicated, and what a failover lost.
//! Invariant: numbers are the application's own: they rise by one and are never given twice, also by clusters that
//! were one database once, so a lost row is a gap.
//! Not here: who writes (see `site`).
//! Used by: `site`, `step`, `lifecycle`.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::model::{Cluster, Hold};
use crate::lab::world::World;

/// More rows than this are not kept by their times.
const KEPT: usize = 65_536;

/// What was written to one database.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// The database that it comes from: clusters that parted share its numbers.
    pub(super) series: u64,
    committed: Vec<(u64, Timestamp)>,
    /// Rows that a failover lost: only volumes from before it have them, until they are replaced.
    lost: BTreeSet<u64>,
}

/// Why the database took no write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRefused {
    /// In a driver's words.
    pub reason: String,
}

impl World {
    /// The cluster that a region's own application uses: its first, by ARN.
    pub fn database_of(&self, region: &str) -> Option<&str> {
        self.rds.clusters_in(region).next().map(|cluster| cluster.arn.as_str())
    }

    /// The cluster, by ARN, that an environment's application was given the endpoint of; `None` if it has no database.
    /// What is no environment of the world file's uses its region's first cluster.
    pub fn database_of_environment(&self, region: &str, name: &str) -> Option<&str> {
        match self.rds.of_environments.get(&(region.to_owned(), name.to_owned())) {
            Some(own) => own.as_deref(),
            None => self.database_of(region),
        }
    }

    /// Whether the writer endpoint of `region`'s own cluster would take a write now.
    pub fn database_takes_writes(&self, region: &str) -> Result<(), WriteRefused> {
        let cluster =
            self.database_of(region).ok_or_else(|| refused("there is no database in this region"))?;
        self.cluster_takes_writes(cluster)
    }

    /// Whether the writer endpoint of a cluster, by ARN, would take a write now.
    pub fn cluster_takes_writes(&self, arn: &str) -> Result<(), WriteRefused> {
        let missing = || refused("ERROR 2005 (HY000): Unknown MySQL server host");
        let cluster = self.rds.clusters.get(arn).ok_or_else(missing)?;
        if cluster.unreachable || self.is_writer_unwell(&cluster.region) {
            return Err(refused("ERROR 2003 (HY000): Can't connect to MySQL server (110)"));
        }
        if cluster.open {
            return Ok(());
        }
        // A reader says that it is one; a writer that restarts, or a cluster that is down, says nothing.
        let reads = matches!(cluster.hold, Hold::Follows { .. } | Hold::Cut { .. } | Hold::Old { .. });
        let changes = self.global_of(cluster).is_some_and(|global| global.failover.is_some());
        let down = matches!(cluster.status, "stopping" | "stopped" | "starting" | "creating" | "deleting");
        Err(refused(match (reads || changes) && !down {
            true => {
                "ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement"
            }
            false => "ERROR 2003 (HY000): Can't connect to MySQL server (111)",
        }))
    }

    /// Commits the next numbered row through `region`'s own cluster and returns its number.
    pub fn commit_write(&mut self, region: &str) -> Result<u64, WriteRefused> {
        let arn = self.database_of(region).map(str::to_owned);
        self.commit_row(&arn.ok_or_else(|| refused("there is no database in this region"))?)
    }

    /// Commits the next numbered row through a cluster, by ARN, and returns its number.
    pub fn commit_row(&mut self, arn: &str) -> Result<u64, WriteRefused> {
        self.cluster_takes_writes(arn)?;
        let now = self.now;
        let state = &mut self.rds;
        let data = state.clusters.get(arn).map_or(0, |cluster| cluster.data);
        let rows = state.rows.entry(data).or_insert_with(|| Rows { series: data, ..Rows::default() });
        let last = state.last_row.entry(rows.series).or_default();
        *last += 1;
        rows.committed.push((*last, now));
        if rows.committed.len() > KEPT {
            rows.committed.drain(..KEPT / 2);
        }
        Ok(*last)
    }

    /// The newest row that `region`'s own cluster holds now; `None` if it holds none.
    pub fn newest_row(&self, region: &str) -> Option<u64> {
        self.newest_row_of(self.database_of(region)?)
    }

    /// The newest row that a cluster, by ARN, holds now; `None` if it holds none.
    pub fn newest_row_of(&self, arn: &str) -> Option<u64> {
        let cluster = self.rds.clusters.get(arn)?;
        let rows = self.rds.rows.get(&cluster.data)?;
        rows.newest(self.holds_until(cluster), keeps_lost(cluster))
    }

    /// True if `region`'s own cluster holds the row of this number now.
    pub fn holds_row(&self, region: &str, number: u64) -> bool {
        self.database_of(region).is_some_and(|arn| self.cluster_holds_row(arn, number))
    }

    /// True if a cluster, by ARN, holds the row of this number now.
    pub fn cluster_holds_row(&self, arn: &str, number: u64) -> bool {
        let Some(cluster) = self.rds.clusters.get(arn) else { return false };
        let Some(rows) = self.rds.rows.get(&cluster.data) else { return false };
        let newest = rows.newest(self.holds_until(cluster), keeps_lost(cluster));
        rows.has(number, keeps_lost(cluster)) && newest.is_some_and(|newest| number <= newest)
    }

    /// Up to when a cluster has everything.
    pub(super) fn holds_until(&self, cluster: &Cluster) -> Timestamp {
        match cluster.hold {
            Hold::All => self.now,
            Hold::Follows { since } => self.rds.replicated_until(&cluster.arn, self.now).max(since),
            Hold::Cut { until } | Hold::Old { until } => until,
        }
    }

    /// What a cluster holds when it stops following.
    pub(super) fn cut_off(&mut self, arn: &str) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return };
        let until = self.holds_until(cluster);
        self.set_hold(arn, Hold::Cut { until });
    }

    pub(super) fn set_hold(&mut self, arn: &str, hold: Hold) {
        if let Some(cluster) = self.rds.clusters.get_mut(arn) {
            cluster.hold = hold;
        }
        self.measured(arn);
    }

    /// A cluster that was cut off becomes the primary: what it had not got is lost. Gives the last row kept and how
    /// many were lost.
    pub(super) fn lose_rows(&mut self, arn: &str) -> (u64, usize) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return (0, 0) };
        let (data, until) = (cluster.data, self.holds_until(cluster));
        self.rds.rows.get_mut(&data).map_or((0, 0), |rows| rows.lose(until))
    }

    /// A cluster goes on alone with what it holds: its rows part from those of the others.
    pub(super) fn part_rows(&mut self, arn: &str) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return };
        let (data, until) = (cluster.data, self.holds_until(cluster));
        let mut own =
            self.rds.rows.get(&data).cloned().unwrap_or_else(|| Rows { series: data, ..Rows::default() });
        own.lose(until);
        let number = self.rds.next_data();
        self.rds.rows.insert(number, own);
        if let Some(cluster) = self.rds.clusters.get_mut(arn) {
            cluster.data = number;
            cluster.hold = Hold::All;
        }
    }
}

impl Rows {
    fn newest(&self, until: Timestamp, keeps_lost: bool) -> Option<u64> {
        let known = &self.committed[..self.committed.partition_point(|(_, at)| *at <= until)];
        known.iter().rev().map(|(number, _)| *number).find(|number| keeps_lost || !self.lost.contains(number))
    }

    /// True if the row was ever committed here and is not lost. What is too old to be kept by its time was.
    fn has(&self, number: u64, keeps_lost: bool) -> bool {
        let forgotten = self.committed.first().is_none_or(|(first, _)| number < *first);
        let known = forgotten || self.committed.binary_search_by_key(&number, |(own, _)| *own).is_ok();
        number > 0 && known && (keeps_lost || !self.lost.contains(&number))
    }

    fn lose(&mut self, until: Timestamp) -> (u64, usize) {
        let from = self.committed.partition_point(|(_, at)| *at <= until);
        let newly: Vec<u64> = self.committed[from..]
            .iter()
            .map(|(number, _)| *number)
            .filter(|n| !self.lost.contains(n))
            .collect();
        let kept = self.committed[..from].iter().rev().map(|(n, _)| *n).find(|n| !self.lost.contains(n));
        self.lost.extend(&newly);
        (kept.unwrap_or(0), newly.len())
    }
}

/// An old primary keeps on its old volume what a failover lost, until it has been synchronised again.
fn keeps_lost(cluster: &Cluster) -> bool {
    matches!(cluster.hold, Hold::Old { .. })
}

fn refused(reason: &str) -> WriteRefused {
    WriteRefused { reason: reason.to_owned() }
}
