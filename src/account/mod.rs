//! Account: what a run keeps in the account that it works on, so that losing its machine loses nothing.
//! Invariant: everything lies in the standby's region, which the outage leaves alone, under `/firedrill/`; what is kept
//! can be read and cleared by a person with the AWS CLI.
//! Not here: the run's truth (see `journal`: the account holds a copy of what restoring needs, no more).
//! Used by: engine, plan, cli.
//!
//! - the *lock*: one run at a time on a deployment, from whatever machine
//! - the *breadcrumb*: what is outstanding and how to put it back, for when the run's folder is lost
//! - the *safety switch*: one parameter that stops every run of the account

mod breadcrumb;
mod claim;
mod crumbs;
mod keeper;
mod lock;
#[cfg(test)]
pub(crate) mod memory;
mod names;
mod parts;
mod rebuild;
mod shelf;
#[cfg(feature = "aws")]
mod ssm;
pub mod switch;

#[cfg(feature = "aws")]
pub use self::ssm::SsmShelf;
pub use self::{
    breadcrumb::{Breadcrumb, Crumb},
    claim::{Claim, Held},
    crumbs::{CrumbError, Kept},
    keeper::Keeper,
    lock::LockError,
    rebuild::rebuild,
    shelf::{Entry, Shelf, ShelfError},
};

pub mod look;

/// The IAM actions that all of this needs.
pub const PERMISSIONS: [&str; 4] =
    ["ssm:DeleteParameters", "ssm:GetParameter", "ssm:GetParametersByPath", "ssm:PutParameter"];

/// Each of them with the names that a run calls it on; `*` stands for a breadcrumb's parts. The safety switch is only
/// looked at.
pub fn parameters(deployment: &str) -> [(&'static str, Vec<String>); 4] {
    let [delete, get, get_below, put] = PERMISSIONS;
    let (lock, breadcrumb) = (names::lock(deployment), names::breadcrumb(deployment));
    let kept = vec![lock.clone(), format!("{breadcrumb}/*")];
    [
        (delete, kept.clone()),
        (get, vec![names::SWITCH.to_owned(), lock]),
        (get_below, vec![names::below(deployment), breadcrumb]),
        (put, kept),
    ]
}
