//! The effect matrix: which group is closed, and who sees what.

use super::*;
use crate::lab::world::{World, call::Tree};

/// What everybody sees three minutes after a rule has gone.
#[derive(Debug, PartialEq, Eq)]
struct Effect {
    /// What a fresh client on port 80 meets; 0 is a connection that is never answered.
    client: u16,
    /// The reason of each target's health; empty for healthy.
    targets: &'static str,
    /// The environment.
    environment: &'static str,
    /// The alias with EvaluateTargetHealth.
    alias: bool,
    /// Route 53's endpoint check of port 80.
    endpoint: &'static str,
}

enum Removed {
    /// The balancer group's ingress from the world, on this port.
    World(&'static str),
    /// The instances group's ingress from the balancer's group.
    Balancer,
}

fn remove(world: &mut World, removed: &Removed) {
    let network = world.ec2.network(HERE);
    let balancer = group_of(network, Role::Balancer).unwrap();
    match removed {
        Removed::Balancer => close_instances(world),
        Removed::World(port) => {
            let rule = [
                ("GroupId", balancer.as_str()),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", port),
                ("IpPermissions.1.ToPort", port),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ];
            call(world, Service::Ec2, "RevokeSecurityGroupIngress", HERE, &rule).unwrap();
        }
    }
}

fn environment(world: &mut World) -> String {
    let params = [("EnvironmentName", SEOUL.environment), ("AttributeNames.1", "All")];
    let reply = call(world, Service::Beanstalk, "DescribeEnvironmentHealth", HERE, &params).unwrap();
    text(&reply, "HealthStatus")
}

fn endpoint(world: &mut World) -> bool {
    let checks = call(world, Service::Route53, "ListHealthChecks", "us-east-1", &[]).unwrap();
    let own =
        |check: &&Tree| text(check, "HealthCheckConfig.FullyQualifiedDomainName").starts_with(SEOUL.city);
    let id = items(&checks, "HealthChecks").iter().find(own).map(|own| text(own, "Id")).unwrap();
    let status = world.route53.check_statuses().into_iter().find(|(own, ..)| *own == id);
    status.is_some_and(|(_, healthy, _)| healthy)
}

/// "ALB group ingress 80/443 from world: TCP connect timeout, no HTTP status; stays healthy; alias stays healthy (does
/// not fail over); endpoint check fails: connection timed out. Instance group ingress 80 from ALB group: 504 after ~10 s;
/// unhealthy, Target.Timeout; Degraded/Severe after minutes; alias unhealthy → fails over; endpoint check fails: 5xx or
/// timeout." "A drill that only removes port 80 while the record's health check probes 443 detects nothing."
#[test]
fn each_group_has_its_own_effects() {
    let rows = [
        (
            Removed::World("80"),
            Effect { client: 0, targets: "", environment: "Ok", alias: true, endpoint: "unhealthy" },
        ),
        (
            Removed::World("443"),
            Effect { client: 200, targets: "", environment: "Ok", alias: true, endpoint: "healthy" },
        ),
        (
            Removed::Balancer,
            Effect {
                client: 504,
                targets: "Target.Timeout",
                environment: "Severe",
                alias: false,
                endpoint: "unhealthy",
            },
        ),
    ];
    for (removed, expected) in rows {
        let mut world = world();
        let name = world.balancer_name(&world.balancers_in(HERE)[0]).unwrap().to_owned();
        remove(&mut world, &removed);
        wait(&mut world, 240.0);
        let reasons: std::collections::BTreeSet<String> =
            targets(&mut world).into_iter().map(|(_, reason)| reason).collect();
        assert!(reasons.len() == 1 && reasons.contains(expected.targets), "{reasons:?}");
        let seen = Effect {
            client: status(&visit(&mut world, &SEOUL)),
            targets: expected.targets,
            environment: if environment(&mut world) == expected.environment {
                expected.environment
            } else {
                "other"
            },
            alias: world.balancer_target_health(&name).unwrap(),
            endpoint: if endpoint(&mut world) { "healthy" } else { "unhealthy" },
        };
        assert_eq!(seen, expected);
        assert_eq!(testing::status(&visit(&mut world, &TOKYO)), 200);
    }
}
