//! Context: what is known of a call before it is made, as condition keys; and which unknown ones do not matter.
//! Invariant: nothing is told that the real call would not have; a key that AWS misses is passed over only where the real
//! call would not have it either.
//! Used by: ask, ruling.
//!
//! AWS names every key of every statement of the policies as missing, also of statements about other actions (seen by
//! others: aws/aws-sdk-java-v2#1751, boto/boto3#3111). Which action has which keys: Service Authorization Reference.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    aws::{ContextKey, KeyKind},
    plan::policy::{Need, Subject},
};

/// What is known of calls that differ in action and resource alone.
pub(super) fn keys(
    service: &str,
    region: &str,
    tags: &BTreeMap<String, String>,
    sends_tags: &BTreeSet<String>,
    now: Timestamp,
) -> Vec<ContextKey> {
    let key = |kind, name: String, values: Vec<String>| ContextKey { name, kind, values };
    let text = |name: &str, value: &str| key(KeyKind::Text, name.to_owned(), vec![value.to_owned()]);
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut all = vec![
        text("aws:RequestedRegion", region),
        key(KeyKind::Bool, "aws:SecureTransport".into(), vec!["true".into()]),
        key(KeyKind::Date, "aws:CurrentTime".into(), vec![now]),
    ];
    if service == "ec2" {
        all.push(text("ec2:Region", region));
    }
    for (tag, value) in tags {
        all.push(text(&format!("aws:ResourceTag/{tag}"), value));
        all.extend((service == "ec2").then(|| text(&format!("ec2:ResourceTag/{tag}"), value)));
        all.extend((service == "rds").then(|| text(&format!("rds:cluster-tag/{tag}"), value)));
    }
    if !sends_tags.is_empty() {
        all.push(key(KeyKind::Texts, "aws:TagKeys".into(), sends_tags.iter().cloned().collect()));
    }
    all
}

/// True unless the real call would not have this key either.
pub(super) fn matters(need: &Need, key: &str) -> bool {
    let (space, name) = key.split_once(':').unwrap_or(("aws", key));
    let (space, name) = (space.to_ascii_lowercase(), name.to_ascii_lowercase());
    // Other services fill in keys of their own only.
    if space != "aws" && space != need.service() {
        return false;
    }
    // A tag that the resource has was told; what only a changed rule names was not read.
    if name.starts_with("resourcetag/") || name.contains("-tag/") {
        return need.subject == Subject::Named;
    }
    let about_tags = name == "tagkeys" || name == "createaction" || name.starts_with("requesttag/");
    !about_tags || !need.sends_tags.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::model::Side;

    fn need(action: &'static str, subject: Subject, tags: &[&str]) -> Need {
        Need {
            action,
            resource: "*".into(),
            subject,
            side: Side::Primary,
            proven: false,
            tags: BTreeMap::new(),
            sends_tags: tags.iter().map(|&key| key.to_owned()).collect(),
        }
    }

    #[test]
    fn a_key_matters_where_the_real_call_could_have_it() {
        let parameter = need("ssm:PutParameter", Subject::Parameter, &[]);
        for key in
            ["aws:ResourceTag/firedrill", "aws:TagKeys", "ec2:CreateAction", "ec2:Vpc", "rds:DatabaseName"]
        {
            assert!(!matters(&parameter, key), "{key}");
        }
        for key in ["aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "ssm:Overwrite"] {
            assert!(matters(&parameter, key), "{key}");
        }
        assert!(matters(&need("ec2:CreateTags", Subject::NewRules, &["Name"]), "ec2:CreateAction"));
        assert!(matters(&need("ec2:ModifySecurityGroupRules", Subject::Named, &[]), "aws:ResourceTag/team"));
    }
}
