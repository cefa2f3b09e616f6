//! Authority: what the name servers of each zone answer.
//! Invariant: follows an alias only inside its own zone, as a server without recursion does.
//! Not here: how Route 53 chooses among records (see `route53::choose`), AWS's own zones (see `aws`).
//! Used by: the DNS door for questions without recursion, `dns::resolver`, Route 53's checkers.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, DnsRecord, name, servers::aws_head};
use crate::lab::world::{
    World,
    route53::{Asker, zone::Zone},
};

/// How many names in a row a name server follows inside its zone.
const CHAIN: usize = 8;

/// What one name holds of one type, in its own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) enum Held {
    /// These records: of the type, or the name's CNAME.
    Records(Vec<DnsRecord>),
    /// The name, but nothing of the type.
    NoData,
    /// No such name.
    NoName,
    /// Another zone's name servers have it: the zone's NS records here.
    Elsewhere(Vec<DnsRecord>),
}

/// Who answers for a name.
#[derive(Debug, Clone, Copy)]
enum Apex<'a> {
    /// A hosted zone.
    Hosted(&'a Zone),
    /// A zone of AWS's own.
    Aws(&'a str),
}

impl Apex<'_> {
    fn name(&self) -> &str {
        match self {
            Apex::Hosted(zone) => &zone.name,
            Apex::Aws(name) => name,
        }
    }
}

impl World {
    /// What the authoritative name server answers at `now`. It does not ask others, whatever `question.recursive` says.
    pub fn answer(&mut self, now: Timestamp, question: &DnsQuestion) -> DnsAnswer {
        self.answer_for(now, question, None)
    }

    /// The same for a client at an address: where routing goes by place, it is the client's. Without an address it is
    /// that of the world's resolver.
    pub fn answer_for(
        &mut self,
        now: Timestamp,
        question: &DnsQuestion,
        client: Option<IpAddr>,
    ) -> DnsAnswer {
        self.advance(now);
        self.route53.turn += 1;
        let asker = self.route53.asker(client);
        let mut answer = self.ask_as(&name::canonical(&question.name), question.kind, &asker);
        rotate(&mut answer.records, asker.turn);
        answer
    }

    /// The authoritative answer now to the world's resolver, its records in their own order. The name is canonical.
    pub(in crate::lab) fn ask(&self, name: &str, kind: DnsKind) -> DnsAnswer {
        self.ask_as(name, kind, &self.route53.asker(None))
    }

    /// The authoritative answer now, its records in their own order. The name is canonical.
    pub(in crate::lab) fn ask_as(&self, name: &str, kind: DnsKind, asker: &Asker) -> DnsAnswer {
        match self.apex_of(name) {
            Some(apex) => self.ask_apex(apex, name, kind, asker),
            None => DnsAnswer {
                code: DnsCode::Refused,
                authoritative: false,
                records: Vec::new(),
                authority: Vec::new(),
            },
        }
    }

    /// The answer of one hosted zone's own name servers, whoever else holds the name.
    pub(in crate::lab) fn ask_zone(
        &self,
        zone: &Zone,
        name: &str,
        kind: DnsKind,
        asker: &Asker,
    ) -> DnsAnswer {
        self.ask_apex(Apex::Hosted(zone), name, kind, asker)
    }

    fn ask_apex(&self, apex: Apex<'_>, name: &str, kind: DnsKind, asker: &Asker) -> DnsAnswer {
        let mut answer = DnsAnswer {
            code: DnsCode::NoError,
            authoritative: true,
            records: Vec::new(),
            authority: Vec::new(),
        };
        let mut name = name.to_owned();
        // An alias that leads back to itself ends here rather than never.
        for _ in 0..CHAIN {
            match self.held(apex, &name, kind, asker) {
                Held::Records(records) => {
                    let next = alias(&records, kind);
                    answer.records.extend(records);
                    match next {
                        Some(next) if name::is_within(&next, apex.name()) => name = next,
                        _ => break,
                    }
                }
                Held::NoData => {
                    answer.authority = vec![self.zone_head(apex)];
                    break;
                }
                Held::NoName => {
                    answer.code = DnsCode::NxDomain;
                    answer.authority = vec![self.zone_head(apex)];
                    break;
                }
                Held::Elsewhere(servers) => {
                    // RFC 1034, section 4.3.2: a referral is not authoritative, unless a chain leads to it.
                    answer.authoritative = !answer.records.is_empty();
                    answer.authority = servers;
                    break;
                }
            }
        }
        answer
    }

    /// Who answers for a name, if the world has them.
    fn apex_of<'a>(&'a self, name: &'a str) -> Option<Apex<'a>> {
        let hosted = self.route53.zone_above(name).map(Apex::Hosted);
        hosted.or_else(|| self.aws_zone_above(name).map(Apex::Aws))
    }

    fn held(&self, apex: Apex<'_>, name: &str, kind: DnsKind, asker: &Asker) -> Held {
        match apex {
            Apex::Hosted(zone) => self.zone_holds(zone, name, kind, asker),
            Apex::Aws(zone) => self.aws_holds(zone, name, kind),
        }
    }

    /// The SOA record that tells how long an absence may be remembered (RFC 2308: the lesser of its TTL and minimum).
    fn zone_head(&self, apex: Apex<'_>) -> DnsRecord {
        let held = self.held(apex, apex.name(), DnsKind::Soa, &self.route53.asker(None));
        if let Held::Records(mut records) = held
            && let Some(mut head) = records.pop()
        {
            if let DnsData::Soa(soa) = &head.data {
                head.ttl = head.ttl.min(soa.minimum);
            }
            return head;
        }
        DnsRecord { name: apex.name().to_owned(), ttl: 60, data: DnsData::Soa(aws_head(60)) }
    }
}

/// Where records of another type than asked lead: the target of their CNAME.
pub(in crate::lab) fn alias(records: &[DnsRecord], kind: DnsKind) -> Option<String> {
    match &records.last()?.data {
        DnsData::Cname(target) if !matches!(kind, DnsKind::Cname | DnsKind::Any) => Some(target.clone()),
        _ => None,
    }
}

/// Turns the addresses round, so that each answer begins with another one; what leads to them stays first.
fn rotate(records: &mut [DnsRecord], turn: u64) {
    let from = records.iter().position(|record| matches!(record.data, DnsData::A(_) | DnsData::Aaaa(_)));
    if let Some(addresses) = from.and_then(|from| records.get_mut(from..)).filter(|left| !left.is_empty()) {
        let by = usize::try_from(turn % addresses.len() as u64).unwrap_or(0);
        addresses.rotate_left(by);
    }
}
