//! Role: whether the writer of a global database may move to another region, planned or not.
//! Invariant: one role change of a global database at a time; a refused one leaves no trace.
//! Not here: how it goes on (see `step`), failover within a cluster (see `in_cluster`).
//! Used by: `rds`.

use std::time::Duration;

use super::{
    Due,
    due::Step,
    event::News,
    find::{no_cluster, state},
    global::global_tree,
    model::{AVAILABLE, FailoverState, Global},
    params::{flag, required},
};
use crate::lab::world::{
    World, agenda, arn,
    call::{AwsFault, Call, Reply, Tree},
};

/// A role change under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleChange {
    pub(super) number: u64,
    /// The old primary, by ARN.
    pub(super) from: String,
    /// The new one.
    pub(super) to: String,
    pub(super) data_loss_allowed: bool,
    /// True once it is to end as if it had not begun.
    pub(super) cancelled: bool,
}

impl World {
    /// AWS: SwitchoverGlobalCluster: called in the region of the current primary.
    pub(super) fn switch_over_global(&mut self, call: &Call) -> Reply {
        self.change_role(call, false)
    }

    /// AWS: FailoverGlobalCluster: without AllowDataLoss it is a switchover; with it, called in the target's region.
    pub(super) fn fail_over_global(&mut self, call: &Call) -> Reply {
        let (loss, switchover) = (flag(&call.params, "AllowDataLoss")?, flag(&call.params, "Switchover")?);
        if loss.is_some() && switchover.is_some() {
            let message = "AllowDataLoss and Switchover cannot be specified together";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        self.change_role(call, loss == Some(true))
    }

    fn change_role(&mut self, call: &Call, data_loss_allowed: bool) -> Reply {
        let (id, from, to) = self.role_change_allowed(call, data_loss_allowed)?;
        self.rds.operations += 1;
        let number = self.rds.operations;
        let failover =
            FailoverState { status: "pending", from: from.clone(), to: to.clone(), data_loss_allowed };
        if let Some(global) = self.rds.globals.get_mut(&id) {
            global.failover = Some(failover);
            global.status = working(data_loss_allowed).to_owned();
        }
        let running =
            RoleChange { number, from: from.clone(), to: to.clone(), data_loss_allowed, cancelled: false };
        self.rds.running.insert(id.clone(), running);
        if !data_loss_allowed {
            self.announce_both(&from, &to, |to| News::switchover(to, "started"));
        }
        self.plan_steps(&id, number, data_loss_allowed);
        self.show_global(&id, &call.region);
        let global = self.rds.globals.get(&id).map(global_tree);
        Ok(Tree::map([("GlobalCluster", global)]))
    }

    /// Puts every step of a role change on the agenda, by one draw of how long it takes in all.
    fn plan_steps(&mut self, global: &str, operation: u64, data_loss_allowed: bool) {
        let settings = self.rds.settings.clone();
        let rng = &mut self.rds.rng;
        let whole = if data_loss_allowed { settings.failover } else { settings.switchover }.draw(rng);
        let begin = settings.pending.draw(rng);
        let block = match data_loss_allowed {
            true => begin + settings.fenced.draw(rng),
            false => share(whole, settings.blocked_percent).max(begin),
        };
        let promote = share(whole, settings.promoted_percent).max(block);
        let steps = [
            (begin, Step::Begin),
            (block, Step::Block),
            (promote, Step::Promote),
            (whole.max(promote), Step::Finish),
        ];
        for (after, step) in steps {
            let global = global.to_owned();
            self.after(after, agenda::Due::Rds(Due::Step { global, operation, step }));
        }
    }

    /// The global cluster, and from where to where its writer is to move, if that is allowed now and here.
    fn role_change_allowed(
        &self,
        call: &Call,
        data_loss_allowed: bool,
    ) -> Result<(String, String, String), AwsFault> {
        let id = required(&call.params, "GlobalClusterIdentifier")?;
        let global = self.rds.named_global(id)?;
        let target = required(&call.params, "TargetDbClusterIdentifier")?;
        let member = global.member(target).ok_or_else(|| no_cluster(target))?;
        if self.rds.running.contains_key(&global.id) || global.status != AVAILABLE {
            return Err(state(format!("Global cluster {id} is in {} state.", global.status)));
        }
        if global.members.iter().any(|member| member.synchronization != "connected") {
            return Err(state(format!("Global cluster {id} has a member that is still being synchronized.")));
        }
        if member.is_writer {
            let message = format!("DB cluster {target} is already the primary of global cluster {id}.");
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        self.members_are_fit(global, target, data_loss_allowed)?;
        let home = arn::region(if data_loss_allowed { target } else { global.writer() });
        if call.region != home {
            return Err(state(format!(
                "The operation for global cluster {id} must be called in Region {home}, not in {}.",
                call.region
            )));
        }
        Ok((global.id.clone(), global.writer().to_owned(), target.to_owned()))
    }

    /// AWS: both clusters available for a switchover, the target alone for a failover; the same engine version; the
    /// target has an instance.
    fn members_are_fit(&self, global: &Global, target: &str, data_loss: bool) -> Result<(), AwsFault> {
        let refuse = |message: String| Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        let asked = global.members.iter().filter(|member| !data_loss || member.arn == target);
        for cluster in asked.filter_map(|member| self.rds.clusters.get(&member.arn)) {
            if cluster.status != AVAILABLE {
                return refuse(format!("DB cluster {} is in {} state.", cluster.arn, cluster.status));
            }
            if cluster.unreachable {
                return refuse(format!("DB cluster {} is not reachable.", cluster.arn));
            }
        }
        let version = |arn: &str| self.rds.clusters.get(arn).map(|cluster| cluster.engine_version.clone());
        let (old, new) = (version(global.writer()), version(target));
        if old != new {
            return refuse(format!(
                "DB cluster {target} has engine version {} and the primary has {}: they must be the same.",
                new.unwrap_or_default(),
                old.unwrap_or_default()
            ));
        }
        match self.rds.clusters.get(target) {
            Some(cluster) if cluster.instances.is_empty() => {
                refuse(format!("DB cluster {target} has no DB instance."))
            }
            Some(_) => Ok(()),
            None => Err(no_cluster(target)),
        }
    }
}

/// What a global cluster's status says during a role change.
pub(super) fn working(data_loss_allowed: bool) -> &'static str {
    if data_loss_allowed { "failing-over" } else { "switching-over" }
}

/// So many hundredths of a duration.
fn share(whole: Duration, percent: u32) -> Duration {
    whole / 100 * percent.min(100)
}
