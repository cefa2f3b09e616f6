use super::*;
use crate::lab::world::testing::{call, items, text, world};

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Ssm, operation, "ap-northeast-2", params)
}

/// "Overwrite: if not specified, defaults to false"; a parameter keeps its history.
#[test]
fn a_parameter_has_versions_and_labels() {
    let mut world = world();
    let first = [("Name", "/app/mode"), ("Value", "a"), ("Type", "String")];
    assert_eq!(text(&ask(&mut world, "PutParameter", &first).unwrap(), "Version"), "1");
    let again = ask(&mut world, "PutParameter", &first).unwrap_err();
    assert_eq!((again.status, again.code), (400, "ParameterAlreadyExists"));
    let second = [("Name", "/app/mode"), ("Value", "b"), ("Overwrite", "true")];
    assert_eq!(text(&ask(&mut world, "PutParameter", &second).unwrap(), "Version"), "2");
    let label =
        [("Name", "/app/mode"), ("ParameterVersion", "1"), ("Labels.1", "good"), ("Labels.2", "1bad")];
    assert_eq!(text(&ask(&mut world, "LabelParameterVersion", &label).unwrap(), "InvalidLabels.0"), "1bad");
    for (name, value) in [
        ("/app/mode", "b"),
        ("/app/mode:1", "a"),
        ("/app/mode:good", "a"),
        ("arn:aws:ssm:ap-northeast-2:111122223333:parameter/app/mode", "b"),
    ] {
        assert_eq!(
            text(&ask(&mut world, "GetParameter", &[("Name", name)]).unwrap(), "Parameter.Value"),
            value
        );
    }
    let missing = ask(&mut world, "GetParameter", &[("Name", "/app/mode:3")]).unwrap_err();
    assert_eq!(missing.code, "ParameterVersionNotFound");
    assert_eq!(
        ask(&mut world, "GetParameter", &[("Name", "/app/none")]).unwrap_err().code,
        "ParameterNotFound"
    );
    let history = ask(&mut world, "GetParameterHistory", &[("Name", "/app/mode")]).unwrap();
    assert_eq!(
        (items(&history, "Parameters").len(), text(&history, "Parameters.0.Labels.0")),
        (2, "good".into())
    );
    let kind = [("Name", "/app/mode"), ("Value", "c"), ("Type", "SecureString"), ("Overwrite", "true")];
    assert_eq!(ask(&mut world, "PutParameter", &kind).unwrap_err().code, "HierarchyTypeMismatchException");
}

/// "standard parameters: 4 KB; advanced parameters: 8 KB"; advanced ones cannot become standard.
#[test]
fn tiers_limit_sizes() {
    let mut world = world();
    let long = "x".repeat(4_097);
    let own = [("Name", "/big"), ("Value", long.as_str()), ("Type", "String")];
    assert_eq!(ask(&mut world, "PutParameter", &own).unwrap_err().code, "ValidationException");
    let mut tiered = own.to_vec();
    tiered.push(("Tier", "Intelligent-Tiering"));
    assert_eq!(text(&ask(&mut world, "PutParameter", &tiered).unwrap(), "Tier"), "Advanced");
    let down = [("Name", "/big"), ("Value", "x"), ("Tier", "Standard"), ("Overwrite", "true")];
    assert_eq!(ask(&mut world, "PutParameter", &down).unwrap_err().code, "ValidationException");
}

/// "You can't include {{}} in a parameter value."
#[test]
fn a_value_does_not_nest_another() {
    let mut world = world();
    let put = |world: &mut World, value: &str| {
        ask(world, "PutParameter", &[("Name", "/app/x"), ("Value", value), ("Type", "String")]).map(drop)
    };
    assert_eq!(put(&mut world, "{{ssm:other}}").unwrap_err().code, "ValidationException");
    assert!(put(&mut world, r#"{"a":{"b":1}}"#).is_ok(), "closing braces alone are none");
}

#[test]
fn a_secret_is_shown_in_the_clear_only_if_asked_for() {
    let mut world = world();
    let name = ("Name", "/wordpress/database/password");
    let hidden = text(&ask(&mut world, "GetParameter", &[name]).unwrap(), "Parameter.Value");
    let clear = ask(&mut world, "GetParameter", &[name, ("WithDecryption", "true")]).unwrap();
    assert!(hidden.starts_with("AQICAH") && text(&clear, "Parameter.Value").starts_with("correct horse"));
}

#[test]
fn a_path_shows_one_level_or_all() {
    let mut world = world();
    let one = ask(&mut world, "GetParametersByPath", &[("Path", "/wordpress")]).unwrap();
    assert_eq!(items(&one, "Parameters").len(), 2);
    let all = [("Path", "/wordpress/"), ("Recursive", "true"), ("MaxResults", "2")];
    let first = ask(&mut world, "GetParametersByPath", &all).unwrap();
    assert_eq!(items(&first, "Parameters").len(), 2);
    assert!(!text(&first, "NextToken").is_empty());
    let filter = [("ParameterFilters.1.Key", "Type"), ("ParameterFilters.1.Values.1", "SecureString")];
    assert_eq!(items(&ask(&mut world, "DescribeParameters", &filter).unwrap(), "Parameters").len(), 1);
    let bad = ask(&mut world, "DescribeParameters", &[("ParameterFilters.1.Key", "Colour")]).unwrap_err();
    assert_eq!(bad.code, "InvalidFilterKey");
    let both = [("Names.1", "/wordpress/environment"), ("Names.2", "/none")];
    let deleted = ask(&mut world, "DeleteParameters", &both).unwrap();
    assert_eq!(
        (text(&deleted, "DeletedParameters.0"), text(&deleted, "InvalidParameters.0")),
        (both[0].1.into(), "/none".into())
    );
    let other = call(&mut world, Service::Ssm, "GetParameter", "ap-northeast-1", &both_name()).unwrap();
    assert_eq!(text(&other, "Parameter.Value"), "wordpress-tokyo", "the other region has its own");
}

fn both_name() -> [(&'static str, &'static str); 1] {
    [("Name", "/wordpress/environment")]
}

#[test]
fn tags_and_managed_instances() {
    let mut world = world();
    let own = [
        ("ResourceType", "Parameter"),
        ("ResourceId", "/wordpress/environment"),
        ("Tags.1.Key", "a"),
        ("Tags.1.Value", "b"),
    ];
    ask(&mut world, "AddTagsToResource", &own).unwrap();
    let listed = ask(&mut world, "ListTagsForResource", &own[..2]).unwrap();
    let added = items(&listed, "TagList").iter().find(|tag| text(tag, "Key") == "a");
    assert_eq!(added.map(|tag| text(tag, "Value")).as_deref(), Some("b"));
    let instances = call(&mut world, Service::Ec2, "DescribeInstances", "ap-northeast-2", &[]).unwrap();
    let id = text(&instances, "reservationSet.0.instancesSet.0.instanceId");
    world.ssm_managed("ap-northeast-2", &id, "web");
    let filter = [("Filters.1.Key", "InstanceIds"), ("Filters.1.Values.1", id.as_str())];
    let known = ask(&mut world, "DescribeInstanceInformation", &filter).unwrap();
    assert_eq!(text(&known, "InstanceInformationList.0.PingStatus"), "Online");
    assert_eq!(ask(&mut world, "SendCommand", &[]).unwrap_err().code, "UnroutedOperation");
}
