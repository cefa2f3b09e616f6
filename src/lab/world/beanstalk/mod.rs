//! Beanstalk: applications, environments and their health.
//! Invariant: an environment knows its instances through its agents and its balancer, never directly.
//! Not here: the machines and balancers themselves (see `ec2`, `elb`).
//! Used by: `World`.
//!
//! `change` begins operations and `operation` carries them out; `agents` decides when health is looked at, `verdict` what
//! it is; `attached` is the one file that looks into other services.

mod account;
mod agents;
mod application;
mod attached;
pub(super) mod build;
mod change;
mod cname;
mod configuration;
mod describe;
pub(super) mod due;
mod events;
mod health;
mod logs;
pub mod model;
pub mod operation;
mod options;
pub mod platform;
mod refusal;
pub mod settings;
pub(super) mod start;
mod tags;
pub mod verdict;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::{
    due::Due,
    events::Event,
    model::{Application, Environment, Key, Version},
    platform::Platform,
    settings::Settings,
};
use super::{
    World,
    call::{Call, Operation, Reply, Service},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AbortEnvironmentUpdate"),
    Operation::real("CheckDNSAvailability"),
    Operation::partial("CreateApplication", "no lifecycle of versions"),
    Operation::partial(
        "CreateApplicationVersion",
        "builds and pre-processing: a version is processed at once",
    ),
    Operation::real("CreateStorageLocation"),
    Operation::partial("DeleteApplicationVersion", "source bundles in S3"),
    Operation::real("DescribeAccountAttributes"),
    Operation::real("DescribeApplicationVersions"),
    Operation::real("DescribeApplications"),
    Operation::partial("DescribeConfigurationOptions", "the options of other platforms and tiers"),
    Operation::partial("DescribeConfigurationSettings", "configuration templates"),
    Operation::real("DescribeEnvironmentHealth"),
    Operation::real("DescribeEnvironmentManagedActionHistory"),
    Operation::real("DescribeEnvironmentManagedActions"),
    Operation::real("DescribeEnvironmentResources"),
    Operation::real("DescribeEnvironments"),
    Operation::partial("DescribeEvents", "the id of the request that caused an event"),
    Operation::real("DescribeInstancesHealth"),
    Operation::real("DescribePlatformVersion"),
    Operation::real("ListAvailableSolutionStacks"),
    Operation::real("ListPlatformVersions"),
    Operation::real("ListTagsForResource"),
    Operation::partial("RebuildEnvironment", "balancer, groups and instances stay the same"),
    Operation::partial("RequestEnvironmentInfo", "the `analyze` kind"),
    Operation::partial("RestartAppServer", "the pause while processes restart"),
    Operation::partial("RetrieveEnvironmentInfo", "the logs behind the links"),
    Operation::real("SwapEnvironmentCNAMEs"),
    Operation::partial("TerminateEnvironment", "balancer, groups and instances stay"),
    Operation::real("UpdateApplication"),
    Operation::real("UpdateApplicationVersion"),
    Operation::partial(
        "UpdateEnvironment",
        "batches, replacement of instances, templates, and effects of options other than the process's checks",
    ),
    Operation::real("UpdateTagsForResource"),
    Operation::partial("ValidateConfigurationSettings", "the options of other platforms and tiers"),
];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// What the world has chosen.
    pub(in crate::lab) settings: Settings,
    applications: BTreeMap<Key, Application>,
    versions: BTreeMap<(String, String, String), Version>,
    platforms: BTreeSet<Platform>,
    environments: BTreeMap<Key, Environment>,
    by_id: BTreeMap<String, Key>,
    by_cname: BTreeMap<String, Key>,
    by_balancer: BTreeMap<String, Vec<Key>>,
    events: BTreeMap<String, Vec<Event>>,
    serial: u64,
    rng: Rng,
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn beanstalk_due(&mut self, due: Due) {
        match due {
            Due::Agents { region, name } => self.agents_report(&(region, name)),
            Due::Step { region, name, serial, step } => self.step(&(region, name), serial, step),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn beanstalk_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "AbortEnvironmentUpdate" => change::abort(self, call),
            "CheckDNSAvailability" => cname::availability(self, call),
            "CreateApplication" => application::create(self, call),
            "CreateApplicationVersion" => application::create_version(self, call),
            "CreateStorageLocation" => account::storage_location(self, call),
            "DeleteApplicationVersion" => application::delete_version(self, call),
            "DescribeAccountAttributes" => account::attributes(),
            "DescribeApplicationVersions" => application::describe_versions(self, call),
            "DescribeApplications" => application::describe(self, call),
            "DescribeConfigurationOptions" => configuration::describe_options(self, call),
            "DescribeConfigurationSettings" => configuration::settings(self, call),
            "DescribeEnvironmentHealth" => health::of_environment(self, call),
            "DescribeEnvironmentManagedActionHistory" => account::managed_action_history(self, call),
            "DescribeEnvironmentManagedActions" => account::managed_actions(self, call),
            "DescribeEnvironmentResources" => describe::resources(self, call),
            "DescribeEnvironments" => describe::environments(self, call),
            "DescribeEvents" => events::events(self, call),
            "DescribeInstancesHealth" => health::of_instances(self, call),
            "DescribePlatformVersion" => platform::version(self, call),
            "ListAvailableSolutionStacks" => platform::stacks(self),
            "ListPlatformVersions" => platform::versions(self, call),
            "ListTagsForResource" => tags::list(self, call),
            "RebuildEnvironment" => change::rebuild(self, call),
            "RequestEnvironmentInfo" => logs::request(self, call),
            "RestartAppServer" => change::restart(self, call),
            "RetrieveEnvironmentInfo" => logs::retrieve(self, call),
            "SwapEnvironmentCNAMEs" => cname::swap(self, call),
            "TerminateEnvironment" => change::terminate(self, call),
            "UpdateApplication" => application::update(self, call),
            "UpdateApplicationVersion" => application::update_version(self, call),
            "UpdateEnvironment" => change::update(self, call),
            "UpdateTagsForResource" => tags::update(self, call),
            "ValidateConfigurationSettings" => configuration::validate(self, call),
            other => Err(World::unrouted(Service::Beanstalk, other)),
        }
    }

    /// The environment's `HealthStatus` as CloudWatch's `EnvironmentHealth` metric has it; `None` where there is none.
    pub fn environment_health_in(&self, region: &str, name: &str) -> Option<u32> {
        let own = self.beanstalk.environments.get(&(region.to_owned(), name.to_owned()))?;
        own.health.verdict.status.metric().filter(|_| own.lives() && own.is_enhanced())
    }

    /// The same for the first environment of this name in any region.
    pub fn environment_health_metric(&self, environment: &str) -> Option<u32> {
        let mut all = self.beanstalk.environments.values();
        let own = all.find(|own| own.name == environment)?;
        own.health.verdict.status.metric().filter(|_| own.lives() && own.is_enhanced())
    }

    /// The region and name of every living environment.
    pub fn environments(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.beanstalk.environments.values().filter(|own| own.lives());
        all.map(|own| (own.region.as_str(), own.name.as_str()))
    }

    /// The region and name of the environment behind a balancer; the first, if several share it.
    pub fn environment_behind(&self, balancer: &str) -> Option<(&str, &str)> {
        let (region, name) = self.beanstalk.by_balancer.get(balancer)?.first()?;
        Some((region, name))
    }

    /// The ARN of an environment's balancer.
    pub fn environment_balancer(&self, region: &str, name: &str) -> Option<&str> {
        let own = self.beanstalk.environments.get(&(region.to_owned(), name.to_owned()))?;
        own.resources.balancer.as_deref()
    }

    /// The Auto Scaling group of an environment.
    pub fn environment_scaling_group(&self, region: &str, name: &str) -> Option<&str> {
        let own = self.beanstalk.environments.get(&(region.to_owned(), name.to_owned()))?;
        Some(own.resources.scaling_group.as_str())
    }
}
