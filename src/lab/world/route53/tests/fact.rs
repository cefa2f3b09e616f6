//! Health checks: AWS's rules, one by one.

use super::{ask, check, code};
use crate::lab::world::{
    World,
    call::Reply,
    reference::SEOUL,
    testing::{items, text, wait, world},
};

fn create(world: &mut World, reference: &str, fields: &[(&str, &str)]) -> Reply {
    let fields = fields.iter().map(|(name, value)| (format!("HealthCheckConfig.{name}"), *value));
    let all: Vec<(String, &str)> = fields.chain([("CallerReference".to_owned(), reference)]).collect();
    let borrowed: Vec<(&str, &str)> = all.iter().map(|(path, value)| (path.as_str(), *value)).collect();
    ask(world, "CreateHealthCheck", &borrowed)
}

fn id(reply: &Reply) -> String {
    text(reply.as_ref().unwrap(), "HealthCheck.Id")
}

/// AWS: CreateHealthCheck: the same caller reference and settings give the check that exists; other settings, or a check
/// that was deleted, are HealthCheckAlreadyExists; another reference makes another check.
#[test]
fn a_caller_reference_is_taken_once() {
    let mut world = world();
    let fields = [("Type", "HTTP"), ("FullyQualifiedDomainName", "seoul.example.com")];
    let made = create(&mut world, "once", &fields);
    assert!(text(made.as_ref().unwrap(), "Location").ends_with(&id(&made)));
    assert_eq!(id(&create(&mut world, "once", &fields)), id(&made));
    assert_ne!(id(&create(&mut world, "twice", &fields)), id(&made));
    let other = create(&mut world, "once", &[fields[0], ("IPAddress", "192.0.2.10")]).unwrap_err();
    assert_eq!((other.status, other.code), (409, "HealthCheckAlreadyExists"));
    assert_eq!(
        other.message,
        "A different health check has already been created with the specified caller reference."
    );
    ask(&mut world, "DeleteHealthCheck", &[("HealthCheckId", id(&made).as_str())]).unwrap();
    assert_eq!(code(create(&mut world, "once", &fields)), (409, "HealthCheckAlreadyExists"));
}

/// "HealthThreshold 0 = always healthy; > number of children = always unhealthy." A check is never calculated from
/// itself, by whatever way.
#[test]
fn a_calculated_check_has_bounds_and_no_circle() {
    let mut world = world();
    let child = check(&mut world, "seoul.example.com");
    let mut make = |reference: &str, threshold: &str, child: &str| {
        let fields = [("Type", "CALCULATED"), ("HealthThreshold", threshold), ("ChildHealthChecks.1", child)];
        create(&mut world, reference, &fields)
    };
    let always = id(&make("always", "0", &child));
    let never = id(&make("never", "2", &child));
    let above = id(&make("above", "1", &never));
    assert_eq!(code(make("orphan", "1", "0-0")), (400, "InvalidInput"));
    let healthy = |world: &World, id: &str| world.route53.checks[id].healthy;
    assert_eq!([&always, &never, &above].map(|id| healthy(&world, id)), [true, false, false]);
    for children in [&never, &above] {
        let circle = [("HealthCheckId", never.as_str()), ("ChildHealthChecks.1", children.as_str())];
        assert_eq!(code(ask(&mut world, "UpdateHealthCheck", &circle)), (400, "InvalidInput"), "{children}");
    }
    let lower = [("HealthCheckId", never.as_str()), ("HealthThreshold", "1")];
    ask(&mut world, "UpdateHealthCheck", &lower).unwrap();
    wait(&mut world, 13.0);
    assert_eq!([&never, &above].map(|id| healthy(&world, id)), [true, true], "what is above follows");
}

/// "Health = more than 18 % of checkers report healthy; 18 % or fewer → unhealthy": three of sixteen are enough.
#[test]
fn three_of_sixteen_checkers_are_enough() {
    let mut world = world();
    let id = check(&mut world, "seoul.example.com");
    for well in 0..=16 {
        let held = world.route53.checks.get_mut(&id).unwrap();
        for (place, checker) in held.checkers.iter_mut().enumerate() {
            checker.healthy = place < well;
        }
        assert_eq!(world.verdict(&id), Some(well >= 3), "{well} of 16");
    }
}

/// "If it is lower than the current version → HealthCheckVersionMismatch 409. Each update increments it." ResetElements
/// takes fields back to what they were without.
#[test]
fn an_update_counts_and_resets() {
    let mut world = world();
    let id = check(&mut world, "seoul.example.com");
    let own = ("HealthCheckId", id.as_str());
    let update = |world: &mut World, fields: &[(&str, &str)]| {
        ask(world, "UpdateHealthCheck", &[&[own], fields].concat())
    };
    let some = [("Regions.1", "us-east-1"), ("Regions.2", "eu-west-1"), ("Regions.3", "sa-east-1")];
    let fewer = update(&mut world, &some).unwrap();
    assert_eq!(text(&fewer, "HealthCheck.HealthCheckVersion"), "2");
    wait(&mut world, 30.0);
    let seen = ask(&mut world, "GetHealthCheckStatus", &[own]).unwrap();
    assert_eq!(items(&seen, "HealthCheckObservations").len(), 6);
    let old = update(&mut world, &[("HealthCheckVersion", "1"), ("FailureThreshold", "5")]).unwrap_err();
    assert_eq!((old.status, old.code), (409, "HealthCheckVersionMismatch"));
    let back = update(
        &mut world,
        &[("HealthCheckVersion", "2"), ("ResetElements.1", "Regions"), ("ResetElements.2", "ResourcePath")],
    );
    let back = back.unwrap();
    // AWS leaves the regions out where none were asked for.
    assert!(items(&back, "HealthCheck.HealthCheckConfig.Regions").is_empty());
    assert_eq!(text(&back, "HealthCheck.HealthCheckConfig.ResourcePath"), "");
    assert_eq!(code(update(&mut world, &[("ResetElements.1", "Port")])), (400, "InvalidInput"));
    let alarm = [("AlarmIdentifier.Region", "us-east-1"), ("AlarmIdentifier.Name", "x")];
    let refused = update(&mut world, &alarm).unwrap_err();
    assert_eq!(
        refused.message,
        "Invalid parameter : Basic health checks must not have an metric region specified."
    );
}

/// AWS: HealthCheck: a check that follows an alarm shows what the alarm looks at; RECOVERY_CONTROL is refused plainly.
#[test]
fn a_check_of_an_alarm_shows_what_it_looks_at() {
    let mut world = world();
    let alarm = "wordpress-seoul-unhealthy-hosts";
    let fields = [
        ("Type", "CLOUDWATCH_METRIC"),
        ("AlarmIdentifier.Region", SEOUL.code),
        ("AlarmIdentifier.Name", alarm),
    ];
    let made = create(&mut world, "alarm", &fields).unwrap();
    assert_eq!(text(&made, "HealthCheck.CloudWatchAlarmConfiguration.Namespace"), "AWS/ApplicationELB");
    let plain = ask(&mut world, "ListHealthChecks", &[]).unwrap();
    let shown = items(&plain, "HealthChecks").iter();
    assert_eq!(
        shown.filter(|one| !text(one, "CloudWatchAlarmConfiguration.Namespace").is_empty()).count(),
        1
    );
    assert_eq!(code(create(&mut world, "arc", &[("Type", "RECOVERY_CONTROL")])), (400, "InvalidInput"));
    // "InsufficientDataHealthStatus Healthy | Unhealthy | LastKnownStatus": of an alarm that is not there.
    for (status, healthy) in [("Healthy", true), ("Unhealthy", false), ("LastKnownStatus", true)] {
        let gone = [
            fields[0],
            fields[1],
            ("AlarmIdentifier.Name", "gone"),
            ("InsufficientDataHealthStatus", status),
        ];
        let made = id(&create(&mut world, status, &gone));
        assert_eq!(world.route53.checks[&made].healthy, healthy, "{status}");
    }
}

/// "Observations when Inverted: raw or inverted is UNVERIFIED": raw, unless the world says otherwise.
#[test]
fn an_inverted_check_tells_what_its_checkers_saw() {
    let mut world = world();
    let id = check(&mut world, "seoul.example.com");
    ask(&mut world, "UpdateHealthCheck", &[("HealthCheckId", id.as_str()), ("Inverted", "true")]).unwrap();
    wait(&mut world, 30.0);
    assert!(!world.route53.checks[&id].healthy);
    let mut first = |inverted: bool| {
        world.route53.settings.observations_inverted = inverted;
        let shown = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
        text(&shown, "HealthCheckObservations.0.StatusReport.Status")
    };
    assert!(first(false).starts_with("Success: "));
    assert!(first(true).starts_with("Failure: "));
}
