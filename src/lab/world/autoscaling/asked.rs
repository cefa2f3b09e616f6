//! Asked: what a call says, and how the service refuses it.
//! Invariant: reads only; every refusal is a `ValidationError`.
//! Used by: the operations of `autoscaling`.

use super::model::Group;
use crate::lab::world::{
    World,
    call::{AwsFault, Call},
    page::Paging,
    refusal,
};

/// How most operations page.
pub(super) const PAGES: Paging = Paging {
    token: "NextToken",
    limit: "MaxRecords",
    range: (1, 100),
    default: 50,
    bad_token: "InvalidNextToken",
    bad_limit: "ValidationError",
};

/// A parameter that AWS does not take.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationError", message)
}

/// A parameter that must be given.
pub(super) fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsFault> {
    call.params.text(name).ok_or_else(|| invalid(refusal::null(name)))
}

/// The group that `AutoScalingGroupName` names.
pub(super) fn named<'a>(world: &'a World, call: &Call) -> Result<&'a Group, AwsFault> {
    let name = required(call, "AutoScalingGroupName")?;
    let group = world.scaling_group(&call.region, name);
    group.ok_or_else(|| invalid("AutoScalingGroup name not found - null"))
}

/// A whole number that may be given.
pub(super) fn number(call: &Call, name: &str) -> Result<Option<u32>, AwsFault> {
    let Some(text) = call.params.text(name) else { return Ok(None) };
    let read = text.parse().ok();
    read.map(Some).ok_or_else(|| invalid(format!("{name} must be a whole number that is not negative")))
}
