//! Credentials: they last for the drill and for putting everything back.
//! Invariant: refused only where nobody renews them; what a person's sign-in renews is a warning.
//! Not here: how long they last (see `aws::Lifetime`).
//! Used by: guard.

use std::time::Duration;

use super::{Case, Finding};
use crate::{
    aws::{Lifetime, Renewal},
    clock,
    drill::model::Side,
    text,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let lifetimes = &case.from.looked.lifetimes;
    let (standby, primary) = (lifetimes.standby, lifetimes.primary);
    let mut all: Vec<Finding> = one(case, Side::Standby, standby).into_iter().collect();
    if primary != standby {
        all.extend(one(case, Side::Primary, primary));
    }
    all
}

fn one(case: &Case<'_>, side: Side, lifetime: Option<Lifetime>) -> Option<Finding> {
    let lifetime = lifetime?;
    let (limit, restore) = (case.from.drill.time_limit, case.restore_time);
    let end = clock::later(case.from.looked.at, limit + restore);
    let reckoned = format!(
        "the drill may take {} and putting everything back is reckoned with {}",
        text::duration(limit),
        text::duration(restore)
    );
    let Some(expires) = lifetime.expires else {
        let ends = lifetime.temporary && lifetime.renewal == Renewal::Nobody;
        return ends.then(|| {
            Finding::UntoldWarned(format!(
                "the {side}'s credentials are a session's that nothing renews, and nobody says when it ends: {reckoned}"
            ))
        });
    };
    let left = Duration::try_from(expires.duration_since(case.from.looked.at)).unwrap_or_default();
    let short =
        format!("the {side}'s credentials expire at {expires}, in {}, and {reckoned}", text::duration(left));
    match lifetime.renewal {
        _ if expires >= end => None,
        Renewal::Itself => None,
        Renewal::SignIn => Some(Finding::Warned(format!(
            "{short}: they are renewed only while your sign-in lasts; sign in anew before you start (aws sso login)"
        ))),
        Renewal::Nobody => Some(Finding::Refused(format!(
            "{short}: nothing renews them, and what was changed could not be put back; get a longer session, or use a \
             role that is renewed"
        ))),
    }
}
