//! Change: records on their way from the API to the name servers.
//! Invariant: `sync_change` is the only one that makes a zone's `live` follow its `records`.
//! Not here: whether a batch may be applied (see `batch`), what the API shows of zones (see `zone_list`).
//! Used by: `route53`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    Due, State, batch,
    params::either,
    record::{Key, RecordSet},
};
use crate::{
    clock::later,
    lab::world::{
        World, agenda,
        call::{AwsFault, Params, Reply, Tree},
    },
};

/// A change on its way to the name servers.
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
    /// AWS: ChangeResourceRecordSets: all of a batch or nothing; PENDING until every name server has it; refused while
    /// the request before for the same zone is being processed.
    pub(super) fn change_records(&mut self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let id = zone.id.clone();
        if zone.busy > self.now {
            return Err(prior_request());
        }
        let edits = batch::parse(&params.list("ChangeBatch.Changes"))?;
        let records = self.batch_applied(&id, &edits)?;
        let processing = self.route53.settings.processing.draw(&mut self.route53.rng);
        let busy = later(self.now, processing);
        if let Some(zone) = self.route53.zones.get_mut(&id) {
            zone.records = records;
            zone.busy = busy;
        }
        let change = self.submit(&id, params.text("ChangeBatch.Comment"));
        Ok(Tree::map([("ChangeInfo", Some(change))]))
    }

    /// Sends a zone, as it now is, to the name servers.
    pub(super) fn submit(&mut self, zone: &str, comment: Option<&str>) -> Tree {
        let State { rng, zones, changes, settings, .. } = &mut self.route53;
        let takes = settings.in_sync.draw(rng);
        let mut settles = later(self.now, takes);
        let mut pending = BTreeMap::new();
        if let Some(zone) = zones.get_mut(zone) {
            settles = settles.max(zone.settles);
            zone.settles = settles;
            pending = zone.records.clone();
        }
        let change = Change {
            id: format!("C{}", rng.hex(20).to_uppercase()),
            submitted: self.now,
            comment: comment.map(str::to_owned),
            zone: zone.to_owned(),
            pending: Some(pending),
        };
        let (id, shown) = (change.id.clone(), change.tree());
        changes.insert(id.clone(), change);
        self.at(settles, agenda::Due::Route53(Due::InSync { change: id }));
        shown
    }

    pub(super) fn get_change(&self, params: &Params) -> Reply {
        let id = params.text("Id").unwrap_or_default().trim_start_matches('/').trim_start_matches("change/");
        let missing =
            || AwsFault::new(404, "NoSuchChange", format!("A change with the id {id} does not exist."));
        let change = self.route53.changes.get(id).ok_or_else(missing)?;
        Ok(Tree::map([("ChangeInfo", Some(change.tree()))]))
    }

    /// The name servers have the change: they answer by it from now on.
    pub(super) fn sync_change(&mut self, id: &str) {
        let State { zones, changes, .. } = &mut self.route53;
        let Some(change) = changes.get_mut(id) else { return };
        let own = change.zone.clone();
        let mut is_new = false;
        if let (Some(records), Some(zone)) = (change.pending.take(), zones.get_mut(&own)) {
            is_new = zone.live.is_empty();
            zone.live = records;
        }
        self.watch_new_targets();
        match is_new {
            true => self.all_names_moved(),
            false => self.names_moved(&BTreeSet::from([own])),
        }
    }
}

/// AWS: PriorRequestNotComplete.
fn prior_request() -> AwsFault {
    let message = "The request was rejected because Route 53 was still processing a prior request.";
    AwsFault::new(400, "PriorRequestNotComplete", message)
}
