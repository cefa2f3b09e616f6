//! World files: what is accepted, and how what is wrong is told.

use super::{
    Blueprint,
    read::{REFERENCE, read_text, schema},
};
use crate::{
    diagnostic::{Problems, SourceFile, yaml},
    grammar::fits::{fits, json_of},
};

/// The codes of what is wrong with a text, in order.
fn codes(text: &str) -> Vec<&'static str> {
    match read_text("test.yaml", text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.sorted().iter().map(|problem| problem.code).collect(),
    }
}

fn broken(from: &str, to: &str) -> Vec<&'static str> {
    assert!(REFERENCE.contains(from), "{from}");
    codes(&REFERENCE.replacen(from, to, 1))
}

#[test]
fn the_reference_deployment_is_a_world_file() {
    let world = Blueprint::reference();
    assert_eq!(world.regions.len(), 2);
    let seoul = &world.regions[0];
    assert_eq!((seoul.region.as_str(), seoul.place()), ("ap-northeast-2", "seoul"));
    let environment = &seoul.environments[0];
    assert_eq!(environment.balancer.addresses, ["192.0.2.10", "192.0.2.11"]);
    assert_eq!(environment.balancer.http, "forward");
    assert!(environment.enhanced_health);
    assert_eq!(world.zones[0].records.len(), 4);
    assert_eq!(world.global_clusters[0].clusters[1].group, "tokyo-database");
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    assert_eq!(broken("from: office", "from: offise"), ["world::unknown-name"]);
    assert_eq!(broken("vpc: seoul-vpc", "vpc: soul-vpc"), ["world::unknown-name"]);
    assert_eq!(broken("certificate: www", "certificate: ww"), ["world::unknown-name"]);
    assert_eq!(broken("health_check: wordpress-seoul", "health_check: x"), ["world::unknown-name"]);
    assert_eq!(broken("group: seoul-database", "group: tokyo-database"), ["world::unknown-name"]);
}

#[test]
fn all_problems_come_at_once() {
    let text = REFERENCE
        .replacen("world: wordpress", "world: WordPress", 1)
        .replacen("cidr: 10.10.1.0/24", "cidr: 10.10.0.0/25", 1)
        .replacen("cidr: 10.10.100.0/24", "cidr: 10.99.100.0/24", 1)
        .replacen("addresses: [192.0.2.10, 192.0.2.11]", "addresses: [192.0.2.10]", 1)
        .replacen("threshold: 1\n", "treshold: 1\n", 1);
    let found = codes(&text);
    for code in ["file::form", "world::overlap", "world::range", "world::addresses", "file::unknown-key"] {
        assert!(found.contains(&code), "{code} in {found:?}");
    }
}

#[test]
fn a_name_stands_once() {
    assert_eq!(broken("name: seoul-public-c", "name: seoul-public-a").first(), Some(&"world::twice"));
}

#[test]
fn balancers_and_groups_are_each_their_own() {
    assert_eq!(broken("[198.51.100.20, 198.51.100.21]", "[198.51.100.20, 192.0.2.10]"), ["world::overlap"]);
    let shadowed = "- name: wordpress-seoul\n        vpc: seoul-vpc\n        description: bastion";
    let group = "- name: seoul-bastion\n        vpc: seoul-vpc\n        description: bastion";
    assert_eq!(broken(group, shadowed).first(), Some(&"world::twice"));
    let redirect = "          http: redirect\n";
    assert_eq!(broken("          certificate: www\n", redirect), ["world::redirect"]);
}

#[test]
fn settings_are_those_that_a_service_has() {
    let with = |settings: &str| broken("regions:\n", &format!("settings:\n  {settings}\nregions:\n"));
    assert_eq!(with("ec2: { rule_effective: 1s..2s }"), Vec::<&str>::new());
    assert_eq!(with("ec2: { rule_efective: 1s..2s }"), ["world::unknown-option"]);
    assert_eq!(with("ec2: { rule_effective: soon }"), ["world::option"]);
    assert_eq!(with("rates: { iam: { burst: 0, per_second: 1 } }"), ["file::range"]);
    assert_eq!(with("ec3: { rule_effective: 1s }"), ["file::unknown-key"]);
}

#[test]
fn a_record_is_one_thing() {
    let both = "{ name: seoul.example.com, environment: wordpress-seoul, values: [192.0.2.1] }";
    assert_eq!(broken("{ name: seoul.example.com, environment: wordpress-seoul }", both), ["world::record"]);
}

/// An editor that knows the schema accepts the reference and underlines a wrong key.
#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let schema = schema();
    let accepted = |text: &str| {
        let mut problems = Problems::new();
        let file = problems.add_file(SourceFile { path: String::new(), text: text.to_owned() });
        let tree = yaml::read(file, &mut problems).expect("a tree");
        fits(&json_of(&tree), &schema, &schema)
    };
    assert!(accepted(REFERENCE));
    assert!(!accepted(&REFERENCE.replacen("    environments:\n", "    environment:\n", 1)));
    assert!(!accepted("world: alone\n"));
}

mod fuzz;
