use serde_json::{Value, json};

use super::*;
use crate::lab::world::{
    call::Params,
    reference::{REGIONS, SEOUL, TOKYO},
    site::SiteOutcome,
    testing::{get, items, request, status, text, wait, world},
};

/// A call as the JSON wire makes it: flat paths for what is flat, the document for what is not.
fn ask(world: &mut World, operation: &str, body: Value) -> Reply {
    let flat: Vec<(String, String)> = body
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(name, value)| match value {
            Value::String(text) => vec![(name.clone(), text.clone())],
            Value::Array(all) => all
                .iter()
                .enumerate()
                .filter_map(|(at, own)| Some((format!("{name}.{}", at + 1), own.as_str()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        })
        .collect();
    let mut call = request(Service::Waf, operation, SEOUL.code, &[]);
    call.params = Params::new(flat).with_document(body);
    let now = world.now();
    world.handle(now, &call)
}

fn own(world: &mut World) -> (String, String, String) {
    let found = ask(world, "ListWebACLs", json!({ "Scope": "REGIONAL" })).unwrap();
    let own = |member: &str| text(&found, &format!("WebACLs.0.{member}"));
    (own("Id"), own("LockToken"), own("ARN"))
}

fn visibility() -> Value {
    json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m" })
}

fn update(world: &mut World, rules: Value) -> Reply {
    let (id, lock, _) = own(world);
    let body = json!({
        "Name": "wordpress", "Scope": "REGIONAL", "Id": id, "LockToken": lock,
        "DefaultAction": { "Allow": {} }, "VisibilityConfig": visibility(), "Rules": rules,
    });
    ask(world, "UpdateWebACL", body)
}

fn visit(world: &mut World, path: &str) -> u16 {
    let now = world.now();
    let asked = crate::lab::world::site::SiteRequest { path: path.to_owned(), ..get(&SEOUL, 80) };
    status(&world.site(now, &asked))
}

/// "Rules come back exactly as written"; "WAFOptimisticLockException: someone changed the resource".
#[test]
fn a_write_needs_the_newest_token_and_comes_back_as_written() {
    let mut world = world();
    let rules = json!([{
        "Name": "path", "Priority": 7,
        "Statement": { "ByteMatchStatement": {
            "SearchString": "L2FkbWlu", "FieldToMatch": { "UriPath": {} },
            "TextTransformations": [{ "Priority": 0, "Type": "LOWERCASE" }], "PositionalConstraint": "STARTS_WITH",
        } },
        "Action": { "Block": {} }, "VisibilityConfig": visibility(),
    }]);
    let (id, old, arn) = own(&mut world);
    let next = text(&update(&mut world, rules.clone()).unwrap(), "NextLockToken");
    assert_ne!(next, old);
    let stale = json!({ "Name": "wordpress", "Scope": "REGIONAL", "Id": id, "LockToken": old });
    assert_eq!(ask(&mut world, "DeleteWebACL", stale).unwrap_err().code, "WAFOptimisticLockException");
    let fresh = json!({ "Name": "wordpress", "Scope": "REGIONAL", "Id": id, "LockToken": next });
    assert_eq!(ask(&mut world, "DeleteWebACL", fresh).unwrap_err().code, "WAFAssociatedItemException");
    let Tree::Map(found) = ask(&mut world, "GetWebACL", json!({ "ARN": arn })).unwrap() else { panic!() };
    let Tree::Json(whole) = &found[0].1 else { panic!("{found:?}") };
    assert_eq!((&whole["Rules"], &whole["Capacity"]), (&rules, &json!(12)));
    assert_eq!(whole["LabelNamespace"], "awswaf:111122223333:webacl:wordpress:");
}

/// "403 from the ALB", a while after the rule was written.
#[test]
fn a_blocking_rule_is_felt_a_while_later() {
    let mut world = world();
    let rules = json!([{
        "Name": "path", "Priority": 0,
        "Statement": { "ByteMatchStatement": {
            "SearchString": "L2hlYWx0aA==", "FieldToMatch": { "UriPath": {} },
            "TextTransformations": [{ "Priority": 0, "Type": "NONE" }], "PositionalConstraint": "EXACTLY",
        } },
        "Action": { "Block": {} }, "VisibilityConfig": visibility(),
    }]);
    update(&mut world, rules).unwrap();
    assert_eq!(visit(&mut world, "/health"), 200);
    wait(&mut world, 31.0);
    assert_eq!((visit(&mut world, "/health"), visit(&mut world, "/")), (403, 200));
    let lone = json!({ "ResourceArn": balancer(&mut world) });
    ask(&mut world, "DisassociateWebACL", lone.clone()).unwrap();
    let Tree::Map(none) = ask(&mut world, "GetWebACLForResource", lone).unwrap() else { panic!() };
    assert!(none.is_empty(), "without a web ACL the answer is empty");
    wait(&mut world, 31.0);
    assert_eq!(visit(&mut world, "/health"), 200);
}

fn balancer(world: &mut World) -> String {
    let found = world.look(Service::Elb, "DescribeLoadBalancers", SEOUL.code, &[]).unwrap();
    text(&found, "LoadBalancers.0.LoadBalancerArn")
}

/// "A rate-based rule can block the probes from one IP (403 from the ALB)".
#[test]
fn a_rate_based_rule_blocks_and_lets_go() {
    let mut world = world();
    let rules = json!([{
        "Name": "rate", "Priority": 0,
        "Statement": { "RateBasedStatement": { "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "IP" } },
        "Action": { "Block": { "CustomResponse": { "ResponseCode": 429 } } }, "VisibilityConfig": visibility(),
    }]);
    update(&mut world, rules).unwrap();
    wait(&mut world, 31.0);
    for _ in 0..12 {
        assert_eq!(visit(&mut world, "/"), 200, "not before it is counted");
        wait(&mut world, 0.1);
    }
    wait(&mut world, 11.0);
    assert_eq!(visit(&mut world, "/"), 429);
    wait(&mut world, 75.0);
    assert_eq!(visit(&mut world, "/"), 200);
}

#[test]
fn an_ip_set_blocks_its_clients_in_both_regions() {
    let mut world = world();
    for region in REGIONS {
        let now = world.now();
        let asked = crate::lab::world::site::SiteRequest {
            from: "198.51.100.200".parse().unwrap(),
            ..get(&region, 80)
        };
        let SiteOutcome::Answer { status, body, .. } = world.site(now, &asked) else { panic!() };
        assert!(status == 403 && body.contains("403 Forbidden"));
        let asked =
            crate::lab::world::site::SiteRequest { path: "/xmlrpc.php?a".to_owned(), ..get(&region, 80) };
        let SiteOutcome::Answer { status, .. } = world.site(now, &asked) else { panic!() };
        assert_eq!(status, 403, "a path that the world file blocks");
    }
    let sets = ask(&mut world, "ListIPSets", json!({ "Scope": "REGIONAL" })).unwrap();
    let (id, lock) = (text(&sets, "IPSets.0.Id"), text(&sets, "IPSets.0.LockToken"));
    let used = json!({ "Name": "wordpress-blocked", "Scope": "REGIONAL", "Id": id, "LockToken": lock });
    assert_eq!(ask(&mut world, "DeleteIPSet", used.clone()).unwrap_err().code, "WAFAssociatedItemException");
    let mut bad = used;
    bad["Addresses"] = json!(["10.0.0.0/0"]);
    assert_eq!(ask(&mut world, "UpdateIPSet", bad).unwrap_err().code, "WAFInvalidParameterException");
    assert_eq!(items(&sets, "IPSets").len(), 1, "IP sets are regional: {} has its own", TOKYO.code);
    let other = json!({ "Scope": "CLOUDFRONT" });
    assert_eq!(ask(&mut world, "ListWebACLs", other).unwrap_err().code, "WAFInvalidParameterException");
}
