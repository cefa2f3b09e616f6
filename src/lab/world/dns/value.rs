//! Value: what a record says, as zone files and Route 53 write it.
//! Invariant: what is read is written the same way, but for the case of names.
//! Used by: `route53`, which keeps records as values.

use super::{
    message::{DnsData, DnsKind, Soa},
    name,
};

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
