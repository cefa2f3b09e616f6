//! Zone: hosted zones: what they are, and which of them answers for a name.
//! Invariant: `records` is what the API shows, `live` what the name servers answer; `by_name` knows every public zone.
//! Not here: how records change (see `batch`), and when name servers learn of it (see `change`), the API (see
//! `zone_list`, `zone_change`).
//! Used by: `route53`, `dns::authority`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;

use super::{
    State,
    params::count,
    record::{Key, RecordSet},
};
use crate::lab::world::{
    call::{AwsFault, Tree},
    dns::{DnsData, DnsKind, DnsRecord, NAME_SERVERS, aws_head, name},
    rng::Rng,
};

/// A network that a private zone answers in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Vpc {
    pub(super) region: String,
    pub(super) id: String,
}

impl Vpc {
    pub(super) fn tree(&self) -> Tree {
        Tree::map([("VPCRegion", Tree::text(&self.region)), ("VPCId", Tree::text(&self.id))])
    }
}

/// A hosted zone.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Zone {
    pub(super) id: String,
    /// The apex, canonical.
    pub(in crate::lab) name: String,
    pub(super) caller_reference: String,
    pub(super) comment: String,
    /// The networks of a private zone; `None` for a public one.
    pub(super) private: Option<Vec<Vpc>>,
    /// The names of its four name servers, canonical.
    pub(super) servers: Vec<String>,
    /// AWS's AcceleratedRecoveryStatus; empty until it has been asked for once.
    pub(super) recovery: &'static str,
    pub(super) records: BTreeMap<Key, RecordSet>,
    pub(super) live: BTreeMap<Key, RecordSet>,
    /// When the last change will be in sync: a later one is never in sync before it.
    pub(super) settles: Timestamp,
    /// Until when the last request for it is being processed.
    pub(super) busy: Timestamp,
    pub(super) tags: BTreeMap<String, String>,
}

impl Zone {
    /// As the API shows it.
    pub(super) fn tree(&self) -> Tree {
        let comment = (!self.comment.is_empty()).then(|| Tree::Text(self.comment.clone()));
        let config =
            Tree::map([("Comment", comment), ("PrivateZone", Some(Tree::Bool(self.private.is_some())))]);
        let features = (!self.recovery.is_empty())
            .then(|| Tree::map([("AcceleratedRecoveryStatus", Tree::text(self.recovery))]));
        Tree::map([
            ("Id", Tree::text(format!("/hostedzone/{}", self.id))),
            ("Name", Tree::text(name::escaped(&self.name))),
            ("CallerReference", Tree::text(&self.caller_reference)),
            ("Config", Some(config)),
            ("ResourceRecordSetCount", Some(count(self.records.len()))),
            ("Features", features),
        ])
    }

    /// Its name servers, as the API shows them.
    pub(super) fn delegation_set(&self) -> Tree {
        let servers = self.servers.iter().map(|server| Tree::Text(server.trim_end_matches('.').to_owned()));
        Tree::map([("NameServers", Tree::list("NameServer", servers))])
    }

    /// The SOA and NS records that AWS makes with a zone.
    pub(super) fn head_records(name: &str, servers: &[String]) -> [RecordSet; 2] {
        let first = servers.first().map_or("", String::as_str);
        let head = DnsData::Soa(crate::lab::world::dns::Soa { server: first.to_owned(), ..aws_head(86_400) });
        [
            RecordSet::plain(name, DnsKind::Ns, 172_800, servers),
            RecordSet::plain(name, DnsKind::Soa, 900, &[head.text()]),
        ]
    }
}

impl State {
    /// The public hosted zone whose name servers a resolver finds for a canonical name: the nearest one above it to
    /// which each zone further up delegates. Of two zones of one name the older one is the delegated one.
    pub(in crate::lab) fn zone_above(&self, name: &str) -> Option<&Zone> {
        let mut above: Vec<&Zone> = Vec::new();
        let mut at = name;
        while !at.is_empty() {
            let ids = self.by_name.get(at).and_then(|ids| ids.first());
            // A zone that the name servers have not got yet answers nothing.
            above.extend(ids.and_then(|id| self.zones.get(id)).filter(|zone| !zone.live.is_empty()));
            at = at.split_once('.').map_or("", |(_, rest)| rest);
        }
        let mut down = above.into_iter().rev();
        let mut zone = down.next()?;
        for next in down {
            let servers = delegation(zone, &next.name).unwrap_or_default();
            let leads = |record: &DnsRecord| match &record.data {
                DnsData::Ns(server) => next.servers.contains(server),
                _ => false,
            };
            if !servers.iter().any(leads) {
                break;
            }
            zone = next;
        }
        Some(zone)
    }

    /// The zone of a request, with or without the prefix that the API puts before its id.
    pub(super) fn zone(&self, id: Option<&str>) -> Result<&Zone, AwsFault> {
        let id = id.unwrap_or_default().trim_start_matches('/').trim_start_matches("hostedzone/");
        let missing =
            || AwsFault::new(404, "NoSuchHostedZone", format!("No hosted zone found with ID: {id}"));
        self.zones.get(id).ok_or_else(missing)
    }

    /// Adds a zone, and makes it findable.
    pub(super) fn add_zone(&mut self, zone: Zone) {
        if zone.private.is_none() {
            self.by_name.entry(zone.name.clone()).or_default().push(zone.id.clone());
            for (at, server) in zone.servers.iter().enumerate() {
                if let Some((_, address)) = NAME_SERVERS.get(at) {
                    self.servers.insert(server.clone(), *address);
                }
            }
        }
        self.zones.insert(zone.id.clone(), zone);
    }

    /// Takes a zone away.
    pub(super) fn remove_zone(&mut self, id: &str) {
        let Some(zone) = self.zones.remove(id) else { return };
        self.leads.remove(id);
        if let Some(ids) = self.by_name.get_mut(&zone.name) {
            ids.retain(|own| own != id);
        }
        self.by_name.retain(|_, ids| !ids.is_empty());
        if zone.private.is_none() {
            self.servers.retain(|server, _| !zone.servers.contains(server));
        }
    }

    /// The name servers of all zones, with their addresses.
    pub(in crate::lab) fn name_servers(&self) -> impl Iterator<Item = (&str, Ipv4Addr)> {
        let first = NAME_SERVERS.iter().map(|(server, address)| (*server, *address));
        first.chain(self.servers.iter().map(|(server, address)| (server.as_str(), *address)))
    }
}

/// The names of four name servers for a new zone: one under each of four endings, as AWS gives them.
pub(super) fn new_servers(rng: &mut Rng) -> Vec<String> {
    let ends = [("com", 0), ("net", 512), ("org", 1024), ("co.uk", 1536)];
    let server =
        |(end, from): (&str, u64)| format!("ns-{}.awsdns-{:02}.{end}.", from + rng.below(512), rng.below(64));
    ends.map(server).to_vec()
}

/// The record sets of a name and type, as the name servers have them.
pub(super) fn sets<'a>(zone: &'a Zone, name: &str, kind: DnsKind) -> impl Iterator<Item = &'a RecordSet> {
    let labels = name::reversed(name);
    let from = (labels.clone(), kind.text(), None);
    zone.live
        .range(from..)
        .take_while(move |((own, text, _), _)| *own == labels && *text == kind.text())
        .map(|(_, set)| set)
}

/// The NS records of the highest name from `name` upwards, below the apex, that is delegated to other name servers.
pub(super) fn delegation(zone: &Zone, name: &str) -> Option<Vec<DnsRecord>> {
    let mut at = name;
    let mut found = None;
    while at != zone.name && name::is_within(at, &zone.name) {
        let servers = sets(zone, at, DnsKind::Ns).flat_map(|set| {
            let record = |data| DnsRecord { name: set.name.clone(), ttl: set.ttl.unwrap_or(0), data };
            set.data().into_iter().map(record)
        });
        let servers: Vec<DnsRecord> = servers.collect();
        if !servers.is_empty() {
            found = Some(servers);
        }
        at = at.split_once('.').map_or("", |(_, above)| above);
    }
    found
}
