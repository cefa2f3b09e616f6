//! Configuration: an environment's options.
//! Invariant: what an option says of a group, a balancer or a check is read from the thing itself, unless it was set by
//! hand.
//! Not here: which options there are (see `options`).
//! Used by: `beanstalk_operate`, `operation`.

use super::{
    describe::by_name,
    model::{Environment, Key, Options},
    options::{self, PROCESS},
    refusal::refused,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// The options that a call sets.
pub(super) fn settings_of(params: &Params) -> Options {
    let of = |option: Params| {
        let text = |name: &str| option.text(name).unwrap_or_default().to_owned();
        ((text("Namespace"), text("OptionName")), text("Value"))
    };
    params.list("OptionSettings").into_iter().map(of).collect()
}

/// The options that a call names in a list.
pub(super) fn names_of(params: &Params, list: &str) -> Vec<(String, String)> {
    let of = |option: Params| {
        let text = |name: &str| option.text(name).unwrap_or_default().to_owned();
        (text("Namespace"), text("OptionName"))
    };
    params.list(list).into_iter().map(of).collect()
}

/// The environment or the (absent) template that a call names. AWS: exactly one of the two.
fn subject<'a>(world: &'a World, call: &Call) -> Result<&'a Environment, AwsFault> {
    let params = &call.params;
    let application = params.text("ApplicationName").unwrap_or_default();
    if !world.beanstalk.applications.contains_key(&(call.region.clone(), application.to_owned())) {
        let message = format!("No Application named '{application}' found.");
        return Err(refused("InvalidParameterValue", message));
    }
    let name = match (params.text("EnvironmentName"), params.text("TemplateName")) {
        (Some(_), Some(_)) => {
            let message = "You may not specify both a template name and an environment name.";
            return Err(refused("InvalidParameterCombination", message));
        }
        (Some(name), None) => name,
        (None, Some(name)) => {
            let message = format!("No Configuration Template named '{application}/{name}' found.");
            return Err(refused("InvalidParameterValue", message));
        }
        (None, None) => {
            let message = "You must specify either a template name or an environment name.";
            return Err(refused("MissingRequiredParameter", message));
        }
    };
    let own = by_name(world, &call.region, name)?;
    if own.application != application {
        let message = format!("No Environment found for EnvironmentName = '{name}'.");
        return Err(refused("InvalidParameterValue", message));
    }
    Ok(own)
}

/// `DescribeConfigurationSettings`. AWS: two sets while a change is pending or has failed.
pub(super) fn settings(world: &World, call: &Call) -> Reply {
    let own = subject(world, call)?;
    let pending = own.operation.as_ref().and_then(|operation| operation.options.as_ref());
    let sets =
        [(Some(&own.options), "deployed"), (pending, "pending"), (own.failed_options.as_ref(), "failed")];
    let set = |(options, status): (Option<&Options>, &'static str)| {
        let all = in_force(world, own, options?);
        let members = all.into_iter().map(|((space, name), value)| {
            Tree::map([
                ("Namespace", Tree::text(space)),
                ("OptionName", Tree::text(name)),
                ("Value", Tree::text(value)),
            ])
        });
        Some(Tree::map([
            ("SolutionStackName", Tree::text(own.platform.stack())),
            ("PlatformArn", Tree::text(own.platform.arn(&own.region))),
            ("ApplicationName", Tree::text(&own.application)),
            ("EnvironmentName", Tree::text(&own.name)),
            ("DeploymentStatus", Tree::text(status)),
            ("DateCreated", Some(Tree::Time(own.created))),
            ("DateUpdated", Some(Tree::Time(own.updated))),
            ("OptionSettings", Tree::list("member", members)),
        ]))
    };
    let sets = sets.into_iter().filter_map(set);
    Ok(Tree::map([("ConfigurationSettings", Tree::list("member", sets))]))
}

/// Every option of an environment: defaults, what the things themselves say, and what was set by hand.
fn in_force(world: &World, own: &Environment, by_hand: &Options) -> Options {
    let mut all = options::defaults();
    let mut put = |space: &str, name: &str, value: String| {
        all.insert((space.to_owned(), name.to_owned()), value);
    };
    let group = |group: &Option<super::model::OwnGroup>| group.as_ref().map(|own| own.id.clone());
    if let Some(id) = group(&own.resources.instance_group) {
        put("aws:autoscaling:launchconfiguration", "SecurityGroups", id);
    }
    if let Some(balancer) = world.attached_balancer(&own.resources) {
        put("aws:elbv2:loadbalancer", "SecurityGroups", balancer.groups.join(","));
    }
    let balancer = world.attached_balancer(&own.resources);
    if let Some(group) = balancer.and_then(|balancer| world.attached_targets(balancer)) {
        let check = &group.check;
        put(PROCESS, "HealthCheckInterval", check.interval.as_secs().to_string());
        put(PROCESS, "HealthCheckPath", check.path.clone());
        put(PROCESS, "HealthCheckTimeout", check.timeout.as_secs().to_string());
        put(PROCESS, "HealthyThresholdCount", check.healthy_after.to_string());
        put(PROCESS, "UnhealthyThresholdCount", check.unhealthy_after.to_string());
        put(PROCESS, "MatcherHTTPCode", check.matcher.to_string());
        put(PROCESS, "Port", group.port.to_string());
    }
    if let Some(balancer) = balancer {
        for listener in balancer.listeners.values() {
            if let Some(certificate) = listener.certificates.first() {
                let space = format!("aws:elbv2:listener:{}", listener.port);
                put(&space, "SSLCertificateArns", certificate.clone());
                put(&space, "Protocol", "HTTPS".to_owned());
            }
        }
    }
    all.extend(by_hand.iter().map(|(name, value)| (name.clone(), value.clone())));
    all
}

/// `ValidateConfigurationSettings`. AWS: valid settings give an empty list.
pub(super) fn validate(world: &World, call: &Call) -> Reply {
    subject(world, call)?;
    let check = |((space, name), value): (&(String, String), &String)| {
        let problem = options::problem(space, name, value)?;
        Some(Tree::map([
            ("Message", Tree::text(problem)),
            ("Severity", Tree::text("error")),
            ("Namespace", Tree::text(space)),
            ("OptionName", Tree::text(name)),
        ]))
    };
    let settings = settings_of(&call.params);
    let messages: Vec<Tree> = settings.iter().filter_map(check).collect();
    Ok(Tree::map([("Messages", Tree::list("member", messages))]))
}

/// `DescribeConfigurationOptions`.
pub(super) fn describe_options(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    let own = match params.text("EnvironmentName") {
        Some(name) => Some(by_name(world, &call.region, name)?),
        None => None,
    };
    let platform = own.map(|own| own.platform.clone()).or_else(|| {
        let stack = params.text("SolutionStackName");
        let arn = params.text("PlatformArn");
        let mut all = world.beanstalk.platforms.iter();
        all.find(|own| stack == Some(own.stack().as_str()) || arn == Some(own.arn(&call.region).as_str()))
            .cloned()
    });
    let Some(platform) = platform else {
        let message = "You must specify an environment, a solution stack or a platform that exists.";
        return Err(refused("MissingRequiredParameter", message));
    };
    let asked = names_of(params, "Options");
    let options = options::trees(&asked);
    Ok(Tree::map([
        ("SolutionStackName", Tree::text(platform.stack())),
        ("PlatformArn", Tree::text(platform.arn(&call.region))),
        ("Options", Tree::list("member", options)),
    ]))
}

impl World {
    /// Puts options in force: those of the default process reach the balancer, and the environment's own groups get
    /// their rules back if the world says so.
    pub(super) fn put_options(&mut self, key: &Key, options: &Options) {
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let changed: Vec<_> =
            options.iter().filter(|(name, value)| own.options.get(*name) != Some(value)).collect();
        own.options.clone_from(options);
        let resources = own.resources.clone();
        for ((space, name), value) in changed {
            if space == PROCESS {
                self.set_process_check(&resources, name, value);
            }
        }
        if self.beanstalk.settings.update_rewrites_groups {
            self.rewrite_groups(&key.0, &resources);
        }
    }
}
