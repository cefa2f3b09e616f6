//! Dns: what a client that asks for a name is told.
//! Invariant: names are canonical inside the world: lower case, with the last dot, without octal escapes.
//! Not here: packets (see `lab::door`), which record is healthy (see `route53`).
//! Used by: the DNS door, Route 53's checkers and `TestDNSAnswer`.
//!
//! `authority` answers as the name servers of each zone do, `resolver` as a caching resolver that asks them.

mod authority;
mod message;
pub(in crate::lab) mod name;
mod resolver;
#[cfg(test)]
mod tests;
mod value;

pub(in crate::lab) use self::{authority::Held, resolver::Cache};
pub use self::{
    authority::NAME_SERVERS,
    message::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, DnsRecord, Soa},
};
