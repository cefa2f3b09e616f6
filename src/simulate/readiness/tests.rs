mod edits;
mod more;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::{Bed, Plant::*, *};
use crate::{
    aws::discover,
    plan::Verdict,
    ready::{CHECKS, Check},
};

/// What is planted, and every check that turns by it.
struct Defect {
    name: &'static str,
    plants: &'static [Plant],
    turns: &'static [(&'static str, Verdict)],
}

const fn defect(
    name: &'static str,
    plants: &'static [Plant],
    turns: &'static [(&'static str, Verdict)],
) -> Defect {
    Defect { name, plants, turns }
}

use Verdict::{Fail, Unknown, Warn};

const DEFECTS: &[Defect] = &[
    defect(
        "the standby's environment is called otherwise",
        &[Deployment("environment: wordpress-tokyo", "environment: wordpress-osaka")],
        &[
            ("names", Fail),
            ("network-ranges", Unknown),
            ("peering", Unknown),
            ("peering-routes", Unknown),
            ("security-groups", Unknown),
            ("access", Unknown),
            ("environment", Unknown),
            ("platform", Unknown),
            ("version", Unknown),
            ("settings", Unknown),
            ("health-reporting", Unknown),
            ("capacity", Unknown),
            ("instance-type", Unknown),
            ("scaling-processes", Unknown),
            ("replacement", Unknown),
            ("listeners", Unknown),
            ("target-checks", Unknown),
            ("targets", Unknown),
            ("certificate", Unknown),
            ("certificate-days", Unknown),
            ("web-acl", Unknown),
            ("web-acl-rules", Unknown),
            ("pipeline", Unknown),
            ("revision", Unknown),
            ("health-checks", Unknown),
            ("alarms", Unknown),
            ("alarms-quiet", Unknown),
        ],
    ),
    defect(
        "a forgotten zone of the same name, without the site's records",
        &[World(
            "      - { name: tokyo.example.com, environment: wordpress-tokyo }\n",
            "      - { name: tokyo.example.com, environment: wordpress-tokyo }\n  - zone: example.com\n    records:\n      - { name: old.example.com, environment: wordpress-seoul }\n",
        )],
        &[],
    ),
    defect(
        "two zones of the same name, both with the site's records",
        &[World(
            "zones:\n",
            "zones:\n  - zone: example.com\n    records:\n      - { name: www.example.com, environment: wordpress-seoul }\n",
        )],
        &[
            ("failover-records", Unknown),
            ("protected-records", Unknown),
            ("health-checks", Unknown),
            ("health-checks-on", Unknown),
            ("health-checks-healthy", Unknown),
            ("target-health", Unknown),
            ("ttl", Unknown),
        ],
    ),
    defect(
        "another account",
        &[Deployment("account: \"111122223333\"", "account: \"444455556666\"")],
        &[("account", Fail)],
    ),
    defect("a session that ends in ten minutes", &[Survey(short_session)], &[("session", Fail)]),
    defect("a sign-in that ends in ten minutes", &[Survey(short_sign_in)], &[("session", Warn)]),
    defect(
        "both networks have the same range",
        &[AllTokyo("10.20.", "10.10.")],
        &[("network-ranges", Fail), ("peering-routes", Fail), ("security-groups", Fail)],
    ),
    defect(
        "nobody accepted the peering",
        &[World("  - name: seoul-tokyo\n", "  - name: seoul-tokyo\n    accepted: false\n")],
        &[("peering", Fail), ("peering-routes", Fail)],
    ),
    defect(
        "the standby does not route to the primary",
        &[World(
            "accepter: { region: ap-northeast-1, vpc: tokyo-vpc }",
            "accepter: { region: ap-northeast-1, vpc: tokyo-vpc, routed: false }",
        )],
        &[("peering-routes", Fail)],
    ),
    defect(
        "the primary does not route to the standby",
        &[World(
            "requester: { region: ap-northeast-2, vpc: seoul-vpc }",
            "requester: { region: ap-northeast-2, vpc: seoul-vpc, routed: false }",
        )],
        &[("peering-routes", Fail)],
    ),
    defect(
        "the standby's database lets the primary's instances in no more",
        &[Tokyo(
            "          - { port: 3306, from: 10.10.0.0/16, description: \"MySQL from the other region, through the peering\" }\n",
            "",
        )],
        &[("security-groups", Fail)],
    ),
    defect(
        "the standby lets in more than the primary",
        &[Tokyo(
            "          - { port: 3306, from: 10.10.0.0/16,",
            "          - { port: 3307, from: 10.10.0.0/16 }\n          - { port: 3306, from: 10.10.0.0/16,",
        )],
        &[("security-groups", Warn)],
    ),
    defect(
        "the offices' ranges differ",
        &[Tokyo("entries: [203.0.113.0/26, 203.0.113.64/27]", "entries: [203.0.113.0/26]")],
        &[("security-groups", Fail)],
    ),
    defect(
        "the standby has no bastion",
        &[Tokyo(
            "    instances:\n      - { name: tokyo-bastion, subnet: tokyo-public-a, class: t3.micro, groups: [tokyo-bastion], key: tokyo-admin, profile: bastion }\n",
            "",
        )],
        &[("security-groups", Fail), ("access", Fail)],
    ),
    defect(
        "another platform",
        &[Tokyo(
            "        version: wordpress-6.8.2-1\n",
            "        version: wordpress-6.8.2-1\n        platform: 64bit Amazon Linux 2023 v4.7.3 running PHP 8.2\n",
        )],
        &[("platform", Fail)],
    ),
    defect(
        "an older platform",
        &[Tokyo(
            "        version: wordpress-6.8.2-1\n",
            "        version: wordpress-6.8.2-1\n        platform: 64bit Amazon Linux 2023 v4.6.0 running PHP 8.4\n",
        )],
        &[("platform", Warn)],
    ),
    defect(
        "another version",
        &[Tokyo("version: wordpress-6.8.2-1", "version: wordpress-6.8.2-2")],
        &[("version", Fail)],
    ),
    defect(
        "a variable that only one region has",
        &[Tokyo(
            "{ WORDPRESS_DB_NAME: wordpress }",
            "{ WORDPRESS_DB_NAME: wordpress, WORDPRESS_DEBUG: \"1\" }",
        )],
        &[("settings", Fail)],
    ),
    defect(
        "an option that differs",
        &[Tokyo(
            "          aws:elasticbeanstalk:application:environment: { WORDPRESS_DB_NAME: wordpress }\n",
            "          aws:elasticbeanstalk:application:environment: { WORDPRESS_DB_NAME: wordpress }\n          aws:elasticbeanstalk:command: { DeploymentPolicy: Immutable }\n",
        )],
        &[("settings", Warn)],
    ),
    defect(
        "basic health reporting",
        &[Tokyo(
            "        version: wordpress-6.8.2-1\n",
            "        version: wordpress-6.8.2-1\n        enhanced_health: false\n",
        )],
        &[("health-reporting", Warn)],
    ),
    defect(
        "half as many instances",
        &[Tokyo("count: 2\n          min: 2", "count: 1\n          min: 1")],
        &[("capacity", Warn)],
    ),
    defect(
        "room for fewer than serve now",
        &[Tokyo(
            "count: 2\n          min: 2\n          max: 4",
            "count: 1\n          min: 1\n          max: 1",
        )],
        &[("capacity", Fail)],
    ),
    defect(
        "a smaller instance type",
        &[Tokyo("class: t3.small", "class: t3.micro")],
        &[("instance-type", Warn)],
    ),
    defect(
        "a group that launches nothing",
        &[Tokyo("          class: t3.small\n", "          class: t3.small\n          suspended: [Launch]\n")],
        &[("scaling-processes", Fail)],
    ),
    defect(
        "a group that rebalances nothing",
        &[Tokyo(
            "          class: t3.small\n",
            "          class: t3.small\n          suspended: [AZRebalance]\n",
        )],
        &[("scaling-processes", Warn)],
    ),
    defect(
        "a group that replaces what the balancer finds ill",
        &[Tokyo("          class: t3.small\n", "          class: t3.small\n          health_check: ELB\n")],
        &[("replacement", Warn)],
    ),
    defect(
        "port 80 that redirects in one region",
        &[Tokyo("          certificate: www\n", "          certificate: www\n          http: redirect\n")],
        &[("listeners", Fail)],
    ),
    defect(
        "targets that are checked less often",
        &[Tokyo(
            "        database: wordpress-global\n",
            "        database: wordpress-global\n        health_check: { interval: 30s }\n",
        )],
        &[("target-checks", Warn)],
    ),
    defect(
        "targets that are checked where nothing answers",
        &[Tokyo(
            "        database: wordpress-global\n",
            "        database: wordpress-global\n        health_check: { matcher: \"299\" }\n",
        )],
        &[("environment", Fail), ("target-checks", Warn), ("targets", Fail), ("alarms-quiet", Warn)],
    ),
    defect(
        "a certificate for another name",
        &[Tokyo("names: [www.example.com, \"*.example.com\"]", "names: [api.example.com]")],
        &[("certificate", Fail)],
    ),
    defect(
        "a certificate that has expired",
        &[Tokyo("names: [www.example.com, \"*.example.com\"]", "names: [www.example.com], status: EXPIRED")],
        &[("certificate", Fail), ("certificate-days", Fail)],
    ),
    defect(
        "a certificate that ends in three weeks",
        &[Tokyo("names: [www.example.com, \"*.example.com\"]", "names: [www.example.com], days_left: 21")],
        &[("certificate-days", Warn)],
    ),
    defect(
        "a balancer without its web ACL",
        &[Tokyo("        environments: [wordpress-tokyo]\n", "")],
        &[("web-acl", Fail)],
    ),
    defect(
        "a web ACL that refuses something else",
        &[Tokyo("block_paths: [/xmlrpc.php]", "block_paths: [/wp-login.php]")],
        &[("web-acl-rules", Fail)],
    ),
    defect(
        "a web ACL that refuses what no rule speaks of",
        &[Tokyo("block_paths: [/xmlrpc.php]", "default: block\n        block_paths: [/xmlrpc.php]")],
        &[("web-acl-rules", Fail), ("health-checks-healthy", Fail)],
    ),
    defect(
        "a release that failed",
        &[Tokyo(
            "environment: wordpress-tokyo }\n    parameters",
            "environment: wordpress-tokyo, last: Failed }\n    parameters",
        )],
        &[("pipeline", Fail), ("revision", Fail)],
    ),
    defect(
        "a repository that is behind",
        &[Tokyo("commit: WordPress 6.8.2 }", "commit: WordPress 6.8.1 }")],
        &[("revision", Fail)],
    ),
    defect(
        "a writer in the standby",
        &[
            World(
                "      - { region: ap-northeast-2, name: wordpress-seoul-db, vpc: seoul-vpc, subnets: [seoul-private-a, seoul-private-c], group: seoul-database, instances: 2 }\n",
                "",
            ),
            World(
                "group: tokyo-database, instances: 2 }\n",
                "group: tokyo-database, instances: 2 }\n      - { region: ap-northeast-2, name: wordpress-seoul-db, vpc: seoul-vpc, subnets: [seoul-private-a, seoul-private-c], group: seoul-database, instances: 2 }\n",
            ),
        ],
        &[("database-roles", Fail)],
    ),
    defect(
        "a standby cluster without instances",
        &[World("group: tokyo-database, instances: 2", "group: tokyo-database, instances: 0")],
        &[("database-instances", Fail), ("database-classes", Unknown)],
    ),
    defect(
        "one reader fewer",
        &[World("group: tokyo-database, instances: 2", "group: tokyo-database, instances: 1")],
        &[("database-instances", Warn)],
    ),
    defect(
        "a smaller class",
        &[World(
            "group: tokyo-database, instances: 2",
            "group: tokyo-database, class: db.r6g.xlarge, instances: 2",
        )],
        &[("database-classes", Warn)],
    ),
    defect(
        "another engine version",
        &[World(
            "group: tokyo-database, instances: 2",
            "group: tokyo-database, engine_version: 8.0.mysql_aurora.3.08.2, instances: 2",
        )],
        &[("database-engine", Fail)],
    ),
    defect(
        "parameters of one region's own",
        &[World(
            "group: tokyo-database, instances: 2",
            "group: tokyo-database, parameters: { max_connections: \"100\" }, instances: 2",
        )],
        &[("database-parameters", Fail)],
    ),
    defect(
        "replication that lags behind",
        &[World(
            "# Every resource carries these",
            "settings: { rds: { lag: 20s..30s } }\n# Every resource carries these",
        )],
        &[("replication-lag", Fail)],
    ),
    defect(
        "records that are no failover pair",
        &[
            World("set: seoul, failover: primary", "set: seoul, weight: 1"),
            World("set: tokyo, failover: secondary", "set: tokyo, weight: 1"),
        ],
        &[("failover-records", Fail)],
    ),
    defect(
        "a record without a health check",
        &[World("failover: secondary, health_check: wordpress-tokyo }", "failover: secondary }")],
        &[("protected-records", Warn)],
    ),
    defect(
        "a record that nothing looks after",
        &[World(
            "environment: wordpress-tokyo, evaluate_target_health: true, set: tokyo, failover: secondary, health_check: wordpress-tokyo }",
            "environment: wordpress-tokyo, set: tokyo, failover: secondary }",
        )],
        &[("protected-records", Fail), ("target-health", Warn)],
    ),
    defect(
        "a health check that asks the site's own name",
        &[World("host: tokyo.example.com", "host: www.example.com")],
        &[("health-checks", Fail)],
    ),
    defect(
        "one health check for both records",
        &[World(
            "failover: secondary, health_check: wordpress-tokyo }",
            "failover: secondary, health_check: wordpress-seoul }",
        )],
        &[("health-checks", Fail)],
    ),
    defect(
        "a health check that looks at nothing",
        &[World(
            "host: tokyo.example.com, port: 80, path: /, interval: 10, threshold: 3 }",
            "host: tokyo.example.com, port: 80, path: /, interval: 10, threshold: 3, disabled: true }",
        )],
        &[("health-checks-on", Fail)],
    ),
    defect(
        "a health check that finds something missing",
        &[World(
            "name: wordpress-tokyo, kind: HTTP, host: tokyo.example.com",
            "name: wordpress-tokyo, kind: HTTP_STR_MATCH, search: Nowhere, host: tokyo.example.com",
        )],
        &[("health-checks-healthy", Fail)],
    ),
    defect(
        "an alias that does not look at its targets",
        &[World(
            "environment: wordpress-tokyo, evaluate_target_health: true",
            "environment: wordpress-tokyo",
        )],
        &[("target-health", Warn)],
    ),
    defect(
        "an objective that resolvers do not meet",
        &[Drill("recovery_time: 10m", "recovery_time: 1m")],
        &[("ttl", Fail)],
    ),
    defect(
        "an alarm that only the primary has",
        &[Tokyo(
            "namespace: AWS/ElasticBeanstalk\n        metric: EnvironmentHealth",
            "namespace: AWS/ElasticBeanstalk\n        metric: ApplicationRequestsTotal",
        )],
        &[("alarms", Warn)],
    ),
    defect(
        "an alarm that rings",
        &[Tokyo(
            "comparison: GreaterThanOrEqualToThreshold\n        threshold: 1",
            "comparison: GreaterThanOrEqualToThreshold\n        threshold: 0",
        )],
        &[("alarms-quiet", Warn)],
    ),
];

fn short_session(survey: &mut super::Survey) {
    ending(survey, Renewal::Nobody);
}

fn short_sign_in(survey: &mut super::Survey) {
    ending(survey, Renewal::SignIn);
}

fn ending(survey: &mut super::Survey, renewal: Renewal) {
    let expires = crate::clock::later(survey.at, std::time::Duration::from_secs(600));
    survey.lifetimes.standby = Some(Lifetime { expires: Some(expires), temporary: true, renewal });
}

/// Every check that does not pass.
fn turned(readiness: &Readiness) -> BTreeMap<&str, Verdict> {
    let open = readiness.answers.iter().filter(|answer| answer.verdict != Verdict::Pass);
    open.map(|answer| (answer.check.as_str(), answer.verdict)).collect()
}

/// In two threads: worlds take their time.
fn each<T: Sync>(items: &[T], work: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let wrong = Mutex::new(Vec::new());
    // One world that can not be made must not hide what came of the others.
    let work = |item: &T| {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(item)));
        done.unwrap_or_else(|_| Some("one of them panicked: see above".to_owned()))
    };
    let keep = |said: Option<String>| wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(said);
    let (some, others) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| some.iter().for_each(|item| keep(work(item))));
        others.iter().for_each(|item| keep(work(item)));
    });
    wrong.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn nothing_is_said_against_the_reference_deployment() {
    let (readiness, calls) = Bed::default().asked();
    let open: Vec<String> = readiness
        .answers
        .iter()
        .filter(|answer| answer.verdict != Verdict::Pass)
        .map(|answer| format!("{} {}: {}", answer.check, answer.verdict.as_str(), answer.found))
        .collect();
    assert!(open.is_empty(), "{}", open.join("\n"));
    let total: u64 = calls.iter().map(|row| row.counts.calls).sum();
    assert!(total <= 60, "{total} calls: {calls:#?}");
    let errors: Vec<_> = calls.iter().filter(|row| row.counts.errors > 0).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_defect_turns_its_checks_and_no_other() {
    let all: Vec<&Defect> = DEFECTS.iter().chain(more::MORE).collect();
    let wrong = each(&all, |defect| {
        let (readiness, _) = Bed::with(defect.plants).asked();
        let (turned, wanted) = (turned(&readiness), defect.turns.iter().copied().collect());
        if turned == wanted {
            return None;
        }
        let found = readiness.answers.iter().filter(|one| one.verdict != Verdict::Pass);
        let found: Vec<String> =
            found.map(|one| format!("    {} {}: {}", one.check, one.verdict.as_str(), one.found)).collect();
        let missing: Vec<_> = wanted.iter().filter(|(name, how)| turned.get(*name) != Some(*how)).collect();
        Some(format!("{}:\n{}\n  missing {missing:?}", defect.name, found.join("\n")))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_primary_without_a_health_check_is_called_so() {
    let bare = World("failover: primary, health_check: wordpress-seoul }", "failover: primary }");
    let (readiness, _) = Bed::with(&[bare]).asked();
    let ttl = readiness.answers.iter().find(|answer| answer.check == "ttl").expect("its answer");
    assert!(ttl.found.contains("has no health check"), "{}", ttl.found);
}

#[test]
fn every_check_has_a_defect_that_turns_it() {
    let turned: BTreeSet<&str> = DEFECTS
        .iter()
        .chain(more::MORE)
        .flat_map(|defect| defect.turns)
        .filter(|(_, how)| *how != Verdict::Unknown)
        .map(|(check, _)| *check)
        .collect();
    let all: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(turned, all);
}

/// Called only where something differs, or something is missing.
const SELDOM: [&str; 7] = [
    "cloudwatch:ListMetrics",
    "ec2:DescribeManagedPrefixLists",
    "elasticloadbalancing:DescribeListenerCertificates",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBParameters",
    "ssm:DescribeInstanceInformation",
    "sts:AssumeRole",
];

/// Checks that go by a service only where something is in doubt.
const IN_DOUBT: [(&str, &str); 1] = [("version", "codepipeline:")];

/// For some checks one of them will do.
const EITHER: [&str; 2] = ["ec2:DescribeRouteTables", "ec2:DescribeVpcPeeringConnections"];

#[test]
fn a_check_tells_by_its_own_actions_alone() {
    let actions = || discover::PERMISSIONS.iter().chain(&survey::PERMISSIONS);
    let checks: Vec<&Check> = CHECKS.iter().collect();
    let wrong = each(&checks, |check| {
        let own = check.actions();
        let mut bed = Bed::default();
        bed.rules.extend(actions().filter(|one| !own.contains(*one)).map(|one| format!("{one} denied")));
        let (readiness, _) = bed.asked();
        let answer = readiness.answers.iter().find(|answer| answer.check == check.name).expect("its answer");
        let found = &answer.found;
        (answer.verdict != Verdict::Pass).then(|| format!("{} by {own:?} alone: {found}", check.name))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_denied_hides_itself_and_turns_nothing_else() {
    let actions: Vec<&str> = discover::PERMISSIONS.iter().chain(&survey::PERMISSIONS).copied().collect();
    let wrong = each(&actions, |action| {
        let mut bed = Bed::default();
        bed.rules.push(format!("{action} denied"));
        let turned = bed.asked().0;
        let turned = self::turned(&turned);
        let others: Vec<_> = turned.iter().filter(|(_, how)| **how != Verdict::Unknown).collect();
        let in_doubt =
            |check: &&Check| IN_DOUBT.iter().any(|(name, of)| check.name == *name && action.starts_with(of));
        let named = CHECKS.iter().filter(|check| check.actions().contains(action) && !in_doubt(check));
        let named: BTreeSet<&str> = named.map(|check| check.name).collect();
        let hidden: BTreeSet<&str> = turned.keys().map(|name| &**name).collect();
        match () {
            () if !others.is_empty() => Some(format!("{action} denied turned {others:?}")),
            () if SELDOM.contains(action) && hidden.is_empty() => None,
            () if EITHER.contains(action) && hidden.is_subset(&named) => None,
            () if hidden != named => Some(format!("{action} denied hid {hidden:?}, but {named:?} name it")),
            () => None,
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_may_read_nothing_is_told_nothing() {
    let (readiness, _) = Bed::with(&[Misbehaves("*:* denied")]).asked();
    let passed: Vec<&str> = readiness.of(Verdict::Pass).map(|answer| answer.check.as_str()).collect();
    assert!(passed.is_empty(), "{passed:?}");
    assert_eq!(readiness.verdict(), Verdict::Unknown);
}
