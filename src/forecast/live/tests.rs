use serde_json::{Value, json};

use super::*;
use crate::drill::{model::SourceText, reader};

fn drill() -> Drill {
    let deployment = include_str!("../../../drills/deployments/wordpress.yaml");
    let drill = include_str!("../../../drills/seoul-outage.yaml");
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let loaded = reader::load_text(&[file("d.yaml", drill), file("deployments/wordpress.yaml", deployment)]);
    loaded.unwrap_or_else(|problems| panic!("{problems}")).drill
}

/// A record of the site's name; `more` replaces what it says otherwise.
fn record(set: &str, more: &Value) -> Value {
    let mut record = json!({
        "name": "www.example.com.", "kind": "A", "set_identifier": set, "failover": null, "ttl": 60, "values": [],
        "alias": null, "health_check": null,
    });
    let (own, more) = (record.as_object_mut().unwrap(), more.as_object().unwrap().clone());
    own.extend(more);
    record
}

fn check(kind: &str) -> Value {
    json!({
        "id": "hc", "version": 1, "managed_by": null, "disabled": false, "inverted": false, "kind": kind,
        "interval_s": null, "failure_threshold": null, "port": null, "fields": {},
    })
}

/// What is read of a deployment with these records and a health check of this kind in both regions.
fn read(primary: &Value, standby: &Value, kind: &str, writer: Option<&str>) -> Numbers {
    let region = |region: &str| {
        json!({
            "region": region,
            "environment": {
                "name": "wordpress", "id": "e-1", "application": "wordpress", "arn": null, "status": "Ready",
                "color": "Green", "health": "Ok", "cname": null, "endpoint": null, "version": null,
                "platform": null, "busy": false,
            },
            "resources": { "auto_scaling_groups": [], "instances": [], "balancers": [] },
            "instances": [], "instance_groups": [], "balancers": [],
        })
    };
    let topology = json!({
        "regions": { "primary": region("ap-northeast-2"), "standby": region("ap-northeast-1") },
        "site": {
            "zone": { "id": "Z1", "name": "example.com.", "name_servers": [] },
            "records": [primary, standby],
            "failover": { "primary": primary, "standby": standby },
            "health_checks": { "primary": check(kind), "standby": check(kind) },
        },
        "database": {
            "global": {
                "id": "wordpress-global", "arn": "arn", "status": "available", "engine": "aurora-mysql",
                "engine_version": "8.0", "endpoint": null, "members": [], "operation": null, "operation_to": null,
            },
            "clusters": { "primary": null, "standby": null },
            "writer": writer,
        },
    });
    numbers(&drill(), &serde_json::from_value(topology).unwrap())
}

fn fact<'a>(numbers: &'a Numbers, name: &str) -> &'a Fact {
    numbers.facts.iter().find(|fact| fact.name == name).unwrap_or_else(|| panic!("{name}: {numbers:?}"))
}

fn pair() -> (Value, Value) {
    let alias = json!({ "zone": "Z2", "name": "lb.", "evaluates_target_health": true });
    let primary = record("a", &json!({ "failover": "PRIMARY", "alias": alias, "ttl": null }));
    (primary, record("b", &json!({ "failover": "SECONDARY" })))
}

#[test]
fn a_failover_pair_is_read_and_so_is_which_of_its_records_is_an_alias() {
    let (primary, standby) = pair();
    let numbers = read(&primary, &standby, "HTTP", Some("standby"));
    assert_eq!((numbers.first, numbers.writer), (Some(Side::Primary), Some(Side::Standby)));
    assert_eq!((numbers.sides.primary.is_alias, numbers.sides.standby.is_alias), (true, false));
    for name in ["users are led to", "database writer", "health_check.meets of primary"] {
        assert!(fact(&numbers, name).read, "{name}");
    }
}

#[test]
fn what_is_not_read_is_assumed_and_said_to_be() {
    let weighted = ["a", "b"].map(|set| record(set, &json!({})));
    let numbers = read(&weighted[0], &weighted[1], "CALCULATED", None);
    for (name, said) in [
        ("users are led to", "their rules are not read"),
        ("database writer", "none was found"),
        ("health_check.meets of primary", "CALCULATED: what it goes by is not read"),
    ] {
        let fact = fact(&numbers, name);
        assert!(!fact.read && fact.value.contains(said), "{fact:?}");
    }
    let has = |name: &str| numbers.facts.iter().any(|fact| fact.name == name);
    assert!(!has("health_check.interval of primary"), "no checker looks at anything");
    let plain = record("a", &json!({ "set_identifier": null }));
    assert!(
        fact(&read(&plain, &plain, "HTTP", None), "users are led to").read,
        "one record leads to one place"
    );
}
