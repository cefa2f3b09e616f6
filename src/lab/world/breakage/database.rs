//! Database: a writer that is unwell, and replication that falls behind.
//! Invariant: no status of RDS tells of either.
//! Used by: `breakage`.

use std::time::Duration;

use super::{effect::Effect, error::BreakError, with::With};
use crate::lab::world::World;

/// `writer-unwell`.
pub(super) fn writer_unwell(world: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    Ok(vec![Effect::Writer(world.breakable_region(with.need("region"))?)])
}

/// `replication-lag`; a day is more than any replication survives.
pub(super) fn replication_lag(_: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    let seconds = with.number("seconds", 1, 86_400)?.unwrap_or_default();
    Ok(vec![Effect::Lag(Duration::from_secs(seconds))])
}
