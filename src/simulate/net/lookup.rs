//! Lookup: addresses of a name, from the world's resolver or from one of its name servers.
//! Invariant: IPv4 first, IPv6 where there is none, as the lookup over sockets does.
//! Used by: `net`, `keep_alive`.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::WorldNet;
use crate::{
    lab::world::dns::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, NAME_SERVERS},
    net::{Answer, Code, NetError, Question, literal},
};

/// A question to a server nearby and back.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// The addresses of the question's name.
pub(super) async fn lookup(net: &WorldNet, question: &Question) -> Result<Answer, NetError> {
    if let Some(answer) = literal(&question.name) {
        return Ok(answer);
    }
    net.clock.sleep(ROUND_TRIP).await;
    let recurse = question.recursive && !question.server.is_some_and(is_name_server);
    let ask = |kind| {
        let asked = DnsQuestion { name: question.name.clone(), kind, recursive: question.recursive };
        net.door.with(|world, now| match recurse {
            true => world.resolve(now, &asked),
            false => world.answer_for(now, &asked, None),
        })
    };
    let mut answer = ask(DnsKind::A);
    if answer.code == DnsCode::NoError && answer.records.is_empty() {
        answer = ask(DnsKind::Aaaa);
    }
    Ok(of(&answer))
}

fn is_name_server(server: SocketAddr) -> bool {
    NAME_SERVERS.iter().any(|(_, address)| server.ip() == IpAddr::V4(*address))
}

fn of(said: &DnsAnswer) -> Answer {
    let mut answer = Answer {
        addresses: Vec::new(),
        ttl: Duration::from_secs(
            said.records.iter().map(|record| record.ttl).min().unwrap_or_default().into(),
        ),
        authoritative: said.authoritative,
        code: match said.code {
            DnsCode::NoError => Code::NoError,
            DnsCode::NxDomain => Code::NxDomain,
            DnsCode::Refused => Code::Refused,
            DnsCode::ServFail => Code::ServFail,
        },
        canonical: None,
        took: ROUND_TRIP,
    };
    for record in &said.records {
        match &record.data {
            DnsData::A(address) => answer.addresses.push((*address).into()),
            DnsData::Aaaa(address) => answer.addresses.push((*address).into()),
            DnsData::Cname(name) => answer.canonical = Some(name.clone()),
            _ => {}
        }
    }
    answer
}
