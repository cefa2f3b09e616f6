//! Settings: what a world file may say about the database service.
//! Invariant: every duration that AWS publishes no number for is here, with the lab's own as its default; every random
//! duration of this service is drawn from one of these.
//! Used by: `rds`.

use serde::Deserialize;

use crate::lab::world::timings::Span;

/// How this service behaves where AWS leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How far a secondary is behind. AWS: "typically less than a second". Default `80ms..600ms`.
    pub lag: Span,
    /// A lag that is not typical; not published. Default `1s..5s`.
    pub lag_spike: Span,
    /// One change of the lag in so many is a spike; not published; 0 for none. Default 200.
    pub lag_spike_one_in: u64,
    /// How often the lag changes; not published. Default `10s`.
    pub lag_every: Span,
    /// From a change of a global cluster to another region's view of it; not published. Default `0s..2s`.
    pub seen: Span,
    /// A switchover in all. AWS: the lag plus the role change, no number. Default `20s..60s`.
    pub switchover: Span,
    /// The share of a switchover, in percent, before the old primary takes no more writes; not published. Default 45.
    pub blocked_percent: u32,
    /// The share of a role change, in percent, before the new primary takes writes; not published. Default 85.
    pub promoted_percent: u32,
    /// A failover with data loss in all. AWS: "within minutes". Default `60s..150s`.
    pub failover: Span,
    /// How long clusters are verified first (FailoverState `pending`); not published. Default `1s..4s`.
    pub pending: Span,
    /// From the beginning of a failover to the old writer being fenced; not published. Default `1s..5s`.
    pub fenced: Span,
    /// True if fencing the old writer times out in a failover (event 0391): it takes writes until the new one does.
    /// Default false.
    pub fence_times_out: bool,
    /// From the new writer to the global writer endpoint's name; AWS: "a DNS moment". Default `1s..5s`.
    pub endpoint_moved: Span,
    /// An old primary's rejoining on a new volume. AWS: "minutes to hours", by size. Default `10m..25m`.
    pub resync: Span,
    /// True if the readers of a promoted cluster restart with the writer; not published. Default false.
    pub promoted_readers_restart: bool,
    /// From a cluster's detaching from its global cluster to its taking writes; not published. Default `30s..90s`.
    pub detach: Span,
    /// From something that happened to its event in DescribeEvents; not published. Default `5s..20s`.
    pub event_visible: Span,
    /// A failover within a cluster that has a reader. AWS: within 60 s, often within 30. Default `15s..45s`.
    pub in_cluster: Span,
    /// A failover within a cluster without one. AWS: "typically less than 10 minutes". Default `5m..10m`.
    pub in_cluster_alone: Span,
    /// A reboot of an instance; not published. Default `10s..30s`.
    pub reboot: Span,
    /// From CreateDBCluster to `available`; not published. Default `30s..90s`.
    pub create_cluster: Span,
    /// From CreateDBInstance to `available`; AWS: minutes. Default `4m..8m`.
    pub create_instance: Span,
    /// How long a deletion takes; AWS: minutes. Default `1m..4m`.
    pub delete: Span,
    /// How long a cluster takes to stop; AWS: minutes. Default `2m..5m`.
    pub stop: Span,
    /// How long a cluster takes to start; AWS: minutes. Default `3m..7m`.
    pub start: Span,
    /// How long a modification that applies at once takes; not published. Default `5s..30s`.
    pub modify: Span,
    /// Where the lag metrics are emitted: AWS's documents disagree. Default `secondary`.
    pub lag_metrics_in: LagMetrics,
    /// How many calls a second each region takes; AWS publishes no number. Default: no limit.
    pub calls_per_second: Option<u32>,
    /// How many calls a region takes at once, where there is a limit; not published. Default 40.
    pub call_burst: u32,
}

/// The clusters whose regions emit the metrics of the global replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LagMetrics {
    /// The writer's.
    Primary,
    /// The followers'.
    Secondary,
    /// All.
    Both,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            lag: Span::millis(80, 600),
            lag_spike: Span::secs(1, 5),
            lag_spike_one_in: 200,
            lag_every: Span::secs(10, 10),
            seen: Span::secs(0, 2),
            switchover: Span::secs(20, 60),
            blocked_percent: 45,
            promoted_percent: 85,
            failover: Span::secs(60, 150),
            pending: Span::secs(1, 4),
            fenced: Span::secs(1, 5),
            fence_times_out: false,
            endpoint_moved: Span::secs(1, 5),
            resync: Span::secs(600, 1_500),
            promoted_readers_restart: false,
            detach: Span::secs(30, 90),
            event_visible: Span::secs(5, 20),
            in_cluster: Span::secs(15, 45),
            in_cluster_alone: Span::secs(300, 600),
            reboot: Span::secs(10, 30),
            create_cluster: Span::secs(30, 90),
            create_instance: Span::secs(240, 480),
            delete: Span::secs(60, 240),
            stop: Span::secs(120, 300),
            start: Span::secs(180, 420),
            modify: Span::secs(5, 30),
            lag_metrics_in: LagMetrics::Secondary,
            calls_per_second: None,
            call_burst: 40,
        }
    }
}
