//! Choose: which record sets of a name and type Route 53 answers with, by their health and their routing.
//! Invariant: pure; goes by what was published to the name servers, never by what the API shows.
//! Not here: the records of what was chosen (see `answer`).
//! Used by: `answer`.

use super::{
    geo::Location,
    place::{Asker, Place, distance},
    record::{Alias, RecordSet},
    routing::Routing,
    zone::{Zone, sets},
};
use crate::lab::world::{World, dns::DnsKind};

/// AWS: Developer Guide, multivalue answer routing: up to eight healthy records.
const MULTI_VALUE_LIMIT: usize = 8;

/// How far aliases within a zone may lead.
pub(super) const ALIAS_DEPTH: u8 = 8;

impl World {
    /// The record sets that are answered. AWS: Developer Guide, "How Route 53 chooses records when health checking is
    /// configured": among the healthy ones; where none is healthy, all are treated as healthy.
    pub(super) fn chosen<'a>(
        &self,
        zone: &'a Zone,
        name: &str,
        kind: DnsKind,
        asker: &Asker,
    ) -> Vec<&'a RecordSet> {
        let sets: Vec<&RecordSet> = sets(zone, name, kind).collect();
        let Some(first) = sets.first() else { return Vec::new() };
        // A single record is answered whatever its health.
        if sets.len() == 1 && !matches!(first.routing, Routing::Geo(_)) {
            return sets;
        }
        let healthy = |set: &&&RecordSet| self.is_healthy(zone, set, ALIAS_DEPTH);
        let well: Vec<&RecordSet> = sets.iter().filter(healthy).copied().collect();
        match &first.routing {
            Routing::Simple => sets,
            Routing::Primary | Routing::Secondary => failover(&sets, &well),
            Routing::Weighted(_) => weighted(&sets, &well, asker),
            Routing::Latency(_) => nearest(pool(&sets, &well), asker),
            Routing::Near(_) => nearest(pool(&sets, &well), asker),
            Routing::Geo(_) => located(&sets, &well, &asker.place),
            Routing::MultiValue => several(pool(&sets, &well), asker),
        }
    }

    /// AWS: Developer Guide, complex configurations: with both a health check and EvaluateTargetHealth, both must
    /// pass. A set with neither is always healthy.
    fn is_healthy(&self, zone: &Zone, set: &RecordSet, depth: u8) -> bool {
        let checked = set.health_check.as_ref().is_none_or(|id| self.route53.is_published_healthy(id));
        let target = set.alias.as_ref().filter(|alias| alias.evaluate);
        checked && target.is_none_or(|alias| self.target_is_healthy(zone, alias, set.kind, depth))
    }

    /// AWS: the same page: an alias of other records in the zone is healthy if at least one of those is.
    fn target_is_healthy(&self, zone: &Zone, alias: &Alias, kind: DnsKind, depth: u8) -> bool {
        if alias.zone != zone.id {
            return self.route53.targets.get(&alias.name).is_none_or(|target| target.published);
        }
        depth == 0 || sets(zone, &alias.name, kind).any(|set| self.is_healthy(zone, set, depth - 1))
    }
}

/// The healthy ones, or all where there is none.
fn pool<'a, 'b>(all: &'b [&'a RecordSet], well: &'b [&'a RecordSet]) -> &'b [&'a RecordSet] {
    if well.is_empty() { all } else { well }
}

/// AWS: failover routing: the primary if it is healthy, else the secondary if that is, else the primary.
fn failover<'a>(all: &[&'a RecordSet], well: &[&'a RecordSet]) -> Vec<&'a RecordSet> {
    let primary = |sets: &[&'a RecordSet]| sets.iter().copied().find(|set| set.routing == Routing::Primary);
    let chosen = primary(well).or_else(|| well.first().copied()).or_else(|| primary(all));
    chosen.or_else(|| all.first().copied()).into_iter().collect()
}

/// AWS: weighted routing: by the share of the weights. Those with a weight are considered first; if all of them are
/// unhealthy, those without; if all are, those with a weight again. Where all weights are zero, all are equal.
fn weighted<'a>(all: &[&'a RecordSet], well: &[&'a RecordSet], asker: &Asker) -> Vec<&'a RecordSet> {
    let weight = |set: &RecordSet| match set.routing {
        Routing::Weighted(weight) => u64::from(weight),
        _ => 0,
    };
    let having = |sets: &[&'a RecordSet]| -> Vec<&'a RecordSet> {
        sets.iter().copied().filter(|set| weight(set) > 0).collect()
    };
    let pools = [having(well), well.to_vec(), having(all), all.to_vec()];
    let Some(pool) = pools.into_iter().find(|pool| !pool.is_empty()) else { return Vec::new() };
    let total: u64 = pool.iter().map(|set| weight(set)).sum();
    if total == 0 {
        let at = usize::try_from(asker.chance(pool.len() as u64)).unwrap_or(0);
        return pool.get(at).copied().into_iter().collect();
    }
    let mut left = asker.chance(total);
    let chosen = pool.into_iter().find(|set| {
        let here = left < weight(set);
        left = left.saturating_sub(weight(set));
        here
    });
    chosen.into_iter().collect()
}

/// AWS: latency and geoproximity routing: the one that is nearest to who asks. AWS measures latencies; here the distance
/// over the ground stands for them. A positive bias of geoproximity makes a record nearer, a negative one farther:
/// distance × (1 - bias/100), distance ÷ (1 + bias/100).
fn nearest<'a>(pool: &[&'a RecordSet], asker: &Asker) -> Vec<&'a RecordSet> {
    let away = |set: &RecordSet| match &set.routing {
        Routing::Latency(region) => distance(asker.place.at, Place::of_region(region).at),
        Routing::Near(near) => {
            let bias = f64::from(near.bias) / 100.0;
            let plain = distance(asker.place.at, near.at());
            if bias < 0.0 { plain / (1.0 + bias) } else { plain * (1.0 - bias) }
        }
        _ => f64::INFINITY,
    };
    pool.iter().copied().min_by(|one, two| away(one).total_cmp(&away(two))).into_iter().collect()
}

/// AWS: geolocation routing: the smallest place that holds who asks and is healthy: the part of the country, the country,
/// the continent, everywhere; if none of them is healthy, the smallest. Without any of them there is no answer.
fn located<'a>(all: &[&'a RecordSet], well: &[&'a RecordSet], place: &Place) -> Vec<&'a RecordSet> {
    let country = |part: Option<&String>| Location::Country(place.country.clone(), part.cloned());
    let part = place.subdivision.as_ref();
    let mut places =
        vec![country(part), country(None), Location::Continent(place.continent.clone()), Location::Default];
    places.dedup();
    let here = |sets: &[&'a RecordSet]| {
        let at = |place: &Location| {
            sets.iter().copied().find(|set| matches!(&set.routing, Routing::Geo(own) if own == place))
        };
        places.iter().find_map(at)
    };
    here(well).or_else(|| here(all)).into_iter().collect()
}

/// AWS: multivalue answer routing: up to eight at random.
fn several<'a>(pool: &[&'a RecordSet], asker: &Asker) -> Vec<&'a RecordSet> {
    let from = usize::try_from(asker.chance(pool.len() as u64)).unwrap_or(0);
    pool.iter().cycle().skip(from).take(pool.len().min(MULTI_VALUE_LIMIT)).copied().collect()
}
