//! Literal: names that need no question, because they are addresses already.
//! Used by: every `Net`, before it asks a server.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{Answer, Code};

/// The longest time that DNS lets a record be kept (RFC 2181, section 8).
pub const FOREVER: Duration = Duration::from_secs(i32::MAX as u64);

/// The answer to a name that needs no question: an address written out, or `localhost` (RFC 6761, section 6.3).
pub fn literal(name: &str) -> Option<Answer> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let address: IpAddr = match bare.parse() {
        Ok(address) => address,
        Err(_) if name.eq_ignore_ascii_case("localhost") => Ipv4Addr::LOCALHOST.into(),
        Err(_) => return None,
    };
    Some(Answer {
        addresses: vec![address],
        ttl: FOREVER,
        authoritative: false,
        code: Code::NoError,
        canonical: None,
        took: Duration::ZERO,
    })
}
