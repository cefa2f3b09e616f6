//! Outage: clusters and instances fail by themselves, at the wish of whoever teaches.
//! Invariant: what fails does what AWS says it does; nothing here is an AWS operation.
//! Used by: the lab's control door; tests.

use super::model::AVAILABLE;
use crate::lab::world::World;

impl World {
    /// A cluster, by ARN, is lost to the outside: its region is. False if there is none. A failover works without
    /// it, a switchover does not (AWS: Aurora User Guide, disaster recovery).
    pub fn lose_cluster(&mut self, arn: &str) -> bool {
        let Some(cluster) = self.rds.clusters.get_mut(arn) else { return false };
        let (region, id) = (cluster.region.clone(), cluster.id.clone());
        if !std::mem::replace(&mut cluster.unreachable, true) {
            self.note("cluster.lost", [("region", region), ("cluster", id)]);
        }
        true
    }

    /// A cluster that was lost is back.
    pub fn regain_cluster(&mut self, arn: &str) -> bool {
        let Some(cluster) = self.rds.clusters.get_mut(arn) else { return false };
        let (region, id) = (cluster.region.clone(), cluster.id.clone());
        if std::mem::replace(&mut cluster.unreachable, false) {
            self.note("cluster.back", [("region", region), ("cluster", id)]);
        }
        true
    }

    /// An instance, by ARN, dies. AWS: a reader takes over from a writer; without one the instance is made anew, which
    /// takes up to ten minutes (Aurora User Guide, high availability).
    pub fn lose_instance(&mut self, arn: &str) -> bool {
        let Some(home) = self.rds.homes.get(arn).cloned() else { return false };
        let Some(cluster) = self.rds.clusters.get(&home) else { return false };
        let Some(instance) = cluster.instances.iter().find(|own| own.arn == arn) else { return false };
        let (id, first) = (instance.id.clone(), instance.first);
        let next = cluster.next_writer().map(|next| (next.id.clone(), next.zone == instance.zone));
        match next {
            Some((next, same_zone)) if first && cluster.status == AVAILABLE => {
                let takes = self.rds.settings.in_cluster.draw(&mut self.rds.rng);
                self.begin_in_cluster(&home, &next, same_zone, takes);
            }
            _ => {
                let alone = self.rds.settings.in_cluster_alone.draw(&mut self.rds.rng);
                let takes = if first { alone } else { self.rds.settings.reboot.draw(&mut self.rds.rng) };
                let own = self.rds.clusters.get_mut(&home).and_then(|cluster| cluster.instance_mut(&id));
                if let Some(own) = own {
                    own.status = "rebooting";
                }
                if first {
                    self.open_writes(&home, false);
                }
                self.settle_instance(takes, &home, &id, "rebooting");
            }
        }
        true
    }
}
