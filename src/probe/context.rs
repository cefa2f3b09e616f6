//! Context: what probes are made from.
//! Invariant: names and handles alone; nothing is looked up here.
//! Not here: which probes a drill needs (see `registry`).
//! Used by: registry, aws_registry; the program's start fills it.

use std::{net::SocketAddr, sync::Arc};

#[cfg(feature = "aws")]
use crate::drill::model::Side;
use crate::{
    clock::Clock,
    drill::model::{Drill, PerSide},
    net::Net,
};

/// What probes are made from.
pub struct ProbeContext {
    /// The drill, with its deployment.
    pub drill: Drill,
    /// The world's time.
    pub clock: Clock,
    /// The net that clients use.
    pub net: Arc<dyn Net>,
    /// What clients' looks are judged by.
    pub landmarks: Landmarks,
    /// AWS and what was found there; `None` watches the clients' side alone.
    #[cfg(feature = "aws")]
    pub aws: Option<(crate::aws::Aws, Arc<crate::aws::Topology>)>,
}

/// Names that tell where an answer came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Landmarks {
    /// DNS names of each region's balancers.
    pub balancers: PerSide<Vec<String>>,
    /// The zone's own name servers.
    pub name_servers: Vec<String>,
}

#[cfg(feature = "aws")]
impl From<&crate::aws::Topology> for Landmarks {
    fn from(topology: &crate::aws::Topology) -> Landmarks {
        let names = |side| {
            let balancers = topology.regions.of(side).balancers.iter();
            balancers.map(|found| found.balancer.dns_name.clone()).filter(|name| !name.is_empty()).collect()
        };
        let servers = topology.site.as_ref().map(|site| site.zone.name_servers.clone());
        Landmarks {
            balancers: PerSide { primary: names(Side::Primary), standby: names(Side::Standby) },
            name_servers: servers.unwrap_or_default(),
        }
    }
}

impl ProbeContext {
    /// Watches the clients' side alone, with regions told apart by the drill's marker.
    pub fn clients_only(drill: Drill, clock: Clock, net: Arc<dyn Net>) -> ProbeContext {
        ProbeContext {
            drill,
            clock,
            net,
            landmarks: Landmarks::default(),
            #[cfg(feature = "aws")]
            aws: None,
        }
    }

    /// Watches AWS too.
    #[cfg(feature = "aws")]
    pub fn with_aws(mut self, aws: crate::aws::Aws, topology: Arc<crate::aws::Topology>) -> ProbeContext {
        self.landmarks = Landmarks::from(&*topology);
        self.aws = Some((aws, topology));
        self
    }

    /// The DNS server that clients ask; `None`: the machine's own.
    pub(super) fn resolver(&self) -> Option<SocketAddr> {
        self.drill.deployment.resolver
    }
}
