//! Answer: what a hosted zone's name servers hold of a name, and where that leads.
//! Invariant: pure reading; goes by what was published to the name servers, never by what the API shows.
//! Not here: which record sets are chosen (see `choose`), other zones and recursion (see `dns`).
//! Used by: `dns::authority`, and `route53` to tell the truth where each failover name leads.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    choose::ALIAS_DEPTH,
    place::Asker,
    record::RecordSet,
    routing::Routing,
    zone::{Zone, delegation},
};
use crate::lab::world::{
    World,
    dns::{DnsData, DnsKind, DnsRecord, Held, name, region},
};

/// The region that each failover name leads to, by name and type.
pub(super) type Leads = BTreeMap<(String, &'static str), String>;

impl World {
    /// What a name of a hosted zone holds of a type, as its name servers see it now.
    pub(in crate::lab) fn zone_holds(&self, zone: &Zone, name: &str, kind: DnsKind, asker: &Asker) -> Held {
        if let Some(servers) = delegation(zone, name) {
            return Held::Elsewhere(servers);
        }
        let Some(owner) = owner(zone, name) else { return Held::NoName };
        // RFC 8482: a name server may answer ANY with one of the record sets that there are.
        let kinds: Vec<DnsKind> = match kind {
            DnsKind::Any => DnsKind::all().collect(),
            kind => vec![kind, DnsKind::Cname],
        };
        let found = kinds.into_iter().find_map(|kind| {
            let chosen = self.chosen(zone, &owner, kind, asker);
            (!chosen.is_empty()).then_some((chosen, kind))
        });
        let (chosen, kind) = found.unwrap_or((Vec::new(), kind));
        let records: Vec<DnsRecord> = chosen
            .into_iter()
            .flat_map(|set| self.records_of(zone, set, (name, kind), asker, ALIAS_DEPTH))
            .collect();
        if records.is_empty() { Held::NoData } else { Held::Records(records) }
    }

    /// The records of a chosen set. An alias answers with its target's records, under its own name and with the
    /// target's TTL (AWS: Developer Guide, values for alias records).
    fn records_of(
        &self,
        zone: &Zone,
        set: &RecordSet,
        (name, kind): (&str, DnsKind),
        asker: &Asker,
        depth: u8,
    ) -> Vec<DnsRecord> {
        let record = |ttl, data| DnsRecord { name: name.to_owned(), ttl, data };
        match &set.alias {
            None => set.data().into_iter().map(|data| record(set.ttl.unwrap_or(0), data)).collect(),
            Some(_) if depth == 0 => Vec::new(),
            Some(alias) if alias.zone == zone.id => {
                let Some(owner) = owner(zone, &alias.name) else { return Vec::new() };
                let chosen = self.chosen(zone, &owner, kind, asker).into_iter();
                chosen.flat_map(|set| self.records_of(zone, set, (name, kind), asker, depth - 1)).collect()
            }
            Some(alias) => {
                let target = self.ask_as(&alias.name, kind, asker).records.into_iter();
                target.map(|target| record(target.ttl, target.data)).collect()
            }
        }
    }

    /// Tells the truth each failover name of some zones that leads elsewhere than before.
    pub(super) fn note_answers(&mut self, zones: &BTreeSet<String>) {
        for id in zones {
            let leads = self.leads(id);
            let before = self.route53.leads.remove(id).unwrap_or_default();
            for ((name, kind), region) in &leads {
                let was = before.get(&(name.clone(), *kind)).cloned();
                if was.as_ref() != Some(region) {
                    let with = [
                        ("name", name.trim_end_matches('.').to_owned()),
                        ("type", (*kind).to_owned()),
                        ("region", region.clone()),
                        ("was", was.unwrap_or_default()),
                    ];
                    self.note("dns.answer", with);
                }
            }
            self.route53.leads.insert(id.clone(), leads);
        }
    }

    /// Where each failover name of a public zone leads now.
    pub(super) fn leads(&self, zone: &str) -> Leads {
        let asker = self.route53.asker(None);
        let zone = self.route53.zones.get(zone).filter(|zone| zone.private.is_none());
        let primaries = zone.into_iter().flat_map(|zone| {
            let primaries = zone.live.values().filter(|set| set.routing == Routing::Primary);
            primaries.map(move |set| (zone, set))
        });
        let lead = |(zone, set): (&Zone, &RecordSet)| {
            let chosen = self.chosen(zone, &set.name, set.kind, &asker);
            let region = self.region_of(chosen.first()?);
            Some(((set.name.clone(), set.kind.text()), region))
        };
        primaries.filter_map(lead).collect()
    }

    /// The region that a record set leads to, or its own words where it leads to none.
    fn region_of(&self, set: &RecordSet) -> String {
        let of_alias = set.alias.as_ref().and_then(|alias| region::region_in(&alias.name));
        let of_values = || {
            let target = |data: DnsData| match data {
                DnsData::A(address) => vec![address],
                DnsData::Cname(target) => self.ask(&target, DnsKind::A).addresses(),
                _ => Vec::new(),
            };
            let mut addresses = set.data().into_iter().flat_map(target);
            addresses.find_map(|address| self.region_of_address(address))
        };
        let own_words =
            || set.alias.as_ref().map_or_else(|| set.values.join(" "), |alias| alias.name.clone());
        of_alias.map(|region| region.code).or_else(of_values).map_or_else(own_words, str::to_owned)
    }
}

/// The name whose records answer for `name`: its own, or a wildcard's; `None` if there is no such name.
/// A name between others exists without records of its own, and keeps wildcards above it away (RFC 4592).
fn owner(zone: &Zone, name: &str) -> Option<String> {
    if exists(zone, name) {
        return Some(name.to_owned());
    }
    let mut below = name;
    while let Some((_, parent)) =
        below.split_once('.').filter(|(_, parent)| name::is_within(parent, &zone.name))
    {
        let wildcard = format!("*.{parent}");
        if exists(zone, &wildcard) {
            return Some(wildcard);
        }
        if exists(zone, parent) {
            return None;
        }
        below = parent;
    }
    None
}

/// True if the name or one below it has records.
fn exists(zone: &Zone, name: &str) -> bool {
    let labels = name::reversed(name);
    let first = zone.live.range((labels.clone(), "", None)..).next();
    first.is_some_and(|((own, ..), _)| own.starts_with(&labels))
}
