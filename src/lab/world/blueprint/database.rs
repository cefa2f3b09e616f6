//! Database: Aurora global databases, as a world file has them.
//! Used by: `rds`'s builder.

use std::collections::BTreeMap;

use super::{TAGS, Tags, rule::RESOURCE};
use crate::grammar::{
    Kind,
    described::{OPTIONAL, REQUIRED, described, or},
    rule::REGION,
};

described! {
    /// An Aurora MySQL global database.
    GlobalCluster / GLOBAL_CLUSTER = "global cluster" {
        /// Its identifier.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-global";
        /// Its engine's version.
        engine_version: String = or("8.0.mysql_aurora.3.08.2"), Kind::Text, "8.0.mysql_aurora.3.08.2";
        /// Its clusters, one a region, the writer's first.
        clusters: Vec<Cluster> = REQUIRED, Kind::List(&Kind::Record(&CLUSTER)), "[ { region: ap-northeast-2, name: wordpress-seoul-db, … } ]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: database-team }";
    }

    /// One region's cluster of a global database.
    Cluster / CLUSTER = "cluster" {
        /// The region.
        region: String = REQUIRED, Kind::Rule(&REGION), "ap-northeast-2";
        /// Its identifier.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-seoul-db";
        /// Its network, by name.
        vpc: String = REQUIRED, Kind::Text, "seoul-vpc";
        /// Its subnets, by name.
        subnets: Vec<String> = REQUIRED, Kind::List(&Kind::Text), "[seoul-private-a, seoul-private-c]";
        /// Its security group, by name.
        group: String = REQUIRED, Kind::Text, "seoul-database";
        /// How many instances it has: none makes it a cluster without one that could take over.
        instances: u64 = or("2"), Kind::Whole(0, 15), "2";
        /// Their class.
        class: String = or("db.r6g.large"), Kind::Text, "db.r6g.large";
        /// Its engine's version, where it is another than the global cluster's.
        engine_version: Option<String> = OPTIONAL, Kind::Text, "8.0.mysql_aurora.3.08.2";
        /// Parameters that a group of its own sets otherwise than the engine; without any, it has AWS's default group.
        parameters: BTreeMap<String, String> = OPTIONAL, Kind::Map(&RESOURCE, &Kind::Text), "{ max_connections: \"2000\" }";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: database-team }";
    }
}
