//! Instance: instances of clusters are made, changed and deleted.
//! Invariant: a cluster that has an available instance has one that writes, or would.
//! Not here: instances without a cluster: the lab has Aurora alone. Restarts (see `in_cluster`).
//! Used by: `rds`.

use std::net::Ipv4Addr;

use super::{
    describe::instance_reply,
    event::News,
    invalid,
    model::{AVAILABLE, Instance},
    params::{flag, identifier, number, required, tags},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply},
};

impl World {
    /// AWS: CreateDBInstance, of an Aurora cluster: the first one writes, the others read.
    pub(super) fn create_instance(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = identifier(params, "DBInstanceIdentifier")?;
        let own = self.rds.instance_arn(&call.region, &id);
        if self.rds.homes.contains_key(&own) {
            return Err(AwsFault::new(400, "DBInstanceAlreadyExists", "DB Instance already exists"));
        }
        let class = required(params, "DBInstanceClass")?.to_owned();
        let engine = required(params, "Engine")?;
        let Some(name) = params.text("DBClusterIdentifier") else {
            return Err(invalid(
                "The lab has DB instances of Aurora clusters alone: DBClusterIdentifier is needed.",
            ));
        };
        let cluster = self.rds.named_cluster(&call.region, name)?;
        if cluster.engine != engine {
            let message =
                format!("The engine {engine} does not match that of the cluster: {}.", cluster.engine);
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        let arn = cluster.arn.clone();
        if cluster.status != "creating" {
            self.cluster_is(&arn, AVAILABLE)?;
        }
        let (zone, address) = self.rds.place_for(&arn, params.text("AvailabilityZone"));
        let instance = Instance {
            arn: own.clone(),
            resource_id: format!("db-{}", self.rds.rng.hex(26).to_uppercase()),
            class,
            zone,
            status: "creating",
            first: false,
            address,
            tier: number(params, "PromotionTier", (0, 15))?.unwrap_or(1),
            parameter_group: params
                .text("DBParameterGroupName")
                .unwrap_or("default.aurora-mysql8.0")
                .to_owned(),
            pending_reboot: false,
            created: self.now,
            tags: tags(params),
            id: id.clone(),
        };
        self.rds.homes.insert(own, arn.clone());
        if let Some(cluster) = self.rds.clusters.get_mut(&arn) {
            cluster.instances.push(instance);
        }
        let takes = self.rds.settings.create_instance.draw(&mut self.rds.rng);
        self.settle_instance(takes, &arn, &id, "creating");
        instance_reply(&self.rds, &arn, &id)
    }

    /// AWS: ModifyDBInstance, of what a drill may meet: class, promotion tier, parameter group.
    pub(super) fn modify_instance(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let name = required(params, "DBInstanceIdentifier")?;
        let (cluster, instance) = self.rds.named_instance(&call.region, name)?;
        if instance.status != AVAILABLE {
            let message = format!("Database instance is not in available state: {}.", instance.status);
            return Err(AwsFault::new(400, "InvalidDBInstanceState", message));
        }
        let (arn, id) = (cluster.arn.clone(), instance.id.clone());
        let tier = number(params, "PromotionTier", (0, 15))?;
        let class =
            params.text("DBInstanceClass").filter(|class| *class != instance.class).map(str::to_owned);
        let at_once = flag(params, "ApplyImmediately")? == Some(true);
        let group = params.text("DBParameterGroupName").map(str::to_owned);
        if class.is_some() && !at_once {
            return Err(invalid("The lab changes an instance's class with ApplyImmediately alone."));
        }
        let changes = class.is_some();
        if let Some(instance) = self.rds.clusters.get_mut(&arn).and_then(|cluster| cluster.instance_mut(&id))
        {
            instance.tier = tier.unwrap_or(instance.tier);
            if let Some(group) = group.filter(|group| *group != instance.parameter_group) {
                instance.parameter_group = group;
                instance.pending_reboot = true;
            }
            instance.class = class.unwrap_or_else(|| instance.class.clone());
        }
        let reply = instance_reply(&self.rds, &arn, &id);
        if changes {
            self.announce_instance(&arn, &id, News::class_changed(true));
            self.restart_instance(&arn, &id);
        }
        reply
    }

    /// AWS: DeleteDBInstance: of a cluster's writer, a reader takes over; the last one leaves the cluster headless.
    pub(super) fn delete_instance(&mut self, call: &Call) -> Reply {
        let name = required(&call.params, "DBInstanceIdentifier")?;
        let (cluster, instance) = self.rds.named_instance(&call.region, name)?;
        if instance.status == "deleting" || instance.status == "creating" {
            let message = format!(
                "Instance {name} is already being {}.",
                if instance.status == "deleting" { "deleted" } else { "created" }
            );
            return Err(AwsFault::new(400, "InvalidDBInstanceState", message));
        }
        let (arn, id, was_first) = (cluster.arn.clone(), instance.id.clone(), instance.first);
        let next = cluster.next_writer().map(|next| next.id.clone());
        if let Some(instance) = self.rds.clusters.get_mut(&arn).and_then(|cluster| cluster.instance_mut(&id))
        {
            instance.status = "deleting";
        }
        if was_first {
            self.leave_first(&arn, next);
        }
        let takes = self.rds.settings.delete.draw(&mut self.rds.rng);
        self.settle_instance(takes, &arn, &id, "deleting");
        instance_reply(&self.rds, &arn, &id)
    }

    /// The writer goes: a reader takes over, or nobody.
    pub(super) fn leave_first(&mut self, arn: &str, next: Option<String>) {
        match next {
            Some(next) => {
                let takes = self.rds.settings.in_cluster.draw(&mut self.rds.rng);
                self.begin_in_cluster(arn, &next, false, takes);
            }
            None => self.open_writes(arn, false),
        }
    }

    /// An instance comes to rest, if it is still at what it was.
    pub(super) fn instance_settled(&mut self, arn: &str, id: &str, from: &str) {
        self.measured(arn);
        let Some(cluster) = self.rds.clusters.get_mut(arn) else { return };
        let Some(instance) = cluster.instance_mut(id).filter(|instance| instance.status == from) else {
            return;
        };
        if from == "deleting" {
            let own = instance.arn.clone();
            self.announce_instance(arn, id, News::deleted("DB instance"));
            self.rds.homes.remove(&own);
            if let Some(cluster) = self.rds.clusters.get_mut(arn) {
                cluster.instances.retain(|instance| instance.id != id);
            }
            return;
        }
        instance.status = AVAILABLE;
        instance.pending_reboot = false;
        let alone = cluster.first().is_none();
        if let Some(instance) = cluster.instance_mut(id).filter(|_| alone) {
            instance.first = true;
        }
        let cluster = cluster.clone();
        let writes = cluster.first().is_some_and(|first| first.id == id) && self.is_primary(&cluster);
        if writes && cluster.status != "failing-over" && !cluster.unreachable {
            self.open_writes(arn, true);
        }
        let news = if from == "creating" { News::created("DB instance") } else { News::restarted() };
        self.announce_instance(arn, id, news);
    }
}

impl super::State {
    /// A zone and an address for a new instance: in the named zone, else where the cluster has the fewest.
    pub(super) fn place_for(&self, arn: &str, zone: Option<&str>) -> (String, Ipv4Addr) {
        let none = || (zone.unwrap_or_default().to_owned(), Ipv4Addr::UNSPECIFIED);
        let Some(cluster) = self.clusters.get(arn) else { return none() };
        let group = self.subnet_groups.get(&(cluster.region.clone(), cluster.subnet_group.clone()));
        let in_zone = |zone: &str| cluster.instances.iter().filter(|own| own.zone == zone).count();
        let subnets = group.map(|group| group.subnets.as_slice()).unwrap_or_default();
        let fits = subnets.iter().filter(|subnet| zone.is_none_or(|zone| zone == subnet.zone));
        let Some(subnet) = fits.min_by_key(|subnet| in_zone(&subnet.zone)) else { return none() };
        let in_use = |address: &Ipv4Addr| {
            self.clusters_in(&cluster.region)
                .any(|own| own.instances.iter().any(|own| own.address == *address))
        };
        let last = u32::from(subnet.last);
        let free =
            (last.saturating_sub(200)..=last).rev().map(Ipv4Addr::from).find(|address| !in_use(address));
        (subnet.zone.clone(), free.unwrap_or(subnet.last))
    }
}
