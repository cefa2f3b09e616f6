//! Zone: hosted zones and their records, as the API shows them.
//! Invariant: `records` is what the API shows, `live` what the name servers answer.
//! Not here: how records change (see `batch`), and when name servers learn of it (see `change`).
//! Used by: `route53`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    State, invalid, page_size,
    record::{Key, RecordSet},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params, Reply, Tree},
    dns::{DnsKind, NAME_SERVERS, name},
};

/// A public hosted zone.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Zone {
    pub(super) id: String,
    /// The apex, canonical.
    pub(in crate::lab) name: String,
    pub(super) caller_reference: String,
    pub(super) comment: String,
    pub(super) records: BTreeMap<Key, RecordSet>,
    pub(super) live: BTreeMap<Key, RecordSet>,
    /// When the last change will be in sync: a later one is never in sync before it.
    pub(super) settles: Timestamp,
    pub(super) tags: BTreeMap<String, String>,
}

impl Zone {
    fn tree(&self) -> Tree {
        Tree::map([
            ("Id", Tree::text(format!("/hostedzone/{}", self.id))),
            ("Name", Tree::text(&self.name)),
            ("CallerReference", Tree::text(&self.caller_reference)),
            (
                "Config",
                Some(Tree::map([
                    ("Comment", Tree::text(&self.comment)),
                    ("PrivateZone", Some(Tree::Bool(false))),
                ])),
            ),
            ("ResourceRecordSetCount", Some(count(self.records.len()))),
        ])
    }
}

impl State {
    /// The hosted zone that holds a canonical name: the longest of those above it.
    pub(in crate::lab) fn zone_above(&self, name: &str) -> Option<&Zone> {
        let above = self.zones.values().filter(|zone| name::is_within(name, &zone.name));
        above.max_by_key(|zone| zone.name.len())
    }

    /// The zone of a request, with or without the prefix that the API puts before its id.
    pub(super) fn zone(&self, id: Option<&str>) -> Result<&Zone, AwsFault> {
        let id = id.unwrap_or_default().trim_start_matches("/hostedzone/");
        let missing =
            || AwsFault::new(404, "NoSuchHostedZone", format!("No hosted zone found with ID: {id}"));
        self.zones.get(id).ok_or_else(missing)
    }
}

impl World {
    pub(super) fn list_zones(&self, params: &Params) -> Reply {
        let size = page_size(either(params, "MaxItems", "maxitems"), 100)?;
        let from = either(params, "Marker", "marker").unwrap_or_default();
        let mut zones = self.route53.zones.values().skip_while(|zone| zone.id.as_str() < from);
        let page: Vec<Tree> = zones.by_ref().take(size).map(Zone::tree).collect();
        let next = zones.next();
        Ok(Tree::map([
            ("HostedZones", Tree::list("HostedZone", page)),
            ("Marker", (!from.is_empty()).then(|| Tree::Text(from.to_owned()))),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextMarker", next.and_then(|zone| Tree::text(&zone.id))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn list_zones_by_name(&self, params: &Params) -> Reply {
        let size = page_size(either(params, "MaxItems", "maxitems"), 100)?;
        let from = either(params, "DNSName", "dnsname").map(name::canonical);
        let from_id = either(params, "HostedZoneId", "hostedzoneid");
        let mut zones: Vec<&Zone> = self.route53.zones.values().collect();
        zones.sort_by_cached_key(|zone| (name::reversed(&zone.name), zone.id.clone()));
        let before = |zone: &&&Zone| {
            let start = from.as_deref().map(|from| (name::reversed(from), from_id.unwrap_or_default()));
            start.is_some_and(|start| (name::reversed(&zone.name), zone.id.as_str()) < start)
        };
        let mut zones = zones.iter().skip_while(before);
        let page: Vec<Tree> = zones.by_ref().take(size).map(|zone| zone.tree()).collect();
        let next = zones.next();
        Ok(Tree::map([
            ("HostedZones", Tree::list("HostedZone", page)),
            ("DNSName", from.as_ref().and_then(Tree::text)),
            ("HostedZoneId", from_id.and_then(Tree::text)),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextDNSName", next.and_then(|zone| Tree::text(&zone.name))),
            ("NextHostedZoneId", next.and_then(|zone| Tree::text(&zone.id))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn count_zones(&self) -> Reply {
        Ok(Tree::map([("HostedZoneCount", Some(count(self.route53.zones.len())))]))
    }

    pub(super) fn get_zone(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(params.text("Id"))?;
        let servers =
            NAME_SERVERS.iter().map(|(server, _)| Tree::Text(server.trim_end_matches('.').to_owned()));
        Ok(Tree::map([
            ("HostedZone", Some(zone.tree())),
            ("DelegationSet", Some(Tree::map([("NameServers", Tree::list("NameServer", servers))]))),
        ]))
    }

    /// AWS: ListResourceRecordSets: ordered by name with its labels reversed, then by type; a start beyond the last
    /// record of a name begins at the next one.
    pub(super) fn list_records(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let size = page_size(either(params, "MaxItems", "maxitems"), 300)?;
        let name = either(params, "StartRecordName", "name");
        let kind = either(params, "StartRecordType", "type");
        let set = either(params, "StartRecordIdentifier", "identifier");
        if kind.is_some() && name.is_none() || set.is_some() && kind.is_none() {
            return Err(invalid("The type needs a name, and the identifier a type, to start from"));
        }
        let kind = kind.unwrap_or_default();
        let labels = name.map(|name| name::reversed(&name::canonical(name))).unwrap_or_default();
        let start = (labels, kind, set.map(str::to_owned));
        let before = |record: &&RecordSet| {
            let (labels, kind, set) = record.key();
            (labels, kind, set) < start
        };
        let mut records = zone.records.values().skip_while(before);
        let page: Vec<Tree> = records.by_ref().take(size).map(RecordSet::tree).collect();
        let next = records.next();
        Ok(Tree::map([
            ("ResourceRecordSets", Tree::list("ResourceRecordSet", page)),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextRecordName", next.and_then(|next| Tree::text(name::escaped(&next.name)))),
            ("NextRecordType", next.and_then(|next| Tree::text(next.kind.text()))),
            ("NextRecordIdentifier", next.and_then(|next| next.set.as_ref().and_then(Tree::text))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn test_answer(&mut self, params: &Params) -> Reply {
        let field = |long: &str, short: &str| either(params, long, short).map(str::to_owned);
        let zone = self.route53.zone(field("HostedZoneId", "hostedzoneid").as_deref())?.name.clone();
        let missing = |what: &str| invalid(format!("Missing {what}"));
        let asked = field("RecordName", "recordname").ok_or_else(|| missing("RecordName"))?;
        let kind = field("RecordType", "recordtype").ok_or_else(|| missing("RecordType"))?;
        let kind = DnsKind::parse(&kind).ok_or_else(|| invalid(format!("Invalid record type '{kind}'")))?;
        let asked = name::canonical(&asked);
        if !name::is_within(&asked, &zone) {
            return Err(invalid(format!("Record name '{asked}' is not within hosted zone '{zone}'")));
        }
        let answer = self.ask(&asked, kind);
        let data = answer.records.iter().map(|record| Tree::Text(record.data.text()));
        Ok(Tree::map([
            ("Nameserver", Tree::text(NAME_SERVERS[0].0.trim_end_matches('.'))),
            ("RecordName", Tree::text(name::escaped(&asked))),
            ("RecordType", Tree::text(kind.text())),
            ("RecordData", Tree::list("RecordDataEntry", data)),
            ("ResponseCode", Tree::text(answer.code.text())),
            ("Protocol", Tree::text("UDP")),
        ]))
    }
}

/// A parameter by the name that AWS's model has for it, or by the one that it has in a URL.
pub(super) fn either<'a>(params: &'a Params, member: &str, query: &str) -> Option<&'a str> {
    params.text(member).or_else(|| params.text(query))
}

fn count(number: usize) -> Tree {
    Tree::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
