//! Step: a role change of a global database goes on, from the request to the last member following again.
//! Invariant: a switchover loses nothing, a failover what was not replicated; a cancelled one changes nothing.
//! Not here: whether it may begin (see `role`).
//! Used by: `rds`.
//!
//! Steps of a switchover: verified, old writer read-only, roles flipped, finished. Of a failover: cut off from the
//! primary, old writer fenced, roles flipped, finished; then the other members are synchronised again.

use super::{
    Due,
    due::Step,
    event::News,
    model::{AVAILABLE, Cluster, Global, Hold},
    role::{RoleChange, working},
};
use crate::lab::world::{World, agenda, arn};

impl World {
    pub(super) fn step_role(&mut self, global: &str, operation: u64, step: Step) {
        if step == Step::Resynced {
            return self.end_resync(global);
        }
        let running = self.rds.running.get(global).filter(|running| running.number == operation);
        let Some(running) = running.cloned() else { return };
        let lost = self.rds.clusters.get(&running.from).is_some_and(|cluster| cluster.unreachable);
        if lost && !running.data_loss_allowed && !running.cancelled && step != Step::Finish {
            return self.cancel(global, &running);
        }
        match step {
            Step::Finish | Step::Resynced => self.finish_role_change(global, &running),
            _ if running.cancelled => {}
            Step::Begin => self.begin_role_change(global, &running),
            Step::Block => self.block_writes(&running),
            Step::Promote => self.promote(global, &running),
        }
        self.show_global(global, arn::region(&running.to));
    }

    fn begin_role_change(&mut self, global: &str, running: &RoleChange) {
        if let Some(state) = self.rds.globals.get_mut(global).and_then(|global| global.failover.as_mut()) {
            state.status = working(running.data_loss_allowed);
        }
        self.set_status(&running.from, "failing-over");
        self.set_status(&running.to, "promoting");
        if running.data_loss_allowed {
            for follower in self.followers(global) {
                self.cut_off(&follower);
            }
        } else {
            let lag = self.rds.lag(&running.to, self.now);
            self.announce(&running.from, News::waiting(lag));
        }
    }

    /// AWS: Aurora tries to block writes on the old writer, best effort: event 0390 or 0391, recorded at the old
    /// primary if it is reachable, else at the new one.
    fn block_writes(&mut self, running: &RoleChange) {
        let RoleChange { from, to, data_loss_allowed, .. } = running;
        let reachable = self.rds.clusters.get(from).is_some_and(|cluster| !cluster.unreachable);
        let blocked = reachable && !(*data_loss_allowed && self.rds.settings.fence_times_out);
        let news = self.rds.clusters.get(from).map(|from| News::writes_blocked(from, blocked));
        self.announce_first(if reachable { from } else { to }, news);
        if blocked {
            self.open_writes(from, false);
        }
        if !data_loss_allowed {
            let news = self.rds.clusters.get(from).map(News::old_primary_shut_down);
            self.announce_to_both(from, to, news);
            self.announce_first(from, Some(News::shut_down()));
            self.set_first_status(from, "rebooting");
        }
        self.set_first_status(to, "rebooting");
    }

    fn promote(&mut self, global: &str, running: &RoleChange) {
        let RoleChange { from, to, data_loss_allowed, .. } = running;
        self.open_writes(from, false);
        if *data_loss_allowed {
            self.leave_behind(global, to);
        } else {
            self.set_hold(from, Hold::Follows { since: self.now });
        }
        self.set_hold(to, Hold::All);
        if let Some(global) = self.rds.globals.get_mut(global) {
            for member in &mut global.members {
                member.is_writer = member.arn == *to;
                if *data_loss_allowed && !member.is_writer {
                    member.synchronization = "pending-resync";
                }
            }
        }
        let (old, new) = (arn::region(from).to_owned(), arn::region(to).to_owned());
        self.note("writer.moved", [("from", old), ("to", new), ("global", global.to_owned())]);
        self.set_first_status(to, AVAILABLE);
        self.open_writes(to, true);
        self.announce_promotion(running);
        let takes = self.rds.settings.endpoint_moved.draw(&mut self.rds.rng);
        self.after(takes, agenda::Due::Rds(Due::EndpointMoved { global: global.to_owned() }));
    }

    /// What the new primary of a failover had not got is lost; the others keep their volumes as they are until they
    /// are synchronised again.
    fn leave_behind(&mut self, global: &str, to: &str) {
        let (kept, lost) = self.lose_rows(to);
        let region = arn::region(to).to_owned();
        let with = [("region", region), ("last_kept", kept.to_string()), ("lost", lost.to_string())];
        self.note("rows.kept", with);
        let members = self.rds.globals.get(global).map(|global| global.members.clone()).unwrap_or_default();
        for member in members.iter().filter(|member| member.arn != to) {
            let Some(cluster) = self.rds.clusters.get(&member.arn) else { continue };
            let until = self.holds_until(cluster);
            self.set_hold(&member.arn, Hold::Old { until });
        }
    }

    fn announce_promotion(&mut self, running: &RoleChange) {
        let RoleChange { from, to, data_loss_allowed, .. } = running;
        let first = self.first_of(to);
        if *data_loss_allowed {
            self.announce(to, News::in_cluster_started(&first, true));
            self.announce_first(to, Some(News::shut_down()));
        } else {
            self.announce_both(from, to, News::new_primary_promoted);
        }
        self.announce_first(to, Some(News::restarted()));
        self.announce(to, News::in_cluster_completed(&first));
        self.announce_first(to, Some(News::topology()));
        if self.rds.settings.promoted_readers_restart {
            let readers = self.rds.clusters.get(to).map(|cluster| {
                cluster
                    .instances
                    .iter()
                    .filter(|own| !own.first)
                    .map(|own| own.id.clone())
                    .collect::<Vec<_>>()
            });
            for reader in readers.unwrap_or_default() {
                self.restart_instance(to, &reader);
            }
        }
    }

    fn finish_role_change(&mut self, global: &str, running: &RoleChange) {
        let RoleChange { from, to, data_loss_allowed, cancelled, .. } = running;
        self.rds.running.remove(global);
        if let Some(global) = self.rds.globals.get_mut(global) {
            global.failover = None;
            global.status = AVAILABLE.to_owned();
        }
        self.set_status(to, AVAILABLE);
        self.set_status(from, AVAILABLE);
        self.set_first_status(to, AVAILABLE);
        self.set_first_status(from, AVAILABLE);
        if *cancelled {
            self.open_writes(from, true);
            self.announce_both(from, to, |to| News::switchover(to, "is cancelled"));
            self.note("role_change.cancelled", [("from", from.clone()), ("to", to.clone())]);
            return;
        }
        if *data_loss_allowed {
            self.announce_about(to, News::failover_completed);
            self.begin_resync(global, running);
        } else {
            self.announce_both(from, to, |to| News::switchover(to, "finished"));
        }
        self.announce_first(from, Some(News::restarted()));
        let (old, new) = (arn::region(from).to_owned(), arn::region(to).to_owned());
        self.note("role_change.finished", [("from", old), ("to", new), ("global", global.to_owned())]);
    }

    /// AWS: a running switchover whose primary is lost is cancelled: both clusters return to what they were.
    fn cancel(&mut self, global: &str, running: &RoleChange) {
        if let Some(running) = self.rds.running.get_mut(global) {
            running.cancelled = true;
        }
        if let Some(state) = self.rds.globals.get_mut(global).and_then(|global| global.failover.as_mut()) {
            state.status = "cancelling";
        }
        self.show_global(global, arn::region(&running.to));
    }

    /// AWS: the old volume is kept as a system snapshot; the old primary rejoins on a new one.
    fn begin_resync(&mut self, global: &str, running: &RoleChange) {
        self.keep_old_volume(&running.from);
        for follower in self.followers(global) {
            self.announce_about(&follower, |cluster| News::resync(cluster, "Started"));
        }
        let takes = self.rds.settings.resync.draw(&mut self.rds.rng);
        let step = Due::Step { global: global.to_owned(), operation: running.number, step: Step::Resynced };
        self.after(takes, agenda::Due::Rds(step));
    }

    /// The members that a failover left behind have new volumes, filled from the new primary.
    fn end_resync(&mut self, id: &str) {
        let Some(global) = self.rds.globals.get_mut(id) else { return };
        let behind = global.members.iter_mut().filter(|member| member.synchronization != "connected");
        let behind: Vec<String> = behind
            .map(|member| {
                member.synchronization = "connected";
                member.arn.clone()
            })
            .collect();
        for arn in behind {
            // One that is lost stays behind until it is back.
            self.set_hold(&arn, Hold::Follows { since: self.now });
            self.announce_about(&arn, |cluster| News::resync(cluster, "Finished"));
            self.note(
                "resync.finished",
                [("region", arn::region(&arn).to_owned()), ("cluster", arn.clone())],
            );
            self.show_global(id, arn::region(&arn));
        }
    }

    pub(super) fn move_global_endpoint(&mut self, id: &str) {
        let Some(writer) = self.rds.globals.get(id).map(|global| global.writer().to_owned()) else { return };
        self.announce(&writer, News::endpoint_moved());
        self.rds.global_endpoints.insert(id.to_owned(), writer);
    }

    /// The members of a global cluster that do not write, by ARN.
    pub(super) fn followers(&self, global: &str) -> Vec<String> {
        let members = self.rds.globals.get(global).map(|global| global.members.iter());
        let follows = members.into_iter().flatten().filter(|member| !member.is_writer);
        follows.map(|member| member.arn.clone()).collect()
    }

    pub(super) fn set_status(&mut self, arn: &str, status: &'static str) {
        if let Some(cluster) = self.rds.clusters.get_mut(arn) {
            cluster.status = status;
        }
    }

    fn set_first_status(&mut self, arn: &str, status: &'static str) {
        let cluster = self.rds.clusters.get_mut(arn);
        if let Some(first) = cluster.and_then(|own| own.instances.iter_mut().find(|own| own.first)) {
            first.status = status;
        }
        self.measured(arn);
    }

    /// The name of the instance that writes, or would.
    pub(super) fn first_of(&self, arn: &str) -> String {
        let first = self.rds.clusters.get(arn).and_then(Cluster::first);
        first.map(|first| first.id.clone()).unwrap_or_default()
    }

    /// The global cluster of a cluster.
    pub(super) fn global_of(&self, cluster: &Cluster) -> Option<&Global> {
        self.rds.globals.get(cluster.global.as_ref()?)
    }

    /// True if the cluster is the writer of its global database, or has none.
    pub(super) fn is_primary(&self, cluster: &Cluster) -> bool {
        self.global_of(cluster).is_none_or(|global| global.writer() == cluster.arn)
    }

    /// Lets a cluster take writes, or no more, and tells the truth if that is new.
    pub(super) fn open_writes(&mut self, arn: &str, open: bool) {
        let cluster = self.rds.clusters.get_mut(arn).filter(|cluster| cluster.open != open);
        let Some(cluster) = cluster else { return };
        cluster.open = open;
        let with = [("region", cluster.region.clone()), ("cluster", cluster.id.clone())];
        self.note(if open { "writes.open" } else { "writes.blocked" }, with);
    }
}
