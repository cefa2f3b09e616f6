//! Tally: how many calls each operation had, and how they ended.
//! Invariant: only counts; nothing in the world depends on it.
//! Used by: `World::exchange` counts; the control door shows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    call::{Call, Service},
    misbehave::Exchange,
};

/// Clients that make names up do not fill the memory: so many operations are told apart at most.
const MOST: usize = 4_096;

/// The counts.
#[derive(Debug, Default)]
pub(in crate::lab) struct State(BTreeMap<(Service, String, String), Counts>);

/// How often one operation was called in one region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Calls.
    pub calls: u64,
    /// Of these, answered with an error.
    pub errors: u64,
    /// Of these, by a rule of misbehaviour.
    pub misbehaved: u64,
}

/// The counts of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The service, as signatures call it.
    pub service: &'static str,
    /// The region that signed.
    pub region: String,
    /// The operation.
    pub operation: String,
    /// Its counts.
    #[serde(flatten)]
    pub counts: Counts,
}

impl State {
    /// Counts one call.
    pub(super) fn count(&mut self, call: &Call, exchange: &Exchange) {
        let key = (call.service, call.region.clone(), call.operation.clone());
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            return;
        }
        let counts = self.0.entry(key).or_default();
        counts.calls += 1;
        counts.errors += u64::from(exchange.reply.is_err());
        counts.misbehaved += u64::from(!exchange.rules.is_empty());
    }

    /// Every operation that was called, in order.
    pub(super) fn rows(&self) -> Vec<Row> {
        let row = |((service, region, operation), counts): (&(Service, String, String), &Counts)| Row {
            service: service.scope(),
            region: region.clone(),
            operation: operation.clone(),
            counts: *counts,
        };
        self.0.iter().map(row).collect()
    }
}
