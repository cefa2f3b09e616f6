//! Cost: what one look asks of AWS, known before the first.
//! Invariant: an upper bound where looks differ; a probe that calls AWS says so here, or a plan's sums are wrong.
//! Not here: how often a probe looks (see `Probe::interval`), what AWS allows (see `aws::quota`).
//! Used by: the probes of AWS; plan.

use crate::drill::model::Side;

/// One operation among those of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// As IAM spells it.
    pub operation: &'static str,
    /// The region that is called; `None`: the service has none.
    pub side: Option<Side>,
    /// Calls in a thousand looks: not every look makes each.
    pub per_thousand: u64,
}

impl Cost {
    /// This many calls in each look.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only probes of AWS cost anything"))]
    pub(super) fn each(operation: &'static str, side: Option<Side>, calls: usize) -> Cost {
        Cost { operation, side, per_thousand: calls as u64 * 1000 }
    }
}
