//! Registry: from the kind that a drill names to the change.
//! Invariant: one line for each kind; a kind that is not built in is refused by name.
//! Not here: what kinds a drill may name and how their parameters read (see `drill`).
//! Used by: plan, engine.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Change, ChangeError, hold, noop, run_command};
use crate::drill::model::ChangeSpec;

pub use super::context::ChangeContext;

/// Every kind there is, in the order of the documentation.
pub const KINDS: &[&str] = &[
    "ec2.revoke-ingress",
    "noop",
    "hold",
    "run",
    "rds.switchover-global-cluster",
    "rds.failover-global-cluster",
    "route53.hold-traffic",
];

/// The change that `spec` asks for. Calls nothing.
///
/// # Errors
/// `Refused` if the kind is unknown, not in this build, or its parameters do not fit it.
pub fn build(spec: &ChangeSpec, cx: &ChangeContext) -> Result<Box<dyn Change>, ChangeError> {
    if ["hold", "run"].contains(&spec.kind.as_str()) && !cx.on_this_machine {
        return Ok(noop::stand_in(&spec.kind));
    }
    Ok(match spec.kind.as_str() {
        "noop" => noop::build(params(spec)?),
        "hold" => hold::build(params(spec)?, cx),
        "run" => run_command::build(params(spec)?, cx.clock),
        #[cfg(feature = "aws")]
        "ec2.revoke-ingress" => super::ec2_revoke_ingress::build(params(spec)?, cx),
        #[cfg(feature = "aws")]
        "rds.switchover-global-cluster" => super::rds_switchover_global_cluster::build(params(spec)?, cx),
        #[cfg(feature = "aws")]
        "rds.failover-global-cluster" => super::rds_failover_global_cluster::build(params(spec)?, cx),
        #[cfg(feature = "aws")]
        "route53.hold-traffic" => super::route53_hold_traffic::build(params(spec)?, cx),
        known if KINDS.contains(&known) => {
            let words = format!(
                "{known} needs AWS, and this program was built without it; build it with `--features aws`"
            );
            return Err(ChangeError::Refused(words));
        }
        unknown => {
            let near = crate::text::nearest(unknown, KINDS.iter().copied());
            let hint = near.map_or_else(
                || format!("there are {}", KINDS.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            return Err(ChangeError::Refused(format!("no change is called {unknown}; {hint}")));
        }
    })
}

fn params<T: DeserializeOwned>(spec: &ChangeSpec) -> Result<T, ChangeError> {
    T::deserialize(Value::Object(spec.params.clone()))
        .map_err(|error| ChangeError::Refused(format!("the parameters of {} do not fit: {error}", spec.kind)))
}

#[cfg(test)]
mod tests;
