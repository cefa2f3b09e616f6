//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A region's API learns of a global cluster as it is.
    Seen {
        /// The region.
        region: String,
        /// The global cluster.
        global: String,
    },
    /// A role change goes on.
    Step {
        /// The global cluster.
        global: String,
        /// The role change that is meant.
        operation: u64,
        /// Its step.
        step: Step,
    },
    /// The global writer endpoint leads to the writer's region.
    EndpointMoved {
        /// The global cluster.
        global: String,
    },
    /// A failover within a cluster is over.
    InClusterDone {
        /// The cluster, by ARN.
        cluster: String,
        /// The instance that becomes the writer.
        instance: String,
    },
    /// A cluster comes to rest.
    ClusterSettled {
        /// The cluster, by ARN.
        cluster: String,
        /// What it was doing: a state that it must still be in.
        from: &'static str,
    },
    /// An instance comes to rest.
    InstanceSettled {
        /// Its cluster, by ARN.
        cluster: String,
        /// The instance.
        instance: String,
        /// What it was doing: a state that it must still be in.
        from: &'static str,
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
    /// The members that a failover left behind follow again.
    Resynced,
}
