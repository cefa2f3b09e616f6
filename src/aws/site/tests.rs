//! Tests of `site`.

use super::*;
use crate::aws::{Alias, Balancer, Environment, EnvironmentResources, topology::BalancerTopology};

fn region(region: &str, environment: &str, balancer: &str) -> RegionTopology {
    RegionTopology {
        region: region.into(),
        environment: Environment {
            name: environment.into(),
            id: "e-1".into(),
            application: "wordpress".into(),
            arn: None,
            status: "Ready".into(),
            color: "Green".into(),
            health: "Ok".into(),
            cname: Some(format!("{environment}.{region}.elasticbeanstalk.com")),
            endpoint: None,
            version: None,
            platform: None,
            busy: false,
        },
        resources: EnvironmentResources::default(),
        instances: Vec::new(),
        instance_groups: Vec::new(),
        balancers: vec![BalancerTopology {
            balancer: Balancer {
                arn: String::new(),
                name: String::new(),
                dns_name: balancer.into(),
                zone: None,
                scheme: String::new(),
                kind: String::new(),
                state: String::new(),
                vpc: None,
                security_groups: Vec::new(),
            },
            groups: Vec::new(),
            listeners: Vec::new(),
            target_groups: Vec::new(),
        }],
    }
}

fn regions() -> PerSide<RegionTopology> {
    PerSide {
        primary: region("ap-northeast-2", "wordpress-seoul", "Seoul-1.ap-northeast-2.elb.amazonaws.com"),
        standby: region("ap-northeast-1", "wordpress-tokyo", "tokyo-1.ap-northeast-1.elb.amazonaws.com"),
    }
}

fn record(kind: &str, identifier: &str, role: &str, leads_to: &str) -> RecordSet {
    let alias = Alias { zone: "Z1".into(), name: leads_to.into(), evaluates_target_health: true };
    RecordSet {
        name: "www.example.com.".into(),
        kind: kind.into(),
        set_identifier: Some(identifier.into()),
        failover: Some(role.into()),
        ttl: None,
        values: Vec::new(),
        alias: Some(alias),
        health_check: Some("hc".into()),
    }
}

#[test]
fn the_target_tells_the_side_even_against_the_failover_role() {
    let swapped = record("A", "x", "SECONDARY", "dualstack.seoul-1.ap-northeast-2.elb.amazonaws.com.");
    assert_eq!(side_of(&swapped, &regions()), Some(Side::Primary));
    let cname = record("CNAME", "x", "PRIMARY", "wordpress-tokyo.ap-northeast-1.elasticbeanstalk.com.");
    assert_eq!(side_of(&cname, &regions()), Some(Side::Standby));
}

#[test]
fn an_unknown_target_is_told_by_identifier_and_then_by_role() {
    let named = record("A", "tokyo in ap-northeast-1", "PRIMARY", "proxy.example.net.");
    assert_eq!(side_of(&named, &regions()), Some(Side::Standby));
    let role = record("A", "one", "PRIMARY", "proxy.example.net.");
    assert_eq!(side_of(&role, &regions()), Some(Side::Primary));
    let nothing = RecordSet { failover: None, ..role };
    assert_eq!(side_of(&nothing, &regions()), None);
}

#[test]
fn of_several_records_the_one_with_a_health_check_counts() {
    let seoul = "seoul-1.ap-northeast-2.elb.amazonaws.com.";
    let without = RecordSet { health_check: None, ..record("A", "1", "PRIMARY", seoul) };
    let with = record("AAAA", "2", "PRIMARY", seoul);
    let found = record_of(&[without, with.clone()], &regions(), Side::Primary);
    assert_eq!(found, Some(with));
}

/// `shop` stands in the identifiers of both records: the names of environments tell nothing here.
#[test]
fn a_piece_of_an_environments_name_is_no_reason_against_the_failover_role() {
    let regions = PerSide {
        primary: region("ap-northeast-2", "shop", "seoul-1.ap-northeast-2.elb.amazonaws.com"),
        standby: region("ap-northeast-1", "tokyo-dr", "tokyo-1.ap-northeast-1.elb.amazonaws.com"),
    };
    let main = record("CNAME", "shop-main", "PRIMARY", "seoul.example.com.");
    let backup = record("CNAME", "shop-backup", "SECONDARY", "tokyo.example.com.");
    let both = [backup.clone(), main.clone()];
    assert_eq!(record_of(&both, &regions, Side::Primary), Some(main));
    assert_eq!(record_of(&both, &regions, Side::Standby), Some(backup.clone()));
    let alone = RecordSet { failover: None, ..backup };
    assert_eq!(side_of(&alone, &regions), Some(Side::Primary), "without any other reason the name tells");
}

/// As while a site moves from one environment to another of the same region.
#[test]
fn a_record_that_leads_to_anothers_balancer_is_nobodys() {
    for target in [
        "dualstack.green-2.ap-northeast-2.elb.amazonaws.com.",
        "green-2.elb.ap-northeast-2.amazonaws.com",
        "wordpress-green.ap-northeast-2.elasticbeanstalk.com",
        "green.cn-north-1.eb.amazonaws.com.cn",
        "green-2.cn-north-1.elb.amazonaws.com.cn",
    ] {
        let led = record("A", "wordpress-seoul in ap-northeast-2", "PRIMARY", target);
        assert_eq!(side_of(&led, &regions()), None, "{target}");
    }
    let mut unread = regions();
    unread.primary.balancers.clear();
    let led = record("A", "one", "PRIMARY", "green-2.ap-northeast-2.elb.amazonaws.com.");
    assert_eq!(side_of(&led, &unread), Some(Side::Primary), "whose it is nobody can tell");
}
