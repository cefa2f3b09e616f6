//! Zone list: hosted zones and their records, as the API lists them.
//! Invariant: pure reading of what the API shows.
//! Not here: changes (see `zone_change`, `change`).
//! Used by: `route53`.

use super::{
    invalid, page_size,
    params::{count, either},
    record::RecordSet,
    zone::Zone,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params, Reply, Tree},
    dns::{DnsKind, name},
};

impl World {
    pub(super) fn list_zones(&self, params: &Params) -> Reply {
        let size = page_size(params, 100)?;
        let from = either(params, "Marker", "marker").unwrap_or_default();
        let set = either(params, "DelegationSetId", "delegationsetid");
        if let Some(set) = set {
            return Err(no_delegation_set(set));
        }
        let kind = either(params, "HostedZoneType", "hostedzonetype");
        let fits = |zone: &&Zone| kind != Some("PrivateHostedZone") || zone.private.is_some();
        let mut zones = self.route53.zones.values().filter(fits).skip_while(|zone| zone.id.as_str() < from);
        let page: Vec<Tree> = zones.by_ref().take(size).map(Zone::tree).collect();
        let next = zones.next();
        Ok(Tree::map([
            ("HostedZones", Tree::list("HostedZone", page)),
            ("Marker", Tree::text(from)),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextMarker", next.and_then(|zone| Tree::text(&zone.id))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn list_zones_by_name(&self, params: &Params) -> Reply {
        let size = page_size(params, 100)?;
        let from = either(params, "DNSName", "dnsname").map(name::canonical);
        let from_id = either(params, "HostedZoneId", "hostedzoneid");
        if from.is_none() && from_id.is_some() {
            return Err(invalid("The hosted zone id to start from needs a DNS name"));
        }
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

    pub(super) fn list_zones_by_vpc(&self, params: &Params) -> Reply {
        let missing = |what: &str| invalid(format!("Missing {what}"));
        let id = either(params, "VPCId", "vpcid").ok_or_else(|| missing("VPCId"))?;
        let region = either(params, "VPCRegion", "vpcregion").ok_or_else(|| missing("VPCRegion"))?;
        let size = page_size(params, 100)?;
        let from = either(params, "NextToken", "nexttoken").unwrap_or_default();
        let inside = |zone: &&Zone| {
            let mut vpcs = zone.private.iter().flatten();
            vpcs.any(|vpc| vpc.id == id && vpc.region == region)
        };
        let mut zones = self.route53.zones.values().filter(inside).skip_while(|zone| zone.id.as_str() < from);
        let summary = |zone: &Zone| {
            let owner = Tree::map([("OwningAccount", Tree::text(self.account()))]);
            Tree::map([
                ("HostedZoneId", Tree::text(&zone.id)),
                ("Name", Tree::text(name::escaped(&zone.name))),
                ("Owner", Some(owner)),
            ])
        };
        let page: Vec<Tree> = zones.by_ref().take(size).map(summary).collect();
        Ok(Tree::map([
            ("HostedZoneSummaries", Tree::list("HostedZoneSummary", page)),
            ("MaxItems", Tree::text(size.to_string())),
            ("NextToken", zones.next().and_then(|zone| Tree::text(&zone.id))),
        ]))
    }

    pub(super) fn count_zones(&self) -> Reply {
        Ok(Tree::map([("HostedZoneCount", Some(count(self.route53.zones.len())))]))
    }

    pub(super) fn get_zone(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(params.text("Id"))?;
        let vpcs = zone.private.as_ref().map(|vpcs| vpcs.iter().map(super::zone::Vpc::tree));
        Ok(Tree::map([
            ("HostedZone", Some(zone.tree())),
            ("DelegationSet", zone.private.is_none().then(|| zone.delegation_set())),
            ("VPCs", vpcs.and_then(|vpcs| Tree::list("VPC", vpcs))),
        ]))
    }

    /// AWS: ListResourceRecordSets: ordered by name with its labels reversed, then by type; a start beyond the last
    /// record of a name begins at the next one.
    pub(super) fn list_records(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let size = page_size(params, 300)?;
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

    /// AWS: TestDNSAnswer: the answer of one zone's own name servers, for a resolver in us-east-1 unless the call gives
    /// another; public zones only.
    pub(super) fn test_answer(&mut self, params: &Params) -> Reply {
        let field = |long: &str, short: &str| either(params, long, short);
        let missing = |what: &str| invalid(format!("Missing {what}"));
        let asked = field("RecordName", "recordname").ok_or_else(|| missing("RecordName"))?;
        let kind = field("RecordType", "recordtype").ok_or_else(|| missing("RecordType"))?;
        let kind = DnsKind::parse(kind).ok_or_else(|| invalid(format!("Invalid record type '{kind}'")))?;
        let address = |long: &str, short: &str| {
            let text = field(long, short);
            text.map(|text| text.parse().map_err(|_| invalid(format!("Invalid {long} '{text}'")))).transpose()
        };
        let resolver = address("ResolverIP", "resolverip")?;
        let client = address("EDNS0ClientSubnetIP", "edns0clientsubnetip")?;
        self.route53.turn += 1;
        let zone = self.route53.zone(field("HostedZoneId", "hostedzoneid"))?;
        let asked = name::canonical(asked);
        if zone.private.is_some() {
            return Err(invalid("TestDNSAnswer is not supported for private hosted zones"));
        }
        if !name::is_within(&asked, &zone.name) {
            return Err(invalid(format!("Record name '{asked}' is not within hosted zone '{}'", zone.name)));
        }
        let asker = match client.or(resolver) {
            Some(from) => self.route53.asker(Some(from)),
            None => self.route53.asker(None).at(super::place::Place::of_region("us-east-1")),
        };
        let answer = self.ask_zone(zone, &asked, kind, &asker);
        let data = answer.records.iter().map(|record| Tree::Text(record.data.text()));
        let server = zone.servers.first().map_or("", |server| server.trim_end_matches('.'));
        Ok(Tree::map([
            ("Nameserver", Tree::text(server)),
            ("RecordName", Tree::text(name::escaped(asked.trim_end_matches('.')))),
            ("RecordType", Tree::text(kind.text())),
            ("RecordData", Tree::list("RecordDataEntry", data)),
            ("ResponseCode", Tree::text(answer.code.text())),
            ("Protocol", Tree::text("UDP")),
        ]))
    }
}

/// The refusal of a delegation set: the world's account has made no reusable ones.
pub(super) fn no_delegation_set(id: &str) -> AwsFault {
    let id = id.trim_start_matches("/delegationset/");
    AwsFault::new(
        400,
        "NoSuchDelegationSet",
        format!("A reusable delegation set with the ID {id} does not exist."),
    )
}
