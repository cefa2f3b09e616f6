//! Account: the credentials are the deployment's, on both sides, and so is what they would change.
//! Used by: guard.

use super::{Case, Finding};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let wanted = &case.from.drill.deployment.account;
    let mut all = Vec::new();
    all.extend(other(wanted, &case.from.caller.account, &format!(" ({})", case.from.caller.arn)));
    match &case.from.looked.primary_account {
        Some(Ok(account)) => all.extend(other(wanted, account, " of the primary's role or profile")),
        Some(Err(why)) => all.push(Finding::Untold(format!(
            "whose the primary's credentials are can not be told: {why}; check its role or profile in the deployment file"
        ))),
        None => {}
    }
    all.extend(foreign(case, wanted));
    all
}

fn other(wanted: &str, actual: &str, whose: &str) -> Option<Finding> {
    (wanted != actual).then(|| {
        Finding::Refused(format!(
            "the credentials belong to account {actual}{whose}, the deployment lives in {wanted}: \
             use credentials of {wanted}, or correct `account` in the deployment file"
        ))
    })
}

/// Something shared by another account would be changed for that account too.
fn foreign(case: &Case<'_>, wanted: &str) -> Option<Finding> {
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned).filter(|account| !account.is_empty());
    let arns = case.resources.iter().map(|one| one.id.as_str()).filter(|id| id.starts_with("arn:"));
    let foreign: Vec<&str> =
        arns.filter(|arn| account(arn).is_some_and(|account| account != wanted)).collect();
    (!foreign.is_empty()).then(|| {
        Finding::Refused(format!(
            "{} belongs to another account than {wanted}: a drill changes nothing outside the deployment's account",
            foreign.join(", ")
        ))
    })
}
