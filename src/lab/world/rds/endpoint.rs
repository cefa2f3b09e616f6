//! Endpoint: the names by which the clusters are reached.
//! Invariant: every name may be remembered for five seconds (AWS: Aurora User Guide, connection management).
//! Not here: how names are looked up (see `dns`).
//! Used by: `dns::authority`.

use super::model::{Cluster, Instance};
use crate::lab::world::{
    World,
    dns::{DnsData, DnsKind, DnsRecord, Held},
};

const TTL: u32 = 5;

impl Cluster {
    /// The endpoint of the instance that writes.
    pub(super) fn writer_endpoint(&self) -> String {
        format!("{}.cluster-{}.{}.rds.amazonaws.com", self.id(), self.suffix, self.region.code)
    }

    /// The endpoint of the instances that read.
    pub(super) fn reader_endpoint(&self) -> String {
        format!("{}.cluster-ro-{}.{}.rds.amazonaws.com", self.id(), self.suffix, self.region.code)
    }

    /// The endpoint of one instance.
    pub(super) fn instance_endpoint(&self, instance: &Instance) -> String {
        format!("{}.{}.{}.rds.amazonaws.com", instance.id, self.suffix, self.region.code)
    }
}

impl World {
    /// What a name under `rds.amazonaws.com` holds of a type. AWS: the writer endpoint of a secondary cluster exists
    /// and is inactive until its promotion.
    pub(in crate::lab) fn database_name(&self, name: &str, kind: DnsKind) -> Held {
        let plain = name.trim_end_matches('.');
        if plain == self.rds.global.endpoint {
            let writer = self.rds.cluster(&self.rds.global_endpoint);
            return leads_to(name, writer.map(Cluster::writer_endpoint));
        }
        for cluster in &self.rds.clusters {
            let is_writer = self.rds.global.writer() == cluster.region.code;
            let first = cluster.instances.iter().find(|instance| instance.first);
            let reader = cluster.instances.iter().find(|instance| !instance.first).or(first);
            let endpoint = |instance: Option<&Instance>| instance.map(|own| cluster.instance_endpoint(own));
            if plain == cluster.writer_endpoint() {
                return leads_to(name, endpoint(first).filter(|_| is_writer));
            }
            if plain == cluster.reader_endpoint() {
                return leads_to(name, endpoint(reader));
            }
            let own = cluster.instances.iter().find(|own| plain == cluster.instance_endpoint(own));
            if let Some(own) = own {
                let record = DnsRecord { name: name.to_owned(), ttl: TTL, data: DnsData::A(own.address) };
                return if kind == DnsKind::A { Held::Records(vec![record]) } else { Held::NoData };
            }
        }
        Held::NoName
    }
}

fn leads_to(name: &str, target: Option<String>) -> Held {
    let Some(target) = target else { return Held::NoData };
    let data = DnsData::Cname(format!("{target}."));
    Held::Records(vec![DnsRecord { name: name.to_owned(), ttl: TTL, data }])
}
