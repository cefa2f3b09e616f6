//! Tests of `registry`, and of the changes that need no AWS.

use serde_json::json;

use super::*;
use crate::change::Verification;
use crate::clock::Clock;
#[cfg(feature = "aws")]
use crate::{aws::Aws, drill::model::Deployment};

fn context() -> ChangeContext {
    let clock = Clock::real_time();
    #[cfg(feature = "aws")]
    let deployment = deployment();
    ChangeContext {
        clock,
        on_this_machine: true,
        #[cfg(feature = "aws")]
        aws: Aws::new(crate::aws::AwsSettings::of(&deployment, clock)),
        #[cfg(feature = "aws")]
        deployment,
        #[cfg(feature = "aws")]
        topology: None,
    }
}

#[cfg(feature = "aws")]
fn deployment() -> Deployment {
    use crate::drill::model::{PerSide, RegionOf, Url};
    let region = |region: &str, environment: &str| RegionOf {
        region: region.into(),
        environment: environment.into(),
        role_arn: None,
        profile: None,
    };
    Deployment {
        name: "wordpress".into(),
        account: "111122223333".into(),
        site: Url { tls: true, host: "www.example.com".into(), port: 443, path: "/".into() },
        write_check: None,
        resolver: None,
        marker: None,
        regions: PerSide {
            primary: region("ap-northeast-2", "wordpress-seoul"),
            standby: region("ap-northeast-1", "wordpress-tokyo"),
        },
        global_cluster: Some("wordpress-global".into()),
        allow: None,
        allow_regions: Vec::new(),
        calendar: Default::default(),
        freeze: Default::default(),
        limits: Default::default(),
        account_lock: true,
        check_rights: true,
        accepts: Vec::new(),
        report: Default::default(),
    }
}

fn spec(kind: &str, params: Value) -> ChangeSpec {
    let params = params.as_object().cloned().unwrap_or_default();
    ChangeSpec { kind: kind.into(), params }
}

#[test]
fn an_unknown_kind_is_refused_with_the_nearest_name() {
    let refusal = build(&spec("ec2.revoke-ingres", json!({})), &context()).err().map(|e| e.to_string());
    let refusal = refusal.unwrap_or_default();
    assert!(refusal.contains("did you mean ec2.revoke-ingress?"), "{refusal}");
}

#[test]
fn parameters_that_do_not_fit_are_refused() {
    let refusal = build(&spec("noop", json!({"port": 80})), &context()).err().map(|e| e.to_string());
    assert!(refusal.unwrap_or_default().contains("unknown field `port`"));
}

#[cfg(feature = "aws")]
#[tokio::test]
async fn every_kind_is_built_and_refuses_to_capture_what_was_not_looked_up() {
    let samples = [
        ("ec2.revoke-ingress", json!({"of": "primary", "port": 80, "method": "revoke", "protocol": "tcp"})),
        ("noop", json!({})),
        ("hold", json!({"until_file": "/nonexistent/go"})),
        ("run", json!({"command": ["true"], "within_s": 5.0})),
        ("rds.switchover-global-cluster", json!({"to": "standby"})),
        ("rds.failover-global-cluster", json!({"to": "standby"})),
        ("route53.hold-traffic", json!({"to": "standby"})),
    ];
    assert_eq!(samples.each_ref().map(|(kind, _)| *kind), KINDS);
    for (kind, params) in samples {
        let change = build(&spec(kind, params), &context()).unwrap();
        assert!(!change.title().is_empty());
        let aws = change.permissions().iter().all(|action| action.contains(':'));
        assert!(aws, "{kind}");
        // These three refuse before any call; the switchover would have to look.
        if matches!(kind, "ec2.revoke-ingress" | "rds.failover-global-cluster" | "route53.hold-traffic") {
            assert!(matches!(change.capture().await, Err(ChangeError::Refused(_))), "{kind}");
        }
    }
}

#[tokio::test]
async fn hold_marks_waits_and_removes_its_mark_however_often_it_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let change = build(&spec("hold", json!({"until_file": go})), &context()).unwrap();
    let captured = change.capture().await.unwrap();
    let marker = folder.path().join("go.held");
    std::fs::write(&go, b"").unwrap();
    change.apply(&captured.before).await.unwrap();
    assert!(marker.exists());
    assert!(matches!(change.verify(&captured.before).await.unwrap(), Verification::Different(_)));
    for _ in 0..2 {
        change.restore(&captured.before).await.unwrap();
        assert!(!marker.exists());
        assert!(matches!(change.verify(&captured.before).await.unwrap(), Verification::Equal(_)));
    }
}
