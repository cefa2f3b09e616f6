//! Reads of everything beside health, and what it costs to be at rest.

use super::*;
use crate::lab::world::reference::APPLICATION;

/// "None of the instances are sending data": the agent reports outbound, so that closing egress silences it, while
/// closing inbound 80 does not.
#[test]
fn closed_egress_silences_the_agents() {
    let mut world = world();
    let network = world.ec2.network(HERE);
    let group = group_of(network, Role::Instances).unwrap();
    let mut rules = network.groups[&group].rules.configured.clone();
    rules.retain(|_, rule| !rule.key.egress);
    world.write_rules(HERE, &group, rules);
    wait(&mut world, 300.0);
    let (status, colour, causes) = health(&mut world);
    assert_eq!((status.as_str(), colour.as_str()), ("Severe", "Red"));
    assert_eq!(causes, ["None of the instances are sending data."]);
    let all = [NAME, ("AttributeNames.1", "All")];
    let reply = ask(&mut world, "DescribeInstancesHealth", &all).unwrap();
    assert_eq!(text(&reply, "InstanceHealthList.0.HealthStatus"), "NoData");
    assert_eq!(text(&reply, "InstanceHealthList.0.Color"), "Grey");
}

/// An environment at rest puts nothing on the agenda, and its health is fresh all the same.
#[test]
fn at_rest_nothing_happens() {
    let mut world = world();
    wait(&mut world, 600.0);
    let own = world.beanstalk.environments.values().next().unwrap();
    assert!(!own.health.awake && own.health.coming.is_none());
    let asleep = world.beanstalk.environments.values().all(|own| !own.health.awake);
    assert!(asleep);
    break_instances(&mut world, 2, App::Mute);
    wait(&mut world, 600.0);
    assert!(world.beanstalk.environments.values().all(|own| !own.health.awake), "settled again");
    assert_eq!(health(&mut world).0, "Severe");
}

/// "100.0 % of the requests": an application that answers with errors is seen in the numbers.
#[test]
fn failing_answers_are_counted() {
    let mut world = world();
    break_instances(&mut world, 2, App::Failing(503));
    let all = [NAME, ("AttributeNames.1", "All")];
    let reply = ask(&mut world, "DescribeEnvironmentHealth", &all).unwrap();
    assert_eq!(text(&reply, "ApplicationMetrics.RequestCount"), "120");
    assert_eq!(text(&reply, "ApplicationMetrics.StatusCodes.Status5xx"), "120");
}

/// Severity "returns this level AND higher"; "EndTime (exclusive)"; "Newest first"; pages of the asked-for size.
#[test]
fn events_are_filtered_and_paged() {
    let mut world = world();
    ask(&mut world, "RestartAppServer", &[NAME]).unwrap();
    wait(&mut world, 200.0);
    let count = |world: &mut World, params: &[(&str, &str)]| {
        items(&ask(world, "DescribeEvents", params).unwrap(), "Events").len()
    };
    let all = count(&mut world, &[NAME]);
    assert!(all >= 4);
    assert_eq!(count(&mut world, &[NAME, ("Severity", "WARN")]), 0);
    assert_eq!(count(&mut world, &[("EnvironmentName", "nobody")]), 0);
    let mut token = None;
    let mut seen = 0;
    loop {
        let last: Option<String> = token.clone();
        let mut params = vec![NAME, ("MaxRecords", "1")];
        params.extend(last.as_deref().map(|token| ("NextToken", token)));
        let reply = ask(&mut world, "DescribeEvents", &params).unwrap();
        seen += items(&reply, "Events").len();
        token = Some(text(&reply, "NextToken")).filter(|token| !token.is_empty());
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    let code = ask(&mut world, "DescribeEvents", &[NAME, ("MaxRecords", "1001")]).unwrap_err().code;
    assert_eq!(code, "InvalidParameterValue");
}

/// "EB VersionLabel should map to the commit": a version tells where its code comes from.
#[test]
fn versions_lead_to_their_commits() {
    let mut world = world();
    let label = ("VersionLabels.1", "wordpress-6.8.2-1");
    let params = [("ApplicationName", APPLICATION), label];
    let reply = ask(&mut world, "DescribeApplicationVersions", &params).unwrap();
    let location = text(&reply, "ApplicationVersions.0.SourceBuildInformation.SourceLocation");
    let branch = [("repositoryName", APPLICATION), ("branchName", "main")];
    let head = call(&mut world, Service::CodeCommit, "GetBranch", HERE, &branch).unwrap();
    assert_eq!(location, format!("{APPLICATION}/{}", text(&head, "branch.commitId")));
    let create = [("ApplicationName", APPLICATION), ("VersionLabel", "new")];
    ask(&mut world, "CreateApplicationVersion", &create).unwrap();
    let again = ask(&mut world, "CreateApplicationVersion", &create).unwrap_err();
    assert_eq!(again.message, "Application Version new already exists.");
    let unknown = [("ApplicationName", "nothing"), ("VersionLabel", "new")];
    let unknown = ask(&mut world, "CreateApplicationVersion", &unknown).unwrap_err();
    assert_eq!(unknown.message, "No Application named 'nothing' found.");
    let deployed = [("ApplicationName", APPLICATION), ("VersionLabel", "wordpress-6.8.2-1")];
    assert!(ask(&mut world, "DeleteApplicationVersion", &deployed).is_err());
    ask(&mut world, "DeleteApplicationVersion", &create).unwrap();
}

#[test]
fn platforms_are_found_by_arn_and_filter() {
    let mut world = world();
    let reply = ask(&mut world, "DescribeEnvironments", &[]).unwrap();
    let arn = text(&reply, "Environments.0.PlatformArn");
    let own = ask(&mut world, "DescribePlatformVersion", &[("PlatformArn", &arn)]).unwrap();
    let stack = text(&reply, "Environments.0.SolutionStackName");
    assert_eq!(text(&own, "PlatformDescription.SolutionStackName"), stack);
    let stacks = ask(&mut world, "ListAvailableSolutionStacks", &[]).unwrap();
    assert!(items(&stacks, "SolutionStacks").contains(&Tree::Text(stack)));
    let filter =
        [("Filters.1.Type", "PlatformVersion"), ("Filters.1.Operator", "="), ("Filters.1.Values.1", "4.7.0")];
    let some = ask(&mut world, "ListPlatformVersions", &filter).unwrap();
    assert_eq!(items(&some, "PlatformSummaryList").len(), 2);
}

#[test]
fn tags_logs_options_and_empty_lists() {
    let mut world = world();
    let reply = ask(&mut world, "DescribeEnvironments", &[]).unwrap();
    let arn = text(&reply, "Environments.0.EnvironmentArn");
    let add = [
        ("ResourceArn", arn.as_str()),
        ("TagsToAdd.1.Key", "team"),
        ("TagsToAdd.1.Value", "web"),
        ("TagsToRemove.1", "deployment"),
    ];
    ask(&mut world, "UpdateTagsForResource", &add).unwrap();
    let tags = ask(&mut world, "ListTagsForResource", &add[..1]).unwrap();
    let keys: Vec<String> = items(&tags, "ResourceTags").iter().map(|tag| text(tag, "Key")).collect();
    assert!(keys.contains(&"team".to_owned()) && !keys.contains(&"deployment".to_owned()));
    let tail = [NAME, ("InfoType", "tail")];
    let infos = |world: &mut World| {
        items(&ask(world, "RetrieveEnvironmentInfo", &tail).unwrap(), "EnvironmentInfo").len()
    };
    ask(&mut world, "RequestEnvironmentInfo", &tail).unwrap();
    assert_eq!(infos(&mut world), 0);
    wait(&mut world, 20.0);
    assert_eq!(infos(&mut world), 2);
    let actions = ask(&mut world, "DescribeEnvironmentManagedActions", &[NAME]).unwrap();
    assert_eq!(member(&actions, "ManagedActions"), Some(&Tree::List("member", vec![])));
    let one = [
        NAME,
        ("Options.1.Namespace", "aws:elasticbeanstalk:environment:process:default"),
        ("Options.1.OptionName", "HealthCheckInterval"),
    ];
    let options = ask(&mut world, "DescribeConfigurationOptions", &one).unwrap();
    assert_eq!(text(&options, "Options.0.DefaultValue"), "15");
    let quotas = ask(&mut world, "DescribeAccountAttributes", &[]).unwrap();
    assert_eq!(text(&quotas, "ResourceQuotas.EnvironmentQuota.Maximum"), "200");
}

/// "Process defaults for an ALB environment: HealthCheckInterval 15, HealthCheckTimeout 5, HealthyThresholdCount 3,
/// UnhealthyThresholdCount 5, MatcherHTTPCode 200, HealthCheckPath /, DeregistrationDelay 20."
#[test]
fn process_defaults_are_awss() {
    let process = "aws:elasticbeanstalk:environment:process:default";
    let defaults = super::super::options::defaults();
    let of = |name: &str| defaults.get(&(process.to_owned(), name.to_owned())).map(String::as_str);
    let wanted = [
        ("HealthCheckInterval", "15"),
        ("HealthCheckTimeout", "5"),
        ("HealthyThresholdCount", "3"),
        ("UnhealthyThresholdCount", "5"),
        ("MatcherHTTPCode", "200"),
        ("HealthCheckPath", "/"),
        ("DeregistrationDelay", "20"),
    ];
    for (name, value) in wanted {
        assert_eq!(of(name), Some(value), "{name}");
    }
}
