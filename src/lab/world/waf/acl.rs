//! Acl: web ACLs.
//! Used by: `waf_operate`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    capacity,
    model::{Acl, absent, associated, duplicate, invalid, need, scope, under},
    tree::{listing, summary, tags},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    iam::lagged::Lagged,
};

/// AWS: the most a web ACL may cost (WAF quotas).
const CAPACITY: i64 = 5_000;

/// The members that a client writes and that are kept as they are.
const MEMBERS: [&str; 10] = [
    "DefaultAction",
    "Rules",
    "VisibilityConfig",
    "DataProtectionConfig",
    "CustomResponseBodies",
    "CaptchaConfig",
    "ChallengeConfig",
    "TokenDomains",
    "AssociationConfig",
    "OnSourceDDoSProtectionConfig",
];

/// The members of a call, checked.
fn members(call: &Call) -> Result<Map<String, Value>, AwsFault> {
    let own = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), call.params.json(name)?.clone())));
    let mut members: Map<String, Value> = own.collect();
    for name in ["DefaultAction", "VisibilityConfig"] {
        if !members.get(name).is_some_and(Value::is_object) {
            return Err(AwsFault::new(
                400,
                "ValidationException",
                format!(
                    "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null",
                    name.replacen(char::is_uppercase, &name[..1].to_lowercase(), 1)
                ),
            ));
        }
    }
    let rules = members.entry("Rules").or_insert_with(|| Value::Array(Vec::new()));
    check(rules)?;
    if capacity::of_rules(rules) > CAPACITY {
        let message = "AWS WAF couldn’t perform the operation because you exceeded your resource limit.";
        return Err(AwsFault::new(400, "WAFLimitsExceededException", message));
    }
    Ok(members)
}

/// AWS: each rule has a name and a priority of its own, one statement, and either an action or an override.
fn check(rules: &Value) -> Result<(), AwsFault> {
    let rules = rules.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut priorities = Vec::new();
    let mut names = Vec::new();
    for rule in rules {
        let name = rule.get("Name").and_then(Value::as_str).unwrap_or_default();
        let priority = rule.get("Priority").and_then(Value::as_i64);
        let statement = rule.get("Statement").and_then(Value::as_object).filter(|own| own.len() == 1);
        if name.is_empty() || statement.is_none() {
            return Err(invalid("A reference in your rule statement is not valid.", "STATEMENT", name));
        }
        if rule.get("Action").is_some() == rule.get("OverrideAction").is_some() {
            return Err(invalid(
                "You have used none or multiple values for a field that requires exactly one value.",
                "RULE",
                name,
            ));
        }
        if priority.is_none() || priorities.contains(&priority) || names.contains(&name) {
            return Err(duplicate());
        }
        priorities.push(priority);
        names.push(name);
    }
    Ok(())
}

fn named<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Acl, AwsFault> {
    let arn = world.waf_arn("webacl", call)?;
    world.waf.acls.get_mut(&arn).ok_or_else(absent)
}

/// `CreateWebACL`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let (name, scope) = (need(&call.params, "Name")?, scope(call)?);
    let members = members(call)?;
    let twins = format!("{}{name}/", world.waf_prefix("webacl", &call.region, scope));
    if under(&world.waf.acls, &twins).next().is_some() {
        return Err(duplicate());
    }
    let mut head = world.waf_head("webacl", &call.region, scope, name);
    head.description = call.params.text("Description").map(str::to_owned);
    head.tags = tags(&call.params);
    let shown = summary(&head);
    world.waf.acls.insert(head.arn.clone(), Acl { head, members: Lagged::new(Arc::new(members)) });
    Ok(Tree::map([("Summary", Some(shown))]))
}

/// `UpdateWebACL`. AWS: what is written replaces what was there.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let members = members(call)?;
    named(world, call)?.head.unlock(&call.params)?;
    let (lock, now, effective) = (world.waf_id(), world.now(), world.waf_effective());
    let own = named(world, call)?;
    own.head.lock.clone_from(&lock);
    own.head.description = call.params.text("Description").map(str::to_owned);
    own.members.write(now, effective, Arc::new(members));
    let arn = own.head.arn.clone();
    world.note("web_acl.written", [("web_acl", arn), ("effective", effective.to_string())]);
    Ok(Tree::map([("NextLockToken", Tree::text(lock))]))
}

/// `DeleteWebACL`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?;
    own.head.unlock(&call.params)?;
    let arn = own.head.arn.clone();
    if world.waf.associations.values().any(|own| own.written().as_ref() == Some(&arn)) {
        return Err(associated());
    }
    world.waf.acls.remove(&arn);
    Ok(Tree::Map(Vec::new()))
}

/// `GetWebACL`.
pub(super) fn get(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let mut members = vec![("WebACL", whole(own)), ("LockToken", Tree::Text(own.head.lock.clone()))];
    let url = call.params.text("Scope") == Some("CLOUDFRONT");
    members.extend(url.then(|| ("ApplicationIntegrationURL", Tree::Text(String::new()))));
    Ok(Tree::Map(members))
}

/// `ListWebACLs`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let scope = scope(call)?;
    let all = world.waf_prefix("webacl", &call.region, scope);
    listing("WebACLs", under(&world.waf.acls, &all).map(|own| summary(&own.head)).collect(), &call.params)
}

/// A web ACL: what was written, and what WAF adds.
pub(super) fn whole(own: &Acl) -> Tree {
    let mut all = Map::clone(own.members.written());
    let account = own.head.arn.split(':').nth(4).unwrap_or_default();
    let label = format!("awswaf:{account}:webacl:{}:", own.head.name);
    let capacity = all.get("Rules").map_or(0, capacity::of_rules);
    let mut add = |name: &str, value: Value| all.insert(name.to_owned(), value);
    add("Name", Value::from(own.head.name.as_str()));
    add("Id", Value::from(own.head.id.as_str()));
    add("ARN", Value::from(own.head.arn.as_str()));
    add("Description", Value::from(own.head.description.as_deref().unwrap_or_default()));
    add("Capacity", Value::from(capacity));
    add("ManagedByFirewallManager", Value::Bool(false));
    add("LabelNamespace", Value::from(label));
    add("RetrofittedByFirewallManager", Value::Bool(false));
    Tree::Json(Value::Object(all))
}
