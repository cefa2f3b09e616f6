//! Clusters and global clusters are made, taken apart, stopped and lost.

use super::*;
use crate::lab::world::testing::items;

const NEW: [(&str, &str); 3] =
    [("DBClusterIdentifier", "shop"), ("Engine", "aurora-mysql"), ("MasterUsername", "admin")];

fn status(world: &mut World, region: &str, cluster: &str) -> String {
    let reply = rds(world, region, "DescribeDBClusters", &[("DBClusterIdentifier", cluster)]);
    reply.map_or_else(|fault| fault.code.to_owned(), |reply| text(&reply, "DBClusters.0.Status"))
}

fn messages(world: &mut World, region: &str, kind: &str) -> Vec<String> {
    let params = [("SourceType", kind), ("Duration", "1440")];
    let reply = rds(world, region, "DescribeEvents", &params).unwrap();
    items(&reply, "Events").iter().map(|event| text(event, "Message")).collect()
}

fn told(messages: &[String], begins: &str) -> usize {
    messages.iter().filter(|message| message.starts_with(begins)).count()
}

/// AWS: CreateDBCluster, CreateDBInstance: `creating`, then `available`; the first instance writes; a cluster alone may
/// be stopped and started.
#[test]
fn a_regional_cluster_has_a_life_of_its_own() {
    let mut world = world(1);
    rds(&mut world, SEOUL.code, "CreateDBCluster", &NEW).unwrap();
    assert_eq!(status(&mut world, SEOUL.code, "shop"), "creating");
    let again = rds(&mut world, SEOUL.code, "CreateDBCluster", &NEW);
    assert_eq!(code(again), (400, "DBClusterAlreadyExistsFault"));
    let instance = [
        ("DBInstanceIdentifier", "shop-1"),
        ("DBClusterIdentifier", "shop"),
        ("Engine", "aurora-mysql"),
        ("DBInstanceClass", "db.r6g.large"),
    ];
    let made = rds(&mut world, SEOUL.code, "CreateDBInstance", &instance).unwrap();
    assert!(at(&made, "DBInstance.Endpoint").is_none(), "no endpoint before it is there");
    advance(&mut world, Duration::from_secs(500));
    let shop = arn(SEOUL.code, "shop");
    assert_eq!(world.commit_row(&shop), Ok(1));
    let named = [("DBClusterIdentifier", "shop")];
    let alone = rds(&mut world, SEOUL.code, "FailoverDBCluster", &named).unwrap_err();
    assert_eq!(
        alone.message,
        "Database cluster:shop should have at least two database instances for failover"
    );
    rds(&mut world, SEOUL.code, "StopDBCluster", &named).unwrap();
    assert!(world.commit_row(&shop).is_err());
    advance(&mut world, Duration::from_secs(301));
    assert_eq!(status(&mut world, SEOUL.code, "shop"), "stopped");
    rds(&mut world, SEOUL.code, "StartDBCluster", &named).unwrap();
    advance(&mut world, Duration::from_secs(421));
    assert_eq!(world.commit_row(&shop), Ok(2));
    let skip = [("DBClusterIdentifier", "shop"), ("SkipFinalSnapshot", "true")];
    let full = rds(&mut world, SEOUL.code, "DeleteDBCluster", &skip).unwrap_err();
    assert_eq!(
        full.message,
        "Cluster cannot be deleted, it still contains DB instances in non-deleting state."
    );
    rds(&mut world, SEOUL.code, "DeleteDBInstance", &[("DBInstanceIdentifier", "shop-1")]).unwrap();
    rds(&mut world, SEOUL.code, "DeleteDBCluster", &skip).unwrap();
    advance(&mut world, Duration::from_secs(241));
    assert_eq!(status(&mut world, SEOUL.code, "shop"), "DBClusterNotFoundFault");
    // The other cluster of the region never noticed.
    assert!(world.commit_write(SEOUL.code).is_ok());
}

/// AWS: Aurora User Guide: "You can only stop and start a cluster that's part of an Aurora global database if it's the
/// only cluster in the global database"; a member, and a protected cluster, cannot be deleted.
#[test]
fn a_member_of_a_global_cluster_is_neither_stopped_nor_deleted() {
    let mut world = world(2);
    let named = [("DBClusterIdentifier", SEOUL.cluster), ("SkipFinalSnapshot", "true")];
    for operation in ["StopDBCluster", "StartDBCluster"] {
        assert_eq!(code(rds(&mut world, SEOUL.code, operation, &named)), (400, "InvalidDBClusterStateFault"));
    }
    let protected = rds(&mut world, SEOUL.code, "DeleteDBCluster", &named).unwrap_err();
    assert!(protected.message.starts_with("Cannot delete protected Cluster"), "{}", protected.message);
    let open = [("DBClusterIdentifier", SEOUL.cluster), ("DeletionProtection", "false")];
    rds(&mut world, SEOUL.code, "ModifyDBCluster", &open).unwrap();
    let member = rds(&mut world, SEOUL.code, "DeleteDBCluster", &named).unwrap_err();
    assert_eq!(
        member.message,
        "This cluster is a part of a global cluster, please remove it from globalcluster first"
    );
}

/// AWS: RemoveFromGlobalCluster: "becomes a standalone cluster with read-write capability"; the global database goes on
/// without it; a second call does not find it.
#[test]
fn a_detached_secondary_takes_writes_of_its_own() {
    let mut world = world(3);
    write(&mut world, SEOUL.code, 30);
    let tokyo = arn(TOKYO.code, TOKYO.cluster);
    let params = [("GlobalClusterIdentifier", "wordpress-global"), ("DbClusterIdentifier", tokyo.as_str())];
    let primary = arn(SEOUL.code, SEOUL.cluster);
    let first = [("GlobalClusterIdentifier", "wordpress-global"), ("DbClusterIdentifier", primary.as_str())];
    let refused = rds(&mut world, TOKYO.code, "RemoveFromGlobalCluster", &first);
    assert_eq!(code(refused), (400, "InvalidGlobalClusterStateFault"));
    rds(&mut world, TOKYO.code, "RemoveFromGlobalCluster", &params).unwrap();
    assert_eq!(status(&mut world, TOKYO.code, TOKYO.cluster), "promoting");
    assert!(world.commit_write(TOKYO.code).is_err());
    advance(&mut world, Duration::from_secs(91));
    let (here, there) = (world.commit_write(SEOUL.code).unwrap(), world.commit_write(TOKYO.code).unwrap());
    assert_eq!((here, there), (31, 32), "numbers are never given twice");
    assert!(!world.holds_row(TOKYO.code, here) && !world.holds_row(SEOUL.code, there), "two databases");
    let again = rds(&mut world, TOKYO.code, "RemoveFromGlobalCluster", &params);
    assert_eq!(code(again), (400, "InvalidParameterValue"));
    let full = [("GlobalClusterIdentifier", "wordpress-global"), ("DeletionProtection", "false")];
    rds(&mut world, SEOUL.code, "ModifyGlobalCluster", &full).unwrap();
    let full = rds(&mut world, SEOUL.code, "DeleteGlobalCluster", &full[..1]).unwrap_err();
    assert!(full.message.ends_with("is not empty"), "{}", full.message);
}

/// AWS: managed failover needs an instance in the target: a headless secondary is refused.
#[test]
fn a_headless_secondary_cannot_take_over() {
    let mut world = world(4);
    rds(&mut world, SEOUL.code, "CreateDBCluster", &NEW).unwrap();
    advance(&mut world, Duration::from_secs(91));
    let source = arn(SEOUL.code, "shop");
    let around = [("GlobalClusterIdentifier", "shop-global"), ("SourceDBClusterIdentifier", source.as_str())];
    rds(&mut world, SEOUL.code, "CreateGlobalCluster", &around).unwrap();
    let second = [
        ("DBClusterIdentifier", "shop-tokyo"),
        ("Engine", "aurora-mysql"),
        ("GlobalClusterIdentifier", "shop-global"),
    ];
    rds(&mut world, TOKYO.code, "CreateDBCluster", &second).unwrap();
    advance(&mut world, Duration::from_secs(91));
    let shown = rds(&mut world, TOKYO.code, "DescribeGlobalClusters", &[]).unwrap();
    assert_eq!(items(&shown, "GlobalClusters").len(), 2, "any number of global clusters");
    let target = arn(TOKYO.code, "shop-tokyo");
    let params = [("GlobalClusterIdentifier", "shop-global"), ("TargetDbClusterIdentifier", target.as_str())];
    let refused = rds(&mut world, SEOUL.code, "SwitchoverGlobalCluster", &params);
    assert_eq!(code(refused), (400, "InvalidDBClusterStateFault"));
    switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
}

/// AWS: event categories and messages: both clusters tell of a switchover (0181, 0182, 0184, 0185), the old primary of
/// the wait (0183), its instance of the fence (0390), the new primary of the global endpoint (0397).
#[test]
fn both_sides_tell_of_a_switchover() {
    let mut world = world(5);
    switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
    advance(&mut world, Duration::from_secs(100));
    let (old, new) =
        (messages(&mut world, SEOUL.code, "db-cluster"), messages(&mut world, TOKYO.code, "db-cluster"));
    for side in [&old, &new] {
        let counts = ["Global switchover to", "Old primary DB", "New primary DB"].map(|own| told(side, own));
        assert_eq!(counts, [2, 1, 1], "{side:?}");
    }
    assert_eq!((told(&old, "Waiting for data"), told(&new, "Aurora finished changing the DNS")), (1, 1));
    let fence = messages(&mut world, SEOUL.code, "db-instance");
    assert!(
        fence.iter().any(|own| own.starts_with("Attempt to block writes") && own.ends_with("succeeded."))
    );
}

/// AWS: a switchover needs a reachable primary: a running one is cancelled (0186), and both clusters return to what
/// they were; a failover works without it, and its fence times out (0391), told by the new primary.
#[test]
fn a_lost_primary_ends_a_switchover_and_not_a_failover() {
    let mut world = world(6);
    let seoul = arn(SEOUL.code, SEOUL.cluster);
    switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
    assert!(world.lose_cluster(&seoul));
    advance(&mut world, Duration::from_secs(5));
    assert_eq!(text(&global(&mut world, TOKYO.code), "FailoverState.Status"), "cancelling");
    advance(&mut world, Duration::from_secs(90));
    let shown = global(&mut world, TOKYO.code);
    assert!(
        at(&shown, "FailoverState").is_none() && text(&shown, "GlobalClusterMembers.0.IsWriter") == "true"
    );
    let heard = messages(&mut world, TOKYO.code, "db-cluster");
    assert!(heard.iter().any(|own| own.ends_with("is cancelled.")), "{heard:?}");
    let refused = switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster));
    assert_eq!(code(refused), (400, "InvalidDBClusterStateFault"));
    lose_seoul(&mut world).unwrap();
    advance(&mut world, Duration::from_secs(200));
    assert!(world.commit_write(TOKYO.code).is_ok());
    let fence = messages(&mut world, TOKYO.code, "db-instance");
    assert!(fence.iter().any(|own| own.starts_with("Attempt to block") && own.ends_with("timed out.")));
}

/// AWS: the old primary's volume is kept as `rds:unplanned-global-failover-NAME-TIMESTAMP` in its region.
#[test]
fn a_failover_keeps_the_old_volume_as_a_snapshot() {
    let mut world = world(7);
    let none = rds(&mut world, SEOUL.code, "DescribeDBClusterSnapshots", &[]).unwrap();
    assert!(items(&none, "DBClusterSnapshots").is_empty());
    lose_seoul(&mut world).unwrap();
    advance(&mut world, Duration::from_secs(200));
    let kept = rds(&mut world, SEOUL.code, "DescribeDBClusterSnapshots", &[]).unwrap();
    let id = text(&kept, "DBClusterSnapshots.0.DBClusterSnapshotIdentifier");
    assert!(id.starts_with("rds:unplanned-global-failover-wordpress-seoul-db-"), "{id}");
    let there = rds(&mut world, TOKYO.code, "DescribeDBClusterSnapshots", &[]).unwrap();
    assert!(items(&there, "DBClusterSnapshots").is_empty());
}

/// AWS: "Writes to the old primary may continue" where fencing times out: until the new primary takes them.
#[test]
fn a_fence_that_times_out_loses_more() {
    let lost = |times_out: bool| {
        let mut world = world(8);
        world.rds.settings.fence_times_out = times_out;
        lose_seoul(&mut world).unwrap();
        let mut written = 0;
        while world.commit_write(TOKYO.code).is_err() {
            written += u32::from(world.commit_write(SEOUL.code).is_ok());
            advance(&mut world, Duration::from_millis(500));
        }
        written
    };
    assert!(lost(true) > lost(false) + 20);
}

/// The lag moves by itself, is never far, and what was replicated is never taken back.
#[test]
fn replication_goes_forward_only() {
    let mut world = world(9);
    let tokyo = arn(TOKYO.code, TOKYO.cluster);
    let (mut before, mut lags) = (Timestamp::MIN, std::collections::BTreeSet::new());
    for _ in 0..3_000 {
        advance(&mut world, Duration::from_millis(700));
        let until = world.rds.replicated_until(&tokyo, world.now());
        assert!(until >= before);
        before = until;
        lags.insert(world.replication_lag());
    }
    assert!(lags.len() > 100 && lags.iter().all(|lag| lag.as_millis() >= 80 && lag.as_secs() <= 5));
}

/// AWS: tags by ARN; DBParameterGroupNotFound; an endpoint of a secondary's writer is inactive; categories of events.
#[test]
fn the_small_lists_are_there() {
    let mut world = world(10);
    let own = arn(SEOUL.code, SEOUL.cluster);
    let more = [("ResourceName", own.as_str()), ("Tags.1.Key", "a"), ("Tags.1.Value", "b")];
    rds(&mut world, SEOUL.code, "AddTagsToResource", &more).unwrap();
    let tags = rds(&mut world, SEOUL.code, "ListTagsForResource", &more[..1]).unwrap();
    assert!(items(&tags, "TagList").iter().any(|tag| text(tag, "Key") == "a"));
    let less = [("ResourceName", own.as_str()), ("TagKeys.1", "a")];
    rds(&mut world, SEOUL.code, "RemoveTagsFromResource", &less).unwrap();
    let elsewhere = rds(&mut world, TOKYO.code, "ListTagsForResource", &less[..1]);
    assert_eq!(code(elsewhere), (404, "DBClusterNotFoundFault"));
    let wrong = [("DBClusterParameterGroupName", "nothing")];
    let refused = rds(&mut world, SEOUL.code, "DescribeDBClusterParameters", &wrong);
    assert_eq!(code(refused), (404, "DBParameterGroupNotFound"));
    let group = [("DBClusterParameterGroupName", "default.aurora-mysql8.0")];
    let group = rds(&mut world, SEOUL.code, "DescribeDBClusterParameters", &group).unwrap();
    assert!(items(&group, "Parameters").len() > 5);
    let ends = rds(&mut world, TOKYO.code, "DescribeDBClusterEndpoints", &[]).unwrap();
    let states: Vec<String> =
        items(&ends, "DBClusterEndpoints").iter().map(|own| text(own, "Status")).collect();
    assert_eq!(states, ["inactive", "available"]);
    let subnets = rds(&mut world, SEOUL.code, "DescribeDBSubnetGroups", &[]).unwrap();
    assert_eq!(items(&subnets, "DBSubnetGroups.0.Subnets").len(), 2);
    for operation in ["DescribeDBSnapshots", "DescribePendingMaintenanceActions"] {
        let reply = rds(&mut world, SEOUL.code, operation, &[]).unwrap();
        assert!(matches!(&reply, Tree::Map(members) if members.len() == 1), "{operation}: an empty list");
    }
    let old = [("StartTime", "2026-01-01T00:00:00Z")];
    assert_eq!(code(rds(&mut world, SEOUL.code, "DescribeEvents", &old)), (400, "InvalidParameterValue"));
}

/// AWS: RebootDBInstance: `rebooting`, then `available`; while the writer restarts nothing is written.
#[test]
fn a_reboot_stops_writes_for_a_while() {
    let mut world = world(11);
    let first = [("DBInstanceIdentifier", "wordpress-seoul-db-1")];
    let shown = rds(&mut world, SEOUL.code, "RebootDBInstance", &first).unwrap();
    assert_eq!(text(&shown, "DBInstance.DBInstanceStatus"), "rebooting");
    assert!(world.commit_write(SEOUL.code).is_err());
    let busy = rds(&mut world, SEOUL.code, "RebootDBInstance", &first);
    assert_eq!(code(busy), (400, "InvalidDBInstanceState"));
    advance(&mut world, Duration::from_secs(31));
    assert!(world.commit_write(SEOUL.code).is_ok());
}
