//! Tests of `rds_writer`.

use super::*;
use crate::aws::GlobalMember;

fn view(writer: &str, operation: Option<&str>, synchronization: &str) -> GlobalCluster {
    let member = |region: &str| GlobalMember {
        arn: format!("arn:aws:rds:{region}:1:cluster:wp"),
        region: region.into(),
        is_writer: region == writer,
        synchronization: if region == writer { String::new() } else { synchronization.into() },
    };
    GlobalCluster {
        id: "wp".into(),
        arn: "arn:aws:rds::1:global-cluster:wp".into(),
        status: "available".into(),
        engine: "aurora-mysql".into(),
        engine_version: "8".into(),
        endpoint: None,
        members: vec![member("seoul"), member("tokyo")],
        operation: operation.map(str::to_owned),
        operation_to: None,
        tags: Default::default(),
    }
}

fn views(primary: GlobalCluster, standby: GlobalCluster) -> Views {
    Views(PerSide { primary: Ok(primary), standby: Ok(standby) })
}

#[test]
fn the_writer_is_settled_only_where_both_regions_say_so_and_nothing_runs() {
    let agreed = views(view("tokyo", None, "connected"), view("tokyo", None, "connected"));
    assert_eq!(agreed.settled(), Some("arn:aws:rds:tokyo:1:cluster:wp"));
    let lagging = views(view("seoul", None, "connected"), view("tokyo", None, "connected"));
    assert_eq!(lagging.settled(), None);
    let running = views(view("tokyo", Some("switching-over"), "connected"), view("tokyo", None, "connected"));
    assert_eq!(running.settled(), None);
}

#[test]
fn a_region_that_does_not_answer_does_not_hide_the_other() {
    let dark = || AwsError {
        class: FailureClass::Transient,
        operation: "rds:DescribeGlobalClusters",
        code: None,
        message: "no answer".into(),
        status: None,
    };
    let one = Views(PerSide { primary: Err(dark()), standby: Ok(view("tokyo", None, "pending-resync")) });
    assert!(one.words().contains("no answer"));
    assert!(!one.in_sync());
    let one = one.answered().unwrap_or_else(|_| unreachable!("the standby answered"));
    assert_eq!(one.settled(), Some("arn:aws:rds:tokyo:1:cluster:wp"));
    assert!(Views(PerSide { primary: Err(dark()), standby: Err(dark()) }).answered().is_err());
}

#[test]
fn the_commands_for_a_person_name_the_region_where_the_writer_is() {
    let before = Before {
        version: Version,
        global: "wp".into(),
        regions: PerSide { primary: "seoul".into(), standby: "tokyo".into() },
        from: Side::Primary,
        writer: "arn:seoul".into(),
        target: "arn:tokyo".into(),
    };
    let commands = by_hand(&before);
    assert!(commands[1].contains("--region tokyo"), "{commands:?}");
    assert!(commands[1].ends_with("--target-db-cluster-identifier arn:seoul"), "{commands:?}");
}
