//! Ingredients: what a plan is made from.
//! Invariant: borrowed and read, never changed.
//! Not here: how it is put together (see `resolve`).
//! Used by: resolve, guard; cli brings them.

use std::{collections::BTreeMap, sync::Arc};

use super::{Looked, aim::Aim};
use crate::{
    aws::{CallerIdentity, Topology},
    change::Change,
    drill::model::{Drill, Side},
    id::StepId,
    probe::Probe,
};

/// What a plan is made from.
pub struct Ingredients<'a> {
    /// The drill.
    pub drill: &'a Drill,
    /// Everything found from the deployment's names.
    pub topology: &'a Topology,
    /// Who the credentials belong to.
    pub caller: &'a CallerIdentity,
    /// The change of each step that has one.
    pub changes: &'a BTreeMap<StepId, Arc<dyn Change>>,
    /// What will be watched.
    pub probes: &'a [Arc<dyn Probe>],
    /// What guards must know beyond that.
    pub looked: &'a Looked,
}

impl Ingredients<'_> {
    /// The sides that the drill harms.
    pub(super) fn harmed(&self) -> Vec<Side> {
        Aim::of(self.drill).harmed
    }
}
