//! Tests: environments and their health as callers see them.

mod change;
mod read;

use super::*;
use crate::lab::world::{
    call::Tree,
    ec2::{Role, group_of, model::App},
    reference::SEOUL,
    testing::{call, items, member, seeded, text, wait, world},
};

const HERE: &str = SEOUL.code;
const NAME: (&str, &str) = ("EnvironmentName", SEOUL.environment);

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Beanstalk, operation, HERE, params)
}

fn health(world: &mut World) -> (String, String, Vec<String>) {
    let reply = ask(world, "DescribeEnvironmentHealth", &[NAME, ("AttributeNames.1", "All")]).unwrap();
    assert_eq!(text(&reply, "Status"), "Ready", "the operational status, whatever the model says");
    let causes =
        items(&reply, "Causes").iter().enumerate().map(|(n, _)| text(&reply, &format!("Causes.{n}")));
    (text(&reply, "HealthStatus"), text(&reply, "Color"), causes.collect())
}

fn break_instances(world: &mut World, count: usize, app: App) {
    let instances: Vec<String> = world
        .ec2
        .network(HERE)
        .instances_tagged("elasticbeanstalk:environment-name", SEOUL.environment)
        .cloned()
        .collect();
    for instance in instances.iter().take(count) {
        world.set_app(HERE, instance, app);
    }
}

fn noted(world: &World, what: &str) -> Option<jiff::Timestamp> {
    world.truth().all().iter().rev().find(|note| note.what == what).map(|note| note.at)
}

/// "EB environment status downgrade: 60-180 s after targets fail", with causes and an event; recovery 60-240 s after
/// they are healthy. "Unhealthy causes persist until recovery."
#[test]
fn an_environment_follows_its_targets_later() {
    for seed in 0..20 {
        let mut world = seeded(seed);
        assert_eq!(health(&mut world), ("Ok".into(), "Green".into(), vec![]));
        break_instances(&mut world, 2, App::Mute);
        wait(&mut world, 300.0);
        let gap = |world: &World, from| {
            noted(world, "environment.health")
                .unwrap()
                .duration_since(noted(world, from).unwrap())
                .as_secs_f64()
        };
        let worse = gap(&world, "target.unhealthy");
        assert!((60.0..=180.0).contains(&worse), "seed {seed}: worse after {worse} s");
        let (status, colour, causes) = health(&mut world);
        assert_eq!((status.as_str(), colour.as_str()), ("Severe", "Red"));
        assert_eq!(causes[0], "ELB processes are not healthy on all instances.");
        let events = ask(&mut world, "DescribeEvents", &[NAME, ("Severity", "WARN")]).unwrap();
        assert_eq!(items(&events, "Events").len(), 1);
        let message = text(&events, "Events.0.Message");
        assert!(message.starts_with("Environment health has transitioned from Ok to Severe. ELB processes"));
        break_instances(&mut world, 2, App::Serving);
        wait(&mut world, 300.0);
        let better = gap(&world, "target.healthy");
        assert!((60.0..=240.0).contains(&better), "seed {seed}: better after {better} s");
        assert_eq!(health(&mut world), ("Ok".into(), "Green".into(), vec![]));
        let events = ask(&mut world, "DescribeEvents", &[NAME]).unwrap();
        let newest = text(&events, "Events.0.Message");
        assert_eq!(newest, "Environment health has transitioned from Severe to Ok.");
    }
}

/// "ELB processes are not healthy on 1 out of 2 instances." (→ Degraded)
#[test]
fn one_of_two_failing_instances_is_degraded() {
    let mut world = world();
    break_instances(&mut world, 1, App::Down);
    wait(&mut world, 300.0);
    let (status, _, causes) = health(&mut world);
    assert_eq!(status, "Degraded");
    assert_eq!(causes, ["ELB processes are not healthy on 1 out of 2 instances."]);
    assert_eq!(world.environment_health_metric(SEOUL.environment), Some(20));
    let reply = ask(&mut world, "DescribeInstancesHealth", &[NAME, ("AttributeNames.1", "All")]).unwrap();
    let mut states: Vec<String> =
        items(&reply, "InstanceHealthList").iter().map(|own| text(own, "HealthStatus")).collect();
    states.sort();
    assert_eq!(states, ["Ok", "Severe"]);
}

/// A short failure that never made the targets unhealthy leaves the environment as it was.
#[test]
fn a_short_failure_is_not_seen() {
    let mut world = world();
    break_instances(&mut world, 2, App::Down);
    wait(&mut world, 30.0);
    break_instances(&mut world, 2, App::Serving);
    wait(&mut world, 300.0);
    assert_eq!(noted(&world, "environment.health"), None);
}

/// "Data are refreshed every 10 s by the agent"; "Without AttributeNames only the name comes back."
#[test]
fn health_is_fresh_and_shows_what_is_asked_for() {
    let mut world = world();
    wait(&mut world, 125.0);
    let reply =
        ask(&mut world, "DescribeEnvironmentHealth", &[NAME, ("AttributeNames.1", "RefreshedAt")]).unwrap();
    let Some(Tree::Time(at)) = member(&reply, "RefreshedAt") else { panic!("no time") };
    assert!(world.now().duration_since(*at).as_secs() < 10);
    let bare = ask(&mut world, "DescribeEnvironmentHealth", &[NAME]).unwrap();
    assert_eq!(bare, Tree::map([("EnvironmentName", Tree::text(SEOUL.environment))]));
}

/// "Unknown names give an EMPTY list, not an error"; other reads refuse them.
#[test]
fn unknown_environments() {
    let mut world = world();
    let none = ask(&mut world, "DescribeEnvironments", &[("EnvironmentNames.1", "nobody")]).unwrap();
    assert!(items(&none, "Environments").is_empty());
    let refused = |world: &mut World, params: &[(&str, &str)]| {
        ask(world, "DescribeEnvironmentResources", params).unwrap_err().code
    };
    assert_eq!(refused(&mut world, &[("EnvironmentName", "nobody")]), "InvalidParameterValue");
    assert_eq!(refused(&mut world, &[]), "MissingRequiredParameter");
}

/// "LoadBalancers[].Name is the full ARN for ALB"; the settings name the groups that the instances carry.
#[test]
fn resources_and_settings_lead_to_the_groups() {
    let mut world = world();
    let reply = ask(&mut world, "DescribeEnvironmentResources", &[NAME]).unwrap();
    assert!(text(&reply, "EnvironmentResources.LoadBalancers.0.Name").contains(":loadbalancer/app/awseb"));
    assert_eq!(items(&reply, "EnvironmentResources.Instances").len(), 2);
    let settings =
        ask(&mut world, "DescribeConfigurationSettings", &[NAME, ("ApplicationName", "wordpress")]);
    let settings = settings.unwrap();
    let value = |name: &str| {
        let all = items(&settings, "ConfigurationSettings.0.OptionSettings");
        all.iter().find(|own| text(own, "OptionName") == name).map(|own| text(own, "Value"))
    };
    assert_eq!(value("SystemType").as_deref(), Some("enhanced"));
    assert_eq!(value("SecurityGroups"), group_of(world.ec2.network(HERE), Role::Instances));
}
