//! Dns: packets, from bytes to a question and from an answer to bytes.
//! Invariant: an answer repeats the question and its id, and never exceeds what the client takes.
//! Not here: what is answered (see `world::dns`), sockets (see `lab::door`).
//! Used by: `lab::door`.

use hickory_proto::{
    op::{Edns, Message, MessageType, OpCode, Query, ResponseCode},
    rr::{
        DNSClass, Name, RData, Record, RecordType,
        rdata::{A, AAAA, CNAME, MX, NS, NULL, PTR, SOA, SRV, TXT},
    },
};

use crate::lab::world::dns::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, DnsRecord};

/// What UDP carries when the client does not say (RFC 1035).
const PLAIN: u16 = 512;
/// What this server sends at most over UDP: it fits every path's packets (DNS flag day 2020).
const LARGEST: u16 = 1232;

/// The number of the type SPF (RFC 4408), which RFC 7208 gave up and Route 53 still serves.
const SPF: u16 = 99;

/// A question as it came.
#[derive(Debug)]
pub struct AskedName {
    /// What to ask the world; the code to answer with if the packet asks what no name server answers.
    pub question: Result<DnsQuestion, ResponseCode>,
    id: u16,
    op_code: OpCode,
    query: Option<Query>,
    recursion_desired: bool,
    edns: bool,
    room: u16,
}

impl AskedName {
    /// Reads a packet. `None` for bytes that are no query: nobody is owed an answer.
    pub fn read(packet: &[u8]) -> Option<AskedName> {
        let message = Message::from_vec(packet).ok()?;
        if message.metadata.message_type != MessageType::Query {
            return None;
        }
        let recursion_desired = message.metadata.recursion_desired;
        let room = message.edns.as_ref().map_or(PLAIN, |edns| edns.max_payload().clamp(PLAIN, LARGEST));
        Some(AskedName {
            question: question(&message, recursion_desired),
            id: message.metadata.id,
            op_code: message.metadata.op_code,
            edns: message.edns.is_some(),
            query: message.queries.into_iter().next(),
            recursion_desired,
            room,
        })
    }

    /// The answer's packet; over UDP with the truncation flag in place of records that do not fit.
    pub fn answer(&self, answer: &DnsAnswer, recursion_available: bool, udp: bool) -> Option<Vec<u8>> {
        let mut message = self.message(code(answer.code), recursion_available);
        message.metadata.authoritative = answer.authoritative;
        message.add_answers(answer.records.iter().filter_map(record));
        message.add_authorities(answer.authority.iter().filter_map(record));
        let packet = message.to_vec().ok()?;
        if udp && packet.len() > usize::from(self.room) {
            return message.truncate().to_vec().ok();
        }
        Some(packet)
    }

    /// The packet that refuses with a code.
    pub fn refuse(&self, code: ResponseCode) -> Option<Vec<u8>> {
        self.message(code, false).to_vec().ok()
    }

    fn message(&self, code: ResponseCode, recursion_available: bool) -> Message {
        let mut message = Message::response(self.id, self.op_code);
        message.metadata.response_code = code;
        message.metadata.recursion_desired = self.recursion_desired;
        message.metadata.recursion_available = recursion_available;
        message.add_queries(self.query.clone());
        if self.edns {
            let mut edns = Edns::new();
            edns.set_max_payload(LARGEST);
            message.set_edns(edns);
        }
        message
    }
}

fn question(message: &Message, recursive: bool) -> Result<DnsQuestion, ResponseCode> {
    if message.metadata.op_code != OpCode::Query {
        return Err(ResponseCode::NotImp);
    }
    let [query] = message.queries.as_slice() else { return Err(ResponseCode::FormErr) };
    if query.query_class != DNSClass::IN {
        return Err(ResponseCode::Refused);
    }
    Ok(DnsQuestion { name: query.name.to_ascii(), kind: kind(query.query_type), recursive })
}

fn kind(of: RecordType) -> DnsKind {
    match of {
        RecordType::A => DnsKind::A,
        RecordType::AAAA => DnsKind::Aaaa,
        RecordType::CNAME => DnsKind::Cname,
        RecordType::MX => DnsKind::Mx,
        RecordType::NS => DnsKind::Ns,
        RecordType::CAA => DnsKind::Caa,
        RecordType::PTR => DnsKind::Ptr,
        RecordType::SRV => DnsKind::Srv,
        RecordType::ANY => DnsKind::Any,
        RecordType::Unknown(SPF) => DnsKind::Spf,
        RecordType::SOA => DnsKind::Soa,
        RecordType::TXT => DnsKind::Txt,
        other => DnsKind::Other(other.into()),
    }
}

fn code(of: DnsCode) -> ResponseCode {
    match of {
        DnsCode::NoError => ResponseCode::NoError,
        DnsCode::NxDomain => ResponseCode::NXDomain,
        DnsCode::Refused => ResponseCode::Refused,
        DnsCode::ServFail => ResponseCode::ServFail,
    }
}

/// A record for the packet; `None` for a name that no packet can carry, which the world does not make.
fn record(of: &DnsRecord) -> Option<Record> {
    let name = |text: &str| Name::from_ascii(text).ok();
    let data = match &of.data {
        DnsData::A(address) => RData::A(A(*address)),
        DnsData::Aaaa(address) => RData::AAAA(AAAA(*address)),
        DnsData::Cname(target) => RData::CNAME(CNAME(name(target)?)),
        DnsData::Ns(server) => RData::NS(NS(name(server)?)),
        DnsData::Ptr(target) => RData::PTR(PTR(name(target)?)),
        DnsData::Srv(priority, weight, port, host) => {
            RData::SRV(SRV::new(*priority, *weight, *port, name(host)?))
        }
        DnsData::Caa(flags, tag, value) => {
            let length = u8::try_from(tag.len()).ok()?;
            let bytes = [&[*flags, length], tag.as_bytes(), value.as_bytes()].concat();
            RData::Unknown { code: RecordType::CAA, rdata: NULL::with(bytes) }
        }
        DnsData::Spf(strings) => {
            let mut bytes = Vec::new();
            for string in strings {
                bytes.push(u8::try_from(string.len()).ok()?);
                bytes.extend_from_slice(string.as_bytes());
            }
            RData::Unknown { code: RecordType::Unknown(SPF), rdata: NULL::with(bytes) }
        }
        DnsData::Mx(preference, server) => RData::MX(MX::new(*preference, name(server)?)),
        DnsData::Txt(strings) => RData::TXT(TXT::new(strings.clone())),
        DnsData::Soa(soa) => {
            let seconds = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
            RData::SOA(SOA::new(
                name(&soa.server)?,
                name(&soa.mailbox)?,
                soa.serial,
                seconds(soa.refresh),
                seconds(soa.retry),
                seconds(soa.expire),
                soa.minimum,
            ))
        }
    };
    Some(Record::from_rdata(name(&of.name)?, of.ttl, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(edns: bool) -> AskedName {
        let mut message = Message::query();
        message.metadata.id = 77;
        message.metadata.recursion_desired = true;
        message.add_query(Query::query(Name::from_ascii("WWW.example.com.").unwrap(), RecordType::A));
        if edns {
            message.set_edns(Edns::new());
        }
        AskedName::read(&message.to_vec().unwrap()).unwrap()
    }

    fn answer(records: u8) -> DnsAnswer {
        let record = |n| DnsRecord {
            name: "www.example.com.".to_owned(),
            ttl: 60,
            data: DnsData::A([192, 0, 2, n].into()),
        };
        DnsAnswer {
            code: DnsCode::NoError,
            authoritative: true,
            records: (0..records).map(record).collect(),
            authority: Vec::new(),
        }
    }

    #[test]
    fn the_answer_repeats_id_question_and_flags() {
        let asked = asked(true);
        let question = asked.question.as_ref().unwrap();
        assert!(question.name.eq_ignore_ascii_case("www.example.com.") && question.recursive);
        let packet = asked.answer(&answer(2), true, true).unwrap();
        let message = Message::from_vec(&packet).unwrap();
        assert_eq!(message.metadata.id, 77);
        assert!(message.metadata.authoritative && message.metadata.recursion_available);
        assert_eq!(message.queries.len(), 1);
        assert_eq!(message.answers.len(), 2);
        assert!(message.edns.is_some());
    }

    #[test]
    fn what_does_not_fit_over_udp_is_truncated_and_tcp_carries_it() {
        let asked = asked(false);
        let udp = Message::from_vec(&asked.answer(&answer(60), true, true).unwrap()).unwrap();
        assert!(udp.metadata.truncation && udp.answers.is_empty());
        let tcp = Message::from_vec(&asked.answer(&answer(60), true, false).unwrap()).unwrap();
        assert_eq!(tcp.answers.len(), 60);
    }

    #[test]
    fn bytes_that_are_no_query_get_no_answer() {
        assert!(AskedName::read(b"").is_none());
        assert!(AskedName::read(&[0xff; 40]).is_none());
    }
}
