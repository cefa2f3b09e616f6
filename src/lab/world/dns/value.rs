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
            DnsData::Caa(..) => DnsKind::Caa,
            DnsData::Cname(_) => DnsKind::Cname,
            DnsData::Mx(..) => DnsKind::Mx,
            DnsData::Ns(_) => DnsKind::Ns,
            DnsData::Ptr(_) => DnsKind::Ptr,
            DnsData::Soa(_) => DnsKind::Soa,
            DnsData::Spf(_) => DnsKind::Spf,
            DnsData::Srv(..) => DnsKind::Srv,
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
            (DnsKind::Ptr, [target]) => DnsData::Ptr(name::canonical(target)),
            (DnsKind::Srv, [priority, weight, port, host]) => DnsData::Srv(
                priority.parse().ok()?,
                weight.parse().ok()?,
                port.parse().ok()?,
                name::canonical(host),
            ),
            (DnsKind::Caa, _) => caa(value)?,
            (DnsKind::Txt, _) => DnsData::Txt(quoted(value)?),
            (DnsKind::Spf, _) => DnsData::Spf(quoted(value)?),
            _ => return None,
        })
    }

    /// What Route 53 says of a value that is not one of the type.
    pub(in crate::lab) fn complaint(kind: DnsKind, value: &str) -> String {
        let (problem, meaning) = match kind {
            DnsKind::A => ("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address"),
            DnsKind::Aaaa => ("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address"),
            DnsKind::Txt | DnsKind::Spf if !value.trim_start().starts_with('"') => {
                ("InvalidCharacterString", "Value should be enclosed in quotation marks")
            }
            DnsKind::Txt | DnsKind::Spf => ("CharacterStringTooLong", "Value is too long"),
            _ => ("InvalidRDATA", "Value is not valid for the record type"),
        };
        format!("FATAL problem: {problem} ({meaning}) encountered with '{value}'")
    }

    /// Written as zone files and Route 53 write it.
    pub fn text(&self) -> String {
        match self {
            DnsData::A(address) => address.to_string(),
            DnsData::Aaaa(address) => address.to_string(),
            DnsData::Caa(flags, tag, value) => format!("{flags} {tag} {}", quote(value)),
            DnsData::Cname(name) | DnsData::Ns(name) | DnsData::Ptr(name) => name.clone(),
            DnsData::Srv(priority, weight, port, host) => format!("{priority} {weight} {port} {host}"),
            DnsData::Mx(preference, server) => format!("{preference} {server}"),
            DnsData::Soa(soa) => format!(
                "{} {} {} {} {} {} {}",
                soa.server, soa.mailbox, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
            ),
            DnsData::Txt(strings) | DnsData::Spf(strings) => {
                strings.iter().map(|string| quote(string)).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// RFC 8659: flags, a tag of letters and digits, and a value, quoted or bare.
fn caa(value: &str) -> Option<DnsData> {
    let mut parts = value.trim().splitn(3, char::is_whitespace);
    let (flags, tag, rest) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?.trim());
    let told = if rest.starts_with('"') { quoted(rest)?.concat() } else { rest.to_owned() };
    let plain = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| DnsData::Caa(flags, tag.to_ascii_lowercase(), told))
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
