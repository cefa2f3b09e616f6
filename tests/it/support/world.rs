//! The lab's world as a stranger with an AWS client reads it: what must be equal before and after.

use std::path::PathBuf;

use firedrill::{
    aws::{Aws, AwsSettings, StaticCredentials, discover},
    clock::Clock,
    drill::{model::Side, reader},
};
use serde_json::{Value, json};

use super::{Lab, drills};

/// Everything that a drill of these tests can change, in everything that a user can set. Ids that AWS gives anew are left out.
#[derive(Debug, PartialEq)]
pub(crate) struct World(Value);

impl World {
    /// Reads it.
    pub(crate) fn of(lab: &Lab) -> World {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        World(runtime.block_on(read(lab)))
    }
}

/// An AWS client of the tests' own.
pub(crate) fn client(lab: &Lab) -> (Aws, firedrill::drill::model::Deployment) {
    let folder = tempfile::tempdir().unwrap();
    let drill: PathBuf = drills::write(folder.path(), "client", drills::CLOSE);
    let deployment = reader::load(&drill).unwrap_or_else(|problems| panic!("{problems}")).drill.deployment;
    let anchor = serde_json::from_value(lab.info["anchor"].clone()).unwrap();
    let text = |key: &str| lab.info[key].as_str().unwrap().to_owned();
    let settings = AwsSettings {
        endpoint: Some(text("aws_endpoint")),
        credentials: Some(StaticCredentials {
            access_key_id: text("access_key_id"),
            secret_access_key: text("secret_access_key"),
        }),
        ..AwsSettings::of(&deployment, Clock::anchored(anchor))
    };
    (Aws::new(settings), deployment)
}

async fn read(lab: &Lab) -> Value {
    let (aws, deployment) = client(lab);
    let topology = discover(&aws, &deployment).await.expect("everything is found");
    let mut rules = Vec::new();
    for side in Side::BOTH {
        let groups: Vec<String> =
            topology.regions.of(side).instance_groups.iter().map(|group| group.id.clone()).collect();
        for rule in aws.ingress_rules(side, &groups).await.expect("rules are read") {
            rules.push(json!([rule.group, rule.key.canonical(), rule.description, rule.tags]).to_string());
        }
    }
    rules.sort();
    let database = topology.database.expect("the deployment has a database");
    let site = topology.site.expect("the site has a zone");
    let checks: Vec<Value> = Side::BOTH
        .iter()
        .filter_map(|side| site.health_checks.of(*side).as_ref())
        .map(|check| json!([check.id, check.disabled, check.inverted, check.fields]))
        .collect();
    json!({ "rules": rules, "writer": database.writer, "records": site.records, "health_checks": checks })
}
