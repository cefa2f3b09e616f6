//! Rates: how many calls AWS lets an account make, and in which words it refuses the others.
//! Invariant: one bucket for each account, region and kind of call, refilled in the world's time.
//! Not here: Route 53, whose one bucket is its own (see `route53`); services for which AWS publishes no number.
//! Used by: `World::handle`.

use std::collections::BTreeMap;

use super::{
    World,
    call::{AwsFault, Call, Service},
    refusal,
    throttle::Bucket,
};

/// The buckets, by region and kind.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    buckets: BTreeMap<(String, Kind), Bucket>,
    unlimited: bool,
}

/// The kinds of calls that share a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// EC2's reads that are filtered, paged, or few by nature.
    Ec2Read,
    /// EC2's reads of everything at once.
    Ec2Unfiltered,
    /// EC2's changes.
    Ec2Change,
    /// EC2's changes of security-group rules, each operation for itself.
    Ec2Authorize,
    /// EC2's changes of security-group rules, each operation for itself.
    Ec2Revoke,
    /// EC2's `CreateTags`.
    Ec2Tags,
    /// Elastic Load Balancing's reads.
    ElbRead,
    /// Elastic Beanstalk's calls.
    Beanstalk,
}

impl Kind {
    /// The kind of a call; `None` for calls that have no published rate.
    fn of(call: &Call) -> Option<Kind> {
        let name = call.operation.as_str();
        match call.service {
            Service::Ec2 => Some(match name {
                "AuthorizeSecurityGroupIngress" => Kind::Ec2Authorize,
                "RevokeSecurityGroupIngress" => Kind::Ec2Revoke,
                "CreateTags" => Kind::Ec2Tags,
                "DescribeInstances" | "DescribeNetworkInterfaces" | "DescribeSecurityGroups"
                    if is_bare(call) =>
                {
                    Kind::Ec2Unfiltered
                }
                _ if name.starts_with("Describe") => Kind::Ec2Read,
                _ => Kind::Ec2Change,
            }),
            Service::Elb => name.starts_with("Describe").then_some(Kind::ElbRead),
            Service::Beanstalk => Some(Kind::Beanstalk),
            _ => None,
        }
    }

    /// Capacity and refill a second. EC2: "Request throttling for the Amazon EC2 API"; Elastic Load Balancing: "API
    /// throttling"; Elastic Beanstalk publishes none, its team spoke of 2 a second with bursts of 15.
    fn rate(self) -> (u32, u32) {
        match self {
            Kind::Ec2Read => (100, 20),
            Kind::Ec2Unfiltered => (50, 10),
            Kind::Ec2Change | Kind::Ec2Authorize | Kind::Ec2Revoke => (50, 5),
            Kind::Ec2Tags => (100, 10),
            Kind::ElbRead => (40, 10),
            Kind::Beanstalk => (15, 2),
        }
    }
}

/// True for a read without ids, filters and paging.
fn is_bare(call: &Call) -> bool {
    let limits = ["Filter", "MaxResults", "InstanceId", "NetworkInterfaceId", "GroupId", "GroupName"];
    limits.iter().all(|limit| !call.params.has(limit))
}

impl World {
    /// Lifts every published rate but Route 53's: for those who measure the lab itself.
    pub fn set_unlimited(&mut self, unlimited: bool) {
        self.rates.unlimited = unlimited;
    }

    /// Refuses a call for which its bucket has no token left.
    pub(in crate::lab) fn within_rate(&mut self, call: &Call) -> Result<(), AwsFault> {
        let Some(kind) = Kind::of(call).filter(|_| !self.rates.unlimited) else { return Ok(()) };
        let now = self.now();
        let (capacity, refill) = kind.rate();
        let new = || Bucket::new(capacity, refill, now);
        let bucket = self.rates.buckets.entry((call.region.clone(), kind)).or_insert_with(new);
        if bucket.take(now) {
            return Ok(());
        }
        Err(refusal::throttled(call.service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::testing::{call, wait, world};

    /// "DescribeEnvironments/DescribeEvents about 2 calls/s with burst 15"; "EC2 RequestLimitExceeded (HTTP 503)";
    /// each region has its own buckets.
    #[test]
    fn a_burst_is_refused_and_time_helps() {
        let mut world = world();
        let ask = |world: &mut World, service, operation: &str, region: &str, count: u32| {
            let refused = |world: &mut World| call(world, service, operation, region, &[]).err();
            (0..count).filter_map(|_| refused(world)).map(|fault| fault.code).collect::<Vec<_>>()
        };
        let environments = "DescribeEnvironments";
        let refused = ask(&mut world, Service::Beanstalk, environments, "ap-northeast-2", 17);
        assert_eq!(refused, ["Throttling"; 2]);
        assert!(ask(&mut world, Service::Beanstalk, environments, "ap-northeast-1", 15).is_empty());
        wait(&mut world, 1.0);
        assert_eq!(ask(&mut world, Service::Beanstalk, environments, "ap-northeast-2", 3).len(), 1);
        let refused = ask(&mut world, Service::Ec2, "DescribeInstances", "ap-northeast-2", 51);
        assert_eq!(refused, ["RequestLimitExceeded"]);
        world.set_unlimited(true);
        assert!(ask(&mut world, Service::Ec2, "DescribeInstances", "ap-northeast-2", 500).is_empty());
    }
}
