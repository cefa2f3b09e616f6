//! Resource: what a change touches, by kind, so that it can be counted and asked for its tags.
//! Invariant: a change names every AWS resource that it alters; what it only reads is none.
//! Not here: how much is too much (see `plan::guard`).
//! Used by: every change that calls AWS; plan.

use std::{collections::BTreeMap, fmt};

use super::ChangeError;
use crate::drill::model::{Side, Tag};

/// One AWS resource that a change alters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id or ARN, as AWS's tools take it.
    pub id: String,
    /// The region it is in; `None`: it has none, or both.
    pub side: Option<Side>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A security group.
    SecurityGroup,
    /// One of its rules; the group answers for it.
    Rule,
    /// A Route 53 health check.
    HealthCheck,
    /// An Aurora cluster, global or regional.
    Cluster,
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ResourceKind::SecurityGroup => "security group",
            ResourceKind::Rule => "rule",
            ResourceKind::HealthCheck => "health check",
            ResourceKind::Cluster => "cluster",
        })
    }
}

/// Only what carries the deployment's tag may be changed.
pub(super) fn allowed(tag: Option<&Tag>, resources: &[Resource]) -> Result<(), ChangeError> {
    let Some(tag) = tag else { return Ok(()) };
    let lacks =
        |one: &&Resource| one.kind != ResourceKind::Rule && one.tags.get(&tag.key) != Some(&tag.value);
    let without: Vec<&Resource> = resources.iter().filter(lacks).collect();
    if without.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = without.iter().map(|one| format!("{} {}", one.kind, one.id)).collect();
    let commands: Vec<String> = without.iter().map(|one| command(one, tag)).collect();
    Err(ChangeError::Refused(format!(
        "{} may not be changed: the tag {}={} is missing; to allow it: {}",
        names.join(", "),
        tag.key,
        tag.value,
        commands.join("; ")
    )))
}

/// The command that puts the tag on.
fn command(of: &Resource, tag: &Tag) -> String {
    let pair = format!("Key={},Value={}", tag.key, tag.value);
    match of.kind {
        ResourceKind::SecurityGroup | ResourceKind::Rule => {
            format!("aws ec2 create-tags --resources {} --tags {pair}", of.id)
        }
        ResourceKind::HealthCheck => format!(
            "aws route53 change-tags-for-resource --resource-type healthcheck --resource-id {} --add-tags {pair}",
            of.id
        ),
        ResourceKind::Cluster => {
            format!("aws rds add-tags-to-resource --resource-name {} --tags {pair}", of.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: ResourceKind, value: &str) -> Resource {
        let tags = BTreeMap::from([("drills".to_owned(), value.to_owned())]);
        Resource { kind, id: "it".into(), side: None, tags }
    }

    #[test]
    fn everything_but_a_rule_must_carry_the_tag_and_its_value() {
        let tag = Tag { key: "drills".into(), value: "yes".into() };
        for kind in [ResourceKind::SecurityGroup, ResourceKind::HealthCheck, ResourceKind::Cluster] {
            assert!(allowed(Some(&tag), &[one(kind, "yes")]).is_ok());
            assert!(allowed(None, &[one(kind, "no")]).is_ok());
            let refused = allowed(Some(&tag), &[one(kind, "yes"), one(kind, "no")]).unwrap_err().to_string();
            assert!(
                refused.starts_with(&format!("{kind} it may not be changed: the tag drills=yes is missing"))
            );
            assert!(refused.contains("aws ") && refused.contains("Key=drills,Value=yes"), "{refused}");
        }
        assert!(allowed(Some(&tag), &[one(ResourceKind::Rule, "no")]).is_ok());
    }
}
