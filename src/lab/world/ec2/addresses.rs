//! Addresses: which ones are free.
//! Invariant: no two regions give away the same public address, and none that a world file gives to somebody.
//! Not here: who carries them (see `interfaces`).
//! Used by: `start`, launches, balancers.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
};

use super::{build::free_address, model::Network};
use crate::lab::world::{cidr::Cidr, rng::Rng};

/// The first two regions give addresses of TEST-NET-1 and TEST-NET-2 (RFC 5737) first.
const FIRST: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 0), Ipv4Addr::new(198, 51, 100, 0)];
/// Then each region has its part of the block for benchmarks (RFC 2544), which no deployment uses.
const BENCHMARKS: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
/// The length of such a part; there are 32.
const PART: u8 = 20;

/// Where a region's public addresses come from.
#[derive(Debug, Clone, Default)]
pub struct PublicPool {
    ranges: Vec<Cidr>,
    reserved: BTreeSet<Ipv4Addr>,
}

impl PublicPool {
    /// The pool of a world's `place`-th region, without what its file gives away itself.
    pub(super) fn of(place: usize, given: BTreeSet<Ipv4Addr>) -> PublicPool {
        let first = FIRST.get(place).map(|first| Cidr::v4(*first, 24));
        let part = u32::try_from(place % 32).unwrap_or(0) << (32 - PART);
        let part = Cidr::v4(Ipv4Addr::from_bits(BENCHMARKS.to_bits() | part), PART);
        PublicPool { ranges: first.into_iter().chain([part]).collect(), reserved: given }
    }

    /// Its addresses, in order. AWS keeps the first four and the last one of every range.
    fn all(&self) -> impl Iterator<Item = Ipv4Addr> + use<> {
        self.ranges.clone().into_iter().flat_map(|range| {
            let first = match range.first() {
                IpAddr::V4(first) => first.to_bits(),
                IpAddr::V6(_) => 0,
            };
            (4..u32::try_from(range.size()).unwrap_or(0).saturating_sub(1))
                .map(move |offset| Ipv4Addr::from_bits(first.saturating_add(offset)))
        })
    }
}

/// Public addresses that nobody has, one after the other: for whoever gives many away at once.
pub(in crate::lab) struct Publics {
    left: Box<dyn Iterator<Item = Ipv4Addr> + Send>,
    held: BTreeSet<Ipv4Addr>,
}

impl Publics {
    /// Those of a region.
    pub(in crate::lab) fn of(network: &Network) -> Publics {
        Publics { left: Box::new(network.public_pool.all()), held: network.held_publics() }
    }

    /// The next one.
    pub(in crate::lab) fn next(&mut self) -> Option<Ipv4Addr> {
        self.left.find(|address| !self.held.contains(address))
    }
}

impl Network {
    /// The public addresses that somebody has, or that a world file gives to somebody.
    fn held_publics(&self) -> BTreeSet<Ipv4Addr> {
        let carried = self.interfaces.values().filter_map(|interface| interface.public);
        let elastic = self.addresses.values().map(|held| held.public);
        carried.chain(elastic).chain(self.public_pool.reserved.iter().copied()).collect()
    }

    /// A public address that nobody has, drawn.
    pub(super) fn free_public(&self, rng: &mut Rng) -> Option<Ipv4Addr> {
        let held = self.held_publics();
        self.public_pool.ranges.iter().find_map(|range| free_address(*range, &held, rng))
    }
}

/// The private addresses that are taken, by subnet: for whoever makes many interfaces at once.
#[derive(Debug, Default)]
pub(in crate::lab) struct Taken(BTreeMap<String, BTreeSet<Ipv4Addr>>);

impl Taken {
    /// Those of a region.
    pub(in crate::lab) fn of(network: &Network) -> Taken {
        let mut taken = Taken::default();
        for interface in network.interfaces.values() {
            taken.of_subnet(&interface.subnet).insert(interface.private);
        }
        taken
    }

    /// Takes an address of a subnet that is free.
    pub(in crate::lab) fn take(&mut self, network: &Network, subnet: &str, rng: &mut Rng) -> Ipv4Addr {
        let range = network.subnets.get(subnet).map_or(Cidr::WORLD, |subnet| subnet.range);
        let taken = self.of_subnet(subnet);
        let free = free_address(range, taken, rng).unwrap_or(Ipv4Addr::UNSPECIFIED);
        taken.insert(free);
        free
    }

    fn of_subnet(&mut self, subnet: &str) -> &mut BTreeSet<Ipv4Addr> {
        self.0.entry(subnet.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regions never give away the same address, however many they need.
    #[test]
    fn every_region_has_addresses_of_its_own() {
        let mut seen = BTreeSet::new();
        for place in 0..32 {
            for address in PublicPool::of(place, BTreeSet::new()).all() {
                assert!(seen.insert(address), "{address} twice");
            }
        }
        assert!(seen.len() > 130_000);
    }

    #[test]
    fn what_a_file_gives_away_is_not_given_again() {
        let given: Ipv4Addr = "192.0.2.5".parse().unwrap();
        let network =
            Network { public_pool: PublicPool::of(0, BTreeSet::from([given])), ..Network::default() };
        let mut publics = Publics::of(&network);
        let all: Vec<String> =
            std::iter::from_fn(|| publics.next()).take(300).map(|a| a.to_string()).collect();
        assert_eq!(all[..3], ["192.0.2.4", "192.0.2.6", "192.0.2.7"]);
        assert_eq!(all.last().map(String::as_str), Some("198.18.0.53"));
    }
}
