//! Record: one resource record set, as Route 53 keeps it.
//! Invariant: names are canonical; a set has either a TTL with values or an alias.
//! Not here: whether it may be added to a zone (see `batch`), when it is answered (see `answer`).
//! Used by: `route53`.

use crate::lab::world::{
    call::{Params, Tree},
    dns::{DnsData, DnsKind, name},
};

/// Where a record set stands in a zone: name by reversed labels, type, set identifier.
pub(in crate::lab) type Key = (Vec<String>, &'static str, Option<String>);

/// One resource record set.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// How a record set is chosen among those of its name and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Routing {
    /// It is the only one.
    Simple,
    /// It is the primary of a failover pair.
    Primary,
    /// It is the secondary of a failover pair.
    Secondary,
    /// By its share of the weights.
    Weighted(u8),
    /// With all the others.
    MultiValue,
}

/// What an alias record points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Alias {
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) evaluate: bool,
}

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

    /// An alias for a balancer.
    pub(super) fn alias(name: &str, zone: &str, balancer: &str, evaluate: bool) -> RecordSet {
        let alias = Alias { zone: zone.to_owned(), name: name::canonical(balancer), evaluate };
        RecordSet { ttl: None, alias: Some(alias), ..RecordSet::plain(name, DnsKind::A, 0, &[]) }
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

    /// Read from a request's `ResourceRecordSet`; the error says what is wrong with it.
    pub(super) fn parse(from: &Params) -> Result<RecordSet, String> {
        let name = from.text("Name").ok_or("Missing field 'Name' in ResourceRecordSet")?;
        let kind = from.text("Type").ok_or("Missing field 'Type' in ResourceRecordSet")?;
        let kind = DnsKind::parse(kind)
            .ok_or_else(|| format!("firedrill's lab does not serve records of type '{kind}'"))?;
        for unserved in ["Region", "GeoLocation", "GeoProximityLocation", "CidrRoutingConfig"] {
            if from.has(unserved) {
                return Err(format!("firedrill's lab does not route by '{unserved}'"));
            }
        }
        let ttl = from
            .text("TTL")
            .map(|ttl| ttl.parse().map_err(|_| format!("Invalid TTL '{ttl}'")))
            .transpose()?;
        let values: Vec<String> = from
            .list("ResourceRecords")
            .iter()
            .filter_map(|record| record.text("Value").map(str::to_owned))
            .collect();
        let record = RecordSet {
            name: name::canonical(name),
            kind,
            set: from.text("SetIdentifier").map(str::to_owned),
            routing: routing(from)?,
            ttl,
            values,
            alias: alias(from)?,
            health_check: from.text("HealthCheckId").map(str::to_owned),
        };
        record.check().map(|()| record)
    }

    /// The rules of one set by itself.
    fn check(&self) -> Result<(), String> {
        let label = self.label();
        if !name::is_valid(&self.name) {
            return Err(format!("Invalid domain name {label}"));
        }
        match (&self.alias, self.ttl, self.values.is_empty()) {
            (Some(_), None, true) | (None, Some(_), false) => {}
            (Some(_), ..) => {
                return Err(format!("Invalid request: alias {label} must have neither TTL nor values"));
            }
            (None, ..) => {
                return Err(format!(
                    "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with {label}"
                ));
            }
        }
        if (self.routing == Routing::Simple) != self.set.is_none() {
            return Err(format!(
                "Invalid request: Missing field 'SetIdentifier' or routing policy in Change with {label}"
            ));
        }
        match self.values.iter().find(|value| DnsData::parse(self.kind, value).is_none()) {
            Some(bad) => Err(format!(
                "Invalid Resource Record: '{bad}' is not a value of type {} {label}",
                self.kind.text()
            )),
            None if self.kind == DnsKind::Cname && self.values.len() > 1 => {
                Err(format!("Invalid Resource Record: only one value of type CNAME {label}"))
            }
            None => Ok(()),
        }
    }

    /// As `ListResourceRecordSets` answers it.
    pub(super) fn tree(&self) -> Tree {
        let failover = match self.routing {
            Routing::Primary => Tree::text("PRIMARY"),
            Routing::Secondary => Tree::text("SECONDARY"),
            _ => None,
        };
        let weight = match self.routing {
            Routing::Weighted(weight) => Some(Tree::Int(i64::from(weight))),
            _ => None,
        };
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
            ("Weight", weight),
            ("Failover", failover),
            ("MultiValueAnswer", (self.routing == Routing::MultiValue).then_some(Tree::Bool(true))),
            ("TTL", self.ttl.map(|ttl| Tree::Int(i64::from(ttl)))),
            (
                "ResourceRecords",
                (!self.values.is_empty())
                    .then(|| Tree::List("ResourceRecord", self.values.iter().map(value).collect())),
            ),
            ("AliasTarget", self.alias.as_ref().map(alias)),
            ("HealthCheckId", self.health_check.as_ref().and_then(Tree::text)),
        ])
    }
}

fn routing(from: &Params) -> Result<Routing, String> {
    let weight =
        from.text("Weight").map(|weight| weight.parse().map_err(|_| format!("Invalid weight '{weight}'")));
    match (from.text("Failover"), weight.transpose()?, from.text("MultiValueAnswer")) {
        (None, None, None | Some("false")) => Ok(Routing::Simple),
        (Some("PRIMARY"), None, None) => Ok(Routing::Primary),
        (Some("SECONDARY"), None, None) => Ok(Routing::Secondary),
        (Some(other), None, None) => Err(format!("Invalid failover '{other}': PRIMARY or SECONDARY")),
        (None, Some(weight), None) => Ok(Routing::Weighted(weight)),
        (None, None, Some("true")) => Ok(Routing::MultiValue),
        _ => Err("Invalid request: more than one routing policy in a ResourceRecordSet".to_owned()),
    }
}

fn alias(from: &Params) -> Result<Option<Alias>, String> {
    if !from.has("AliasTarget") {
        return Ok(None);
    }
    let field = |field: &str| {
        let path = format!("AliasTarget.{field}");
        from.text(&path).ok_or_else(|| format!("Missing field '{field}' in AliasTarget"))
    };
    Ok(Some(Alias {
        zone: field("HostedZoneId")?.to_owned(),
        name: name::canonical(field("DNSName")?),
        evaluate: field("EvaluateTargetHealth")? == "true",
    }))
}
