//! Fronts: the balancers that users of a hosted zone's names can be led to, found as anybody finds them.
//! Invariant: asks AWS's own reads and names; changes nothing.
//! Not here: which ports of a machine serve them (see `lab::door`).
//! Used by: the doors, when they open.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use super::{
    World,
    call::{Call, Params, Reply, Service, Tree},
    dns::{DnsKind, DnsQuestion},
};

/// More zones and records than any world file has; further ones are not followed.
const MOST_PAGES: usize = 1_000;

/// A balancer with its public addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its addresses, in order.
    pub addresses: Vec<Ipv4Addr>,
    /// The ports that it listens to.
    pub ports: Vec<u16>,
    /// True if a record of a hosted zone leads to it.
    pub is_led_to: bool,
}

impl World {
    /// Every balancer on the internet, by region and name.
    pub fn fronts(&mut self) -> Vec<Front> {
        let led: BTreeSet<Ipv4Addr> = self.addresses_of_zones();
        let regions: Vec<String> = self.ec2.networks.keys().map(ToString::to_string).collect();
        let mut fronts = Vec::new();
        for region in regions {
            for balancer in self.every(Service::Elb, "DescribeLoadBalancers", &region, &BALANCERS, &[]) {
                let addresses = self.addresses_of(&text(&balancer, "DNSName"));
                let is_led_to = addresses.iter().any(|address| led.contains(address));
                if text(&balancer, "Scheme") != "internal" {
                    let name = text(&balancer, "LoadBalancerName");
                    let ports = self.ports_of(&region, &text(&balancer, "LoadBalancerArn"));
                    fronts.push(Front { region: region.clone(), name, addresses, ports, is_led_to });
                }
            }
        }
        fronts.sort_by(|a, b| (&a.region, &a.name).cmp(&(&b.region, &b.name)));
        fronts
    }

    /// The names of the hosted zones, without their last dots.
    pub fn zone_names(&mut self) -> Vec<String> {
        let zones = self.every(Service::Route53, "ListHostedZones", GLOBAL, &ZONES, &[]);
        zones.iter().map(|zone| text(zone, "Name").trim_end_matches('.').to_owned()).collect()
    }

    /// Wherever a record of any zone leads, healthy or not.
    fn addresses_of_zones(&mut self) -> BTreeSet<Ipv4Addr> {
        let zones = self.every(Service::Route53, "ListHostedZones", GLOBAL, &ZONES, &[]);
        let mut names = BTreeSet::new();
        let mut addresses = BTreeSet::new();
        for zone in zones {
            let id = text(&zone, "Id").trim_start_matches("/hostedzone/").to_owned();
            for record in
                self.every(Service::Route53, "ListResourceRecordSets", GLOBAL, &RECORDS, &[("Id", &id)])
            {
                let values = items(&record, "ResourceRecords").iter().map(|value| text(value, "Value"));
                match text(&record, "Type").as_str() {
                    "A" => addresses.extend(values.filter_map(|value| value.parse::<Ipv4Addr>().ok())),
                    "CNAME" => names.extend(values),
                    _ => {}
                }
                names.extend(Some(text(&record, "AliasTarget.DNSName")).filter(|name| !name.is_empty()));
            }
        }
        for name in names {
            addresses.extend(self.addresses_of(&name));
        }
        addresses
    }

    fn addresses_of(&mut self, name: &str) -> Vec<Ipv4Addr> {
        let question = DnsQuestion { name: name.to_owned(), kind: DnsKind::A, recursive: false };
        let now = self.now();
        let mut addresses = self.answer(now, &question).addresses();
        addresses.sort_unstable();
        addresses
    }

    fn ports_of(&mut self, region: &str, balancer: &str) -> Vec<u16> {
        let of = [("LoadBalancerArn", balancer)];
        let listeners = self.every(Service::Elb, "DescribeListeners", region, &LISTENERS, &of);
        let port = |listener| match member(listener, "Port") {
            Some(Tree::Int(port)) => u16::try_from(*port).ok(),
            _ => None,
        };
        listeners.iter().filter_map(port).collect()
    }

    /// Every entry of a listing, page by page, whatever the rates. A listing that is refused has none.
    fn every(
        &mut self,
        service: Service,
        operation: &str,
        region: &str,
        listing: &Listing,
        with: &[(&str, &str)],
    ) -> Vec<Tree> {
        let mut params: BTreeMap<String, String> =
            with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut entries = Vec::new();
        for _ in 0..MOST_PAGES {
            let call = Call {
                service,
                operation: operation.to_owned(),
                region: region.to_owned(),
                access_key: String::new(),
                params: Params::new(params.clone()),
            };
            let reply: Reply = self.operate(&call);
            let Ok(reply) = reply else { break };
            entries.extend(items(&reply, listing.entries).iter().cloned());
            let next = listing.next.map(|(told, asked)| (text(&reply, told), asked));
            if next.iter().all(|(told, _)| told.is_empty()) {
                break;
            }
            params.extend(
                next.into_iter()
                    .filter(|(told, _)| !told.is_empty())
                    .map(|(told, asked)| (asked.to_owned(), told)),
            );
        }
        entries
    }
}

/// Route 53 is one for the whole world.
const GLOBAL: &str = "us-east-1";

/// Where a listing has its entries, and what of its answer asks for the next page.
struct Listing {
    entries: &'static str,
    next: [(&'static str, &'static str); 3],
}

const BALANCERS: Listing = Listing { entries: "LoadBalancers", next: [("NextMarker", "Marker"); 3] };
const LISTENERS: Listing = Listing { entries: "Listeners", next: [("NextMarker", "Marker"); 3] };
const ZONES: Listing = Listing { entries: "HostedZones", next: [("NextMarker", "marker"); 3] };
const RECORDS: Listing = Listing {
    entries: "ResourceRecordSets",
    next: [("NextRecordName", "name"), ("NextRecordType", "type"), ("NextRecordIdentifier", "identifier")],
};

fn member<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, |tree, part| match tree {
        Tree::Map(members) => members.iter().find(|(name, _)| *name == part).map(|(_, tree)| tree),
        _ => None,
    })
}

fn text(tree: &Tree, path: &str) -> String {
    match member(tree, path) {
        Some(Tree::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn items<'a>(tree: &'a Tree, path: &str) -> &'a [Tree] {
    match member(tree, path) {
        Some(Tree::List(_, items)) => items,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use crate::lab::world::{
        reference::{SEOUL, TOKYO, ZONE},
        testing::world,
    };

    #[test]
    fn a_balancer_that_a_zone_leads_to_is_found_with_its_addresses_also_where_no_answer_leads_now() {
        let mut world = world();
        let fronts = world.fronts();
        let led: Vec<_> = fronts.iter().filter(|front| front.is_led_to).collect();
        assert_eq!(
            led.iter().map(|front| front.region.as_str()).collect::<Vec<_>>(),
            [TOKYO.code, SEOUL.code]
        );
        assert_eq!(led[1].addresses, SEOUL.balancer);
        assert_eq!(led[1].ports, [80, 443]);
        assert_eq!(world.zone_names(), [ZONE]);
    }
}
