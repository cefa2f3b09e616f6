//! Policy: the least that a drill's caller must be allowed, as statements of IAM.
//! Invariant: pure; what a run calls is allowed, and nothing else: each action on the resources that were found, by tag
//! and region where AWS can ask for those. `*` stands only where AWS knows no resource.
//! Not here: whether it is allowed now (see `plan::rights`).
//! Used by: resolve, rights; cli.
//!
//! Source: Service Authorization Reference, the tables of each service: resource types and condition keys by action.

mod arn;
mod document;
mod gather;
mod need;
mod scope;
mod statement;
mod terraform;
#[cfg(test)]
mod tests;

pub(super) use self::{
    arn::Arns,
    gather::{Taken, needs},
};
pub use self::{
    document::{Document, LIMIT, documents},
    gather::readiness,
    need::{Need, Part, Subject},
    statement::{Condition, Statement, assume, statements},
    terraform::terraform,
};
