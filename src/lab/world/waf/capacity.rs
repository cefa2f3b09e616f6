//! Capacity: what rules cost.
//! Used by: `acl`.
//!
//! AWS: WAF Developer Guide, the WCU of each statement; AWS Managed Rules, the WCU of each rule group.

use serde_json::Value;

/// The cost of a list of rules.
pub(super) fn of_rules(rules: &Value) -> i64 {
    let rules = rules.as_array().map(Vec::as_slice).unwrap_or_default();
    rules.iter().filter_map(|rule| rule.get("Statement")).map(of).sum()
}

fn of(statement: &Value) -> i64 {
    let Some((kind, body)) = statement.as_object().and_then(|own| own.iter().next()) else { return 0 };
    let list = || body.get("Statements").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match kind.as_str() {
        "AndStatement" | "OrStatement" => list().iter().map(of).sum(),
        "NotStatement" => body.get("Statement").map_or(0, of),
        "RateBasedStatement" => 2 + body.get("ScopeDownStatement").map_or(0, of),
        "ManagedRuleGroupStatement" => group(body) + body.get("ScopeDownStatement").map_or(0, of),
        "ByteMatchStatement" => {
            let place = body.get("PositionalConstraint").and_then(Value::as_str);
            let own = if place.is_some_and(|place| place.starts_with("CONTAINS")) { 10 } else { 2 };
            own + transformations(body)
        }
        "SizeConstraintStatement" => 1 + transformations(body),
        "RegexMatchStatement" => 3 + transformations(body),
        "RegexPatternSetReferenceStatement" => 25 + transformations(body),
        "SqliMatchStatement" => 20 + transformations(body),
        "XssMatchStatement" => 40 + transformations(body),
        // IPSetReference, GeoMatch, LabelMatch, AsnMatch; a rule group of one's own is not there to be asked.
        _ => 1,
    }
}

/// AWS: each text transformation costs 10.
fn transformations(body: &Value) -> i64 {
    let all =
        body.get("TextTransformations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let costs = all.iter().filter(|own| own.get("Type").and_then(Value::as_str) != Some("NONE")).count();
    10 * i64::try_from(costs).unwrap_or(0)
}

/// AWS's own rule groups: name, cost, what it is for.
pub(super) const GROUPS: [(&str, i64, &str); 12] = [
    (
        "AWSManagedRulesCommonRuleSet",
        700,
        "Contains rules that are generally applicable to web applications. This provides protection against exploitation of a wide range of vulnerabilities, including those described in OWASP publications.",
    ),
    (
        "AWSManagedRulesAdminProtectionRuleSet",
        100,
        "Contains rules that allow you to block external access to exposed admin pages. This may be useful if you are running third-party software or would like to reduce the risk of a malicious actor gaining administrative access to your application.",
    ),
    (
        "AWSManagedRulesKnownBadInputsRuleSet",
        200,
        "Contains rules that allow you to block request patterns that are known to be invalid and are associated with exploitation or discovery of vulnerabilities. This can help reduce the risk of a malicious actor discovering a vulnerable application.",
    ),
    (
        "AWSManagedRulesSQLiRuleSet",
        200,
        "Contains rules that allow you to block request patterns associated with exploitation of SQL databases, like SQL injection attacks. This can help prevent remote injection of unauthorized queries.",
    ),
    (
        "AWSManagedRulesLinuxRuleSet",
        200,
        "Contains rules that block request patterns associated with exploitation of vulnerabilities specific to Linux, including LFI attacks. This can help prevent attacks that expose file contents or execute code for which the attacker should not have had access.",
    ),
    (
        "AWSManagedRulesUnixRuleSet",
        100,
        "Contains rules that block request patterns associated with exploiting vulnerabilities specific to POSIX/POSIX-like OS, including LFI attacks. This can help prevent attacks that expose file contents or execute code for which access should not been allowed.",
    ),
    (
        "AWSManagedRulesWindowsRuleSet",
        200,
        "Contains rules that block request patterns associated with exploiting vulnerabilities specific to Windows, (e.g., PowerShell commands). This can help prevent exploits that allow attacker to run unauthorized commands or execute malicious code.",
    ),
    (
        "AWSManagedRulesPHPRuleSet",
        100,
        "Contains rules that block request patterns associated with exploiting vulnerabilities specific to the use of the PHP, including injection of unsafe PHP functions. This can help prevent exploits that allow an attacker to remotely execute code or commands.",
    ),
    (
        "AWSManagedRulesWordPressRuleSet",
        100,
        "The WordPress Applications group contains rules that block request patterns associated with the exploitation of vulnerabilities specific to WordPress sites.",
    ),
    (
        "AWSManagedRulesAmazonIpReputationList",
        25,
        "This group contains rules that are based on Amazon threat intelligence. This is useful if you would like to block sources associated with bots or other threats.",
    ),
    (
        "AWSManagedRulesAnonymousIpList",
        50,
        "This group contains rules that allow you to block requests from services that allow obfuscation of viewer identity. This can include request originating from VPN, proxies, Tor nodes, and hosting providers.",
    ),
    (
        "AWSManagedRulesBotControlRuleSet",
        50,
        "The Bot Control rule group provides protection against automated bots that can consume excess resources, skew business metrics, cause downtime, or perform malicious activities.",
    ),
];

fn group(body: &Value) -> i64 {
    let name = body.get("Name").and_then(Value::as_str).unwrap_or_default();
    GROUPS.iter().find(|(own, _, _)| *own == name).map_or(0, |(_, cost, _)| *cost)
}
