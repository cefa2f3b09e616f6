//! Names: how services are called, on the wire and by people.
//! Invariant: every service has one name that AWS signs with, and some that people use; none means two services.
//! Not here: protocols and namespaces (see `wire::service`).
//! Used by: misbehaviour, records, coverage, the control door.

use super::call::Service;

/// Every service with its name in signatures, and what people call it besides.
const NAMES: [(Service, &str, &[&str]); 14] = [
    (Service::Sts, "sts", &[]),
    (Service::Ec2, "ec2", &[]),
    (Service::Beanstalk, "elasticbeanstalk", &["beanstalk", "eb"]),
    (Service::Elb, "elasticloadbalancing", &["elb", "elbv2"]),
    (Service::Rds, "rds", &[]),
    (Service::Route53, "route53", &["r53"]),
    (Service::CloudWatch, "monitoring", &["cloudwatch"]),
    (Service::AutoScaling, "autoscaling", &["asg"]),
    (Service::Acm, "acm", &[]),
    (Service::Waf, "wafv2", &["waf"]),
    (Service::CodeCommit, "codecommit", &[]),
    (Service::CodePipeline, "codepipeline", &[]),
    (Service::Ssm, "ssm", &[]),
    (Service::Iam, "iam", &[]),
];

impl Service {
    /// Every service that the lab has.
    pub fn all() -> impl Iterator<Item = Service> {
        NAMES.iter().map(|(service, ..)| *service)
    }

    /// Its name in signatures, by which botocore's models call its endpoint too.
    pub fn scope(self) -> &'static str {
        NAMES.iter().find(|(service, ..)| *service == self).map_or("", |(_, scope, _)| scope)
    }

    /// The service that people call so.
    pub fn named(name: &str) -> Option<Service> {
        let called =
            |(_, scope, others): &&(Service, &str, &[&str])| *scope == name || others.contains(&name);
        NAMES.iter().find(called).map(|(service, ..)| *service)
    }

    /// Every name that [`Service::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().flat_map(|(_, scope, others)| std::iter::once(*scope).chain(others.iter().copied()))
    }

    /// True for the services that are one for the whole world, whatever region signs.
    pub fn is_global(self) -> bool {
        matches!(self, Service::Route53 | Service::Iam)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_found_by_its_name_and_no_name_means_two() {
        for service in Service::all() {
            assert_eq!(Service::named(service.scope()), Some(service));
        }
        let mut names: Vec<_> = Service::names().collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_eq!(Service::named("s3"), None);
    }
}
