//! Due: what happens in this service by itself, later.
//! Invariant: names alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see `spread`, `power`, `peering`).
//! Used by: the agenda; this service.

use super::model::InstanceState;

/// A thing whose writes arrive later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// The rules of a security group.
    Group(String),
    /// The entries of a network ACL.
    Acl(String),
    /// The routes of a table.
    Table(String),
    /// Which ACL guards a subnet.
    SubnetAcl(String),
    /// Which table serves a subnet.
    SubnetTable(String),
}

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Reads begin to show a write.
    Described {
        /// The region.
        region: String,
        /// What was written.
        thing: Thing,
        /// The write.
        write: u64,
    },
    /// Packets begin to feel a write.
    Effective {
        /// The region.
        region: String,
        /// What was written.
        thing: Thing,
        /// The write.
        write: u64,
    },
    /// Packets begin to feel an interface's new groups.
    Attached {
        /// The region.
        region: String,
        /// The interface.
        interface: String,
    },
    /// A machine comes to its next state.
    Machine {
        /// The region.
        region: String,
        /// The instance.
        instance: String,
        /// The change of state that led here: a later one overtakes it.
        turn: u64,
        /// The state.
        state: InstanceState,
    },
    /// A machine's system is up again.
    Rebooted {
        /// The region.
        region: String,
        /// The instance.
        instance: String,
        /// The change of state that led here: a later one overtakes it.
        turn: u64,
    },
    /// Reads no longer show a terminated machine.
    Forgotten {
        /// The region.
        region: String,
        /// The instance.
        instance: String,
    },
    /// An accepted peering carries packets.
    PeeringActive {
        /// The peering.
        peering: String,
    },
    /// Nobody answered a request for a peering.
    PeeringExpired {
        /// The peering.
        peering: String,
    },
}
