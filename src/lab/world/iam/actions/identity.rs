//! Identity: the actions of IAM and STS.

use super::{
    Resource,
    Resource::{Any, Named},
    Row, row,
};

/// AWS: resources of IAM have paths, which a call does not say; whoever enforces looks the ARN up by name.
const USER: Resource = Named("arn:aws:iam::{a}:user/{}", &["UserName"]);
const GROUP: Resource = Named("arn:aws:iam::{a}:group/{}", &["GroupName"]);
const ROLE: Resource = Named("arn:aws:iam::{a}:role/{}", &["RoleName"]);
const PROFILE: Resource = Named("arn:aws:iam::{a}:instance-profile/{}", &["InstanceProfileName"]);
const POLICY: Resource = Named("{}", &["PolicyArn"]);
const NEW_POLICY: Resource = Named("arn:aws:iam::{a}:policy/{}", &["PolicyName"]);

/// IAM. Its lists of everything are on `*`.
pub(super) const IAM: &[Row] = &[
    row("AddRoleToInstanceProfile", &[PROFILE]),
    row("AddUserToGroup", &[GROUP]),
    row("AttachGroupPolicy", &[GROUP]),
    row("AttachRolePolicy", &[ROLE]),
    row("AttachUserPolicy", &[USER]),
    row("CreateAccessKey", &[USER]),
    row("CreateGroup", &[GROUP]),
    row("CreateInstanceProfile", &[PROFILE]),
    row("CreatePolicy", &[NEW_POLICY]),
    row("CreatePolicyVersion", &[POLICY]),
    row("CreateRole", &[ROLE]),
    row("CreateUser", &[USER]),
    row("DeleteAccessKey", &[USER]),
    row("DeleteGroup", &[GROUP]),
    row("DeleteGroupPolicy", &[GROUP]),
    row("DeleteInstanceProfile", &[PROFILE]),
    row("DeletePolicy", &[POLICY]),
    row("DeletePolicyVersion", &[POLICY]),
    row("DeleteRole", &[ROLE]),
    row("DeleteRolePermissionsBoundary", &[ROLE]),
    row("DeleteRolePolicy", &[ROLE]),
    row("DeleteUser", &[USER]),
    row("DeleteUserPermissionsBoundary", &[USER]),
    row("DeleteUserPolicy", &[USER]),
    row("DetachGroupPolicy", &[GROUP]),
    row("DetachRolePolicy", &[ROLE]),
    row("DetachUserPolicy", &[USER]),
    row("GetAccessKeyLastUsed", &[USER]),
    row("GetContextKeysForPrincipalPolicy", &[Named("{}", &["PolicySourceArn"])]),
    row("GetGroup", &[GROUP]),
    row("GetGroupPolicy", &[GROUP]),
    row("GetInstanceProfile", &[PROFILE]),
    row("GetPolicy", &[POLICY]),
    row("GetPolicyVersion", &[POLICY]),
    row("GetRole", &[ROLE]),
    row("GetRolePolicy", &[ROLE]),
    row("GetUser", &[USER]),
    row("GetUserPolicy", &[USER]),
    row("ListAccessKeys", &[USER]),
    row("ListAttachedGroupPolicies", &[GROUP]),
    row("ListAttachedRolePolicies", &[ROLE]),
    row("ListAttachedUserPolicies", &[USER]),
    row("ListEntitiesForPolicy", &[POLICY]),
    row("ListGroupPolicies", &[GROUP]),
    row("ListGroupsForUser", &[USER]),
    row("ListInstanceProfilesForRole", &[ROLE]),
    row("ListPolicyVersions", &[POLICY]),
    row("ListRolePolicies", &[ROLE]),
    row("ListRoleTags", &[ROLE]),
    row("ListUserPolicies", &[USER]),
    row("ListUserTags", &[USER]),
    row("PutGroupPolicy", &[GROUP]),
    row("PutRolePermissionsBoundary", &[ROLE]),
    row("PutRolePolicy", &[ROLE]),
    row("PutUserPermissionsBoundary", &[USER]),
    row("PutUserPolicy", &[USER]),
    row("RemoveRoleFromInstanceProfile", &[PROFILE]),
    row("RemoveUserFromGroup", &[GROUP]),
    row("SetDefaultPolicyVersion", &[POLICY]),
    row("SimulateCustomPolicy", &[Any]),
    row("SimulatePrincipalPolicy", &[Named("{}", &["PolicySourceArn"])]),
    row("TagRole", &[ROLE]),
    row("TagUser", &[USER]),
    row("UntagRole", &[ROLE]),
    row("UntagUser", &[USER]),
    row("UpdateAccessKey", &[USER]),
    row("UpdateAssumeRolePolicy", &[ROLE]),
    row("UpdateRole", &[ROLE]),
];

/// STS.
pub(super) const STS: &[Row] = &[row("AssumeRole", &[Named("{}", &["RoleArn"])])];
