//! Waf: the web ACL that stands before a load balancer.
//! Invariant: two rules that do the same read the same in both regions: what only one region can have (ids and ARNs of
//! sets and groups) is left out, their names stay.
//! Not here: the addresses and patterns inside sets, each of which is a call of its own.
//! Used by: survey, discover.

use aws_sdk_wafv2::types as sdk;

use super::{Aws, AwsError};
use crate::drill::model::Side;

/// A regional web ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAcl {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What it does with what no rule speaks of, as AWS says it.
    pub default: String,
    /// Its rules, in the order in which they speak.
    pub rules: Vec<WebAclRule>,
}

/// One rule of a web ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAclRule {
    /// Its name.
    pub name: String,
    /// Its place among the others.
    pub priority: i32,
    /// What it matches and does: equal for equal rules, and for comparing alone.
    pub meaning: String,
}

impl Aws {
    /// The web ACL that stands before the resource with this ARN; `None` if none does: AWS answers that with nothing (WAF
    /// API reference, GetWebACLForResource).
    pub async fn web_acl_of(&self, side: Side, resource: &str) -> Result<Option<WebAcl>, AwsError> {
        const OPERATION: &str = "wafv2:GetWebACLForResource";
        let call = self.clients(side).await.waf.get_web_acl_for_resource().resource_arn(resource).send();
        let answer = self.send(&self.budgets(side).waf, OPERATION, call).await?;
        Ok(answer.web_acl().map(web_acl))
    }
}

fn web_acl(from: &sdk::WebAcl) -> WebAcl {
    let mut rules: Vec<WebAclRule> = from.rules().iter().map(rule).collect();
    rules.sort_by_key(|rule| rule.priority);
    WebAcl {
        arn: from.arn().to_owned(),
        name: from.name().to_owned(),
        default: from.default_action().map(|action| anywhere(&format!("{action:?}"))).unwrap_or_default(),
        rules,
    }
}

/// All of the rule but its name, its place and what it is called in metrics. The SDK's own words are complete: a kind of
/// statement that is new to this program is compared as well.
fn rule(from: &sdk::Rule) -> WebAclRule {
    let labels: Vec<&str> = from.rule_labels().iter().map(|label| label.name()).collect();
    let said = format!(
        "{:?} {:?} {:?} {labels:?} {:?} {:?}",
        from.statement(),
        from.action(),
        from.override_action(),
        from.captcha_config(),
        from.challenge_config()
    );
    WebAclRule { name: from.name().to_owned(), priority: from.priority(), meaning: anywhere(&said) }
}

/// The words with each ARN of a regional set or group (`arn:aws:wafv2:REGION:ACCOUNT:regional/ipset/NAME/ID`) shortened
/// to `ipset/NAME`.
fn anywhere(words: &str) -> String {
    let mut said = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find("arn:") {
        said.push_str(&rest[..at]);
        let end = rest[at..].find(['"', ' ', ',']).map_or(rest.len(), |length| at + length);
        let arn = &rest[at..end];
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.get(5).map(|resource| resource.split('/').collect::<Vec<_>>()).as_deref() {
            Some(["regional", kind, name, _]) => said.push_str(&format!("{kind}/{name}")),
            _ => said.push_str(arn),
        }
        rest = &rest[end..];
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_kind_and_name_in_every_region() {
        let said = |region: &str, id: &str| {
            anywhere(&format!(
                "IpSet {{ arn: \"arn:aws:wafv2:{region}:111122223333:regional/ipset/blocked/{id}\", x: 1 }}"
            ))
        };
        assert_eq!(said("ap-northeast-2", "1-a"), "IpSet { arn: \"ipset/blocked\", x: 1 }");
        assert_eq!(said("ap-northeast-2", "1-a"), said("ap-northeast-1", "2-b"));
        assert_eq!(anywhere("arn:aws:x"), "arn:aws:x");
    }
}
