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

/// What every name ends in.
const DOMAIN: &str = ".rds.amazonaws.com";

impl Cluster {
    /// The endpoint of the instance that writes.
    pub(super) fn writer_endpoint(&self) -> String {
        format!("{}.cluster-{}.{}{DOMAIN}", self.id, self.suffix, self.region)
    }

    /// The endpoint of the instances that read.
    pub(super) fn reader_endpoint(&self) -> String {
        format!("{}.cluster-ro-{}.{}{DOMAIN}", self.id, self.suffix, self.region)
    }

    /// The endpoint of one instance.
    pub(super) fn instance_endpoint(&self, instance: &Instance) -> String {
        format!("{}.{}.{}{DOMAIN}", instance.id, self.suffix, self.region)
    }
}

impl World {
    /// Every name under `rds.amazonaws.com`, canonical.
    pub(in crate::lab) fn database_names(&self) -> Vec<String> {
        let of_cluster = |cluster: &Cluster| {
            let own = cluster.instances.iter().map(|instance| cluster.instance_endpoint(instance));
            [cluster.writer_endpoint(), cluster.reader_endpoint()].into_iter().chain(own).collect::<Vec<_>>()
        };
        let clusters = self.rds.clusters.values().flat_map(of_cluster);
        let globals = self.rds.globals.values().map(|global| global.endpoint.clone());
        clusters.chain(globals).map(|name| format!("{name}.")).collect()
    }

    /// What a name under `rds.amazonaws.com` holds of a type. AWS: the writer endpoint of a secondary cluster exists
    /// and is inactive until its promotion; the endpoints of a cluster are `ID.cluster-X.REGION` and
    /// `ID.cluster-ro-X.REGION`, that of an instance `ID.X.REGION`, that of a global cluster `ID.global-X.global`.
    pub(in crate::lab) fn database_name(&self, name: &str, kind: DnsKind) -> Held {
        let plain = name.trim_end_matches('.');
        let labels: Vec<&str> = plain.strip_suffix(DOMAIN).unwrap_or_default().split('.').collect();
        let [id, place, region] = labels[..] else { return Held::NoName };
        let held = match place {
            _ if region == "global" => self.global_name(id, plain, name),
            _ if place.starts_with("cluster-") => self.cluster_name(region, id, plain, name),
            _ => self.instance_name(region, id, plain, name, kind),
        };
        held.unwrap_or(Held::NoName)
    }

    fn global_name(&self, id: &str, plain: &str, name: &str) -> Option<Held> {
        let global = self.rds.globals.get(id).filter(|global| global.endpoint == plain)?;
        let writer = self.rds.global_endpoints.get(&global.id).and_then(|arn| self.rds.clusters.get(arn));
        Some(leads_to(name, writer.map(Cluster::writer_endpoint)))
    }

    fn cluster_name(&self, region: &str, id: &str, plain: &str, name: &str) -> Option<Held> {
        let cluster = self.rds.clusters.get(&self.rds.cluster_arn(region, id))?;
        let endpoint = |instance: Option<&Instance>| instance.map(|own| cluster.instance_endpoint(own));
        if plain == cluster.writer_endpoint() {
            return Some(leads_to(name, endpoint(cluster.first()).filter(|_| self.is_primary(cluster))));
        }
        let serves = |own: &&Instance| !own.first && own.status != "creating";
        let reader = cluster.instances.iter().find(serves).or(cluster.first());
        (plain == cluster.reader_endpoint()).then(|| leads_to(name, endpoint(reader)))
    }

    fn instance_name(&self, region: &str, id: &str, plain: &str, name: &str, kind: DnsKind) -> Option<Held> {
        let (cluster, own) = self.rds.named_instance(region, id).ok()?;
        if plain != cluster.instance_endpoint(own) {
            return None;
        }
        let record = DnsRecord { name: name.to_owned(), ttl: TTL, data: DnsData::A(own.address) };
        Some(if kind == DnsKind::A { Held::Records(vec![record]) } else { Held::NoData })
    }
}

fn leads_to(name: &str, target: Option<String>) -> Held {
    let Some(target) = target else { return Held::NoData };
    let data = DnsData::Cname(format!("{target}."));
    Held::Records(vec![DnsRecord { name: name.to_owned(), ttl: TTL, data }])
}
