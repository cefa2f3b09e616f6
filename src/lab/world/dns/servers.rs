//! Servers: the name servers that AWS gives a zone, and the head of its zones.
//! Invariant: every zone's servers are at these addresses; only their names differ.
//! Not here: what they answer (see `authority`).
//! Used by: `authority`, Route 53's zones, the DNS door.

use std::net::Ipv4Addr;

use super::Soa;

/// The addresses at which every zone's name servers are found (TEST-NET-3), and the names of those of a deployment's
/// first zone.
pub const NAME_SERVERS: [(&str, Ipv4Addr); 4] = [
    ("ns-1.awsdns-01.com.", Ipv4Addr::new(203, 0, 113, 53)),
    ("ns-2.awsdns-02.net.", Ipv4Addr::new(203, 0, 113, 54)),
    ("ns-3.awsdns-03.org.", Ipv4Addr::new(203, 0, 113, 55)),
    ("ns-4.awsdns-04.co.uk.", Ipv4Addr::new(203, 0, 113, 56)),
];

/// The head that Route 53 gives its zones, but for what an absence may be remembered.
pub(in crate::lab) fn aws_head(minimum: u32) -> Soa {
    Soa {
        server: NAME_SERVERS[0].0.to_owned(),
        mailbox: "awsdns-hostmaster.amazon.com.".to_owned(),
        serial: 1,
        refresh: 7200,
        retry: 900,
        expire: 1_209_600,
        minimum,
    }
}
