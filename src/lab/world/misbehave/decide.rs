//! Decide: what becomes of one call, by the rules in force.
//! Invariant: equal seeds, rules and calls give equal decisions; every rule counts every call that it speaks of.
//! Not here: carrying it out (see `misbehave` and the doors).
//! Used by: `misbehave`.

use std::time::Duration;

use super::rule::{Kind, Rule};
use crate::lab::world::{call::Call, rng::Rng};

/// A rule at work.
#[derive(Debug)]
pub(super) struct Standing {
    /// Its name, for people: `m1`.
    pub(super) name: String,
    /// The rule.
    pub(super) rule: Rule,
    /// How many calls it spoke of.
    pub(super) calls: u64,
    /// How many of them it changed.
    pub(super) hits: u64,
    rng: Rng,
}

/// What the rules make of a call.
#[derive(Debug, Default)]
pub(super) struct Decision {
    /// The first kind that applies, other than slowness, and its rule.
    pub(super) kind: Option<(Kind, String)>,
    /// All slowness together, and a rule of it.
    pub(super) slow: Option<(Duration, String)>,
    /// True if a rule may want the answer again later.
    pub(super) remember: bool,
}

impl Standing {
    /// A rule from now on. `seed` is the world's.
    pub(super) fn new(name: String, rule: Rule, seed: u64) -> Standing {
        let rng = Rng::stream(rule.seed.unwrap_or(seed), &format!("misbehave {rule}"));
        Standing { name, rule, calls: 0, hits: 0, rng }
    }

    /// Counts the call; true if it is one of those to change.
    fn turn(&mut self) -> bool {
        self.calls += 1;
        // The draw is made for every call, so that a call's fate does not depend on how others were counted.
        let lot = self.rng.below(u64::from(super::rule::CERTAIN));
        self.rule.turns.has(self.calls) && lot < u64::from(self.rule.millionths)
    }
}

/// Asks every rule. Of several that apply the first wins, except that slowness adds to any other.
pub(super) fn decide(standing: &mut [Standing], call: &Call) -> Decision {
    let mut decision = Decision::default();
    for standing in standing.iter_mut().filter(|standing| standing.rule.matches(call)) {
        let kind = standing.rule.kind;
        decision.remember |= matches!(kind, Kind::StaleRead(_));
        if !standing.turn() {
            continue;
        }
        let named = format!("{}: {}", standing.name, standing.rule);
        match kind {
            Kind::Slow(more) => {
                let before = decision.slow.take().map_or(Duration::ZERO, |(duration, _)| duration);
                decision.slow = Some((before + more, named));
                standing.hits += 1;
            }
            _ if decision.kind.is_none() => {
                decision.kind = Some((kind, named));
                standing.hits += 1;
            }
            _ => {}
        }
    }
    decision
}
