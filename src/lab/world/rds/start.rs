//! Start: the global database that the reference deployment has.
//! Invariant: Seoul writes, Tokyo follows, nothing is under way.
//! Used by: `World::reference`.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use super::{
    Due,
    model::{Cluster, Global, Instance, Member},
    timing,
};
use crate::lab::world::{World, agenda, reference, rng::Rng};

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn rds_start(&mut self) {
        self.rds.rng = Rng::stream(self.seed(), "rds");
        let rng = &mut self.rds.rng;
        let clusters: Vec<Cluster> = reference::REGIONS.iter().map(|region| cluster(region, rng)).collect();
        let members = clusters.iter().map(|cluster| Member {
            region: cluster.region.code.to_owned(),
            arn: cluster.arn(),
            is_writer: cluster.open,
            synchronization: "connected",
        });
        let global = Global {
            id: reference::GLOBAL_CLUSTER.to_owned(),
            resource_id: format!("cluster-{}", rng.hex(16)),
            endpoint: format!(
                "{}.global-{}.global.rds.amazonaws.com",
                reference::GLOBAL_CLUSTER,
                rng.hex(12)
            ),
            status: "available".to_owned(),
            failover: None,
            members: members.collect(),
            tags: allowed(reference::GLOBAL_CLUSTER),
        };
        self.rds.lag = rng.between(timing::LAG.0, timing::LAG.1);
        self.rds.views = clusters.iter().map(|c| (c.region.code.to_owned(), global.clone())).collect();
        self.rds.global_endpoint = global.writer().to_owned();
        self.rds.global = global;
        self.rds.clusters = clusters;
        let phase = self.rds.rng.between(Duration::ZERO, timing::LAG_EVERY);
        self.after(phase, agenda::Due::Rds(Due::Lag));
    }
}

fn cluster(region: &'static reference::Region, rng: &mut Rng) -> Cluster {
    Cluster {
        region,
        resource_id: format!("cluster-{}", rng.hex(26).to_uppercase()),
        suffix: format!("c{}", rng.hex(11)),
        status: "available",
        instances: (0..2).map(|at| instance(region, at, rng)).collect(),
        open: region.code == reference::SEOUL.code,
        tags: allowed(region.cluster),
    }
}

fn instance(region: &reference::Region, at: u8, rng: &mut Rng) -> Instance {
    Instance {
        id: format!("{}-{}", region.cluster, at + 1),
        resource_id: format!("db-{}", rng.hex(26).to_uppercase()),
        zone: region.zones[usize::from(at) % region.zones.len()],
        status: "available",
        first: at == 0,
        address: Ipv4Addr::new(10, region.octet, 128 + 16 * at, 20),
    }
}

fn allowed(name: &str) -> BTreeMap<String, String> {
    let tags = [("Name", name), (reference::ALLOW_KEY, reference::ALLOW_VALUE)];
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}
