//! Change: records on their way from the API to the name servers.
//! Invariant: `sync_change` is the only one that makes a zone's `live` follow its `records`.
//! Not here: whether a batch may be applied (see `batch`), what the API shows of zones (see `zone`).
//! Used by: `route53`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Due, State, batch,
    record::{Key, RecordSet},
    timing,
    zone::either,
};
use crate::{
    clock::later,
    lab::world::{
        World, agenda,
        call::{AwsFault, Params, Reply, Tree},
    },
};

/// A change of records on its way to the name servers.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Change {
    id: String,
    submitted: Timestamp,
    comment: Option<String>,
    zone: String,
    /// The zone's records with the change; none once it is in sync.
    pending: Option<BTreeMap<Key, RecordSet>>,
}

impl Change {
    fn tree(&self) -> Tree {
        Tree::map([
            ("Id", Tree::text(format!("/change/{}", self.id))),
            ("Status", Tree::text(if self.pending.is_some() { "PENDING" } else { "INSYNC" })),
            ("SubmittedAt", Some(Tree::Time(self.submitted))),
            ("Comment", self.comment.as_ref().and_then(Tree::text)),
        ])
    }
}

impl World {
    /// AWS: ChangeResourceRecordSets: all of a batch or nothing; PENDING until every name server has it.
    pub(super) fn change_records(&mut self, params: &Params) -> Reply {
        let id = self.route53.zone(either(params, "Id", "HostedZoneId"))?.id.clone();
        let edits = batch::parse(&params.list("ChangeBatch.Changes"))?;
        let records = self.batch_applied(&id, &edits)?;
        let (low, high) = timing::IN_SYNC;
        let takes = self.route53.rng.between(low, high);
        let now = self.now;
        let Some(zone) = self.route53.zones.get_mut(&id) else {
            return Err(AwsFault::new(
                404,
                "NoSuchHostedZone",
                format!("No hosted zone found with ID: {id}"),
            ));
        };
        zone.records = records.clone();
        zone.settles = later(now, takes).max(zone.settles);
        let settles = zone.settles;
        let change = Change {
            id: format!("C{}", self.route53.rng.hex(20).to_uppercase()),
            submitted: now,
            comment: params.text("ChangeBatch.Comment").map(str::to_owned),
            zone: id,
            pending: Some(records),
        };
        let answer = Tree::map([("ChangeInfo", Some(change.tree()))]);
        self.at(settles, agenda::Due::Route53(Due::InSync { change: change.id.clone() }));
        self.route53.changes.insert(change.id.clone(), change);
        Ok(answer)
    }

    pub(super) fn get_change(&self, params: &Params) -> Reply {
        let id = params.text("Id").unwrap_or_default().trim_start_matches("/change/");
        let missing =
            || AwsFault::new(404, "NoSuchChange", format!("A change with the id {id} does not exist."));
        let change = self.route53.changes.get(id).ok_or_else(missing)?;
        Ok(Tree::map([("ChangeInfo", Some(change.tree()))]))
    }

    /// The name servers have the change: they answer by it from now on.
    pub(super) fn sync_change(&mut self, id: &str) {
        let State { zones, changes, .. } = &mut self.route53;
        let Some(change) = changes.get_mut(id) else { return };
        if let (Some(records), Some(zone)) = (change.pending.take(), zones.get_mut(&change.zone)) {
            zone.live = records;
        }
        self.watch_new_targets();
        self.note_answers();
    }
}
