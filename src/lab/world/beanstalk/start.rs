//! Start: what a world file's environments are to Beanstalk.
//! Invariant: what a file sets of an environment's options goes before what its other parts say.
//! Not here: how one resource is made (see `build`), what Beanstalk made of balancers and machines (see their services).
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;

use super::{build::Plan, model::Source, platform::Platform};
use crate::lab::world::{
    World,
    blueprint::{
        Blueprint, Region, Tags,
        environment::{Environment, TargetCheck},
    },
    codecommit::start::{Release, releases},
    named::{Thing, Web, environment_id, environment_tags},
    rng::Rng,
};

/// How long ago everything was made.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 200);
/// The namespace of the default process, whose checks the balancer does.
const PROCESS: &str = "aws:elasticbeanstalk:environment:process:default";

impl World {
    /// Sets the service up as the blueprint has it.
    pub(in crate::lab) fn beanstalk_start(&mut self) {
        self.beanstalk.rng = Rng::stream(self.seed, "beanstalk");
        for version in ["4.6.3", "4.7.0", "4.7.3"] {
            self.add_platform("64bit Amazon Linux 2023", "PHP 8.4", version);
            self.add_platform("64bit Amazon Linux 2023", "PHP 8.3", version);
        }
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for environment in &region.environments {
                self.start_application(&blueprint, region, environment);
                let plan = self.planned(&blueprint, region, environment);
                self.add_platform(&plan.stack.system, &plan.stack.language, &plan.stack.version);
                self.add_environment(plan);
            }
        }
    }

    /// An environment's application, and the versions of it that the environment runs and ran.
    fn start_application(&mut self, blueprint: &Blueprint, region: &Region, environment: &Environment) {
        let (code, application) = (region.region.as_str(), environment.application.as_str());
        let known = (code.to_owned(), application.to_owned());
        if !self.beanstalk.applications.contains_key(&known) {
            let tags = blueprint.tags_on(application, &Tags::new());
            self.add_application(code, application, None, tags, AGE);
        }
        for Release { label, commit, ago, .. } in releases(region, environment) {
            let (words, source) = match commit {
                Some((repository, id)) => {
                    ("Deployed by the pipeline", Source::Commit(format!("{repository}/{id}")))
                }
                None => {
                    let bucket = format!("elasticbeanstalk-{code}-{}", blueprint.account);
                    ("Uploaded", Source::Bundle { bucket, key: format!("{application}/{label}.zip") })
                }
            };
            let key = (code.to_owned(), application.to_owned(), label.clone());
            if !self.beanstalk.versions.contains_key(&key) {
                self.add_version((code, application, &label), Some(words), source, true, ago);
            }
        }
    }

    fn planned(&self, blueprint: &Blueprint, region: &Region, own: &Environment) -> Plan {
        let web = self.web_of(&region.region, &own.name).cloned();
        let balancer = web.as_ref().map(|web| web.balancer.clone());
        let id = environment_id(self.seed, &region.region, &own.name);
        let (scaling_group, launch_template) = match web {
            Some(Web { scaling_group, launch_template, .. }) => (Some(scaling_group), Some(launch_template)),
            None => (None, None),
        };
        let released = releases(region, own);
        Plan {
            region: region.region.clone(),
            application: own.application.clone(),
            name: own.name.clone(),
            id: Some(id.clone()),
            description: Some(format!("The site in {}", region.place())),
            cname_prefix: own.cname.clone().unwrap_or_else(|| own.name.clone()),
            version: own.version.clone(),
            stack: Platform::of_stack(&own.platform).unwrap_or_else(standard_platform),
            balancer,
            scaling_group,
            launch_template,
            options: self.options_of(region, own),
            tags: environment_tags(blueprint, own, &id),
            deployment: released.len() as u64,
            created_ago: AGE,
            updated_ago: released.last().map_or(AGE, |newest| newest.ago),
        }
    }

    /// The options that are set by hand: those that the other parts of the file amount to, and over them its own.
    fn options_of(&self, region: &Region, own: &Environment) -> Vec<(String, String, String)> {
        let code = region.region.as_str();
        let ids = |thing, names: &[String]| {
            let ids = names.iter().filter_map(|name| self.named(code, thing, name));
            ids.collect::<Vec<_>>().join(",")
        };
        let fleet = &own.instances;
        let (min, max) = (fleet.min.unwrap_or(fleet.count), fleet.max.unwrap_or(fleet.count * 2));
        let mut options = BTreeMap::new();
        let mut set = |space: &str, name: &str, value: String| {
            if !value.is_empty() {
                options.insert((space.to_owned(), name.to_owned()), value);
            }
        };
        set("aws:autoscaling:asg", "MinSize", min.to_string());
        set("aws:autoscaling:asg", "MaxSize", max.to_string());
        let launch = "aws:autoscaling:launchconfiguration";
        set(launch, "IamInstanceProfile", "aws-elasticbeanstalk-ec2-role".to_owned());
        set(launch, "InstanceType", fleet.class.clone());
        set(launch, "SecurityGroups", ids(Thing::Group, &fleet.extra_groups));
        set("aws:ec2:vpc", "VPCId", ids(Thing::Vpc, std::slice::from_ref(&own.vpc)));
        set("aws:ec2:vpc", "ELBSubnets", ids(Thing::Subnet, &own.balancer.subnets));
        set("aws:ec2:vpc", "Subnets", ids(Thing::Subnet, &fleet.subnets));
        let service = "aws-elasticbeanstalk-service-role".to_owned();
        set("aws:elasticbeanstalk:environment", "ServiceRole", service);
        let balancer = "aws:elbv2:loadbalancer";
        let shared = own.balancer.group.as_slice();
        set(balancer, "ManagedSecurityGroup", ids(Thing::Group, shared));
        set(balancer, "SecurityGroups", ids(Thing::Group, &own.balancer.extra_groups));
        let certificate = own.balancer.certificate.as_slice();
        let arn = ids(Thing::Certificate, certificate);
        if !arn.is_empty() {
            set("aws:elbv2:listener:443", "Protocol", "HTTPS".to_owned());
            set("aws:elbv2:listener:443", "SSLCertificateArns", arn);
        }
        if !own.enhanced_health {
            set("aws:elasticbeanstalk:healthreporting:system", "SystemType", "basic".to_owned());
        }
        for (name, value) in own.health_check.iter().flat_map(process_options) {
            set(PROCESS, name, value);
        }
        for (space, own) in &own.settings {
            let own = own.iter().map(|(name, value)| ((space.clone(), name.clone()), value.clone()));
            options.extend(own);
        }
        options.into_iter().map(|((space, name), value)| (space, name, value)).collect()
    }
}

/// AWS's newest platform, for a blueprint that was not read from a file: a file's platforms have the form of a stack's name.
fn standard_platform() -> Platform {
    let own = str::to_owned;
    Platform { language: own("PHP 8.4"), system: own("64bit Amazon Linux 2023"), version: own("4.7.3") }
}

/// What Beanstalk calls the parts of a balancer's check. AWS: developer guide, general options, the process namespace.
fn process_options(check: &TargetCheck) -> [(&'static str, String); 6] {
    [
        ("HealthCheckPath", check.path.clone()),
        ("HealthCheckInterval", check.interval.duration().as_secs().to_string()),
        ("HealthCheckTimeout", check.timeout.duration().as_secs().to_string()),
        ("HealthyThresholdCount", check.healthy.to_string()),
        ("UnhealthyThresholdCount", check.unhealthy.to_string()),
        ("MatcherHTTPCode", check.matcher.clone()),
    ]
}
