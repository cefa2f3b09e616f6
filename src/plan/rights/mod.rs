//! Rights: whether what a run calls is allowed to whoever calls it, asked before anything is touched.
//! Invariant: reads only. What is known to be denied is denied; what AWS was not told enough for, or does not say, is
//! unknown; nothing is allowed for want of an answer.
//! Not here: what is needed (see `policy`), what follows (see `guard::rights`).
//! Used by: resolve; cli shows it.

mod ask;
mod context;
mod principal;
mod ruling;
#[cfg(test)]
mod tests;

pub use self::ruling::{May, Ruling};
pub(super) use self::{
    ask::ask,
    principal::{Principal, principals},
};
