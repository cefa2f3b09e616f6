//! Global: global clusters: shown, made, changed, taken apart.
//! Invariant: a region sees a global cluster if a member of it, or its making, was there; its view (`views`) follows
//! the truth (`globals`), at once where the change was made and a little later elsewhere.
//! Not here: which member writes (see `role`).
//! Used by: `rds`.

use super::{
    Due,
    event::News,
    find::{no_cluster, no_global, state},
    invalid,
    model::{AVAILABLE, FailoverState, Global, Hold, Member},
    params::{filters, flag, identifier, listing, required, tag_list, tags},
};
use crate::lab::world::{
    World, agenda, arn,
    call::{AwsFault, Call, Params, Reply, Tree},
};

impl World {
    /// AWS: DescribeGlobalClusters: in any member's region; each region's view may lag; the one filter is `region`.
    pub(super) fn describe_global_clusters(&self, call: &Call) -> Reply {
        let params = &call.params;
        let from = (call.region.clone(), String::new());
        let own = self.rds.views.range(from..).take_while(|((region, _), _)| *region == call.region);
        let mut seen: Vec<&Global> = own.map(|(_, global)| global).collect();
        if let Some(id) = params.text("GlobalClusterIdentifier") {
            seen.retain(|global| global.id.eq_ignore_ascii_case(id));
            if seen.is_empty() {
                return Err(no_global(id));
            }
        }
        for (_, regions) in filters(params, &["region"])? {
            seen.retain(|global| regions.iter().any(|region| global.is_in(region)));
        }
        listing(params, "GlobalClusters", "GlobalClusterMember", seen.into_iter().map(global_tree).collect())
    }

    /// AWS: CreateGlobalCluster: empty, or around a cluster that becomes its primary.
    pub(super) fn create_global_cluster(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = identifier(params, "GlobalClusterIdentifier")?;
        if self.rds.globals.contains_key(&id) {
            let message = format!("Global cluster {id} already exists");
            return Err(AwsFault::new(400, "GlobalClusterAlreadyExistsFault", message));
        }
        let global = match params.text("SourceDBClusterIdentifier") {
            Some(source) => self.global_around(call, &id, source)?,
            None => self.empty_global(params, &id)?,
        };
        for member in &global.members {
            if let Some(cluster) = self.rds.clusters.get_mut(&member.arn) {
                cluster.global = Some(id.clone());
            }
            self.rds.global_endpoints.insert(id.clone(), member.arn.clone());
        }
        self.rds.globals.insert(id.clone(), global);
        self.global_reply(&id, &call.region)
    }

    fn global_around(&mut self, call: &Call, id: &str, source: &str) -> Result<Global, AwsFault> {
        let taken = ["Engine", "EngineVersion", "DatabaseName", "StorageEncrypted"];
        if let Some(name) = taken.into_iter().find(|name| call.params.has(name)) {
            let message = format!("You can't specify {name} when SourceDBClusterIdentifier is specified.");
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        let cluster = self.rds.named_cluster(arn::region(source), source)?.clone();
        if cluster.global.is_some() || cluster.status != AVAILABLE {
            let message = format!("Cluster {} is part of a global cluster or is not available.", cluster.arn);
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        let member = Member { arn: cluster.arn, is_writer: true, synchronization: "connected" };
        Ok(Global {
            engine: cluster.engine,
            engine_version: cluster.engine_version,
            database: cluster.database,
            encrypted: cluster.encrypted,
            members: vec![member],
            ..self.new_global(&call.params, id)?
        })
    }

    fn empty_global(&mut self, params: &Params, id: &str) -> Result<Global, AwsFault> {
        let engine = required(params, "Engine")?;
        if !["aurora-mysql", "aurora-postgresql"].contains(&engine) {
            return Err(invalid(format!("Invalid DB engine: {engine}")));
        }
        Ok(Global {
            engine: engine.to_owned(),
            engine_version: params.text("EngineVersion").unwrap_or(super::ENGINE_VERSION).to_owned(),
            database: params.text("DatabaseName").map(str::to_owned),
            encrypted: flag(params, "StorageEncrypted")?.unwrap_or(false),
            ..self.new_global(params, id)?
        })
    }

    fn new_global(&mut self, params: &Params, id: &str) -> Result<Global, AwsFault> {
        let rng = &mut self.rds.rng;
        Ok(Global {
            id: id.to_owned(),
            arn: format!("arn:aws:rds::{}:global-cluster:{id}", self.rds.account),
            resource_id: format!("cluster-{}", rng.hex(16)),
            endpoint: format!("{id}.global-{}.global.rds.amazonaws.com", rng.hex(12)),
            status: AVAILABLE.to_owned(),
            deletion_protection: flag(params, "DeletionProtection")?.unwrap_or(false),
            tags: tags(params),
            ..Global::default()
        })
    }

    /// AWS: ModifyGlobalCluster: its name, protection and version.
    pub(super) fn modify_global_cluster(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = self.rds.named_global(required(params, "GlobalClusterIdentifier")?)?.id.clone();
        self.global_is_idle(&id)?;
        let protection = flag(params, "DeletionProtection")?;
        let version = params.text("EngineVersion").map(str::to_owned);
        let renamed = params.has("NewGlobalClusterIdentifier");
        let new = if renamed { identifier(params, "NewGlobalClusterIdentifier")? } else { id.clone() };
        if new != id && self.rds.globals.contains_key(&new) {
            let message = format!("Global cluster {new} already exists");
            return Err(AwsFault::new(400, "GlobalClusterAlreadyExistsFault", message));
        }
        if let Some(mut global) = self.rds.globals.remove(&id) {
            global.deletion_protection = protection.unwrap_or(global.deletion_protection);
            for member in &global.members {
                let Some(cluster) = self.rds.clusters.get_mut(&member.arn) else { continue };
                cluster.global = Some(new.clone());
                if let Some(version) = &version {
                    cluster.engine_version.clone_from(version);
                }
            }
            if let Some(version) = version {
                global.engine_version = version;
            }
            if new != id {
                self.rename_global(&mut global, &id, &new);
            }
            self.rds.globals.insert(new.clone(), global);
        }
        self.global_reply(&new, &call.region)
    }

    fn rename_global(&mut self, global: &mut Global, old: &str, new: &str) {
        global.id = new.to_owned();
        global.arn = format!("arn:aws:rds::{}:global-cluster:{new}", self.rds.account);
        global.endpoint = global.endpoint.replacen(old, new, 1);
        self.rds.views.retain(|(_, id), _| id != old);
        if let Some(writer) = self.rds.global_endpoints.remove(old) {
            self.rds.global_endpoints.insert(new.to_owned(), writer);
        }
    }

    /// AWS: DeleteGlobalCluster: only once no cluster is in it.
    pub(super) fn delete_global_cluster(&mut self, call: &Call) -> Reply {
        let global = self.rds.named_global(required(&call.params, "GlobalClusterIdentifier")?)?;
        if global.deletion_protection {
            let message =
                "Cannot delete protected Global Cluster, please disable deletion protection and try again.";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        if !global.members.is_empty() {
            return Err(state(format!("Global Cluster {} is not empty", global.arn)));
        }
        let id = global.id.clone();
        let mut gone = self.rds.globals.remove(&id).unwrap_or_default();
        gone.status = "deleting".to_owned();
        self.rds.global_endpoints.remove(&id);
        self.show_global(&id, &call.region);
        Ok(Tree::map([("GlobalCluster", Some(global_tree(&gone)))]))
    }

    /// AWS: RemoveFromGlobalCluster: a secondary is detached and becomes a cluster of its own that takes writes; the
    /// primary can only be the last to leave.
    pub(super) fn remove_from_global_cluster(&mut self, call: &Call) -> Reply {
        let global = self.rds.named_global(required(&call.params, "GlobalClusterIdentifier")?)?;
        let arn = required(&call.params, "DbClusterIdentifier")?.to_owned();
        let id = global.id.clone();
        let member = global
            .member(&arn)
            .ok_or_else(|| invalid(format!("Cluster {arn} is not found in global cluster {id}")))?;
        let (is_writer, alone) = (member.is_writer, global.members.len() == 1);
        let cluster = self.rds.clusters.get(&arn).ok_or_else(|| no_cluster(&arn))?;
        if is_writer && !alone {
            return Err(state(format!(
                "Cluster {arn} is the writer of global cluster {id}: remove the other clusters first."
            )));
        }
        if cluster.status != AVAILABLE {
            let message = format!("DB cluster {arn} is in {} state.", cluster.status);
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        if self.rds.running.contains_key(&id) {
            return Err(state(format!("Global cluster {id} is not in available state.")));
        }
        self.detach(&id, &arn, is_writer);
        self.global_reply(&id, &call.region)
    }

    /// Takes a cluster out; one that only read is promoted on its own.
    fn detach(&mut self, id: &str, arn: &str, was_writer: bool) {
        if let Some(global) = self.rds.globals.get_mut(id) {
            global.members.retain(|member| member.arn != arn);
        }
        if let Some(cluster) = self.rds.clusters.get_mut(arn) {
            cluster.global = None;
        }
        if was_writer {
            self.rds.global_endpoints.remove(id);
            return;
        }
        self.cut_off(arn);
        self.set_status(arn, "promoting");
        let takes = self.rds.settings.detach.draw(&mut self.rds.rng);
        self.settle_cluster(takes, arn, "promoting");
        self.note("cluster.detached", [("region", arn::region(arn).to_owned()), ("cluster", arn.to_owned())]);
    }

    /// A detached cluster takes writes.
    pub(super) fn end_detach(&mut self, arn: &str) {
        let hold = self.rds.clusters.get(arn).map(|cluster| cluster.hold);
        if !matches!(hold, None | Some(Hold::All)) {
            self.part_rows(arn);
        }
        self.open_writes(arn, true);
        let first = self.first_of(arn);
        self.announce(arn, News::in_cluster_completed(&first));
    }

    /// A cluster becomes a follower in a global cluster, if it can.
    pub(super) fn join(&mut self, id: &str, arn: &str) {
        let now = self.now;
        let Some(global) = self.rds.globals.get_mut(id) else { return };
        let is_writer = global.members.is_empty();
        global.members.push(Member { arn: arn.to_owned(), is_writer, synchronization: "connected" });
        let source = self.rds.clusters.get(global.writer()).map(|cluster| cluster.data);
        if let (Some(cluster), Some(data), false) = (self.rds.clusters.get_mut(arn), source, is_writer) {
            cluster.data = data;
            cluster.hold = Hold::Follows { since: now };
        }
        if is_writer {
            self.rds.global_endpoints.insert(id.to_owned(), arn.to_owned());
        }
        self.show_global(id, arn::region(arn));
    }

    pub(super) fn global_is_idle(&self, id: &str) -> Result<(), AwsFault> {
        match self.rds.running.contains_key(id) {
            true => Err(state(format!("Global cluster {id} is not in available state."))),
            false => Ok(()),
        }
    }

    fn global_reply(&mut self, id: &str, region: &str) -> Reply {
        self.show_global(id, region);
        let global = self.rds.globals.get(id).ok_or_else(|| no_global(id))?;
        Ok(Tree::map([("GlobalCluster", Some(global_tree(global)))]))
    }

    /// Lets the acting region see a global cluster at once, and the others a little later.
    pub(super) fn show_global(&mut self, id: &str, acting: &str) {
        let members = self.rds.globals.get(id).map(|global| global.members.clone()).unwrap_or_default();
        let of_members = members.iter().map(|member| arn::region(&member.arn).to_owned());
        let seen = self.rds.views.keys().filter(|(_, own)| own == id).map(|(region, _)| region.clone());
        let mut regions: Vec<String> = seen.chain(of_members).filter(|region| region != acting).collect();
        regions.sort();
        regions.dedup();
        for region in regions {
            let takes = self.rds.settings.seen.draw(&mut self.rds.rng);
            self.after(takes, agenda::Due::Rds(Due::Seen { region, global: id.to_owned() }));
        }
        self.see_global(acting, id);
    }

    /// A region sees a global cluster as it is, or that it is gone.
    pub(super) fn see_global(&mut self, region: &str, id: &str) {
        let key = (region.to_owned(), id.to_owned());
        match self.rds.globals.get(id) {
            Some(global) => self.rds.views.insert(key, global.clone()),
            None => self.rds.views.remove(&key),
        };
    }
}

/// As `DescribeGlobalClusters` answers it. The element of both lists is named `GlobalClusterMember`.
pub(super) fn global_tree(global: &Global) -> Tree {
    let failover = |state: &FailoverState| {
        Tree::map([
            ("Status", Tree::text(state.status)),
            ("FromDbClusterArn", Tree::text(&state.from)),
            ("ToDbClusterArn", Tree::text(&state.to)),
            ("IsDataLossAllowed", Some(Tree::Bool(state.data_loss_allowed))),
        ])
    };
    let members = global.members.iter().map(|member| member_tree(global, member));
    Tree::map([
        ("GlobalClusterIdentifier", Tree::text(&global.id)),
        ("GlobalClusterResourceId", Tree::text(&global.resource_id)),
        ("GlobalClusterArn", Tree::text(&global.arn)),
        ("Status", Tree::text(&global.status)),
        ("Engine", Tree::text(&global.engine)),
        ("EngineVersion", Tree::text(&global.engine_version)),
        ("EngineLifecycleSupport", Tree::text("open-source-rds-extended-support-disabled")),
        ("DatabaseName", global.database.as_ref().and_then(Tree::text)),
        ("StorageEncrypted", Some(Tree::Bool(global.encrypted))),
        ("DeletionProtection", Some(Tree::Bool(global.deletion_protection))),
        ("GlobalClusterMembers", Tree::list("GlobalClusterMember", members)),
        ("Endpoint", Tree::text(&global.endpoint)),
        ("FailoverState", global.failover.as_ref().map(failover)),
        ("TagList", Some(tag_list(&global.tags))),
    ])
}

/// AWS: GlobalClusterMember: the readers stand under the writer; write forwarding is a thing of secondaries.
fn member_tree(global: &Global, member: &Member) -> Tree {
    let others = global.members.iter().filter(|other| member.is_writer && !other.is_writer);
    Tree::map([
        ("DBClusterArn", Tree::text(&member.arn)),
        ("Readers", Tree::list("member", others.map(|other| Tree::Text(other.arn.clone())))),
        ("IsWriter", Some(Tree::Bool(member.is_writer))),
        ("GlobalWriteForwardingStatus", Tree::text("disabled").filter(|_| !member.is_writer)),
        ("SynchronizationStatus", Tree::text(member.synchronization)),
    ])
}
