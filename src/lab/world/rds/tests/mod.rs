//! What the Aurora global database does, by itself and when asked. Failures name the seed.

mod life;

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    clock::later,
    lab::world::{
        World,
        call::{AwsFault, Reply, Service, Tree},
        dns::{DnsData, DnsKind, DnsQuestion},
        reference::{ACCOUNT, SEOUL, TOKYO},
        site::{SiteOutcome, SiteRequest},
        testing::{call, get, member as at, seeded as world, text},
    },
};

const SEEDS: std::ops::Range<u64> = 0..20;

fn arn(region: &str, cluster: &str) -> String {
    format!("arn:aws:rds:{region}:{ACCOUNT}:cluster:{cluster}")
}

fn rds(world: &mut World, region: &str, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Rds, operation, region, params)
}

fn switch_over(world: &mut World, region: &str, target: &str) -> Reply {
    let params = [("GlobalClusterIdentifier", "wordpress-global"), ("TargetDbClusterIdentifier", target)];
    rds(world, region, "SwitchoverGlobalCluster", &params)
}

fn lose_seoul(world: &mut World) -> Reply {
    let target = arn(TOKYO.code, TOKYO.cluster);
    let params = [
        ("GlobalClusterIdentifier", "wordpress-global"),
        ("TargetDbClusterIdentifier", target.as_str()),
        ("AllowDataLoss", "true"),
    ];
    rds(world, TOKYO.code, "FailoverGlobalCluster", &params)
}

fn global(world: &mut World, region: &str) -> Tree {
    let reply = rds(world, region, "DescribeGlobalClusters", &[]).unwrap();
    at(&reply, "GlobalClusters.0").unwrap().clone()
}

fn truth(world: &World, what: &str) -> Vec<(Timestamp, String)> {
    let own = world.truth().all().iter().filter(|entry| entry.what == what);
    own.map(|entry| (entry.at, entry.with.values().next().cloned().unwrap_or_default())).collect()
}

fn advance(world: &mut World, by: Duration) {
    world.advance(later(world.now(), by));
}

/// Goes on, a row each 200 ms through `region`, until it has `rows` of them.
fn write(world: &mut World, region: &str, rows: usize) -> Vec<u64> {
    let row = |_| {
        advance(world, Duration::from_millis(200));
        world.commit_write(region).unwrap()
    };
    (0..rows).map(row).collect()
}

/// AWS: DescribeGlobalClusters: both lists repeat the element name `GlobalClusterMember`; FailoverState is absent when
/// nothing is under way; the readers stand under the writer.
#[test]
fn the_global_cluster_is_shown_in_both_regions_with_the_wires_own_element_names() {
    let mut world = world(1);
    for region in [SEOUL.code, TOKYO.code] {
        let reply = rds(&mut world, region, "DescribeGlobalClusters", &[]).unwrap();
        assert!(
            matches!(at(&reply, "GlobalClusters"), Some(Tree::List("GlobalClusterMember", items)) if items.len() == 1)
        );
        let shown = at(&reply, "GlobalClusters.0").unwrap();
        assert!(matches!(at(shown, "GlobalClusterMembers"), Some(Tree::List("GlobalClusterMember", _))));
        assert_eq!(text(shown, "Status"), "available");
        assert_eq!(text(shown, "GlobalClusterMembers.0.IsWriter"), "true");
        assert_eq!(text(shown, "GlobalClusterMembers.0.Readers.0"), arn(TOKYO.code, TOKYO.cluster));
        assert_eq!(text(shown, "GlobalClusterMembers.1.SynchronizationStatus"), "connected");
        assert!(at(shown, "FailoverState").is_none());
        assert!(text(shown, "GlobalClusterArn").starts_with("arn:aws:rds::111122223333:global-cluster:"));
    }
    let elsewhere = rds(&mut world, "us-east-1", "DescribeGlobalClusters", &[]).unwrap();
    assert!(matches!(at(&elsewhere, "GlobalClusters"), Some(Tree::List(_, items)) if items.is_empty()));
}

/// AWS: SwitchoverGlobalCluster: no data loss; the writes stop for a while and go on in the other region; 20 to 60 s.
#[test]
fn a_switchover_loses_nothing_and_the_writer_moves_once() {
    for seed in SEEDS {
        let mut world = world(seed);
        let rows = write(&mut world, SEOUL.code, 20);
        let began = world.now();
        let shown = switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
        assert_eq!(text(&shown, "GlobalCluster.Status"), "switching-over", "seed {seed}");
        assert_eq!(text(&shown, "GlobalCluster.FailoverState.Status"), "pending", "seed {seed}");
        assert_eq!(text(&shown, "GlobalCluster.FailoverState.IsDataLossAllowed"), "false", "seed {seed}");
        // Verified within four seconds, and seen by the other region two seconds later.
        advance(&mut world, Duration::from_millis(6_100));
        let running = global(&mut world, SEOUL.code);
        assert_eq!(text(&running, "FailoverState.Status"), "switching-over", "seed {seed}");
        advance(&mut world, Duration::from_secs(60));

        let (blocked, moved, open) =
            (truth(&world, "writes.blocked"), truth(&world, "writer.moved"), truth(&world, "writes.open"));
        assert_eq!((blocked.len(), moved.len(), open.len()), (1, 1, 1), "seed {seed}");
        assert!(began < blocked[0].0 && blocked[0].0 < open[0].0 && moved[0].0 == open[0].0, "seed {seed}");
        assert!(world.commit_write(SEOUL.code).is_err(), "seed {seed}");
        let next = world.commit_write(TOKYO.code).unwrap();
        assert_eq!(Some(&(next - 1)), rows.last(), "seed {seed}");
        assert!(rows.iter().all(|row| world.holds_row(TOKYO.code, *row)), "seed {seed}");

        for region in [SEOUL.code, TOKYO.code] {
            let done = global(&mut world, region);
            assert_eq!(text(&done, "Status"), "available", "seed {seed}");
            assert!(at(&done, "FailoverState").is_none(), "seed {seed}");
            assert_eq!(text(&done, "GlobalClusterMembers.1.IsWriter"), "true", "seed {seed}");
        }
        switch_over(&mut world, TOKYO.code, &arn(SEOUL.code, SEOUL.cluster)).unwrap();
        advance(&mut world, Duration::from_secs(61));
        assert!(world.commit_write(SEOUL.code).is_ok(), "seed {seed}: the failback");
    }
}

/// AWS: FailoverGlobalCluster with AllowDataLoss: what was not replicated at the failure is lost; the old primary is
/// fenced, rejoins and is `pending-resync` until then; meanwhile further operations are refused.
#[test]
fn a_failover_loses_exactly_the_rows_that_were_not_replicated() {
    // Fewer seeds: each lives through a long resynchronisation.
    for seed in 0..6 {
        let mut world = world(seed);
        let before = write(&mut world, SEOUL.code, 50);
        let shown = lose_seoul(&mut world).unwrap();
        assert_eq!(text(&shown, "GlobalCluster.Status"), "failing-over", "seed {seed}");
        assert_eq!(text(&shown, "GlobalCluster.FailoverState.IsDataLossAllowed"), "true", "seed {seed}");
        let mut committed = before;
        while world.newest_row(TOKYO.code).is_none() || world.commit_write(TOKYO.code).is_err() {
            advance(&mut world, Duration::from_millis(200));
            committed.extend(world.commit_write(SEOUL.code));
        }
        let kept: u64 = world
            .truth()
            .all()
            .iter()
            .find(|entry| entry.what == "rows.kept")
            .and_then(|entry| entry.with["last_kept"].parse().ok())
            .unwrap();
        for row in &committed {
            assert_eq!(
                world.holds_row(TOKYO.code, *row),
                *row <= kept,
                "seed {seed}, row {row}, kept {kept}"
            );
        }
        assert!(committed.last().unwrap() > &kept, "seed {seed}: something was lost");
        let newest = SiteRequest { path: "/write-check/newest".to_owned(), ..get(&SEOUL, 80) };
        let SiteOutcome::Answer { body, .. } = world.site(world.now(), &newest) else {
            panic!("seed {seed}")
        };
        let on_old_volume = format!("\"row\":{}}}", committed.last().unwrap());
        assert!(body.ends_with(&on_old_volume), "seed {seed}: {body}");
        assert!(world.holds_row(SEOUL.code, *committed.last().unwrap()), "seed {seed}: on the old volume");

        advance(&mut world, Duration::from_secs(60));
        let target = arn(SEOUL.code, SEOUL.cluster);
        let refused = switch_over(&mut world, TOKYO.code, &target).unwrap_err();
        assert_eq!(refused.code, "InvalidGlobalClusterStateFault", "seed {seed}");
        let shown = global(&mut world, TOKYO.code);
        assert_eq!(
            text(&shown, "GlobalClusterMembers.0.SynchronizationStatus"),
            "pending-resync",
            "seed {seed}"
        );
        advance(&mut world, Duration::from_secs(1_500));
        assert!(!world.holds_row(SEOUL.code, *committed.last().unwrap()), "seed {seed}: the volume is new");
        switch_over(&mut world, TOKYO.code, &target).unwrap();
    }
}

fn code(reply: Reply) -> (u16, &'static str) {
    let AwsFault { status, code, .. } = reply.unwrap_err();
    (status, code)
}

/// AWS: the target is the full ARN; a switchover is called in the primary's region, a failover in the target's; one at
/// a time; the codes keep their `Fault`.
#[test]
fn a_role_change_is_refused_where_aws_refuses_it() {
    let mut world = world(3);
    let (seoul, tokyo) = (arn(SEOUL.code, SEOUL.cluster), arn(TOKYO.code, TOKYO.cluster));
    let world = &mut world;
    assert_eq!(code(switch_over(world, SEOUL.code, TOKYO.cluster)), (404, "DBClusterNotFoundFault"));
    assert_eq!(code(switch_over(world, SEOUL.code, &seoul)), (400, "InvalidDBClusterStateFault"));
    assert_eq!(code(switch_over(world, TOKYO.code, &tokyo)), (400, "InvalidGlobalClusterStateFault"));
    let unknown = [("GlobalClusterIdentifier", "other"), ("TargetDbClusterIdentifier", tokyo.as_str())];
    assert_eq!(
        code(rds(world, SEOUL.code, "SwitchoverGlobalCluster", &unknown)),
        (404, "GlobalClusterNotFoundFault")
    );
    let both = [
        ("GlobalClusterIdentifier", "wordpress-global"),
        ("TargetDbClusterIdentifier", tokyo.as_str()),
        ("AllowDataLoss", "true"),
        ("Switchover", "true"),
    ];
    assert_eq!(
        code(rds(world, TOKYO.code, "FailoverGlobalCluster", &both)),
        (400, "InvalidParameterCombination")
    );
    assert_eq!(
        code(rds(world, SEOUL.code, "FailoverGlobalCluster", &both[..3])),
        (400, "InvalidGlobalClusterStateFault")
    );
    switch_over(world, SEOUL.code, &tokyo).unwrap();
    assert_eq!(code(switch_over(world, SEOUL.code, &tokyo)), (400, "InvalidGlobalClusterStateFault"));
    assert_eq!(
        code(rds(world, SEOUL.code, "RestoreDBClusterToPointInTime", &[])),
        (501, "UnroutedOperation")
    );
}

/// AWS: FailoverGlobalCluster with neither flag performs a switchover.
#[test]
fn a_failover_without_flags_is_a_switchover() {
    let mut world = world(4);
    let tokyo = arn(TOKYO.code, TOKYO.cluster);
    let params =
        [("GlobalClusterIdentifier", "wordpress-global"), ("TargetDbClusterIdentifier", tokyo.as_str())];
    let shown = rds(&mut world, SEOUL.code, "FailoverGlobalCluster", &params).unwrap();
    assert_eq!(text(&shown, "GlobalCluster.Status"), "switching-over");
}

/// AWS: event categories and messages: a switchover is told in category `global-failover`, some seconds later.
#[test]
fn a_switchover_can_be_read_in_the_events_of_the_new_primary() {
    let mut world = world(5);
    switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
    let at_once = rds(&mut world, TOKYO.code, "DescribeEvents", &[]).unwrap();
    assert!(at(&at_once, "Events.0").is_none());
    advance(&mut world, Duration::from_secs(90));
    let params = [("EventCategories.1", "global-failover"), ("SourceType", "db-cluster")];
    let reply = rds(&mut world, TOKYO.code, "DescribeEvents", &params).unwrap();
    let Some(Tree::List("Event", events)) = at(&reply, "Events") else { panic!("{reply:?}") };
    let said: Vec<String> = events.iter().map(|event| text(event, "Message")).collect();
    assert!(
        said[0].ends_with("started.") && said.iter().any(|message| message.ends_with("finished.")),
        "{said:?}"
    );
    let alone = rds(&mut world, TOKYO.code, "DescribeEvents", &[("SourceIdentifier", TOKYO.cluster)]);
    assert_eq!(code(alone), (400, "InvalidParameterCombination"));
}

/// AWS: FailoverDBCluster: another instance of the cluster becomes the writer; repeating it fails over again.
#[test]
fn a_failover_within_the_cluster_moves_the_writer_and_blocks_writes_meanwhile() {
    let mut world = world(6);
    let params = [("DBClusterIdentifier", SEOUL.cluster)];
    let writer = |world: &mut World| {
        let reply = rds(world, SEOUL.code, "DescribeDBClusters", &[]).unwrap();
        let is_writer = |at_place: &&usize| {
            text(&reply, &format!("DBClusters.0.DBClusterMembers.{at_place}.IsClusterWriter")) == "true"
        };
        [0, 1].iter().find(is_writer).copied()
    };
    assert_eq!(writer(&mut world), Some(0));
    let shown = rds(&mut world, SEOUL.code, "FailoverDBCluster", &params).unwrap();
    assert_eq!(text(&shown, "DBCluster.Status"), "failing-over");
    assert!(world.database_takes_writes(SEOUL.code).is_err());
    let again = rds(&mut world, SEOUL.code, "FailoverDBCluster", &params);
    assert_eq!(code(again), (400, "InvalidDBClusterStateFault"));
    advance(&mut world, Duration::from_secs(46));
    assert_eq!(writer(&mut world), Some(1));
    assert!(world.database_takes_writes(SEOUL.code).is_ok());
}

/// AWS: connection management: the writer endpoint of a secondary cluster is inactive until its promotion; the global
/// writer endpoint follows the writer.
#[test]
fn endpoints_lead_to_the_writer() {
    let mut world = world(7);
    let endpoint = text(&global(&mut world, SEOUL.code), "Endpoint");
    let tokyo = rds(&mut world, TOKYO.code, "DescribeDBClusters", &[]).unwrap();
    let tokyo = text(&tokyo, "DBClusters.0.Endpoint");
    let look = |world: &mut World, name: &str| {
        let question = DnsQuestion { name: name.to_owned(), kind: DnsKind::A, recursive: false };
        world.answer(world.now(), &question)
    };
    assert_eq!(
        look(&mut world, &endpoint).addresses(),
        ["10.10.100.254".parse::<std::net::Ipv4Addr>().unwrap()]
    );
    assert!(look(&mut world, &tokyo).records.is_empty());
    switch_over(&mut world, SEOUL.code, &arn(TOKYO.code, TOKYO.cluster)).unwrap();
    advance(&mut world, Duration::from_secs(65));
    let moved = look(&mut world, &endpoint);
    assert!(matches!(&moved.records[0].data, DnsData::Cname(target) if target.contains("ap-northeast-1")));
    assert_eq!(moved.records[0].ttl, 5);
    assert_eq!(
        look(&mut world, &tokyo).addresses(),
        ["10.20.100.254".parse::<std::net::Ipv4Addr>().unwrap()]
    );
}
