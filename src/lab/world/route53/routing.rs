//! Routing: how a record set is chosen among those of its name and type.
//! Invariant: a set has exactly one routing; all sets of a name and type have the same family.
//! Not here: the choice itself (see `choose`).
//! Used by: `record`, `batch`, `choose`.

use super::geo::Location;
use crate::lab::world::{
    call::{Params, Tree},
    dns::region,
};

/// How a record set is chosen among those of its name and type.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lab) enum Routing {
    /// It is the only one.
    Simple,
    /// It is the primary of a failover pair.
    Primary,
    /// It is the secondary of a failover pair.
    Secondary,
    /// By its share of the weights.
    Weighted(u8),
    /// By how near its region is to who asks.
    Latency(String),
    /// By where who asks stands.
    Geo(Location),
    /// By how far it is from who asks, made nearer or farther by its bias.
    Near(Nearness),
    /// With all the others.
    MultiValue,
}

/// Where a record set of geoproximity routing stands.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lab) struct Nearness {
    /// AWS's region, if it stands in one.
    pub(super) region: Option<String>,
    /// Latitude and longitude as they were written, if it stands elsewhere.
    pub(super) coordinates: Option<(String, String)>,
    /// From -99 to 99.
    pub(super) bias: i8,
}

/// The families of routing, as AWS's refusals name them.
pub(super) const FAMILIES: [&str; 7] =
    ["simple", "failover", "weighted", "latency", "geolocation", "geoproximity", "multivalue answer"];

impl Routing {
    /// The name of its family.
    pub(super) fn family(&self) -> &'static str {
        let at = match self {
            Routing::Simple => 0,
            Routing::Primary | Routing::Secondary => 1,
            Routing::Weighted(_) => 2,
            Routing::Latency(_) => 3,
            Routing::Geo(_) => 4,
            Routing::Near(_) => 5,
            Routing::MultiValue => 6,
        };
        FAMILIES[at]
    }

    /// Read from a request's `ResourceRecordSet`. `told` names the change in a refusal.
    pub(super) fn parse(from: &Params, told: &str) -> Result<Routing, String> {
        const ONE_OF: &str =
            "Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]";
        let given =
            ["Weight", "Region", "Failover", "GeoLocation", "GeoProximityLocation", "MultiValueAnswer"];
        let given: Vec<&str> = given.into_iter().filter(|field| from.has(field)).collect();
        let text = |field: &str| from.text(field).unwrap_or_default();
        match given.as_slice() {
            [] if from.has("SetIdentifier") => {
                Err(format!("Invalid request: {ONE_OF}, but found none in Change with {told}"))
            }
            [] => Ok(Routing::Simple),
            [_] if !from.has("SetIdentifier") => {
                Err(format!("Invalid request: Missing field 'SetIdentifier' in Change with {told}"))
            }
            ["Failover"] => match text("Failover") {
                "PRIMARY" => Ok(Routing::Primary),
                "SECONDARY" => Ok(Routing::Secondary),
                other => Err(format!(
                    "Value '{other}' at 'failover' failed to satisfy constraint: Member must satisfy enum value set: [SECONDARY, PRIMARY]"
                )),
            },
            ["Weight"] => text("Weight")
                .parse()
                .map(Routing::Weighted)
                .map_err(|_| format!("Invalid request: Weight must be from 0 to 255 in Change with {told}")),
            ["Region"] if region::region(text("Region")).is_some() => {
                Ok(Routing::Latency(text("Region").to_owned()))
            }
            ["Region"] => Err(format!("Invalid region '{}' in Change with {told}", text("Region"))),
            ["GeoLocation"] => Location::parse(&from.below("GeoLocation"))
                .map(Routing::Geo)
                .map_err(|wrong| format!("Invalid request: {wrong} in Change with {told}")),
            ["GeoProximityLocation"] => Nearness::parse(&from.below("GeoProximityLocation"))
                .map(Routing::Near)
                .map_err(|wrong| format!("Invalid request: {wrong} in Change with {told}")),
            ["MultiValueAnswer"] if text("MultiValueAnswer") == "true" => Ok(Routing::MultiValue),
            ["MultiValueAnswer"] => {
                Err(format!("Invalid request: MultiValueAnswer can only be true in Change with {told}"))
            }
            _ => Err(format!("Invalid request: {ONE_OF}, but found more than one in Change with {told}")),
        }
    }

    /// The member of a record that shows it.
    pub(super) fn member(&self, member: &str) -> Option<Tree> {
        match (member, self) {
            ("Weight", Routing::Weighted(weight)) => Some(Tree::Int(i64::from(*weight))),
            ("Region", Routing::Latency(region)) => Tree::text(region),
            ("GeoLocation", Routing::Geo(location)) => Some(location.tree()),
            ("Failover", Routing::Primary) => Tree::text("PRIMARY"),
            ("Failover", Routing::Secondary) => Tree::text("SECONDARY"),
            ("MultiValueAnswer", Routing::MultiValue) => Some(Tree::Bool(true)),
            ("GeoProximityLocation", Routing::Near(near)) => Some(near.tree()),
            _ => None,
        }
    }
}

impl Nearness {
    fn parse(from: &Params) -> Result<Nearness, String> {
        let bias = from.text("Bias").map_or(Ok(0), str::parse::<i8>);
        let bias = bias.ok().filter(|bias| (-99..=99).contains(bias)).ok_or("Bias must be from -99 to 99")?;
        let region = from.text("AWSRegion").map(str::to_owned);
        let degree = |field: &str| from.text(&format!("Coordinates.{field}")).map(str::to_owned);
        let coordinates = degree("Latitude").zip(degree("Longitude"));
        if from.has("LocalZoneGroup") {
            return Err("firedrill's lab knows no local zones".to_owned());
        }
        let within = |text: &str, most: f64| text.parse().is_ok_and(|degrees: f64| degrees.abs() <= most);
        match (&region, &coordinates) {
            (Some(code), None) if region::region(code).is_some() => {}
            (None, Some((north, east))) if within(north, 90.0) && within(east, 180.0) => {}
            (None, None) => {
                return Err("Expected exactly one of [AWSRegion, LocalZoneGroup, or Coordinates]".to_owned());
            }
            _ => return Err("The location in GeoProximityLocation is not valid".to_owned()),
        }
        Ok(Nearness { region, coordinates, bias })
    }

    /// Degrees north and east.
    pub(super) fn at(&self) -> (f64, f64) {
        let of_region = || self.region.as_deref().and_then(region::region).map(|region| region.at);
        let written = self
            .coordinates
            .as_ref()
            .and_then(|(north, east)| Some((north.parse().ok()?, east.parse().ok()?)));
        written.or_else(of_region).unwrap_or_default()
    }

    fn tree(&self) -> Tree {
        let coordinates = |(north, east): &(String, String)| {
            Tree::map([("Latitude", Tree::text(north)), ("Longitude", Tree::text(east))])
        };
        Tree::map([
            ("AWSRegion", self.region.as_ref().and_then(Tree::text)),
            ("Coordinates", self.coordinates.as_ref().map(coordinates)),
            ("Bias", Some(Tree::Int(i64::from(self.bias)))),
        ])
    }
}
