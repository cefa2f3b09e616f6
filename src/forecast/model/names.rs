//! Names: whom the site's name leads to: the zone's answer, and what the resolver still remembers.
//! Invariant: failover as Route 53 has it: the primary if healthy, else the secondary if that is, else the primary; there
//! is no hold-down (Route 53 developer guide, failover routing).
//! Used by: `model`.

use super::{
    Model,
    agenda::{Event, on_grid},
    watch::Watch,
};
use crate::{
    drill::model::Side,
    forecast::draw::{At, micros},
};

/// Where the name leads.
#[derive(Debug)]
pub(super) struct Names {
    /// By the zone's own servers.
    pub(super) answered: Side,
    /// By the resolver.
    pub(super) remembered: Side,
}

impl Names {
    pub(super) fn new(first: Side) -> Names {
        Names { answered: first, remembered: first }
    }
}

impl Model<'_> {
    fn is_led_to(&self, side: Side) -> bool {
        let own = self.numbers.side(side);
        let checked = own.check.is_none() || self.checks[side as usize].published;
        checked && (!own.evaluates_targets || self.web[side as usize].published)
    }

    fn answer(&self) -> Side {
        let Some(first) = self.numbers.first else { return self.names.answered };
        let second = first.other();
        if !self.is_led_to(first) && self.is_led_to(second) { second } else { first }
    }

    /// Name servers know something new.
    pub(super) fn names_stir(&mut self) {
        let answer = self.answer();
        if answer == self.names.answered {
            return;
        }
        self.names.answered = answer;
        self.stir(Watch::Zone);
        // The site's own looks ask: the first after the resolver's answer has run out brings the new one.
        let every = micros(self.numbers.probe_interval).max(1);
        let kept = on_grid(micros(self.numbers.ttl).max(1), every);
        let phase = (kept as f64 * self.draw.resolver) as At / every * every;
        let past = self.now.saturating_sub(phase);
        self.agenda.put(if self.now <= phase { phase } else { phase + on_grid(past, kept) }, Event::Ask);
    }

    /// The resolver asks.
    pub(super) fn asked(&mut self) {
        if self.names.remembered != self.names.answered {
            self.names.remembered = self.names.answered;
            self.stir(Watch::Resolver);
            self.stir(Watch::Site);
            self.stir(Watch::Write);
        }
    }
}
