use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::*;
use crate::{
    aws::{CallerIdentity, Interface, Lifetime, Renewal, Topology},
    change::Change,
    drill::{
        model::{Drill, PerSide, Side, SourceText},
        reader,
    },
    id::StepId,
    journal::sample::{Outcome, Seen, WatchName},
    plan::{
        Looked, Machine,
        policy::{Need, Subject},
        radius,
        rights::May,
    },
    probe::Look,
};

/// A drill on the reference deployment that nothing speaks against, and what was seen of it.
struct World {
    drill: Drill,
    topology: Topology,
    caller: CallerIdentity,
    looked: Looked,
    resources: Vec<Resource>,
    restore_time: Duration,
    rulings: Vec<Ruling>,
}

/// Seoul's outage, with these lines more in the deployment's file.
fn world_with(more: &str) -> World {
    world_of(include_str!("../../../drills/seoul-outage.yaml"), more)
}

fn world() -> World {
    world_with("")
}

fn world_of(drill: &str, more: &str) -> World {
    let deployment = include_str!("../../../drills/deployments/wordpress.yaml").to_owned() + more;
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let loaded = reader::load_text(&[file("d.yaml", drill), file("deployments/wordpress.yaml", &deployment)]);
    let drill = loaded.unwrap_or_else(|problems| panic!("{problems}")).drill;
    World {
        drill,
        topology: topology(),
        caller: CallerIdentity { account: "111122223333".into(), arn: "arn:caller".into(), clock: None },
        looked: looked(),
        resources: vec![
            resource(ResourceKind::SecurityGroup, "sg-web"),
            resource(ResourceKind::Rule, "sgr-1"),
            resource(ResourceKind::Rule, "sgr-2"),
            resource(ResourceKind::HealthCheck, "hc-primary"),
            resource(ResourceKind::Cluster, "arn:aws:rds::111122223333:global-cluster:wordpress-global"),
        ],
        restore_time: Duration::from_secs(40 * 60),
        rulings: Vec::new(),
    }
}

fn resource(kind: ResourceKind, id: &str) -> Resource {
    Resource { kind, id: id.to_owned(), side: None, tags: BTreeMap::new() }
}

fn topology() -> Topology {
    let region = |region: &str, city: &str| {
        json!({
            "region": region,
            "environment": {
                "name": format!("wordpress-{city}"), "id": "e-1", "application": "wordpress", "arn": null,
                "status": "Ready", "color": "Green", "health": "Ok", "cname": null, "endpoint": null,
                "version": null, "platform": null, "busy": false,
            },
            "resources": { "auto_scaling_groups": [], "instances": ["i-1", "i-2"], "balancers": [] },
            "instances": [
                { "id": "i-1", "state": "running", "private_ip": "10.0.0.1", "security_groups": ["sg-web"] },
                { "id": "i-2", "state": "running", "private_ip": "10.0.0.2", "security_groups": ["sg-web"] },
            ],
            "instance_groups": [{ "id": "sg-web", "name": "web", "vpc": null, "tags": {} }],
            "balancers": [{
                "balancer": {
                    "arn": "arn:aws:elasticloadbalancing:r:111122223333:loadbalancer/app/awseb/1234", "name": "awseb",
                    "dns_name": "awseb.example", "zone": null, "scheme": "internet-facing", "kind": "application",
                    "state": "active", "vpc": null, "security_groups": [],
                },
                "groups": [], "listeners": [], "target_groups": [],
            }],
        })
    };
    let member = |region: &str, writer: bool| {
        let arn = format!("arn:aws:rds:{region}:111122223333:cluster:db");
        let synchronization = if writer { "" } else { "connected" };
        json!({ "arn": arn, "region": region, "is_writer": writer, "synchronization": synchronization })
    };
    serde_json::from_value(json!({
        "regions": { "primary": region("ap-northeast-2", "seoul"), "standby": region("ap-northeast-1", "tokyo") },
        "site": null,
        "database": {
            "global": {
                "id": "wordpress-global", "arn": "arn:aws:rds::111122223333:global-cluster:wordpress-global",
                "status": "available", "engine": "aurora-mysql", "engine_version": "8.0", "endpoint": null,
                "members": [member("ap-northeast-2", true), member("ap-northeast-1", false)],
                "operation": null, "operation_to": null,
            },
            "clusters": { "primary": null, "standby": null },
            "writer": "primary",
        },
    }))
    .expect("a topology")
}

fn interface(id: &str, instance: Option<&str>, description: &str) -> Interface {
    Interface {
        id: id.to_owned(),
        instance: instance.map(str::to_owned),
        mac: format!("02:00:00:00:00:{:02x}", id.len()),
        addresses: vec![format!("10.0.1.{}", id.len())],
        description: description.to_owned(),
        security_groups: vec!["sg-web".to_owned()],
    }
}

fn looked() -> Looked {
    let good = |seen: Seen| Look::good(seen);
    let healthy = Seen::HealthCheck {
        healthy: true,
        succeeding: 8,
        checkers: 8,
        disabled: false,
        failures: BTreeMap::new(),
    };
    let at = "2026-11-22T12:00:00Z".parse().unwrap();
    Looked {
        at,
        primary_account: None,
        looks: BTreeMap::from([
            (WatchName::health_check(Side::Standby), good(healthy)),
            (WatchName::targets(Side::Standby), good(targets(2))),
            (WatchName::lag(), good(Seen::Lag { millis: 120.0, at })),
        ]),
        interfaces: PerSide {
            primary: Ok(vec![
                interface("eni-1", Some("i-1"), ""),
                interface("eni-22", Some("i-2"), ""),
                interface("eni-333", None, "ELB app/awseb/1234"),
            ]),
            standby: Ok(Vec::new()),
        },
        lifetimes: PerSide { primary: None, standby: None },
        freezes: Vec::new(),
        machine: Machine::default(),
    }
}

fn targets(healthy: usize) -> Seen {
    Seen::Targets { total: 2, healthy, states: BTreeMap::new() }
}

impl World {
    /// What all guards say: refusals, then warnings.
    fn judged(&self) -> (Vec<String>, Vec<String>) {
        let changes: BTreeMap<StepId, Arc<dyn Change>> = BTreeMap::new();
        let from = Ingredients {
            drill: &self.drill,
            topology: &self.topology,
            caller: &self.caller,
            changes: &changes,
            probes: &[],
            looked: &self.looked,
        };
        let radius = radius::count(&self.drill, &self.topology, &self.looked, &self.resources);
        let judged = judge(&Case {
            from: &from,
            aim: Aim::of(&self.drill),
            resources: &self.resources,
            radius: &radius,
            rulings: &self.rulings,
            restore_time: self.restore_time,
        });
        (judged.refusals, judged.warnings)
    }

    #[track_caller]
    fn is_admitted(&self) {
        assert_eq!(self.judged(), (Vec::new(), Vec::new()));
    }

    /// One refusal that says all of these.
    #[track_caller]
    fn is_refused(&self, says: &[&str]) {
        let (refusals, _) = self.judged();
        let [one] = refusals.as_slice() else { panic!("one refusal, not {refusals:?}") };
        for words in says {
            assert!(one.contains(words), "{words:?} is not in: {one}");
        }
    }

    /// No refusal, and one warning that says this.
    #[track_caller]
    fn is_warned(&self, says: &str) {
        let (refusals, warnings) = self.judged();
        assert_eq!(refusals, Vec::<String>::new());
        assert!(warnings.len() == 1 && warnings[0].contains(says), "{warnings:?}");
    }

    fn look(&mut self, watch: WatchName, outcome: Outcome, seen: Option<Seen>) {
        self.looked.looks.insert(watch, Look { phases: Default::default(), outcome, seen });
    }

    fn others(&mut self, more: Vec<Interface>) {
        if let Ok(all) = &mut self.looked.interfaces.primary {
            all.extend(more);
        }
    }
}

fn bad() -> Outcome {
    Outcome::Bad { why: "0 of 8 checkers succeed".into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { error: "throttled".into() }
}

#[test]
fn nothing_speaks_against_the_reference_drill() {
    world().is_admitted();
}

#[test]
fn guards_have_names_of_their_own() {
    let names: BTreeSet<&str> = GUARDS.iter().map(|guard| guard.name).collect();
    assert_eq!(names.len(), GUARDS.len());
}

#[test]
fn credentials_of_another_account_are_refused_on_either_side() {
    let mut other = world();
    other.caller.account = "999988887777".into();
    other.is_refused(&["999988887777", "111122223333", "use credentials of 111122223333"]);
    let mut role = world();
    role.looked.primary_account = Some(Ok("999988887777".into()));
    role.is_refused(&["999988887777 of the primary's role"]);
    role.looked.primary_account = Some(Ok("111122223333".into()));
    role.is_admitted();
    role.looked.primary_account = Some(Err("denied".into()));
    role.is_refused(&["denied"]);
}

#[test]
fn a_resource_of_another_account_is_refused() {
    let mut world = world();
    world
        .resources
        .push(resource(ResourceKind::Cluster, "arn:aws:rds:ap-northeast-1:999988887777:cluster:db"));
    world.is_refused(&["arn:aws:rds:ap-northeast-1:999988887777:cluster:db", "another account"]);
}

#[test]
fn a_member_in_a_third_region_must_be_allowed() {
    let third = |mut world: World| {
        let database = world.topology.database.as_mut().unwrap();
        let mut member = database.global.members[1].clone();
        member.region = "us-east-1".into();
        database.global.members.push(member);
        world
    };
    third(world()).is_refused(&["us-east-1", "regions: [us-east-1]"]);
    let mut allowed = third(world());
    allowed.drill.deployment.allow_regions = vec!["us-east-1".into()];
    allowed.is_admitted();
    let moves_nothing = "drill: d\ndeployment: wordpress\nsteps: [ { hold: 30s } ]\n";
    let mut still = third(world_of(moves_nothing, ""));
    still.resources.clear();
    still.is_admitted();
}

#[test]
fn an_environment_at_work_and_a_writer_elsewhere_are_refused() {
    let mut busy = world();
    busy.topology.regions.standby.environment.status = "Updating".into();
    busy.is_refused(&["wordpress-tokyo", "Updating", "wait until it is Ready"]);
    let mut away = world();
    away.topology.database.as_mut().unwrap().writer = Some(Side::Standby);
    away.is_refused(&["the writer of wordpress-global is in standby", "fail back first"]);
    let mut moving = world();
    moving.topology.database.as_mut().unwrap().global.operation = Some("switching-over".into());
    moving.is_refused(&["switching-over", "wait until nothing runs"]);
}

#[test]
fn a_standby_that_can_not_take_over_is_refused() {
    let check = WatchName::health_check(Side::Standby);
    let mut sick = world();
    sick.look(check.clone(), bad(), None);
    sick.is_refused(&["the standby can not take over", "0 of 8 checkers succeed", "get-health-check-status"]);
    sick.look(check, unknown(), None);
    sick.is_warned("health check  is healthy can not be told: throttled");

    let mut empty = world();
    empty.look(WatchName::targets(Side::Standby), bad(), Some(targets(0)));
    empty.is_refused(&["no healthy target", "describe-environment-health --region ap-northeast-1"]);
    empty.look(WatchName::targets(Side::Standby), bad(), Some(targets(1)));
    empty.is_warned("takes over with less");
    empty.look(WatchName::targets(Side::Standby), unknown(), None);
    empty.is_refused(&["can not be told", "throttled"]);

    let mut apart = world();
    apart.topology.database.as_mut().unwrap().global.members[1].synchronization = "pending-resync".into();
    apart.is_refused(&["pending-resync, not connected", "describe-global-clusters"]);
}

#[test]
fn replication_that_lags_behind_the_objective_is_refused() {
    let lag = |millis: f64| Some(Seen::Lag { millis, at: "2026-11-22T11:59:00Z".parse().unwrap() });
    let mut world = world();
    world.look(WatchName::lag(), Outcome::Good, lag(5_000.0));
    world.is_admitted();
    world.look(WatchName::lag(), Outcome::Good, lag(5_001.0));
    world.is_refused(&["lags 5.0 s behind", "the objective for data loss is 5.0 s"]);
    world.look(WatchName::lag(), unknown(), lag(100.0));
    world.is_warned("how far replication lags behind can not be told");
}

#[test]
fn a_drill_that_leaves_users_where_they_are_asks_nothing_of_the_standby() {
    let harms_standby = "drill: d\ndeployment: wordpress\nsteady_state: [ { site: { answers: 200 } } ]\nsteps:\n  \
                         - fault: ec2.revoke-ingress\n    of: standby\n    port: 80\n";
    let aim = Aim::of(&world_of(harms_standby, "").drill);
    assert_eq!((aim.harmed, aim.taking_over), (vec![Side::Standby], Vec::new()));
    let aim = Aim::of(&world().drill);
    assert_eq!((aim.harmed, aim.taking_over), (vec![Side::Primary], vec![Side::Standby]));
    assert!(aim.moves_writer && aim.holds_traffic);
}

/// It is Sunday, 21:00 in Seoul; the drill may take 45 minutes.
#[test]
fn outside_the_windows_is_refused_with_the_next_one() {
    let office = "time_zone: Asia/Seoul\nwindows: [ { days: Mon-Fri, from: \"09:00\", to: \"17:00\" } ]\n";
    world_with(office).is_refused(&[
        "it is Sun 2026-11-22 21:00 in Asia/Seoul",
        "outside the deployment's windows (Mon-Fri 09:00-17:00)",
        "from Mon 2026-11-23 09:00 (2026-11-23T00:00:00Z) on",
    ]);
    let evening =
        |to: &str| format!("time_zone: Asia/Seoul\nwindows: [ {{ from: \"20:00\", to: \"{to}\" }} ]\n");
    world_with(&evening("21:45")).is_admitted();
    world_with(&evening("21:44")).is_refused(&[
        "the time limit of 45 m 00 s does not fit in before Sun 2026-11-22 21:44",
        "from Mon 2026-11-23 20:00",
    ]);
}

#[test]
fn a_blackout_is_refused_with_its_end() {
    world_with("time_zone: Asia/Seoul\nblackout: 2026-11-20..2026-11-22\n")
        .is_refused(&["inside the blackout 2026-11-20..2026-11-22", "from Mon 2026-11-23 00:00"]);
    world_with("time_zone: Asia/Seoul\nblackout: 2026-11-21\n").is_admitted();
    let mut lost = world_with("time_zone: Asia/Seoul\nblackout: 2026-11-21\n");
    lost.drill.deployment.calendar.time_zone = "Nowhere/Town".into();
    lost.is_refused(&["does not know the time zone Nowhere/Town", "tzdata"]);
}

#[test]
fn a_freeze_is_refused() {
    let mut world = world();
    world.looked.freezes = vec![("the file FREEZE".into(), Ok(None))];
    world.is_admitted();
    world.looked.freezes.push(("parameter /ops/freeze".into(), Ok(Some("year end".into()))));
    world.is_refused(&["changes are frozen: parameter /ops/freeze says: year end", "write `off` there"]);
}

#[test]
fn credentials_must_last_for_the_drill_and_for_putting_back() {
    let ends = |expires: Option<&str>, renewal: Renewal| {
        let mut world = world();
        let expires = expires.map(|at| at.parse().unwrap());
        let lifetime = Some(Lifetime { expires, temporary: true, renewal });
        world.looked.lifetimes = PerSide { primary: lifetime, standby: lifetime };
        world
    };
    // 45 minutes and 40.
    ends(Some("2026-11-22T13:25:00Z"), Renewal::Nobody).is_admitted();
    ends(Some("2026-11-22T13:24:59Z"), Renewal::Nobody).is_refused(&[
        "expire at 2026-11-22T13:24:59Z",
        "the drill may take 45 m 00 s and putting everything back is reckoned with 40 m 00 s",
        "nothing renews them",
    ]);
    ends(Some("2026-11-22T11:00:00Z"), Renewal::Nobody).is_refused(&["in 0 ms"]);
    ends(Some("2026-11-22T12:10:00Z"), Renewal::Itself).is_admitted();
    ends(Some("2026-11-22T12:10:00Z"), Renewal::SignIn).is_warned("renewed only while your sign-in lasts");
    ends(None, Renewal::Nobody).is_warned("nobody says when it ends");
    ends(None, Renewal::Itself).is_admitted();
}

#[test]
fn more_than_the_limits_is_refused_and_as_much_is_not() {
    world_with("limits: { rules: 2, groups: 1, instances: 2 }\n").is_admitted();
    world_with("limits: { rules: 1 }\n")
        .is_refused(&["touch 2 rules, and the limit is 1", "limits: { rules: 2 }"]);
    world_with("limits: { instances: 1 }\n").is_refused(&["touch 2 instances"]);
    let mut groups = world_with("limits: { groups: 1 }\n");
    groups.resources.push(resource(ResourceKind::SecurityGroup, "sg-other"));
    groups.is_refused(&["touch 2 groups"]);
}

#[test]
fn harm_in_both_regions_needs_a_limit_of_two() {
    let both = "drill: d\ndeployment: wordpress\nsteady_state: [ { site: { answers: 200 } } ]\nsteps:\n  \
                - fault: ec2.revoke-ingress\n    of: primary\n    port: 80\n  \
                - fault: ec2.revoke-ingress\n    of: standby\n    port: 80\n";
    world_of(both, "").is_refused(&["touch 2 regions, and the limit is 1"]);
    world_of(both, "limits: { regions: 2 }\n").is_admitted();
}

#[test]
fn who_else_is_behind_the_groups_is_refused_unless_it_is_accepted() {
    let stranger = || vec![interface("eni-4444", Some("i-other"), "")];
    let mut shared = world();
    shared.others(stranger());
    shared.is_refused(&["eni-4444 (i-other)", "limits: { others: 1 }"]);
    let mut accepted = world_with("limits: { others: 1 }\n");
    accepted.others(stranger());
    accepted.is_admitted();
    let mut elsewhere = world();
    let mut other = interface("eni-4444", Some("i-other"), "");
    other.security_groups = vec!["sg-other".into()];
    elsewhere.others(vec![other]);
    elsewhere.is_admitted();
    let mut balancer = world();
    balancer.others(vec![interface("eni-55555", None, "ELB app/another/99")]);
    balancer.is_refused(&["ELB app/another/99"]);
    let mut unread = world();
    unread.looked.interfaces.primary = Err("denied".into());
    unread.is_refused(&["who else is behind the security groups can not be told: denied"]);
}

#[test]
fn a_machine_behind_what_it_closes_is_refused() {
    let here = |machine: Machine| {
        let mut world = world();
        world.looked.machine = machine;
        world
    };
    let instance = Machine { instance: Some("i-2".into()), ..Machine::default() };
    here(instance).is_refused(&["this machine is i-2 (eni-22)", "not part of the deployment"]);
    here(Machine { instance: Some("i-9".into()), ..Machine::default() }).is_admitted();
    let mac = Machine { macs: vec!["02:00:00:00:00:05".into()], ..Machine::default() };
    here(mac).is_refused(&["this machine is i-1 (eni-1)"]);
    let address = Machine { addresses: vec!["10.0.1.5".into()], ..Machine::default() };
    here(address).is_warned("this machine has the address of i-1");
}

fn ruling(action: &'static str, may: May, because: &str) -> Ruling {
    let need = Need {
        action,
        resource: "arn:aws:route53:::healthcheck/hc-primary".into(),
        subject: Subject::HealthCheck,
        side: Side::Standby,
        proven: false,
        tags: BTreeMap::new(),
        sends_tags: BTreeSet::new(),
    };
    Ruling { need, may, because: because.into() }
}

#[test]
fn what_is_denied_and_changes_of_which_nobody_can_tell_are_refused() {
    let mut world = world();
    world.rulings = vec![
        ruling("route53:GetHealthCheckStatus", May::Allowed, "by its policies"),
        ruling("route53:GetHealthCheck", May::Unknown, "IAM does not answer"),
        ruling("iam:GetRole", May::Denied, "no policy allows it"),
    ];
    world.is_warned("can not be told, and shows itself when it is called: route53:GetHealthCheck on");
    world.rulings.push(ruling("route53:GetHealthCheck", May::Denied, "no policy allows it"));
    world.is_refused(&[
        "route53:GetHealthCheck on arn:aws:route53",
        "(no policy allows it)",
        "firedrill iam DRILL",
    ]);
    world.rulings = vec![ruling("route53:UpdateHealthCheck", May::Unknown, "IAM does not answer")];
    let words = ["can not be told", "route53:UpdateHealthCheck", "IAM does not answer", "--unchecked-rights"];
    world.is_refused(&words);
    let mut unchecked = world_with("check_rights: false\n");
    unchecked.rulings = world.rulings;
    unchecked.is_warned("check_rights is false");
}

/// However much is missing, what is said can be read.
#[test]
fn many_missing_rights_are_told_in_a_few_words() {
    let mut world = world();
    for action in ["a:A", "a:B", "a:C", "a:D", "a:E", "a:F"] {
        world.rulings.push(ruling(action, May::Denied, "no policy allows it"));
    }
    world.is_refused(&["a:D on arn:aws:route53:::healthcheck/hc-primary and 2 more (no policy allows it)"]);
}

#[test]
fn a_run_that_the_account_keeps_nothing_of_is_told() {
    world_with("account_lock: false\n").is_warned("no run elsewhere is kept out");
}

#[test]
fn a_record_without_a_health_check_and_a_writer_without_held_traffic_are_told() {
    let mut world = world();
    world.topology.site = Some(site());
    let (refusals, warnings) = world.judged();
    assert_eq!(refusals, Vec::<String>::new());
    assert!(
        warnings.len() == 1 && warnings[0].contains("DNS record of standby has no health check"),
        "{warnings:?}"
    );
}

fn site() -> crate::aws::SiteTopology {
    let record = json!({
        "name": "www.example.com.", "kind": "A", "set_identifier": "tokyo", "failover": "SECONDARY", "ttl": null,
        "values": [], "alias": null, "health_check": null,
    });
    serde_json::from_value(json!({
        "zone": { "id": "Z1", "name": "example.com.", "name_servers": [] },
        "records": [], "failover": { "primary": null, "standby": record },
        "health_checks": { "primary": null, "standby": null },
    }))
    .expect("a site")
}
