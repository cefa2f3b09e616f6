//! Registry: every check, with what it looks at and why that matters.
//! Invariant: one row a check; its name is one of `drill::readiness::CHECKS`, in the same order.
//! Used by: cli, the documentation.

use std::collections::BTreeSet;

use super::{
    case::{Case, Judged},
    checks::{
        access, alarm, balancer, capacity, certificate, credentials, database, dns, environment, groups,
        health_check, names, network, release, settings, web_acl,
    },
    reads::{self, Reads},
};
use crate::plan::{CheckAnswer, Readiness, Verdict};

/// One check.
pub struct Check {
    /// Its name, by which it can be accepted.
    pub name: &'static str,
    /// The system that it looks at.
    pub system: &'static str,
    /// Why it matters, in one line.
    pub why: &'static str,
    reads: Reads,
    judge: fn(&Case<'_>) -> Judged,
}

impl Check {
    /// The IAM actions that it goes by, sorted.
    pub fn actions(&self) -> BTreeSet<&'static str> {
        self.reads.iter().copied().flatten().copied().collect()
    }
}

const fn check(
    name: &'static str,
    system: &'static str,
    why: &'static str,
    reads: Reads,
    judge: fn(&Case<'_>) -> Judged,
) -> Check {
    Check { name, system, why, reads, judge }
}

/// Every check, in the order in which they are told.
pub static CHECKS: &[Check] = &[
    check(
        "names",
        "deployment",
        "What the deployment file names must be there before it can be drilled.",
        reads::NAMES,
        names::names,
    ),
    check(
        "account",
        "credentials",
        "Credentials of another account would drill another system.",
        reads::CALLER,
        credentials::account,
    ),
    check(
        "session",
        "credentials",
        "What is changed can not be put back with credentials that have ended.",
        reads::CALLER,
        credentials::session,
    ),
    check(
        "network-ranges",
        "network",
        "Networks with addresses in common can not be peered, nor routed between.",
        reads::RANGES,
        network::ranges,
    ),
    check(
        "peering",
        "network",
        "One region's instances reach the writer in the other through it.",
        reads::PEERINGS,
        network::peering,
    ),
    check(
        "peering-routes",
        "network",
        "A peering that one side does not route carries no answer.",
        reads::PEERING_ROUTES,
        network::routes,
    ),
    check(
        "security-groups",
        "network",
        "What the standby does not let in works in the primary alone.",
        reads::SECURITY_GROUPS,
        groups::groups,
    ),
    check(
        "access",
        "network",
        "A person must be able to reach the instances when nothing else does.",
        reads::ACCESS,
        access::access,
    ),
    check(
        "environment",
        "Elastic Beanstalk",
        "An environment that is ill or at work can not take over.",
        reads::ENVIRONMENTS,
        environment::environment,
    ),
    check(
        "platform",
        "Elastic Beanstalk",
        "Another platform runs the same version otherwise.",
        reads::ENVIRONMENTS,
        environment::platform,
    ),
    check(
        "version",
        "Elastic Beanstalk",
        "Users who are moved meet another release.",
        reads::VERSION,
        environment::version,
    ),
    check(
        "settings",
        "Elastic Beanstalk",
        "What is set in one region alone is missing where it is needed.",
        reads::SETTINGS,
        settings::settings,
    ),
    check(
        "health-reporting",
        "Elastic Beanstalk",
        "Without enhanced reporting nobody sees why an environment is ill.",
        reads::SETTINGS,
        settings::health_reporting,
    ),
    check(
        "capacity",
        "capacity",
        "The standby must carry all users from the first minute.",
        reads::CAPACITY,
        capacity::capacity,
    ),
    check(
        "instance-type",
        "capacity",
        "As many instances of a smaller type carry less.",
        reads::CAPACITY,
        capacity::instance_type,
    ),
    check(
        "scaling-processes",
        "capacity",
        "What is suspended does not grow, heal or register instances.",
        reads::CAPACITY,
        capacity::processes,
    ),
    check(
        "replacement",
        "capacity",
        "A group that replaces what the balancer finds ill turns a closed port into lost instances.",
        reads::CAPACITY,
        capacity::replacement,
    ),
    check(
        "listeners",
        "load balancer",
        "Users who are moved must be answered on the same ports.",
        reads::BALANCER_LISTENERS,
        balancer::listeners,
    ),
    check(
        "target-checks",
        "load balancer",
        "Other thresholds find an outage at another time.",
        reads::TARGET_CHECKS,
        balancer::target_checks,
    ),
    check(
        "targets",
        "load balancer",
        "A balancer without healthy targets answers with errors.",
        reads::TARGET_HEALTH,
        balancer::targets,
    ),
    check(
        "certificate",
        "certificates",
        "Browsers refuse a region whose certificate is not for the site.",
        reads::CERTIFICATES,
        certificate::certificate,
    ),
    check(
        "certificate-days",
        "certificates",
        "A certificate that nobody looks at ends in the standby first.",
        reads::CERTIFICATES,
        certificate::days,
    ),
    check(
        "web-acl",
        "web ACL",
        "Without its web ACL a region is open to what the other refuses.",
        reads::WEB_ACL,
        web_acl::associated,
    ),
    check(
        "web-acl-rules",
        "web ACL",
        "Other rules let in what is refused elsewhere, or refuse users.",
        reads::WEB_ACL,
        web_acl::rules,
    ),
    check(
        "pipeline",
        "releases",
        "A region whose last release failed runs what came before it.",
        reads::PIPELINE,
        release::pipeline,
    ),
    check(
        "revision",
        "releases",
        "Both regions must run the same revision of the site.",
        reads::REVISION,
        release::revision,
    ),
    check(
        "database-roles",
        "database",
        "The writer moves only to a member that is there, well and in step.",
        reads::DATABASE,
        database::roles,
    ),
    check(
        "database-instances",
        "database",
        "A cluster without an instance can not take over.",
        reads::DATABASE_MEMBERS,
        database::instances,
    ),
    check(
        "database-classes",
        "database",
        "A smaller class becomes the writer of all users.",
        reads::DATABASE_MEMBERS,
        database::classes,
    ),
    check(
        "database-engine",
        "database",
        "A global database is switched over only between equal versions.",
        reads::DATABASE,
        database::engine,
    ),
    check(
        "database-parameters",
        "database",
        "Parameter groups are regional: they do not move with the writer.",
        reads::PARAMETERS,
        database::parameters,
    ),
    check(
        "replication-lag",
        "database",
        "What is not replicated yet is lost in an unplanned failover.",
        reads::LAG,
        database::lag,
    ),
    check(
        "failover-records",
        "Route 53",
        "Without a failover pair nothing moves the users.",
        reads::RECORDS,
        dns::failover,
    ),
    check(
        "protected-records",
        "Route 53",
        "A record without a health check counts as healthy for ever.",
        reads::RECORDS,
        dns::protected,
    ),
    check(
        "health-checks",
        "Route 53",
        "A health check that looks elsewhere does not see the outage.",
        reads::WIRED,
        health_check::wired,
    ),
    check(
        "health-checks-on",
        "Route 53",
        "A disabled or inverted health check sees nothing.",
        reads::HEALTH_CHECKS,
        health_check::on,
    ),
    check(
        "health-checks-healthy",
        "Route 53",
        "If both records are unhealthy, users stay with the primary.",
        reads::HEALTHY,
        health_check::healthy,
    ),
    check(
        "target-health",
        "Route 53",
        "An alias that does not look at its targets leads to a region without any.",
        reads::RECORDS,
        dns::target_health,
    ),
    check("ttl", "Route 53", "Resolvers keep the old answer for so long.", reads::HEALTH_CHECKS, dns::ttl),
    check(
        "alarms",
        "alarms",
        "Where nothing watches the standby, its first trouble is everybody's.",
        reads::ALARMS,
        alarm::parity,
    ),
    check(
        "alarms-quiet",
        "alarms",
        "An alarm that is already ringing hides the next.",
        reads::ALARMS,
        alarm::quiet,
    ),
];

/// What all checks say of a case.
pub fn judge(case: &Case<'_>) -> Readiness {
    let answers = CHECKS.iter().map(|check| {
        let (verdict, found, mend, denied) = match (check.judge)(case) {
            Ok(said) => (said.verdict, said.found, said.mend, None),
            Err(unknown) => (Verdict::Unknown, unknown.why, String::new(), unknown.denied.map(str::to_owned)),
        };
        CheckAnswer {
            check: check.name.to_owned(),
            system: check.system.to_owned(),
            why: check.why.to_owned(),
            verdict,
            found,
            denied,
            mend,
            accepted: false,
        }
    });
    Readiness { answers: answers.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::readiness;

    #[test]
    fn the_checks_are_those_that_can_be_accepted() {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names, readiness::CHECKS);
    }

    #[test]
    fn every_check_says_in_one_line_why_it_matters() {
        for check in CHECKS {
            assert!(check.why.ends_with('.') && check.why.len() <= 100, "{}: {}", check.name, check.why);
        }
    }
}
