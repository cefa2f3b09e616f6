//! Kept: what a run writes beside its changes, and what of that stays: in the account, and through the write check.
//! Invariant: pure; with the changes' own calls this is everything that a run writes anywhere but on this machine.
//! Not here: how it is kept (see `account`), the write check (see `probe`).
//! Used by: resolve; cli shows it.

use serde::{Deserialize, Serialize};

use crate::{
    account::Keeper,
    drill::model::{Drill, Side},
    text,
};

/// Something that a run writes beside its changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The call, as IAM spells it, or the request.
    pub operation: String,
    /// Where it goes.
    pub resource: String,
    /// When.
    pub when: String,
    /// What is left of it after the run; `None`: nothing.
    pub stays: Option<String>,
}

/// Of this drill.
pub(super) fn of(drill: &Drill) -> Vec<Kept> {
    let deployment = &drill.deployment;
    let mut all = Vec::new();
    if deployment.account_lock {
        let region = &deployment.regions.of(Side::Standby).region;
        let kept = |operation: &str, what: &str, when: String| Kept {
            operation: format!("ssm:{operation}"),
            resource: format!("/firedrill/{}/{what} in {region}", deployment.name),
            when,
            stays: None,
        };
        let every = text::duration(Keeper::REFRESH);
        all.push(kept("PutParameter", "lock", format!("at the start, then every {every}")));
        all.push(kept(
            "PutParameter",
            "breadcrumb/…",
            "before each change, and after each restoration".into(),
        ));
        all.push(kept("DeleteParameters", "breadcrumb/…", "at the end, if nothing is outstanding".into()));
        all.push(kept("DeleteParameters", "lock", "at the end, if nothing is outstanding".into()));
    }
    if let Some(check) = &deployment.write_check {
        all.push(Kept {
            operation: check.method.clone(),
            resource: check.url.to_string(),
            when: format!("every {}, all the time", text::duration(drill.probe_interval)),
            stays: Some("what the application writes for it".to_owned()),
        });
    }
    all
}
