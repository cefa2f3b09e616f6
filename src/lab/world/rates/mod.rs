//! Rates: how many calls AWS lets an account make.
//! Invariant: one bucket for each account, region and kind of call, refilled in the world's time.
//! Not here: the words of a refusal (see `refusal`).
//! Used by: `World::handle`.

mod settings;

use std::collections::BTreeMap;

use super::{
    World,
    call::{AwsFault, Call, Service},
    refusal,
    throttle::Bucket,
};

pub use self::settings::{Rate, Settings};

/// The buckets, by region and kind.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// How large they are.
    pub(in crate::lab) settings: Settings,
    buckets: BTreeMap<(String, Kind), Bucket>,
    turned_away: BTreeMap<String, u64>,
}

/// The kinds of calls that share a bucket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ec2Read,
    Ec2Unfiltered,
    Ec2Change,
    /// Each operation has its own.
    Ec2Heavy(String),
    Ec2StaleRules,
    Ec2Tags,
    Ec2Interface,
    ElbRead,
    ElbChange,
    CloudWatchData,
    CloudWatchList,
    AcmDescribe,
    Rest(Service),
}

impl Kind {
    fn of(call: &Call) -> Kind {
        let name = call.operation.as_str();
        match call.service {
            Service::Ec2 => Kind::of_ec2(call),
            Service::Elb if name.starts_with("Describe") => Kind::ElbRead,
            Service::Elb => Kind::ElbChange,
            Service::CloudWatch if name == "GetMetricData" => Kind::CloudWatchData,
            Service::CloudWatch if name == "ListMetrics" => Kind::CloudWatchList,
            Service::Acm if name == "DescribeCertificate" => Kind::AcmDescribe,
            service => Kind::Rest(service),
        }
    }

    fn of_ec2(call: &Call) -> Kind {
        match call.operation.as_str() {
            name @ ("AuthorizeSecurityGroupIngress"
            | "RevokeSecurityGroupIngress"
            | "AcceptVpcPeeringConnection"
            | "CreateVpcPeeringConnection"
            | "DeleteVpcPeeringConnection"
            | "RejectVpcPeeringConnection"
            | "CreateKeyPair") => Kind::Ec2Heavy(name.to_owned()),
            "DescribeStaleSecurityGroups" | "DescribeSecurityGroupReferences" => Kind::Ec2StaleRules,
            "CreateTags" => Kind::Ec2Tags,
            "ModifyNetworkInterfaceAttribute" => Kind::Ec2Interface,
            "DescribeInstances"
            | "DescribeInstanceStatus"
            | "DescribeNetworkInterfaces"
            | "DescribeSecurityGroups"
            | "DescribeSnapshots"
            | "DescribeSpotInstanceRequests"
            | "DescribeVolumes"
                if call.params.is_empty() =>
            {
                Kind::Ec2Unfiltered
            }
            name if name.starts_with("Describe") || name.starts_with("Get") => Kind::Ec2Read,
            _ => Kind::Ec2Change,
        }
    }

    fn rate(&self, settings: &Settings) -> Rate {
        match self {
            Kind::Ec2Read => settings.ec2_read,
            Kind::Ec2Unfiltered => settings.ec2_unfiltered,
            Kind::Ec2Change | Kind::Rest(Service::Ec2) => settings.ec2_change,
            Kind::Ec2Heavy(_) => settings.ec2_heavy,
            Kind::Ec2StaleRules => settings.ec2_stale_rules,
            Kind::Ec2Tags => settings.ec2_tags,
            Kind::Ec2Interface => settings.ec2_interface,
            Kind::ElbRead => settings.elb_read,
            Kind::ElbChange | Kind::Rest(Service::Elb) => settings.elb_change,
            Kind::CloudWatchData => settings.cloudwatch_data,
            Kind::CloudWatchList => settings.cloudwatch_list,
            Kind::AcmDescribe => settings.acm_describe,
            Kind::Rest(Service::Beanstalk) => settings.beanstalk,
            Kind::Rest(Service::Route53) => settings.route53,
            Kind::Rest(Service::Rds) => settings.rds,
            Kind::Rest(Service::AutoScaling) => settings.autoscaling,
            Kind::Rest(Service::CloudWatch) => settings.cloudwatch,
            Kind::Rest(Service::Acm) => settings.acm,
            Kind::Rest(Service::Waf) => settings.waf,
            Kind::Rest(Service::CodeCommit) => settings.codecommit,
            Kind::Rest(Service::CodePipeline) => settings.codepipeline,
            Kind::Rest(Service::Ssm) => settings.ssm,
            Kind::Rest(Service::Iam) => settings.iam,
            Kind::Rest(Service::Sts) => settings.sts,
        }
    }
}

impl World {
    /// Refuses a call for which its bucket has no token left.
    pub(in crate::lab) fn within_rate(&mut self, call: &Call) -> Result<(), AwsFault> {
        if self.options.unlimited {
            return Ok(());
        }
        let (now, kind) = (self.now(), Kind::of(call));
        let rate = kind.rate(&self.rates.settings);
        let region = if call.service.is_global() { String::new() } else { call.region.clone() };
        let new = || Bucket::new(rate.burst.get(), rate.per_second.get(), now);
        let bucket = self.rates.buckets.entry((region, kind)).or_insert_with(new);
        if bucket.take(now) {
            return Ok(());
        }
        let name = format!("{} {}", call.service.scope(), call.operation);
        *self.rates.turned_away.entry(name).or_default() += 1;
        Err(refusal::throttled(call.service))
    }

    /// How many calls of each operation were refused for their rate so far, those that were told to be not counted.
    pub fn turned_away(&self) -> &BTreeMap<String, u64> {
        &self.rates.turned_away
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::testing::{call, wait, world};

    const HERE: &str = "ap-northeast-2";

    /// How many of `count` equal calls at one moment are refused for their rate.
    fn refused(
        world: &mut World,
        service: Service,
        operation: &str,
        params: &[(&str, &str)],
        count: u32,
    ) -> usize {
        let code = refusal::throttled(service).code;
        let calls = (0..count).map(|_| call(world, service, operation, HERE, params));
        calls.filter_map(Result::err).filter(|fault| fault.code == code).count()
    }

    /// "DescribeEnvironments/DescribeEvents about 2 calls/s with burst 15"; each region has its own buckets.
    #[test]
    fn a_burst_is_refused_and_time_helps() {
        let mut world = world();
        let (service, operation) = (Service::Beanstalk, "DescribeEnvironments");
        assert_eq!(refused(&mut world, service, operation, &[], 17), 2);
        assert!(call(&mut world, service, operation, "ap-northeast-1", &[]).is_ok());
        wait(&mut world, 1.0);
        assert_eq!(refused(&mut world, service, operation, &[], 3), 1);
    }

    /// "non-mutating filtered or paginated 100 / 20; unfiltered and unpaginated subset (DescribeInstances, …) 50 / 10;
    /// mutating 50 / 5".
    #[test]
    fn ec2_tells_filtered_reads_from_reads_of_everything() {
        let mut world = world();
        let (service, operation) = (Service::Ec2, "DescribeInstances");
        assert_eq!(refused(&mut world, service, operation, &[], 51), 1);
        assert_eq!(refused(&mut world, service, operation, &[("MaxResults", "50")], 101), 1);
        // The kind of read that was just exhausted, of another operation.
        assert_eq!(refused(&mut world, service, "DescribeSecurityGroupRules", &[], 1), 1);
        wait(&mut world, 1.0);
        assert_eq!(refused(&mut world, service, operation, &[("MaxResults", "50")], 21), 1);
        assert_eq!(refused(&mut world, service, operation, &[], 11), 1);
    }

    /// "resource-intensive incl. AuthorizeSecurityGroupIngress, RevokeSecurityGroupIngress … 50 / 5".
    #[test]
    fn each_resource_intensive_change_has_a_bucket_of_its_own() {
        let mut world = world();
        let nobody =
            [("GroupId", "sg-0123456789abcdef0"), ("SecurityGroupRuleId.1", "sgr-0123456789abcdef0")];
        let revoke = "RevokeSecurityGroupIngress";
        assert_eq!(refused(&mut world, Service::Ec2, revoke, &nobody, 51), 1);
        assert_eq!(refused(&mut world, Service::Ec2, "AuthorizeSecurityGroupIngress", &nobody, 50), 0);
    }

    #[test]
    fn a_lab_without_limits_refuses_nothing_for_its_rate() {
        let mut world = world();
        world.set_unlimited(true);
        assert_eq!(refused(&mut world, Service::Ec2, "DescribeInstances", &[], 500), 0);
        assert_eq!(refused(&mut world, Service::Route53, "ListHostedZones", &[], 500), 0);
    }
}
