//! Settings: what a world may choose about balancers where AWS publishes no number.
//! Invariant: every default lies within what AWS documents or what was observed.
//! Not here: what an account chooses itself, as health checks and attributes (see `build`).
//! Used by: `elb` and `site`.

use serde::Deserialize;

use crate::lab::world::timings::{self, Span};

/// What a world may choose about balancers.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From a target's change of health to the describe that shows it: 0 to 5 s. AWS publishes no number.
    pub target_reported: Span,
    /// How long a balancer's pooled connections to a target outlive the rule that admitted them: 3 to 8 s. Tracked
    /// connections are not cut; how soon a pool's connections end is not published.
    pub pool_linger: Span,
    /// How long a balancer tries to connect to a target: 10 s, and up to 0.2 s for its answer. AWS: 504 when "the
    /// connection timeout expired (10 seconds)" (ELB user guide, troubleshooting).
    pub connect_timeout: Span,
    /// From a registration to the target's first state after `Elb.RegistrationInProgress`: 1 to 3 s. AWS publishes no
    /// number.
    pub registration: Span,
    /// How long a new balancer is `provisioning`: 60 to 120 s. AWS publishes no number.
    pub provisioning: Span,
    /// From a healthy application's request to its answer: 18 to 65 ms.
    pub application_answers: Span,
    /// The ports on which applications listen: 80. Others are refused by the machine.
    pub application_ports: Vec<u16>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            target_reported: timings::TARGET_REPORTED,
            pool_linger: timings::POOL_LINGER,
            connect_timeout: timings::CONNECT_TIMEOUT,
            registration: Span::millis(1_000, 3_000),
            provisioning: Span::secs(60, 120),
            application_answers: timings::APPLICATION_ANSWERS,
            application_ports: vec![80],
        }
    }
}
