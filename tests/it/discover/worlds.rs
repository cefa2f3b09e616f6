//! What discovery finds in worlds of many kinds, and what it says of what it does not find.

use std::sync::Mutex;

use firedrill::{
    aws::discover,
    discover::{
        facts::Wanted,
        lines,
        outcome::Verdict,
        proof,
        tree::State::{Found, NotFound, Unknown},
    },
    drill::{
        model::{Side, SourceText, Url},
        reader,
    },
    lab::{
        InMemory,
        world::{
            blueprint::read::REFERENCE,
            call::{Params, Service},
            misbehave::read_rule,
            options::Options,
        },
    },
};

use super::stage::{Means, SEOUL, Seen, TOKYO, asked, aws, changed, look, look_and_ask, of, set_up, sides};

/// The two records of the reference that users are moved by.
const PRIMARY: &str = "{ name: www.example.com, environment: wordpress-seoul, evaluate_target_health: true, set: seoul, \
                       failover: primary, health_check: wordpress-seoul }";
const STANDBY: &str = "{ name: www.example.com, environment: wordpress-tokyo, evaluate_target_health: true, set: tokyo, \
                       failover: secondary, health_check: wordpress-tokyo }";

/// Nothing is missing, nothing unknown, both files are made and say what was found.
#[track_caller]
fn is_complete(seen: &Seen) {
    assert_eq!(seen.outcome.verdict(), Verdict::Complete, "{:#?}", seen.outcome);
    let deployment = seen.outcome.deployment.as_ref().expect("a deployment's file");
    let drill = seen.outcome.drill.as_ref().expect("a drill");
    let wrong = proof::differences(&seen.facts, &seen.outcome.name, deployment, Some(drill));
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn everything_of_the_reference_is_found_with_few_calls() {
    let seen = look(changed(&[]), &asked());
    is_complete(&seen);
    assert_eq!(seen.outcome.name, "wordpress");
    seen.is("", "account", Found, "111122223333");
    seen.is("", "zone", Found, "example.com (Z");
    seen.is("", "failover", Found, "from ap-northeast-2 to ap-northeast-1");
    seen.is("primary", "record", Found, "A PRIMARY \"seoul\", alias to");
    seen.is("primary", "health check", Found, "HTTP seoul.example.com:80/, every 10 s, 3 failures");
    seen.is("primary", "environment", Found, "wordpress-seoul, application wordpress, Ready Ok");
    seen.is("standby", "environment", Found, "the site's record leads to it");
    for (region, _) in sides() {
        seen.is(region, "instances", Found, "i-");
        seen.is(region, "groups", Found, "sg-");
        seen.is(region, "load balancer", Found, "internet-facing application, ports 80 HTTP, 443 HTTPS");
        seen.is(region, "targets", Found, "port 80 HTTP, checked by HTTP / every 15 s");
        seen.is(
            region,
            "certificates",
            Found,
            "example.com, www.example.com, *.example.com (ISSUED, until 20",
        );
        seen.is(region, "web ACL", Found, "wordpress, ");
    }
    seen.is("primary", "pipelines", Found, "wordpress-seoul (from wordpress, branch main)");
    seen.is("", "database", Found, "wordpress-global, aurora-mysql");
    seen.is("", "database", Found, "the only one with a member in both regions");
    seen.is("", "cluster", Found, "wordpress-seoul-db in ap-northeast-2, writer");
    seen.is("", "peering", Found, "active");
    assert!(seen.count() <= 32, "{} calls: {:#?}", seen.count(), seen.calls);
}

#[test]
fn the_tree_fits_a_terminal() {
    for world in [changed(&[]), changed(&[(PRIMARY, ""), ("      - \n", "")])] {
        let seen = look(world, &asked());
        for line in lines::lines(&seen.outcome.tree, 80) {
            assert!(line.plain().chars().count() <= 80, "{line:?}");
        }
    }
}

#[test]
fn the_names_in_the_file_lead_a_run_to_the_same_things() {
    let world = changed(&[]);
    let clock = firedrill::clock::Clock::real_time();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let seen = look(changed(&[]), &asked());
    let texts = [&seen.outcome.drill, &seen.outcome.deployment].map(|file| {
        let file = file.as_ref().unwrap();
        SourceText { path: file.path.clone(), text: file.text.clone() }
    });
    let deployment = reader::load_text(&texts).unwrap().drill.deployment;
    let topology = runtime.block_on(async {
        let clock = firedrill::clock::Clock::starting(world.now(), clock.speed());
        let door = InMemory::new(world, clock);
        discover(&aws(&door, &asked(), clock), &deployment).await.expect("everything is found")
    });
    for (_, side) in sides() {
        let (found, run) = (seen.facts.sides.of(side), topology.regions.of(side));
        let own = found.environment.found().unwrap();
        assert_eq!(own.environment.id, run.environment.id);
        assert_eq!(own.instances.found().unwrap(), &run.instances);
        assert_eq!(own.groups.found().unwrap(), &run.instance_groups);
        let balancer = own.balancer.found().unwrap();
        assert_eq!(balancer.balancer, run.balancers[0].balancer);
        let site = topology.site.as_ref().unwrap();
        let record = found.record.found().unwrap();
        assert_eq!(Some(&record.record), site.failover.of(side).as_ref());
        assert_eq!(record.health_check.found(), site.health_checks.of(side).as_ref());
    }
    let global = &seen.facts.database.as_ref().unwrap().found().unwrap().global;
    assert_eq!(global.id, topology.database.unwrap().global.id);
}

#[test]
fn other_names_and_another_port_are_found_as_well() {
    let world = changed(&[
        (
            "name: wordpress-seoul\n        application: wordpress\n",
            "name: Shop-web-1\n        application: shop\n",
        ),
        (
            "name: wordpress-tokyo\n        application: wordpress\n",
            "name: Shop-web-2\n        application: shop\n",
        ),
        ("environment: wordpress-seoul", "environment: Shop-web-1"),
        ("environment: wordpress-tokyo", "environment: Shop-web-2"),
        ("environments: [wordpress-seoul]", "environments: [Shop-web-1]"),
        ("environments: [wordpress-tokyo]", "environments: [Shop-web-2]"),
        ("from: wordpress-seoul,", "from: Shop-web-1,"),
        ("from: wordpress-tokyo,", "from: Shop-web-2,"),
        ("wordpress-global", "orders"),
        ("example.com", "shop.test"),
    ]);
    let mut asked = asked();
    asked.site = Url { tls: false, host: "www.shop.test".into(), port: 8080, path: "/index?a=1".into() };
    asked.write_check =
        Some(Url { host: "www.shop.test".into(), path: "/write".into(), ..asked.site.clone() });
    let seen = look(world, &asked);
    is_complete(&seen);
    assert_eq!(seen.outcome.name, "shop-web");
    let text = &seen.outcome.deployment.as_ref().unwrap().text;
    for words in [
        "site: http://www.shop.test:8080/index?a=1",
        "write_check: http://www.shop.test:8080/write",
        "primary: { region: ap-northeast-2, environment: Shop-web-1 }",
        "database: { global_cluster: orders }",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(
        seen.outcome.drill.as_ref().unwrap().text.contains("writes: true"),
        "the drill uses the write check"
    );
}

#[test]
fn records_lead_to_environments_in_every_way_that_aws_has() {
    let seoul = "wordpress-seoul.ap-northeast-2.elasticbeanstalk.com";
    let tokyo = "wordpress-tokyo.ap-northeast-1.elasticbeanstalk.com";
    let record = |what: &str, region: &str, role: &str| {
        format!(
            "{{ name: www.example.com, {what}, set: {region}, failover: {role}, health_check: wordpress-{region} }}"
        )
    };
    let ways = [
        (
            "CNAMEs of Beanstalk's names",
            [format!("kind: CNAME, values: [{seoul}]"), format!("kind: CNAME, values: [{tokyo}]")],
        ),
        (
            "CNAMEs of names of the zone",
            [
                "kind: CNAME, values: [seoul.example.com]".into(),
                "kind: CNAME, values: [tokyo.example.com]".into(),
            ],
        ),
        (
            "aliases of names of the zone",
            ["alias: seoul.example.com".into(), "alias: tokyo.example.com".into()],
        ),
        (
            "names of the zone that hold addresses",
            ["alias: a.example.com".into(), "alias: b.example.com".into()],
        ),
        (
            "plain addresses",
            ["values: [192.0.2.10, 192.0.2.11]".into(), "values: [198.51.100.20, 198.51.100.21]".into()],
        ),
    ];
    for (way, [primary, standby]) in ways {
        let world = changed(&[
            (PRIMARY, &record(&primary, "seoul", "primary")),
            (STANDBY, &record(&standby, "tokyo", "secondary")),
            (
                "      - { name: seoul.example.com,",
                "      - { name: a.example.com, values: [192.0.2.10] }\n      - { name: b.example.com, values: \
                 [198.51.100.21] }\n      - { name: seoul.example.com,",
            ),
        ]);
        let seen = look(world, &asked());
        assert_eq!(seen.outcome.verdict(), Verdict::Complete, "{way}: {:#?}", seen.outcome.missing);
        seen.is("primary", "environment", Found, "wordpress-seoul");
        seen.is("standby", "environment", Found, "wordpress-tokyo");
        let how = &seen.node("primary", "environment").says;
        assert!(how.contains("the site's record leads to it"), "{way}: {how}");
    }
}

#[test]
fn aliases_into_beanstalks_own_zones_lead_to_environments() {
    let mut world = changed(&[]);
    let zone = look(changed(&[]), &asked()).facts.site.found().unwrap().zone.id.clone();
    let ids = look(changed(&[]), &asked());
    let batch = [
        (
            "seoul",
            "PRIMARY",
            "Z3JE5OI70TWKCP",
            "wordpress-seoul.ap-northeast-2.elasticbeanstalk.com",
            Side::Primary,
        ),
        (
            "tokyo",
            "SECONDARY",
            "Z1R25G3KIG2GBW",
            "wordpress-tokyo.ap-northeast-1.elasticbeanstalk.com",
            Side::Standby,
        ),
    ];
    for (set, role, zone_id, name, side) in batch {
        let check = ids.facts.sides.of(side).record.found().unwrap().record.health_check.clone().unwrap();
        let of = |field: &str| format!("ChangeBatch.Changes.1.ResourceRecordSet.{field}");
        let params = [
            ("Id".to_owned(), zone.as_str()),
            ("ChangeBatch.Changes.1.Action".to_owned(), "UPSERT"),
            (of("Name"), "www.example.com"),
            (of("Type"), "A"),
            (of("SetIdentifier"), set),
            (of("Failover"), role),
            (of("HealthCheckId"), check.as_str()),
            (of("AliasTarget.HostedZoneId"), zone_id),
            (of("AliasTarget.DNSName"), name),
            (of("AliasTarget.EvaluateTargetHealth"), "true"),
        ];
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        set_up(&mut world, Service::Route53, "ChangeResourceRecordSets", &params);
    }
    let seen = look(world, &asked());
    is_complete(&seen);
    seen.is("primary", "record", Found, "alias to wordpress-seoul.ap-northeast-2.elasticbeanstalk.com");
    seen.is("primary", "environment", Found, "the site's record leads to it");
    seen.is("standby", "load balancer", Found, "awseb");
}

#[test]
fn what_is_no_failover_pair_is_said_and_no_drill_is_written() {
    let single = "{ name: www.example.com, environment: wordpress-seoul }";
    let weighted = |name: &str| {
        format!("{{ name: www.example.com, environment: wordpress-{name}, set: {name}, weight: 50 }}")
    };
    let cases = [
        (single.to_owned(), String::new(), "a single A record"),
        (weighted("seoul"), weighted("tokyo"), "the 2 records of www.example.com are no failover pair"),
        (PRIMARY.to_owned(), String::new(), "a PRIMARY record and no SECONDARY one"),
        (String::new(), String::new(), "no A, AAAA or CNAME record of www.example.com"),
    ];
    for (primary, standby, words) in cases {
        let line = |record: &str| match record {
            "" => String::new(),
            record => format!("      - {record}\n"),
        };
        let world = changed(&[
            (&format!("      - {PRIMARY}\n"), &line(&primary)),
            (&format!("      - {STANDBY}\n"), &line(&standby)),
        ]);
        let seen = look(world, &asked());
        seen.is("", "failover", NotFound, words);
        assert_eq!(seen.outcome.verdict(), Verdict::Missing, "{words}");
        assert!(seen.missing().contains(&"failover"), "{:?}", seen.missing());
        assert!(seen.outcome.drill.is_err(), "{words}");
        // Environments are told apart all the same, and `ready` can go on from the deployment's file.
        seen.is("standby", "environment", Found, "wordpress-tokyo");
        assert!(seen.outcome.deployment.is_ok(), "{words}");
    }
}

#[test]
fn the_wrong_way_round_is_said_and_nothing_is_written() {
    let mut asked = asked();
    std::mem::swap(&mut asked.regions.primary, &mut asked.regions.standby);
    let seen = look(changed(&[]), &asked);
    seen.is("", "failover", NotFound, "exchange --primary and --standby");
    assert_eq!(seen.outcome.verdict(), Verdict::Missing);
    assert!(seen.outcome.deployment.is_err() && seen.outcome.drill.is_err());
    assert!(seen.outcome.notes.iter().any(|note| note.contains("the writer")), "{:?}", seen.outcome.notes);
}

#[test]
fn another_region_than_the_records_lead_to_is_not_taken_for_it() {
    let mut asked = asked();
    asked.regions.standby.region = "us-west-2".into();
    let seen = look(changed(&[]), &asked);
    seen.is("", "failover", NotFound, "no load balancer and no environment in us-west-2");
    seen.is("standby", "environment", NotFound, "no Elastic Beanstalk environment lives in us-west-2");
    seen.is("", "database", NotFound, "no Aurora global cluster has a member in both regions");
    assert!(seen.outcome.deployment.is_err(), "a file that could not be checked is not made");
}

/// A second global cluster in the reference's own networks.
fn two_databases() -> String {
    let one = REFERENCE.split("global_clusters:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let two =
        one.replace("wordpress-global", "orders-global").replace("wordpress-seoul-db", "orders-seoul-db");
    let two = two.replace("wordpress-tokyo-db", "orders-tokyo-db");
    REFERENCE.replace(one, &format!("{one}\n{two}"))
}

#[test]
fn of_two_databases_none_is_taken_without_asking() {
    let seen = look(of(&two_databases()), &asked());
    seen.is("", "database", NotFound, "wordpress-global");
    let why = &seen.node("", "database").says;
    assert!(
        why.contains("2 fit: ") && why.contains("orders-global") && why.contains("--global-cluster "),
        "{why}"
    );
    assert_eq!(seen.missing(), ["database"]);
    assert!(seen.outcome.deployment.is_err(), "its file would name one of them");

    let person = Means("orders-global", Mutex::default());
    let seen = look_and_ask(of(&two_databases()), &asked(), &person);
    is_complete(&seen);
    seen.is("", "database", Found, "orders-global");
    assert_eq!(person.1.lock().unwrap().len(), 1);

    let mut named = asked();
    named.database = Wanted::Named("wordpress-global".into());
    is_complete(&look(of(&two_databases()), &named));
    named.database = Wanted::Named("wordpres-global".into());
    look(of(&two_databases()), &named).is("", "database", NotFound, "did you mean wordpress-global?");
}

#[test]
fn the_host_in_an_environments_variables_tells_the_database_and_no_secret_gets_out() {
    let named = |host: &str| {
        let variables = format!(
            "{{ WORDPRESS_DB_NAME: wordpress, DATABASE_URL: \"mysql://root:hunter2@{host}:3306/wordpress\" }}"
        );
        of(&two_databases().replace("{ WORDPRESS_DB_NAME: wordpress }", &variables))
    };
    for host in [
        "orders-seoul-db.cluster-abc123.ap-northeast-2.rds.amazonaws.com",
        "orders-tokyo-db.cluster-ro-abc123.ap-northeast-1.rds.amazonaws.com",
        "orders-global.global-abc123.global.rds.amazonaws.com",
    ] {
        let seen = look(named(host), &asked());
        is_complete(&seen);
        seen.is("", "database", Found, "orders-global");
        seen.is("", "database", Found, "DATABASE_URL of wordpress-seoul names it");
        let all = format!("{seen:?}");
        assert!(!all.contains("hunter2") && !all.contains("root:"), "a password got out");
    }
    // An instance's own name is told by asking the clusters for their instances.
    let seen = look(named("orders-seoul-db-1.abc123.ap-northeast-2.rds.amazonaws.com"), &asked());
    is_complete(&seen);
    seen.is("", "database", Found, "orders-global");
    let seen = look(named("elsewhere.cluster-abc123.ap-northeast-2.rds.amazonaws.com"), &asked());
    seen.is("", "database", NotFound, "no member of a global cluster");
    assert!(!format!("{seen:?}").contains("hunter2"));
}

#[test]
fn without_a_database_the_drill_moves_none_if_a_person_says_so() {
    let world = || {
        let start = REFERENCE.find("global_clusters:").unwrap();
        let end = REFERENCE.find("health_checks:").unwrap();
        let text = format!("{}{}", &REFERENCE[..start], &REFERENCE[end..]);
        of(&text.replace("        database: wordpress-global\n", ""))
    };
    let seen = look(world(), &asked());
    seen.is("", "database", NotFound, "--no-database");
    assert_eq!(seen.missing(), ["database"]);
    let mut asked = asked();
    asked.database = Wanted::Nothing;
    let seen = look(world(), &asked);
    is_complete(&seen);
    let drill = &seen.outcome.drill.as_ref().unwrap().text;
    assert!(
        !drill.contains("rds.") && !drill.contains("database") && drill.contains("route53.hold-traffic"),
        "{drill}"
    );
}

#[test]
fn one_environment_alone_is_no_deployment() {
    let from = REFERENCE.find("      - name: wordpress-tokyo\n        application").unwrap();
    let to = from + REFERENCE[from..].find("    web_acls:").unwrap();
    let text = format!("{}{}", &REFERENCE[..from], &REFERENCE[to..]);
    // What spoke of the environment goes with it.
    let text: String = text
        .lines()
        .filter(|line| {
            !line.contains("environment: wordpress-tokyo") && !line.contains("from: wordpress-tokyo")
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let text = text.replace("    environments:\n    web_acls:", "    web_acls:");
    let acls = text.rfind("    web_acls:\n").unwrap();
    let repositories = acls + text[acls..].find("    repositories:").unwrap();
    let text = format!("{}{}", &text[..acls], &text[repositories..]);
    let text = text.replace("    pipelines:\n    parameters:", "    parameters:");
    let seen = look(of(&text), &asked());
    seen.is("standby", "environment", NotFound, "no Elastic Beanstalk environment lives in ap-northeast-1");
    assert!(seen.missing().contains(&"standby: environment"), "{:?}", seen.missing());
    assert!(seen.outcome.deployment.is_err() && seen.outcome.drill.is_err());
    let next = seen.outcome.missing.iter().find(|gap| gap.what == "standby: environment").unwrap();
    assert!(next.next.as_ref().unwrap().contains("--environment standby=NAME"), "{next:?}");
}

/// Another environment of another application beside the deployment's, in each region.
fn many_environments() -> String {
    let mut text = REFERENCE.to_owned();
    for (city, net) in [("seoul", "192.0.2"), ("tokyo", "198.51.100")] {
        let beside: String = ["blog", "cart", "mail"]
            .iter()
            .map(|name| {
                format!(
                    "      - name: {name}-{city}\n        application: {name}\n        vpc: {city}-vpc\n        balancer: {{ \
                     subnets: [{city}-public-a, {city}-public-c] }}\n        instances: {{ subnets: [{city}-private-a], \
                     count: 1 }}\n"
                )
            })
            .collect();
        assert!(text.contains(net));
        let place = format!("      - name: wordpress-{city}\n        application: wordpress\n");
        text = text.replace(&place, &format!("{beside}{place}"));
    }
    text
}

#[test]
fn the_right_environment_is_taken_among_many() {
    let seen = look(of(&many_environments()), &asked());
    is_complete(&seen);
    seen.is("primary", "environment", Found, "wordpress-seoul");

    // Without records the application of the other region tells, and without that a person.
    let unrecorded = many_environments()
        .replace(&format!("      - {PRIMARY}\n"), "")
        .replace(&format!("      - {STANDBY}\n"), "");
    let seen = look(of(&unrecorded), &asked());
    let why = &seen.node("primary", "environment").says;
    assert!(why.contains("4 fit: ") && why.contains("--environment primary="), "{why}");
    let mut told = asked();
    told.environments.primary = Some("cart-seoul".into());
    let seen = look(of(&unrecorded), &told);
    seen.is("primary", "environment", Found, "as told");
    seen.is("standby", "environment", Found, "cart-tokyo, application cart");
    seen.is("standby", "environment", Found, "the only one of application cart in the region");
    told.environments.standby = Some("car-tokyo".into());
    look(of(&unrecorded), &told).is("standby", "environment", NotFound, "did you mean cart-tokyo?");
    let person = Means("mail-seoul", Mutex::default());
    let seen = look_and_ask(of(&unrecorded), &asked(), &person);
    seen.is("standby", "environment", Found, "mail-tokyo");
}

#[test]
fn short_pages_hide_nothing() {
    let zones: String = (0..7).map(|n| format!("  - {{ zone: other-{n}.test }}\n")).collect();
    let text = many_environments()
        .replace("zones:\n  - zone: example.com", &format!("zones:\n{zones}  - zone: example.com"));
    let mut world = of(&text);
    world.set_options(Options { page_size: Some(1), unlimited: true, ..Options::default() });
    let seen = look(world, &asked());
    is_complete(&seen);
    seen.is("", "zone", Found, "example.com");
}

#[test]
fn the_longest_public_zone_holds_the_site() {
    let text = REFERENCE.replace(
        "zones:\n",
        "zones:\n  - zone: www.example.com\n    private: true\n  - zone: shop.example.com\n    records:\n      - { name: \
         shop.example.com, environment: wordpress-seoul, set: s, failover: primary, health_check: wordpress-seoul }\n      - \
         { name: shop.example.com, environment: wordpress-tokyo, set: t, failover: secondary, health_check: \
         wordpress-tokyo }\n",
    );
    let seen = look(of(&text), &asked());
    is_complete(&seen);
    seen.is("", "zone", Found, "example.com (");
    assert!(!seen.node("", "zone").says.starts_with("www."), "only networks see the private one");
    let mut sub = asked();
    sub.site.host = "shop.example.com".into();
    let seen = look(of(&text), &sub);
    is_complete(&seen);
    seen.is("", "zone", Found, "shop.example.com (");
    let mut none = asked();
    none.site.host = "www.example.org".into();
    let seen = look(of(&text), &none);
    seen.is("", "zone", NotFound, "no public hosted zone of this account holds www.example.org");
    assert!(seen.missing().contains(&"zone"));
    let mut address = asked();
    address.site.host = "192.0.2.10".into();
    look(of(&text), &address).is("", "zone", NotFound, "is an address");
}

/// Each operation is denied in turn: nothing is taken for absent, and AWS's reason is told.
#[test]
fn what_may_not_be_asked_is_unknown_with_awss_reason() {
    let denied = [
        ("sts:GetCallerIdentity", "account", false),
        ("route53:ListHostedZones", "zone", true),
        ("route53:ListResourceRecordSets", "zone", true),
        ("route53:GetHealthCheck", "health check", true),
        ("elasticbeanstalk:DescribeEnvironments", "environment", false),
        ("elasticbeanstalk:DescribeEnvironmentResources", "load balancer", true),
        ("ec2:DescribeInstances", "instances", true),
        ("ec2:DescribeSecurityGroups", "groups", true),
        ("elasticloadbalancing:DescribeTargetGroups", "targets", true),
        ("elasticloadbalancing:DescribeListeners", "listeners", true),
        ("rds:DescribeGlobalClusters", "database", false),
        ("elasticbeanstalk:DescribeConfigurationSettings", "variables", true),
        ("acm:DescribeCertificate", "certificates", true),
        ("wafv2:GetWebACLForResource", "web ACL", true),
        ("codepipeline:ListPipelines", "pipelines", true),
        ("codepipeline:GetPipeline", "pipelines", true),
        ("ec2:DescribeVpcPeeringConnections", "peering", true),
    ];
    for (operation, what, deployment) in denied {
        let mut world = changed(&[]);
        let rule = read_rule("denied", &format!("{operation} denied")).unwrap_or_else(|why| panic!("{why}"));
        world.misbehave(rule);
        let seen = look(world, &asked());
        let node = seen.outcome.tree.all().into_iter().find(|node| node.name == what).unwrap();
        assert_eq!(node.state, Unknown, "{operation}: {node:?}");
        assert!(node.says.contains(operation) && node.says.contains("denied"), "{operation}: {}", node.says);
        assert!(seen.unknown().iter().any(|gap| gap.ends_with(what)), "{operation}: {:?}", seen.unknown());
        assert_eq!(seen.missing(), <[&str; 0]>::default(), "{operation}: what is not known is not missing");
        assert_eq!(seen.outcome.verdict(), Verdict::Unknown, "{operation}");
        assert_eq!(seen.outcome.deployment.is_ok(), deployment, "{operation}");
        let needed = seen.outcome.unknown.iter().any(|gap| gap.needed);
        assert_eq!(seen.outcome.drill.is_err(), needed, "{operation}");
    }
}

/// What is asked seldom may be denied as well.
#[test]
fn what_is_asked_on_the_way_may_be_unknown_too() {
    let by_address = [
        (
            PRIMARY.to_owned(),
            "values: [192.0.2.10], set: s, failover: primary, health_check: wordpress-seoul }",
        ),
        (
            STANDBY.to_owned(),
            "values: [198.51.100.20], set: t, failover: secondary, health_check: wordpress-tokyo }",
        ),
    ];
    let mut text = REFERENCE.to_owned();
    for (from, to) in &by_address {
        text = text.replace(from.as_str(), &format!("{{ name: www.example.com, {to}"));
    }
    let mut world = of(&text);
    world.misbehave(read_rule("denied", "ec2:DescribeNetworkInterfaces denied").unwrap());
    let seen = look(world, &asked());
    seen.is("", "failover", Unknown, "ec2:DescribeNetworkInterfaces");
    assert!(seen.outcome.drill.is_err());

    let host = "{ DATABASE_HOST: orders-1.abc123.ap-northeast-2.rds.amazonaws.com }";
    let mut world = changed(&[("{ WORDPRESS_DB_NAME: wordpress }", host)]);
    world.misbehave(read_rule("denied", "rds:DescribeDBClusters denied").unwrap());
    let seen = look(world, &asked());
    seen.is("", "database", Unknown, "rds:DescribeDBClusters");
    assert!(seen.outcome.deployment.is_err());
}

/// The list of permissions is what is needed: with it everything is found, and without any one of it something is not known.
#[test]
fn the_permissions_are_those_that_are_needed() {
    // Only asked where records hold addresses, where a load balancer has several target groups, where a host is strange,
    // where a role is assumed.
    let seldom = [
        "ec2:DescribeNetworkInterfaces",
        "elasticloadbalancing:DescribeTargetHealth",
        "rds:DescribeDBClusters",
        "sts:AssumeRole",
    ];
    // AWS answers who calls, and these, whatever a policy says.
    let all = firedrill::discover::read::PERMISSIONS;
    let policy = |actions: &[&str]| {
        serde_json::json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": actions, "Resource": "*" }
        ] })
        .to_string()
    };
    let under = |actions: &[&str]| {
        let mut world = changed(&[]);
        world.enforce(&policy(actions)).expect("a good policy");
        look(world, &asked())
    };
    is_complete(&under(&all));
    for left_out in all {
        let rest: Vec<&str> = all.into_iter().filter(|action| *action != left_out).collect();
        let seen = under(&rest);
        if seldom.contains(&left_out) || left_out == "sts:GetCallerIdentity" {
            assert_eq!(seen.outcome.verdict(), Verdict::Complete, "{left_out}");
        } else if left_out == "elasticbeanstalk:DescribeEnvironments" {
            // AWS shows such a caller a region without environments.
            seen.is("primary", "environment", NotFound, "or none that these credentials may see");
        } else {
            assert!(!seen.outcome.unknown.is_empty(), "{left_out} is not needed");
            if left_out == "elasticbeanstalk:DescribeConfigurationSettings" {
                seen.is("", "database", Found, "variables could not be read");
                seen.is("standby", "variables", Unknown, left_out);
            }
        }
    }
}

/// A stranger's world is no reason to fall over.
#[test]
fn a_world_of_nothing_is_said_to_be_one() {
    let seen = look(
        of(
            "world: empty\naccount: \"111122223333\"\nregions:\n  - { region: ap-northeast-2 }\n  - { region: ap-northeast-1 }\n",
        ),
        &asked(),
    );
    assert_eq!(seen.outcome.verdict(), Verdict::Missing);
    assert!(seen.missing().len() >= 4, "{:?}", seen.missing());
    assert_eq!(seen.unknown(), <[&str; 0]>::default());
    assert_eq!(seen.facts.asked.regions.of(Side::Primary).region, SEOUL);
    assert_eq!(seen.facts.asked.regions.of(Side::Standby).region, TOKYO);
    let _ = Params::new([]);
}
