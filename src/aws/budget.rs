//! Budget: how many calls a service is sent, so that watching a drill never starves its restoration.
//! Invariant: an urgent call goes before all that can wait, which pay for it; it waits only where AWS would turn it away.
//! Not here: retries after a refusal (the SDK's, see `config`), the numbers (see `quota`).
//! Used by: every call of this floor.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::quota::{self, Quota};
use crate::clock::Clock;

/// A token bucket in the world's time.
#[derive(Debug)]
pub(super) struct Budget {
    /// Time between two calls once the burst is spent.
    interval: Duration,
    /// How far calls may run ahead of that pace.
    burst: Duration,
    /// How many calls may leave in any one second, urgent ones too.
    most: usize,
    taken: Mutex<Taken>,
}

/// The calls so far, on the clock's monotonic scale.
#[derive(Debug, Default)]
struct Taken {
    /// When they are paid for.
    paid: Duration,
    /// When the newest of them leave, in order.
    leave: VecDeque<Duration>,
}

const SECOND: Duration = Duration::from_secs(1);

impl Budget {
    /// As the service's quota leaves room.
    fn of(quota: &Quota) -> Budget {
        Budget::new(quota.pace, quota.burst)
    }

    /// One call each `interval`, and `burst` calls at once after a rest.
    pub(super) fn new(interval: Duration, burst: u32) -> Budget {
        Budget {
            interval,
            burst: interval * burst.saturating_sub(1),
            most: usize::MAX,
            taken: Mutex::default(),
        }
    }

    /// The same, with no more than `most` calls in any one second.
    fn at_most(self, most: usize) -> Budget {
        Budget { most, ..self }
    }

    /// Takes one call, and waits until it may leave.
    pub(super) async fn take(&self, clock: &Clock, urgent: bool) {
        let wait = self.book(clock.now().mono, urgent);
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
    }

    /// Books one call at `now` and says how long it must wait.
    fn book(&self, now: Duration, urgent: bool) -> Duration {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let from = taken.paid.max(now);
        taken.paid = from + self.interval;
        let wished = if urgent { now } else { from.saturating_sub(self.burst).max(now) };
        if self.most == usize::MAX {
            return wished - now;
        }
        taken.leave.retain(|at| *at + SECOND > now);
        let leaves = earliest(&taken.leave, wished, self.most);
        let place = taken.leave.partition_point(|at| *at <= leaves);
        taken.leave.insert(place, leaves);
        leaves - now
    }
}

/// The first moment from `wished` on at which fewer than `most` leave in the second that ends then.
fn earliest(leave: &VecDeque<Duration>, wished: Duration, most: usize) -> Duration {
    let mut at = wished;
    loop {
        let until = leave.partition_point(|other| *other <= at);
        let from = leave.partition_point(|other| *other + SECOND <= at);
        if until - from < most {
            return at;
        }
        at = leave[until - most] + SECOND;
    }
}

/// One bucket for each service of one region.
#[derive(Debug)]
pub(super) struct RegionalBudgets {
    /// Certificates.
    pub(super) acm: Budget,
    /// Auto Scaling.
    pub(super) autoscaling: Budget,
    /// Elastic Beanstalk.
    pub(super) beanstalk: Budget,
    /// CodeCommit.
    pub(super) codecommit: Budget,
    /// CodePipeline.
    pub(super) codepipeline: Budget,
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
    /// IAM.
    pub(super) iam: Budget,
    /// Web ACLs.
    pub(super) waf: Budget,
}

impl Default for RegionalBudgets {
    fn default() -> RegionalBudgets {
        // These are asked a few times before a drill, and never while one runs.
        let seldom = || Budget::new(Duration::from_millis(200), 10);
        RegionalBudgets {
            acm: seldom(),
            autoscaling: seldom(),
            beanstalk: Budget::of(&quota::BEANSTALK),
            codecommit: seldom(),
            codepipeline: seldom(),
            ec2: Budget::of(&quota::EC2),
            elb: Budget::of(&quota::ELB),
            rds: Budget::of(&quota::RDS),
            cloudwatch: Budget::of(&quota::CLOUDWATCH),
            ssm: Budget::of(&quota::SSM),
            iam: Budget::of(&quota::IAM),
            waf: seldom(),
        }
    }
}

/// Route 53's bucket: one for the account, whatever the region.
pub(super) fn route53() -> Budget {
    Budget::of(&quota::ROUTE53).at_most(4)
}

/// Route 53's bucket for a look that is over in seconds: as many in one second, and no rest after them.
pub(super) fn route53_of_a_look() -> Budget {
    Budget::new(Duration::from_millis(250), 4).at_most(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_then_calls_are_spaced() {
        let budget = Budget::new(SECOND, 3);
        let waits: Vec<_> = (0..5).map(|_| budget.book(SECOND * 100, false)).collect();
        assert_eq!(waits, [Duration::ZERO, Duration::ZERO, Duration::ZERO, SECOND, SECOND * 2]);
    }

    #[test]
    fn a_short_look_is_not_spaced_further_than_aws_asks() {
        let (budget, now) = (route53_of_a_look(), SECOND * 100);
        let leave: Vec<Duration> = (0..12).map(|_| now + budget.book(now, false)).collect();
        assert!(leave[11] - now <= SECOND * 2, "{leave:?}");
        assert!(leave.windows(5).all(|five| five[4] - five[0] >= SECOND), "{leave:?}");
    }

    #[test]
    fn an_urgent_call_goes_first_and_the_others_pay() {
        let budget = Budget::new(SECOND, 1);
        assert_eq!(budget.book(SECOND, false), Duration::ZERO);
        assert_eq!(budget.book(SECOND, true), Duration::ZERO);
        assert_eq!(budget.book(SECOND, false), SECOND * 2);
    }

    #[test]
    fn not_even_urgent_calls_leave_faster_than_aws_takes_them() {
        let budget = Budget::new(SECOND, 4).at_most(4);
        let now = SECOND * 100;
        let mut leave: Vec<Duration> = (0..4).map(|_| now + budget.book(now, false)).collect();
        leave.extend((0..9).map(|_| now + budget.book(now, true)));
        leave.sort();
        for five in leave.windows(5) {
            assert!(five[4] - five[0] >= SECOND, "{leave:?}");
        }
        assert_eq!(*leave.last().unwrap(), now + SECOND * 3, "and no slower either");
    }
}
