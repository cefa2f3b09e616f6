//! Lists: what RDS lists beside clusters: engine versions, maintenance, log files.
//! Invariant: pure reading; empty where a deployment at rest has nothing.
//! Used by: `rds`.

use super::{
    ENGINE_VERSION,
    params::{filters, flag, listing, required},
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

/// Versions of Aurora MySQL 3 that global databases may have; the last is the default one.
const VERSIONS: [&str; 4] =
    ["8.0.mysql_aurora.3.04.3", "8.0.mysql_aurora.3.07.1", "8.0.mysql_aurora.3.09.0", ENGINE_VERSION];

/// AWS: DescribeDBEngineVersions, of Aurora MySQL 3 alone.
pub(super) fn engine_versions(call: &Call) -> Reply {
    let params = &call.params;
    filters(params, &["db-parameter-group-family", "engine", "engine-mode", "engine-version", "status"])?;
    let default = flag(params, "DefaultOnly")? == Some(true);
    let fits = |version: &&&str| {
        params.text("Engine").is_none_or(|engine| engine == "aurora-mysql")
            && params.text("EngineVersion").is_none_or(|asked| asked == **version)
            && params.text("DBParameterGroupFamily").is_none_or(|family| family == "aurora-mysql8.0")
            && (!default || **version == ENGINE_VERSION)
    };
    let tree = |version: &&str| {
        let number = version.rsplit('_').next().unwrap_or_default().trim_start_matches("aurora.");
        Tree::map([
            ("Engine", Tree::text("aurora-mysql")),
            ("MajorEngineVersion", Tree::text("8.0")),
            ("EngineVersion", Tree::text(*version)),
            ("DBParameterGroupFamily", Tree::text("aurora-mysql8.0")),
            ("DBEngineDescription", Tree::text("Aurora MySQL")),
            (
                "DBEngineVersionDescription",
                Tree::text(format!("Aurora MySQL {number} (compatible with MySQL 8.0)")),
            ),
            ("SupportsReadReplica", Some(Tree::Bool(false))),
            ("SupportedEngineModes", Tree::list("member", [Tree::Text("provisioned".to_owned())])),
            ("Status", Tree::text("available")),
            ("SupportsParallelQuery", Some(Tree::Bool(true))),
            ("SupportsGlobalDatabases", Some(Tree::Bool(true))),
        ])
    };
    let mut versions: Vec<&&str> = VERSIONS.iter().filter(fits).collect();
    versions.sort();
    listing(params, "DBEngineVersions", "DBEngineVersion", versions.into_iter().map(tree).collect())
}

impl World {
    /// AWS: DescribePendingMaintenanceActions: nothing is pending in the lab.
    pub(super) fn describe_pending_maintenance(&self, call: &Call) -> Reply {
        filters(&call.params, &["db-cluster-id", "db-instance-id"])?;
        listing(&call.params, "PendingMaintenanceActions", "ResourcePendingMaintenanceActions", Vec::new())
    }

    /// AWS: DescribeDBLogFiles: the lab's databases write no logs.
    pub(super) fn describe_log_files(&self, call: &Call) -> Reply {
        self.rds.named_instance(&call.region, required(&call.params, "DBInstanceIdentifier")?)?;
        listing(&call.params, "DescribeDBLogFiles", "DescribeDBLogFilesDetails", Vec::new())
    }
}
