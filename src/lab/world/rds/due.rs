//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The replication lag changes.
    Lag,
    /// A region's API learns of the global cluster.
    Seen {
        /// The region.
        region: String,
    },
    /// A role change goes on.
    Step {
        /// The role change that is meant.
        operation: u64,
        /// Its step.
        step: Step,
    },
    /// The global writer endpoint leads to the writer's region.
    EndpointMoved,
    /// A failover within a cluster is over.
    InClusterDone {
        /// The cluster's region.
        region: String,
        /// The instance that becomes the writer.
        instance: String,
    },
}

/// A step of a role change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The clusters were verified and the work begins.
    Begin,
    /// The old writer takes no more writes.
    Block,
    /// The roles flip.
    Promote,
    /// Nothing is under way any more.
    Finish,
    /// The old primary of a failover follows again.
    Resynced,
}
