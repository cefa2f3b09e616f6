use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn source(id: &str, text: &str, used: Use) -> Source {
    Source { id: id.to_owned(), kind: SourceKind::User, policy: Arc::new(Policy::parse(text, used).unwrap()) }
}

fn statement(body: &str) -> String {
    format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{{{body}}}]}}")
}

fn own(bodies: &[&str]) -> Policies {
    let identity = bodies.iter().map(|body| source("own", &statement(body), Use::Identity)).collect();
    Policies { identity, ..Policies::default() }
}

const GROUP: &str = "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1";
const REVOKE: &str = "ec2:RevokeSecurityGroupIngress";

fn decide(policies: &Policies, action: &str, resource: &str, keys: &[(&str, &[&str])]) -> Verdict {
    let mut context = Context::default();
    for (key, values) in keys {
        context.set(key, values.iter().copied());
    }
    let caller =
        ["arn:aws:iam::111122223333:user/me".to_owned(), "arn:aws:iam::111122223333:root".to_owned()];
    policies.decide(Question { action, resource, caller: &caller, context: &context })
}

/// "an explicit deny beats any allow; by default, all requests are implicitly denied".
#[test]
fn deny_beats_allow_and_nothing_is_deny() {
    let allow = r#""Effect":"Allow","Action":"ec2:*","Resource":"*""#;
    let deny = r#""Effect":"Deny","Action":"EC2:revoke*","Resource":"arn:aws:ec2:*:*:security-group/*""#;
    assert_eq!(decide(&own(&[]), REVOKE, GROUP, &[]).decision, Decision::ImplicitDeny);
    assert_eq!(decide(&own(&[allow]), REVOKE, GROUP, &[]).decision, Decision::Allowed);
    let verdict = decide(&own(&[allow, deny]), REVOKE, GROUP, &[]);
    assert_eq!((verdict.decision, verdict.matched.len()), (Decision::ExplicitDeny, 1));
    assert_eq!(decide(&own(&[allow, deny]), "ec2:CreateTags", GROUP, &[]).decision, Decision::Allowed);
}

#[test]
fn not_action_and_not_resource_are_everything_else() {
    let but = r#""Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:ec2:*:*:instance/*""#;
    assert_eq!(decide(&own(&[but]), REVOKE, GROUP, &[]).decision, Decision::Allowed);
    assert_eq!(decide(&own(&[but]), "iam:GetUser", GROUP, &[]).decision, Decision::ImplicitDeny);
    let instance = "arn:aws:ec2:ap-northeast-2:111122223333:instance/i-1";
    assert_eq!(decide(&own(&[but]), "ec2:StopInstances", instance, &[]).decision, Decision::ImplicitDeny);
}

/// "a boundary and a session policy limit what identity policies allow, and allow nothing themselves".
#[test]
fn boundaries_and_sessions_only_limit() {
    let all = r#""Effect":"Allow","Action":"*","Resource":"*""#;
    let reads = statement(r#""Effect":"Allow","Action":"ec2:Describe*","Resource":"*""#);
    let limit = Some(vec![source("limit", &reads, Use::Identity)]);
    let bounded = Policies { boundary: limit.clone(), ..own(&[all]) };
    let verdict = decide(&bounded, REVOKE, GROUP, &[]);
    assert_eq!((verdict.decision, verdict.place), (Decision::ImplicitDeny, Where::Boundary));
    assert_eq!(verdict.boundary, Some(false));
    assert_eq!(decide(&bounded, "ec2:DescribeVpcs", "*", &[]).decision, Decision::Allowed);
    let session = Policies { session: limit.clone(), ..own(&[all]) };
    assert_eq!(decide(&session, REVOKE, GROUP, &[]).place, Where::Session);
    let alone = Policies { session: limit, ..own(&[]) };
    assert_eq!(decide(&alone, "ec2:DescribeVpcs", "*", &[]).decision, Decision::ImplicitDeny);
}

#[test]
fn a_resource_policy_that_names_the_caller_is_enough() {
    let body = r#""Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#;
    let trust = source("trust", &statement(body), Use::Trust);
    let policies = Policies { resource: vec![trust], ..Policies::default() };
    let role = "arn:aws:iam::111122223333:role/r";
    let verdict = decide(&policies, "sts:AssumeRole", role, &[]);
    assert_eq!((verdict.decision, verdict.place), (Decision::Allowed, Where::Resource));
}

/// Each operator, its negation, `IfExists`, and what a missing key does.
#[test]
fn every_operator_decides() {
    let cases: &[(&str, &str, &str, &[&str], bool)] = &[
        ("StringEquals", "k:a", r#""x""#, &["x"], true),
        ("StringEquals", "k:a", r#""x*""#, &["xy"], false),
        ("StringEquals", "k:a", r#"["w","x"]"#, &["x"], true),
        ("StringNotEquals", "k:a", r#"["w","x"]"#, &["x"], false),
        ("StringNotEquals", "k:a", r#""x""#, &[], true),
        ("StringEquals", "k:a", r#""x""#, &[], false),
        ("StringEqualsIfExists", "k:a", r#""x""#, &[], true),
        ("StringEqualsIgnoreCase", "K:A", r#""X""#, &["x"], true),
        ("StringLike", "k:a", r#""x*y?""#, &["x..yz"], true),
        ("StringNotLike", "k:a", r#""x*""#, &["y"], true),
        ("NumericLessThanEquals", "k:a", "10", &["10"], true),
        ("NumericGreaterThan", "k:a", r#""10""#, &["10"], false),
        ("NumericNotEquals", "k:a", r#""10""#, &["11"], true),
        ("DateGreaterThan", "k:a", r#""2026-01-01T00:00:00Z""#, &["2026-11-22T00:00:00Z"], true),
        ("DateLessThan", "k:a", r#""2026-01-01""#, &["2026-11-22T00:00:00Z"], false),
        ("Bool", "k:a", "true", &["true"], true),
        ("BoolIfExists", "k:a", r#""true""#, &["false"], false),
        ("IpAddress", "k:a", r#""203.0.113.0/24""#, &["203.0.113.9"], true),
        ("NotIpAddress", "k:a", r#""203.0.113.0/24""#, &["203.0.113.9"], false),
        ("IpAddress", "k:a", r#""2001:db8::/32""#, &["2001:db8::1"], true),
        ("IpAddress", "k:a", r#""0.0.0.0/0""#, &["198.51.100.1"], true),
        ("ArnLike", "k:a", r#""arn:aws:iam::*:role/*""#, &["arn:aws:iam::1:role/x"], true),
        ("ArnNotEquals", "k:a", r#""arn:aws:iam::1:role/x""#, &["arn:aws:iam::1:role/x"], false),
        ("Null", "k:a", r#""true""#, &[], true),
        ("Null", "k:a", "false", &[], false),
        ("ForAllValues:StringEquals", "k:a", r#"["x","y"]"#, &["x", "y"], true),
        ("ForAllValues:StringEquals", "k:a", r#"["x"]"#, &["x", "y"], false),
        ("ForAllValues:StringEquals", "k:a", r#"["x"]"#, &[], true),
        ("ForAnyValue:StringEquals", "k:a", r#"["x"]"#, &["x", "y"], true),
        ("ForAnyValue:StringEquals", "k:a", r#"["x"]"#, &[], false),
        ("ForAllValues:StringNotEquals", "k:a", r#"["x"]"#, &["x", "y"], false),
        ("ForAnyValue:StringNotLike", "k:a", r#"["x*"]"#, &["x", "y"], true),
        ("StringEquals", "k:a", r#""${aws:username}""#, &["me"], true),
        ("StringEquals", "k:a", r#""*${aws:username}""#, &["*me"], true),
        ("StringEquals", "k:a", r#""*${aws:username}""#, &["some"], false),
    ];
    for (operator, key, values, given, expected) in cases {
        let body = format!(
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"{key}":{values}}}}}"#
        );
        let mut keys: Vec<(&str, &[&str])> = vec![("aws:username", &["me"])];
        if !given.is_empty() {
            keys.push(("k:a", given));
        }
        let decided = decide(&own(&[&body]), REVOKE, GROUP, &keys).decision == Decision::Allowed;
        assert_eq!(decided, *expected, "{operator} {values} {given:?}");
    }
}

/// "MissingContextValues: keys that the policies need and the request does not have".
#[test]
fn what_is_missing_is_named() {
    let body = r#""Effect":"Allow","Action":"*","Resource":"*","Condition":
        {"StringEquals":{"aws:ResourceTag/firedrill":"allowed"},"Bool":{"aws:SecureTransport":"true"}}"#;
    let verdict = decide(&own(&[body]), REVOKE, GROUP, &[]);
    assert_eq!(verdict.missing, ["aws:ResourceTag/firedrill", "aws:SecureTransport"]);
    let other = r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"k:a":"true"}}"#;
    assert!(decide(&own(&[other]), REVOKE, GROUP, &[]).missing.is_empty(), "it is not about this action");
}

/// The example of the API reference of SimulateCustomPolicy: "StartPosition Line 3 Column 16, EndPosition Line 7
/// Column 4".
#[test]
fn a_statement_knows_its_place() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\n    \"Effect\": \"Allow\",\n    \"Action\": \
                \"s3:ListBucket\",\n    \"Resource\": \"arn:aws:s3:::example_bucket\"\n  }\n}";
    let policy = Policy::parse(text, Use::Identity).unwrap();
    let own = &policy.statements[0];
    assert_eq!((own.start, own.end), (Position { line: 3, column: 16 }, Position { line: 7, column: 4 }));
}

#[test]
fn malformed_documents_are_refused_in_iams_words() {
    let allow = |rest: &str| statement(&format!(r#""Effect":"Allow",{rest}"#));
    let cases = [
        ("{".to_owned(), "This policy contains invalid Json"),
        (" {}".to_owned(), "JSON strings must not have leading spaces"),
        ("{\"Version\":\"2012-10-17\"}".to_owned(), "Syntax errors in policy."),
        (
            "{\"Version\":\"2013-01-01\",\"Statement\":[]}".to_owned(),
            "The policy must contain a valid version string",
        ),
        (statement(r#""Action":"ec2:*","Resource":"*""#), "Missing required field Effect"),
        (statement(r#""Effect":"allow","Action":"ec2:*","Resource":"*""#), "Syntax errors in policy."),
        (allow(r#""Resource":"*""#), "Policy statement must contain actions."),
        (allow(r#""Action":"ec2:*""#), "Policy statement must contain resources."),
        (allow(r#""Action":"ec2:*","Resource":"*","Colour":"red""#), "Syntax errors in policy."),
        (
            allow(r#""Action":"DescribeVpcs","Resource":"*""#),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (allow(r#""Action":"ec2:*","Resource":"sg-1""#), "Resource sg-1 must be in ARN format or \"*\"."),
        (
            allow(r#""Action":"ec2:*","Resource":"*","Principal":"*""#),
            "Policy document should not specify a principal.",
        ),
        (
            allow(r#""Action":"ec2:*","Resource":"*","Condition":{"StringIs":{"a:b":"c"}}"#),
            "Syntax errors in policy.",
        ),
    ];
    for (text, words) in cases {
        assert_eq!(Policy::parse(&text, Use::Identity).unwrap_err().0, words, "{text}");
    }
    let trust = |rest: &str| Policy::parse(&allow(rest), Use::Trust).unwrap_err().0;
    assert_eq!(trust(r#""Action":"sts:AssumeRole""#), "Missing required field Principal");
    let with = r#""Action":"sts:AssumeRole","Principal":{"AWS":"*"},"Resource":"*""#;
    assert_eq!(trust(with), "Has prohibited field Resource");
    let other = r#""Action":"ec2:*","Principal":{"AWS":"*"}"#;
    assert_eq!(trust(other), "AssumeRole policy may only specify STS AssumeRole actions.");
    let nobody = r#""Action":"sts:AssumeRole","Principal":{"AWS":"me"}"#;
    assert_eq!(trust(nobody), "Invalid principal in policy: \"AWS\":\"me\"");
}

proptest! {
    /// A policy that only adds denials never allows more.
    #[test]
    fn another_deny_never_allows(actions in proptest::collection::vec("ec2:[A-C*]{1,3}", 1..4), asked in "ec2:[A-C]{1,3}") {
        let bodies: Vec<String> = actions
            .iter()
            .enumerate()
            .map(|(at, action)| {
                let effect = if at % 2 == 0 { "Allow" } else { "Deny" };
                format!(r#""Effect":"{effect}","Action":"{action}","Resource":"*""#)
            })
            .collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let before = decide(&own(&bodies), &asked, "*", &[]).decision;
        let mut more = bodies.clone();
        more.push(r#""Effect":"Deny","Action":"ec2:A*","Resource":"*""#);
        let after = decide(&own(&more), &asked, "*", &[]).decision;
        prop_assert!(after >= before);
    }

    #[test]
    fn any_text_is_a_policy_or_a_refusal(text in "[ -~]{0,80}") {
        let _ = Policy::parse(&text, Use::Identity);
    }
}
