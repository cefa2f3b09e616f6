//! Beanstalk: environments and their health.
//! Invariant: an environment knows its instances through its agents and its balancer, never directly.
//! Not here: the machines and balancers themselves (see `ec2`, `elb`).
//! Used by: `World`.

mod describe;
pub(super) mod due;
mod events;
mod health;
pub mod model;
mod settings;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::{
    due::Due,
    model::{Environment, Event, Machine, Verdict},
};
use super::{
    World, agenda,
    call::{Call, Operation, Reply, Service},
    reference::{REGIONS, Region, environment_id},
    rng::Rng,
    timings,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("DescribeApplications"),
    Operation::real("DescribeConfigurationSettings"),
    Operation::real("DescribeEnvironmentHealth"),
    Operation::real("DescribeEnvironmentResources"),
    Operation::real("DescribeEnvironments"),
    Operation::real("DescribeEvents"),
    Operation::real("DescribeInstancesHealth"),
];

/// What this service remembers: one environment a region.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    pub(in crate::lab) environments: BTreeMap<String, Environment>,
    rng: Rng,
}

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn beanstalk_start(&mut self) {
        self.beanstalk.rng = Rng::stream(self.seed, "beanstalk");
        for region in &REGIONS {
            let environment = self.settled_environment(region);
            self.beanstalk.environments.insert(region.code.to_owned(), environment);
            let phase = self.beanstalk.rng.between(std::time::Duration::ZERO, timings::AGENT_REPORTS);
            self.after(phase, agenda::Due::Beanstalk(Due::Agents { region: region.code.to_owned() }));
        }
    }

    fn settled_environment(&self, region: &Region) -> Environment {
        let ago =
            |hours| self.now.saturating_sub(jiff::SignedDuration::from_hours(hours)).unwrap_or(self.now);
        let machines = self
            .ec2
            .network(region.code)
            .instances_tagged("elasticbeanstalk:environment-name", region.environment)
            .map(|instance| Machine {
                instance: instance.clone(),
                failed: 0,
                verdict: Verdict::ok(),
                requests: 60,
            });
        let deployed = "Environment update completed successfully.".to_owned();
        Environment {
            id: environment_id(self.seed, region),
            name: region.environment,
            cname: region.cname,
            version: "wordpress-6.8.2-1",
            created: ago(24 * 200),
            updated: ago(24 * 9),
            verdict: Verdict::ok(),
            coming: None,
            refreshed: self.now,
            machines: machines.collect(),
            events: vec![Event { at: ago(24 * 9), severity: "INFO", message: deployed }],
            window: timings::AGENT_REPORTS,
        }
    }

    /// Does what is due now.
    pub(in crate::lab) fn beanstalk_due(&mut self, due: Due) {
        match due {
            Due::Agents { region } => self.agents_report(&region),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn beanstalk_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DescribeApplications" => settings::applications(self, call),
            "DescribeConfigurationSettings" => settings::configuration(self, call),
            "DescribeEnvironmentHealth" => describe::environment_health(self, call),
            "DescribeEnvironmentResources" => describe::resources(self, call),
            "DescribeEnvironments" => describe::environments(self, call),
            "DescribeEvents" => events::events(self, call),
            "DescribeInstancesHealth" => describe::instances_health(self, call),
            other => Err(World::unrouted(Service::Beanstalk, other)),
        }
    }

    /// The environment's `HealthStatus` as CloudWatch's `EnvironmentHealth` metric has it (0 Ok, 1 Info, 5 Unknown,
    /// 10 NoData, 15 Warning, 20 Degraded, 25 Severe).
    pub fn environment_health_metric(&self, environment: &str) -> Option<u32> {
        let mut all = self.beanstalk.environments.values();
        all.find(|own| own.name == environment).map(|own| own.verdict.status.metric())
    }
}
