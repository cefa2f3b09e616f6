//! Misbehave: AWS on a bad day: throttled, slow, out of order, or gone just after it did what it was asked.
//! Invariant: decided here, from the seed and the calls alone; carried out by the doors. Without rules every call is
//! answered as [`World::handle`] answers it.
//! Not here: what breaks in the deployment itself (see `breakage`).
//! Used by: the doors; the control door.

mod decide;
mod read;
mod remembered;
mod rule;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;

use self::{
    decide::{Decision, Standing, decide},
    remembered::Remembered,
};
pub use self::{
    read::{read_file, read_rule},
    rule::{KINDS, Kind, Named, Rule, Turns},
};
use super::{
    World,
    call::{AwsFault, Call, Reply},
    refusal,
};

/// What is in force.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    standing: Vec<Standing>,
    named: u64,
    remembered: Remembered,
}

/// An answer, and how the door must bring it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// What the service says.
    pub reply: Reply,
    /// How it comes.
    pub delivery: Delivery,
    /// How much later, in the world's time.
    pub after: Duration,
    /// The rules that had a hand in it, in words.
    pub rules: Vec<String>,
}

/// How an answer comes to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As it is.
    Whole,
    /// With its text broken off in the middle.
    Cut,
    /// In its place a page of HTML, with status 502.
    Html,
    /// With a `Date` so much in the past.
    Skewed(Duration),
    /// Not at all: the connection ends.
    Closed,
    /// Not at all: the connection is reset.
    Reset,
    /// Not at all: the connection stays open.
    Never,
}

/// A rule in force, as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RuleShown {
    /// Its name.
    pub name: String,
    /// Its text.
    pub rule: String,
    /// How many calls it spoke of.
    pub calls: u64,
    /// How many of them it changed.
    pub hits: u64,
    /// True if it can change no later call.
    pub over: bool,
}

impl Exchange {
    /// The answer to a request that never came as far as the world.
    pub fn refused(fault: AwsFault) -> Exchange {
        Exchange::whole(Err(fault))
    }

    fn whole(reply: Reply) -> Exchange {
        Exchange { reply, delivery: Delivery::Whole, after: Duration::ZERO, rules: Vec::new() }
    }
}

impl World {
    /// Puts a rule in force; its name, for [`World::forget_rule`].
    pub fn misbehave(&mut self, rule: Rule) -> String {
        self.misbehave.named += 1;
        let name = format!("m{}", self.misbehave.named);
        let seed = self.seed();
        self.note("lab.misbehaves", [("rule", rule.to_string())]);
        self.misbehave.standing.push(Standing::new(name.clone(), rule, seed));
        name
    }

    /// Ends a rule; false if there is none of this name.
    pub fn forget_rule(&mut self, name: &str) -> bool {
        let before = self.misbehave.standing.len();
        self.misbehave.standing.retain(|standing| standing.name != name);
        if self.misbehave.standing.is_empty() {
            self.misbehave.remembered = Remembered::default();
        }
        self.misbehave.standing.len() < before
    }

    /// Every rule in force, the oldest first.
    pub fn rules(&self) -> Vec<RuleShown> {
        let shown = |standing: &Standing| RuleShown {
            name: standing.name.clone(),
            rule: standing.rule.to_string(),
            calls: standing.calls,
            hits: standing.hits,
            over: standing.rule.turns.is_over(standing.calls),
        };
        self.misbehave.standing.iter().map(shown).collect()
    }

    /// Answers an AWS call at `now` as a client meets it: by the rules in force, and counted.
    pub fn exchange(&mut self, now: Timestamp, call: &Call) -> Exchange {
        self.advance(now);
        let exchange = if self.misbehave.standing.is_empty() {
            Exchange::whole(self.handle(now, call))
        } else {
            let decision = decide(&mut self.misbehave.standing, call);
            self.misbehaved(now, call, decision)
        };
        self.tally.count(call, &exchange);
        exchange
    }

    fn misbehaved(&mut self, now: Timestamp, call: &Call, decision: Decision) -> Exchange {
        let mut exchange = match &decision.kind {
            None => Exchange::whole(self.truthfully(now, call, decision.remember)),
            Some((kind, _)) => self.as_kind(now, call, *kind),
        };
        exchange.rules.extend(decision.kind.map(|(_, rule)| rule));
        if let Some((after, rule)) = decision.slow {
            exchange.after += after;
            exchange.rules.push(rule);
        }
        exchange
    }

    fn truthfully(&mut self, now: Timestamp, call: &Call, remember: bool) -> Reply {
        let reply = self.handle(now, call);
        if remember {
            self.misbehave.remembered.keep(now, call, &reply);
        }
        reply
    }

    fn as_kind(&mut self, now: Timestamp, call: &Call, kind: Kind) -> Exchange {
        let refused = Exchange::refused;
        let unheard = |delivery| Exchange { delivery, ..refused(refusal::unavailable(call.service)) };
        match kind {
            Kind::Throttle => refused(refusal::throttled(call.service)),
            Kind::InternalError => refused(refusal::internal(call.service)),
            Kind::Unavailable => refused(refusal::unavailable(call.service)),
            Kind::Denied => refused(refusal::denied(call.service, &call.operation, &self.caller(call).arn)),
            Kind::ExpiredToken => refused(refusal::expired_token(call.service)),
            Kind::ReplyLostBefore => unheard(Delivery::Closed),
            Kind::Html => unheard(Delivery::Html),
            Kind::Reset => unheard(Delivery::Reset),
            Kind::Mute => unheard(Delivery::Never),
            Kind::ReplyLostAfter => self.carried_out(now, call, Delivery::Closed),
            Kind::Malformed => self.carried_out(now, call, Delivery::Cut),
            Kind::Skewed(by) => self.carried_out(now, call, Delivery::Skewed(by)),
            Kind::Slow(after) => Exchange { after, ..Exchange::whole(self.handle(now, call)) },
            Kind::StaleRead(oldest) => match self.misbehave.remembered.find(now, call, oldest) {
                Some(before) => Exchange::whole(before),
                None => Exchange::whole(self.truthfully(now, call, true)),
            },
        }
    }

    fn carried_out(&mut self, now: Timestamp, call: &Call, delivery: Delivery) -> Exchange {
        Exchange { delivery, ..Exchange::whole(self.handle(now, call)) }
    }
}
