//! Settings: the rate of each kind of call.
//! Invariant: every default says whether AWS publishes it.
//! Used by: `rates`; world files.

use std::num::NonZeroU32;

use serde::Deserialize;

/// A token bucket's size and refill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many calls can come at once.
    pub burst: NonZeroU32,
    /// How many more each second allows.
    pub per_second: NonZeroU32,
}

impl Rate {
    /// A zero is taken as one: a bucket that lets nothing through is no rate.
    fn new(burst: u32, per_second: u32) -> Rate {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Rate { burst: at_least_one(burst), per_second: at_least_one(per_second) }
    }
}

/// Every rate, of one account in one region; Route 53 and IAM are one for the whole world.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// EC2's reads that are filtered, paged, or few by nature. AWS: 100 and 20 ("Request throttling for the Amazon
    /// EC2 API").
    pub ec2_read: Rate,
    /// EC2's reads of everything at once, of the operations that AWS names. AWS: 50 and 10.
    pub ec2_unfiltered: Rate,
    /// EC2's changes. AWS: 50 and 5.
    pub ec2_change: Rate,
    /// EC2's resource-intensive changes, each operation for itself. AWS: 50 and 5.
    pub ec2_heavy: Rate,
    /// `DescribeStaleSecurityGroups` and `DescribeSecurityGroupReferences`. AWS: 20 and 5.
    pub ec2_stale_rules: Rate,
    /// `CreateTags`. AWS: 100 and 10.
    pub ec2_tags: Rate,
    /// `ModifyNetworkInterfaceAttribute`. AWS: 100 and 5.
    pub ec2_interface: Rate,
    /// Elastic Load Balancing's reads. AWS: 40 and 10 ("API throttling").
    pub elb_read: Rate,
    /// Elastic Load Balancing's changes. AWS publishes no number that was found; 40 and 3.
    pub elb_change: Rate,
    /// Elastic Beanstalk's calls. AWS publishes none; its team spoke of 2 a second with bursts of 15.
    pub beanstalk: Rate,
    /// Route 53's calls, of the whole account. AWS: "five requests per second" (Route 53 developer guide, limits).
    pub route53: Rate,
    /// RDS's calls. AWS publishes no number; 100 and 20.
    pub rds: Rate,
    /// Auto Scaling's calls. AWS publishes no number; 100 and 20.
    pub autoscaling: Rate,
    /// CloudWatch's other calls. AWS: quotas of each operation, of which the lab takes 50 and 20.
    pub cloudwatch: Rate,
    /// `GetMetricData`. AWS: 50 a second by default (CloudWatch quotas; not verified).
    pub cloudwatch_data: Rate,
    /// `ListMetrics`. AWS: 25 a second by default (CloudWatch quotas; not verified).
    pub cloudwatch_list: Rate,
    /// `DescribeCertificate`. AWS: 10 a second (ACM quotas; not verified).
    pub acm_describe: Rate,
    /// ACM's other calls. AWS: 8 a second for `ListCertificates` (ACM quotas; not verified).
    pub acm: Rate,
    /// WAFv2's calls. AWS publishes quotas by operation; the lab takes 50 and 10.
    pub waf: Rate,
    /// CodeCommit's calls. AWS publishes no number; 50 and 10.
    pub codecommit: Rate,
    /// CodePipeline's calls. AWS tells of a request-rate quota without a number; 50 and 10.
    pub codepipeline: Rate,
    /// Systems Manager's calls. AWS: 40 a second for parameters at standard throughput (Systems Manager quotas; not
    /// verified).
    pub ssm: Rate,
    /// IAM's calls. AWS publishes no number; 50 and 15.
    pub iam: Rate,
    /// STS's calls. AWS: 600 a second by default (IAM quotas; not verified).
    pub sts: Rate,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            ec2_read: Rate::new(100, 20),
            ec2_unfiltered: Rate::new(50, 10),
            ec2_change: Rate::new(50, 5),
            ec2_heavy: Rate::new(50, 5),
            ec2_stale_rules: Rate::new(20, 5),
            ec2_tags: Rate::new(100, 10),
            ec2_interface: Rate::new(100, 5),
            elb_read: Rate::new(40, 10),
            elb_change: Rate::new(40, 3),
            beanstalk: Rate::new(15, 2),
            route53: Rate::new(5, 5),
            rds: Rate::new(100, 20),
            autoscaling: Rate::new(100, 20),
            cloudwatch: Rate::new(50, 20),
            cloudwatch_data: Rate::new(50, 50),
            cloudwatch_list: Rate::new(25, 25),
            acm_describe: Rate::new(10, 10),
            acm: Rate::new(8, 8),
            waf: Rate::new(50, 10),
            codecommit: Rate::new(50, 10),
            codepipeline: Rate::new(50, 10),
            ssm: Rate::new(40, 40),
            iam: Rate::new(50, 15),
            sts: Rate::new(600, 600),
        }
    }
}
