//! Throttle: a token bucket, as AWS's APIs have them.
//! Invariant: integer arithmetic only, so that equal calls at equal times are refused alike on every machine.
//! Not here: which service has which bucket, and in which words it refuses (see each service).
//! Used by: the services whose documentation gives a rate.

use std::time::Duration;

use jiff::Timestamp;

/// One token in the bucket's own unit: a microsecond's refill at one token per second.
const TOKEN: u64 = 1_000_000;

/// Tokens that requests take and time brings back.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Bucket {
    capacity: u64,
    per_second: u64,
    held: u64,
    filled: Timestamp,
}

impl Bucket {
    /// A full bucket of `capacity` tokens, refilled with `per_second` of them.
    pub(in crate::lab) fn new(capacity: u32, per_second: u32, now: Timestamp) -> Bucket {
        let capacity = u64::from(capacity) * TOKEN;
        Bucket { capacity, per_second: u64::from(per_second), held: capacity, filled: now }
    }

    /// Takes one token; false if there is none, and the request is to be refused.
    pub(in crate::lab) fn take(&mut self, now: Timestamp) -> bool {
        let gone = Duration::try_from(now.duration_since(self.filled)).unwrap_or_default();
        let micros = u64::try_from(gone.as_micros()).unwrap_or(u64::MAX);
        self.held = self.held.saturating_add(micros.saturating_mul(self.per_second)).min(self.capacity);
        self.filled = self.filled.max(now);
        let enough = self.held >= TOKEN;
        if enough {
            self.held -= TOKEN;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::later;

    #[test]
    fn a_burst_empties_the_bucket_and_a_second_refills_its_rate() {
        let start = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket::new(5, 5, start);
        assert_eq!((0..7).filter(|_| bucket.take(start)).count(), 5);
        let second = later(start, Duration::from_secs(1));
        assert_eq!((0..7).filter(|_| bucket.take(second)).count(), 5);
        assert!(!bucket.take(later(second, Duration::from_millis(199))));
        assert!(bucket.take(later(second, Duration::from_millis(200))));
    }
}
