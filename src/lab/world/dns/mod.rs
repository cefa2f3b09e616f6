//! Dns: what a client that asks for a name is told.
//! Invariant: names are canonical inside the world: lower case, with the last dot, without octal escapes.
//! Not here: packets (see `lab::door`), which record is healthy (see `route53`).
//! Used by: the DNS door, Route 53's checkers and `TestDNSAnswer`.
//!
//! `authority` answers as the name servers of each zone do, `resolver` as a caching resolver that asks them.

mod authority;
pub(in crate::lab) mod name;
mod resolver;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, Ipv6Addr};

pub use self::authority::NAME_SERVERS;
pub(in crate::lab) use self::{authority::Held, resolver::Cache};

/// The types of records that the world knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DnsKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Another name for this one.
    Cname,
    /// Mail.
    Mx,
    /// A name server.
    Ns,
    /// The head of a zone.
    Soa,
    /// Text.
    Txt,
    /// A type by its number that no zone of the world holds.
    Other(u16),
}

impl DnsKind {
    /// The type as Route 53 spells it; `None` for one that it does not serve here.
    pub fn parse(text: &str) -> Option<DnsKind> {
        Some(match text {
            "A" => DnsKind::A,
            "AAAA" => DnsKind::Aaaa,
            "CNAME" => DnsKind::Cname,
            "MX" => DnsKind::Mx,
            "NS" => DnsKind::Ns,
            "SOA" => DnsKind::Soa,
            "TXT" => DnsKind::Txt,
            _ => return None,
        })
    }

    /// The type as Route 53 spells it.
    pub fn text(self) -> &'static str {
        match self {
            DnsKind::A => "A",
            DnsKind::Aaaa => "AAAA",
            DnsKind::Cname => "CNAME",
            DnsKind::Mx => "MX",
            DnsKind::Ns => "NS",
            DnsKind::Soa => "SOA",
            DnsKind::Txt => "TXT",
            DnsKind::Other(_) => "OTHER",
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
}

impl DnsCode {
    /// The code as tools print it.
    pub fn text(self) -> &'static str {
        match self {
            DnsCode::NoError => "NOERROR",
            DnsCode::NxDomain => "NXDOMAIN",
            DnsCode::Refused => "REFUSED",
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
    /// Another name for this one.
    Cname(String),
    /// A mail server, with its preference.
    Mx(u16, String),
    /// A name server.
    Ns(String),
    /// The head of a zone.
    Soa(Soa),
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

impl DnsData {
    /// The type of a record that says this.
    pub fn kind(&self) -> DnsKind {
        match self {
            DnsData::A(_) => DnsKind::A,
            DnsData::Aaaa(_) => DnsKind::Aaaa,
            DnsData::Cname(_) => DnsKind::Cname,
            DnsData::Mx(..) => DnsKind::Mx,
            DnsData::Ns(_) => DnsKind::Ns,
            DnsData::Soa(_) => DnsKind::Soa,
            DnsData::Txt(_) => DnsKind::Txt,
        }
    }

    /// Read from a record's value as zone files and Route 53 write it; `None` if it is not a value of that type.
    pub fn parse(kind: DnsKind, value: &str) -> Option<DnsData> {
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        Some(match (kind, words.as_slice()) {
            (DnsKind::A, [address]) => DnsData::A(address.parse().ok()?),
            (DnsKind::Aaaa, [address]) => DnsData::Aaaa(address.parse().ok()?),
            (DnsKind::Cname, [target]) => DnsData::Cname(name::canonical(target)),
            (DnsKind::Ns, [server]) => DnsData::Ns(name::canonical(server)),
            (DnsKind::Mx, [preference, server]) => {
                DnsData::Mx(preference.parse().ok()?, name::canonical(server))
            }
            (DnsKind::Soa, [server, mailbox, numbers @ ..]) => {
                let numbers: Vec<u32> = numbers.iter().map(|n| n.parse().ok()).collect::<Option<_>>()?;
                let &[serial, refresh, retry, expire, minimum] = numbers.as_slice() else { return None };
                let (server, mailbox) = (name::canonical(server), name::canonical(mailbox));
                DnsData::Soa(Soa { server, mailbox, serial, refresh, retry, expire, minimum })
            }
            (DnsKind::Txt, _) => DnsData::Txt(quoted(value)?),
            _ => return None,
        })
    }

    /// Written as zone files and Route 53 write it.
    pub fn text(&self) -> String {
        match self {
            DnsData::A(address) => address.to_string(),
            DnsData::Aaaa(address) => address.to_string(),
            DnsData::Cname(name) | DnsData::Ns(name) => name.clone(),
            DnsData::Mx(preference, server) => format!("{preference} {server}"),
            DnsData::Soa(soa) => format!(
                "{} {} {} {} {} {} {}",
                soa.server, soa.mailbox, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
            ),
            DnsData::Txt(strings) => {
                let quote = |s: &String| format!("\"{}\"", s.replace('\\', "\\\\").replace('"', "\\\""));
                strings.iter().map(quote).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// The strings of a TXT value: each in double quotes, `\"` and `\\` escaped, at most 255 bytes.
fn quoted(value: &str) -> Option<Vec<String>> {
    let mut strings = Vec::new();
    let mut rest = value.trim();
    while let Some(open) = rest.strip_prefix('"') {
        let mut string = String::new();
        let mut chars = open.char_indices();
        rest = loop {
            match chars.next()? {
                (at, '"') => break open[at + 1..].trim_start(),
                (_, '\\') => string.push(chars.next()?.1),
                (_, other) => string.push(other),
            }
        };
        strings.push(string);
    }
    let fits = strings.iter().all(|string| string.len() <= 255);
    (rest.is_empty() && !strings.is_empty() && fits).then_some(strings)
}
