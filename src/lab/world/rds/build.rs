//! Build: the databases that a world begins with, of plain values.
//! Invariant: everything is at rest: available, connected, nothing under way.
//! Not here: what a world file says of them (see `start`), what the API makes (see `lifecycle`, `instance`, `global`).
//! Used by: `start`.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jiff::Timestamp;

use super::{
    ENGINE, ENGINE_VERSION, State,
    group::{Parameter, ParameterGroup, SubnetGroup, SubnetOf},
    model::{AVAILABLE, Cluster, Global, Hold, Instance, Member, Tags},
};

/// A cluster to begin with.
#[derive(Debug, Clone)]
pub(in crate::lab) struct ClusterPlan {
    pub(in crate::lab) region: String,
    pub(in crate::lab) id: String,
    pub(in crate::lab) engine: String,
    pub(in crate::lab) engine_version: String,
    pub(in crate::lab) port: i64,
    pub(in crate::lab) database: Option<String>,
    pub(in crate::lab) master: String,
    pub(in crate::lab) zones: Vec<String>,
    pub(in crate::lab) parameter_group: String,
    pub(in crate::lab) subnet_group: String,
    pub(in crate::lab) security_groups: Vec<String>,
    pub(in crate::lab) backup_days: i64,
    pub(in crate::lab) backup_window: String,
    pub(in crate::lab) maintenance_window: String,
    pub(in crate::lab) encrypted: bool,
    pub(in crate::lab) key: Option<String>,
    pub(in crate::lab) deletion_protection: bool,
    pub(in crate::lab) copy_tags: bool,
    pub(in crate::lab) created: Timestamp,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

/// An instance to begin with; a cluster's first writes.
#[derive(Debug, Clone)]
pub(in crate::lab) struct InstancePlan {
    pub(in crate::lab) id: String,
    pub(in crate::lab) class: String,
    pub(in crate::lab) zone: String,
    pub(in crate::lab) address: Ipv4Addr,
    pub(in crate::lab) tier: i64,
    pub(in crate::lab) parameter_group: String,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

impl State {
    /// A cluster without instances, taking writes; its ARN.
    pub(in crate::lab) fn add_cluster(&mut self, plan: ClusterPlan) -> String {
        let arn = self.cluster_arn(&plan.region, &plan.id);
        let data = self.next_data();
        let cluster = Cluster {
            arn: arn.clone(),
            resource_id: format!("cluster-{}", self.rng.hex(26).to_uppercase()),
            suffix: self.suffix(&plan.region),
            status: AVAILABLE,
            region: plan.region,
            id: plan.id,
            engine: plan.engine,
            engine_version: plan.engine_version,
            port: plan.port,
            database: plan.database,
            master: plan.master,
            zones: plan.zones,
            parameter_group: plan.parameter_group,
            subnet_group: plan.subnet_group,
            security_groups: plan.security_groups,
            backup_days: plan.backup_days,
            backup_window: plan.backup_window,
            maintenance_window: plan.maintenance_window,
            encrypted: plan.encrypted,
            key: plan.key,
            deletion_protection: plan.deletion_protection,
            copy_tags: plan.copy_tags,
            created: plan.created,
            instances: Vec::new(),
            global: None,
            open: false,
            unreachable: false,
            data,
            hold: Hold::All,
            tags: plan.tags,
        };
        self.clusters.insert(arn.clone(), cluster);
        arn
    }

    /// An instance of a cluster; the first one writes.
    pub(in crate::lab) fn add_instance(&mut self, cluster: &str, plan: InstancePlan) {
        let resource_id = format!("db-{}", self.rng.hex(26).to_uppercase());
        let Some(region) = self.clusters.get(cluster).map(|own| own.region.clone()) else { return };
        let arn = self.instance_arn(&region, &plan.id);
        self.homes.insert(arn.clone(), cluster.to_owned());
        let Some(own) = self.clusters.get_mut(cluster) else { return };
        own.instances.push(Instance {
            arn,
            resource_id,
            id: plan.id,
            class: plan.class,
            zone: plan.zone,
            status: AVAILABLE,
            first: own.instances.is_empty(),
            address: plan.address,
            tier: plan.tier,
            parameter_group: plan.parameter_group,
            pending_reboot: false,
            created: own.created,
            tags: plan.tags,
        });
        own.open = own.hold == Hold::All;
    }

    /// A global cluster of clusters that are there, by ARN; the first one writes.
    pub(in crate::lab) fn add_global(
        &mut self,
        id: &str,
        clusters: &[String],
        deletion_protection: bool,
        tags: BTreeMap<String, String>,
    ) {
        let first = clusters.first().and_then(|arn| self.clusters.get(arn)).cloned();
        let data = first.as_ref().map_or(0, |first| first.data);
        for (place, arn) in clusters.iter().enumerate() {
            let Some(cluster) = self.clusters.get_mut(arn) else { continue };
            cluster.global = Some(id.to_owned());
            cluster.data = data;
            if place > 0 {
                cluster.hold = Hold::Follows { since: cluster.created };
                cluster.open = false;
            }
        }
        let member = |(place, arn): (usize, &String)| Member {
            arn: arn.clone(),
            is_writer: place == 0,
            synchronization: "connected",
        };
        let global = Global {
            id: id.to_owned(),
            arn: format!("arn:aws:rds::{}:global-cluster:{id}", self.account),
            resource_id: format!("cluster-{}", self.rng.hex(16)),
            endpoint: format!("{id}.global-{}.global.rds.amazonaws.com", self.rng.hex(12)),
            status: AVAILABLE.to_owned(),
            engine: first.as_ref().map_or_else(|| ENGINE.to_owned(), |first| first.engine.clone()),
            engine_version: first
                .as_ref()
                .map_or_else(|| ENGINE_VERSION.to_owned(), |first| first.engine_version.clone()),
            database: first.as_ref().and_then(|first| first.database.clone()),
            encrypted: first.is_some_and(|first| first.encrypted),
            deletion_protection,
            failover: None,
            members: clusters.iter().enumerate().map(member).collect(),
            tags,
        };
        for arn in clusters {
            let region = super::model::region_of(arn).to_owned();
            self.views.insert((region, id.to_owned()), global.clone());
        }
        if let Some(writer) = clusters.first() {
            self.global_endpoints.insert(id.to_owned(), writer.clone());
        }
        self.globals.insert(id.to_owned(), global);
    }

    /// A subnet group: id, zone and last free address of each subnet.
    pub(in crate::lab) fn add_subnet_group(
        &mut self,
        region: &str,
        name: &str,
        description: &str,
        vpc: &str,
        subnets: &[(String, String, Ipv4Addr)],
        tags: BTreeMap<String, String>,
    ) {
        let subnet = |(id, zone, last): &(String, String, Ipv4Addr)| SubnetOf {
            id: id.clone(),
            zone: zone.clone(),
            last: *last,
        };
        let group = SubnetGroup {
            name: name.to_owned(),
            arn: format!("arn:aws:rds:{region}:{}:subgrp:{name}", self.account),
            description: description.to_owned(),
            vpc: vpc.to_owned(),
            subnets: subnets.iter().map(subnet).collect(),
            tags,
        };
        self.subnet_groups.insert((region.to_owned(), name.to_owned()), group);
    }

    /// A parameter group of clusters (`true`) or of instances; `set` are the parameters that its owner set.
    pub(in crate::lab) fn add_parameter_group(
        &mut self,
        region: &str,
        of_clusters: bool,
        (name, family, description): (&str, &str, &str),
        set: &BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) {
        let kind = if of_clusters { "cluster-pg" } else { "pg" };
        let mut parameters =
            if of_clusters { defaults(&CLUSTER_DEFAULTS) } else { defaults(&INSTANCE_DEFAULTS) };
        for (name, value) in set {
            let own = parameters.entry(name.clone()).or_insert(Parameter {
                value: None,
                source: "user",
                apply_type: "dynamic",
                kind: "string",
            });
            own.value = Some(value.clone());
            own.source = "user";
        }
        let group = ParameterGroup {
            name: name.to_owned(),
            arn: format!("arn:aws:rds:{region}:{}:{kind}:{name}", self.account),
            family: family.to_owned(),
            description: description.to_owned(),
            parameters,
            tags,
        };
        let groups = if of_clusters { &mut self.cluster_groups } else { &mut self.instance_groups };
        groups.insert((region.to_owned(), name.to_owned()), group);
    }

    /// The groups that AWS makes in every region.
    pub(in crate::lab) fn add_default_parameter_groups(&mut self, region: &str, family: &str) {
        let name = format!("default.{family}");
        for (of_clusters, what) in [(true, "cluster parameter group"), (false, "parameter group")] {
            let description = format!("Default {what} for {family}");
            let own = (name.as_str(), family, description.as_str());
            self.add_parameter_group(region, of_clusters, own, &BTreeMap::new(), Tags::new());
        }
    }
}

/// Some parameters of Aurora MySQL 3 that a comparison of two regions looks at: name, value, apply type, data type.
const CLUSTER_DEFAULTS: [(&str, Option<&str>, &str, &str); 8] = [
    ("binlog_format", Some("OFF"), "static", "string"),
    ("character_set_server", None, "dynamic", "string"),
    ("collation_server", None, "dynamic", "string"),
    ("innodb_flush_log_at_trx_commit", Some("1"), "dynamic", "integer"),
    ("lower_case_table_names", Some("0"), "static", "integer"),
    (
        "max_connections",
        Some(
            "GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000})",
        ),
        "dynamic",
        "integer",
    ),
    ("require_secure_transport", Some("OFF"), "dynamic", "string"),
    ("time_zone", None, "dynamic", "string"),
];

const INSTANCE_DEFAULTS: [(&str, Option<&str>, &str, &str); 4] = [
    ("general_log", None, "dynamic", "boolean"),
    ("long_query_time", None, "dynamic", "float"),
    (
        "max_connections",
        Some(
            "GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000})",
        ),
        "dynamic",
        "integer",
    ),
    ("slow_query_log", None, "dynamic", "boolean"),
];

fn defaults(rows: &[(&str, Option<&str>, &'static str, &'static str)]) -> BTreeMap<String, Parameter> {
    let one = |(name, value, apply_type, kind): &(&str, Option<&str>, &'static str, &'static str)| {
        let value = value.map(str::to_owned);
        let source = if value.is_some() { "system" } else { "engine-default" };
        ((*name).to_owned(), Parameter { value, source, apply_type, kind })
    };
    rows.iter().map(one).collect()
}
