//! Model: the global cluster, its clusters and their instances.
//! Invariant: names are those of AWS's wire.
//! Not here: what changes them (see `role`, `in_cluster`).
//! Used by: `rds`.

use std::collections::BTreeMap;

use super::State;
use crate::lab::world::{
    call::{AwsFault, Tree},
    reference,
};

/// The engine of every cluster.
pub(super) const ENGINE: &str = "aurora-mysql";
/// Its version.
pub(super) const ENGINE_VERSION: &str = "8.0.mysql_aurora.3.08.0";
/// Its port.
pub(super) const PORT: i64 = 3306;

/// The global database, as one look shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Global {
    pub(super) id: String,
    pub(super) resource_id: String,
    pub(super) endpoint: String,
    pub(super) status: String,
    pub(super) failover: Option<FailoverState>,
    pub(super) members: Vec<Member>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A role change under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FailoverState {
    pub(super) status: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) data_loss_allowed: bool,
}

/// One cluster's part in the global database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) region: String,
    pub(super) arn: String,
    pub(super) is_writer: bool,
    pub(super) synchronization: &'static str,
}

/// One region's cluster.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) region: &'static reference::Region,
    pub(super) resource_id: String,
    /// What sets its endpoints' names apart: the same for all clusters of an account in a region.
    pub(super) suffix: String,
    pub(super) status: &'static str,
    pub(super) instances: Vec<Instance>,
    /// True while it commits what clients write.
    pub(super) open: bool,
    pub(super) tags: BTreeMap<String, String>,
}

/// One instance of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) resource_id: String,
    pub(super) zone: &'static str,
    pub(super) status: &'static str,
    /// True for the instance that writes when its cluster is the writer.
    pub(super) first: bool,
    pub(super) address: std::net::Ipv4Addr,
}

impl Cluster {
    pub(super) fn id(&self) -> &'static str {
        self.region.cluster
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:rds:{}:{}:cluster:{}", self.region.code, reference::ACCOUNT, self.id())
    }
}

impl Instance {
    pub(super) fn arn(&self, region: &str) -> String {
        format!("arn:aws:rds:{region}:{}:db:{}", reference::ACCOUNT, self.id)
    }
}

impl Global {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:rds::{}:global-cluster:{}", reference::ACCOUNT, self.id)
    }

    /// The region that writes.
    pub(super) fn writer(&self) -> &str {
        self.members.iter().find(|member| member.is_writer).map_or("", |member| &member.region)
    }

    pub(super) fn member(&self, region: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.region == region)
    }

    /// As `DescribeGlobalClusters` answers it. The element of both lists is named `GlobalClusterMember`.
    pub(super) fn tree(&self) -> Tree {
        let failover = |state: &FailoverState| {
            Tree::map([
                ("Status", Tree::text(state.status)),
                ("FromDbClusterArn", Tree::text(&state.from)),
                ("ToDbClusterArn", Tree::text(&state.to)),
                ("IsDataLossAllowed", Some(Tree::Bool(state.data_loss_allowed))),
            ])
        };
        Tree::map([
            ("GlobalClusterIdentifier", Tree::text(&self.id)),
            ("GlobalClusterResourceId", Tree::text(&self.resource_id)),
            ("GlobalClusterArn", Tree::text(self.arn())),
            ("Status", Tree::text(&self.status)),
            ("Engine", Tree::text(ENGINE)),
            ("EngineVersion", Tree::text(ENGINE_VERSION)),
            ("EngineLifecycleSupport", Tree::text("open-source-rds-extended-support-disabled")),
            ("StorageEncrypted", Some(Tree::Bool(true))),
            ("DeletionProtection", Some(Tree::Bool(true))),
            (
                "GlobalClusterMembers",
                Tree::list("GlobalClusterMember", self.members.iter().map(|member| self.member_tree(member))),
            ),
            ("Endpoint", Tree::text(&self.endpoint)),
            ("FailoverState", self.failover.as_ref().map(failover)),
            ("TagList", Some(tag_list(&self.tags))),
        ])
    }

    /// AWS: GlobalClusterMember: the readers stand under the writer; write forwarding is a thing of secondaries.
    fn member_tree(&self, member: &Member) -> Tree {
        let others = self.members.iter().filter(|other| member.is_writer && !other.is_writer);
        Tree::map([
            ("DBClusterArn", Tree::text(&member.arn)),
            ("Readers", Tree::list("member", others.map(|other| Tree::Text(other.arn.clone())))),
            ("IsWriter", Some(Tree::Bool(member.is_writer))),
            ("GlobalWriteForwardingStatus", Tree::text("disabled").filter(|_| !member.is_writer)),
            ("SynchronizationStatus", Tree::text(member.synchronization)),
        ])
    }
}

impl State {
    /// The cluster of a region.
    pub(super) fn cluster(&self, region: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.region.code == region)
    }

    pub(super) fn cluster_mut(&mut self, region: &str) -> Option<&mut Cluster> {
        self.clusters.iter_mut().find(|cluster| cluster.region.code == region)
    }

    /// The cluster that a request in `region` names, by name or ARN, without regard to case.
    pub(super) fn named_cluster(&self, region: &str, name: &str) -> Result<&Cluster, AwsFault> {
        let is_named = |cluster: &&Cluster| {
            cluster.id().eq_ignore_ascii_case(name) || cluster.arn().eq_ignore_ascii_case(name)
        };
        let missing = || AwsFault::new(404, "DBClusterNotFoundFault", format!("DBCluster {name} not found."));
        self.cluster(region).filter(is_named).ok_or_else(missing)
    }
}

/// Tags as RDS lists them.
pub(super) fn tag_list(tags: &BTreeMap<String, String>) -> Tree {
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    Tree::List("Tag", tags.iter().map(tag).collect())
}
