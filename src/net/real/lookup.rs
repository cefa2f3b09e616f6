//! Lookup: from a name to addresses as a stub resolver finds them: repeat, next server, TCP when cut short, aliases.
//! Invariant: no cache; ends within the question's time.
//! Not here: bytes on the wire (see `dns`); keeping an answer for its TTL (see `probe::site_ttl`).
//! Used by: `net::real`.
//!
//! IPv4 addresses are asked for first and IPv6 only where a name has none: it is the family that every user has and
//! that Route 53's health checkers use.

use std::{net::SocketAddr, time::Duration};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, RecordType},
};

use super::{RealNet, dns};
use crate::net::{Answer, Code, FOREVER, Failure, NetError, Phase, Question, literal};

/// A datagram can be lost: after this the question is sent again.
const TRY: Duration = Duration::from_secs(1);
/// More aliases in a row than this are a circle.
const MAX_ALIASES: usize = 8;

/// The addresses of the question's name.
pub(super) async fn lookup(net: &RealNet, question: &Question) -> Result<Answer, NetError> {
    if let Some(answer) = literal(&question.name) {
        return Ok(answer);
    }
    let search = Search::new(net, question)?;
    let mut answer = search.addresses().await?;
    answer.took = net.clock.now().since(search.started);
    Ok(answer)
}

struct Search<'a> {
    net: &'a RealNet,
    question: &'a Question,
    servers: Vec<SocketAddr>,
    started: crate::clock::Stamp,
}

impl<'a> Search<'a> {
    fn new(net: &'a RealNet, question: &'a Question) -> Result<Search<'a>, NetError> {
        let servers = match (question.server, &*net.servers) {
            (Some(server), _) => vec![server],
            (None, Ok(servers)) => servers.clone(),
            (None, Err(why)) => return Err(ours(&question.name, why.clone())),
        };
        Ok(Search { net, question, servers, started: net.clock.now() })
    }

    /// IPv4, or IPv6 where there is none; through aliases if the server left them to us.
    async fn addresses(&self) -> Result<Answer, NetError> {
        let mut name = Name::from_utf8(&self.question.name)
            .map_err(|error| ours(&self.question.name, format!("not a DNS name: {error}")))?;
        name.set_fqdn(true);
        let mut ttl = FOREVER;
        for _ in 0..MAX_ALIASES {
            let mut answer = read(&self.ask(&name, RecordType::A).await?);
            if answer.is_empty() {
                answer = read(&self.ask(&name, RecordType::AAAA).await?);
            }
            ttl = ttl.min(answer.ttl);
            answer.ttl = ttl;
            match &answer.canonical {
                Some(next) if answer.addresses.is_empty() && self.question.recursive => {
                    name = Name::from_utf8(next).map_err(|error| ours(next, error.to_string()))?;
                }
                _ => return Ok(answer),
            }
        }
        let circle = Failure::Malformed(format!("more than {MAX_ALIASES} aliases in a row"));
        Err(NetError::new(Phase::Lookup, format!("for {}", self.question.name), circle))
    }

    /// Asks the servers in turn until one replies.
    async fn ask(&self, name: &Name, kind: RecordType) -> Result<Message, NetError> {
        let mut refusals = 0;
        for &server in self.servers.iter().cycle() {
            let said = |failure| Err(NetError::new(Phase::Lookup, server, failure));
            match self.exchange(server, name, kind).await {
                Ok(reply) => return Ok(reply),
                // Another server may still be there; when none of them is, waiting does not help.
                Err(Failure::Refused) if refusals + 1 < self.servers.len() => refusals += 1,
                Err(Failure::Timeout(_)) if !self.left().is_zero() => {}
                Err(Failure::Timeout(_)) => return said(Failure::Timeout(self.question.within)),
                Err(failure) => return said(failure),
            }
        }
        Err(ours(&self.question.name, "no name server is known".into()))
    }

    /// One try at one server.
    async fn exchange(&self, server: SocketAddr, name: &Name, kind: RecordType) -> Result<Message, Failure> {
        let packet = dns::Packet::new(name, kind, self.question.recursive)?;
        let peer = self.net.map.translate(server);
        let patience = self.left().min(TRY);
        let timeout = || Failure::Timeout(patience);
        let reply =
            self.net.clock.timeout(patience, dns::over_udp(peer, &packet)).await.ok_or_else(timeout)??;
        if !reply.metadata.truncation {
            return Ok(reply);
        }
        self.net.clock.timeout(self.left(), dns::over_tcp(peer, &packet)).await.ok_or_else(timeout)?
    }

    fn left(&self) -> Duration {
        self.question.within.saturating_sub(self.net.clock.now().since(self.started))
    }
}

fn ours(name: &str, why: String) -> NetError {
    NetError::new(Phase::Lookup, format!("for {name}"), Failure::Ours(why))
}

impl Answer {
    /// True if the name exists and has neither address nor alias in this family.
    fn is_empty(&self) -> bool {
        self.code == Code::NoError && self.addresses.is_empty() && self.canonical.is_none()
    }
}

fn read(reply: &Message) -> Answer {
    let mut answer = Answer {
        addresses: Vec::new(),
        ttl: reply
            .answers
            .iter()
            .map(|record| Duration::from_secs(record.ttl.into()))
            .min()
            .unwrap_or_default(),
        authoritative: reply.metadata.authoritative,
        code: code(reply.metadata.response_code),
        canonical: None,
        took: Duration::ZERO,
    };
    for record in &reply.answers {
        match &record.data {
            RData::A(address) => answer.addresses.push(address.0.into()),
            RData::AAAA(address) => answer.addresses.push(address.0.into()),
            RData::CNAME(name) => answer.canonical = Some(name.0.to_ascii()),
            _ => {}
        }
    }
    answer
}

fn code(code: ResponseCode) -> Code {
    match code {
        ResponseCode::NoError => Code::NoError,
        ResponseCode::NXDomain => Code::NxDomain,
        ResponseCode::ServFail => Code::ServFail,
        ResponseCode::Refused => Code::Refused,
        other => Code::Other(other.to_string()),
    }
}
