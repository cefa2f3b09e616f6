//! Settings: what a world may choose about Auto Scaling where AWS publishes no number.
//! Invariant: every default lies within what was observed.
//! Used by: `autoscaling`.

use serde::Deserialize;

use crate::lab::world::timings::Span;

/// What a world may choose about Auto Scaling.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From a bad health that others show to the group's own mark: 5 to 30 s. AWS publishes no number.
    pub health_noticed: Span,
    /// From a launch to `InService`: 60 to 180 s. AWS publishes no number.
    pub launch: Span,
    /// From the end of draining to the instance's end: 20 to 60 s. AWS publishes no number.
    pub terminate: Span,
    /// How long an instance takes into or out of standby: 2 to 10 s. AWS publishes no number.
    pub standby: Span,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            health_noticed: Span::secs(5, 30),
            launch: Span::secs(60, 180),
            terminate: Span::secs(20, 60),
            standby: Span::secs(2, 10),
        }
    }
}
