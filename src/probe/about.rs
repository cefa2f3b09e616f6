//! About: every watch there is: what it looks at, how often, what it asks AWS, and when it is there.
//! Invariant: one line for each watch; the intervals are the probes' own.
//! Not here: which of them a drill has (see `registry`).
//! Used by: catalog.

use std::time::Duration;

use serde::Serialize;

use super::{
    alarm, database, dns_authoritative, dns_resolver, environment, health_check, lag, site_fixed,
    site_sticky, site_ttl, targets,
};

/// One watch, or both regions'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Their names, as samples have them; SIDE and NAME stand for what a drill says.
    pub watches: &'static [&'static str],
    /// Time between two looks; `None`: the drill's `probe_interval`.
    #[serde(skip)]
    pub interval: Option<Duration>,
    /// What it looks at.
    pub looks_at: &'static str,
    /// The IAM actions of a look.
    pub actions: &'static [&'static str],
    /// What the deployment or the drill must have; empty: always there.
    pub needs: &'static str,
}

const fn client(
    watches: &'static [&'static str],
    interval: Option<Duration>,
    looks_at: &'static str,
    needs: &'static str,
) -> About {
    About { watches, interval, looks_at, actions: &[], needs }
}

/// Every watch.
pub static ABOUT: &[About] = &[
    client(
        &["site"],
        None,
        "the site as a new user reaches it: a fresh lookup, a new connection, each phase timed",
        "",
    ),
    client(&["write"], None, "the write check, reached the same way", "`write_check`"),
    client(&["site.ttl"], Some(site_ttl::INTERVAL), "a client that keeps a DNS answer for its TTL", ""),
    client(&["site.sticky"], Some(site_sticky::INTERVAL), "a client that keeps one connection open", ""),
    client(
        &["site.primary", "site.standby"],
        Some(site_fixed::INTERVAL),
        "each region's load balancer at its address, whatever DNS says",
        "",
    ),
    client(&["dns.resolver"], Some(dns_resolver::INTERVAL), "the site's name at the resolver", ""),
    client(
        &["dns.authoritative"],
        Some(dns_authoritative::INTERVAL),
        "the site's name at the zone's own servers",
        "",
    ),
    About {
        watches: &["environment.primary", "environment.standby"],
        interval: Some(environment::INTERVAL),
        looks_at: "Elastic Beanstalk's health, with its causes",
        actions: &["elasticbeanstalk:DescribeEnvironmentHealth"],
        needs: "",
    },
    About {
        watches: &["targets.primary", "targets.standby"],
        interval: Some(targets::INTERVAL),
        looks_at: "target health",
        actions: &["elasticloadbalancing:DescribeTargetHealth"],
        needs: "a load balancer",
    },
    About {
        watches: &["health_check.primary", "health_check.standby"],
        interval: Some(health_check::INTERVAL),
        looks_at: "what each of Route 53's checkers observes, and what follows from it",
        actions: &["route53:GetHealthCheck", "route53:GetHealthCheckStatus"],
        needs: "a record with a health check",
    },
    About {
        watches: &["database"],
        interval: Some(database::INTERVAL),
        looks_at: "the global cluster: its writer, and the operation that runs",
        actions: &["rds:DescribeGlobalClusters"],
        needs: "`database`",
    },
    About {
        watches: &["lag"],
        interval: Some(lag::INTERVAL),
        looks_at: "replication lag",
        actions: &["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
        needs: "`database`",
    },
    About {
        watches: &["alarm.SIDE.NAME"],
        interval: Some(alarm::INTERVAL),
        looks_at: "a CloudWatch alarm that a condition names",
        actions: &["cloudwatch:DescribeAlarms"],
        needs: "a condition that names it",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::probe::PERMISSIONS;

    #[test]
    fn together_they_need_what_the_registry_says() {
        let all: BTreeSet<&str> = ABOUT.iter().flat_map(|about| about.actions).copied().collect();
        assert_eq!(all, PERMISSIONS.into_iter().collect());
    }
}
