//! Batch: whether a batch of changes may be applied to a zone, and what the zone is then.
//! Invariant: all of a batch or nothing; every objection at once, in AWS's form `[first, second]`.
//! Not here: when name servers learn of it (see `change`).
//! Used by: `change`.

use std::collections::BTreeMap;

use super::{
    invalid,
    record::{Key, RecordSet, Routing},
    zone::Zone,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params},
    dns::{DnsKind, name},
    reference,
};

/// What is to be done with a record set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Delete,
    Upsert,
}

/// One entry of a batch.
pub(super) type Edit = (Action, RecordSet);

/// Read from a request's `Changes`.
pub(super) fn parse(changes: &[Params]) -> Result<Vec<Edit>, AwsFault> {
    if changes.is_empty() {
        return Err(invalid("A change batch needs at least one change"));
    }
    let edits: Result<Vec<Edit>, AwsFault> = changes.iter().map(edit).collect();
    let edits = edits?;
    // AWS: Route 53 quotas: 1,000 values and 32,000 characters of them per batch; an UPSERT counts twice.
    let weight = |action: Action| if action == Action::Upsert { 2 } else { 1 };
    let values: usize = edits.iter().map(|(action, set)| weight(*action) * set.values.len().max(1)).sum();
    let length = |set: &RecordSet| set.values.iter().map(String::len).sum::<usize>();
    let characters: usize = edits.iter().map(|(action, set)| weight(*action) * length(set)).sum();
    match (values, characters) {
        (..=1000, ..=32_000) => Ok(edits),
        (..=1000, _) => Err(refused(&["Number of characters limit of 32000 exceeded.".to_owned()])),
        _ => Err(refused(&["Number of records limit of 1000 exceeded.".to_owned()])),
    }
}

fn edit(change: &Params) -> Result<Edit, AwsFault> {
    let action = match change.text("Action") {
        Some("CREATE") => Action::Create,
        Some("DELETE") => Action::Delete,
        Some("UPSERT") => Action::Upsert,
        other => return Err(invalid(format!("Invalid action '{}'", other.unwrap_or_default()))),
    };
    RecordSet::parse(&change.below("ResourceRecordSet")).map(|set| (action, set)).map_err(invalid)
}

fn refused(objections: &[String]) -> AwsFault {
    AwsFault::new(400, "InvalidChangeBatch", format!("[{}]", objections.join(", ")))
}

impl World {
    /// The zone's records with the batch applied.
    pub(super) fn batch_applied(
        &self,
        zone: &str,
        edits: &[Edit],
    ) -> Result<BTreeMap<Key, RecordSet>, AwsFault> {
        let zone = self.route53.zone(Some(zone))?;
        let checks = edits.iter().filter(|(action, _)| *action != Action::Delete);
        for id in checks.filter_map(|(_, set)| set.health_check.as_ref()) {
            self.route53.check(id)?;
        }
        let mut records = zone.records.clone();
        let mut objections = Vec::new();
        for (action, set) in edits {
            let objection = place_objection(zone, set).or_else(|| apply(&mut records, *action, set));
            objections.extend(objection);
        }
        if objections.is_empty() {
            let touched = edits.iter().filter(|(action, _)| *action != Action::Delete);
            objections.extend(touched.filter_map(|(_, set)| self.target_objection(zone, &records, set)));
            objections.extend(whole_objections(zone, &records));
        }
        if objections.is_empty() { Ok(records) } else { Err(refused(&objections)) }
    }

    /// What is wrong with where an alias points, seen from the zone as it will be.
    fn target_objection(
        &self,
        zone: &Zone,
        records: &BTreeMap<Key, RecordSet>,
        set: &RecordSet,
    ) -> Option<String> {
        let alias = set.alias.as_ref()?;
        let told = format!(
            "Tried to create an alias that targets {}, type {} in zone {}",
            alias.name,
            set.kind.text(),
            alias.zone
        );
        if alias.zone == zone.id {
            let found = records.values().any(|other| other.name == alias.name && other.kind == set.kind);
            return (!found).then(|| format!("{told}, but that target was not found"));
        }
        let target = alias.name.trim_end_matches('.');
        let homes = |region: &&reference::Region| {
            [region.balancer_zone, region.beanstalk_zone].contains(&alias.zone.as_str())
        };
        let home = reference::REGIONS.iter().find(homes);
        let lies_within = home.is_some_and(|region| {
            let ending = match alias.zone == region.balancer_zone {
                true => format!(".{}.elb.amazonaws.com", region.code),
                false => format!(".{}.elasticbeanstalk.com", region.code),
            };
            target.ends_with(&ending)
        });
        (!lies_within)
            .then(|| format!("{told}, but the alias target name does not lie within the target zone"))
    }
}

/// What is wrong with where a record set is to stand.
fn place_objection(zone: &Zone, set: &RecordSet) -> Option<String> {
    let name = name::escaped(&set.name);
    if !name::is_within(&set.name, &zone.name) {
        return Some(format!("RRSet with DNS name {name} is not permitted in zone {}", zone.name));
    }
    (set.kind == DnsKind::Cname && set.name == zone.name).then(|| {
        format!("RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {}", zone.name)
    })
}

/// Applies one edit; what is wrong with it otherwise.
fn apply(records: &mut BTreeMap<Key, RecordSet>, action: Action, set: &RecordSet) -> Option<String> {
    let key = set.key();
    match (action, records.get(&key)) {
        (Action::Create, Some(_)) => {
            Some(format!("Tried to create resource record set {} but it already exists", set.label()))
        }
        (Action::Delete, None) => {
            Some(format!("Tried to delete resource record set {} but it was not found", set.label()))
        }
        (Action::Delete, Some(held)) if !held.equals(set) => Some(format!(
            "Tried to delete resource record set {} but the values provided do not match the current values",
            set.label()
        )),
        (Action::Delete, Some(_)) => {
            records.remove(&key);
            None
        }
        (Action::Create | Action::Upsert, _) => {
            records.insert(key, set.clone());
            None
        }
    }
}

/// What is wrong with the zone as a whole.
fn whole_objections(zone: &Zone, records: &BTreeMap<Key, RecordSet>) -> Vec<String> {
    let mut objections = Vec::new();
    let apex =
        |kind: DnsKind| records.values().filter(|set| set.name == zone.name && set.kind == kind).count();
    if apex(DnsKind::Soa) != 1 {
        objections.push("A HostedZone must contain exactly one SOA record.".to_owned());
    }
    if apex(DnsKind::Ns) == 0 {
        objections.push("A HostedZone must contain at least one NS record for the zone itself.".to_owned());
    }
    let mut by_name: BTreeMap<&str, Vec<&RecordSet>> = BTreeMap::new();
    for set in records.values() {
        by_name.entry(&set.name).or_default().push(set);
    }
    for (name, sets) in by_name {
        let is_alias = |set: &&RecordSet| set.kind == DnsKind::Cname;
        if sets.iter().any(is_alias) && !sets.iter().all(is_alias) {
            objections.push(format!("RRSet of type CNAME with DNS name {} is not permitted as it conflicts with other records with the same DNS name in zone {}", name::escaped(name), zone.name));
        }
        let mut by_kind: BTreeMap<DnsKind, Vec<&RecordSet>> = BTreeMap::new();
        for set in sets {
            by_kind.entry(set.kind).or_default().push(set);
        }
        objections.extend(by_kind.values().filter_map(|sets| set_objection(sets)));
    }
    objections
}

/// What is wrong with the record sets of one name and type beside each other.
fn set_objection(sets: &[&RecordSet]) -> Option<String> {
    let first = sets.first()?;
    let family = |routing: Routing| match routing {
        Routing::Simple => 0,
        Routing::Primary | Routing::Secondary => 1,
        Routing::Weighted(_) => 2,
        Routing::MultiValue => 3,
    };
    if let Some(other) = sets.iter().find(|set| family(set.routing) != family(first.routing)) {
        return Some(format!(
            "RRSet with DNS name {}, type {}, SetIdentifier {} cannot be created as other RRSets exist with the same name and type and another routing policy",
            name::escaped(&other.name),
            other.kind.text(),
            other.set.as_deref().unwrap_or_default()
        ));
    }
    let twice = |routing| sets.iter().filter(|set| set.routing == routing).nth(1);
    let double = twice(Routing::Primary).or_else(|| twice(Routing::Secondary))?;
    Some(format!(
        "RRSet with DNS name {}, type {}, SetIdentifier {} cannot be created because a failover RRSet with the same name, type and role already exists",
        name::escaped(&double.name),
        double.kind.text(),
        double.set.as_deref().unwrap_or_default()
    ))
}
