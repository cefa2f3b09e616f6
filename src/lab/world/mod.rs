//! World: the model of a two-region AWS, without sockets, tasks or a clock of its own.
//! Invariant: deterministic: the same seed, start and calls give the same answers and the same truth; ordered maps
//! everywhere, randomness only from `rng`, time only from the caller's `now`.
//! Not here: how requests look on a wire (see `lab::wire`), sockets (see `lab::door`).
//! Used by: `lab::door`.
//!
//! Each service owns one folder or file with its model, its physics (`due`) and its operations (`operate`). Whatever
//! happens later by itself is an entry of the agenda; `advance` runs the entries that are due, in order.

pub mod agenda;
pub mod call;
pub mod rng;
pub mod truth;

use jiff::Timestamp;

use self::{agenda::Agenda, rng::Rng, truth::Truth};

/// A whole two-region AWS.
#[derive(Debug)]
pub struct World {
    now: Timestamp,
    rng: Rng,
    agenda: Agenda,
    truth: Truth,
}

impl World {
    /// The time the world has been advanced to.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When something happens next by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }

    /// Every physical transition so far.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }
}
