//! Route: route tables.
//! Invariant: the longest destination that holds an address decides (AWS: VPC guide, route priority).
//! Used by: the rest of `ec2`.

use crate::lab::world::{cidr::Cidr, ec2::lagging::Lagging};

/// Where a route leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A range of addresses.
    Range(Cidr),
    /// A prefix list.
    PrefixList(String),
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Where to.
    pub destination: Destination,
    /// Through what.
    pub target: RouteTarget,
}

/// What a route leads through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteTarget {
    /// The network itself.
    Local,
    /// An internet gateway.
    Gateway(String),
    /// A NAT gateway.
    Nat(String),
    /// A peering.
    Peering(String),
    /// An interface of an instance that forwards.
    Interface(String),
    /// An endpoint of a service.
    Endpoint(String),
}

/// A route table.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// Its network.
    pub vpc: String,
    /// The association that makes it serve subnets without a table of their own.
    pub main: Option<String>,
    /// Its routes.
    pub routes: Lagging<Vec<Route>>,
}
