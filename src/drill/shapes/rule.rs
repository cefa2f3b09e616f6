//! Rule: the forms of texts in drills and deployments.
//! Invariant: a rule's check and its pattern accept the same texts; the pattern may be wider where a pattern
//! cannot say it.
//! Not here: forms that other files share (see `grammar::rule`).
//! Used by: shapes; reader, for the parsers.

use std::net::SocketAddr;

use crate::{
    drill::model::{Tag, Url},
    grammar::rule::{ACCOUNT, NAME, Rule},
};

/// A deployment's name, or the path of its file.
pub(crate) static DEPLOYMENT: Rule = Rule {
    wants: "a deployment's name or the path of its file",
    pattern: r"^([a-z0-9][a-z0-9-]{0,59}|.*/.*|.*\.ya?ml)$",
    check: |text| if is_path(text) { Ok(()) } else { (NAME.check)(text) },
};
/// An address of a site.
pub(crate) static URL: Rule = Rule {
    wants: "an address",
    pattern: "^https?://[^/@#?\\s]+([/?][^#\\s]*)?$",
    check: |text| url(text).map(|_| ()),
};
/// An address and port of a DNS server.
pub(crate) static SOCKET: Rule = Rule {
    wants: "an IP address with a port",
    pattern: r"^([0-9.]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}$",
    check: |text| {
        let help = "write the address and the port: `127.0.0.1:53` or `[::1]:53`; a name cannot stand here, since it \
                    is this server that looks names up";
        text.parse::<SocketAddr>().map(|_| ()).map_err(|_| help.to_owned())
    },
};
/// A tag on an AWS resource.
pub(crate) static TAG: Rule = Rule {
    wants: "a tag as \"key=value\"",
    pattern: "^[^=]{1,128}=.{0,256}$",
    check: |text| match tag(text) {
        Some(_) => Ok(()),
        None => Err("write the key, `=` and the value: \"firedrill=allowed\"".to_owned()),
    },
};
/// A role of IAM.
pub(crate) static ROLE: Rule = Rule {
    wants: "a role's ARN",
    pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$",
    check: |text| match role_account(text) {
        Some(_) => Ok(()),
        None => Err("copy it from the IAM console: `arn:aws:iam::111122223333:role/firedrill`".to_owned()),
    },
};
/// An HTTP header's name.
pub(crate) static HEADER: Rule = Rule {
    wants: "a header's name",
    pattern: "^[A-Za-z0-9-]+$",
    check: |text| match text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        true => Ok(()),
        false => Err("letters, digits and `-`: `X-Served-By`".to_owned()),
    },
};

/// Whether a drill names its deployment by the path of a file.
pub(crate) fn is_path(text: &str) -> bool {
    text.contains('/') || text.ends_with(".yaml") || text.ends_with(".yml")
}

/// The parts of a site's address.
pub(crate) fn url(text: &str) -> Result<Url, String> {
    let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => {
            return Err(format!(
                "it starts with `https://` or `http://`: `https://{}`",
                text.trim_start_matches('/')
            ));
        }
    };
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("an address holds no spaces".to_owned());
    }
    if rest.contains('#') {
        return Err("drop the part after `#`: it is never sent to a site".to_owned());
    }
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    if authority.contains('@') {
        return Err("an address here holds no user or password: every report would show it".to_owned());
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => {
            (host, port.parse().ok().filter(|port| *port > 0).ok_or("a port is 1 to 65535")?)
        }
        None => (authority, if tls { 443 } else { 80 }),
    };
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if host.is_empty() || host.starts_with('.') || host.contains("..") || !host.bytes().all(inside) {
        return Err(
            "the host is a name of letters, digits, `-` and `.`: `https://www.example.com/`".to_owned()
        );
    }
    Ok(Url { tls, host: host.to_ascii_lowercase(), port, path })
}

/// Key and value of a tag.
pub(crate) fn tag(text: &str) -> Option<Tag> {
    let (key, value) = text.split_once('=')?;
    let fits = !key.trim().is_empty() && key.chars().count() <= 128 && value.chars().count() <= 256;
    fits.then(|| Tag { key: key.trim().to_owned(), value: value.trim().to_owned() })
}

/// The account of a role's ARN.
pub(crate) fn role_account(text: &str) -> Option<&str> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let good = arn == "arn"
        && partition.starts_with("aws")
        && service == "iam"
        && region.is_empty()
        && (ACCOUNT.check)(account).is_ok()
        && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty());
    good.then_some(account)
}
