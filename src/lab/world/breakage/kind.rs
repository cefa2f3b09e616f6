//! Kind: the kinds of breakage that there are.
//! Invariant: one row for each kind; what a kind does is a function of the file of its like.
//! Used by: `breakage`, and the control door.

use super::{
    api, database,
    effect::Effect,
    error::BreakError,
    group, machine, network,
    with::{Need, With},
};
use crate::lab::world::World;

/// A kind of breakage.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    /// What can be said of it: a name, and whether it must be said.
    pub takes: &'static [(&'static str, Need)],
    pub(super) start: fn(&mut World, &With) -> Result<Vec<Effect>, BreakError>,
}

/// Where applications are: all of a region, of an environment, or one.
const MACHINES: [(&str, Need); 3] =
    [("region", Need::OneOf), ("environment", Need::OneOf), ("instance", Need::OneOf)];

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "app-down",
        does: "applications refuse connections: 502 at the balancer",
        takes: &MACHINES,
        start: machine::down,
    },
    Kind {
        name: "app-mute",
        does: "applications take connections and never answer: 504 after the idle timeout",
        takes: &MACHINES,
        start: machine::mute,
    },
    Kind {
        name: "app-failing",
        does: "applications answer every request with an error status (default 500)",
        takes: &[MACHINES[0], MACHINES[1], MACHINES[2], ("status", Need::May)],
        start: machine::failing,
    },
    Kind {
        name: "flapping",
        does: "applications are up and down in turn, and health checks with them (default every 30s)",
        takes: &[MACHINES[0], MACHINES[1], MACHINES[2], ("every", Need::May)],
        start: machine::flapping,
    },
    Kind {
        name: "instance-gone",
        does: "an instance is stopped by someone else; healing starts it again",
        takes: &[("instance", Need::Must)],
        start: machine::gone,
    },
    Kind {
        name: "zone-lost",
        does: "a zone's instances do not answer and its balancer addresses are unreachable",
        takes: &[("zone", Need::Must)],
        start: network::zone_lost,
    },
    Kind {
        name: "region-lost",
        does: "a region's instances do not answer and its balancer addresses are unreachable",
        takes: &[("region", Need::Must)],
        start: network::region_lost,
    },
    Kind {
        name: "writer-unwell",
        does: "the database writer of a region takes no connection; its status does not tell",
        takes: &[("region", Need::Must)],
        start: database::writer_unwell,
    },
    Kind {
        name: "replication-lag",
        does: "the secondary database is so many seconds behind",
        takes: &[("seconds", Need::Must)],
        start: database::replication_lag,
    },
    Kind {
        name: "route53-control-plane",
        does: "Route 53 answers names and checks health, but no API call",
        takes: &[],
        start: api::route53_control_plane,
    },
    Kind {
        name: "service-down",
        does: "every API call of a service in a region fails with 503",
        takes: &[("service", Need::Must), ("region", Need::Must)],
        start: api::service_down,
    },
    Kind {
        name: "group-closed",
        does: "someone else revokes a security group's ingress rules (of one port, if given)",
        takes: &[("group", Need::Must), ("port", Need::May)],
        start: group::closed,
    },
];
