//! Iam: identities, their policies, what those decide, and enforcement.
//! Invariant: one for the whole world, whatever region signed. Every edit of a policy is read at once and felt a while
//! later; what a policy decides, it decides the same way for a simulation and for a call.
//! Not here: keys of sessions (see `sts`), signatures (see `lab::wire`).
//! Used by: `World`.

mod account;
mod actions;
pub(in crate::lab) mod build;
mod create;
mod edit;
mod encoded;
mod enforce;
pub(in crate::lab) mod fault;
mod hold;
mod identity;
mod key;
mod known;
pub(in crate::lab) mod lagged;
pub(in crate::lab) mod look;
mod managed;
pub(in crate::lab) mod model;
pub(in crate::lab) mod policy;
mod profile;
mod settings;
mod simulate;
#[cfg(test)]
mod tests;
mod tree;

use self::model::Kind::{Group, Role, User};
pub(in crate::lab) use self::model::State;
pub use self::{enforce::check_policy, settings::Settings};
use super::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AddRoleToInstanceProfile"),
    Operation::real("AddUserToGroup"),
    Operation::real("AttachGroupPolicy"),
    Operation::real("AttachRolePolicy"),
    Operation::real("AttachUserPolicy"),
    Operation::real("CreateAccessKey"),
    Operation::real("CreateGroup"),
    Operation::real("CreateInstanceProfile"),
    Operation::real("CreatePolicy"),
    Operation::real("CreatePolicyVersion"),
    Operation::real("CreateRole"),
    Operation::real("CreateUser"),
    Operation::real("DeleteAccessKey"),
    Operation::real("DeleteGroup"),
    Operation::real("DeleteGroupPolicy"),
    Operation::real("DeleteInstanceProfile"),
    Operation::real("DeletePolicy"),
    Operation::real("DeletePolicyVersion"),
    Operation::real("DeleteRole"),
    Operation::real("DeleteRolePermissionsBoundary"),
    Operation::real("DeleteRolePolicy"),
    Operation::real("DeleteUser"),
    Operation::real("DeleteUserPermissionsBoundary"),
    Operation::real("DeleteUserPolicy"),
    Operation::real("DetachGroupPolicy"),
    Operation::real("DetachRolePolicy"),
    Operation::real("DetachUserPolicy"),
    Operation::real("GetAccessKeyLastUsed"),
    Operation::partial(
        "GetAccountSummary",
        "quotas are those of a new account; certificates and devices are not kept",
    ),
    Operation::real("GetContextKeysForCustomPolicy"),
    Operation::real("GetContextKeysForPrincipalPolicy"),
    Operation::real("GetGroup"),
    Operation::real("GetGroupPolicy"),
    Operation::real("GetInstanceProfile"),
    Operation::real("GetPolicy"),
    Operation::real("GetPolicyVersion"),
    Operation::real("GetRole"),
    Operation::real("GetRolePolicy"),
    Operation::partial("GetUser", "no console password, so never PasswordLastUsed"),
    Operation::real("GetUserPolicy"),
    Operation::real("ListAccessKeys"),
    Operation::real("ListAccountAliases"),
    Operation::real("ListAttachedGroupPolicies"),
    Operation::real("ListAttachedRolePolicies"),
    Operation::real("ListAttachedUserPolicies"),
    Operation::partial("ListEntitiesForPolicy", "neither filters nor pages"),
    Operation::real("ListGroupPolicies"),
    Operation::real("ListGroups"),
    Operation::real("ListGroupsForUser"),
    Operation::real("ListInstanceProfiles"),
    Operation::real("ListInstanceProfilesForRole"),
    Operation::partial("ListPolicies", "of AWS's own policies only those that the deployment uses"),
    Operation::real("ListPolicyVersions"),
    Operation::real("ListRolePolicies"),
    Operation::real("ListRoleTags"),
    Operation::partial("ListRoles", "no service-linked roles"),
    Operation::real("ListUserPolicies"),
    Operation::real("ListUserTags"),
    Operation::real("ListUsers"),
    Operation::real("PutGroupPolicy"),
    Operation::real("PutRolePermissionsBoundary"),
    Operation::real("PutRolePolicy"),
    Operation::real("PutUserPermissionsBoundary"),
    Operation::real("PutUserPolicy"),
    Operation::real("RemoveRoleFromInstanceProfile"),
    Operation::real("RemoveUserFromGroup"),
    Operation::real("SetDefaultPolicyVersion"),
    Operation::partial("SimulateCustomPolicy", "no scenarios of ResourceHandlingOption"),
    Operation::partial("SimulatePrincipalPolicy", "no organisation's policies, no PolicyExclusionList"),
    Operation::real("TagRole"),
    Operation::real("TagUser"),
    Operation::real("UntagRole"),
    Operation::real("UntagUser"),
    Operation::real("UpdateAccessKey"),
    Operation::real("UpdateAssumeRolePolicy"),
    Operation::real("UpdateRole"),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn iam_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "CreateUser" => identity::create(self, call, User),
            "CreateGroup" => identity::create(self, call, Group),
            "CreateRole" => identity::create(self, call, Role),
            "GetUser" => identity::get(self, call, User),
            "GetRole" => identity::get(self, call, Role),
            "GetGroup" => identity::get_group(self, call),
            "ListUsers" => identity::list(self, call, User),
            "ListGroups" => identity::list(self, call, Group),
            "ListRoles" => identity::list(self, call, Role),
            "DeleteUser" => identity::delete(self, call, User),
            "DeleteGroup" => identity::delete(self, call, Group),
            "DeleteRole" => identity::delete(self, call, Role),
            "UpdateRole" => identity::update_role(self, call),
            "UpdateAssumeRolePolicy" => identity::update_trust(self, call),
            "SimulateCustomPolicy" => simulate::custom(self, call),
            "SimulatePrincipalPolicy" => simulate::principal(self, call),
            "GetContextKeysForCustomPolicy" => simulate::keys_custom(call),
            "GetContextKeysForPrincipalPolicy" => simulate::keys_principal(self, call),
            "GetAccountSummary" => account::summary(self),
            "ListAccountAliases" => account::aliases(self, call),
            _ => self.iam_policy_operate(call),
        }
    }

    fn iam_policy_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "PutUserPolicy" => hold::put(self, call, User),
            "PutGroupPolicy" => hold::put(self, call, Group),
            "PutRolePolicy" => hold::put(self, call, Role),
            "GetUserPolicy" => hold::get(self, call, User),
            "GetGroupPolicy" => hold::get(self, call, Group),
            "GetRolePolicy" => hold::get(self, call, Role),
            "DeleteUserPolicy" => hold::delete(self, call, User),
            "DeleteGroupPolicy" => hold::delete(self, call, Group),
            "DeleteRolePolicy" => hold::delete(self, call, Role),
            "ListUserPolicies" => hold::list(self, call, User),
            "ListGroupPolicies" => hold::list(self, call, Group),
            "ListRolePolicies" => hold::list(self, call, Role),
            "AttachUserPolicy" => hold::attach(self, call, User),
            "AttachGroupPolicy" => hold::attach(self, call, Group),
            "AttachRolePolicy" => hold::attach(self, call, Role),
            "DetachUserPolicy" => hold::detach(self, call, User),
            "DetachGroupPolicy" => hold::detach(self, call, Group),
            "DetachRolePolicy" => hold::detach(self, call, Role),
            "ListAttachedUserPolicies" => hold::attached(self, call, User),
            "ListAttachedGroupPolicies" => hold::attached(self, call, Group),
            "ListAttachedRolePolicies" => hold::attached(self, call, Role),
            "PutUserPermissionsBoundary" => hold::bound(self, call, User, true),
            "PutRolePermissionsBoundary" => hold::bound(self, call, Role, true),
            "DeleteUserPermissionsBoundary" => hold::bound(self, call, User, false),
            "DeleteRolePermissionsBoundary" => hold::bound(self, call, Role, false),
            "AddUserToGroup" => hold::member(self, call, true),
            "RemoveUserFromGroup" => hold::member(self, call, false),
            "ListGroupsForUser" => hold::groups(self, call),
            _ => self.iam_other_operate(call),
        }
    }

    fn iam_other_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "CreatePolicy" => managed::create(self, call),
            "GetPolicy" => managed::get(self, call),
            "ListPolicies" => managed::list(self, call),
            "DeletePolicy" => managed::delete(self, call),
            "CreatePolicyVersion" => managed::create_version(self, call),
            "SetDefaultPolicyVersion" => managed::set_default(self, call),
            "GetPolicyVersion" => managed::get_version(self, call),
            "ListPolicyVersions" => managed::list_versions(self, call),
            "DeletePolicyVersion" => managed::delete_version(self, call),
            "ListEntitiesForPolicy" => managed::entities(self, call),
            "CreateAccessKey" => key::create(self, call),
            "ListAccessKeys" => key::list(self, call),
            "UpdateAccessKey" => key::update(self, call),
            "DeleteAccessKey" => key::delete(self, call),
            "GetAccessKeyLastUsed" => key::last_used(self, call),
            "CreateInstanceProfile" => profile::create(self, call),
            "GetInstanceProfile" => profile::get(self, call),
            "ListInstanceProfiles" => profile::list(self, call),
            "ListInstanceProfilesForRole" => profile::list_for_role(self, call),
            "AddRoleToInstanceProfile" => profile::set_role(self, call, true),
            "RemoveRoleFromInstanceProfile" => profile::set_role(self, call, false),
            "DeleteInstanceProfile" => profile::delete(self, call),
            "TagUser" => account::tag(self, call, User),
            "TagRole" => account::tag(self, call, Role),
            "UntagUser" => account::untag(self, call, User),
            "UntagRole" => account::untag(self, call, Role),
            "ListUserTags" => account::list_tags(self, call, User),
            "ListRoleTags" => account::list_tags(self, call, Role),
            other => Err(World::unrouted(Service::Iam, other)),
        }
    }
}
