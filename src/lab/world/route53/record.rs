//! Record: one resource record set, as Route 53 keeps it.
//! Invariant: names are canonical; a set has either a TTL with values or an alias.
//! Not here: whether it may be added to a zone (see `batch`), when it is answered (see `answer`).
//! Used by: `route53`.

use super::routing::Routing;
use crate::lab::world::{
    call::{Params, Tree},
    dns::{DnsData, DnsKind, name},
};

/// Where a record set stands in a zone: name by reversed labels, type, set identifier.
pub(in crate::lab) type Key = (Vec<String>, &'static str, Option<String>);

/// One resource record set.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lab) struct RecordSet {
    pub(super) name: String,
    pub(super) kind: DnsKind,
    pub(super) set: Option<String>,
    pub(super) routing: Routing,
    pub(super) ttl: Option<u32>,
    pub(super) values: Vec<String>,
    pub(super) alias: Option<Alias>,
    pub(super) health_check: Option<String>,
}

/// What an alias record points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Alias {
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) evaluate: bool,
}

/// What is wrong with a record set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The request itself is.
    Input(String),
    /// The change that it asks for is.
    Batch(String),
}

/// AWS: ResourceRecordSet: the TTL is at most that of DNS itself.
const LONGEST_TTL: u32 = 2_147_483_647;

impl RecordSet {
    /// A plain set of values.
    pub(super) fn plain(name: &str, kind: DnsKind, ttl: u32, values: &[String]) -> RecordSet {
        RecordSet {
            name: name::canonical(name),
            kind,
            set: None,
            routing: Routing::Simple,
            ttl: Some(ttl),
            values: values.to_vec(),
            alias: None,
            health_check: None,
        }
    }

    /// Where it stands in its zone.
    pub(super) fn key(&self) -> Key {
        (name::reversed(&self.name), self.kind.text(), self.set.clone())
    }

    /// What its values say; those that say nothing were refused when they came.
    pub(super) fn data(&self) -> Vec<DnsData> {
        self.values.iter().filter_map(|value| DnsData::parse(self.kind, value)).collect()
    }

    /// True if the two are the same in all that a DELETE has to match: the order of values does not matter.
    pub(super) fn equals(&self, other: &RecordSet) -> bool {
        let sorted = |record: &RecordSet| {
            let mut values = record.values.clone();
            values.sort();
            RecordSet { values, ..record.clone() }
        };
        sorted(self) == sorted(other)
    }

    /// How errors name it: `[name='www.example.com.', type='A', set-identifier='seoul']`.
    pub(super) fn label(&self) -> String {
        let set = self.set.as_ref().map(|set| format!(", set-identifier='{set}'")).unwrap_or_default();
        format!("[name='{}', type='{}'{set}]", name::escaped(&self.name), self.kind.text())
    }

    /// Read from a request's `ResourceRecordSet`. The error says what is wrong with it, as AWS names the change.
    pub(super) fn parse(from: &Params, action: &str) -> Result<RecordSet, Wrong> {
        let field = |name: &str| from.text(name).unwrap_or("null");
        let told = format!(
            "[Action={action}, Name={}, Type={}, SetIdentifier={}]",
            field("Name"),
            field("Type"),
            field("SetIdentifier")
        );
        let missing = |name: &str| {
            Wrong::Input(format!("Invalid request: Missing field '{name}' in Change with {told}"))
        };
        let name = from.text("Name").ok_or_else(|| missing("Name"))?;
        let kind = from.text("Type").ok_or_else(|| missing("Type"))?;
        let kind = DnsKind::parse(kind).ok_or_else(|| {
            Wrong::Input(format!(
                "firedrill's lab does not serve records of type '{kind}' in Change with {told}"
            ))
        })?;
        if from.has("CidrRoutingConfig") {
            let none = "The CIDR collection you specified doesn't exist.";
            return Err(Wrong::Input(format!(
                "{none} firedrill's lab has none, and does not route by address: {told}"
            )));
        }
        let ttl = from.text("TTL").map(|ttl| ttl.parse().ok().filter(|ttl| *ttl <= LONGEST_TTL));
        let ttl = match ttl {
            Some(None) => {
                return Err(Wrong::Input(format!("Invalid TTL '{}' in Change with {told}", field("TTL"))));
            }
            Some(ttl) => ttl,
            None => None,
        };
        let values = from.list("ResourceRecords");
        let values = values.iter().filter_map(|record| record.text("Value").map(str::to_owned));
        let record = RecordSet {
            name: name::canonical(name),
            kind,
            set: from.text("SetIdentifier").map(str::to_owned),
            routing: Routing::parse(from, &told).map_err(Wrong::Input)?,
            ttl,
            values: values.collect(),
            alias: alias(from, &told).map_err(Wrong::Input)?,
            health_check: from.text("HealthCheckId").map(str::to_owned),
        };
        record.check(&told).map(|()| record)
    }

    /// The rules of one set by itself.
    fn check(&self, told: &str) -> Result<(), Wrong> {
        const ONE_OF: &str = "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]";
        match (&self.alias, self.ttl, self.values.is_empty()) {
            (Some(_), None, true) | (None, Some(_), false) => {}
            (Some(_), ..) => {
                return Err(Wrong::Input(format!(
                    "Invalid request: {ONE_OF}, but found more than one in Change with {told}"
                )));
            }
            (None, ..) => {
                return Err(Wrong::Input(format!(
                    "Invalid request: {ONE_OF}, but found none in Change with {told}"
                )));
            }
        }
        let is_one =
            self.kind == DnsKind::Cname || self.kind == DnsKind::Soa || self.routing == Routing::MultiValue;
        if is_one && self.values.len() > 1 {
            let kind = self.kind.text();
            return Err(Wrong::Batch(format!(
                "Invalid Resource Record: FATAL problem: too many records: only one value is permitted for {} of type {kind}",
                self.label()
            )));
        }
        if self.routing == Routing::MultiValue && self.alias.is_some() {
            return Err(Wrong::Input(format!(
                "Invalid request: MultiValueAnswer is not permitted for aliases in Change with {told}"
            )));
        }
        if let Some(problem) = name::problem(&self.name) {
            return Err(Wrong::Batch(problem));
        }
        let bad = self.values.iter().find(|value| DnsData::parse(self.kind, value).is_none());
        match bad {
            Some(bad) => {
                Err(Wrong::Batch(format!("Invalid Resource Record: {}", DnsData::complaint(self.kind, bad))))
            }
            None => Ok(()),
        }
    }

    /// As `ListResourceRecordSets` answers it.
    pub(super) fn tree(&self) -> Tree {
        let value = |value: &String| Tree::map([("Value", Tree::text(value))]);
        let alias = |alias: &Alias| {
            Tree::map([
                ("HostedZoneId", Tree::text(&alias.zone)),
                ("DNSName", Tree::text(name::escaped(&alias.name))),
                ("EvaluateTargetHealth", Some(Tree::Bool(alias.evaluate))),
            ])
        };
        Tree::map([
            ("Name", Tree::text(name::escaped(&self.name))),
            ("Type", Tree::text(self.kind.text())),
            ("SetIdentifier", self.set.as_ref().and_then(Tree::text)),
            ("Weight", self.routing.member("Weight")),
            ("Region", self.routing.member("Region")),
            ("GeoLocation", self.routing.member("GeoLocation")),
            ("Failover", self.routing.member("Failover")),
            ("MultiValueAnswer", self.routing.member("MultiValueAnswer")),
            ("TTL", self.ttl.map(|ttl| Tree::Int(i64::from(ttl)))),
            (
                "ResourceRecords",
                (!self.values.is_empty())
                    .then(|| Tree::List("ResourceRecord", self.values.iter().map(value).collect())),
            ),
            ("AliasTarget", self.alias.as_ref().map(alias)),
            ("HealthCheckId", self.health_check.as_ref().and_then(Tree::text)),
            ("GeoProximityLocation", self.routing.member("GeoProximityLocation")),
        ])
    }
}

fn alias(from: &Params, told: &str) -> Result<Option<Alias>, String> {
    if !from.has("AliasTarget") {
        return Ok(None);
    }
    let field = |field: &str| {
        let path = format!("AliasTarget.{field}");
        from.text(&path)
            .ok_or_else(|| format!("Invalid request: Missing field '{field}' in Change with {told}"))
    };
    Ok(Some(Alias {
        zone: field("HostedZoneId")?.trim_start_matches("/hostedzone/").to_owned(),
        name: name::canonical(field("DNSName")?),
        evaluate: field("EvaluateTargetHealth")? == "true",
    }))
}
