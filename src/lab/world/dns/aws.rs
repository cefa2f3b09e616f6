//! Aws: the zones that AWS runs for its own names: balancers, environments, databases and name servers.
//! Invariant: a name leads where the service that gave it away says, at this moment.
//! Not here: hosted zones (see `route53`).
//! Used by: `authority`; `route53` to find the balancer behind an alias.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    DnsData, DnsKind, DnsRecord, Held, name, region,
    servers::{NAME_SERVERS, aws_head},
};
use crate::lab::world::World;

/// How long the names of load balancers may be remembered (AWS: Elastic Load Balancing user guide, DNS name), and those
/// of environments, which are aliases of them.
const BALANCER_TTL: u32 = 60;

/// How long Route 53's own servers' addresses may be remembered.
const SERVER_TTL: u32 = 172_800;

const BALANCERS: &str = "elb.amazonaws.com.";
const DATABASES: &str = "rds.amazonaws.com.";
const ENVIRONMENTS: &str = "elasticbeanstalk.com.";

impl World {
    /// The zone of AWS's own that holds a name.
    pub(super) fn aws_zone_above<'a>(&self, name: &'a str) -> Option<&'a str> {
        let own = [BALANCERS, DATABASES, ENVIRONMENTS].into_iter().find(|zone| name::is_within(name, zone));
        own.or_else(|| self.servers_zone(name)).and_then(|zone| zone_part(name, zone.len()))
    }

    /// The zone of some name servers: `awsdns-NN.com.` and its likes.
    fn servers_zone<'a>(&self, name: &'a str) -> Option<&'a str> {
        let at = name.find("awsdns-").filter(|at| *at == 0 || name.as_bytes().get(at - 1) == Some(&b'.'))?;
        let zone = name.get(at..)?;
        self.route53.name_servers().any(|(server, _)| name::is_within(server, zone)).then_some(zone)
    }

    /// What a name in one of AWS's own zones holds.
    pub(super) fn aws_holds(&self, zone: &str, name: &str, kind: DnsKind) -> Held {
        if name == zone {
            return apex(zone, kind);
        }
        if zone == DATABASES {
            let held = self.database_name(name, kind);
            // A name between others exists without records of its own (RFC 4592).
            let between = || self.database_names().iter().any(|own| name::is_within(own, name));
            return if held == Held::NoName && between() { Held::NoData } else { held };
        }
        let server = self.route53.name_servers().find(|(server, _)| *server == name);
        let (ttl, addresses) = match server {
            Some((_, address)) => (SERVER_TTL, Some(vec![address])),
            None => (
                BALANCER_TTL,
                self.balancer_behind(name).and_then(|balancer| self.balancer_addresses(&balancer)),
            ),
        };
        match (addresses, kind) {
            (None, _) if is_region_of(name, zone) => Held::NoData,
            (None, _) => Held::NoName,
            (Some(addresses), DnsKind::A | DnsKind::Any) => {
                let record = |address| record(name, ttl, DnsData::A(address));
                Held::Records(addresses.into_iter().map(record).collect())
            }
            (Some(_), _) => Held::NoData,
        }
    }

    /// The balancer that a name of AWS's leads to: its own name, or that of the Beanstalk environment before it.
    pub(in crate::lab) fn balancer_behind(&self, name: &str) -> Option<String> {
        let plain = name.trim_end_matches('.').to_ascii_lowercase();
        let plain = plain.strip_prefix("dualstack.").unwrap_or(&plain);
        if plain.ends_with(".elasticbeanstalk.com") {
            return self.balancer_of_environment(plain);
        }
        self.balancer_addresses(plain).is_some().then(|| plain.to_owned())
    }

    /// The DNS name of the balancer of the environment with this CNAME.
    fn balancer_of_environment(&self, cname: &str) -> Option<String> {
        self.balancer_behind_cname(cname).map(str::to_ascii_lowercase)
    }

    /// The region that a public address of the world leads to.
    pub(in crate::lab) fn region_of_address(&self, address: Ipv4Addr) -> Option<&'static str> {
        let (balancer, _) = self.balancer_at(IpAddr::V4(address))?;
        region::region(&balancer.region).map(|region| region.code)
    }
}

/// The last `length` bytes of a name.
fn zone_part(name: &str, length: usize) -> Option<&str> {
    name.get(name.len().checked_sub(length)?..)
}

fn apex(zone: &str, kind: DnsKind) -> Held {
    let servers = NAME_SERVERS.iter().map(|(server, _)| (*server).to_owned());
    match kind {
        DnsKind::Soa => Held::Records(vec![record(zone, 900, DnsData::Soa(aws_head(60)))]),
        DnsKind::Ns | DnsKind::Any => {
            Held::Records(servers.map(|server| record(zone, SERVER_TTL, DnsData::Ns(server))).collect())
        }
        _ => Held::NoData,
    }
}

/// True for the name of a region between a zone and its names, so that a resolver that asks label by label (RFC 9156)
/// gets through.
fn is_region_of(name: &str, zone: &str) -> bool {
    let label = name.strip_suffix(zone).and_then(|front| front.strip_suffix('.'));
    label.is_some_and(|label| region::region(label).is_some())
}

fn record(name: &str, ttl: u32, data: DnsData) -> DnsRecord {
    DnsRecord { name: name.to_owned(), ttl, data }
}
