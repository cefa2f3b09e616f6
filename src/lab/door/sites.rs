//! Sites: which balancers get ports of loopback when a lab starts, and where their sites answer.
//! Invariant: a port of the world has one port of loopback; ports follow each other by region, balancer and address.
//! Not here: serving them (see `site`), finding balancers (see `World::fronts`).
//! Used by: `running`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
};

use super::{
    gate::Gate,
    info::SiteUrls,
    settings::{LabError, refused},
    site::Balancer,
};
use crate::lab::world::{World, fronts::Front};

/// So many balancers have ports: each takes two for each of its addresses, or more.
const MOST_SERVED: usize = 64;

/// Every address has these, also while no listener does: one may come while the lab runs.
const ALWAYS: [u16; 2] = [80, 443];

/// The balancers that get ports, in the order of the world's regions, and the names of those that get none.
pub(super) fn fronts(world: &mut World) -> (Vec<Front>, Vec<String>) {
    let (mut served, unserved): (Vec<Front>, Vec<Front>) =
        world.fronts().into_iter().partition(|front| front.is_led_to);
    let regions = &world.blueprint().regions;
    served.sort_by_key(|front| regions.iter().position(|region| region.region == front.region));
    let too_many = served.split_off(served.len().min(MOST_SERVED));
    let name = |front: Front| format!("{} in {}", front.name, front.region);
    (served, unserved.into_iter().chain(too_many).map(name).collect())
}

/// One gate for each balancer's address and port, at `first` and the ports after it; at any for 0.
pub(super) fn open_gates(served: &[Front], first: u16) -> Result<Vec<(Balancer, Gate)>, LabError> {
    let balancers = served.iter().flat_map(|front| {
        let ports = ports(front);
        front.addresses.iter().flat_map(move |address| {
            let address = *address;
            ports.clone().into_iter().map(move |port| Balancer { address, port })
        })
    });
    balancers
        .zip(0..)
        .map(|(balancer, offset)| {
            let port = if first == 0 { 0 } else { first.saturating_add(offset) };
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let gate = Gate::open(address).map_err(refused("the sites", address, "--site-port"))?;
            Ok((balancer, gate))
        })
        .collect()
}

/// The ports of a balancer.
fn ports(front: &Front) -> BTreeSet<u16> {
    front.ports.iter().copied().chain(ALWAYS).collect()
}

/// Each region's first balancer, at its first address.
pub(super) fn sites(served: &[Front], map: &BTreeMap<String, String>) -> BTreeMap<String, SiteUrls> {
    let mut sites = BTreeMap::new();
    for front in served {
        let Some(address) = front.addresses.first() else { continue };
        let at = |port| map.get(&format!("{address}:{port}")).cloned().unwrap_or_default();
        let urls = SiteUrls { http: format!("http://{}", at(80)), https: format!("https://{}", at(443)) };
        sites.entry(front.region.clone()).or_insert(urls);
    }
    sites
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_address_has_a_gate_for_every_port_that_its_balancer_listens_to() {
        let front = Front {
            region: "ap-northeast-2".to_owned(),
            name: "wide".to_owned(),
            addresses: vec![[192, 0, 2, 10].into(), [192, 0, 2, 11].into()],
            ports: vec![80, 8443],
            is_led_to: true,
        };
        let gates = open_gates(&[front], 0).unwrap();
        let of = |last| {
            let own = gates.iter().filter(move |(balancer, _)| balancer.address.octets()[3] == last);
            own.map(|(balancer, _)| balancer.port).collect::<Vec<_>>()
        };
        assert_eq!((of(10), of(11)), (vec![80, 443, 8443], vec![80, 443, 8443]));
    }
}
