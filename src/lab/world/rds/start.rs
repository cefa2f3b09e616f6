//! Start: what a world file's databases are made of.
//! Invariant: a cluster's subnets and group are those of the network that the file names.
//! Not here: how one resource is made (see `build`).
//! Used by: `World::build`.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use jiff::SignedDuration;

use super::{
    ENGINE,
    build::{ClusterPlan, InstancePlan},
};
use crate::lab::world::{
    World,
    blueprint::{
        Blueprint, Tags,
        database::{Cluster, GlobalCluster},
    },
    cidr::Cidr,
    named::Thing,
    rng::Rng,
};

/// The family of Aurora MySQL's parameter groups.
const FAMILY: &str = "aurora-mysql8.0";

impl World {
    /// Sets the service up as the blueprint has it.
    pub(in crate::lab) fn rds_start(&mut self) {
        self.rds.account = self.account().to_owned();
        self.rds.seed = self.seed();
        self.rds.rng = Rng::stream(self.seed(), "rds");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            if let Some(zone) = hosted_zone(&region.region) {
                self.rds.hosted_zones.insert(region.region.clone(), zone.to_owned());
            }
            self.rds.add_default_parameter_groups(&region.region, FAMILY);
        }
        for global in &blueprint.global_clusters {
            let own = global.clusters.iter();
            let members: Vec<String> =
                own.map(|cluster| self.start_cluster_of(&blueprint, global, cluster)).collect();
            let tags = blueprint.tags_on(&global.name, &global.tags);
            self.rds.add_global(&global.name, &members, true, tags);
        }
        self.databases_of_environments(&blueprint);
    }

    /// Which cluster each environment's application was given the endpoint of.
    fn databases_of_environments(&mut self, blueprint: &Blueprint) {
        for region in &blueprint.regions {
            for environment in &region.environments {
                let named = |own: &&GlobalCluster| Some(&own.name) == environment.database.as_ref();
                let global = blueprint.global_clusters.iter().find(named);
                let own = global.and_then(|own| own.clusters.iter().find(|own| own.region == region.region));
                let arn = own.map(|own| self.rds.cluster_arn(&own.region, &own.name));
                let key = (region.region.clone(), environment.name.clone());
                self.rds.of_environments.insert(key, arn);
            }
        }
    }

    /// One region's subnet group, cluster and instances; the cluster's ARN.
    fn start_cluster_of(&mut self, blueprint: &Blueprint, global: &GlobalCluster, own: &Cluster) -> String {
        let region = own.region.as_str();
        let vpc = self.database_vpc(own);
        let subnets = self.database_subnets(own);
        let group = format!("{}-subnets", own.name);
        let place = blueprint.region(region).map_or(region, |own| own.place());
        let about = format!("Private subnets of {place}");
        let tags = blueprint.tags_on(&own.name, &own.tags);
        self.rds.add_subnet_group(region, &group, &about, &vpc, &subnets, tags.clone());
        let mut zones: Vec<String> = subnets.into_iter().map(|(_, zone, _)| zone).collect();
        zones.sort();
        zones.dedup();
        let database = blueprint.world.chars().filter(char::is_ascii_alphanumeric).collect();
        let created = self.now.checked_sub(SignedDuration::from_hours(24 * 200)).unwrap_or(self.now);
        let parameters = format!("default.{FAMILY}");
        let of_cluster = match own.parameters.is_empty() {
            true => parameters.clone(),
            false => self.start_parameters(region, own, tags.clone()),
        };
        let arn = self.rds.add_cluster(ClusterPlan {
            region: region.to_owned(),
            id: own.name.clone(),
            engine: ENGINE.to_owned(),
            engine_version: own.engine_version.clone().unwrap_or_else(|| global.engine_version.clone()),
            port: 3_306,
            database: Some(database),
            master: "admin".to_owned(),
            zones,
            parameter_group: of_cluster,
            subnet_group: group,
            security_groups: self
                .named(region, Thing::Group, &own.group)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            backup_days: 7,
            backup_window: "16:05-16:35".to_owned(),
            maintenance_window: "sun:17:10-sun:17:40".to_owned(),
            encrypted: true,
            key: None,
            deletion_protection: true,
            copy_tags: true,
            created,
            tags,
        });
        for place in 0..own.instances {
            let id = format!("{}-{}", own.name, place + 1);
            let (zone, address) = self.rds.place_for(&arn, None);
            let tags = blueprint.tags_on(&id, &Tags::new());
            let (class, tier) = (own.class.clone(), i64::try_from(place.min(15)).unwrap_or(15));
            let parameter_group = parameters.clone();
            let plan = InstancePlan { id, class, zone, address, tier, parameter_group, tags };
            self.rds.add_instance(&arn, plan);
        }
        arn
    }

    /// A cluster's own parameter group; its name.
    fn start_parameters(&mut self, region: &str, own: &Cluster, tags: Tags) -> String {
        let (name, about) = (format!("{}-parameters", own.name), format!("Parameters of {}", own.name));
        self.rds.add_parameter_group(region, true, (&name, FAMILY, &about), &own.parameters, tags);
        name
    }

    fn database_vpc(&self, own: &Cluster) -> String {
        self.named(&own.region, Thing::Vpc, &own.vpc).unwrap_or_default().to_owned()
    }

    /// Id, zone and last free address of each subnet.
    fn database_subnets(&self, own: &Cluster) -> Vec<(String, String, Ipv4Addr)> {
        let network = self.ec2.network(&own.region);
        let ids = own.subnets.iter().filter_map(|name| self.named(&own.region, Thing::Subnet, name));
        let described = |id: &str| {
            let subnet = network.subnets.get(id)?;
            Some((id.to_owned(), subnet.zone.clone(), last_free(subnet.range)?))
        };
        ids.filter_map(described).collect()
    }
}

/// The last address of a subnet that can be given. AWS: the very last is reserved (VPC user guide, subnet sizing).
fn last_free(range: Cidr) -> Option<Ipv4Addr> {
    let IpAddr::V4(first) = range.first() else { return None };
    let last = u64::from(first.to_bits()) + range.size().saturating_sub(2);
    u32::try_from(last).ok().map(Ipv4Addr::from)
}

/// The hosted zone of AWS's own database names, where it is known (AWS General Reference, Amazon Aurora endpoints).
fn hosted_zone(region: &str) -> Option<&'static str> {
    match region {
        "ap-northeast-1" => Some("Z24O6O9L7SGTNB"),
        "ap-northeast-2" => Some("ZLA2NUCOLGUUR"),
        _ => None,
    }
}
