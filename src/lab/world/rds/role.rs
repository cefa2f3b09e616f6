//! Role: the writer of the global database moves to the other region, planned or not.
//! Invariant: one role change at a time; a switchover loses nothing, a failover what was not replicated.
//! Not here: failover within a cluster (see `in_cluster`).
//! Used by: `rds`.
//!
//! Steps of a switchover: verified, old writer read-only, roles flipped, finished. Of a failover: cut off from the
//! primary, old writer fenced, roles flipped, finished; then the old primary is synchronised again.

use std::time::Duration;

use super::{Due, due::Step, event, model::FailoverState, params::required, timing};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Reply, Tree},
};

/// A role change under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleChange {
    number: u64,
    from: String,
    to: String,
    data_loss_allowed: bool,
}

impl World {
    /// AWS: SwitchoverGlobalCluster: called in the region of the current primary.
    pub(super) fn switch_over_global(&mut self, call: &Call) -> Reply {
        self.change_role(call, false)
    }

    /// AWS: FailoverGlobalCluster: without AllowDataLoss it is a switchover; with it, called in the target's region.
    pub(super) fn fail_over_global(&mut self, call: &Call) -> Reply {
        let flag = |name: &str| call.params.text(name) == Some("true");
        if flag("AllowDataLoss") && flag("Switchover") {
            let message = "AllowDataLoss and Switchover cannot be specified together";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        self.change_role(call, flag("AllowDataLoss"))
    }

    fn change_role(&mut self, call: &Call, data_loss_allowed: bool) -> Reply {
        let (from, to) = self.role_change_allowed(call, data_loss_allowed)?;
        self.rds.operations += 1;
        let number = self.rds.operations;
        let arn = |region: &str| self.rds.cluster(region).map(|cluster| cluster.arn()).unwrap_or_default();
        let failover = FailoverState { status: "pending", from: arn(&from), to: arn(&to), data_loss_allowed };
        self.rds.global.failover = Some(failover);
        let status = if data_loss_allowed { "failing-over" } else { "switching-over" };
        self.rds.global.status = status.to_owned();
        self.rds.operation = Some(RoleChange { number, from, to: to.clone(), data_loss_allowed });
        if !data_loss_allowed {
            self.announce(&to, event::Id::SwitchoverStarted);
        }
        self.plan_steps(number, data_loss_allowed);
        self.show_global(&call.region);
        Ok(Tree::map([("GlobalCluster", Some(self.rds.global.tree()))]))
    }

    /// Puts every step of a role change on the agenda, by one draw of how long it takes in all.
    fn plan_steps(&mut self, operation: u64, data_loss_allowed: bool) {
        let rng = &mut self.rds.rng;
        let (low, high) = if data_loss_allowed { timing::FAILOVER } else { timing::SWITCHOVER };
        let whole = rng.between(low, high);
        let begin = rng.between(timing::PENDING.0, timing::PENDING.1);
        let block = match data_loss_allowed {
            true => begin + rng.between(timing::FENCED.0, timing::FENCED.1),
            // The share of the time before the old writer stops is not published.
            false => share(whole, 45).max(begin),
        };
        let promote = share(whole, 85).max(block);
        for (after, step) in
            [(begin, Step::Begin), (block, Step::Block), (promote, Step::Promote), (whole, Step::Finish)]
        {
            self.after(after, agenda::Due::Rds(Due::Step { operation, step }));
        }
    }

    /// From where to where the writer is to move, if that is allowed now and here.
    fn role_change_allowed(
        &self,
        call: &Call,
        data_loss_allowed: bool,
    ) -> Result<(String, String), AwsFault> {
        let global = &self.rds.global;
        let id = required(&call.params, "GlobalClusterIdentifier")?;
        if !global.id.eq_ignore_ascii_case(id) {
            let message = format!("Global cluster {id} not found.");
            return Err(AwsFault::new(404, "GlobalClusterNotFoundFault", message));
        }
        let target = required(&call.params, "TargetDbClusterIdentifier")?;
        let member = global.members.iter().find(|member| member.arn == target);
        let member = member.ok_or_else(|| {
            let message = format!("DBCluster {target} not found in global cluster {id}; the target is the full ARN of a secondary cluster.");
            AwsFault::new(404, "DBClusterNotFoundFault", message)
        })?;
        let writer = global.writer();
        let resyncing = global.members.iter().any(|member| member.synchronization != "connected");
        let state = |message: String| AwsFault::new(400, "InvalidGlobalClusterStateFault", message);
        if global.status != "available" || self.rds.operation.is_some() {
            return Err(state(format!("Global cluster {id} is in {} state.", global.status)));
        }
        if resyncing {
            return Err(state(format!("Global cluster {id} has a member that is still being synchronized.")));
        }
        let busy = self.rds.clusters.iter().find(|cluster| cluster.status != "available");
        if let Some(busy) = busy {
            let message = format!("DB cluster {} is in {} state.", busy.arn(), busy.status);
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        if member.is_writer {
            let message = format!("DB cluster {target} is already the primary of global cluster {id}.");
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        let home = if data_loss_allowed { member.region.as_str() } else { writer };
        if call.region != home {
            return Err(state(format!(
                "The operation for global cluster {id} must be called in Region {home}, not in {}.",
                call.region
            )));
        }
        Ok((writer.to_owned(), member.region.clone()))
    }

    pub(super) fn step_role(&mut self, operation: u64, step: Step) {
        if step == Step::Resynced {
            return self.end_resync();
        }
        let Some(running) = self.rds.operation.clone().filter(|running| running.number == operation) else {
            return;
        };
        match step {
            Step::Begin => self.begin_role_change(&running),
            Step::Block => self.block_writes(&running),
            Step::Promote => self.promote(&running),
            Step::Finish | Step::Resynced => self.finish_role_change(&running),
        }
    }

    fn begin_role_change(&mut self, running: &RoleChange) {
        let status = if running.data_loss_allowed { "failing-over" } else { "switching-over" };
        if let Some(state) = &mut self.rds.global.failover {
            state.status = status;
        }
        self.set_status(&running.from, "failing-over");
        self.set_status(&running.to, "promoting");
        if running.data_loss_allowed {
            self.cut_replication();
        }
        self.show_global(&running.to);
    }

    fn block_writes(&mut self, running: &RoleChange) {
        self.open_writes(&running.from, false);
        match running.data_loss_allowed {
            true => self.announce(&running.from, event::Id::WritesBlocked),
            false => {
                self.announce(&running.from, event::Id::OldPrimaryShutDown);
                self.announce(&running.to, event::Id::WaitingForSynchronization);
            }
        }
    }

    fn promote(&mut self, running: &RoleChange) {
        if running.data_loss_allowed {
            let (kept, lost) = self.lose_rows();
            let with =
                [("region", running.to.clone()), ("last_kept", kept.to_string()), ("lost", lost.to_string())];
            self.note("rows.kept", with);
        } else {
            self.resume_replication();
        }
        for member in &mut self.rds.global.members {
            member.is_writer = member.region == running.to;
            if running.data_loss_allowed && !member.is_writer {
                member.synchronization = "pending-resync";
            }
        }
        self.note("writer.moved", [("from", running.from.clone()), ("to", running.to.clone())]);
        self.open_writes(&running.to, true);
        self.announce(&running.to, event::Id::NewPrimaryPromoted);
        let (low, high) = timing::ENDPOINT_MOVED;
        let takes = self.rds.rng.between(low, high);
        self.after(takes, agenda::Due::Rds(Due::EndpointMoved));
        self.show_global(&running.to);
    }

    fn finish_role_change(&mut self, running: &RoleChange) {
        self.rds.operation = None;
        self.rds.global.failover = None;
        self.rds.global.status = "available".to_owned();
        self.set_status(&running.to, "available");
        self.set_status(&running.from, "available");
        if running.data_loss_allowed {
            self.announce(&running.to, event::Id::FailoverCompleted);
            self.announce(&running.from, event::Id::ResyncStarted);
            let (low, high) = timing::RESYNC;
            let takes = self.rds.rng.between(low, high);
            let step = Due::Step { operation: running.number, step: Step::Resynced };
            self.after(takes, agenda::Due::Rds(step));
        } else {
            self.announce(&running.to, event::Id::SwitchoverFinished);
        }
        self.note("role_change.finished", [("from", running.from.clone()), ("to", running.to.clone())]);
        self.show_global(&running.to);
    }

    /// The old primary has a new volume, filled from the new primary.
    fn end_resync(&mut self) {
        let behind = self.rds.global.members.iter_mut().find(|member| member.synchronization != "connected");
        let Some(member) = behind else { return };
        member.synchronization = "connected";
        let region = member.region.clone();
        self.resume_replication();
        self.announce(&region, event::Id::ResyncFinished);
        self.show_global(&region);
    }

    pub(super) fn move_global_endpoint(&mut self) {
        let writer = self.rds.global.writer().to_owned();
        self.announce(&writer, event::Id::GlobalEndpointMoved);
        self.rds.global_endpoint = writer;
    }

    fn set_status(&mut self, region: &str, status: &'static str) {
        if let Some(cluster) = self.rds.cluster_mut(region) {
            cluster.status = status;
        }
    }

    /// Lets a region's cluster take writes, or no more, and tells the truth if that is new.
    pub(super) fn open_writes(&mut self, region: &str, open: bool) {
        let Some(cluster) = self.rds.cluster_mut(region).filter(|cluster| cluster.open != open) else {
            return;
        };
        cluster.open = open;
        self.note(if open { "writes.open" } else { "writes.blocked" }, [("region", region.to_owned())]);
    }
}

/// So many hundredths of a duration.
fn share(whole: Duration, percent: u32) -> Duration {
    whole / 100 * percent
}
