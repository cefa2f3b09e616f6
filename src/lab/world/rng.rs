//! Rng: the world's only randomness.
//! Invariant: equal seeds give equal streams on every machine and in every version.
//! Used by: every service of the world.

use std::time::Duration;

use rand_pcg::{Pcg64Mcg, rand_core::Rng as _};

/// A stream of numbers that only its seed decides.
#[derive(Debug, Clone)]
pub struct Rng(Pcg64Mcg);

impl Default for Rng {
    fn default() -> Rng {
        Rng::new(0)
    }
}

impl Rng {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Rng {
        Rng(Pcg64Mcg::new((u128::from(seed) << 64) ^ 0xcafe_f00d_d15e_a5e5))
    }

    /// A stream of `seed` for one use, independent of the streams for other uses.
    pub fn stream(seed: u64, purpose: &str) -> Rng {
        // FNV-1a: small, and the same on every machine and in every version.
        let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Rng(Pcg64Mcg::new((u128::from(seed) << 64) ^ u128::from(hash)))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.number()) * u128::from(bound)) >> 64) as u64
    }

    /// A duration from `low` to `high`, evenly.
    pub fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let span = u64::try_from(high.saturating_sub(low).as_micros()).unwrap_or(u64::MAX);
        low + Duration::from_micros(self.below(span.saturating_add(1)))
    }

    /// `length` hexadecimal digits, as AWS's ids have them.
    pub fn hex(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b"0123456789abcdef"[self.below(16) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_streams() {
        let draw = |seed| {
            let mut rng = Rng::new(seed);
            (rng.hex(17), rng.below(1000), rng.between(Duration::from_secs(1), Duration::from_secs(2)))
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7).0, draw(8).0);
    }
}
