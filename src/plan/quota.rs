//! Quota: how many calls a run makes while it watches, against what AWS takes.
//! Invariant: counted from what each probe and the lock say they call; whole numbers, so that a plan reads back as it was
//! written.
//! Not here: the limits (see `aws::quota`), a change's own calls, which are few and go first.
//! Used by: resolve; cli shows it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    account::Keeper,
    aws::quota,
    drill::model::{Drill, Side},
    probe::{Cost, Probe},
};

/// One service, in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaUse {
    /// As IAM spells it.
    pub service: String,
    /// Its region; `None`: it is counted for the whole account.
    pub region: Option<String>,
    /// Calls an hour while the run watches, at the most.
    pub an_hour: u64,
    /// Calls an hour that AWS takes; `None`: it publishes no number.
    pub taken_an_hour: Option<u64>,
    /// Who says so.
    pub source: String,
    /// Each operation, with its calls an hour.
    pub operations: BTreeMap<String, u64>,
}

const HOUR: Duration = Duration::from_secs(3600);

/// Of the watches, and of what is kept in the account.
pub(super) fn of(drill: &Drill, probes: &[Arc<dyn Probe>]) -> Vec<QuotaUse> {
    let mut all: BTreeMap<(&str, Option<Side>), BTreeMap<String, u64>> = BTreeMap::new();
    let mut add = |cost: Cost, every: Duration| {
        let service = cost.operation.split(':').next().unwrap_or_default();
        let counted = all.entry((service, cost.side)).or_default();
        let looks = HOUR.as_millis() / every.as_millis().max(1);
        let calls = u64::try_from(looks).unwrap_or(u64::MAX).saturating_mul(cost.per_thousand) / 1000;
        *counted.entry(cost.operation.to_owned()).or_default() += calls;
    };
    for probe in probes {
        probe.cost().into_iter().for_each(|cost| add(cost, probe.interval()));
    }
    if drill.deployment.account_lock {
        keeping().into_iter().for_each(|(cost, every)| add(cost, every));
    }
    let regions = &drill.deployment.regions;
    let used = all.into_iter().map(|((service, side), operations)| {
        let quota = quota::of(service);
        QuotaUse {
            service: service.to_owned(),
            region: side.map(|side| regions.of(side).region.clone()),
            an_hour: operations.values().sum(),
            taken_an_hour: quota.and_then(|quota| quota.taken).map(|taken| u64::from(taken) * HOUR.as_secs()),
            source: quota.map_or_else(String::new, |quota| quota.source.to_owned()),
            operations,
        }
    });
    used.collect()
}

/// The lock is read and written anew, and the safety switch looked at, in the standby's region.
fn keeping() -> [(Cost, Duration); 3] {
    let call = |operation| Cost { operation, side: Some(Side::Standby), per_thousand: 1000 };
    [
        (call("ssm:GetParameter"), Keeper::LOOK),
        (call("ssm:GetParameter"), Keeper::REFRESH),
        (call("ssm:PutParameter"), Keeper::REFRESH),
    ]
}
