//! Health: reading the health of environments and their instances.
//! Invariant: what is shown is what the latest report left; requests are those of the ten seconds before it.
//! Not here: how the verdict came about (see `agents`, `verdict`).
//! Used by: `beanstalk_operate`.

use super::{
    attached::Seen,
    describe::named,
    model::Environment,
    refusal::refused,
    verdict::{Fault, Grade, Machine},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{self, page},
    timings::AGENT_REPORTS,
};

/// Which attributes a call asks for.
struct Asked(Vec<String>);

impl Asked {
    /// Reads them; one that is not among `known` is refused.
    fn read(params: &Params, known: &[&str]) -> Result<Asked, AwsFault> {
        let names = params.texts("AttributeNames");
        match names.iter().find(|name| !known.contains(&name.as_str()) && *name != "All") {
            Some(name) => {
                let message = format!("Invalid attribute name '{name}'.");
                Err(refused("InvalidParameterValue", message))
            }
            None => Ok(Asked(names)),
        }
    }

    fn then(&self, name: &str, value: impl FnOnce() -> Option<Tree>) -> Option<Tree> {
        let has = self.0.iter().any(|asked| asked == name || asked == "All");
        if has { value() } else { None }
    }
}

/// AWS: only environments with enhanced health have it.
fn enhanced<'a>(world: &'a World, call: &Call) -> Result<&'a Environment, AwsFault> {
    let own = named(world, call)?;
    own.is_enhanced()
        .then_some(own)
        .ok_or_else(|| refused("InvalidRequestException", format!("{} is not supported.", call.operation)))
}

/// `DescribeEnvironmentHealth`. AWS: without attribute names only the environment's name comes back; `Status` is the
/// operational status, whatever the model says.
pub(super) fn of_environment(world: &World, call: &Call) -> Reply {
    let own = enhanced(world, call)?;
    let known =
        ["Status", "Color", "Causes", "ApplicationMetrics", "InstancesHealth", "HealthStatus", "RefreshedAt"];
    let asked = Asked::read(&call.params, &known)?;
    let grade = own.health.verdict.status;
    let refreshed = own.refreshed(world.now());
    let answers = || {
        let seen = world.seen_machines(own);
        let mut all = Answers::default();
        for seen in seen {
            all.add(&Answers::of(world, &seen));
        }
        Some(all.tree())
    };
    Ok(Tree::map([
        ("EnvironmentName", Tree::text(&own.name)),
        ("HealthStatus", asked.then("HealthStatus", || Tree::text(grade.word()))),
        ("Status", asked.then("Status", || Tree::text(own.status.word()))),
        ("Color", asked.then("Color", || Tree::text(grade.colour()))),
        ("Causes", asked.then("Causes", || causes(own.causes(world.now())))),
        ("ApplicationMetrics", asked.then("ApplicationMetrics", answers)),
        ("InstancesHealth", asked.then("InstancesHealth", || Some(counts(&own.machines)))),
        ("RefreshedAt", asked.then("RefreshedAt", || Some(Tree::Time(refreshed)))),
    ]))
}

fn causes(causes: Vec<String>) -> Option<Tree> {
    Tree::list("member", causes.into_iter().map(Tree::Text))
}

/// Answers of web servers in one window, by kind.
#[derive(Debug, Clone, Copy, Default)]
struct Answers {
    good: u64,
    client_errors: u64,
    server_errors: u64,
}

impl Answers {
    /// What one instance answered in the last window.
    fn of(world: &World, seen: &Seen) -> Answers {
        let mut own = Answers::default();
        if !seen.reached || !seen.reports {
            return own;
        }
        let all = u64::from(world.beanstalk.settings.traffic) * AGENT_REPORTS.as_secs();
        match seen.fault {
            Fault::Answers(400..500) => own.client_errors = all,
            Fault::Answers(500..) => own.server_errors = all,
            Fault::Stopped => {}
            Fault::Unseen | Fault::Answers(_) => own.good = all,
        }
        own
    }

    fn add(&mut self, other: &Answers) {
        self.good += other.good;
        self.client_errors += other.client_errors;
        self.server_errors += other.server_errors;
    }

    fn total(&self) -> u64 {
        self.good + self.client_errors + self.server_errors
    }

    /// AWS: without requests there is no latency to tell of.
    fn tree(self) -> Tree {
        let codes = Tree::map([
            ("Status2xx", int(self.good)),
            ("Status3xx", int(0)),
            ("Status4xx", int(self.client_errors)),
            ("Status5xx", int(self.server_errors)),
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
        Tree::map([
            ("Duration", int(AGENT_REPORTS.as_secs())),
            ("RequestCount", int(self.total())),
            ("StatusCodes", Some(codes)),
            ("Latency", (self.total() > 0).then_some(latency)),
        ])
    }
}

fn int(value: u64) -> Option<Tree> {
    Some(Tree::Int(i64::try_from(value).unwrap_or(i64::MAX)))
}

fn counts(machines: &[Machine]) -> Tree {
    let of = |grade| {
        let count = machines.iter().filter(|machine| machine.verdict.status == grade).count();
        int(u64::try_from(count).unwrap_or(u64::MAX))
    };
    Tree::map([
        ("NoData", of(Grade::NoData)),
        ("Unknown", of(Grade::Unknown)),
        ("Pending", of(Grade::Pending)),
        ("Ok", of(Grade::Ok)),
        ("Info", of(Grade::Info)),
        ("Warning", of(Grade::Warning)),
        ("Degraded", of(Grade::Degraded)),
        ("Severe", of(Grade::Severe)),
    ])
}

/// `DescribeInstancesHealth`.
pub(super) fn of_instances(world: &World, call: &Call) -> Reply {
    let own = enhanced(world, call)?;
    let known = [
        "HealthStatus",
        "Color",
        "Causes",
        "ApplicationMetrics",
        "RefreshedAt",
        "LaunchedAt",
        "System",
        "Deployment",
        "AvailabilityZone",
        "InstanceType",
    ];
    let asked = Asked::read(&call.params, &known)?;
    let network = world.ec2.network(&own.region);
    let seen = world.seen_machines(own);
    let trees = own.machines.iter().zip(&seen).map(|(machine, seen)| {
        let instance = network.instances.get(&machine.instance);
        let answers = Answers::of(world, seen);
        let grade = machine.verdict.status;
        Tree::map([
            ("InstanceId", Tree::text(&machine.instance)),
            ("HealthStatus", asked.then("HealthStatus", || Tree::text(grade.word()))),
            ("Color", asked.then("Color", || Tree::text(grade.colour()))),
            ("Causes", asked.then("Causes", || causes(machine.verdict.causes.clone()))),
            ("LaunchedAt", asked.then("LaunchedAt", || instance.map(|own| Tree::Time(own.launched)))),
            ("ApplicationMetrics", asked.then("ApplicationMetrics", || Some(answers.tree()))),
            ("System", asked.then("System", || Some(system(answers.total())))),
            ("Deployment", asked.then("Deployment", || Some(deployment(own)))),
            (
                "AvailabilityZone",
                asked.then("AvailabilityZone", || instance.and_then(|own| Tree::text(&own.zone))),
            ),
            ("InstanceType", asked.then("InstanceType", || instance.and_then(|own| Tree::text(&own.kind)))),
        ])
    });
    let (part, next) = page(trees.collect(), &call.params, page::BEANSTALK)?;
    Ok(Tree::map([
        ("InstanceHealthList", Tree::list("member", part)),
        ("RefreshedAt", asked.then("RefreshedAt", || Some(Tree::Time(own.refreshed(world.now()))))),
        ("NextToken", next.map(Tree::Text)),
    ]))
}

/// AWS: Linux has seven shares of CPU time, Windows four.
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
        ("VersionLabel", Tree::text(&own.deployment.version)),
        ("DeploymentId", int(own.deployment.id)),
        ("Status", Tree::text("Deployed")),
        ("DeploymentTime", Some(Tree::Time(own.deployment.at))),
    ])
}
