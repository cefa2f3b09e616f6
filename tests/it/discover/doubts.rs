//! Discovery where the world could be taken for another than it is: what is doubtful is said, and nothing is guessed.

use firedrill::{
    discover::{
        facts::Wanted,
        outcome::Verdict,
        tree::State::{Found, NotFound, Unknown},
    },
    drill::model::Side,
    lab::world::{World, blueprint::read::REFERENCE, call::Service, misbehave::read_rule},
};

use super::stage::{SEOUL, Seen, asked, changed, lead_to, look, of, set_up_in, texts};

/// The reference with more environments before Seoul's.
fn with_environments(names: &[String]) -> String {
    let beside: String = names
        .iter()
        .map(|name| {
            format!(
                "      - name: {name}\n        application: wordpress\n        vpc: seoul-vpc\n        balancer: {{ subnets: \
                 [seoul-public-a, seoul-public-c] }}\n        instances: {{ subnets: [seoul-private-a], count: 1 }}\n"
            )
        })
        .collect();
    let place = "      - name: wordpress-seoul\n        application: wordpress\n";
    assert!(REFERENCE.contains(place));
    REFERENCE.replace(place, &format!("{beside}{place}"))
}

/// A load balancer of nobody's in Seoul; its name in DNS.
fn bare_balancer(world: &mut World, name: &str) -> String {
    let subnets = set_up_in(world, SEOUL, Service::Ec2, "DescribeSubnets", &[]);
    // The first two are the public ones, each in its zone.
    let subnets = public_subnets(&subnets);
    let params = [("Name", name), ("Subnets.1", subnets[0].as_str()), ("Subnets.2", subnets[1].as_str())];
    let made = set_up_in(world, SEOUL, Service::Elb, "CreateLoadBalancer", &params);
    texts(&made, "").into_iter().find(|text| text.ends_with(".elb.amazonaws.com")).expect("a name in DNS")
}

fn public_subnets(all: &firedrill::lab::world::call::Tree) -> Vec<String> {
    use firedrill::lab::world::call::Tree;
    let Tree::Map(members) = all else { panic!("{all:?}") };
    let lists = members.iter().filter_map(|(_, tree)| match tree {
        Tree::List(_, all) => Some(all),
        _ => None,
    });
    let is_public = |one: &&Tree| {
        texts(one, "10.10.").iter().any(|range| ["10.10.0.0/24", "10.10.1.0/24"].contains(&range.as_str()))
    };
    let public: Vec<String> = lists
        .flatten()
        .filter(is_public)
        .filter_map(|one| texts(one, "subnet-").into_iter().next())
        .collect();
    assert_eq!(public.len(), 2, "{all:?}");
    public
}

/// As while a site moves from one environment to the next: users are led to green, and a person says blue.
#[test]
fn a_record_that_leads_to_another_environment_is_not_this_deployments() {
    let text = with_environments(&["wordpress-green".to_owned()]).replace(
        "www.example.com, environment: wordpress-seoul",
        "www.example.com, environment: wordpress-green",
    );
    let mut blue = asked();
    blue.environments.primary = Some("wordpress-seoul".into());
    let seen = look(of(&text), &blue);
    seen.is("primary", "environment", Found, "wordpress-seoul");
    seen.is("", "failover", NotFound, "the PRIMARY record leads to wordpress-green, not to wordpress-seoul");
    assert_eq!(seen.outcome.verdict(), Verdict::Missing);
    assert!(seen.outcome.drill.is_err(), "a drill would break what nobody sees");
    let seen = look(of(&text), &asked());
    seen.is("primary", "environment", Found, "wordpress-green");
    seen.is("", "failover", Found, "from ap-northeast-2");

    let mut world = changed(&[]);
    let name = bare_balancer(&mut world, "nobodys");
    lead_to(&mut world, Side::Primary, &name);
    let seen = look(world, &blue);
    let words = "the PRIMARY record leads to load balancer nobodys, not to wordpress-seoul";
    seen.is("", "failover", NotFound, words);
    assert!(seen.outcome.drill.is_err());
}

#[test]
fn a_search_that_was_cut_short_is_not_told_as_no() {
    let world = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("other-{number}")).collect();
        let mut world = of(&with_environments(&names));
        let name = bare_balancer(&mut world, "nobodys");
        lead_to(&mut world, Side::Primary, &name);
        world
    };
    let seen = look(world(13), &asked());
    let words = "only the first 12 of 14 environments were asked which load balancer they have; say --environment primary=NAME";
    seen.is("primary", "environment", Unknown, words);
    let seen = look(world(3), &asked());
    seen.is("primary", "environment", NotFound, "which belongs to no environment of ap-northeast-2");
}

/// What is asked for and not made is no success.
#[test]
fn files_that_could_not_be_made_are_missing() {
    let mut long = asked();
    long.name = Some("a".repeat(55));
    let seen = look(changed(&[]), &long);
    assert!(seen.outcome.deployment.is_err() && seen.outcome.drill.is_err());
    assert_eq!((seen.missing(), seen.outcome.verdict()), (vec!["files"], Verdict::Missing));
}

/// Nobody asks for variables where a person tells the database.
#[test]
fn variables_are_unknown_only_where_they_would_tell_the_database() {
    let denied = || {
        let mut world = changed(&[]);
        world
            .misbehave(read_rule("denied", "elasticbeanstalk:DescribeConfigurationSettings denied").unwrap());
        world
    };
    let seen = look(denied(), &asked());
    assert_eq!(seen.unknown(), ["primary: variables", "standby: variables"]);
    for database in [Wanted::Named("wordpress-global".into()), Wanted::Nothing] {
        let mut told = asked();
        told.database = database;
        assert_eq!(look(denied(), &told).outcome.verdict(), Verdict::Complete);
    }
}

#[test]
fn a_certificate_of_iams_is_shown_and_not_asked_of_acm() {
    let mut world = changed(&[]);
    let seen = look(changed(&[]), &asked());
    let balancer = seen.facts.sides.primary.environment.found().unwrap().balancer.found().unwrap();
    let listeners = balancer.listeners.found().unwrap();
    let secure = listeners.iter().find(|listener| listener.port == Some(443)).unwrap();
    let params = [
        ("ListenerArn", secure.arn.as_str()),
        ("Certificates.1.CertificateArn", "arn:aws:iam::111122223333:server-certificate/old-www"),
    ];
    set_up_in(&mut world, SEOUL, Service::Elb, "ModifyListener", &params);
    let seen = look(world, &asked());
    assert_eq!(seen.outcome.verdict(), Verdict::Complete, "{:?}", seen.outcome.unknown);
    seen.is("primary", "certificates", Found, "old-www (kept in IAM");
}

/// Another target group behind Seoul's load balancer, with this target.
fn with_group(target: &str) -> World {
    let mut world = changed(&[]);
    let seen = look(changed(&[]), &asked());
    let own = seen.facts.sides.primary.environment.found().unwrap().balancer.found().unwrap();
    let listener = own.listeners.found().unwrap().iter().find(|one| one.port == Some(80)).unwrap();
    let vpc = own.balancer.vpc.clone().unwrap();
    let group = [("Name", "second"), ("Protocol", "HTTP"), ("Port", "8080"), ("VpcId", vpc.as_str())];
    let group = set_up_in(&mut world, SEOUL, Service::Elb, "CreateTargetGroup", &group);
    let group = texts(&group, "arn:").into_iter().next().unwrap();
    let target = [("TargetGroupArn", group.as_str()), ("Targets.1.Id", target)];
    set_up_in(&mut world, SEOUL, Service::Elb, "RegisterTargets", &target);
    let rule = [
        ("ListenerArn", listener.arn.as_str()),
        ("Priority", "10"),
        ("Conditions.1.Field", "path-pattern"),
        ("Conditions.1.Values.1", "/other/*"),
        ("Actions.1.Type", "forward"),
        ("Actions.1.TargetGroupArn", group.as_str()),
    ];
    set_up_in(&mut world, SEOUL, Service::Elb, "CreateRule", &rule);
    world
}

/// The instances of Seoul that are not the environment's, then one of its own.
fn bastion_and_own() -> [String; 2] {
    let seen = look(changed(&[]), &asked());
    let own = seen.facts.sides.primary.environment.found().unwrap().instances.found().unwrap().clone();
    let all = set_up_in(&mut changed(&[]), SEOUL, Service::Ec2, "DescribeInstances", &[]);
    let other = texts(&all, "i-").into_iter().find(|id| own.iter().all(|one| one.id != *id));
    [other.expect("the bastion"), own[0].id.clone()]
}

#[test]
fn of_a_shared_load_balancer_only_the_environments_own_ports_are_closed() {
    let [bastion, own] = bastion_and_own();
    let drill = |seen: &Seen| seen.outcome.drill.as_ref().expect("a drill").text.clone();
    let seen = look(with_group(&bastion), &asked());
    seen.is("primary", "targets", Found, "port 80 HTTP");
    assert!(!seen.node("primary", "targets").says.contains("8080"), "it is another's");
    assert!(!drill(&seen).contains("8080"), "{}", drill(&seen));
    let seen = look(with_group(&own), &asked());
    seen.is("primary", "targets", Found, "port 8080 HTTP");
    assert!(drill(&seen).contains("to port 8080 too"), "{}", drill(&seen));
    let mut world = with_group(&bastion);
    world.misbehave(read_rule("denied", "elasticloadbalancing:DescribeTargetHealth denied").unwrap());
    look(world, &asked()).is("primary", "targets", Unknown, "elasticloadbalancing:DescribeTargetHealth");
}

/// A second database beside the global cluster is nobody's to move, and nobody's to hide.
#[test]
fn a_host_of_no_global_cluster_is_told_beside_the_one_that_is_found() {
    let hosts = "{ SHOP_HOST: wordpress-seoul-db.cluster-abc1.ap-northeast-2.rds.amazonaws.com, REPORTS_HOST: \
                 reports.abc1.ap-northeast-2.rds.amazonaws.com }";
    let world = || changed(&[("{ WORDPRESS_DB_NAME: wordpress }", hosts)]);
    let seen = look(world(), &asked());
    seen.is("", "database", Found, "SHOP_HOST of wordpress-seoul names it");
    let words = "REPORTS_HOST of wordpress-seoul names reports.abc1.ap-northeast-2.rds.amazonaws.com, which is no member";
    let notes = seen.outcome.notes.iter().filter(|note| note.starts_with(words));
    assert_eq!(notes.count(), 1, "{:?}", seen.outcome.notes);
    let mut world = world();
    world.misbehave(read_rule("denied", "rds:DescribeDBClusters denied").unwrap());
    look(world, &asked()).is("", "database", Unknown, "rds:DescribeDBClusters");
}

#[test]
fn what_joins_the_networks_is_unknown_where_a_network_is() {
    let mut world = changed(&[]);
    world.misbehave(read_rule("denied", "elasticbeanstalk:DescribeEnvironmentResources denied").unwrap());
    look(world, &asked()).is("", "peering", Unknown, "elasticbeanstalk:DescribeEnvironmentResources");

    let mut world = changed(&[]);
    let seen = look(changed(&[]), &asked());
    let peering = seen.facts.peering.found().unwrap()[0].id.clone();
    let params = [("VpcPeeringConnectionId", peering.as_str())];
    set_up_in(&mut world, SEOUL, Service::Ec2, "DeleteVpcPeeringConnection", &params);
    look(world, &asked()).is("", "peering", NotFound, &format!("{peering} is deleted"));
}

/// Those that hang on what is not read here need the tag as well: the file and the notes say so.
#[test]
fn what_needs_the_tag_and_was_not_looked_at_is_told() {
    let seen = look(changed(&[]), &asked());
    let words = "the primary's health check and both regional clusters need the tag as well";
    assert!(seen.outcome.notes.iter().any(|note| note.starts_with(words)), "{:?}", seen.outcome.notes);
    let text = &seen.outcome.deployment.as_ref().unwrap().text;
    assert!(text.contains(words) && text.contains("`firedrill plan` tells"), "{text}");
    let mut none = asked();
    none.database = Wanted::Nothing;
    let notes = look(changed(&[]), &none).outcome.notes;
    assert!(
        notes.iter().any(|note| note.starts_with("the primary's health check needs the tag")),
        "{notes:?}"
    );
}
