//! Tests of `database`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::*;
use crate::{
    aws::{AwsSettings, Broken, GlobalCluster, StaticCredentials, Transport},
    clock::Clock,
    drill::{model::SourceText, reader},
};

#[test]
fn parameter_groups_can_differ_unless_both_are_the_same_of_amazons_own() {
    let differ = |own: &str, its: &str| can_differ([&own.to_owned()], [&its.to_owned()]);
    assert!(!differ("default.aurora-mysql8.0", "default.aurora-mysql8.0"));
    assert!(differ("default.aurora-mysql8.0", "default.aurora-mysql5.7"));
    assert!(differ("wordpress", "wordpress"));
}

/// A CloudWatch that has the lag under two dimensions alone: the cluster's, and the region that it follows.
#[derive(Debug)]
struct TwoDimensions;

/// CBOR (RFC 8949), as far as the answers need it.
mod cbor {
    pub(super) fn text(words: &str) -> Vec<u8> {
        let length = u8::try_from(words.len()).unwrap();
        [&[0x78, length], words.as_bytes()].concat()
    }

    pub(super) fn list(items: &[Vec<u8>]) -> Vec<u8> {
        [vec![0x80 + u8::try_from(items.len()).unwrap()], items.concat()].concat()
    }

    pub(super) fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let entry = |(name, value): &(&str, Vec<u8>)| [text(name), value.clone()].concat();
        let all: Vec<Vec<u8>> = entries.iter().map(entry).collect();
        [vec![0xa0 + u8::try_from(entries.len()).unwrap()], all.concat()].concat()
    }

    pub(super) fn number(value: f64) -> Vec<u8> {
        [vec![0xfb], value.to_be_bytes().to_vec()].concat()
    }

    /// Seconds since 1970.
    pub(super) fn time(seconds: f64) -> Vec<u8> {
        [vec![0xc1], number(seconds)].concat()
    }
}

use cbor::{list, map, number, text, time};

#[async_trait]
impl Transport for TwoDimensions {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        let dimension = |name: &str, value: &str| map(&[("Name", text(name)), ("Value", text(value))]);
        let asks_both = request.body().windows(12).any(|part| part == b"SourceRegion");
        let answer = match request.uri().path().ends_with("ListMetrics") {
            true => map(&[(
                "Metrics",
                list(&[map(&[
                    ("Namespace", text(Metric::LAG_NAMESPACE)),
                    ("MetricName", text(Metric::LAG)),
                    (
                        "Dimensions",
                        list(&[
                            dimension(Metric::LAG_DIMENSION, "db"),
                            dimension("SourceRegion", "ap-northeast-2"),
                        ]),
                    ),
                ])]),
            )]),
            false if asks_both => map(&[(
                "MetricDataResults",
                list(&[map(&[
                    ("Id", text("m0")),
                    ("Timestamps", list(&[time(1_795_000_000.0)])),
                    ("Values", list(&[number(250.0)])),
                ])]),
            )]),
            false => map(&[("MetricDataResults", list(&[]))]),
        };
        let answer = http::Response::builder()
            .header("smithy-protocol", "rpc-v2-cbor")
            .header("content-type", "application/cbor")
            .body(Bytes::from(answer));
        answer.map_err(|_| Broken::Closed)
    }
}

fn database() -> FoundDatabase {
    let cluster = |region: &str| Cluster {
        id: "db".into(),
        arn: format!("arn:aws:rds:{region}:111122223333:cluster:db"),
        status: "available".into(),
        engine_version: String::new(),
        endpoint: None,
        reader_endpoint: None,
        custom_endpoints: Vec::new(),
        instances: Vec::new(),
        parameter_group: String::new(),
        capacity: None,
        security_groups: Vec::new(),
        tags: [].into(),
    };
    FoundDatabase {
        global: GlobalCluster {
            id: "global".into(),
            arn: String::new(),
            status: "available".into(),
            engine: String::new(),
            engine_version: String::new(),
            endpoint: None,
            members: Vec::new(),
            operation: None,
            operation_to: None,
            tags: [].into(),
        },
        clusters: PerSide {
            primary: Ok(Some(cluster("ap-northeast-2"))),
            standby: Ok(Some(cluster("ap-northeast-1"))),
        },
        writer: Some(Side::Primary),
    }
}

#[tokio::test]
async fn a_lag_that_is_not_under_the_clusters_name_alone_is_listed_and_read() {
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let files = [
        file("d.yaml", include_str!("../../../drills/seoul-outage.yaml")),
        file("deployments/wordpress.yaml", include_str!("../../../drills/deployments/wordpress.yaml")),
    ];
    let drill = reader::load_text(&files).unwrap_or_else(|problems| panic!("{problems}")).drill;
    let credentials =
        StaticCredentials { access_key_id: "AKIAEXAMPLE".into(), secret_access_key: "secret".into() };
    let aws = Aws::new(AwsSettings {
        credentials: Some(credentials),
        transport: Some(Arc::new(TwoDimensions)),
        ..AwsSettings::of(&drill.deployment, Clock::real_time())
    });
    let found = lag(&aws, &database()).await.unwrap();
    assert_eq!(found.map(|point| point.value), Some(250.0));
}
