//! Beside: what both regions say beside the deployment itself, as the values of a reading: what somebody has set, and not how
//! things are at a moment.
//! Invariant: a part that could not be read is `None`, never nothing; no environment variable's value is here, nor any that
//! is named as a secret.
//! Not here: how values are compared (see `reading`).
//! Used by: reading.

use serde_json::{Map, Value, json};

use super::digest::sha256;
use crate::{
    aws::{
        Alarm, Certificate, DatabaseInstance, EnvironmentOptions, Peering, RouteTable, ScalingGroup,
        VARIABLES, WebAcl,
    },
    drill::model::Side,
    survey::{ClusterParameters, DatabaseSurvey, Known, RegionSurvey, Release, Survey},
};

/// A part by its path; `None`: it could not be read.
pub(super) type PartRead = (String, Option<Value>);

/// Every part of a survey.
pub(super) fn parts(survey: &Survey) -> Vec<PartRead> {
    let mut all = vec![("survey.peerings".to_owned(), told(&survey.peerings, |all| list(all, peering)))];
    for side in Side::BOTH {
        let of = |(name, value): (&str, Option<Value>)| (format!("survey.{side}.{name}"), value);
        all.extend(of_region(survey.regions.of(side)).into_iter().map(of));
        let lists = &survey.regions.of(side).prefix_lists;
        all.extend(lists.iter().map(|(id, ranges)| {
            (format!("survey.{side}.prefix_lists.{id}"), told(ranges, |ranges| json!(ranges)))
        }));
        if let Some(database) = &survey.database {
            all.extend(of_database(database, side).into_iter().map(of));
        }
    }
    all
}

fn of_region(own: &RegionSurvey) -> Vec<(&'static str, Option<Value>)> {
    vec![
        ("networks", told(&own.vpcs, |vpcs| json!(vpcs))),
        ("rules", told(&own.rules, |rules| json!(rules))),
        ("options", told(&own.options, options)),
        ("scaling", told(&own.scaling, |all| list(all, scaling))),
        ("route_tables", told(&own.route_tables, |all| list(all, route_table))),
        ("certificates", told(&own.certificates, |all| list(all, certificate))),
        ("web_acls", told(&own.web_acls, |all| all.iter().flatten().map(web_acl).collect())),
        ("release", told(&own.release, |release| release.as_ref().map_or(Value::Null, released))),
        ("alarms", told(&own.alarms, |all| list(all, alarm))),
    ]
}

fn of_database(own: &DatabaseSurvey, side: Side) -> Vec<(&'static str, Option<Value>)> {
    let mut all =
        vec![("database_instances", told(own.instances.of(side), |all| list(all, database_instance)))];
    let mut set = |name, parameters: &Option<ClusterParameters>| {
        // Read only where the groups' names differ.
        all.extend(parameters.iter().map(|both| (name, told(both.of(side), |set| json!(set)))));
    };
    set("cluster_parameters", &own.cluster_parameters);
    set("instance_parameters", &own.instance_parameters);
    all
}

fn told<T>(part: &Known<T>, value: impl Fn(&T) -> Value) -> Option<Value> {
    part.as_ref().ok().map(value)
}

fn list<T>(all: &[T], value: impl Fn(&T) -> Value) -> Value {
    all.iter().map(value).collect()
}

fn peering(one: &Peering) -> Value {
    let side = |side: &crate::aws::PeeringSide| json!({ "region": side.region, "vpc": side.vpc });
    json!({
        "id": one.id, "status": one.status,
        "requester": side(&one.requester), "accepter": side(&one.accepter),
    })
}

/// What may be a secret is there or not, and no more.
fn options(own: &EnvironmentOptions) -> Value {
    let is_secret = |namespace: &str, name: &str| {
        let name = name.to_ascii_lowercase();
        namespace == VARIABLES || ["password", "secret", "token"].iter().any(|word| name.contains(word))
    };
    let mut all: Map<String, Value> = Map::new();
    for ((namespace, name), value) in &own.values {
        let value = if is_secret(namespace, name) { "(set)" } else { value };
        let of = all.entry(namespace).or_insert_with(|| json!({}));
        of[name] = json!(value);
    }
    Value::Object(all)
}

/// How many instances there are now, and of which kind, is told of the instances themselves.
fn scaling(one: &ScalingGroup) -> Value {
    json!({
        "name": one.name, "min": one.min, "max": one.max,
        "health_check": one.health_check, "suspended": one.suspended,
    })
}

fn route_table(one: &RouteTable) -> Value {
    let routes =
        one.routes.iter().map(|route| json!({ "id": route.to, "by": route.by, "state": route.state }));
    json!({
        "id": one.id, "main": one.main, "subnets": one.subnets, "routes": routes.collect::<Vec<_>>(),
    })
}

fn certificate(one: &Certificate) -> Value {
    json!({ "arn": one.arn, "names": one.names, "kind": one.kind })
}

fn web_acl(one: &WebAcl) -> Value {
    // What a rule does fills a page; that it is another is enough here.
    let rules = one.rules.iter().map(|rule| {
        let meaning = &sha256(rule.meaning.as_bytes())[..12];
        json!({ "id": rule.name, "priority": rule.priority, "meaning": meaning })
    });
    json!({
        "id": one.arn, "name": one.name, "default": one.default, "rules": rules.collect::<Vec<_>>(),
    })
}

/// What it released when is not set by anybody; the version that runs is told of the environment.
fn released(one: &Release) -> Value {
    let source = one.pipeline.source.as_ref().map(|(repository, branch)| format!("{repository} {branch}"));
    json!({ "pipeline": one.pipeline.name, "provider": one.pipeline.provider, "source": source })
}

fn alarm(one: &Alarm) -> Value {
    let metric = one.metric.as_ref().map(|metric| {
        let of = metric.dimensions.iter().map(|(name, value)| format!("{name}={value}"));
        format!("{} {} {}", metric.namespace, metric.name, of.collect::<Vec<_>>().join(" "))
    });
    json!({ "name": one.name, "acts": one.acts, "metric": metric })
}

fn database_instance(one: &DatabaseInstance) -> Value {
    let groups: Vec<&String> = one.parameter_groups.keys().collect();
    json!({
        "id": one.id, "class": one.class, "engine_version": one.engine_version, "parameter_groups": groups,
        "subnets": one.subnets,
    })
}
