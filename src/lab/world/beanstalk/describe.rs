//! Describe: reading environments, their health and resources.
//! Invariant: health is what the last report of the agents left; member names are Beanstalk's own.
//! Not here: settings (see `settings`), events (see `events`).
//! Used by: `beanstalk_operate`.

use super::model::{Environment, Machine, Status};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{self, page},
    reference::{ACCOUNT, APPLICATION, region},
};

/// The platform of both environments.
pub(super) const PLATFORM: &str = "PHP 8.4 running on 64bit Amazon Linux 2023/4.7.0";
/// The same, as a solution stack.
pub(super) const STACK: &str = "64bit Amazon Linux 2023 v4.7.0 running PHP 8.4";

/// An error of Beanstalk's.
pub(super) fn refused(code: &'static str, message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, code, message)
}

/// `DescribeEnvironments`. AWS: unknown names give an empty list, not an error.
pub(super) fn environments(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    let ids = params.texts("EnvironmentIds");
    let names = params.texts("EnvironmentNames");
    let wanted = |own: &&Environment| {
        (ids.is_empty() || ids.contains(&own.id))
            && (names.is_empty() || names.iter().any(|name| name == own.name))
            && params.text("ApplicationName").is_none_or(|name| name == APPLICATION)
            && params.text("VersionLabel").is_none_or(|version| version == own.version)
    };
    let found = world.beanstalk.environments.get(&call.region).into_iter().filter(wanted);
    let trees = found.map(|own| environment_tree(world, call, own)).collect();
    let (part, next) = page(trees, params, page::BEANSTALK)?;
    Ok(Tree::map([("Environments", Tree::list("member", part)), ("NextToken", next.map(Tree::Text))]))
}

fn environment_tree(world: &World, call: &Call, own: &Environment) -> Tree {
    let code = &call.region;
    let tier = Tree::map([
        ("Name", Tree::text("WebServer")),
        ("Type", Tree::text("Standard")),
        ("Version", Tree::text("1.0")),
    ]);
    Tree::map([
        ("EnvironmentName", Tree::text(own.name)),
        ("EnvironmentId", Tree::text(&own.id)),
        ("ApplicationName", Tree::text(APPLICATION)),
        ("VersionLabel", Tree::text(own.version)),
        ("SolutionStackName", Tree::text(STACK)),
        ("PlatformArn", Tree::text(format!("arn:aws:elasticbeanstalk:{code}::platform/{PLATFORM}"))),
        (
            "EndpointURL",
            world
                .balancers_in(code)
                .first()
                .and_then(|arn| world.balancer_name(arn))
                .map(|name| Tree::Text(name.to_owned())),
        ),
        ("CNAME", Tree::text(own.cname)),
        ("DateCreated", Some(Tree::Time(own.created))),
        ("DateUpdated", Some(Tree::Time(own.updated))),
        ("Status", Tree::text("Ready")),
        ("AbortableOperationInProgress", Some(Tree::Bool(false))),
        ("Health", Tree::text(own.verdict.status.colour())),
        ("HealthStatus", Tree::text(own.verdict.status.word())),
        ("Tier", Some(tier)),
        ("EnvironmentLinks", Tree::list("member", [])),
        ("EnvironmentArn", Tree::text(arn(code, own))),
    ])
}

fn arn(region: &str, own: &Environment) -> String {
    format!("arn:aws:elasticbeanstalk:{region}:{ACCOUNT}:environment/{APPLICATION}/{}", own.name)
}

/// The one environment that a call names.
fn named<'a>(world: &'a World, call: &Call) -> Result<&'a Environment, AwsFault> {
    let own = world.beanstalk.environments.get(&call.region);
    match (call.params.text("EnvironmentId"), call.params.text("EnvironmentName")) {
        (Some(id), _) => own.filter(|own| own.id == id).ok_or_else(|| unknown("EnvironmentId", id)),
        (None, Some(name)) => {
            own.filter(|own| own.name == name).ok_or_else(|| unknown("EnvironmentName", name))
        }
        (None, None) => {
            let message = "You must specify either EnvironmentId or EnvironmentName.";
            Err(refused("MissingRequiredParameter", message))
        }
    }
}

fn unknown(parameter: &str, value: &str) -> AwsFault {
    refused("InvalidParameterValue", format!("No Environment found for {parameter} = '{value}'."))
}

/// Which attributes a call asks for.
struct Asked(Vec<String>);

impl Asked {
    fn read(params: &Params) -> Asked {
        Asked(params.texts("AttributeNames"))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|asked| asked == name || asked == "All")
    }

    fn then(&self, name: &str, value: impl FnOnce() -> Option<Tree>) -> Option<Tree> {
        if self.has(name) { value() } else { None }
    }
}

/// `DescribeEnvironmentHealth`. AWS: without attribute names only the environment's name comes back; `Status` is the
/// operational status, whatever the model says.
pub(super) fn environment_health(world: &World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let asked = Asked::read(&call.params);
    let status = own.verdict.status;
    let requests = own.machines.iter().map(|machine| machine.requests).sum();
    Ok(Tree::map([
        ("EnvironmentName", Tree::text(own.name)),
        ("HealthStatus", asked.then("HealthStatus", || Tree::text(status.word()))),
        ("Status", asked.then("Status", || Tree::text("Ready"))),
        ("Color", asked.then("Color", || Tree::text(status.colour()))),
        ("Causes", asked.then("Causes", || causes(&own.verdict.causes))),
        ("ApplicationMetrics", asked.then("ApplicationMetrics", || metrics(own, requests))),
        ("InstancesHealth", asked.then("InstancesHealth", || counts(&own.machines))),
        ("RefreshedAt", asked.then("RefreshedAt", || Some(Tree::Time(own.refreshed)))),
    ]))
}

fn causes(causes: &[String]) -> Option<Tree> {
    Tree::list("member", causes.iter().cloned().map(Tree::Text))
}

fn metrics(own: &Environment, requests: u64) -> Option<Tree> {
    let int = |value: u64| Some(Tree::Int(i64::try_from(value).unwrap_or(i64::MAX)));
    let codes = Tree::map([
        ("Status2xx", int(requests)),
        ("Status3xx", int(0)),
        ("Status4xx", int(0)),
        ("Status5xx", int(0)),
    ]);
    let seconds = |value| Some(Tree::Float(value));
    let latency = Tree::map([
        ("P999", seconds(0.065)),
        ("P99", seconds(0.061)),
        ("P95", seconds(0.058)),
        ("P90", seconds(0.055)),
        ("P85", seconds(0.052)),
        ("P75", seconds(0.047)),
        ("P50", seconds(0.034)),
        ("P10", seconds(0.021)),
    ]);
    Some(Tree::map([
        ("Duration", int(own.window.as_secs())),
        ("RequestCount", int(requests)),
        ("StatusCodes", Some(codes)),
        ("Latency", (requests > 0).then_some(latency)),
    ]))
}

fn counts(machines: &[Machine]) -> Option<Tree> {
    let of = |status| machines.iter().filter(|machine| machine.verdict.status == status).count();
    let int = |count: usize| Some(Tree::Int(i64::try_from(count).unwrap_or(i64::MAX)));
    Some(Tree::map([
        ("NoData", int(0)),
        ("Unknown", int(0)),
        ("Pending", int(0)),
        ("Ok", int(of(Status::Ok))),
        ("Info", int(0)),
        ("Warning", int(of(Status::Warning))),
        ("Degraded", int(of(Status::Degraded))),
        ("Severe", int(of(Status::Severe))),
    ]))
}

/// `DescribeInstancesHealth`.
pub(super) fn instances_health(world: &World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let asked = Asked::read(&call.params);
    let network = world.ec2.network(&call.region);
    let trees = own.machines.iter().map(|machine| {
        let instance = network.instances.get(&machine.instance);
        let launched = instance.map(|instance| Tree::Time(instance.launched));
        Tree::map([
            ("InstanceId", Tree::text(&machine.instance)),
            ("HealthStatus", asked.then("HealthStatus", || Tree::text(machine.verdict.status.word()))),
            ("Color", asked.then("Color", || Tree::text(machine.verdict.status.colour()))),
            ("Causes", asked.then("Causes", || causes(&machine.verdict.causes))),
            ("LaunchedAt", asked.then("LaunchedAt", || launched)),
            ("ApplicationMetrics", asked.then("ApplicationMetrics", || metrics(own, machine.requests))),
            ("System", asked.then("System", || Some(system(machine.requests)))),
            ("Deployment", asked.then("Deployment", || Some(deployment(own)))),
            (
                "AvailabilityZone",
                asked.then("AvailabilityZone", || instance.and_then(|i| Tree::text(i.zone))),
            ),
            ("InstanceType", asked.then("InstanceType", || instance.and_then(|i| Tree::text(i.kind)))),
        ])
    });
    let (part, next) = page(trees.collect(), &call.params, page::BEANSTALK)?;
    Ok(Tree::map([
        ("InstanceHealthList", Tree::list("member", part)),
        ("RefreshedAt", Some(Tree::Time(own.refreshed))),
        ("NextToken", next.map(Tree::Text)),
    ]))
}

fn system(requests: u64) -> Tree {
    let float = |value| Some(Tree::Float(value));
    let (user, idle, load) = if requests > 0 { (4.2, 94.1, 0.12) } else { (0.3, 99.1, 0.01) };
    let processor = Tree::map([
        ("User", float(user)),
        ("Nice", float(0.0)),
        ("System", float(0.6)),
        ("Idle", float(idle)),
        ("IOWait", float(0.0)),
        ("IRQ", float(0.0)),
        ("SoftIRQ", float(0.1)),
    ]);
    let loads = [load, load, 0.1].map(Tree::Float);
    Tree::map([("CPUUtilization", Some(processor)), ("LoadAverage", Tree::list("member", loads))])
}

fn deployment(own: &Environment) -> Tree {
    Tree::map([
        ("VersionLabel", Tree::text(own.version)),
        ("DeploymentId", Some(Tree::Int(7))),
        ("Status", Tree::text("Deployed")),
        ("DeploymentTime", Some(Tree::Time(own.updated))),
    ])
}

/// `DescribeEnvironmentResources`. AWS: an application load balancer's `Name` is its ARN; security groups and target
/// groups are not in it.
pub(super) fn resources(world: &World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let balancers = world.balancers_in(&call.region);
    let stack = format!("awseb-{}-stack", own.id);
    let suffix: String = own.id.chars().rev().filter(char::is_ascii_alphanumeric).take(6).collect();
    let group = format!("{stack}-AWSEBAutoScalingGroup-{}", suffix.to_uppercase());
    let launch = format!("lt-0{}", suffix.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let named = |member, name: String| Tree::map([(member, Tree::text(name))]);
    let instances = own.machines.iter().map(|machine| named("Id", machine.instance.clone()));
    let balancers = balancers.into_iter().map(|arn| named("Name", arn));
    let resources = Tree::map([
        ("EnvironmentName", Tree::text(own.name)),
        ("AutoScalingGroups", Tree::list("member", [named("Name", group)])),
        ("Instances", Tree::list("member", instances)),
        ("LaunchConfigurations", Tree::list("member", [])),
        ("LaunchTemplates", Tree::list("member", [named("Id", launch)])),
        ("LoadBalancers", Tree::list("member", balancers)),
        ("Triggers", Tree::list("member", [])),
        ("Queues", Tree::list("member", [])),
    ]);
    Ok(Tree::map([("EnvironmentResources", Some(resources))]))
}

/// Whether the deployment has an environment in this region.
pub(super) fn environment<'a>(world: &'a World, code: &str) -> Option<&'a Environment> {
    region(code).and_then(|region| world.beanstalk.environments.get(region.code))
}
