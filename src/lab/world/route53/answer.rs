//! Answer: which of its records Route 53 answers with, by their health.
//! Invariant: pure reading; goes by what was published to the name servers, never by what the API shows.
//! Not here: other zones and recursion (see `dns`).
//! Used by: `dns::authority`, and `route53` to tell the truth where each failover name leads.

use std::collections::BTreeMap;

use super::{
    record::{Alias, RecordSet, Routing},
    zone::Zone,
};
use crate::lab::world::{
    World,
    dns::{DnsData, DnsKind, DnsRecord, Held, name},
    reference,
};

/// AWS: Developer Guide, multivalue answer routing: up to eight healthy records.
const MULTI_VALUE_LIMIT: usize = 8;

/// How far aliases within a zone may lead.
const ALIAS_DEPTH: u8 = 8;

impl World {
    /// What a name of a hosted zone holds of a type, as its name servers see it now.
    pub(in crate::lab) fn zone_holds(&self, zone: &Zone, name: &str, kind: DnsKind) -> Held {
        let Some(owner) = owner(zone, name) else { return Held::NoName };
        let mut chosen = self.chosen(zone, &owner, kind);
        if chosen.is_empty() {
            chosen = self.chosen(zone, &owner, DnsKind::Cname);
        }
        let records: Vec<DnsRecord> =
            chosen.into_iter().flat_map(|set| self.records_of(zone, set, name, kind, ALIAS_DEPTH)).collect();
        if records.is_empty() { Held::NoData } else { Held::Records(records) }
    }

    /// The record sets that are answered. AWS: Developer Guide, "How Route 53 chooses records when health checking is
    /// configured": among the healthy ones; where none is healthy, all are treated as healthy.
    fn chosen<'a>(&self, zone: &'a Zone, name: &str, kind: DnsKind) -> Vec<&'a RecordSet> {
        let sets: Vec<&RecordSet> = sets(zone, name, kind).collect();
        let mut pool: Vec<&RecordSet> =
            sets.iter().copied().filter(|set| self.is_healthy(zone, set, ALIAS_DEPTH)).collect();
        if pool.is_empty() {
            pool = sets;
        }
        match pool.first().map(|set| set.routing) {
            None => Vec::new(),
            Some(Routing::Simple) => pool,
            Some(Routing::Primary | Routing::Secondary) => {
                let primary = pool.iter().position(|set| set.routing == Routing::Primary);
                vec![pool[primary.unwrap_or(0)]]
            }
            Some(Routing::Weighted(_)) => self.weighted(&pool).into_iter().collect(),
            Some(Routing::MultiValue) => pool.into_iter().take(MULTI_VALUE_LIMIT).collect(),
        }
    }

    /// Each set as often in a round of answers as its weight says. AWS: weighted routing: a weight of zero is never
    /// chosen unless all are zero, and then all are equal.
    fn weighted<'a>(&self, pool: &[&'a RecordSet]) -> Option<&'a RecordSet> {
        let weight = |set: &RecordSet| match set.routing {
            Routing::Weighted(weight) => u64::from(weight),
            _ => 0,
        };
        let total: u64 = pool.iter().map(|set| weight(set)).sum();
        if total == 0 {
            let at = self.route53.turn % pool.len().max(1) as u64;
            return pool.get(usize::try_from(at).ok()?).copied();
        }
        let mut left = self.route53.turn % total;
        pool.iter().copied().find(|set| {
            let here = left < weight(set);
            left = left.saturating_sub(weight(set));
            here
        })
    }

    /// AWS: Developer Guide, complex configurations: with both a health check and EvaluateTargetHealth, both must
    /// pass. A set with neither is always healthy.
    fn is_healthy(&self, zone: &Zone, set: &RecordSet, depth: u8) -> bool {
        let checked = set.health_check.as_ref().is_none_or(|id| self.route53.is_published_healthy(id));
        let target = set.alias.as_ref().filter(|alias| alias.evaluate);
        checked && target.is_none_or(|alias| self.target_is_healthy(zone, alias, set.kind, depth))
    }

    fn target_is_healthy(&self, zone: &Zone, alias: &Alias, kind: DnsKind, depth: u8) -> bool {
        if alias.zone != zone.id {
            return self.route53.targets.get(&alias.name).is_none_or(|target| target.published);
        }
        depth == 0 || sets(zone, &alias.name, kind).any(|set| self.is_healthy(zone, set, depth - 1))
    }

    /// The records of a chosen set. An alias answers with its target's records, under its own name and with the
    /// target's TTL (AWS: Developer Guide, values for alias records).
    fn records_of(
        &self,
        zone: &Zone,
        set: &RecordSet,
        name: &str,
        kind: DnsKind,
        depth: u8,
    ) -> Vec<DnsRecord> {
        let record = |ttl, data| DnsRecord { name: name.to_owned(), ttl, data };
        match &set.alias {
            None => set.data().into_iter().map(|data| record(set.ttl.unwrap_or(0), data)).collect(),
            Some(_) if depth == 0 => Vec::new(),
            Some(alias) if alias.zone == zone.id => self
                .chosen(zone, &alias.name, kind)
                .into_iter()
                .flat_map(|target| self.records_of(zone, target, name, kind, depth - 1))
                .collect(),
            Some(alias) => self
                .ask(&alias.name, kind)
                .records
                .into_iter()
                .map(|target| record(target.ttl, target.data))
                .collect(),
        }
    }

    /// Tells the truth each failover name that leads elsewhere than before.
    pub(super) fn note_answers(&mut self) {
        let leads = self.leads();
        for ((name, kind), region) in &leads {
            let was = self.route53.leads.get(&(name.clone(), *kind)).cloned();
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
        self.route53.leads = leads;
    }

    /// Where each failover name leads now.
    pub(super) fn leads(&self) -> BTreeMap<(String, &'static str), String> {
        let zones = self.route53.zones.values();
        let failover = zones.flat_map(|zone| {
            let pairs = zone.live.values().filter(|set| set.routing == Routing::Primary);
            pairs.map(move |set| (zone, set))
        });
        failover
            .filter_map(|(zone, set)| {
                let chosen = self.chosen(zone, &set.name, set.kind);
                let region = self.region_of(chosen.first()?);
                Some(((set.name.clone(), set.kind.text()), region))
            })
            .collect()
    }

    /// The region that a record set leads to, or its own words where it leads to none.
    fn region_of(&self, set: &RecordSet) -> String {
        let of_alias = set.alias.as_ref().and_then(|alias| {
            let home = |region: &&reference::Region| alias.name.contains(&format!(".{}.", region.code));
            reference::REGIONS.iter().find(home)
        });
        let of_values = || {
            let target = |data: DnsData| match data {
                DnsData::A(address) => vec![address],
                DnsData::Cname(target) => self.ask(&target, DnsKind::A).addresses(),
                _ => Vec::new(),
            };
            let addresses: Vec<_> = set.data().into_iter().flat_map(target).collect();
            reference::REGIONS.iter().find(|region| region.balancer.iter().any(|own| addresses.contains(own)))
        };
        let own_words =
            || set.alias.as_ref().map_or_else(|| set.values.join(" "), |alias| alias.name.clone());
        of_alias.or_else(of_values).map_or_else(own_words, |region| region.code.to_owned())
    }
}

/// The record sets of a name and type, as the name servers have them.
fn sets<'a>(zone: &'a Zone, name: &str, kind: DnsKind) -> impl Iterator<Item = &'a RecordSet> {
    let labels = name::reversed(name);
    let from = (labels.clone(), kind.text(), None);
    zone.live
        .range(from..)
        .take_while(move |((own, text, _), _)| *own == labels && *text == kind.text())
        .map(|(_, set)| set)
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
