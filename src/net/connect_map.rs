//! Connect map: where a connection really goes when the world's addresses are not the machine's.
//! Invariant: an address that is not listed goes where it says.
//! Not here: who fills it (a lab says its own; on AWS it is empty).
//! Used by: `net::real`.

use std::{collections::BTreeMap, fmt, net::SocketAddr};

/// Addresses of the world, and the addresses that stand for them on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectMap(BTreeMap<SocketAddr, SocketAddr>);

/// A part of a connect map that is not `ADDRESS:PORT=ADDRESS:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{part}' is not ADDRESS:PORT=ADDRESS:PORT, such as 192.0.2.10:443=127.0.0.1:4431")]
pub struct ConnectMapError {
    part: String,
}

impl ConnectMap {
    /// Reads `192.0.2.10:443=127.0.0.1:4431,…`; an empty text is an empty map.
    ///
    /// # Errors
    /// Names the first part that is not a pair of addresses.
    pub fn parse(text: &str) -> Result<ConnectMap, ConnectMapError> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(pair).collect()
    }

    /// Where a connection to `address` goes.
    pub fn translate(&self, address: SocketAddr) -> SocketAddr {
        self.0.get(&address).copied().unwrap_or(address)
    }
}

fn pair(part: &str) -> Result<(SocketAddr, SocketAddr), ConnectMapError> {
    part.split_once('=')
        .and_then(|(world, machine)| Some((world.trim().parse().ok()?, machine.trim().parse().ok()?)))
        .ok_or_else(|| ConnectMapError { part: part.to_owned() })
}

impl FromIterator<(SocketAddr, SocketAddr)> for ConnectMap {
    fn from_iter<I: IntoIterator<Item = (SocketAddr, SocketAddr)>>(pairs: I) -> ConnectMap {
        ConnectMap(pairs.into_iter().collect())
    }
}

impl fmt::Display for ConnectMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(world, machine)| format!("{world}={machine}")).collect();
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_addresses_are_translated_and_others_are_not() {
        let map =
            ConnectMap::parse("192.0.2.10:443=127.0.0.1:4431, [2001:db8::1]:80=127.0.0.1:8001").unwrap();
        let goes = |text: &str| map.translate(text.parse().unwrap()).to_string();
        assert_eq!(goes("192.0.2.10:443"), "127.0.0.1:4431");
        assert_eq!(goes("[2001:db8::1]:80"), "127.0.0.1:8001");
        assert_eq!(goes("192.0.2.10:80"), "192.0.2.10:80");
    }

    #[test]
    fn what_it_writes_it_reads() {
        let text = "192.0.2.10:443=127.0.0.1:4431,198.51.100.20:80=127.0.0.1:8002";
        assert_eq!(ConnectMap::parse(text).unwrap().to_string(), text);
        assert_eq!(ConnectMap::parse(" ").unwrap(), ConnectMap::default());
    }

    #[test]
    fn a_part_that_is_no_pair_is_named() {
        let error = ConnectMap::parse("192.0.2.10:443=127.0.0.1:4431,192.0.2.11=x").unwrap_err();
        assert!(error.to_string().starts_with("'192.0.2.11=x' is not"), "{error}");
    }
}
