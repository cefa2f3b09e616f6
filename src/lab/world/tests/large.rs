//! Large: a world of hundreds of things costs what happens in it, not what there is.

use std::fmt::Write;

use super::*;
use crate::lab::world::{named::Thing, testing};

const HERE: &str = "ap-northeast-2";

/// A world file of one region: so many environments, each with a name in DNS, and so many other groups. Every fifth
/// environment is looked at by a health check and an alarm.
fn file(environments: usize, groups: usize) -> String {
    let mut text = format!(
        "world: large\naccount: \"111122223333\"\nregions:\n  - region: {HERE}\n    vpcs:\n      - name: all\n        cidr: \
         10.10.0.0/16\n        subnets:\n          - {{ name: a, zone: a, cidr: 10.10.0.0/18, public: true }}\n          - \
         {{ name: c, zone: c, cidr: 10.10.64.0/18, public: true }}\n    security_groups:\n"
    );
    let mut line = |words: std::fmt::Arguments<'_>| writeln!(text, "{words}").unwrap();
    for n in 0..groups {
        line(format_args!(
            "      - {{ name: g{n}, vpc: all, ingress: [ {{ port: 22, from: 203.0.113.0/26 }} ] }}"
        ));
    }
    line(format_args!("    environments:"));
    for n in 0..environments {
        line(format_args!(
            "      - {{ name: e{n}, application: many, vpc: all, balancer: {{ subnets: [a, c] }}, instances: {{ subnets: [a, \
             c] }} }}"
        ));
    }
    line(format_args!("    alarms:"));
    for n in (0..environments).step_by(5) {
        line(format_args!(
            "      - {{ name: a{n}, namespace: AWS/ApplicationELB, metric: HealthyHostCount, environment: e{n}, comparison: \
             LessThanThreshold, threshold: 1 }}"
        ));
    }
    line(format_args!("health_checks:"));
    for n in (0..environments).step_by(5) {
        line(format_args!("  - {{ name: h{n}, host: e{n}.example.com, port: 80, path: / }}"));
    }
    line(format_args!("zones:\n  - zone: example.com\n    records:"));
    for n in 0..environments {
        line(format_args!(
            "      - {{ name: e{n}.example.com, environment: e{n}, evaluate_target_health: true }}"
        ));
    }
    text
}

/// What is on the agenda, in words.
fn agenda(world: &World) -> Vec<String> {
    world.agenda.iter().map(|due| format!("{due:?}")).collect()
}

/// At rest nothing is ever due: a world of any size idles for free. What happens in one environment wakes that
/// environment alone, and when it is over the world is at rest again.
#[test]
fn a_world_at_rest_has_nothing_to_do_and_a_change_wakes_only_its_own() {
    let mut world = testing::of(&file(100, 400));
    assert_eq!((world.elb.balancers.len(), world.autoscaling.groups.len()), (100, 100));
    let told = world.truth().all().len();
    wait(&mut world, 3_600.0);
    assert_eq!(agenda(&world), Vec::<String>::new());
    assert_eq!(world.truth().all().len(), told, "nothing happens: {:?}", world.truth().all().last());

    let own = world.web_of(HERE, "e7").unwrap().clone();
    let ground = world.ground_of(HERE, "e7").unwrap().clone();
    assert_eq!(world.named(HERE, Thing::Group, "e7"), Some(ground.group.as_str()));
    let rule = [
        ("GroupId", ground.group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", ground.balancer_group.as_str()),
    ];
    call(&mut world, Service::Ec2, "RevokeSecurityGroupIngress", HERE, &rule).unwrap();
    let others: Vec<String> =
        world.elb.balancers.keys().filter(|arn| **arn != own.balancer).cloned().collect();
    let mut most = 0;
    for _ in 0..120 {
        wait(&mut world, 1.0);
        let due = agenda(&world);
        most = most.max(due.len());
        for entry in &due {
            assert!(!others.iter().any(|arn| entry.contains(arn)), "{entry}");
        }
    }
    assert!((1..60).contains(&most), "{most} entries");
    let health = world.balancer_target_health(&world.elb.balancers[&own.balancer].dns_name.clone());
    assert_eq!(health, Some(false));

    call(&mut world, Service::Ec2, "AuthorizeSecurityGroupIngress", HERE, &rule).unwrap();
    wait(&mut world, 3_600.0);
    assert_eq!(agenda(&world), Vec::<String>::new());
}
