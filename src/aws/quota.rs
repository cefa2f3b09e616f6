//! Quota: how many calls a second each service takes, and how many of them this program sends.
//! Invariant: what is sent stays below what is taken, for other people use the same account.
//! Not here: the waiting (see `budget`), how many calls a drill needs (see `plan`).
//! Used by: `budget`; plan shows it.
//!
//! AWS's numbers are those of an account that never asked for more. Where AWS publishes none for the whole of a service,
//! there is none here.

use std::time::Duration;

/// One service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// As IAM spells it, before the colon.
    pub service: &'static str,
    /// True if it is counted for each region, false if for the whole account.
    pub regional: bool,
    /// Calls a second that AWS takes in the long run; `None`: it publishes no number for the service.
    pub taken: Option<u32>,
    /// Who says so.
    pub source: &'static str,
    /// Time between two calls of this program's, once its burst is spent.
    pub pace: Duration,
    /// How many it sends at once after a rest.
    pub burst: u32,
}

const ORDINARY: Duration = Duration::from_millis(200);

/// Route 53: one quota for the whole API and account.
pub const ROUTE53: Quota = Quota {
    service: "route53",
    regional: false,
    taken: Some(5),
    source: "Route 53 developer guide, quotas",
    // Watching both health checks needs one a second: at just that pace, a late start would stay late for the whole run.
    pace: Duration::from_millis(750),
    burst: 4,
};
/// Elastic Beanstalk.
pub const BEANSTALK: Quota = Quota {
    service: "elasticbeanstalk",
    regional: true,
    taken: Some(2),
    source: "the service team's word of 2018; AWS publishes none",
    pace: Duration::from_secs(2),
    burst: 6,
};
/// EC2: reads; calls that change something have 5 a second.
pub const EC2: Quota = Quota {
    service: "ec2",
    regional: true,
    taken: Some(20),
    source: "EC2 API throttling guide, reads with a filter",
    pace: ORDINARY,
    burst: 10,
};
/// Elastic Load Balancing.
pub const ELB: Quota = Quota {
    service: "elasticloadbalancing",
    regional: true,
    taken: Some(10),
    source: "Elastic Load Balancing API throttling guide",
    pace: ORDINARY,
    burst: 10,
};
/// RDS.
pub const RDS: Quota = Quota {
    service: "rds",
    regional: true,
    taken: None,
    source: "AWS publishes none",
    pace: ORDINARY,
    burst: 10,
};
/// CloudWatch.
pub const CLOUDWATCH: Quota = Quota {
    service: "cloudwatch",
    regional: true,
    taken: None,
    source: "each operation has its own, see Service Quotas",
    pace: ORDINARY,
    burst: 10,
};
/// Systems Manager.
pub const SSM: Quota = Quota {
    service: "ssm",
    regional: true,
    taken: Some(40),
    source: "Parameter Store's default throughput, reads",
    pace: ORDINARY,
    burst: 10,
};

/// IAM: one quota for the whole account, asked for from either side.
pub const IAM: Quota = Quota {
    service: "iam",
    regional: false,
    taken: None,
    source: "AWS publishes none",
    pace: ORDINARY,
    burst: 10,
};

/// Every service that is called while a drill runs.
pub static QUOTAS: &[Quota] = &[ROUTE53, BEANSTALK, EC2, ELB, RDS, CLOUDWATCH, SSM, IAM];

/// The quota of the service that an action belongs to.
pub fn of(action: &str) -> Option<&'static Quota> {
    let service = action.split(':').next()?;
    QUOTAS.iter().find(|quota| quota.service == service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_sends_less_than_aws_takes() {
        for quota in QUOTAS {
            let sent = 1.0 / quota.pace.as_secs_f64();
            assert!(quota.taken.is_none_or(|taken| sent < f64::from(taken)), "{}", quota.service);
        }
        assert_eq!(of("route53:GetHealthCheck").map(|quota| quota.service), Some("route53"));
        assert_eq!(of("sts:GetCallerIdentity"), None);
    }
}
