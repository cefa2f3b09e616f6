//! Tag: tags of every resource of this service, by ARN.
//! Invariant: a resource keeps its tags with itself; one of another region is not there.
//! Used by: `rds`.

use super::{
    State,
    find::{no_cluster, no_global, no_instance},
    invalid,
    lifecycle::nothing,
    model::Tags,
    params::{required, tag_list, tags},
};
use crate::lab::world::{
    World, arn,
    call::{AwsFault, Call, Reply, Tree},
};

impl World {
    pub(super) fn list_database_tags(&mut self, call: &Call) -> Reply {
        let tags = self.rds.tags_of(call)?;
        Ok(Tree::map([("TagList", Some(tag_list(tags)))]))
    }

    pub(super) fn add_database_tags(&mut self, call: &Call) -> Reply {
        let more = tags(&call.params);
        if more.is_empty() {
            return Err(invalid("The request must contain the parameter Tags"));
        }
        if let Some(key) = more.keys().find(|key| key.starts_with("aws:")) {
            return Err(invalid(format!("Tag key {key} is reserved for AWS use.")));
        }
        self.rds.tags_of(call)?.extend(more);
        self.show_tagged(call);
        nothing()
    }

    pub(super) fn remove_database_tags(&mut self, call: &Call) -> Reply {
        let keys = call.params.texts("TagKeys");
        self.rds.tags_of(call)?.retain(|key, _| !keys.contains(key));
        self.show_tagged(call);
        nothing()
    }

    /// A global cluster's tags are part of what the regions see of it.
    fn show_tagged(&mut self, call: &Call) {
        let arn = call.params.text("ResourceName").unwrap_or_default();
        if let Some((_, id)) = arn.split_once(":global-cluster:") {
            self.show_global(id, &call.region);
        }
    }
}

impl State {
    /// The tags of the resource that a request names.
    fn tags_of(&mut self, call: &Call) -> Result<&mut Tags, AwsFault> {
        let arn = required(&call.params, "ResourceName")?.to_owned();
        let region = arn::region(&arn).to_owned();
        let kind = arn.split(':').nth(5).unwrap_or_default();
        let name = arn.splitn(7, ':').nth(6).unwrap_or_default().to_owned();
        let here = region == call.region || region.is_empty();
        let key = (region, name.clone());
        let found = match kind {
            _ if !here => None,
            "global-cluster" => self.globals.get_mut(&name).map(|own| &mut own.tags),
            "cluster" => self.clusters.get_mut(&arn).map(|own| &mut own.tags),
            "db" => {
                let home = self.homes.get(&arn).cloned().unwrap_or_default();
                let own = self.clusters.get_mut(&home).and_then(|cluster| cluster.instance_mut(&name));
                own.map(|own| &mut own.tags)
            }
            "cluster-pg" => self.cluster_groups.get_mut(&key).map(|own| &mut own.tags),
            "pg" => self.instance_groups.get_mut(&key).map(|own| &mut own.tags),
            "subgrp" => self.subnet_groups.get_mut(&key).map(|own| &mut own.tags),
            "cluster-snapshot" => self.snapshots.get_mut(&arn).map(|own| &mut own.tags),
            _ => None,
        };
        found.ok_or_else(|| missing(kind, &arn))
    }
}

fn missing(kind: &str, arn: &str) -> AwsFault {
    match kind {
        "global-cluster" => no_global(arn),
        "cluster" => no_cluster(arn),
        "db" => no_instance(arn),
        "cluster-snapshot" => {
            AwsFault::new(404, "DBSnapshotNotFound", format!("DBClusterSnapshot {arn} not found."))
        }
        _ => invalid(format!("Invalid resource name: {arn}")),
    }
}
