//! In cluster: the writer moves to another instance of the same cluster, and instances restart.
//! Invariant: not idempotent, as on AWS: a repeated call fails over, or restarts, again.
//! Not here: failover between regions (see `role`).
//! Used by: `rds`.

use std::time::Duration;

use super::{
    Due,
    describe::instance_reply,
    event::News,
    model::{AVAILABLE, Cluster, Instance},
    params::{flag, required},
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Reply},
};

impl World {
    /// AWS: FailoverDBCluster: to the named reader, or to one that AWS chooses by promotion tier.
    pub(super) fn fail_over_in_cluster(&mut self, call: &Call) -> Reply {
        let name = required(&call.params, "DBClusterIdentifier")?;
        let cluster = self.rds.named_cluster(&call.region, name)?;
        if cluster.status != AVAILABLE {
            let message = format!("DB cluster {name} is in {} state.", cluster.status);
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        let next = next_writer(cluster, call.params.text("TargetDBInstanceIdentifier"))?;
        let (arn, next, same_zone) = (
            cluster.arn.clone(),
            next.id.clone(),
            cluster.first().is_some_and(|first| first.zone == next.zone),
        );
        let takes = self.rds.settings.in_cluster.draw(&mut self.rds.rng);
        self.begin_in_cluster(&arn, &next, same_zone, takes);
        self.cluster_reply(&arn)
    }

    pub(super) fn begin_in_cluster(&mut self, arn: &str, to: &str, same_zone: bool, takes: Duration) {
        self.set_status(arn, "failing-over");
        let first = self.first_of(arn);
        let old = self.rds.clusters.get_mut(arn).and_then(|cluster| cluster.instance_mut(&first));
        if let Some(instance) = old.filter(|instance| instance.status == AVAILABLE) {
            instance.status = "rebooting";
        }
        self.open_writes(arn, false);
        self.announce(arn, News::in_cluster_started(to, same_zone));
        self.announce_instance(arn, &first, News::shut_down());
        let due = Due::InClusterDone { cluster: arn.to_owned(), instance: to.to_owned() };
        self.after(takes, agenda::Due::Rds(due));
    }

    pub(super) fn end_in_cluster(&mut self, arn: &str, instance: &str) {
        let Some(cluster) = self.rds.clusters.get_mut(arn) else { return };
        if cluster.instance(instance).is_none() || cluster.status != "failing-over" {
            return;
        }
        cluster.status = AVAILABLE;
        let mut restarted = Vec::new();
        for own in &mut cluster.instances {
            own.first = own.id == instance;
            if own.status == "rebooting" {
                own.status = AVAILABLE;
                own.pending_reboot = false;
                restarted.push(own.id.clone());
            }
        }
        let cluster = cluster.clone();
        self.open_writes(arn, self.is_primary(&cluster) && !cluster.unreachable);
        for id in restarted {
            self.announce_instance(arn, &id, News::restarted());
        }
        self.announce(arn, News::in_cluster_completed(instance));
        self.announce_instance(arn, instance, News::topology());
        let with =
            [("region", cluster.region.clone()), ("cluster", cluster.id), ("writer", instance.to_owned())];
        self.note("instance.promoted", with);
    }

    /// AWS: RebootDBInstance: `rebooting`, then `available`; a forced failover is a thing of Multi-AZ instances.
    pub(super) fn reboot_instance(&mut self, call: &Call) -> Reply {
        let name = required(&call.params, "DBInstanceIdentifier")?;
        let (cluster, instance) = self.rds.named_instance(&call.region, name)?;
        if instance.status != AVAILABLE || cluster.status != AVAILABLE {
            let message = format!("Instance {name} is not in available state.");
            return Err(AwsFault::new(400, "InvalidDBInstanceState", message));
        }
        if flag(&call.params, "ForceFailover")? == Some(true) {
            let message = "Cannot force failover during reboot for a Single-AZ or Aurora DB instance.";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        let (arn, id) = (cluster.arn.clone(), instance.id.clone());
        self.restart_instance(&arn, &id);
        instance_reply(&self.rds, &arn, &id)
    }

    /// Restarts an instance; while the writer restarts its cluster takes no writes.
    pub(super) fn restart_instance(&mut self, arn: &str, id: &str) {
        let cluster = self.rds.clusters.get_mut(arn);
        let Some(instance) = cluster.and_then(|cluster| cluster.instance_mut(id)) else { return };
        instance.status = "rebooting";
        if instance.first {
            self.open_writes(arn, false);
        }
        self.announce_instance(arn, id, News::shut_down());
        let takes = self.rds.settings.reboot.draw(&mut self.rds.rng);
        self.settle_instance(takes, arn, id, "rebooting");
    }

    /// Puts on the agenda that an instance comes to rest, if it is still at it.
    pub(super) fn settle_instance(&mut self, after: Duration, arn: &str, id: &str, from: &'static str) {
        let due = Due::InstanceSettled { cluster: arn.to_owned(), instance: id.to_owned(), from };
        self.after(after, agenda::Due::Rds(due));
    }
}

/// The instance that a failover leads to. AWS: there must be at least two, and the named one must be a reader.
fn next_writer<'a>(cluster: &'a Cluster, named: Option<&str>) -> Result<&'a Instance, AwsFault> {
    let state = |message: String| AwsFault::new(400, "InvalidDBInstanceState", message);
    let Some(name) = named else {
        let alone = || {
            format!(
                "Database cluster:{} should have at least two database instances for failover",
                cluster.id
            )
        };
        return cluster
            .next_writer()
            .ok_or_else(|| AwsFault::new(400, "InvalidDBClusterStateFault", alone()));
    };
    let own = cluster.instances.iter().find(|own| own.id.eq_ignore_ascii_case(name));
    let own =
        own.ok_or_else(|| state(format!("Instance {name} is not a member of cluster {}.", cluster.id)))?;
    match (own.first, own.status) {
        (true, _) => Err(state(format!("Instance {name} is already the writer of cluster {}.", cluster.id))),
        (false, AVAILABLE) => Ok(own),
        (false, status) => Err(state(format!("Instance {name} is in {status} state."))),
    }
}
