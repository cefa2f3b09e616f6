//! Describe: what the API shows of clusters and instances.
//! Invariant: pure reading.
//! Not here: events (see `event`).
//! Used by: `rds`.

use super::{
    invalid,
    model::{Cluster, ENGINE, ENGINE_VERSION, Instance, PORT, tag_list},
    params::{page, required},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    ec2,
};

impl World {
    /// AWS: DescribeGlobalClusters: in any member's region; each region's view may lag.
    pub(super) fn describe_global_clusters(&self, call: &Call) -> Reply {
        let params = &call.params;
        let global = self.rds.views.get(&call.region);
        let id = params.text("GlobalClusterIdentifier");
        let named = global.filter(|global| id.is_none_or(|id| global.id.eq_ignore_ascii_case(id)));
        if let (Some(id), None) = (id, named) {
            let message = format!("Global cluster {id} not found.");
            return Err(AwsFault::new(404, "GlobalClusterNotFoundFault", message));
        }
        let regions = filter(params, &["region", "db-cluster-id"])?;
        let fits =
            |name: &str, value: &str| name != "region" || named.is_some_and(|g| g.member(value).is_some());
        let shown = regions.iter().all(|(name, values)| values.iter().any(|value| fits(name, value)));
        let found = named.filter(|_| shown).map(|global| global.tree()).into_iter().collect();
        let (marker, found) = page(params, found)?;
        Ok(Tree::map([("Marker", marker), ("GlobalClusters", Tree::list("GlobalClusterMember", found))]))
    }

    pub(super) fn describe_clusters(&self, call: &Call) -> Reply {
        let params = &call.params;
        let named = params.text("DBClusterIdentifier");
        let named = named.map(|name| self.rds.named_cluster(&call.region, name)).transpose()?;
        let filters = filter(params, &["db-cluster-id", "engine", "clone-group-id", "domain"])?;
        let fits = |cluster: &&Cluster| {
            filters.iter().all(|(name, values)| {
                values.iter().any(|value| match name.as_str() {
                    "db-cluster-id" => *value == cluster.id() || *value == cluster.arn(),
                    "engine" => value == ENGINE,
                    _ => false,
                })
            })
        };
        let found = named.or_else(|| self.rds.cluster(&call.region)).filter(fits);
        let (marker, found) =
            page(params, found.map(|cluster| self.cluster_tree(cluster)).into_iter().collect())?;
        Ok(Tree::map([("Marker", marker), ("DBClusters", Tree::list("DBCluster", found))]))
    }

    pub(super) fn describe_instances(&self, call: &Call) -> Reply {
        let params = &call.params;
        let filters =
            filter(params, &["db-cluster-id", "db-instance-id", "dbi-resource-id", "engine", "domain"])?;
        let named = params.text("DBInstanceIdentifier");
        let is_named = |instance: &Instance, name: &str| {
            instance.id.eq_ignore_ascii_case(name) || instance.arn(&call.region) == name
        };
        let fits = |cluster: &Cluster, instance: &Instance| {
            filters.iter().all(|(name, values)| {
                values.iter().any(|value| match name.as_str() {
                    "db-cluster-id" => *value == cluster.id() || *value == cluster.arn(),
                    "db-instance-id" => is_named(instance, value),
                    "dbi-resource-id" => *value == instance.resource_id,
                    "engine" => value == ENGINE,
                    _ => false,
                })
            })
        };
        let own = self.rds.cluster(&call.region).into_iter();
        let own = own.flat_map(|cluster| cluster.instances.iter().map(move |instance| (cluster, instance)));
        let found: Vec<Tree> = own
            .filter(|(cluster, instance)| {
                named.is_none_or(|name| is_named(instance, name)) && fits(cluster, instance)
            })
            .map(|(cluster, instance)| instance_tree(cluster, instance, self.database_groups(&call.region)))
            .collect();
        if let (Some(name), true) = (named, found.is_empty()) {
            return Err(AwsFault::new(404, "DBInstanceNotFound", format!("DBInstance {name} not found.")));
        }
        let (marker, found) = page(params, found)?;
        Ok(Tree::map([("Marker", marker), ("DBInstances", Tree::list("DBInstance", found))]))
    }

    pub(super) fn list_database_tags(&self, call: &Call) -> Reply {
        let arn = required(&call.params, "ResourceName")?;
        let global = &self.rds.global;
        let own = self.rds.cluster(&call.region);
        let tags = match own {
            _ if arn == global.arn() => &global.tags,
            Some(cluster) if arn == cluster.arn() => &cluster.tags,
            Some(cluster) if cluster.instances.iter().any(|own| arn == own.arn(&call.region)) => {
                &cluster.tags
            }
            _ if arn.contains(":global-cluster:") => {
                let message = format!("Global cluster {arn} not found.");
                return Err(AwsFault::new(404, "GlobalClusterNotFoundFault", message));
            }
            _ if arn.contains(":cluster:") => {
                return Err(AwsFault::new(
                    404,
                    "DBClusterNotFoundFault",
                    format!("DBCluster {arn} not found."),
                ));
            }
            _ if arn.contains(":db:") => {
                return Err(AwsFault::new(404, "DBInstanceNotFound", format!("DBInstance {arn} not found.")));
            }
            _ => {
                return Err(invalid(format!(
                    "The specified resource name {arn} is not a cluster or an instance"
                )));
            }
        };
        Ok(Tree::map([("TagList", Some(tag_list(tags)))]))
    }

    /// The security group of a region's database.
    fn database_groups(&self, region: &str) -> Tree {
        let group = ec2::group_of(self.ec2.network(region), ec2::Role::Database);
        let member = |id: String| {
            Tree::map([("VpcSecurityGroupId", Tree::text(id)), ("Status", Tree::text("active"))])
        };
        Tree::List("VpcSecurityGroupMembership", group.into_iter().map(member).collect())
    }

    /// As `DescribeDBClusters` answers it.
    pub(super) fn cluster_tree(&self, cluster: &Cluster) -> Tree {
        let global = &self.rds.global;
        let is_writer = global.writer() == cluster.region.code;
        let source = self.rds.cluster(global.writer()).map(Cluster::arn).filter(|_| !is_writer);
        let zones = cluster.region.zones.iter().map(|zone| Tree::Text((*zone).to_owned()));
        let member = |(tier, instance): (usize, &Instance)| {
            Tree::map([
                ("DBInstanceIdentifier", Tree::text(&instance.id)),
                ("IsClusterWriter", Some(Tree::Bool(is_writer && instance.first))),
                ("DBClusterParameterGroupStatus", Tree::text("in-sync")),
                ("PromotionTier", Some(tier_tree(tier))),
            ])
        };
        Tree::map([
            ("AllocatedStorage", Some(Tree::Int(1))),
            ("AvailabilityZones", Tree::list("AvailabilityZone", zones)),
            ("BackupRetentionPeriod", Some(Tree::Int(7))),
            ("DBClusterIdentifier", Tree::text(cluster.id())),
            ("DBClusterParameterGroup", Tree::text("default.aurora-mysql8.0")),
            ("Status", Tree::text(cluster.status)),
            ("Endpoint", Tree::text(cluster.writer_endpoint())),
            ("ReaderEndpoint", Tree::text(cluster.reader_endpoint())),
            ("MultiAZ", Some(Tree::Bool(true))),
            ("Engine", Tree::text(ENGINE)),
            ("EngineVersion", Tree::text(ENGINE_VERSION)),
            ("Port", Some(Tree::Int(PORT))),
            ("MasterUsername", Tree::text("admin").filter(|_| is_writer)),
            ("ReplicationSourceIdentifier", source.and_then(Tree::text)),
            (
                "DBClusterMembers",
                Tree::list("DBClusterMember", cluster.instances.iter().enumerate().map(member)),
            ),
            ("VpcSecurityGroups", Some(self.database_groups(cluster.region.code))),
            ("StorageEncrypted", Some(Tree::Bool(true))),
            ("DbClusterResourceId", Tree::text(&cluster.resource_id)),
            ("DBClusterArn", Tree::text(cluster.arn())),
            ("EngineMode", Tree::text("provisioned")),
            ("DeletionProtection", Some(Tree::Bool(true))),
            ("TagList", Some(tag_list(&cluster.tags))),
            ("GlobalClusterIdentifier", Tree::text(&global.id)),
            ("GlobalWriteForwardingStatus", Tree::text("disabled").filter(|_| !is_writer)),
        ])
    }
}

fn tier_tree(tier: usize) -> Tree {
    Tree::Int(i64::try_from(tier).unwrap_or(15).min(15))
}

/// As `DescribeDBInstances` answers it.
fn instance_tree(cluster: &Cluster, instance: &Instance, groups: Tree) -> Tree {
    let endpoint = Tree::map([
        ("Address", Tree::text(cluster.instance_endpoint(instance))),
        ("Port", Some(Tree::Int(PORT))),
    ]);
    let group = Tree::map([
        ("DBParameterGroupName", Tree::text("default.aurora-mysql8.0")),
        ("ParameterApplyStatus", Tree::text("in-sync")),
    ]);
    let tier = cluster.instances.iter().position(|own| own.id == instance.id).unwrap_or(0);
    Tree::map([
        ("DBInstanceIdentifier", Tree::text(&instance.id)),
        ("DBInstanceClass", Tree::text("db.r6g.large")),
        ("Engine", Tree::text(ENGINE)),
        ("DBInstanceStatus", Tree::text(instance.status)),
        ("Endpoint", Some(endpoint)),
        ("VpcSecurityGroups", Some(groups)),
        ("DBParameterGroups", Tree::list("DBParameterGroup", [group])),
        ("AvailabilityZone", Tree::text(instance.zone)),
        ("MultiAZ", Some(Tree::Bool(false))),
        ("EngineVersion", Tree::text(ENGINE_VERSION)),
        ("PubliclyAccessible", Some(Tree::Bool(false))),
        ("DBClusterIdentifier", Tree::text(cluster.id())),
        ("StorageEncrypted", Some(Tree::Bool(true))),
        ("DbiResourceId", Tree::text(&instance.resource_id)),
        ("PromotionTier", Some(tier_tree(tier))),
        ("DBInstanceArn", Tree::text(instance.arn(cluster.region.code))),
        ("TagList", Some(tag_list(&cluster.tags))),
    ])
}

/// The filters of a request, refused if the operation has none of that name.
fn filter(params: &Params, known: &[&str]) -> Result<Vec<(String, Vec<String>)>, AwsFault> {
    let one = |filter: &Params| {
        let name = filter.text("Name").unwrap_or_default().to_owned();
        match known.contains(&name.as_str()) {
            true => Ok((name, filter.texts("Values"))),
            false => Err(invalid(format!("Unrecognized filter name: {name}"))),
        }
    };
    params.list("Filters").iter().map(one).collect()
}
