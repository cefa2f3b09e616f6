//! Credentials: whose they are, and how long they last.
//! Invariant: as the guard of a run judges them; without a drill an hour is reckoned with.

use std::time::Duration;

use crate::{
    aws::Renewal,
    clock,
    drill::model::Side,
    ready::case::{Case, Judged, fail, known, pass, unknown, warn},
    text,
};

/// What a drill takes that says nothing else: the default of `time_limit`.
const USUAL: Duration = Duration::from_secs(60 * 60);

pub(in crate::ready) fn account(case: &Case<'_>) -> Judged {
    let wanted = &case.deployment.account;
    let caller = known(&case.survey.caller)?;
    let primary = case.survey.primary_account.as_ref().map(known).transpose()?;
    let mend = format!("use credentials of {wanted}, or correct `account` in the deployment file");
    for account in [Some(&caller.account), primary].into_iter().flatten() {
        if account != wanted {
            return fail(
                format!("the credentials belong to {account}, the deployment lives in {wanted}"),
                mend,
            );
        }
    }
    pass(format!("{} in {}", caller.arn, caller.account))
}

pub(in crate::ready) fn session(case: &Case<'_>) -> Judged {
    known(&case.survey.caller)?;
    let takes = case.drill.map_or(USUAL, |drill| drill.time_limit);
    let end = clock::later(case.survey.at, takes);
    for side in Side::BOTH {
        let Some(lifetime) = case.survey.lifetimes.of(side) else {
            return unknown(format!("nobody says how long the {side}'s credentials last"));
        };
        let nobody = lifetime.renewal == Renewal::Nobody;
        let Some(expires) = lifetime.expires else {
            if lifetime.temporary && nobody {
                return warn(
                    format!("the {side}'s credentials are a session's, and nobody says when it ends"),
                    "use a role that is renewed, or be sure that the session outlasts the drill",
                );
            }
            continue;
        };
        if expires >= end || lifetime.renewal == Renewal::Itself {
            continue;
        }
        let found =
            format!("the {side}'s credentials end at {expires}; a drill may take {}", text::duration(takes));
        return match nobody {
            true => fail(found, "get a longer session, or use a role that is renewed"),
            false => warn(found, "sign in anew before you start (aws sso login)"),
        };
    }
    pass(format!("they last for {} and longer", text::duration(takes)))
}
