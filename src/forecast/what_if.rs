//! What_if: what each setting would buy.
//! Invariant: both sides of a comparison are drawn by the same seeds, so that chance does not look like a gain.
//! Not here: the settings (see `setting`).
//! Used by: `forecast`; cli.

use super::{
    distribution::{Band, Distribution, NEVER},
    setting::Setting,
};

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// What is set otherwise: one setting, or several together.
    pub settings: Vec<Setting>,
    /// As each is now; `None`: the deployment has nothing of the kind.
    pub now: Vec<Option<String>>,
    /// What comes of it.
    pub then: Distribution,
}

impl WhatIf {
    /// By how many seconds the middle of the recovery time moves; negative: users are served sooner. `None`: nobody
    /// recovers in half of the runs, before or then.
    pub fn gain(&self, before: Option<Band>) -> Option<f64> {
        let (then, before) = (self.then.recovery?, before?);
        if then.p50 == NEVER || before.p50 == NEVER {
            return None;
        }
        Some(then.p50.as_secs_f64() - before.p50.as_secs_f64())
    }
}
