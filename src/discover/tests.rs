//! Tests of `discover`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::{
    ask::Nobody,
    database::{self, Case},
    facts::Wanted,
    find::Find,
    read,
};
use crate::{
    aws::{
        Aws, AwsSettings, Balancer, Broken, Cluster, DatabaseHost, GlobalCluster, GlobalMember, Transport,
    },
    clock::Clock,
    drill::model::{PerSide, RegionOf, Side},
};

fn cluster(id: &str, region: &str, custom: &[&str]) -> Cluster {
    Cluster {
        id: id.into(),
        arn: format!("arn:aws:rds:{region}:111122223333:cluster:{id}"),
        status: "available".into(),
        engine_version: String::new(),
        endpoint: None,
        reader_endpoint: None,
        custom_endpoints: custom.iter().map(|name| (*name).to_owned()).collect(),
        instances: Vec::new(),
        capacity: None,
        parameter_group: String::new(),
        security_groups: Vec::new(),
        tags: Default::default(),
    }
}

fn global(id: &str, clusters: &[&Cluster]) -> GlobalCluster {
    let member = |of: &&Cluster| GlobalMember {
        arn: of.arn.clone(),
        region: of.arn.split(':').nth(3).unwrap_or_default().to_owned(),
        is_writer: false,
        synchronization: String::new(),
    };
    GlobalCluster {
        id: id.into(),
        arn: String::new(),
        status: "available".into(),
        engine: String::new(),
        engine_version: String::new(),
        endpoint: None,
        members: clusters.iter().map(member).collect(),
        operation: None,
        operation_to: None,
        tags: Default::default(),
    }
}

/// The database that a host leads to among two, of these regions; the cluster of the primary has a custom endpoint.
fn found(host: &str, regions: [&str; 2], custom: &str) -> Option<String> {
    let (here, there) = (cluster("shop-1", regions[0], &[custom]), cluster("shop-2", regions[1], &[]));
    let (others, theirs) = (cluster("blog-1", regions[0], &[]), cluster("blog-2", regions[1], &[]));
    let all = [global("blog", &[&others, &theirs]), global("shop", &[&here, &there])];
    let (here, there) = ([here, others], [there, theirs]);
    let hosts = [("web".to_owned(), DatabaseHost { variable: "DB".into(), host: host.into() })];
    let case = Case {
        all: &all,
        clusters: PerSide { primary: &here, standby: &there },
        clusters_unread: None,
        regions: PerSide { primary: regions[0], standby: regions[1] },
        hosts: &hosts,
        hosts_unknown: false,
    };
    match database::find(&case, &Wanted::Find, &Nobody) {
        Some(Find::Found(found)) => Some(found.global.id),
        _ => None,
    }
}

#[test]
fn a_custom_endpoint_is_its_clusters() {
    let custom = "reports.cluster-custom-abc1.eu-west-1.rds.amazonaws.com";
    let regions = ["eu-west-1", "eu-central-1"];
    assert_eq!(found(custom, regions, custom).as_deref(), Some("shop"));
    assert_eq!(found("reports.cluster-custom-abc1.eu-west-2.rds.amazonaws.com", regions, custom), None);
}

#[test]
fn hosts_in_china_name_the_region_after_the_service() {
    let regions = ["cn-north-1", "cn-northwest-1"];
    for host in [
        "shop-1.cluster-abc1.rds.cn-north-1.amazonaws.com.cn",
        "shop-2.cluster-ro-abc1.rds.cn-northwest-1.amazonaws.com.cn",
    ] {
        assert_eq!(found(host, regions, "").as_deref(), Some("shop"), "{host}");
    }
    assert_eq!(found("shop-1.cluster-abc1.rds.cn-northwest-1.amazonaws.com.cn", regions, ""), None);
}

#[derive(Debug)]
struct Nothing;

#[async_trait]
impl Transport for Nothing {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        panic!("nothing is to be asked: {request:?}");
    }
}

#[tokio::test]
async fn before_a_network_load_balancer_there_is_no_web_acl_to_ask_for() {
    let region = |name: &str| RegionOf {
        region: name.to_owned(),
        environment: String::new(),
        role_arn: None,
        profile: None,
    };
    let aws = Aws::new(AwsSettings {
        regions: PerSide { primary: region("eu-west-1"), standby: region("eu-central-1") },
        endpoint: None,
        credentials: None,
        transport: Some(Arc::new(Nothing)),
        remembers: true,
        clock: Clock::real_time(),
    });
    let balancer = Balancer {
        arn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/a/1".into(),
        name: "a".into(),
        dns_name: String::new(),
        zone: None,
        scheme: String::new(),
        kind: "network".into(),
        state: String::new(),
        vpc: None,
        security_groups: Vec::new(),
    };
    let answer = Box::pin(read::web_acl(&aws, Side::Primary, &balancer)).await;
    assert_eq!(answer, Find::NotFound("a network load balancer can have none".to_owned()));
}
