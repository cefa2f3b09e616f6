//! Context: what changes are built with.
//! Used by: registry, and every change.

#[cfg(feature = "aws")]
use std::sync::Arc;

use crate::clock::Clock;
#[cfg(feature = "aws")]
use crate::{
    aws::{Aws, Topology},
    drill::model::Deployment,
};

/// What changes are built with.
#[derive(Debug, Clone)]
pub struct ChangeContext {
    /// The world's time.
    pub clock: Clock,
    /// True if changes may touch this machine: commands of the user's own, marker files. Where it is false these do
    /// nothing, and say so.
    pub on_this_machine: bool,
    /// Both regions.
    #[cfg(feature = "aws")]
    pub aws: Aws,
    /// The deployment, as the drill or the journal says.
    #[cfg(feature = "aws")]
    pub deployment: Deployment,
    /// What its names stand for. `None` when restoring from a journal: `before` then holds all that is needed, and
    /// only `capture` refuses.
    #[cfg(feature = "aws")]
    pub topology: Option<Arc<Topology>>,
}
