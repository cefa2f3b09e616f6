//! Rights: everything that the run calls is allowed to its caller, known before anything is touched: what may be broken
//! but not put back must not be broken.
//! Invariant: what is denied is a refusal; a change of which nobody can tell is one, too, unless the deployment goes
//! without asking. A read of which nobody can tell is a warning.
//! Not here: the asking (see `plan::rights`).
//! Used by: guard.

use std::collections::BTreeMap;

use super::{Case, Finding};
use crate::plan::{
    policy::Part,
    rights::{May, Ruling},
};

/// How many of a kind are told one by one.
const TOLD: usize = 4;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    if !case.from.drill.deployment.check_rights {
        let words = "check_rights is false: whether every call is allowed was not asked, and shows itself during the run \
                     alone: what is changed might not be allowed to be put back";
        return vec![Finding::Warned(words.to_owned())];
    }
    // The role's path is the only thing that this is needed for, and most have none.
    let counts = |one: &&Ruling| one.need.action != "iam:GetRole";
    let of = |may: May| case.rulings.iter().filter(counts).filter(move |one| one.may == may);
    let denied: Vec<&Ruling> = of(May::Denied).collect();
    let (unknown, unread): (Vec<&Ruling>, Vec<&Ruling>) =
        of(May::Unknown).partition(|one| one.need.part() == Part::Change);
    let mut all = Vec::new();
    if !denied.is_empty() {
        all.push(Finding::Refused(format!(
            "not everything that the run calls is allowed: {}; `firedrill iam DRILL` prints the policy that allows it",
            told(&denied)
        )));
    }
    if !unknown.is_empty() {
        all.push(Finding::Untold(format!(
            "whether the run may change what it changes can not be told: {}; allow the caller \
             iam:SimulatePrincipalPolicy on itself (`firedrill iam DRILL` prints the policy), or go without asking: \
             --unchecked-rights, or check_rights: false in the deployment's file",
            told(&unknown)
        )));
    }
    if !unread.is_empty() {
        all.push(Finding::Warned(format!(
            "whether all may be read that the run looks at can not be told, and shows itself when it is called: {}",
            told(&unread)
        )));
    }
    all
}

/// Each reason once, with what it is the reason for.
fn told(rulings: &[&Ruling]) -> String {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in rulings {
        let on = if one.need.resource == "*" { String::new() } else { format!(" on {}", one.need.resource) };
        let what = format!("{}{on}", one.need.action);
        let own = reasons.entry(one.because.as_str()).or_default();
        if !own.contains(&what) {
            own.push(what);
        }
    }
    let each = reasons.into_iter().map(|(because, what)| {
        let more = what.len().saturating_sub(TOLD);
        let first = what.into_iter().take(TOLD).collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{first}{more} ({because})")
    });
    each.collect::<Vec<_>>().join("; ")
}
