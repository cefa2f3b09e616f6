mod enforce;
mod simulate;

use super::*;
use crate::lab::world::{
    call::AwsFault,
    testing::{call, items, text, world},
};

pub(super) fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Iam, operation, "us-east-1", params)
}

fn code(reply: Reply) -> (u16, &'static str, String) {
    let AwsFault { status, code, message } = reply.unwrap_err();
    (status, code, message)
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;
const READS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}"#;

#[test]
fn a_role_lives_and_dies() {
    let mut world = world();
    let made = [("RoleName", "drill"), ("Path", "/ops/"), ("AssumeRolePolicyDocument", TRUST)];
    let reply = ask(&mut world, "CreateRole", &made).unwrap();
    assert_eq!(text(&reply, "Role.Arn"), "arn:aws:iam::111122223333:role/ops/drill");
    assert!(text(&reply, "Role.RoleId").starts_with("AROA") && text(&reply, "Role.RoleId").len() == 21);
    // "Policies returned by this operation are URL-encoded compliant with RFC 3986."
    assert!(text(&reply, "Role.AssumeRolePolicyDocument").starts_with("%7B%22Version%22%3A%222012-10-17%22"));
    let (status, name, message) = code(ask(&mut world, "CreateRole", &made));
    assert_eq!(
        (status, name, message.as_str()),
        (409, "EntityAlreadyExists", "Role with name drill already exists.")
    );

    let inline = [("RoleName", "drill"), ("PolicyName", "reads"), ("PolicyDocument", READS)];
    ask(&mut world, "PutRolePolicy", &inline).unwrap();
    let listed = ask(&mut world, "ListRolePolicies", &inline[..1]).unwrap();
    assert_eq!(
        (text(&listed, "PolicyNames.0"), text(&listed, "IsTruncated")),
        ("reads".into(), "false".into())
    );
    let (status, name, message) = code(ask(&mut world, "DeleteRole", &inline[..1]));
    assert_eq!((status, name), (409, "DeleteConflict"));
    assert_eq!(message, "Cannot delete entity, must delete policies first.");
    ask(&mut world, "DeleteRolePolicy", &inline[..2]).unwrap();
    ask(&mut world, "DeleteRole", &inline[..1]).unwrap();
    let (status, name, message) = code(ask(&mut world, "GetRole", &inline[..1]));
    assert_eq!(
        (status, name, message.as_str()),
        (404, "NoSuchEntity", "The role with name drill cannot be found.")
    );
}

#[test]
fn a_bad_document_changes_nothing() {
    let mut world = world();
    let bad = [("UserName", "firedrill"), ("PolicyName", "p"), ("PolicyDocument", "{\"Version\":1}")];
    assert_eq!(code(ask(&mut world, "PutUserPolicy", &bad)).1, "MalformedPolicyDocument");
    assert!(items(&ask(&mut world, "ListUserPolicies", &bad[..1]).unwrap(), "PolicyNames").is_empty());
}

/// "A managed policy can have up to five versions"; "you cannot delete the default version".
#[test]
fn a_managed_policy_has_versions() {
    let mut world = world();
    let reply =
        ask(&mut world, "CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", READS)]).unwrap();
    let arn = text(&reply, "Policy.Arn");
    assert_eq!(
        (arn.as_str(), text(&reply, "Policy.DefaultVersionId")),
        ("arn:aws:iam::111122223333:policy/reads", "v1".into())
    );
    let next = [("PolicyArn", arn.as_str()), ("PolicyDocument", READS), ("SetAsDefault", "true")];
    for _ in 0..4 {
        ask(&mut world, "CreatePolicyVersion", &next).unwrap();
    }
    assert_eq!(code(ask(&mut world, "CreatePolicyVersion", &next)).1, "LimitExceeded");
    let version = |id| [("PolicyArn", arn.as_str()), ("VersionId", id)];
    assert_eq!(code(ask(&mut world, "DeletePolicyVersion", &version("v5"))).1, "DeleteConflict");
    ask(&mut world, "DeletePolicyVersion", &version("v1")).unwrap();
    assert_eq!(code(ask(&mut world, "GetPolicyVersion", &version("v1"))).1, "NoSuchEntity");
    let local = ask(&mut world, "ListPolicies", &[("Scope", "Local")]).unwrap();
    assert_eq!(items(&local, "Policies").len(), 1);

    let attach = [("UserName", "firedrill"), ("PolicyArn", arn.as_str())];
    ask(&mut world, "AttachUserPolicy", &attach).unwrap();
    assert_eq!(
        code(ask(&mut world, "DeletePolicy", &attach[1..])).2,
        "Cannot delete a policy attached to entities."
    );
    let attached = ask(&mut world, "ListAttachedUserPolicies", &attach[..1]).unwrap();
    assert_eq!(items(&attached, "AttachedPolicies").len(), 2);
    ask(&mut world, "DetachUserPolicy", &attach).unwrap();
    assert_eq!(code(ask(&mut world, "DetachUserPolicy", &attach)).1, "NoSuchEntity");
}

/// "AccessKeysPerUser: 2"; a key that was made inactive opens nothing.
#[test]
fn keys_are_made_and_made_inactive() {
    let mut world = world();
    let key = text(&ask(&mut world, "CreateAccessKey", &[]).unwrap(), "AccessKey.AccessKeyId");
    assert!(key.starts_with("AKIA") && key.len() == 20 && world.key(&key).is_some());
    assert_eq!(
        code(ask(&mut world, "CreateAccessKey", &[])).2,
        "Cannot exceed quota for AccessKeysPerUser: 2"
    );
    ask(&mut world, "UpdateAccessKey", &[("AccessKeyId", &key), ("Status", "Inactive")]).unwrap();
    assert!(world.key(&key).is_none());
    ask(&mut world, "DeleteAccessKey", &[("AccessKeyId", &key)]).unwrap();
    assert_eq!(items(&ask(&mut world, "ListAccessKeys", &[]).unwrap(), "AccessKeyMetadata").len(), 1);
}

#[test]
fn users_groups_and_profiles_refer_to_each_other() {
    let mut world = world();
    ask(&mut world, "CreateGroup", &[("GroupName", "ops")]).unwrap();
    let both = [("GroupName", "ops"), ("UserName", "firedrill")];
    ask(&mut world, "AddUserToGroup", &both).unwrap();
    assert_eq!(text(&ask(&mut world, "GetGroup", &both[..1]).unwrap(), "Users.0.UserName"), "firedrill");
    assert_eq!(text(&ask(&mut world, "ListGroupsForUser", &both[1..]).unwrap(), "Groups.0.GroupName"), "ops");
    assert_eq!(code(ask(&mut world, "DeleteGroup", &both[..1])).1, "DeleteConflict");
    let profile = ask(&mut world, "GetInstanceProfile", &[("InstanceProfileName", "bastion")]).unwrap();
    assert_eq!(text(&profile, "InstanceProfile.Roles.0.RoleName"), "bastion");
    assert_eq!(text(&ask(&mut world, "GetUser", &[]).unwrap(), "User.UserName"), "firedrill");
    let summary = ask(&mut world, "GetAccountSummary", &[]).unwrap();
    assert_eq!(text(&summary, "SummaryMap.0.value"), "1");
    let first = ask(&mut world, "ListRoles", &[("MaxItems", "2")]).unwrap();
    assert_eq!(text(&first, "IsTruncated"), "true");
    let marker = text(&first, "Marker");
    let rest = ask(&mut world, "ListRoles", &[("Marker", &marker)]).unwrap();
    assert_eq!(items(&rest, "Roles").len(), 2);
}
