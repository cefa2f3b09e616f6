//! Message: questions and answers, without any packet.
//! Invariant: names in answers are canonical (see `name`).
//! Not here: how a record's value is written (see `value`).
//! Used by: `dns`, the DNS door, `route53`.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The types of records that the world knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DnsKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Who may issue certificates.
    Caa,
    /// Another name for this one.
    Cname,
    /// Mail.
    Mx,
    /// A name server.
    Ns,
    /// The name of an address.
    Ptr,
    /// The head of a zone.
    Soa,
    /// Text about mail, in the type that came before TXT took it over.
    Spf,
    /// Where a service is.
    Srv,
    /// Text.
    Txt,
    /// Everything that a name has.
    Any,
    /// A type by its number that no zone of the world holds.
    Other(u16),
}

/// The types that zones hold, as Route 53 spells them.
const SPELLED: [(&str, DnsKind); 11] = [
    ("A", DnsKind::A),
    ("AAAA", DnsKind::Aaaa),
    ("CAA", DnsKind::Caa),
    ("CNAME", DnsKind::Cname),
    ("MX", DnsKind::Mx),
    ("NS", DnsKind::Ns),
    ("PTR", DnsKind::Ptr),
    ("SOA", DnsKind::Soa),
    ("SPF", DnsKind::Spf),
    ("SRV", DnsKind::Srv),
    ("TXT", DnsKind::Txt),
];

impl DnsKind {
    /// The types that zones hold.
    pub fn all() -> impl Iterator<Item = DnsKind> {
        SPELLED.into_iter().map(|(_, kind)| kind)
    }

    /// The type as Route 53 spells it; `None` for one that it does not serve here.
    pub fn parse(text: &str) -> Option<DnsKind> {
        SPELLED.iter().find(|(spelled, _)| *spelled == text).map(|(_, kind)| *kind)
    }

    /// The type as Route 53 spells it.
    pub fn text(self) -> &'static str {
        match self {
            DnsKind::Any => "ANY",
            DnsKind::Other(_) => "OTHER",
            own => SPELLED.iter().find(|(_, kind)| *kind == own).map_or("", |(spelled, _)| spelled),
        }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsQuestion {
    /// The name, in any case, with or without its last dot.
    pub name: String,
    /// The type of records wanted.
    pub kind: DnsKind,
    /// True if the client wants the server to ask others (the RD flag).
    pub recursive: bool,
}

/// How an answer went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsCode {
    /// The name exists; perhaps without records of the type.
    NoError,
    /// No such name.
    NxDomain,
    /// The server has no zone for the name.
    Refused,
    /// The resolver found nobody who would answer.
    ServFail,
}

impl DnsCode {
    /// The code as tools print it.
    pub fn text(self) -> &'static str {
        match self {
            DnsCode::NoError => "NOERROR",
            DnsCode::NxDomain => "NXDOMAIN",
            DnsCode::Refused => "REFUSED",
            DnsCode::ServFail => "SERVFAIL",
        }
    }
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// Who may issue certificates: flags, tag and value.
    Caa(u8, String, String),
    /// Another name for this one.
    Cname(String),
    /// A mail server, with its preference.
    Mx(u16, String),
    /// A name server.
    Ns(String),
    /// The name of an address.
    Ptr(String),
    /// The head of a zone.
    Soa(Soa),
    /// Strings of text about mail.
    Spf(Vec<String>),
    /// Where a service is: priority, weight, port and host.
    Srv(u16, u16, u16, String),
    /// Strings of text.
    Txt(Vec<String>),
}

/// The head of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// The first name server.
    pub server: String,
    /// The mailbox of who is responsible, as a name.
    pub mailbox: String,
    /// The zone's version.
    pub serial: u32,
    /// How often a secondary looks, in seconds.
    pub refresh: u32,
    /// How soon it looks again after a failure, in seconds.
    pub retry: u32,
    /// When it gives up, in seconds.
    pub expire: u32,
    /// How long an absence may be remembered, in seconds.
    pub minimum: u32,
}

/// One record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// Whose it is.
    pub name: String,
    /// How long it may be remembered, in seconds.
    pub ttl: u32,
    /// What it says.
    pub data: DnsData,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsAnswer {
    /// How it went.
    pub code: DnsCode,
    /// True from a name server of the zone, false from a resolver.
    pub authoritative: bool,
    /// The records, aliases first.
    pub records: Vec<DnsRecord>,
    /// The zone's head, where there are no records.
    pub authority: Vec<DnsRecord>,
}

impl DnsAnswer {
    /// The IPv4 addresses of the answer, in order.
    pub fn addresses(&self) -> Vec<Ipv4Addr> {
        let address = |record: &DnsRecord| match record.data {
            DnsData::A(address) => Some(address),
            _ => None,
        };
        self.records.iter().filter_map(address).collect()
    }
}
