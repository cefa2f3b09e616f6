//! Batch: whether a batch of changes may be applied to a zone, and what the zone is then.
//! Invariant: all of a batch or nothing; every objection at once, in AWS's form `[first, second]`.
//! Not here: when name servers learn of it (see `change`).
//! Used by: `change`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    invalid,
    record::{Key, RecordSet, Wrong},
    routing::Routing,
    zone::Zone,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params},
    dns::{DnsKind, name, region},
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
    let mut objections = Vec::new();
    let mut edits = Vec::new();
    for change in changes {
        match edit(change)? {
            Ok(edit) => edits.push(edit),
            Err(objection) => objections.push(objection),
        }
    }
    if !objections.is_empty() {
        return Err(refused(&objections));
    }
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

/// One change; the inner error is an objection to it, the outer one refuses the request.
fn edit(change: &Params) -> Result<Result<Edit, String>, AwsFault> {
    let text = change.text("Action").unwrap_or_default();
    let action = match text {
        "CREATE" => Action::Create,
        "DELETE" => Action::Delete,
        "UPSERT" => Action::Upsert,
        other => return Err(invalid(format!("Invalid action '{other}'"))),
    };
    match RecordSet::parse(&change.below("ResourceRecordSet"), text) {
        Ok(set) => Ok(Ok((action, set))),
        Err(Wrong::Batch(objection)) => Ok(Err(objection)),
        Err(Wrong::Input(wrong)) => Err(invalid(wrong)),
    }
}

fn refused(objections: &[String]) -> AwsFault {
    AwsFault::new(400, "InvalidChangeBatch", format!("[{}]", objections.join(", ")))
}

impl World {
    /// The zone's records with these record sets more.
    pub(super) fn batch_of_new(
        &self,
        zone: &str,
        records: &[Params],
    ) -> Result<BTreeMap<Key, RecordSet>, AwsFault> {
        let edit = |record: &Params| match RecordSet::parse(record, "UPSERT") {
            Ok(set) => Ok((Action::Upsert, set)),
            Err(Wrong::Batch(wrong)) => Err(refused(&[wrong])),
            Err(Wrong::Input(wrong)) => Err(invalid(wrong)),
        };
        let edits: Vec<Edit> = records.iter().map(edit).collect::<Result<_, _>>()?;
        self.batch_applied(zone, &edits)
    }

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
            let touched = edits.iter().map(|(_, set)| (set.name.as_str(), set.kind));
            objections.extend(whole_objections(zone, &records, &touched.collect()));
            if records.len() > usize::try_from(self.route53.settings.records).unwrap_or(usize::MAX) {
                objections.push("Number of records limit exceeded in the hosted zone.".to_owned());
            }
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
        let ending = region::alias_zone_ending(&alias.zone);
        let lies_within = ending.is_some_and(|ending| alias.name.ends_with(&ending));
        if lies_within && !matches!(set.kind, DnsKind::A | DnsKind::Aaaa) {
            return Some(format!("{told}, but that target was not found"));
        }
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

/// What is wrong with the zone as a whole, and with what now stands at the names that were changed.
fn whole_objections(
    zone: &Zone,
    records: &BTreeMap<Key, RecordSet>,
    touched: &BTreeSet<(&str, DnsKind)>,
) -> Vec<String> {
    let mut objections = Vec::new();
    let apex = |kind: DnsKind| sets_of(records, &zone.name).filter(|set| set.kind == kind).count();
    if apex(DnsKind::Soa) != 1 {
        objections.push("A HostedZone must contain exactly one SOA record.".to_owned());
    }
    if apex(DnsKind::Ns) == 0 {
        objections.push("A HostedZone must contain at least one NS record for the zone itself.".to_owned());
    }
    let names: BTreeSet<&str> = touched.iter().map(|(name, _)| *name).collect();
    for name in names {
        let sets: Vec<&RecordSet> = sets_of(records, name).collect();
        let other = sets.iter().find(|set| set.kind != DnsKind::Cname);
        if let Some(other) = other.filter(|_| sets.iter().any(|set| set.kind == DnsKind::Cname)) {
            let (shown, zone) = (name::escaped(name), &zone.name);
            objections.push(match touched.contains(&(name, DnsKind::Cname)) {
                true => format!("RRSet of type CNAME with DNS name {shown} is not permitted as it conflicts with other records with the same DNS name in zone {zone}"),
                false => format!("RRSet of type {} with DNS name {shown} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone {zone}", other.kind.text()),
            });
        }
        let mut by_kind: BTreeMap<DnsKind, Vec<&RecordSet>> = BTreeMap::new();
        for set in sets {
            by_kind.entry(set.kind).or_default().push(set);
        }
        objections.extend(by_kind.values().filter_map(|sets| set_objection(sets)));
    }
    objections
}

/// The record sets of a name.
fn sets_of<'a>(records: &'a BTreeMap<Key, RecordSet>, name: &str) -> impl Iterator<Item = &'a RecordSet> {
    let labels = name::reversed(name);
    let from = (labels.clone(), "", None);
    records.range(from..).take_while(move |((own, ..), _)| *own == labels).map(|(_, set)| set)
}

/// What is wrong with the record sets of one name and type beside each other.
fn set_objection(sets: &[&RecordSet]) -> Option<String> {
    let (first, rest) = sets.split_first()?;
    if let Some(other) = rest.iter().find(|set| set.routing.family() != first.routing.family()) {
        return Some(other_family(first, other));
    }
    let pairs =
        sets.iter().enumerate().flat_map(|(at, one)| sets.iter().skip(at + 1).map(move |two| (one, two)));
    let told = |set: &RecordSet| {
        let own = set.set.as_deref().unwrap_or_default();
        format!(
            "RRSet with DNS name {}, type {}, SetIdentifier {own}",
            name::escaped(&set.name),
            set.kind.text()
        )
    };
    pairs.into_iter().find_map(|(one, two)| match (&one.routing, &two.routing) {
        (Routing::Primary, Routing::Primary) | (Routing::Secondary, Routing::Secondary) => {
            let role = if two.routing == Routing::Primary { "primary" } else { "secondary" };
            Some(format!(
                "{} marked as {role} cannot be created because a failover RRSet with the same name, type and failover role already exists.",
                told(two)
            ))
        }
        (Routing::Latency(one), Routing::Latency(region)) if one == region => Some(format!(
            "{}, and Region Name={region} cannot be created because a latency RRSet with the same name, type and region already exists.",
            told(two)
        )),
        (Routing::Geo(one), Routing::Geo(location)) if one == location => Some(format!(
            "{} cannot be created because a geolocation RRSet with the same name, type and location already exists.",
            told(two)
        )),
        (Routing::Weighted(_), Routing::Weighted(_)) if one.ttl != two.ttl && one.ttl.is_some() && two.ttl.is_some() => {
            Some(format!("{} cannot be created as weighted sets must contain the same TTL.", told(two)))
        }
        _ => None,
    })
}

/// The refusal of a set beside others of another routing, in the words that AWS has for each.
fn other_family(first: &RecordSet, other: &RecordSet) -> String {
    let set = if other.set.is_some() { other } else { first };
    let own = set.set.as_deref().unwrap_or_default();
    let told = format!("RRSet with DNS name {}, type {}", name::escaped(&set.name), set.kind.text());
    match &set.routing {
        Routing::Simple => {
            format!("{told} cannot be created as other RRSets exist with the same name and type.")
        }
        Routing::Primary | Routing::Secondary => {
            let role = if set.routing == Routing::Primary { "primary" } else { "secondary" };
            format!(
                "{told}, SetIdentifier {own} marked as {role} cannot be created because a non-failover RRSet with the same name and type already exists."
            )
        }
        Routing::Weighted(_) => {
            format!(
                "{told}, SetIdentifier {own} cannot be created as a non-weighted set exists with the same name and type."
            )
        }
        Routing::MultiValue => format!(
            "{told}, SetIdentifier {own} cannot be created because a non multivalue answer rrset exists with the same name and type."
        ),
        routing => format!(
            "{told}, SetIdentifier {own} cannot be created because a non-{} RRSet with the same name and type already exists.",
            routing.family()
        ),
    }
}
