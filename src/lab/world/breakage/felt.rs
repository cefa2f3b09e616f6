//! Felt: what the rest of the world feels of what is broken.
//! Invariant: without breakages everything here says that all is well.
//! Used by: `site`, `rds`; `breakage`.

use std::{net::IpAddr, time::Duration};

use super::{Standing, effect::Effect};
use crate::lab::world::{World, ec2::model::App};

impl World {
    fn broken_effects(&self) -> impl Iterator<Item = &Effect> {
        self.breakage.standing.iter().flat_map(|standing| &standing.effects)
    }

    /// True if packets to this address are lost.
    pub(in crate::lab) fn is_dark(&self, address: IpAddr) -> bool {
        self.broken_effects().any(|effect| *effect == Effect::Dark(address))
    }

    /// True if the database writer of a region takes no connection.
    pub(in crate::lab) fn is_writer_unwell(&self, region: &str) -> bool {
        self.broken_effects().any(|effect| matches!(effect, Effect::Writer(own) if own == region))
    }

    /// How far behind replication is at least.
    pub(in crate::lab) fn least_lag(&self) -> Duration {
        let lags = self.broken_effects().filter_map(|effect| match effect {
            Effect::Lag(lag) => Some(*lag),
            _ => None,
        });
        lags.max().unwrap_or_default()
    }

    /// Makes every instance that a breakage speaks of do what the newest says.
    pub(super) fn feel_machines(&mut self) {
        let (least, now) = (self.least_lag(), self.now());
        self.rds.hold_back(least, now);
        let apps: Vec<(String, String, App)> = self.broken_effects().filter_map(Effect::app).collect();
        for (region, instance, app) in apps {
            self.set_app(&region, &instance, app);
        }
    }

    /// Lets the instances of a healed breakage serve; what else breaks them is felt after this.
    pub(super) fn serve_again(&mut self, healed: &Standing) {
        for (region, instance, _) in healed.effects.iter().filter_map(Effect::app) {
            self.set_app(&region, &instance, App::Serving);
        }
    }
}

impl Effect {
    /// The instance that it speaks of, and what it makes it do.
    fn app(&self) -> Option<(String, String, App)> {
        match self {
            Effect::App { region, instance, app } => Some((region.clone(), instance.clone(), *app)),
            Effect::Flaps { region, instance, down, .. } => {
                Some((region.clone(), instance.clone(), if *down { App::Down } else { App::Serving }))
            }
            _ => None,
        }
    }
}
