//! Timing: how long Aurora takes, and from where that is known.
//! Invariant: every random duration of this service is a row here.
//! Used by: `rds`.

use std::time::Duration;

/// The shortest and the longest that something takes.
pub(super) type Range = (Duration, Duration);

const fn seconds(low: u64, high: u64) -> Range {
    (Duration::from_secs(low), Duration::from_secs(high))
}

/// AWS: Aurora User Guide, global database: lag "typically less than a second".
pub(super) const LAG: Range = (Duration::from_millis(80), Duration::from_millis(600));
/// A lag that is not typical.
pub(super) const LAG_SPIKE: Range = seconds(1, 5);
/// One change of the lag in so many is a spike.
pub(super) const SPIKE_ONE_IN: u64 = 200;
/// How often the lag changes.
pub(super) const LAG_EVERY: Duration = Duration::from_secs(10);
/// From a change of the global cluster to the other region's API. Not published.
pub(super) const SEEN: Range = seconds(0, 2);
/// A switchover in all. AWS: the lag plus the role change; nothing more exact is published.
pub(super) const SWITCHOVER: Range = seconds(20, 60);
/// A failover with data loss in all. AWS: Aurora User Guide, disaster recovery: "within minutes".
pub(super) const FAILOVER: Range = seconds(60, 150);
/// From a request to the beginning of the work, while the clusters are verified (FailoverState `pending`).
pub(super) const PENDING: Range = seconds(1, 4);
/// From the beginning of a failover to the old writer being fenced. Best effort (events 0390 and 0391).
pub(super) const FENCED: Range = seconds(1, 5);
/// From the new writer to the global writer endpoint's name. AWS: "a DNS moment" more; event 0397.
pub(super) const ENDPOINT_MOVED: Range = seconds(1, 5);
/// The old primary rejoins on a new volume. AWS: "minutes to hours", by the size of the volume.
pub(super) const RESYNC: Range = seconds(600, 3600);
/// From something that happened to its event in DescribeEvents. Not published.
pub(super) const EVENT_VISIBLE: Range = seconds(5, 20);
/// AWS: Aurora User Guide, high availability: a failover with a reader "often less than 30 seconds", within 60.
pub(super) const IN_CLUSTER: Range = seconds(15, 45);
