//! Peering: a way between two networks.
//! Invariant: its status is configuration, not reachability; an end is never undone.
//! Used by: the rest of `ec2`.

use jiff::{SignedDuration, Timestamp};

use crate::lab::world::cidr::Cidr;

/// One side of a peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeringSide {
    /// The region.
    pub region: String,
    /// The network.
    pub vpc: String,
    /// Its range.
    pub range: Cidr,
    /// Whether the other side's names resolve to private addresses here.
    pub resolves: bool,
}

/// The status of a peering (AWS: VPC peering guide, lifecycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeeringStatus {
    /// Waits for the other side.
    Pending,
    /// Is being set up.
    Provisioning,
    /// Carries packets.
    Active,
    /// Was refused.
    Rejected,
    /// Could not be asked for.
    Failed,
    /// Nobody answered for seven days.
    Expired,
    /// Was deleted.
    Deleted,
}

impl PeeringStatus {
    /// EC2's code.
    pub fn code(self) -> &'static str {
        match self {
            PeeringStatus::Pending => "pending-acceptance",
            PeeringStatus::Provisioning => "provisioning",
            PeeringStatus::Active => "active",
            PeeringStatus::Rejected => "rejected",
            PeeringStatus::Failed => "failed",
            PeeringStatus::Expired => "expired",
            PeeringStatus::Deleted => "deleted",
        }
    }
}

/// A peering of two networks.
#[derive(Debug, Clone)]
pub struct Peering {
    /// Who asked.
    pub requester: PeeringSide,
    /// Who accepted, or is asked to.
    pub accepter: PeeringSide,
    /// How it stands.
    pub status: PeeringStatus,
    /// Since when.
    pub since: Timestamp,
    /// In whose words EC2 explains the status.
    pub message: String,
}

impl Peering {
    /// The side of this region and network.
    pub fn side(&self, region: &str, vpc: &str) -> Option<&PeeringSide> {
        [&self.requester, &self.accepter].into_iter().find(|side| side.region == region && side.vpc == vpc)
    }

    /// True if it joins these two networks and carries packets.
    pub fn joins(&self, one: (&str, &str), other: (&str, &str)) -> bool {
        let both = self.side(one.0, one.1).is_some() && self.side(other.0, other.1).is_some();
        both && one != other && self.status == PeeringStatus::Active
    }

    /// Whether reads in a region show it. AWS: a deleted peering is visible for 2 hours to the side that deleted it and
    /// 2 days to the other (one account owns both here, so 2 hours), a rejected one 2 days to the requester and 2 hours
    /// to the accepter, a failed one 2 hours, an expired one 2 days (VPC peering guide, lifecycle).
    pub fn is_shown(&self, region: &str, now: Timestamp) -> bool {
        let (requester, accepter) = (self.requester.region == region, self.accepter.region == region);
        let hours = match self.status {
            _ if !requester && !accepter => return false,
            PeeringStatus::Pending | PeeringStatus::Provisioning | PeeringStatus::Active => return true,
            PeeringStatus::Rejected if requester => 48,
            PeeringStatus::Expired => 48,
            PeeringStatus::Rejected | PeeringStatus::Failed | PeeringStatus::Deleted => 2,
        };
        now.duration_since(self.since) <= SignedDuration::from_hours(hours)
    }
}
