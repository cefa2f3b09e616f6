//! Changes of environments, and what they do to health and to resources.

use super::*;
use crate::lab::world::{
    beanstalk::{build::Plan, model::Source, settings::WatchedGroup},
    dns::{DnsData, DnsKind, DnsQuestion},
    reference::APPLICATION,
};

const OPTION: &str = "aws:elasticbeanstalk:application:environment";

fn environment(world: &mut World, name: &str) -> Tree {
    let reply = ask(world, "DescribeEnvironments", &[("EnvironmentNames.1", name)]).unwrap();
    items(&reply, "Environments")[0].clone()
}

fn seoul(world: &mut World, member: &str) -> String {
    text(&environment(world, SEOUL.environment), member)
}

fn set_variable(world: &mut World, value: &str) -> Reply {
    let option = [
        NAME,
        ("OptionSettings.1.Namespace", OPTION),
        ("OptionSettings.1.OptionName", "GREETING"),
        ("OptionSettings.1.Value", value),
    ];
    ask(world, "UpdateEnvironment", &option)
}

fn messages(world: &mut World) -> Vec<String> {
    let events = ask(world, "DescribeEvents", &[NAME]).unwrap();
    items(&events, "Events").iter().map(|event| text(event, "Message")).collect()
}

/// A second environment of the application, without instances of its own.
fn add_blue(world: &mut World) {
    let own = |text: &str| text.to_owned();
    let stack = "64bit Amazon Linux 2023 v4.7.0 running PHP 8.4";
    world.add_environment(Plan {
        region: own(HERE),
        application: own(APPLICATION),
        name: own("wordpress-blue"),
        id: None,
        description: None,
        cname_prefix: own("wordpress-blue"),
        version: own("wordpress-6.8.2-0"),
        stack: super::super::platform::Platform::of_stack(stack).unwrap(),
        balancer: None,
        scaling_group: None,
        launch_template: None,
        options: vec![(own("aws:elasticbeanstalk:healthreporting:system"), own("SystemType"), own("basic"))],
        tags: Default::default(),
        deployment: 3,
        created_ago: jiff::SignedDuration::from_hours(2),
        updated_ago: jiff::SignedDuration::from_hours(1),
    });
}

/// The answer has the new label and `Updating` at once; "DeploymentId grows by one per deployment"; afterwards "an
/// instance must pass 12 consecutive checks over two minutes": Info until then, and Ok after it.
#[test]
fn a_deployment_takes_its_time_and_proves_itself() {
    let mut world = world();
    let version = ("VersionLabel", "wordpress-6.8.2-0");
    let reply = ask(&mut world, "UpdateEnvironment", &[NAME, version]).unwrap();
    assert_eq!((text(&reply, "Status"), text(&reply, "VersionLabel")), ("Updating".into(), version.1.into()));
    assert_eq!(text(&reply, "AbortableOperationInProgress"), "true");
    wait(&mut world, 12.0);
    let reply = ask(&mut world, "DescribeEnvironmentHealth", &[NAME, ("AttributeNames.1", "All")]).unwrap();
    assert_eq!(text(&reply, "Status"), "Updating");
    assert_eq!((text(&reply, "HealthStatus"), text(&reply, "Color")), ("Info".into(), "Green".into()));
    assert!(text(&reply, "Causes.0").starts_with("Application update in progress (running for 1"));
    wait(&mut world, 40.0);
    assert_eq!(seoul(&mut world, "Status"), "Ready");
    assert_eq!(seoul(&mut world, "HealthStatus"), "Info");
    wait(&mut world, 130.0);
    assert_eq!(seoul(&mut world, "HealthStatus"), "Ok");
    let reply =
        ask(&mut world, "DescribeInstancesHealth", &[NAME, ("AttributeNames.1", "Deployment")]).unwrap();
    assert_eq!(text(&reply, "InstanceHealthList.0.Deployment.DeploymentId"), "4");
    let said = messages(&mut world);
    assert!(
        said[0].starts_with(
            "Environment health has transitioned from Info to Ok. Application update completed 1"
        )
    );
    let order = [
        "Environment update completed successfully.",
        "New application version was deployed to running EC2 instances.",
        "Deploying new version to instance(s).",
        "Environment update is starting.",
    ];
    let places = order.map(|wanted| said.iter().position(|own| own == wanted).unwrap());
    assert!(places.is_sorted(), "newest first: {said:?}");
}

/// "During the command timeout failures do not lower the status": an environment in an operation looks well.
#[test]
fn a_failure_during_an_operation_is_not_seen() {
    let mut world = world();
    ask(&mut world, "RebuildEnvironment", &[NAME]).unwrap();
    break_instances(&mut world, 2, App::Mute);
    wait(&mut world, 230.0);
    assert_eq!(seoul(&mut world, "HealthStatus"), "Info");
    wait(&mut world, 600.0);
    assert_eq!(seoul(&mut world, "HealthStatus"), "Severe");
}

/// "Environment named X is in an invalid state for this operation. Must be Ready."
#[test]
fn only_one_change_at_a_time() {
    let mut world = world();
    set_variable(&mut world, "hello").unwrap();
    let message =
        "Environment named wordpress-seoul is in an invalid state for this operation. Must be Ready.";
    for operation in ["UpdateEnvironment", "RestartAppServer", "RebuildEnvironment", "TerminateEnvironment"] {
        let fault = ask(&mut world, operation, &[NAME]).unwrap_err();
        assert_eq!(
            (fault.status, fault.code, fault.message.as_str()),
            (400, "InvalidParameterValue", message)
        );
    }
    let arn = seoul(&mut world, "EnvironmentArn");
    let tag = [("ResourceArn", arn.as_str()), ("TagsToAdd.1.Key", "a"), ("TagsToAdd.1.Value", "b")];
    assert_eq!(
        ask(&mut world, "UpdateTagsForResource", &tag).unwrap_err().code,
        "OperationInProgressFailure"
    );
}

/// "May return two sets: deployed and pending/failed (DeploymentStatus deployed | pending | failed)."
#[test]
fn a_pending_change_is_a_second_set_of_settings() {
    let mut world = world();
    let sets = |world: &mut World| {
        let params = [NAME, ("ApplicationName", APPLICATION)];
        let reply = ask(world, "DescribeConfigurationSettings", &params).unwrap();
        let of = |set: &Tree| {
            let greeting =
                items(set, "OptionSettings").iter().find(|own| text(own, "OptionName") == "GREETING");
            (text(set, "DeploymentStatus"), greeting.map(|own| text(own, "Value")))
        };
        items(&reply, "ConfigurationSettings").iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(sets(&mut world), [("deployed".to_owned(), None)]);
    set_variable(&mut world, "hello").unwrap();
    let both = [("deployed".to_owned(), None), ("pending".to_owned(), Some("hello".to_owned()))];
    assert_eq!(sets(&mut world), both);
    wait(&mut world, 130.0);
    assert_eq!(sets(&mut world), [("deployed".to_owned(), Some("hello".to_owned()))]);
}

/// An abort takes a change back; without a change there is nothing to abort.
#[test]
fn a_change_is_aborted() {
    let mut world = world();
    let fault = ask(&mut world, "AbortEnvironmentUpdate", &[NAME]).unwrap_err();
    assert!(fault.message.ends_with("Must be pending deployment."));
    let before = seoul(&mut world, "VersionLabel");
    ask(&mut world, "UpdateEnvironment", &[NAME, ("VersionLabel", "wordpress-6.8.1-2")]).unwrap();
    ask(&mut world, "AbortEnvironmentUpdate", &[NAME]).unwrap();
    assert_eq!(seoul(&mut world, "Status"), "Aborting");
    wait(&mut world, 120.0);
    assert_eq!(seoul(&mut world, "Status"), "Ready");
    assert_eq!(seoul(&mut world, "VersionLabel"), before);
    assert!(!messages(&mut world).iter().any(|own| own.contains("was deployed")));
}

/// A version that the instances do not take fails: the old one keeps running, and the environment says so.
#[test]
fn a_deployment_fails() {
    let mut world = world();
    let (bucket, key) = ("b".to_owned(), "k".to_owned());
    let source = Source::Bundle { bucket, key };
    let version = (HERE, APPLICATION, "broken");
    world.add_version(version, None, source, false, jiff::SignedDuration::ZERO);
    let before = seoul(&mut world, "VersionLabel");
    ask(&mut world, "UpdateEnvironment", &[NAME, ("VersionLabel", "broken")]).unwrap();
    wait(&mut world, 300.0);
    assert_eq!(seoul(&mut world, "VersionLabel"), before);
    let (status, _, causes) = health(&mut world);
    assert_eq!(status, "Degraded");
    assert!(causes[0].starts_with("Incorrect application version found on all instances."));
    let events = ask(&mut world, "DescribeEvents", &[NAME, ("Severity", "ERROR")]).unwrap();
    assert_eq!(text(&events, "Events.0.Message"), "Failed to deploy application.");
}

/// What the model documents: unknown versions and options are refused.
#[test]
fn wrong_changes_are_refused() {
    let mut world = world();
    let version = [NAME, ("VersionLabel", "nothing")];
    let fault = ask(&mut world, "UpdateEnvironment", &version).unwrap_err();
    assert_eq!(fault.message, "No Application Version named 'nothing' found.");
    let option = [
        NAME,
        ("OptionSettings.1.Namespace", "aws:autoscaling:asg"),
        ("OptionSettings.1.OptionName", "Sizes"),
        ("OptionSettings.1.Value", "1"),
    ];
    let fault = ask(&mut world, "UpdateEnvironment", &option).unwrap_err();
    assert_eq!(fault.code, "ConfigurationValidationException");
    let known = "Invalid option specification (Namespace: 'aws:autoscaling:asg', OptionName: 'Sizes'): Unknown \
                 configuration setting.";
    assert!(fault.message.ends_with(known), "{}", fault.message);
    let params = [&option[..], &[("ApplicationName", APPLICATION)]].concat();
    let reply = ask(&mut world, "ValidateConfigurationSettings", &params).unwrap();
    assert_eq!(text(&reply, "Messages.0.Message"), known);
    assert_eq!(text(&reply, "Messages.0.Severity"), "error");
}

/// "EB security groups are CloudFormation resources: a hand edit is drift; the next EB configuration update may or may
/// not rewrite it": the world chooses.
#[test]
fn a_change_of_configuration_may_rewrite_the_groups() {
    for rewrites in [true, false] {
        let mut world = world();
        world.beanstalk.settings.update_rewrites_groups = rewrites;
        let group = group_of(world.ec2.network(HERE), Role::Instances).unwrap();
        let rules = |world: &World| world.ec2.network(HERE).groups[&group].rules.configured.clone();
        let before = rules(&world);
        let (id, _) = before.iter().find(|(_, rule)| rule.key.admits_tcp(80) && !rule.key.egress).unwrap();
        let revoke = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
        call(&mut world, Service::Ec2, "RevokeSecurityGroupIngress", HERE, &revoke).unwrap();
        set_variable(&mut world, "hello").unwrap();
        wait(&mut world, 150.0);
        let after = rules(&world);
        let open = after.iter().find(|(_, rule)| rule.key.admits_tcp(80) && !rule.key.egress);
        assert_eq!(open.is_some(), rewrites);
        assert!(!after.contains_key(id), "a rule that is made again has a new id");
    }
}

/// "It is not idempotent: a blind retry swaps back"; DNS follows the names.
#[test]
fn cnames_are_swapped_and_dns_follows() {
    let mut world = world();
    add_blue(&mut world);
    let cname = |world: &mut World, name: &str| text(&environment(world, name), "CNAME");
    let addresses = |world: &mut World| {
        let now = world.now();
        let question = DnsQuestion { name: format!("{}.", SEOUL.cname), kind: DnsKind::A, recursive: false };
        let answer = world.answer(now, &question);
        answer.records.iter().filter(|own| matches!(own.data, DnsData::A(_))).count()
    };
    assert_eq!(addresses(&mut world), 2);
    let swap =
        [("SourceEnvironmentName", SEOUL.environment), ("DestinationEnvironmentName", "wordpress-blue")];
    ask(&mut world, "SwapEnvironmentCNAMEs", &swap).unwrap();
    assert_eq!(seoul(&mut world, "Status"), "Updating");
    wait(&mut world, 12.0);
    assert_eq!(cname(&mut world, "wordpress-blue"), SEOUL.cname);
    assert_eq!(seoul(&mut world, "Status"), "Ready");
    assert_eq!(addresses(&mut world), 0, "the other environment has no balancer");
    ask(&mut world, "SwapEnvironmentCNAMEs", &swap).unwrap();
    wait(&mut world, 12.0);
    assert_eq!(cname(&mut world, SEOUL.environment), SEOUL.cname);
}

/// "The CNAME prefix is freed for anyone to claim. Output is an EnvironmentDescription with Status Terminating";
/// "recently terminated environments stay visible for about an hour".
#[test]
fn a_terminated_environment_is_seen_for_an_hour() {
    let mut world = world();
    add_blue(&mut world);
    let blue = [("EnvironmentName", "wordpress-blue")];
    let reply = ask(&mut world, "TerminateEnvironment", &blue).unwrap();
    assert_eq!((text(&reply, "Status"), text(&reply, "Health")), ("Terminating".into(), "Grey".into()));
    let available = |world: &mut World| {
        let reply = ask(world, "CheckDNSAvailability", &[("CNAMEPrefix", "wordpress-blue")]).unwrap();
        text(&reply, "Available")
    };
    assert_eq!(available(&mut world), "false");
    wait(&mut world, 620.0);
    assert_eq!(available(&mut world), "true");
    let named = ("EnvironmentNames.1", "wordpress-blue");
    let seen = |world: &mut World, more: &[(&str, &str)]| {
        let params = [&[named], more].concat();
        items(&ask(world, "DescribeEnvironments", &params).unwrap(), "Environments").len()
    };
    assert_eq!(text(&environment(&mut world, "wordpress-blue"), "Status"), "Terminated");
    assert_eq!(ask(&mut world, "RestartAppServer", &blue).unwrap_err().code, "InvalidParameterValue");
    wait(&mut world, 3600.0);
    assert_eq!(seen(&mut world, &[]), 0);
    assert_eq!(seen(&mut world, &[("IncludeDeleted", "true")]), 1);
}

/// "Enhanced health only. On a basic environment → InvalidRequestException with DescribeEnvironmentHealth is not
/// supported."
#[test]
fn a_basic_environment_has_no_enhanced_health() {
    let mut world = world();
    add_blue(&mut world);
    let blue = [("EnvironmentName", "wordpress-blue"), ("AttributeNames.1", "All")];
    let fault = ask(&mut world, "DescribeEnvironmentHealth", &blue).unwrap_err();
    assert_eq!(
        (fault.code, fault.message.as_str()),
        ("InvalidRequestException", "DescribeEnvironmentHealth is not supported.")
    );
    assert!(member(&environment(&mut world, "wordpress-blue"), "HealthStatus").is_none());
    assert_eq!(world.environment_health_in(HERE, "wordpress-blue"), None);
}

/// "Deleting the port-80 rule can by itself flip the colour, before any traffic symptom. Which group and how often it is
/// checked is unverified": a setting of the world.
#[test]
fn resource_monitoring_looks_at_port_80_if_the_world_says_so() {
    let mut world = world();
    world.beanstalk.settings.watched_group = WatchedGroup::Instances;
    let network = world.ec2.network(HERE);
    let group = group_of(network, Role::Instances).unwrap();
    let rules = &network.groups[&group].rules.configured;
    let (id, _) = rules.iter().find(|(_, rule)| rule.key.admits_tcp(80) && !rule.key.egress).unwrap();
    let id = id.clone();
    let revoke = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    call(&mut world, Service::Ec2, "RevokeSecurityGroupIngress", HERE, &revoke).unwrap();
    wait(&mut world, 300.0);
    let (status, colour, causes) = health(&mut world);
    assert_eq!((status.as_str(), colour.as_str()), ("Severe", "Red"));
    assert!(causes.last().unwrap().contains("port 80"));
}
