//! Build: applications, versions and environments that a world begins with, of plain values.
//! Invariant: everything begins settled: Ready, Ok, its agents at rest. One function for each kind of resource.
//! Not here: what a world file says of them (see `start`), what the API makes (see `application`).
//! Used by: `start`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    events::Event,
    model::{Application, Deployment, Environment, Health, Options, Resources, Source, Status, Version},
    platform::Platform,
    verdict::{Machine, Verdict},
};
use crate::lab::world::{World, rng::Rng, timings::AGENT_REPORTS};

/// Everything that a world may say of an environment.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Plan {
    /// The region.
    pub(in crate::lab) region: String,
    /// The application.
    pub(in crate::lab) application: String,
    /// The environment's name.
    pub(in crate::lab) name: String,
    /// Its id, `e-` and ten letters or digits; `None` draws one.
    pub(in crate::lab) id: Option<String>,
    /// A person's words.
    pub(in crate::lab) description: Option<String>,
    /// What comes before `.REGION.elasticbeanstalk.com`.
    pub(in crate::lab) cname_prefix: String,
    /// The version that it runs.
    pub(in crate::lab) version: String,
    /// The solution stack: `64bit Amazon Linux 2023 v4.7.0 running PHP 8.4`.
    pub(in crate::lab) stack: Platform,
    /// Its balancer, by ARN; a single instance has none.
    pub(in crate::lab) balancer: Option<String>,
    /// Its Auto Scaling group; `None` names it as CloudFormation would.
    pub(in crate::lab) scaling_group: Option<String>,
    /// Its launch template; `None` draws one.
    pub(in crate::lab) launch_template: Option<String>,
    /// Options that were set by hand: namespace, name and value.
    pub(in crate::lab) options: Vec<(String, String, String)>,
    /// Its tags, beside Beanstalk's own.
    pub(in crate::lab) tags: BTreeMap<String, String>,
    /// The number of its latest deployment.
    pub(in crate::lab) deployment: u64,
    /// How long before the start it was made.
    pub(in crate::lab) created_ago: SignedDuration,
    /// How long before the start it was last changed.
    pub(in crate::lab) updated_ago: SignedDuration,
}

impl World {
    /// Adds a platform version that every region offers.
    pub(in crate::lab) fn add_platform(&mut self, system: &str, language: &str, version: &str) {
        let own = |text: &str| text.to_owned();
        let platform = Platform { language: own(language), system: own(system), version: own(version) };
        self.beanstalk.platforms.insert(platform);
    }

    /// Adds an application.
    pub(in crate::lab) fn add_application(
        &mut self,
        region: &str,
        name: &str,
        description: Option<&str>,
        tags: BTreeMap<String, String>,
        ago: SignedDuration,
    ) {
        let created = self.before(ago);
        let description = description.map(str::to_owned);
        let own = Application { description, created, updated: created, tags };
        self.beanstalk.applications.insert((region.to_owned(), name.to_owned()), own);
    }

    /// Adds a version of an application; one that does not deploy fails on the instances.
    pub(in crate::lab) fn add_version(
        &mut self,
        (region, application, label): (&str, &str, &str),
        description: Option<&str>,
        source: Source,
        deploys: bool,
        ago: SignedDuration,
    ) {
        let created = self.before(ago);
        let description = description.map(str::to_owned);
        let tags = BTreeMap::new();
        let own = Version { description, source, created, updated: created, deploys, tags };
        let key = (region.to_owned(), application.to_owned(), label.to_owned());
        self.beanstalk.versions.insert(key, own);
    }

    /// Adds an environment that is Ready and Ok.
    pub(in crate::lab) fn add_environment(&mut self, plan: Plan) {
        let rng = &mut self.beanstalk.rng;
        let id = plan.id.unwrap_or_else(|| drawn_id(rng));
        let phase = rng.between(std::time::Duration::ZERO, AGENT_REPORTS);
        let stack = format!("awseb-{id}-stack");
        let suffix: String = id.chars().rev().filter(char::is_ascii_alphanumeric).take(6).collect();
        let hex = || suffix.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let (instance_group, balancer_group) = self.groups_of(&plan.region, &plan.name, &stack);
        let resources = Resources {
            balancer: plan.balancer,
            scaling_group: plan
                .scaling_group
                .unwrap_or_else(|| format!("{stack}-AWSEBAutoScalingGroup-{}", suffix.to_uppercase())),
            launch_template: plan.launch_template.unwrap_or_else(|| format!("lt-0{}", hex())),
            instance_group,
            balancer_group,
        };
        let (created, updated) = (self.before(plan.created_ago), self.before(plan.updated_ago));
        let options: Options =
            plan.options.into_iter().map(|(space, name, value)| ((space, name), value)).collect();
        let machines = match self.ground_of(&plan.region, &plan.name) {
            Some(ground) => ground.instances.clone(),
            None => self.attached_instances(&plan.region, &plan.name),
        };
        let own = [
            ("elasticbeanstalk:environment-id", id.clone()),
            ("elasticbeanstalk:environment-name", plan.name.clone()),
            ("Name", plan.name.clone()),
        ];
        let mut tags = plan.tags;
        tags.extend(own.map(|(key, value)| (key.to_owned(), value)));
        let environment = Environment {
            cname: format!("{}.{}.elasticbeanstalk.com", plan.cname_prefix, plan.region),
            region: plan.region,
            id,
            name: plan.name,
            application: plan.application,
            description: plan.description,
            deployment: Deployment { id: plan.deployment, version: plan.version.clone(), at: updated },
            version: plan.version,
            platform: plan.stack,
            created,
            updated,
            status: Status::Ready,
            terminated: None,
            operation: None,
            options,
            failed_options: None,
            resources,
            machines: machines.into_iter().map(Machine::well).collect(),
            health: well(crate::clock::later(self.now, phase)),
            logs: BTreeMap::new(),
            tags,
        };
        self.settle(environment);
    }

    fn settle(&mut self, own: Environment) {
        let deployed = Event {
            at: own.updated,
            severity: "INFO",
            message: "Environment update completed successfully.".to_owned(),
            application: own.application.clone(),
            environment: Some((own.name.clone(), own.id.clone())),
            version: None,
        };
        self.environment_tells(&own.region, deployed);
        let key = own.key();
        let state = &mut self.beanstalk;
        state.by_id.insert(own.id.clone(), key.clone());
        state.by_cname.insert(own.cname.to_lowercase(), key.clone());
        if let Some(arn) = &own.resources.balancer {
            state.by_balancer.entry(arn.clone()).or_default().push(key.clone());
        }
        state.environments.insert(key, own);
    }

    fn before(&self, ago: SignedDuration) -> Timestamp {
        self.now.saturating_sub(ago).unwrap_or(self.now)
    }
}

fn well(phase: Timestamp) -> Health {
    Health {
        verdict: Verdict::ok(),
        coming: None,
        proving: None,
        told: None,
        stale: None,
        phase,
        awake: false,
    }
}

fn drawn_id(rng: &mut Rng) -> String {
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    let name: String = (0..10).map(|_| char::from(letters[rng.below(32) as usize])).collect();
    format!("e-{name}")
}
