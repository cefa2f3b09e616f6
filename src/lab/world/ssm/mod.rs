//! Ssm: parameters, and the instances that Systems Manager manages.
//! Invariant: regional; a parameter's history is only added to.
//! Not here: sessions and commands, which nothing in the lab could carry out.
//! Used by: `World`.

mod get;
mod instances;
mod model;
mod put;
mod settings;
pub(in crate::lab) mod start;
mod tags;
#[cfg(test)]
mod tests;

pub(in crate::lab) use self::model::State;
pub use self::settings::Settings;
use super::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::partial("AddTagsToResource", "parameters only"),
    Operation::real("DeleteParameter"),
    Operation::real("DeleteParameters"),
    Operation::partial(
        "DescribeInstanceInformation",
        "no associations; filters on ids, status, platform and type",
    ),
    Operation::partial("DescribeParameters", "no parameter policies, no shared parameters"),
    Operation::real("GetParameter"),
    Operation::real("GetParameterHistory"),
    Operation::real("GetParameters"),
    Operation::real("GetParametersByPath"),
    Operation::real("LabelParameterVersion"),
    Operation::partial("ListTagsForResource", "parameters only"),
    Operation::partial(
        "PutParameter",
        "no parameter policies, AllowedPattern is kept and not checked, no AMI check",
    ),
    Operation::partial("RemoveTagsFromResource", "parameters only"),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn ssm_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "PutParameter" => put::put(self, call),
            "DeleteParameter" => put::delete(self, call),
            "DeleteParameters" => put::delete_many(self, call),
            "LabelParameterVersion" => put::label(self, call),
            "GetParameter" => get::one(self, call),
            "GetParameters" => get::many(self, call),
            "GetParametersByPath" => get::by_path(self, call),
            "GetParameterHistory" => get::history(self, call),
            "DescribeParameters" => get::describe(self, call),
            "DescribeInstanceInformation" => instances::describe(self, call),
            "AddTagsToResource" => tags::add(self, call),
            "RemoveTagsFromResource" => tags::remove(self, call),
            "ListTagsForResource" => tags::list(self, call),
            other => Err(World::unrouted(Service::Ssm, other)),
        }
    }
}
