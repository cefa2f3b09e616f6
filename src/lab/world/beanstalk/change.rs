//! Change: the operations that change an environment.
//! Invariant: only one at a time: an environment that is not Ready refuses, in AWS's words.
//! Not here: what happens then (see `operation`).
//! Used by: `beanstalk_operate`.

use std::time::Duration;

use super::{
    configuration,
    describe::{by_name, environment_tree, named},
    due::Step,
    model::Kind,
    model::{Environment, Key, Options, Source, Status},
    options,
    refusal::refused,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// Refuses unless the environment is Ready.
fn ready(own: &Environment) -> Result<(), AwsFault> {
    (own.status == Status::Ready).then_some(()).ok_or_else(|| invalid_state(own, "Ready"))
}

fn invalid_state(own: &Environment, must: &str) -> AwsFault {
    let name = &own.name;
    let message =
        format!("Environment named {name} is in an invalid state for this operation. Must be {must}.");
    refused("InvalidParameterValue", message)
}

fn say(after: Duration, message: impl Into<String>) -> (Duration, Step) {
    (after, Step::Say(message.into()))
}

fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// `UpdateEnvironment`: another version, other options, or both. AWS: the answer has the new version label and `Updating`
/// at once.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let own = named(world, call)?.clone();
    if params.text("ApplicationName").is_some_and(|name| name != own.application) {
        let message = format!("No Environment found for EnvironmentName = '{}'.", own.name);
        return Err(refused("InvalidParameterValue", message));
    }
    ready(&own)?;
    if params.has("Tier") && params.text("Tier.Name").is_some_and(|name| name != "WebServer") {
        return Err(refused("InvalidParameterValue", "Tier change is not supported."));
    }
    if let Some(name) = params.text("TemplateName") {
        let message = format!("No Configuration Template named '{}/{name}' found.", own.application);
        return Err(refused("InvalidParameterValue", message));
    }
    let version = wanted_version(world, call, &own)?;
    let options = wanted_options(params, &own)?;
    let platform = wanted_platform(world, call, &own)?;
    let key = own.key();
    if let Some(own) = world.beanstalk.environments.get_mut(&key)
        && let Some(description) = params.text("Description")
    {
        own.description = Some(description.to_owned());
    }
    if version.is_some() || options.is_some() || platform.is_some() {
        begin_update(world, &key, version, options);
    }
    if let (Some(own), Some(platform)) = (world.beanstalk.environments.get_mut(&key), platform) {
        own.platform = platform;
    }
    let own = world.beanstalk.environments.get(&key).unwrap_or(&own);
    Ok(environment_tree(world, own))
}

fn wanted_version(world: &World, call: &Call, own: &Environment) -> Result<Option<String>, AwsFault> {
    let Some(label) = call.params.text("VersionLabel") else { return Ok(None) };
    let key = (call.region.clone(), own.application.clone(), label.to_owned());
    if !world.beanstalk.versions.contains_key(&key) {
        let message = format!("No Application Version named '{label}' found.");
        return Err(refused("InvalidParameterValue", message));
    }
    Ok(Some(label.to_owned()))
}

/// The options that would be in force, if the call changes any.
fn wanted_options(params: &Params, own: &Environment) -> Result<Option<Options>, AwsFault> {
    let settings = configuration::settings_of(params);
    let problem = settings.iter().find_map(|((space, name), value)| options::problem(space, name, value));
    if let Some(problem) = problem {
        let message = format!("Configuration validation exception: {problem}");
        return Err(refused("ConfigurationValidationException", message));
    }
    let removed = configuration::names_of(params, "OptionsToRemove");
    if settings.is_empty() && removed.is_empty() {
        return Ok(None);
    }
    let mut options = own.options.clone();
    options.retain(|name, _| !removed.contains(name));
    options.extend(settings);
    Ok(Some(options))
}

fn wanted_platform(
    world: &World,
    call: &Call,
    own: &Environment,
) -> Result<Option<super::platform::Platform>, AwsFault> {
    let asked = |parameter| call.params.text(parameter);
    let find = |parameter: &str, value: &str, says: &dyn Fn(&super::platform::Platform) -> String| {
        let found = world.beanstalk.platforms.iter().find(|own| says(own) == value).cloned();
        found.map(Some).ok_or_else(|| {
            let message = match parameter {
                "PlatformArn" => format!("No Platform found for PlatformArn = '{value}'."),
                _ => format!("No Solution Stack named '{value}' found."),
            };
            refused("InvalidParameterValue", message)
        })
    };
    let wanted = match (asked("PlatformArn"), asked("SolutionStackName")) {
        (Some(arn), _) => find("PlatformArn", arn, &|own| own.arn(&call.region))?,
        (None, Some(stack)) => find("SolutionStackName", stack, &|own| own.stack())?,
        (None, None) => None,
    };
    Ok(wanted.filter(|wanted| *wanted != own.platform))
}

fn begin_update(world: &mut World, key: &Key, version: Option<String>, options: Option<Options>) {
    let settings = world.beanstalk.settings.clone();
    let rng = &mut world.beanstalk.rng;
    let lead = Duration::from_secs(2);
    let configures = if options.is_some() || version.is_none() {
        settings.configuration.draw(rng)
    } else {
        Duration::ZERO
    };
    let deploys = if version.is_some() { settings.deployment.draw(rng) } else { Duration::ZERO };
    let name = key.1.clone();
    let mut steps = vec![say(Duration::ZERO, "Environment update is starting.")];
    if configures > Duration::ZERO {
        steps.push(say(lead, format!("Updating environment {name}'s configuration settings.")));
    }
    if version.is_some() {
        steps.push(say(lead + configures, "Deploying new version to instance(s)."));
    }
    steps.push((lead + configures + deploys, Step::Done));
    let kind = if version.is_some() { Kind::Deploy } else { Kind::Configure };
    world.begin(key, (kind, true, options), steps);
    if let (Some(own), Some(version)) = (world.beanstalk.environments.get_mut(key), version) {
        own.version = version;
    }
}

/// `AbortEnvironmentUpdate`.
pub(super) fn abort(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?.clone();
    let operation = own.operation.as_ref().filter(|operation| operation.abortable);
    let operation = operation.ok_or_else(|| invalid_state(&own, "pending deployment"))?;
    let key = own.key();
    let before = operation.version_before.clone();
    if let Some(own) = world.beanstalk.environments.get_mut(&key) {
        own.version = before;
    }
    let takes = world.beanstalk.settings.abort.draw(&mut world.beanstalk.rng);
    let steps = vec![say(Duration::ZERO, "Environment update is aborting."), (takes, Step::Done)];
    world.begin(&key, (Kind::Abort, false, None), steps);
    nothing()
}

/// `RestartAppServer`.
pub(super) fn restart(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?.clone();
    ready(&own)?;
    let takes = world.beanstalk.settings.restart.draw(&mut world.beanstalk.rng);
    let steps = vec![say(Duration::ZERO, "restartAppServer is starting."), (takes, Step::Done)];
    world.begin(&own.key(), (Kind::Restart, false, None), steps);
    nothing()
}

/// `RebuildEnvironment`.
pub(super) fn rebuild(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?.clone();
    ready(&own)?;
    let takes = world.beanstalk.settings.rebuild.draw(&mut world.beanstalk.rng);
    let steps = vec![say(Duration::ZERO, "rebuildEnvironment is starting."), (takes, Step::Done)];
    world.begin(&own.key(), (Kind::Rebuild, false, None), steps);
    nothing()
}

/// `TerminateEnvironment`. AWS: the answer's status is `Terminating`; `ForceTerminate` is for environments that others
/// of their group depend on.
pub(super) fn terminate(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?.clone();
    if own.status == Status::Terminating {
        return Err(invalid_state(&own, "Ready"));
    }
    ready(&own)?;
    let key = own.key();
    let takes = world.beanstalk.settings.rebuild.draw(&mut world.beanstalk.rng);
    let waiting = "Waiting for EC2 instances to terminate. This may take a few minutes.";
    let steps = vec![
        say(Duration::ZERO, "terminateEnvironment is starting."),
        say(takes / 4, waiting),
        (takes, Step::Done),
    ];
    world.begin(&key, (Kind::Terminate, false, None), steps);
    let own = world.beanstalk.environments.get(&key).unwrap_or(&own);
    Ok(environment_tree(world, own))
}

impl World {
    /// An environment is gone, its CNAME free for anyone.
    pub(super) fn gone(&mut self, key: &Key) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        own.status = Status::Terminated;
        own.terminated = Some(now);
        own.machines.clear();
        let own = own.clone();
        self.beanstalk.by_cname.remove(&own.cname);
        if let Some(arn) = &own.resources.balancer {
            self.beanstalk.by_balancer.remove(arn);
        }
        self.say(&own, "INFO", "terminateEnvironment completed successfully.".to_owned());
        let with = [("region", own.region), ("environment", own.name)];
        self.note("environment.terminated", with);
    }
}

impl World {
    /// Makes a version of a bundle and gives it to an environment, as a pipeline does. The error is in AWS's words.
    pub(in crate::lab) fn deploy_version(
        &mut self,
        (region, application, environment): (&str, &str, &str),
        label: &str,
        description: &str,
        (bucket, key): (String, String),
    ) -> Result<(), String> {
        let own = by_name(self, region, environment).map_err(|fault| fault.message)?.clone();
        if own.application != application {
            return Err(format!("No Environment found for EnvironmentName = '{environment}'."));
        }
        ready(&own).map_err(|fault| fault.message)?;
        let version = (region.to_owned(), application.to_owned(), label.to_owned());
        let description = Some(description.to_owned());
        self.make_version(version, description, Source::Bundle { bucket, key }, Default::default());
        begin_update(self, &own.key(), Some(label.to_owned()), None);
        Ok(())
    }

    /// The version that an environment runs, and whether it is still being changed; `None` if it is not there.
    pub(in crate::lab) fn deployed_version(&self, region: &str, name: &str) -> Option<(&str, bool)> {
        let own = by_name(self, region, name).ok()?;
        Some((own.deployment.version.as_str(), own.operation.is_some()))
    }
}
