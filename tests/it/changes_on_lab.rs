//! Every change against the embedded AWS over its sockets: applied, restored twice, and the world equal to before.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use firedrill::{
    aws::{Aws, AwsSettings, RuleKey, StaticCredentials, Topology, discover},
    change::{
        Change, ChangeError, Verification,
        registry::{self, ChangeContext},
    },
    clock::Clock,
    drill::model::{ChangeSpec, Deployment, Facts, PerSide, RegionOf, Side, Tag, Url},
    lab::{
        door::{Lab, LabSettings},
        world::call::{Call, Params, Service},
    },
};
use serde_json::{Value, json};

use crate::lossy::Lossy;

/// A lab, and what the floors above hold of it.
struct Bench {
    lab: Lab,
    lossy: Option<Lossy>,
    aws: Aws,
    cx: ChangeContext,
    topology: Arc<Topology>,
}

impl Bench {
    async fn start(seed: u64, speed: f64) -> Bench {
        Bench::start_losing(seed, speed, None).await
    }

    /// With a network that loses the answer to the first request that holds these words.
    async fn start_losing(seed: u64, speed: f64, words: Option<&'static str>) -> Bench {
        let clock = Clock::at_speed(speed);
        let lab = Lab::start(LabSettings::new(seed, clock)).await.expect("the lab starts");
        let deployment = deployment();
        let mut endpoint = lab.info().aws_endpoint.clone();
        let mut lossy = None;
        if let Some(words) = words {
            let address = endpoint.trim_start_matches("http://").parse().expect("an address");
            endpoint = lossy.insert(Lossy::start(address, words).await).endpoint.clone();
        }
        let settings = AwsSettings {
            endpoint: Some(endpoint),
            credentials: Some(StaticCredentials {
                access_key_id: lab.info().access_key_id.clone(),
                secret_access_key: lab.info().secret_access_key.clone(),
            }),
            ..AwsSettings::of(&deployment, clock)
        };
        let aws = Aws::new(settings);
        let topology = discover(&aws, &deployment).await.unwrap_or_else(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("seed {seed}: {}", problems.join("\n"))
        });
        let topology = Arc::new(topology);
        let cx = ChangeContext {
            clock,
            aws: aws.clone(),
            deployment,
            topology: Some(Arc::clone(&topology)),
            on_this_machine: true,
        };
        Bench { lab, lossy, aws, cx, topology }
    }

    fn change(&self, kind: &str, params: Value) -> Box<dyn Change> {
        registry::build(&spec(kind, params), &self.cx).expect("the change is built")
    }

    /// The same change as another process would build it from a journal.
    fn change_from_journal(&self, kind: &str, params: Value) -> Box<dyn Change> {
        let cx = ChangeContext { topology: None, ..self.cx.clone() };
        registry::build(&spec(kind, params), &cx).expect("the change is built")
    }

    /// All that a user can set of the primary's instance groups' rules.
    async fn rules(&self) -> BTreeSet<(String, RuleKey, Option<String>, String)> {
        let groups: Vec<String> =
            self.topology.regions.primary.instance_groups.iter().map(|group| group.id.clone()).collect();
        let rules = self.aws.ingress_rules(Side::Primary, &groups).await.expect("rules can be read");
        rules
            .into_iter()
            .map(|r| (r.group, r.key.canonical(), r.description, format!("{:?}", r.tags)))
            .collect()
    }

    /// Someone else makes a call.
    fn stranger(&self, region: &str, service: Service, operation: &str, params: &[(&str, &str)]) {
        let params = Params::new(params.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let call = Call {
            service,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: self.lab.info().access_key_id.clone(),
            params,
        };
        let now = self.cx.clock.now().wall;
        self.lab
            .with_world(|world| world.handle(now, &call).map(|_| ()))
            .expect("the stranger's call is good");
    }

    /// Longer than any of the lab's reads lags behind its writes.
    async fn settle(&self) {
        self.cx.clock.sleep(Duration::from_secs(10)).await;
    }
}

fn spec(kind: &str, params: Value) -> ChangeSpec {
    ChangeSpec { kind: kind.into(), params: params.as_object().cloned().unwrap_or_default() }
}

fn deployment() -> Deployment {
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
        allow: Some(Tag { key: "firedrill".into(), value: "allowed".into() }),
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

fn equal(verification: Verification) -> Facts {
    match verification {
        Verification::Equal(facts) => facts,
        other => panic!("not equal to before: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_of_a_deployment_lead_to_all_its_parts() {
    let bench = Bench::start(1, 20.0).await;
    for side in Side::BOTH {
        let region = bench.topology.regions.of(side);
        assert_eq!(region.environment.status, "Ready");
        assert!(!region.instances.is_empty() && !region.instance_groups.is_empty(), "{region:?}");
        let balancer = &region.balancers[0];
        assert!(!balancer.target_groups.is_empty() && !balancer.listeners.is_empty(), "{balancer:?}");
        let site = bench.topology.site.as_ref().expect("the lab serves the zone");
        assert!(site.failover.of(side).is_some() && site.health_checks.of(side).is_some(), "{site:?}");
    }
    assert_eq!(bench.topology.database.as_ref().and_then(|database| database.writer), Some(Side::Primary));
    let who = bench.aws.caller_identity(Side::Primary).await.expect("the caller is known");
    assert_eq!(who.account, "111122223333");
    let offset = who.clock.expect("the lab tells its time");
    assert!(offset.millis.unsigned_abs() <= offset.error_millis + 1_000, "{offset:?}");
    let kept = serde_json::to_value(&*bench.topology).expect("a topology can be journaled");
    assert_eq!(serde_json::from_value::<Topology>(kept).expect("and read back"), *bench.topology);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_nowhere_are_all_told_at_once() {
    let bench = Bench::start(2, 20.0).await;
    let mut deployment = deployment();
    deployment.regions.primary.environment = "wordpres-seoul".into();
    deployment.global_cluster = Some("nothing".into());
    let problems = discover(&bench.aws, &deployment).await.expect_err("two names are wrong");
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words[0].contains("no environment called wordpres-seoul"), "{words:?}");
    assert!(words[1].contains("check `global_cluster`"), "{words:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_opened_again_as_it_was_by_both_methods() {
    for (seed, method) in [(3, "revoke"), (4, "narrow")] {
        let bench = Bench::start(seed, 20.0).await;
        let params = json!({"of": "primary", "port": 80, "method": method});
        let was = bench.rules().await;
        let change = bench.change("ec2.revoke-ingress", params.clone());
        let captured = change.capture().await.expect("there is something to close");
        assert!(!captured.by_hand.is_empty() && !captured.touches.is_empty());
        assert_eq!(bench.rules().await, was, "capture changes nothing");
        change.apply(&captured.before).await.expect("the port closes");
        bench.settle().await;
        assert_ne!(bench.rules().await, was);
        assert!(matches!(change.verify(&captured.before).await, Ok(Verification::Different(_))));
        let later = bench.change_from_journal("ec2.revoke-ingress", params);
        for _ in 0..2 {
            later.restore(&captured.before).await.expect("the port opens");
            bench.settle().await;
            equal(later.verify(&captured.before).await.expect("it can be verified"));
            assert_eq!(bench.rules().await, was, "seed {seed}, {method}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_the_deployments_tag_is_not_touched() {
    let mut bench = Bench::start(5, 20.0).await;
    bench.cx.deployment.allow = Some(Tag { key: "firedrill".into(), value: "never".into() });
    let change = bench.change("ec2.revoke-ingress", json!({"of": "primary", "port": 80}));
    let refusal = change.capture().await.expect_err("the tag is missing");
    assert!(
        matches!(&refusal, ChangeError::Refused(words) if words.contains("firedrill=never")),
        "{refusal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_applied_is_verified_without_a_change() {
    let bench = Bench::start(6, 20.0).await;
    let kinds = [
        ("ec2.revoke-ingress", json!({"of": "primary", "port": 80})),
        ("rds.switchover-global-cluster", json!({"to": "standby"})),
        ("route53.hold-traffic", json!({"to": "standby"})),
    ];
    for (kind, params) in kinds {
        let captured = bench.change(kind, params.clone()).capture().await.expect("it can be captured");
        let later = bench.change_from_journal(kind, params);
        later.restore(&captured.before).await.expect("nothing is to be done");
        equal(later.verify(&captured.before).await.expect("it can be verified"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writer_moves_and_comes_back_by_switchover() {
    let bench = Bench::start(7, 50.0).await;
    let params = json!({"to": "standby"});
    let change = bench.change("rds.switchover-global-cluster", params.clone());
    let captured = change.capture().await.expect("it can be captured");
    change.apply(&captured.before).await.expect("the writer moves");
    let seen = bench.aws.global_cluster(Side::Standby, "wordpress-global").await.expect("it can be read");
    assert_eq!(seen.writer().map(|member| member.region.as_str()), Some("ap-northeast-1"));
    assert!(matches!(change.verify(&captured.before).await, Ok(Verification::Different(_))));
    let later = bench.change_from_journal("rds.switchover-global-cluster", params);
    for _ in 0..2 {
        later.restore(&captured.before).await.expect("the writer comes back");
        equal(later.verify(&captured.before).await.expect("it can be verified"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failover_the_writer_comes_back_once_the_old_one_keeps_up() {
    let bench = Bench::start(8, 200.0).await;
    let without = bench.change("rds.failover-global-cluster", json!({"to": "standby"}));
    assert!(matches!(without.capture().await, Err(ChangeError::Refused(_))), "consent is missing");
    let change =
        bench.change("rds.failover-global-cluster", json!({"to": "standby", "allow_data_loss": true}));
    let captured = change.capture().await.expect("it can be captured");
    change.apply(&captured.before).await.expect("the writer moves");
    change.restore(&captured.before).await.expect("the writer comes back");
    equal(change.verify(&captured.before).await.expect("it can be verified"));
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_is_held_and_let_go_and_a_check_that_someone_changed_is_left_alone() {
    let bench = Bench::start(9, 20.0).await;
    let params = json!({"to": "standby"});
    let change = bench.change("route53.hold-traffic", params.clone());
    let captured = change.capture().await.expect("it can be captured");
    let id = captured.touches.keys().next().expect("one check").clone();
    let was = bench.aws.health_check(&id).await.expect("it can be read");
    change.apply(&captured.before).await.expect("traffic is held");
    let held = bench.aws.health_check(&id).await.expect("it can be read");
    assert!(held.disabled && held.inverted);
    let later = bench.change_from_journal("route53.hold-traffic", params);
    for _ in 0..2 {
        later.restore(&captured.before).await.expect("traffic is let go");
        equal(later.verify(&captured.before).await.expect("it can be verified"));
    }
    let is = bench.aws.health_check(&id).await.expect("it can be read");
    assert_eq!((is.fields, is.disabled, is.inverted), (was.fields, was.disabled, was.inverted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_reading_the_world_and_the_call_is_not_repeated() {
    let cases = [
        ("ec2.revoke-ingress", json!({"of": "primary", "port": 80}), "Action=RevokeSecurityGroupIngress"),
        ("ec2.revoke-ingress", json!({"of": "primary", "port": 80}), "Action=AuthorizeSecurityGroupIngress"),
        ("rds.switchover-global-cluster", json!({"to": "standby"}), "Action=SwitchoverGlobalCluster"),
        ("route53.hold-traffic", json!({"to": "standby"}), "POST /2013-04-01/healthcheck/"),
    ];
    for (seed, (kind, params, words)) in (20..).zip(cases) {
        let bench = Bench::start_losing(seed, 50.0, Some(words)).await;
        let was = bench.rules().await;
        let change = bench.change(kind, params);
        let captured = change.capture().await.expect("it can be captured");
        change.apply(&captured.before).await.unwrap_or_else(|error| panic!("{words}: {error}"));
        change.restore(&captured.before).await.unwrap_or_else(|error| panic!("{words}: {error}"));
        bench.settle().await;
        equal(change.verify(&captured.before).await.expect("it can be verified"));
        assert_eq!(bench.rules().await, was, "{words}");
        // A revoke is one call out, an authorise one back; the others make their call both ways.
        let there_and_back = usize::from(!kind.starts_with("ec2")) + 1;
        let met = bench.lossy.as_ref().map(|lossy| lossy.met.load(Ordering::SeqCst));
        assert_eq!(met, Some(there_and_back), "{words} is sent once each way");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_someone_else_changed_meanwhile_is_a_conflict_and_stays_as_it_is() {
    let bench = Bench::start(30, 20.0).await;
    let change = bench.change("ec2.revoke-ingress", json!({"of": "primary", "port": 80, "method": "narrow"}));
    let captured = change.capture().await.expect("it can be captured");
    change.apply(&captured.before).await.expect("the port closes");
    let rule = &captured.before["touched"][0]["rule"];
    let (group, id) = (rule["group"].as_str().expect("a group"), rule["id"].as_str().expect("an id"));
    let revoke = [("GroupId", group), ("SecurityGroupRuleId.1", id)];
    bench.stranger("ap-northeast-2", Service::Ec2, "RevokeSecurityGroupIngress", &revoke);
    bench.settle().await;
    let is = bench.rules().await;
    let error = change.restore(&captured.before).await.expect_err("someone removed it");
    let ChangeError::Conflict(conflict) = error else { panic!("{error}") };
    assert!(conflict.differences[0].contains("removed by someone"), "{conflict}");
    assert!(conflict.commands[0].contains("authorize-security-group-ingress"), "{conflict:?}");
    assert!(matches!(change.verify(&captured.before).await, Ok(Verification::Conflict(_))));
    bench.settle().await;
    assert_eq!(bench.rules().await, is, "nothing was overwritten");

    let change = bench.change("route53.hold-traffic", json!({"to": "standby"}));
    let captured = change.capture().await.expect("it can be captured");
    change.apply(&captured.before).await.expect("traffic is held");
    let id = captured.touches.keys().next().expect("one check");
    let update = [("HealthCheckId", id.as_str()), ("FailureThreshold", "7")];
    bench.stranger("us-east-1", Service::Route53, "UpdateHealthCheck", &update);
    bench.settle().await;
    let error = change.restore(&captured.before).await.expect_err("someone changed it");
    assert!(error.to_string().contains("FailureThreshold"), "{error}");
    let is = bench.aws.health_check(id).await.expect("it can be read");
    assert!(is.disabled && is.inverted && is.fields["FailureThreshold"] == "7", "{is:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_someone_else_moved_back_is_not_moved_again() {
    let bench = Bench::start(31, 50.0).await;
    let change = bench.change("rds.switchover-global-cluster", json!({"to": "standby"}));
    let captured = change.capture().await.expect("it can be captured");
    change.apply(&captured.before).await.expect("the writer moves");
    let target = captured.before["writer"].as_str().expect("an ARN");
    let params = [("GlobalClusterIdentifier", "wordpress-global"), ("TargetDbClusterIdentifier", target)];
    bench.stranger("ap-northeast-1", Service::Rds, "SwitchoverGlobalCluster", &params);
    // The stranger's switchover still runs: it is waited for, not repeated.
    let facts = change.restore(&captured.before).await.expect("the writer is back");
    assert!(facts["writer"].ends_with("already"), "{facts:?}");
    equal(change.verify(&captured.before).await.expect("it can be verified"));
}
