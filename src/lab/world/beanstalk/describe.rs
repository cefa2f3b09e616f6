//! Describe: reading environments and what they are made of.
//! Invariant: member names are Beanstalk's own; unknown names give an empty list where AWS gives one.
//! Not here: health (see `health`), options (see `configuration`), events (see `events`).
//! Used by: `beanstalk_operate`.

use jiff::Timestamp;

use super::{
    model::{Environment, Status},
    refusal::refused,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// `DescribeEnvironments`. AWS: unknown names give an empty list, not an error; terminated environments stay in it for
/// about an hour, and longer with `IncludeDeleted`.
pub(super) fn environments(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    let ids = params.texts("EnvironmentIds");
    let names = params.texts("EnvironmentNames");
    let deleted = params.text("IncludeDeleted") == Some("true");
    let back_to =
        params.text("IncludedDeletedBackTo").map(|text| moment("IncludedDeletedBackTo", text)).transpose()?;
    let now = world.now();
    let listed = i64::from(world.beanstalk.settings.terminated_listed);
    let visible = |own: &Environment| match own.terminated {
        None => true,
        Some(at) if deleted => back_to.is_none_or(|back_to| at >= back_to),
        Some(at) => now.duration_since(at).as_secs() < listed,
    };
    let wanted = |own: &&Environment| {
        visible(own)
            && (ids.is_empty() || ids.contains(&own.id))
            && (names.is_empty() || names.contains(&own.name))
            && params.text("ApplicationName").is_none_or(|name| name == own.application)
            && params.text("VersionLabel").is_none_or(|version| version == own.version)
    };
    let own: Vec<&Environment> = if names.is_empty() {
        in_region(world, &call.region).collect()
    } else {
        let mut names = names.clone();
        names.sort();
        names.dedup();
        let find = |name| world.beanstalk.environments.get(&(call.region.clone(), name));
        names.into_iter().filter_map(find).collect()
    };
    let found = own.into_iter().filter(wanted).collect();
    let (part, next) = page(found, params, page::BEANSTALK)?;
    let trees = part.into_iter().map(|own| environment_tree(world, own));
    Ok(Tree::map([("Environments", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

/// A region's environments, by name.
pub(super) fn in_region<'a>(world: &'a World, region: &'a str) -> impl Iterator<Item = &'a Environment> {
    let from = (region.to_owned(), String::new());
    let rest = world.beanstalk.environments.range(from..);
    rest.take_while(move |((own, _), _)| own == region).map(|(_, own)| own)
}

/// An environment as AWS describes it.
pub(super) fn environment_tree(world: &World, own: &Environment) -> Tree {
    let tier = Tree::map([
        ("Name", Tree::text("WebServer")),
        ("Type", Tree::text("Standard")),
        ("Version", Tree::text("1.0")),
    ]);
    let endpoint = world.attached_balancer(&own.resources).map(|balancer| balancer.dns_name.clone());
    let ends = matches!(own.status, Status::Terminating | Status::Terminated);
    let verdict = own.health.verdict.status;
    let (colour, grade) = match (own.is_enhanced(), own.status) {
        _ if ends => ("Grey", own.is_enhanced().then_some("Unknown")),
        (true, _) => (verdict.colour(), Some(verdict.word())),
        // AWS: basic health checks are suspended while an environment is updated (EnvironmentDescription, Health).
        (false, Status::Updating | Status::Aborting) => ("Grey", None),
        (false, _) => (verdict.colour(), None),
    };
    let abortable = own.operation.as_ref().is_some_and(|operation| operation.abortable);
    Tree::map([
        ("EnvironmentName", Tree::text(&own.name)),
        ("EnvironmentId", Tree::text(&own.id)),
        ("ApplicationName", Tree::text(&own.application)),
        ("VersionLabel", Tree::text(&own.version)),
        ("SolutionStackName", Tree::text(own.platform.stack())),
        ("PlatformArn", Tree::text(own.platform.arn(&own.region))),
        ("Description", own.description.clone().map(Tree::Text)),
        ("EndpointURL", endpoint.map(Tree::Text)),
        ("CNAME", Tree::text(&own.cname)),
        ("DateCreated", Some(Tree::Time(own.created))),
        ("DateUpdated", Some(Tree::Time(own.updated))),
        ("Status", Tree::text(own.status.word())),
        ("AbortableOperationInProgress", Some(Tree::Bool(abortable))),
        ("Health", Tree::text(colour)),
        ("HealthStatus", grade.and_then(Tree::text)),
        ("Tier", Some(tier)),
        ("EnvironmentLinks", Tree::list("member", [])),
        ("EnvironmentArn", Tree::text(arn(world, own))),
    ])
}

/// An environment's ARN.
pub(super) fn arn(world: &World, own: &Environment) -> String {
    let (region, account) = (&own.region, world.account());
    format!("arn:aws:elasticbeanstalk:{region}:{account}:environment/{}/{}", own.application, own.name)
}

/// The one living environment that a call names.
pub(super) fn named<'a>(world: &'a World, call: &Call) -> Result<&'a Environment, AwsFault> {
    match (call.params.text("EnvironmentId"), call.params.text("EnvironmentName")) {
        (Some(id), name) => {
            let own = by_id(world, &call.region, id)?;
            let unknown = |name: &str| unknown("EnvironmentName", name);
            name.filter(|name| **name != *own.name).map_or(Ok(own), |name| Err(unknown(name)))
        }
        (None, Some(name)) => by_name(world, &call.region, name),
        (None, None) => {
            let message = "You must specify either EnvironmentId or EnvironmentName.";
            Err(refused("MissingRequiredParameter", message))
        }
    }
}

/// The living environment with this id.
pub(super) fn by_id<'a>(world: &'a World, region: &str, id: &str) -> Result<&'a Environment, AwsFault> {
    let own = world.beanstalk.by_id.get(id).and_then(|key| world.beanstalk.environments.get(key));
    let own = own.filter(|own| own.region == region && own.lives());
    own.ok_or_else(|| unknown("EnvironmentId", id))
}

/// The living environment with this name.
pub(super) fn by_name<'a>(world: &'a World, region: &str, name: &str) -> Result<&'a Environment, AwsFault> {
    let own = world.beanstalk.environments.get(&(region.to_owned(), name.to_owned()));
    own.filter(|own| own.lives()).ok_or_else(|| unknown("EnvironmentName", name))
}

fn unknown(parameter: &str, value: &str) -> AwsFault {
    refused("InvalidParameterValue", format!("No Environment found for {parameter} = '{value}'."))
}

/// `DescribeEnvironmentResources`. AWS: an application load balancer's `Name` is its ARN; security groups and target
/// groups are not in it.
pub(super) fn resources(world: &World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let named = |member, name: String| Tree::map([(member, Tree::text(name))]);
    let instances = own.machines.iter().map(|machine| named("Id", machine.instance.clone()));
    let balancer = own.resources.balancer.clone().map(|arn| named("Name", arn));
    let resources = Tree::map([
        ("EnvironmentName", Tree::text(&own.name)),
        ("AutoScalingGroups", Tree::list("member", [named("Name", own.resources.scaling_group.clone())])),
        ("Instances", Tree::list("member", instances)),
        ("LaunchConfigurations", Tree::list("member", [])),
        ("LaunchTemplates", Tree::list("member", [named("Id", own.resources.launch_template.clone())])),
        ("LoadBalancers", Tree::list("member", balancer)),
        ("Triggers", Tree::list("member", [])),
        ("Queues", Tree::list("member", [])),
    ]);
    Ok(Tree::map([("EnvironmentResources", Some(resources))]))
}

/// A time parameter; without a zone it is UTC.
pub(super) fn moment(name: &str, text: &str) -> Result<Timestamp, AwsFault> {
    let time = text.parse().or_else(|_| format!("{text}Z").parse());
    time.map_err(|_| refused("InvalidParameterValue", format!("Invalid {name} '{text}'.")))
}
