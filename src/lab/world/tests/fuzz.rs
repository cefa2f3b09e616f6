//! Small languages: rules of misbehaviour, address ranges, policies.

use std::sync::Arc;

use crate::{
    diagnostic::{Problems, SourceFile},
    fuzz::{Held, Parts, Property, Rng, doc::Doc, ensure, mutate},
    lab::world::{
        cidr::Cidr,
        iam::policy::{Context, Policies, Policy, Question, Source, SourceKind, Use},
        misbehave::{read_file, read_rule},
    },
};

const RULES: &str = "\
# what the lab is told to do
ec2:RevokeSecurityGroupIngress@ap-northeast-2 reply-lost-after count=1 p=0.5 seed=3
rds:* throttle p=0.2 seed=18446744073709551615
*:* slow=1500ms every=3
route53:*@us-east-1 stale-read=2s count=2..5
sts skewed=15m count=3..
*@ap-northeast-1 html
";

fn rules(rng: &mut Rng) -> Parts {
    let mut text = RULES.as_bytes().to_vec();
    match rng.below(10) {
        0 => text = rng.bytes(120),
        _ => mutate::any(rng, &mut text, RULES.as_bytes()),
    }
    vec![text]
}

fn rule_reads(parts: &[Vec<u8>]) -> Held {
    let text = String::from_utf8_lossy(&parts[0]).into_owned();
    let mut problems = Problems::new();
    let rules = read_file(&mut problems, SourceFile { path: "a".to_owned(), text: text.clone() });
    for problem in problems.sorted() {
        let place = problem.place.ok_or_else(|| format!("{} has no place", problem.code))?;
        let span = place.span;
        ensure!(text.get(span.start..span.end).is_some(), "{} is at {span:?}: not in the text", problem.code);
    }
    for rule in rules {
        let again = read_rule("a", &rule.to_string())
            .map_err(|problems| format!("`{rule}` is refused: {problems}"))?;
        ensure!(format!("{again:?}") == format!("{rule:?}"), "`{rule}` reads as {again:?}, and is {rule:?}");
    }
    Ok(())
}

#[test]
fn rules_that_nobody_would_write() {
    Property { test: "rules_that_nobody_would_write", short: 3_000, make: &rules, check: &rule_reads }.hold();
}

fn ranges(rng: &mut Rng) -> Parts {
    let known =
        ["10.0.0.0/16", "0.0.0.0/0", "255.255.255.255/32", "2001:db8::/32", "::/0", "::ffff:10.0.0.1/104"];
    let mut parts: Parts = (0..2).map(|_| rng.one(&known).as_bytes().to_vec()).collect();
    if rng.once_in(5) {
        let length = rng.below(40);
        parts[0] = format!("{}.{}.0.0/{length}", rng.below(300), rng.below(256)).into_bytes();
    }
    mutate::any(rng, &mut parts[0], known[0].as_bytes());
    parts
}

fn range_reads(parts: &[Vec<u8>]) -> Held {
    let read = |part: &[u8]| Cidr::parse(&String::from_utf8_lossy(part));
    let (Some(one), Some(two)) = (read(&parts[0]), read(&parts[1])) else { return Ok(()) };
    ensure!(Cidr::parse(&one.to_string()) == Some(one), "{one} reads otherwise");
    ensure!(one.contains(one.first()) && one.holds(one), "{one} does not hold itself");
    ensure!(one.overlaps(two) == two.overlaps(one), "{one} and {two} overlap on one side");
    ensure!(!(one.holds(two) && two.holds(one)) || one == two, "{one} and {two} hold each other");
    ensure!(one.size() >= 1 && one.is_world() == (one.length() == 0), "{one} has no address");
    Ok(())
}

#[test]
fn ranges_that_nobody_would_write() {
    Property { test: "ranges_that_nobody_would_write", short: 5_000, make: &ranges, check: &range_reads }
        .hold();
}

const POLICY: &str = r#"{"Version":"2012-10-17","Id":"p","Statement":[{"Sid":"A","Effect":"Allow","Action":["ec2:Describe*",
"rds:*"],"Resource":"*","Condition":{"StringLike":{"aws:ResourceTag/firedrill":["a*","${aws:username}"]},"Bool":{
"aws:SecureTransport":"true"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"DateLessThan":{"aws:CurrentTime":
"2026-11-22T00:00:00Z"},"NumericLessThan":{"x:y":10},"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]},"Null":{"z":true},
"ArnLike":{"aws:SourceArn":"arn:aws:ec2:*:111122223333:*/${aws:x, 'd'}"}}},{"Effect":"Deny","NotAction":"iam:*","NotResource":
["arn:aws:ec2:*:*:instance/*"]}]}"#;

fn policies(rng: &mut Rng) -> Parts {
    let value: serde_json::Value = serde_json::from_str(POLICY).unwrap_or_default();
    let mut doc = Doc::from(&value);
    let other = doc.clone();
    doc.mutate(rng, &other);
    let mut text = doc.json().into_bytes();
    match rng.below(10) {
        0 => text = rng.bytes(200),
        1..4 => mutate::any(rng, &mut text, POLICY.as_bytes()),
        _ => {}
    }
    vec![text]
}

fn policy_reads(parts: &[Vec<u8>]) -> Held {
    let text = String::from_utf8_lossy(&parts[0]);
    let Ok(policy) = Policy::parse(&text, Use::Identity) else { return Ok(()) };
    ensure!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "a policy that is no JSON");
    ensure!(!policy.statements.is_empty(), "a policy that says nothing");
    let lines = text.lines().count().max(1);
    for place in policy.statements.iter().flat_map(|statement| [statement.start, statement.end]) {
        ensure!((1..=lines + 1).contains(&place.line), "{place:?} in {lines} lines");
    }
    let source = Source { id: "own".to_owned(), kind: SourceKind::User, policy: Arc::new(policy) };
    let policies = Policies { identity: vec![source], ..Policies::default() };
    let mut context = Context::default();
    context.set("aws:username", ["*a?"]);
    context.set("aws:SourceIp", ["203.0.113.7", "x"]);
    let resource = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-1";
    let caller = ["arn:aws:iam::111122223333:user/me".to_owned()];
    for action in ["ec2:DescribeInstances", "iam:GetUser", "", ":"] {
        policies.decide(Question { action, resource, caller: &caller, context: &context });
    }
    Ok(())
}

#[test]
fn policies_that_nobody_would_write() {
    Property {
        test: "policies_that_nobody_would_write",
        short: 3_000,
        make: &policies,
        check: &policy_reads,
    }
    .hold();
}
