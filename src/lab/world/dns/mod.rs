//! Dns: what a client that asks for a name is told.
//! Invariant: names are canonical inside the world: lower case, with the last dot, without octal escapes.
//! Not here: packets (see `lab::door`), which record is healthy (see `route53`).
//! Used by: the DNS door, Route 53's checkers and `TestDNSAnswer`.
//!
//! `authority` answers as the name servers of each zone do, `aws` for AWS's own zones, `resolver` as a caching resolver
//! that asks them.

mod authority;
mod aws;
mod message;
pub(in crate::lab) mod name;
pub(in crate::lab) mod region;
mod resolver;
mod servers;
mod settings;
#[cfg(test)]
mod tests;
mod value;

pub(in crate::lab) use self::{authority::Held, resolver::Cache, servers::aws_head};
pub use self::{
    message::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, DnsRecord, Soa},
    servers::NAME_SERVERS,
    settings::Settings,
};
