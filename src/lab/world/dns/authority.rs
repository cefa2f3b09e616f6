//! Authority: what the name servers of each zone answer.
//! Invariant: follows an alias only inside its own zone, as a server without recursion does.
//! Not here: how Route 53 chooses among records (see `route53::answer`).
//! Used by: the DNS door for questions without recursion, `dns::resolver`, Route 53's checkers.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use super::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, DnsRecord, Soa, name};
use crate::lab::world::{World, reference};

/// The name servers of the site's zone, and their addresses (TEST-NET-3).
pub const NAME_SERVERS: [(&str, Ipv4Addr); 4] = [
    ("ns-1.awsdns-01.com.", Ipv4Addr::new(203, 0, 113, 53)),
    ("ns-2.awsdns-02.net.", Ipv4Addr::new(203, 0, 113, 54)),
    ("ns-3.awsdns-03.org.", Ipv4Addr::new(203, 0, 113, 55)),
    ("ns-4.awsdns-04.co.uk.", Ipv4Addr::new(203, 0, 113, 56)),
];

/// How long the names of load balancers may be remembered (AWS: Elastic Load Balancing user guide, DNS name).
pub(in crate::lab) const BALANCER_TTL: u32 = 60;

/// How long Route 53's own servers' addresses may be remembered.
const SERVER_TTL: u32 = 172_800;

/// The zones that AWS runs for its own names.
const AWS_ZONES: [&str; 7] = [
    "elb.amazonaws.com.",
    "rds.amazonaws.com.",
    "elasticbeanstalk.com.",
    "awsdns-01.com.",
    "awsdns-02.net.",
    "awsdns-03.org.",
    "awsdns-04.co.uk.",
];

/// What one name holds of one type, in its own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) enum Held {
    /// These records: of the type, or the name's CNAME.
    Records(Vec<DnsRecord>),
    /// The name, but nothing of the type.
    NoData,
    /// No such name.
    NoName,
}

impl World {
    /// What the authoritative name server answers at `now`. It does not ask others, whatever `question.recursive` says.
    pub fn answer(&mut self, now: Timestamp, question: &DnsQuestion) -> DnsAnswer {
        self.advance(now);
        let mut answer = self.ask(&name::canonical(&question.name), question.kind);
        self.route53.turn += 1;
        rotate(&mut answer.records, self.route53.turn);
        answer
    }

    /// The authoritative answer now, its records in their own order. The name is canonical.
    pub(in crate::lab) fn ask(&self, name: &str, kind: DnsKind) -> DnsAnswer {
        let Some(zone) = self.zone_above(name) else {
            return DnsAnswer {
                code: DnsCode::Refused,
                authoritative: false,
                records: Vec::new(),
                authority: Vec::new(),
            };
        };
        let mut answer = DnsAnswer {
            code: DnsCode::NoError,
            authoritative: true,
            records: Vec::new(),
            authority: Vec::new(),
        };
        let mut name = name.to_owned();
        // An alias that leads back to itself ends here rather than never.
        for _ in 0..8 {
            match self.held(&zone, &name, kind) {
                Held::Records(records) => {
                    let next = alias(&records, kind);
                    answer.records.extend(records);
                    match next {
                        Some(next) if name::is_within(&next, &zone) => name = next,
                        _ => break,
                    }
                }
                Held::NoData => {
                    answer.authority = vec![self.zone_head(&zone)];
                    break;
                }
                Held::NoName => {
                    answer.code = DnsCode::NxDomain;
                    answer.authority = vec![self.zone_head(&zone)];
                    break;
                }
            }
        }
        answer
    }

    /// The zone that holds a name, if the world has one.
    fn zone_above(&self, name: &str) -> Option<String> {
        let own = self.route53.zone_above(name).map(|zone| zone.name.clone());
        own.or_else(|| {
            AWS_ZONES.iter().find(|zone| name::is_within(name, zone)).map(|zone| (*zone).to_owned())
        })
    }

    fn held(&self, zone: &str, name: &str, kind: DnsKind) -> Held {
        if let Some(own) = self.route53.zone_above(name).filter(|own| own.name == zone) {
            return self.zone_holds(own, name, kind);
        }
        let held = self.aws_holds(zone, name, kind);
        // A name between others exists without records of its own (RFC 4592).
        let exists = || name == zone || self.aws_names().iter().any(|own| name::is_within(own, name));
        if held == Held::NoName && exists() { Held::NoData } else { held }
    }

    /// What a name in one of AWS's own zones holds.
    fn aws_holds(&self, zone: &str, name: &str, kind: DnsKind) -> Held {
        if name == zone {
            let server = |(server, _): &(&str, Ipv4Addr)| {
                self::record(zone, SERVER_TTL, DnsData::Ns((*server).to_owned()))
            };
            return match kind {
                DnsKind::Soa => Held::Records(vec![self.zone_head(zone)]),
                DnsKind::Ns => Held::Records(NAME_SERVERS.iter().map(server).collect()),
                _ => Held::NoData,
            };
        }
        if zone == "rds.amazonaws.com." {
            return self.database_name(name, kind);
        }
        let (ttl, addresses) = if let Some((_, address)) =
            NAME_SERVERS.iter().find(|(server, _)| *server == name)
        {
            (SERVER_TTL, Some(vec![*address]))
        } else {
            (BALANCER_TTL, self.balancer_behind(name).and_then(|balancer| self.balancer_addresses(&balancer)))
        };
        match (addresses, kind) {
            (None, _) => Held::NoName,
            (Some(addresses), DnsKind::A) => {
                let record = |address| record(name, ttl, DnsData::A(address));
                Held::Records(addresses.into_iter().map(record).collect())
            }
            (Some(_), _) => Held::NoData,
        }
    }

    /// Every name that AWS's own zones hold.
    fn aws_names(&self) -> Vec<String> {
        let servers = NAME_SERVERS.iter().map(|(server, _)| (*server).to_owned());
        let environments = self.environment_cnames().map(|cname| format!("{cname}."));
        let balancers = reference::REGIONS.iter().filter_map(|region| self.balancer_name(region.code));
        let balancers = balancers.map(|name| format!("{}.", name.to_ascii_lowercase()));
        servers.chain(environments).chain(balancers).chain(self.database_names()).collect()
    }

    /// The balancer that a name of AWS's leads to: its own name, or that of the Beanstalk environment before it.
    pub(in crate::lab) fn balancer_behind(&self, name: &str) -> Option<String> {
        let plain = name.trim_end_matches('.');
        let plain = plain.strip_prefix("dualstack.").unwrap_or(plain);
        if let Some(balancer) = self.balancer_behind_cname(plain) {
            return Some(balancer.to_owned());
        }
        let own = reference::REGIONS.iter().filter_map(|region| self.balancer_name(region.code));
        own.into_iter().find(|own| own.eq_ignore_ascii_case(plain)).map(str::to_owned)
    }

    /// The SOA record that tells how long an absence may be remembered (RFC 2308: the lesser of its TTL and minimum).
    fn zone_head(&self, zone: &str) -> DnsRecord {
        let own = self.route53.zone_above(zone).filter(|own| own.name == zone);
        let held = own.map(|own| self.zone_holds(own, zone, DnsKind::Soa));
        if let Some(Held::Records(mut records)) = held
            && let Some(mut head) = records.pop()
        {
            if let DnsData::Soa(soa) = &head.data {
                head.ttl = head.ttl.min(soa.minimum);
            }
            return head;
        }
        let head = Soa {
            server: NAME_SERVERS[0].0.to_owned(),
            mailbox: "awsdns-hostmaster.amazon.com.".to_owned(),
            serial: 1,
            refresh: 7200,
            retry: 900,
            expire: 1_209_600,
            minimum: 60,
        };
        record(zone, 60, DnsData::Soa(head))
    }
}

fn record(name: &str, ttl: u32, data: DnsData) -> DnsRecord {
    DnsRecord { name: name.to_owned(), ttl, data }
}

/// Where records of another type than asked lead: the target of their CNAME.
pub(in crate::lab) fn alias(records: &[DnsRecord], kind: DnsKind) -> Option<String> {
    match &records.last()?.data {
        DnsData::Cname(target) if kind != DnsKind::Cname => Some(target.clone()),
        _ => None,
    }
}

/// Turns the addresses round, so that each answer begins with another one; what leads to them stays first.
fn rotate(records: &mut [DnsRecord], turn: u64) {
    let from = records.iter().position(|record| matches!(record.data, DnsData::A(_) | DnsData::Aaaa(_)));
    if let Some(addresses) = from.map(|from| &mut records[from..]) {
        let by = usize::try_from(turn % addresses.len() as u64).unwrap_or(0);
        addresses.rotate_left(by);
    }
}
