//! Model: global clusters, clusters and their instances.
//! Invariant: names are those of AWS's wire; a cluster's ARN says its region and its name.
//! Not here: what changes them (see `role`, `in_cluster`, `lifecycle`), how they look (see `describe`, `global`).
//! Used by: `rds`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;

use crate::lab::world::arn;

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// A cluster or an instance that is at rest.
pub(super) const AVAILABLE: &str = "available";

/// A global database, as one look shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Global {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) resource_id: String,
    pub(super) endpoint: String,
    pub(super) status: String,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) database: Option<String>,
    pub(super) encrypted: bool,
    pub(super) deletion_protection: bool,
    pub(super) failover: Option<FailoverState>,
    pub(super) members: Vec<Member>,
    pub(super) tags: Tags,
}

/// A role change under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FailoverState {
    pub(super) status: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) data_loss_allowed: bool,
}

/// One cluster's part in a global database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) arn: String,
    pub(super) is_writer: bool,
    pub(super) synchronization: &'static str,
}

/// A cluster.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) arn: String,
    pub(super) region: String,
    pub(super) id: String,
    pub(super) resource_id: String,
    /// What sets its endpoints' names apart: the same for all clusters of an account in a region.
    pub(super) suffix: String,
    pub(super) status: &'static str,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) port: i64,
    pub(super) database: Option<String>,
    pub(super) master: String,
    pub(super) zones: Vec<String>,
    pub(super) parameter_group: String,
    pub(super) subnet_group: String,
    pub(super) security_groups: Vec<String>,
    pub(super) backup_days: i64,
    pub(super) backup_window: String,
    pub(super) maintenance_window: String,
    pub(super) encrypted: bool,
    pub(super) key: Option<String>,
    pub(super) deletion_protection: bool,
    pub(super) copy_tags: bool,
    pub(super) created: Timestamp,
    pub(super) instances: Vec<Instance>,
    /// The global cluster that it is a member of.
    pub(super) global: Option<String>,
    /// True while it commits what clients write.
    pub(super) open: bool,
    /// True while nothing outside reaches it: its region is lost.
    pub(super) unreachable: bool,
    /// The data that it holds, and how much of it.
    pub(super) data: u64,
    pub(super) hold: Hold,
    pub(super) tags: Tags,
}

/// One instance of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) resource_id: String,
    pub(super) class: String,
    pub(super) zone: String,
    pub(super) status: &'static str,
    /// True for the instance that writes when its cluster is the writer.
    pub(super) first: bool,
    pub(super) address: Ipv4Addr,
    pub(super) tier: i64,
    pub(super) parameter_group: String,
    /// True if a changed parameter group waits for a reboot.
    pub(super) pending_reboot: bool,
    pub(super) created: Timestamp,
    pub(super) tags: Tags,
}

/// How much of its database a cluster holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Hold {
    /// Everything.
    #[default]
    All,
    /// Everything up to its lag ago; at least what there was when it began to follow.
    Follows {
        /// When it began to follow.
        since: Timestamp,
    },
    /// What there was up to a moment, and nothing that was lost.
    Cut {
        /// That moment.
        until: Timestamp,
    },
    /// An old volume: what there was up to a moment, with what was lost.
    Old {
        /// That moment.
        until: Timestamp,
    },
}

impl Global {
    /// The member that writes, by ARN.
    pub(super) fn writer(&self) -> &str {
        self.members.iter().find(|member| member.is_writer).map_or("", |member| &member.arn)
    }

    pub(super) fn member(&self, arn: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.arn == arn)
    }

    /// True if a member is in the region.
    pub(super) fn is_in(&self, region: &str) -> bool {
        self.members.iter().any(|member| arn::region(&member.arn) == region)
    }
}

impl Cluster {
    /// The instance that writes, or would.
    pub(super) fn first(&self) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.first)
    }

    pub(super) fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.id == id)
    }

    pub(super) fn instance_mut(&mut self, id: &str) -> Option<&mut Instance> {
        self.instances.iter_mut().find(|instance| instance.id == id)
    }

    /// The reader that a failover chooses. AWS: the lowest promotion tier; among equals the largest, here the first.
    pub(super) fn next_writer(&self) -> Option<&Instance> {
        let readers = self.instances.iter().filter(|own| !own.first && own.status == AVAILABLE);
        readers.min_by_key(|own| own.tier)
    }
}
