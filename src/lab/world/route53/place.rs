//! Place: where a client stands, as routing by latency and by place needs to know it.
//! Invariant: a distance is a pure function of two places, and puts them in the same order on every machine.
//! Not here: how records are chosen by it (see `choose`).
//! Used by: `choose`; `settings`, where a world says who stands where.

use std::net::IpAddr;

use serde::Deserialize;

use super::State;
use crate::lab::world::{
    dns::region::{self, AwsRegion},
    rng::Rng,
};

/// Where a client stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Place {
    /// The continent, in Route 53's two letters.
    pub continent: String,
    /// The country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The part of the country, for the United States, Canada and Ukraine.
    pub subdivision: Option<String>,
    /// Degrees north and east.
    pub at: (f64, f64),
}

/// A place as a world file has it: by the AWS region it is near to, and by what differs from that.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    region: String,
    country: Option<String>,
    subdivision: Option<String>,
}

impl TryFrom<Written> for Place {
    type Error = String;

    fn try_from(written: Written) -> Result<Place, String> {
        if region::region(&written.region).is_none() {
            return Err(format!("'{}' is not a region of AWS's that the lab knows", written.region));
        }
        let near = Place::of_region(&written.region);
        let country = written.country.unwrap_or(near.country);
        let continent = super::geo::continent_of(&country).unwrap_or(&near.continent).to_owned();
        Ok(Place { continent, country, subdivision: written.subdivision, at: near.at })
    }
}

impl Place {
    /// The place of an AWS region; an unknown one stands in the sea.
    pub fn of_region(code: &str) -> Place {
        let (continent, country) = match code {
            "ca-central-1" | "ca-west-1" => ("NA", "CA"),
            "sa-east-1" => ("SA", "BR"),
            "eu-west-1" => ("EU", "IE"),
            "eu-west-2" => ("EU", "GB"),
            "eu-west-3" => ("EU", "FR"),
            "eu-central-1" => ("EU", "DE"),
            "eu-north-1" => ("EU", "SE"),
            "eu-south-1" => ("EU", "IT"),
            "af-south-1" => ("AF", "ZA"),
            "me-south-1" => ("AS", "BH"),
            "me-central-1" => ("AS", "AE"),
            "ap-south-1" => ("AS", "IN"),
            "ap-southeast-1" => ("AS", "SG"),
            "ap-southeast-2" | "ap-southeast-4" => ("OC", "AU"),
            "ap-southeast-3" => ("AS", "ID"),
            "ap-east-1" => ("AS", "HK"),
            "ap-northeast-1" | "ap-northeast-3" => ("AS", "JP"),
            "ap-northeast-2" => ("AS", "KR"),
            _ => ("NA", "US"),
        };
        Place {
            continent: continent.to_owned(),
            country: country.to_owned(),
            subdivision: None,
            at: region::region(code).map_or((0.0, 0.0), |region: &AwsRegion| region.at),
        }
    }
}

/// A network of clients and where they stand.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The network: `203.0.113.0/24`.
    pub network: Cidr,
    /// Where its clients stand.
    pub place: Place,
}

/// A network, by its address and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cidr(IpAddr, u8);

impl TryFrom<String> for Cidr {
    type Error = String;

    fn try_from(text: String) -> Result<Cidr, String> {
        let wrong = || format!("'{text}' is not a network: write 203.0.113.0/24");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= longest).ok_or_else(wrong)?;
        Ok(Cidr(address, prefix))
    }
}

impl Cidr {
    fn holds(self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(own) => u128::from(u32::from(own)) << 96,
            IpAddr::V6(own) => u128::from(own),
        };
        let mask = u128::MAX.checked_shl(128 - u32::from(self.1)).unwrap_or(0);
        self.0.is_ipv4() == address.is_ipv4() && (bits(self.0) ^ bits(address)) & mask == 0
    }
}

/// Who asks for a name: where from, and the how manieth question of the world it is, which turns weights and addresses.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Asker {
    pub(super) place: Place,
    pub(in crate::lab) turn: u64,
    seed: u64,
}

impl Asker {
    /// An asker somewhere else.
    pub(super) fn at(self, place: Place) -> Asker {
        Asker { place, ..self }
    }

    /// A number below `bound` that this question alone decides.
    pub(super) fn chance(&self, bound: u64) -> u64 {
        Rng::stream(self.seed ^ self.turn.wrapping_mul(0x9e37_79b9_7f4a_7c15), "answer").below(bound)
    }
}

impl State {
    /// Who asks from an address; without one, the world's resolver.
    pub(in crate::lab) fn asker(&self, client: Option<IpAddr>) -> Asker {
        let own = self.settings.networks.iter().filter(|own| client.is_some_and(|at| own.network.holds(at)));
        let own = own.max_by_key(|own| own.network.1).map_or(&self.settings.resolver, |own| &own.place);
        Asker { place: own.clone(), turn: self.turn, seed: self.seed }
    }
}

/// How far two places are from each other, in kilometres over the ground (haversine).
pub(super) fn distance(from: (f64, f64), to: (f64, f64)) -> f64 {
    let half = |a: f64, b: f64| ((b - a).to_radians() / 2.0).sin().powi(2);
    let across = from.0.to_radians().cos() * to.0.to_radians().cos() * half(from.1, to.1);
    2.0 * 6371.0 * (half(from.0, to.0) + across).clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seoul_is_nearer_to_tokyo_than_to_ireland() {
        let at = |code: &str| Place::of_region(code).at;
        let (near, far) = (
            distance(at("ap-northeast-2"), at("ap-northeast-1")),
            distance(at("ap-northeast-2"), at("eu-west-1")),
        );
        assert!((900.0..1400.0).contains(&near) && far > 8000.0, "{near} {far}");
    }

    #[test]
    fn a_network_holds_its_own_addresses() {
        let cidr = Cidr::try_from("203.0.113.0/24".to_owned()).unwrap();
        assert!(cidr.holds("203.0.113.200".parse().unwrap()) && !cidr.holds("203.0.114.1".parse().unwrap()));
        let all = Cidr::try_from("0.0.0.0/0".to_owned()).unwrap();
        assert!(all.holds("8.8.8.8".parse().unwrap()) && !all.holds("::1".parse().unwrap()));
    }
}
