//! Chance: the forecast's only randomness.
//! Invariant: equal seeds give equal draws on every machine; each use has a stream of its own, so that a new one
//! changes none of the others.
//! Used by: `draw`.

use rand_pcg::{Pcg64Mcg, rand_core::Rng as _};

/// A stream of numbers that its seed and its use decide.
#[derive(Debug, Clone)]
pub(super) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of `seed` for one use.
    pub(super) fn of(seed: u64, purpose: &str) -> Dice {
        // FNV-1a for the name; then both are mixed, for seeds that follow each other differ in a few bits alone.
        let name = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let high = mixed(seed ^ mixed(name));
        let low = mixed(high ^ name);
        Dice(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// A number from `low` to `high`, evenly.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low + ((u128::from(self.0.next_u64()) * u128::from(span)) >> 64) as u64
    }

    /// A share of one: from 0, up to 1 without 1 itself.
    pub(super) fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// SplitMix64's finishing step: every bit of the input moves half of the output's.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_draws_and_uses_do_not_know_each_other() {
        let draw = |seed, purpose| Dice::of(seed, purpose).between(0, 1_000_000_000);
        assert_eq!(draw(7, "a"), draw(7, "a"));
        assert_ne!(draw(7, "a"), draw(8, "a"));
        assert_ne!(draw(7, "a"), draw(7, "b"));
        let shares: Vec<f64> = (0..1000).map(|seed| Dice::of(seed, "share").share()).collect();
        let mean = shares.iter().sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
        // Uses of one seed must not move together: their correlation over many seeds is next to none.
        let pairs = (0..1000).map(|seed| (Dice::of(seed, "one").share(), Dice::of(seed, "two").share()));
        let together: f64 = pairs.map(|(one, two)| (one - 0.5) * (two - 0.5)).sum::<f64>() / 1000.0 * 12.0;
        assert!(together.abs() < 0.1, "{together}");
    }
}
