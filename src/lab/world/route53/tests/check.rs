//! Health checks, as the API changes them and checkers follow.

use super::{ask, check, close_port_80, code, site_region, transitions};
use crate::lab::world::{
    World,
    call::Service,
    reference::SEOUL,
    testing::{call, items, seeded, text, wait, world},
};

/// AWS: UpdateHealthCheck: Disabled and Inverted together are unhealthy whatever the site does; the version rises and an
/// older one is refused; the checkers follow some seconds later.
#[test]
fn disabled_and_inverted_hold_traffic_away_and_taking_them_back_lets_it_return() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        let id = check(&mut world, "seoul.example.com");
        let hold = [
            ("HealthCheckId", id.as_str()),
            ("HealthCheckVersion", "1"),
            ("Disabled", "true"),
            ("Inverted", "true"),
        ];
        let held = ask(&mut world, "UpdateHealthCheck", &hold).unwrap();
        assert_eq!(text(&held, "HealthCheck.HealthCheckVersion"), "2");
        assert_eq!(text(&held, "HealthCheck.HealthCheckConfig.Inverted"), "true");
        assert_eq!(code(ask(&mut world, "UpdateHealthCheck", &hold)), (409, "HealthCheckVersionMismatch"));
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}: not at once");
        wait(&mut world, 18.0);
        assert_eq!(site_region(&mut world), "tokyo", "seed {seed}");
        let back = [
            ("HealthCheckId", id.as_str()),
            ("HealthCheckVersion", "2"),
            ("Disabled", "false"),
            ("Inverted", "false"),
        ];
        ask(&mut world, "UpdateHealthCheck", &back).unwrap();
        wait(&mut world, 18.0);
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}");
    }
}

/// AWS: HealthCheckConfig: CALCULATED: threshold 0 is always healthy, above the number of children always unhealthy.
#[test]
fn a_calculated_check_counts_its_children() {
    let mut world = world();
    let (seoul, tokyo) = (check(&mut world, "seoul.example.com"), check(&mut world, "tokyo.example.com"));
    let params = [
        ("CallerReference", "both"),
        ("HealthCheckConfig.Type", "CALCULATED"),
        ("HealthCheckConfig.HealthThreshold", "2"),
        ("HealthCheckConfig.ChildHealthChecks.1", seoul.as_str()),
        ("HealthCheckConfig.ChildHealthChecks.2", tokyo.as_str()),
    ];
    let made = ask(&mut world, "CreateHealthCheck", &params).unwrap();
    let id = text(&made, "HealthCheck.Id");
    assert_eq!(text(&ask(&mut world, "CreateHealthCheck", &params).unwrap(), "HealthCheck.Id"), id);
    close_port_80(&mut world, SEOUL.code);
    wait(&mut world, 90.0);
    let turned = transitions(&world, "health_check.status");
    assert!(turned.iter().any(|(_, with)| with.contains(&id) && with.contains(&"unhealthy".to_owned())));
    assert_eq!(
        code(ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())])),
        (400, "InvalidInput")
    );
    assert_eq!(
        code(ask(&mut world, "GetHealthCheck", &[("HealthCheckId", "no")])),
        (404, "NoSuchHealthCheck")
    );
}

/// Creates a health check from the fields of its configuration and gives its id.
fn create(
    world: &mut World,
    reference: &str,
    fields: &[(&str, &str)],
) -> Result<String, (u16, &'static str)> {
    let config =
        fields.iter().map(|(name, value)| (format!("HealthCheckConfig.{name}"), (*value).to_owned()));
    let params: Vec<(String, String)> =
        config.chain([("CallerReference".to_owned(), reference.to_owned())]).collect();
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let reply = ask(world, "CreateHealthCheck", &borrowed);
    reply.map(|made| text(&made, "HealthCheck.Id")).map_err(|fault| (fault.status, fault.code))
}

/// AWS: HealthCheckConfig: each type of check sees what it is meant to see, by name or by address.
#[test]
fn checks_of_every_type_see_what_they_are_meant_to_see() {
    let mut world = world();
    let host = ("FullyQualifiedDomainName", "seoul.example.com");
    let address = ("IPAddress", "192.0.2.10");
    let fast = ("RequestInterval", "10");
    let checks: [(&[(&str, &str)], &str); 7] = [
        (&[("Type", "HTTP"), address, fast], "Success: HTTP Status Code 200, OK"),
        (&[("Type", "HTTPS"), host, fast], "Success: HTTP Status Code: 200. Resolved IP: 192.0.2.1"),
        (&[("Type", "HTTP_STR_MATCH"), host, fast, ("SearchString", "<")], "Success: HTTP Status Code: 200."),
        (&[("Type", "HTTP_STR_MATCH"), host, fast, ("SearchString", "no such text")], "Failure: "),
        (&[("Type", "TCP"), address, fast, ("Port", "443")], "Success: "),
        (&[("Type", "TCP"), address, fast, ("Port", "3306")], "Failure: Connection timed out."),
        (
            &[("Type", "HTTP"), ("FullyQualifiedDomainName", "gone.example.com"), fast],
            "Failure: DNS resolution failed",
        ),
    ];
    for (at, (fields, said)) in checks.iter().enumerate() {
        let id = create(&mut world, &format!("check-{at}"), fields).unwrap();
        wait(&mut world, 60.0);
        let shown = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
        let seen = items(&shown, "HealthCheckObservations");
        assert_eq!(seen.len(), 16, "{fields:?}");
        for one in seen {
            let status = text(one, "StatusReport.Status");
            assert!(status.starts_with(said), "{fields:?}: {status}");
        }
    }
}

/// AWS: HealthCheckConfig: intervals of 10 or 30 s, thresholds from 1 to 10, three regions at least, no search string
/// where none is looked for.
#[test]
fn a_check_that_breaks_awss_rules_is_refused() {
    let mut world = world();
    let host = ("FullyQualifiedDomainName", "seoul.example.com");
    let broken: [&[(&str, &str)]; 9] = [
        &[("Type", "HTTP"), ("IPAddress", "10.10.0.1")],
        &[("Type", "HTTP")],
        &[("Type", "PING"), host],
        &[("Type", "HTTP"), host, ("RequestInterval", "20")],
        &[("Type", "HTTP"), host, ("FailureThreshold", "11")],
        &[("Type", "HTTP"), host, ("Regions.1", "us-east-1"), ("Regions.2", "us-west-1")],
        &[("Type", "HTTP"), host, ("SearchString", "x")],
        &[("Type", "TCP"), host],
        &[("Type", "CALCULATED")],
    ];
    for fields in broken {
        assert_eq!(create(&mut world, "broken", fields), Err((400, "InvalidInput")), "{fields:?}");
    }
    let id = create(&mut world, "good", &[("Type", "HTTP"), host]).unwrap();
    let other = create(&mut world, "good", &[("Type", "HTTPS"), host]);
    assert_eq!(other, Err((409, "HealthCheckAlreadyExists")));
    let add_address = [("HealthCheckId", id.as_str()), ("IPAddress", "192.0.2.10")];
    assert_eq!(code(ask(&mut world, "UpdateHealthCheck", &add_address)), (400, "InvalidInput"));
    ask(&mut world, "DeleteHealthCheck", &[("HealthCheckId", id.as_str())]).unwrap();
    assert_eq!(
        code(ask(&mut world, "GetHealthCheck", &[("HealthCheckId", id.as_str())])),
        (404, "NoSuchHealthCheck")
    );
}

/// AWS: a CLOUDWATCH_METRIC check goes by the alarm's metric: SetAlarmState does not move it.
#[test]
fn a_check_of_an_alarm_goes_by_its_metric() {
    let mut world = world();
    let alarm = "wordpress-seoul-unhealthy-hosts";
    let fields = [
        ("Type", "CLOUDWATCH_METRIC"),
        ("AlarmIdentifier.Region", SEOUL.code),
        ("AlarmIdentifier.Name", alarm),
        ("InsufficientDataHealthStatus", "LastKnownStatus"),
    ];
    let id = create(&mut world, "alarm", &fields).unwrap();
    let set = [("AlarmName", alarm), ("StateValue", "ALARM"), ("StateReason", "a test")];
    call(&mut world, Service::CloudWatch, "SetAlarmState", SEOUL.code, &set).unwrap();
    wait(&mut world, 5.0);
    assert!(transitions(&world, "health_check.status").is_empty());
    close_port_80(&mut world, SEOUL.code);
    wait(&mut world, 300.0);
    let turned = transitions(&world, "health_check.status");
    assert!(turned.iter().any(|(_, with)| with.contains(&id) && with.contains(&"unhealthy".to_owned())));
}
