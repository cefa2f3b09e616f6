//! Rds: the actions of RDS. A read without an identifier is on every resource of its kind.

use super::{
    Resource,
    Resource::{GlobalMembers, Named},
    Row, row,
};

const CLUSTER: Resource = Named("arn:aws:rds:{r}:{a}:cluster:{}", &["DBClusterIdentifier"]);
const INSTANCE: Resource = Named("arn:aws:rds:{r}:{a}:db:{}", &["DBInstanceIdentifier"]);
const GLOBAL: Resource = Named("arn:aws:rds::{a}:global-cluster:{}", &["GlobalClusterIdentifier"]);
const PARAMETERS: Resource = Named("arn:aws:rds:{r}:{a}:cluster-pg:{}", &["DBClusterParameterGroupName"]);
const INSTANCE_PARAMETERS: Resource = Named("arn:aws:rds:{r}:{a}:pg:{}", &["DBParameterGroupName"]);
const SUBNETS: Resource = Named("arn:aws:rds:{r}:{a}:subgrp:{}", &["DBSubnetGroupName"]);
const SNAPSHOT: Resource = Named("arn:aws:rds:{r}:{a}:cluster-snapshot:{}", &["DBClusterSnapshotIdentifier"]);

/// RDS.
pub(super) const ROWS: &[Row] = &[
    row("DescribeDBClusters", &[CLUSTER]),
    row("DescribeDBInstances", &[INSTANCE]),
    row("DescribeGlobalClusters", &[GLOBAL]),
    row("DescribeDBClusterEndpoints", &[CLUSTER]),
    row("DescribeDBClusterParameterGroups", &[PARAMETERS]),
    row("DescribeDBClusterParameters", &[PARAMETERS]),
    row("DescribeDBParameterGroups", &[INSTANCE_PARAMETERS]),
    row("DescribeDBParameters", &[INSTANCE_PARAMETERS]),
    row("DescribeDBSubnetGroups", &[SUBNETS]),
    row("DescribeDBClusterSnapshots", &[CLUSTER, SNAPSHOT]),
    row("DescribeDBLogFiles", &[INSTANCE]),
    row("FailoverGlobalCluster", &[GLOBAL, GlobalMembers]),
    row("SwitchoverGlobalCluster", &[GLOBAL, GlobalMembers]),
    row("RemoveFromGlobalCluster", &[GLOBAL, Named("{}", &["DbClusterIdentifier"])]),
    row("CreateGlobalCluster", &[GLOBAL, Named("{}", &["SourceDBClusterIdentifier"])]),
    row("ModifyGlobalCluster", &[GLOBAL]),
    row("DeleteGlobalCluster", &[GLOBAL]),
    row("FailoverDBCluster", &[CLUSTER]),
    row("CreateDBCluster", &[CLUSTER]),
    row("ModifyDBCluster", &[CLUSTER]),
    row("DeleteDBCluster", &[CLUSTER]),
    row("RebootDBCluster", &[CLUSTER]),
    row("StartDBCluster", &[CLUSTER]),
    row("StopDBCluster", &[CLUSTER]),
    row("PromoteReadReplicaDBCluster", &[CLUSTER]),
    row("RebootDBInstance", &[INSTANCE]),
    row("CreateDBInstance", &[INSTANCE]),
    row("ModifyDBInstance", &[INSTANCE]),
    row("DeleteDBInstance", &[INSTANCE]),
    row("StartDBInstance", &[INSTANCE]),
    row("StopDBInstance", &[INSTANCE]),
    row("CreateDBClusterSnapshot", &[SNAPSHOT, CLUSTER]),
    row("DeleteDBClusterSnapshot", &[SNAPSHOT]),
    row("CreateDBClusterParameterGroup", &[PARAMETERS]),
    row("DeleteDBClusterParameterGroup", &[PARAMETERS]),
    row("ModifyDBClusterParameterGroup", &[PARAMETERS]),
    row("ResetDBClusterParameterGroup", &[PARAMETERS]),
    row("CreateDBParameterGroup", &[INSTANCE_PARAMETERS]),
    row("ModifyDBParameterGroup", &[INSTANCE_PARAMETERS]),
    row("CreateDBSubnetGroup", &[SUBNETS]),
    row("DeleteDBSubnetGroup", &[SUBNETS]),
    row("EnableGlobalWriteForwarding", &[CLUSTER]),
    row("ListTagsForResource", &[Named("{}", &["ResourceName"])]),
    row("AddTagsToResource", &[Named("{}", &["ResourceName"])]),
    row("RemoveTagsFromResource", &[Named("{}", &["ResourceName"])]),
    row("ApplyPendingMaintenanceAction", &[Named("{}", &["ResourceIdentifier"])]),
];
