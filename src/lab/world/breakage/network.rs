//! Network: places that are lost, with all that is in them.
//! Invariant: AWS's reads still show what was there; only packets are lost.
//! Used by: `breakage`.

use super::{effect::Effect, error::BreakError, look::Machine, machine, with::With};
use crate::lab::world::World;

/// `zone-lost`.
pub(super) fn zone_lost(world: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    let zone = with.need("zone");
    for region in world.breakable_regions() {
        if zone.starts_with(&region) {
            return lost(world, &region, |own| own == zone, &format!("zone {zone} with anything in it"));
        }
    }
    Err(BreakError::Nothing(format!("zone {zone}")))
}

/// `region-lost`.
pub(super) fn region_lost(world: &mut World, with: &With) -> Result<Vec<Effect>, BreakError> {
    let region = world.breakable_region(with.need("region"))?;
    lost(world, &region, |_| true, &format!("region {region} with anything in it"))
}

fn lost(
    world: &mut World,
    region: &str,
    zone: impl Fn(&str) -> bool,
    what: &str,
) -> Result<Vec<Effect>, BreakError> {
    let machines: Vec<Machine> =
        world.breakable_machines(region)?.into_iter().filter(|own| zone(&own.zone)).collect();
    let fronts = world.breakable_fronts(region)?.into_iter().filter(|front| zone(&front.zone));
    let dark = fronts.map(|front| Effect::Dark(front.address));
    let effects: Vec<Effect> = machine::unreachable(machines).chain(dark).collect();
    if effects.is_empty() { Err(BreakError::Nothing(what.to_owned())) } else { Ok(effects) }
}
