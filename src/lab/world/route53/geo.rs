//! Geo: the continents, countries and parts of countries that Route 53 routes by, and the operations that list them.
//! Invariant: codes are Route 53's own: continents of two letters, countries of ISO 3166-1 alpha-2, `*` for everywhere.
//! Not here: which record a place chooses (see `choose`).
//! Used by: `route53`, `place`.

use super::{invalid, page_size, params::either};
use crate::lab::world::{
    World,
    call::{AwsFault, Params, Reply, Tree},
};

const CONTINENTS: [(&str, &str); 7] = [
    ("AF", "Africa"),
    ("AN", "Antarctica"),
    ("AS", "Asia"),
    ("EU", "Europe"),
    ("NA", "North America"),
    ("OC", "Oceania"),
    ("SA", "South America"),
];

/// Countries with their continents: those that have regions of AWS's, and the larger ones.
const COUNTRIES: [(&str, &str, &str); 44] = [
    ("AE", "AS", "United Arab Emirates"),
    ("AR", "SA", "Argentina"),
    ("AT", "EU", "Austria"),
    ("AU", "OC", "Australia"),
    ("BE", "EU", "Belgium"),
    ("BH", "AS", "Bahrain"),
    ("BR", "SA", "Brazil"),
    ("CA", "NA", "Canada"),
    ("CH", "EU", "Switzerland"),
    ("CL", "SA", "Chile"),
    ("CN", "AS", "China"),
    ("CO", "SA", "Colombia"),
    ("CZ", "EU", "Czechia"),
    ("DE", "EU", "Germany"),
    ("DK", "EU", "Denmark"),
    ("EG", "AF", "Egypt"),
    ("ES", "EU", "Spain"),
    ("FI", "EU", "Finland"),
    ("FR", "EU", "France"),
    ("GB", "EU", "United Kingdom"),
    ("HK", "AS", "Hong Kong"),
    ("ID", "AS", "Indonesia"),
    ("IE", "EU", "Ireland"),
    ("IL", "AS", "Israel"),
    ("IN", "AS", "India"),
    ("IT", "EU", "Italy"),
    ("JP", "AS", "Japan"),
    ("KR", "AS", "South Korea"),
    ("MX", "NA", "Mexico"),
    ("MY", "AS", "Malaysia"),
    ("NG", "AF", "Nigeria"),
    ("NL", "EU", "Netherlands"),
    ("NO", "EU", "Norway"),
    ("NZ", "OC", "New Zealand"),
    ("PL", "EU", "Poland"),
    ("PT", "EU", "Portugal"),
    ("SE", "EU", "Sweden"),
    ("SG", "AS", "Singapore"),
    ("TH", "AS", "Thailand"),
    ("TW", "AS", "Taiwan"),
    ("UA", "EU", "Ukraine"),
    ("US", "NA", "United States"),
    ("VN", "AS", "Vietnam"),
    ("ZA", "AF", "South Africa"),
];

/// The parts of countries that a drill may name; Route 53 knows all of the United States, Canada and Ukraine.
const SUBDIVISIONS: [(&str, &str, &str); 8] = [
    ("CA", "ON", "Ontario"),
    ("CA", "QC", "Quebec"),
    ("US", "CA", "California"),
    ("US", "NY", "New York"),
    ("US", "OR", "Oregon"),
    ("US", "TX", "Texas"),
    ("US", "VA", "Virginia"),
    ("US", "WA", "Washington"),
];

/// The continent of a country.
pub(super) fn continent_of(country: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(code, ..)| *code == country).map(|(_, continent, _)| *continent)
}

/// Where a record set's answers are for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum Location {
    /// A whole continent.
    Continent(String),
    /// A country, or one part of it.
    Country(String, Option<String>),
    /// Everyone for whom there is nothing nearer.
    Default,
}

impl Location {
    /// Read from a record set's `GeoLocation`.
    pub(super) fn parse(from: &Params) -> Result<Location, String> {
        let field = |name: &str| from.text(name).map(str::to_owned);
        match (field("ContinentCode"), field("CountryCode"), field("SubdivisionCode")) {
            (Some(continent), None, None) if CONTINENTS.iter().any(|(code, _)| *code == continent) => {
                Ok(Location::Continent(continent))
            }
            (None, Some(country), None) if country == "*" => Ok(Location::Default),
            (None, Some(country), part)
                if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) =>
            {
                Ok(Location::Country(country, part))
            }
            (None, None, None) => {
                Err("Missing field 'CountryCode' or 'ContinentCode' in GeoLocation".to_owned())
            }
            _ => Err("The geolocation is not supported".to_owned()),
        }
    }

    /// As records show it.
    pub(super) fn tree(&self) -> Tree {
        let (continent, country, part) = match self {
            Location::Continent(continent) => (Some(continent.as_str()), None, None),
            Location::Country(country, part) => (None, Some(country.as_str()), part.as_deref()),
            Location::Default => (None, Some("*"), None),
        };
        Tree::map([
            ("ContinentCode", continent.and_then(Tree::text)),
            ("CountryCode", country.and_then(Tree::text)),
            ("SubdivisionCode", part.and_then(Tree::text)),
        ])
    }
}

/// One place of the list: its codes and its names.
type Entry = (Option<&'static str>, Option<&'static str>, Option<&'static str>, &'static str);

/// AWS: ListGeoLocations: continents first, then countries with their parts, by their codes.
fn entries() -> Vec<Entry> {
    let mut all: Vec<Entry> =
        CONTINENTS.iter().map(|(code, name)| (Some(*code), None, None, *name)).collect();
    all.push((None, Some("*"), None, "Default"));
    for (code, _, name) in COUNTRIES {
        all.push((None, Some(code), None, name));
        let own = SUBDIVISIONS.iter().filter(|(country, ..)| *country == code);
        all.extend(own.map(|(_, part, name)| (None, Some(code), Some(*part), *name)));
    }
    all
}

fn tree((continent, country, part, name): &Entry) -> Tree {
    let country_name = country.map(|own| match COUNTRIES.iter().find(|(code, ..)| *code == own) {
        Some((_, _, name)) => *name,
        None => "Default",
    });
    Tree::map([
        ("ContinentCode", continent.and_then(Tree::text)),
        ("ContinentName", continent.and_then(|_| Tree::text(*name))),
        ("CountryCode", country.and_then(Tree::text)),
        ("CountryName", country_name.and_then(Tree::text)),
        ("SubdivisionCode", part.and_then(Tree::text)),
        ("SubdivisionName", part.and_then(|_| Tree::text(*name))),
    ])
}

impl World {
    pub(super) fn list_geo_locations(&self, params: &Params) -> Reply {
        let size = page_size(params, 100)?;
        let continent = either(params, "StartContinentCode", "startcontinentcode");
        let country = either(params, "StartCountryCode", "startcountrycode");
        let part = either(params, "StartSubdivisionCode", "startsubdivisioncode");
        let all = entries();
        let starts = |entry: &Entry| match (continent, country) {
            (None, None) => true,
            (Some(continent), _) => entry.0 == Some(continent),
            (None, Some(country)) => {
                entry.1 == Some(country) && part.is_none_or(|part| entry.2 == Some(part))
            }
        };
        let from = all.iter().position(starts).ok_or_else(|| invalid("The geolocation is not supported"))?;
        let page: Vec<Tree> = all.iter().skip(from).take(size).map(tree).collect();
        let next = all.get(from.saturating_add(size));
        Ok(Tree::map([
            ("GeoLocationDetailsList", Tree::list("GeoLocationDetails", page)),
            ("IsTruncated", Some(Tree::Bool(next.is_some()))),
            ("NextContinentCode", next.and_then(|next| next.0).and_then(Tree::text)),
            ("NextCountryCode", next.and_then(|next| next.1).and_then(Tree::text)),
            ("NextSubdivisionCode", next.and_then(|next| next.2).and_then(Tree::text)),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn get_geo_location(&self, params: &Params) -> Reply {
        let continent = either(params, "ContinentCode", "continentcode");
        let country = either(params, "CountryCode", "countrycode");
        let part = either(params, "SubdivisionCode", "subdivisioncode");
        let asked = |entry: &&Entry| (entry.0, entry.1, entry.2) == (continent, country, part);
        let all = entries();
        let found = all.iter().find(asked).ok_or_else(|| {
            AwsFault::new(404, "NoSuchGeoLocation", "The geolocation that you specified does not exist.")
        })?;
        Ok(Tree::map([("GeoLocationDetails", Some(tree(found)))]))
    }
}
