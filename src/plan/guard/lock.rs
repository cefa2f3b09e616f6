//! Lock: what a run goes without when the account keeps nothing of it. Refuses nothing: the lock itself is taken by the run.
//! Used by: guard.

use super::{Case, Finding};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.from.drill.deployment.account_lock {
        return Vec::new();
    }
    let words = "account_lock is false: no run elsewhere is kept out, `firedrill halt` does not stop this one, and if \
                 this machine is lost nothing in the account says how to put things back";
    vec![Finding::Warned(words.to_owned())]
}
