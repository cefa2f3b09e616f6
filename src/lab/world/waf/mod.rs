//! Waf: web ACLs, what they are associated with, and what they make of requests.
//! Invariant: regional; a write needs the newest lock token; rules come back exactly as they were written.
//! Used by: `World`, `site`.

mod acl;
mod association;
mod capacity;
mod model;
mod set;
mod settings;
pub(in crate::lab) mod start;
#[cfg(test)]
mod tests;
mod tree;
mod verdict;

pub use self::settings::Settings;
pub(in crate::lab) use self::{model::State, verdict::Block};
use super::{
    World,
    call::{Call, Operation, Reply, Service, Tree},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::partial("AssociateWebACL", "application load balancers only"),
    Operation::partial("CheckCapacity", "a rule group of one's own costs nothing"),
    Operation::real("CreateIPSet"),
    Operation::partial(
        "CreateWebACL",
        "IP set, byte match (path, query, method, host), rate and logic rules act on requests; other statements and \
         managed groups are kept and never match",
    ),
    Operation::real("DeleteIPSet"),
    Operation::real("DeleteWebACL"),
    Operation::partial("DisassociateWebACL", "application load balancers only"),
    Operation::real("GetIPSet"),
    Operation::real("GetWebACL"),
    Operation::real("GetWebACLForResource"),
    Operation::partial("ListAvailableManagedRuleGroups", "AWS's own free groups only"),
    Operation::real("ListIPSets"),
    Operation::real("ListResourcesForWebACL"),
    Operation::real("ListTagsForResource"),
    Operation::real("ListWebACLs"),
    Operation::real("TagResource"),
    Operation::real("UntagResource"),
    Operation::real("UpdateIPSet"),
    Operation::partial("UpdateWebACL", "the same statements act as with CreateWebACL"),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn waf_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "CreateWebACL" => acl::create(self, call),
            "UpdateWebACL" => acl::update(self, call),
            "DeleteWebACL" => acl::delete(self, call),
            "GetWebACL" => acl::get(self, call),
            "ListWebACLs" => acl::list(self, call),
            "CreateIPSet" => set::create(self, call),
            "UpdateIPSet" => set::update(self, call),
            "DeleteIPSet" => set::delete(self, call),
            "GetIPSet" => set::get(self, call),
            "ListIPSets" => set::list(self, call),
            "AssociateWebACL" => association::associate(self, call),
            "DisassociateWebACL" => association::disassociate(self, call),
            "GetWebACLForResource" => association::get(self, call),
            "ListResourcesForWebACL" => association::list(self, call),
            "ListTagsForResource" => tree::list_tags(self, call),
            "TagResource" => tree::tag(self, call),
            "UntagResource" => tree::untag(self, call),
            "CheckCapacity" => {
                let cost = call.params.json("Rules").map_or(0, capacity::of_rules);
                Ok(Tree::map([("Capacity", Some(Tree::Int(cost)))]))
            }
            "ListAvailableManagedRuleGroups" => {
                model::scope(call)?;
                let tree = |(name, _, words): &(&str, i64, &str)| {
                    Tree::map([
                        ("VendorName", Tree::text("AWS")),
                        ("Name", Tree::text(*name)),
                        ("VersioningSupported", Some(Tree::Bool(true))),
                        ("Description", Tree::text(*words)),
                    ])
                };
                tree::listing("ManagedRuleGroups", capacity::GROUPS.iter().map(tree).collect(), &call.params)
            }
            other => Err(World::unrouted(Service::Waf, other)),
        }
    }
}
