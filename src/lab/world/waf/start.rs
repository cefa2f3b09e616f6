//! Start: the web ACLs that a world begins with.
//! Used by: `World::build`.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::model::{Acl, IpSet};
use crate::lab::world::{
    World,
    blueprint::{Tags, guard::WebAcl},
    iam::lagged::Lagged,
    rng::Rng,
};

impl World {
    /// Sets the service up as the blueprint has it.
    pub(in crate::lab) fn waf_start(&mut self) {
        self.waf.rng = Rng::stream(self.seed(), "waf");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for own in &region.web_acls {
                let tags = blueprint.tags_on(&own.name, &own.tags);
                let members = self.planned_acl(&region.region, own, &tags);
                let acl = self.waf_acl(&region.region, &own.name, own.description.as_deref(), members, tags);
                for name in &own.environments {
                    let balancer = self.environment_balancer(&region.region, name).map(str::to_owned);
                    if let Some(balancer) = balancer {
                        self.waf_associate(&balancer, &acl);
                    }
                }
            }
        }
    }

    /// The members of a web ACL: a rule for addresses, then one for paths.
    fn planned_acl(&mut self, region: &str, own: &WebAcl, tags: &Tags) -> Map<String, Value> {
        let mut sets = Vec::new();
        for (version, colon, suffix) in [("IPV4", false, "blocked"), ("IPV6", true, "blocked-v6")] {
            let own_kind = |range: &&String| range.contains(':') == colon;
            let ranges: Vec<&str> = own.block_addresses.iter().filter(own_kind).map(String::as_str).collect();
            if !ranges.is_empty() {
                let name = format!("{}-{suffix}", own.name);
                let arn = self.waf_ip_set(region, &name, version, &ranges, tags.clone());
                sets.push(json!({ "IPSetReferenceStatement": { "ARN": arn } }));
            }
        }
        let paths = own.block_paths.iter().map(|path| {
            json!({ "ByteMatchStatement": {
                "SearchString": STANDARD.encode(path),
                "FieldToMatch": { "UriPath": {} },
                "TextTransformations": [{ "Priority": 0, "Type": "NONE" }],
                "PositionalConstraint": "STARTS_WITH",
            } })
        });
        let rules = [("blocked-addresses", sets), ("blocked-paths", paths.collect())];
        let rules = rules.into_iter().enumerate().filter_map(|(priority, (name, statements))| {
            Some(json!({
                "Name": name,
                "Priority": priority,
                "Statement": any_of(statements)?,
                "Action": { "Block": {} },
                "VisibilityConfig": visibility(name),
            }))
        });
        let default = if own.default == "block" { "Block" } else { "Allow" };
        Map::from_iter([
            ("DefaultAction".to_owned(), json!({ default: {} })),
            ("VisibilityConfig".to_owned(), visibility(&own.name)),
            ("Rules".to_owned(), Value::Array(rules.collect())),
        ])
    }

    /// An IP set; its ARN.
    pub(in crate::lab) fn waf_ip_set(
        &mut self,
        region: &str,
        name: &str,
        version: &str,
        addresses: &[&str],
        tags: Tags,
    ) -> String {
        let mut head = self.waf_head("ipset", region, "REGIONAL", name);
        head.tags = tags;
        let arn = head.arn.clone();
        let addresses = Lagged::new(addresses.iter().map(|text| (*text).to_owned()).collect());
        self.waf.sets.insert(arn.clone(), IpSet { head, version: version.to_owned(), addresses });
        arn
    }

    /// A web ACL with these members, as `CreateWebACL` takes them; its ARN.
    pub(in crate::lab) fn waf_acl(
        &mut self,
        region: &str,
        name: &str,
        description: Option<&str>,
        members: Map<String, Value>,
        tags: Tags,
    ) -> String {
        let mut head = self.waf_head("webacl", region, "REGIONAL", name);
        head.description = description.map(str::to_owned);
        head.tags = tags;
        let arn = head.arn.clone();
        self.waf.acls.insert(arn.clone(), Acl { head, members: Lagged::new(Arc::new(members)) });
        arn
    }

    /// Associates a resource with a web ACL, from the beginning.
    pub(in crate::lab) fn waf_associate(&mut self, resource: &str, acl: &str) {
        self.waf.associations.insert(resource.to_owned(), Lagged::new(Some(acl.to_owned())));
    }
}

/// One statement for several: none if there is none.
fn any_of(mut statements: Vec<Value>) -> Option<Value> {
    match statements.len() {
        0 | 1 => statements.pop(),
        _ => Some(json!({ "OrStatement": { "Statements": statements } })),
    }
}

fn visibility(name: &str) -> Value {
    json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name })
}
