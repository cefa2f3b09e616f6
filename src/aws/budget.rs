//! Budget: how many calls a service is sent, so that watching a drill never starves its restoration.
//! Invariant: an urgent call never waits here; what it takes is paid back by the calls that can wait.
//! Not here: retries after a refusal (the SDK's, see `config`).
//! Used by: every read of this floor.
//!
//! Sources: Route 53 allows 5 requests a second per account for its whole API (Route 53 developer guide,
//! limits); Elastic Beanstalk about 2 a second; the others refill at 10 a second and more (EC2 and Elastic
//! Load Balancing API throttling guides). A drill takes a part of that: other people use the same account.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Clock;

/// A token bucket in the world's time.
#[derive(Debug)]
pub(super) struct Budget {
    /// Time between two calls once the burst is spent.
    interval: Duration,
    /// How far calls may run ahead of that pace.
    burst: Duration,
    /// When, on the clock's monotonic scale, the calls taken so far are paid for.
    paid: Mutex<Duration>,
}

impl Budget {
    /// One call each `interval`, and `burst` calls at once after a rest.
    pub(super) fn new(interval: Duration, burst: u32) -> Budget {
        Budget { interval, burst: interval * burst.saturating_sub(1), paid: Mutex::new(Duration::ZERO) }
    }

    /// Takes one call; waits for it unless it is urgent.
    pub(super) async fn take(&self, clock: &Clock, urgent: bool) {
        let wait = self.book(clock.now().mono, urgent);
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
    }

    /// Books one call at `now` and says how long it must wait.
    fn book(&self, now: Duration, urgent: bool) -> Duration {
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        let from = (*paid).max(now);
        *paid = from + self.interval;
        if urgent { Duration::ZERO } else { from.saturating_sub(self.burst).saturating_sub(now) }
    }
}

/// One bucket for each service of one region.
#[derive(Debug)]
pub(super) struct RegionalBudgets {
    /// Elastic Beanstalk.
    pub(super) beanstalk: Budget,
    /// EC2.
    pub(super) ec2: Budget,
    /// Elastic Load Balancing.
    pub(super) elb: Budget,
    /// RDS.
    pub(super) rds: Budget,
    /// CloudWatch.
    pub(super) cloudwatch: Budget,
    /// Systems Manager.
    pub(super) ssm: Budget,
}

impl Default for RegionalBudgets {
    fn default() -> RegionalBudgets {
        let ordinary = || Budget::new(Duration::from_millis(200), 10);
        RegionalBudgets {
            beanstalk: Budget::new(Duration::from_secs(2), 6),
            ec2: ordinary(),
            elb: ordinary(),
            rds: ordinary(),
            cloudwatch: ordinary(),
            ssm: ordinary(),
        }
    }
}

/// Route 53's bucket: one for the account, whatever the region.
pub(super) fn route53() -> Budget {
    Budget::new(Duration::from_secs(1), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_burst_goes_at_once_and_then_calls_are_spaced() {
        let budget = Budget::new(SECOND, 3);
        let waits: Vec<_> = (0..5).map(|_| budget.book(SECOND * 100, false)).collect();
        assert_eq!(waits, [Duration::ZERO, Duration::ZERO, Duration::ZERO, SECOND, SECOND * 2]);
    }

    #[test]
    fn an_urgent_call_goes_first_and_the_others_pay() {
        let budget = Budget::new(SECOND, 1);
        assert_eq!(budget.book(SECOND, false), Duration::ZERO);
        assert_eq!(budget.book(SECOND, true), Duration::ZERO);
        assert_eq!(budget.book(SECOND, false), SECOND * 2);
    }
}
