//! Physics: which transitions of the world a step of a drill cannot be done before.
//! Invariant: only what the step itself must wait for; what merely happens meanwhile does not excuse it.
//! Used by: `overhead`.

use firedrill::{
    drill::model::{ChangeSpec, Claim, Condition, Deployment, Drill, HowMany, Side, Step, StepKind},
    id::StepId,
};

use super::super::truth::Transition;

/// A transition: its name, and the details that it must have.
struct Pattern {
    what: &'static str,
    with: Vec<(&'static str, Vec<String>)>,
}

/// What a part of a drill waits for.
#[derive(Default)]
pub(super) struct Physics {
    patterns: Vec<Pattern>,
    /// Seconds that must follow the last of them.
    pub(super) hold: f64,
    /// True if the hold counts from the step's start, whatever happens in the world.
    pub(super) hold_alone: bool,
}

impl Physics {
    /// True if the part waits for this transition.
    pub(super) fn has(&self, note: &Transition) -> bool {
        self.patterns.iter().any(|pattern| {
            let holds = |(name, any): &(&'static str, Vec<String>)| any.iter().any(|v| v == note.with(name));
            pattern.what == note.what && pattern.with.iter().all(holds)
        })
    }

    fn add<const N: usize>(&mut self, what: &'static str, with: [(&'static str, &str); N]) {
        let with = with.into_iter().map(|(name, value)| (name, vec![value.to_owned()])).collect();
        self.patterns.push(Pattern { what, with });
    }

    fn and(&mut self, other: Physics) {
        self.patterns.extend(other.patterns);
        self.hold = self.hold.max(other.hold);
        self.hold_alone |= other.hold_alone;
    }
}

/// What a step waits for.
pub(super) fn step(drill: &Drill, step: &Step) -> Physics {
    match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => change(spec),
        StepKind::Restore { of } => spec_of(drill, of).map(change).unwrap_or_default(),
        StepKind::Await { until, hold, .. } => {
            let mut physics = conditions(&drill.deployment, until);
            physics.hold = physics.hold.max(hold.as_secs_f64());
            physics
        }
        StepKind::Hold { time } => {
            Physics { hold: time.as_secs_f64(), hold_alone: true, ..Physics::default() }
        }
        StepKind::Approve { .. } | StepKind::Run { .. } => Physics::default(),
        StepKind::Together { steps } => steps.iter().fold(Physics::default(), |mut physics, own| {
            physics.and(self::step(drill, own));
            physics
        }),
    }
}

/// What conditions wait for.
pub(super) fn conditions(deployment: &Deployment, conditions: &[Condition]) -> Physics {
    let mut physics = Physics::default();
    for condition in conditions {
        claim(&mut physics, deployment, &condition.claim);
        physics.hold = physics.hold.max(condition.lasting.as_secs_f64());
    }
    physics
}

fn spec_of<'a>(drill: &'a Drill, id: &StepId) -> Option<&'a ChangeSpec> {
    drill.all_steps().into_iter().find(|step| step.id == *id).and_then(|step| match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => Some(spec),
        _ => None,
    })
}

/// Applying and restoring wait for the same kinds of transition.
fn change(spec: &ChangeSpec) -> Physics {
    let mut physics = Physics::default();
    match spec.kind.as_str() {
        // Not for packets: whether they pass is what the drill then watches.
        "ec2.revoke-ingress" => physics.add("rule.described", []),
        "rds.switchover-global-cluster" | "rds.failover-global-cluster" => {
            physics.add("writer.moved", []);
            physics.add("role_change.finished", []);
            physics.add("global_cluster.described", []);
        }
        _ => {}
    }
    physics
}

fn claim(physics: &mut Physics, deployment: &Deployment, claim: &Claim) {
    let region = |side: Side| deployment.regions.of(side).region.as_str();
    match claim {
        Claim::Site { from, writes, .. } => {
            let port = deployment.site.port.to_string();
            let sides = from.map_or(Side::BOTH.to_vec(), |side| vec![side]);
            for code in sides.into_iter().map(region) {
                physics.add("resolver.answer", [("name", deployment.site.host.as_str()), ("region", code)]);
                physics.add("site.up", [("region", code), ("port", port.as_str())]);
                if writes.is_some() {
                    physics.add("writes.open", [("region", code)]);
                }
            }
        }
        Claim::Environment { of, health } => physics.patterns.push(Pattern {
            what: "environment.health",
            with: vec![("region", vec![region(*of).to_owned()]), ("to", health.clone())],
        }),
        Claim::HealthCheck { of, healthy } => {
            let status = if *healthy { "healthy" } else { "unhealthy" };
            let name = deployment.regions.of(*of).environment.as_str();
            physics.add("health_check.status", [("name", name), ("status", status)]);
        }
        Claim::Targets { of, healthy } => {
            let healthy = if *healthy == HowMany::None { "false" } else { "true" };
            physics.add("target.described", [("region", region(*of)), ("healthy", healthy)]);
        }
        Claim::Database { writer: Some(side), .. } => {
            physics.add("writer.moved", [("to", region(*side))]);
            physics.add("role_change.finished", [("to", region(*side))]);
            physics.add("global_cluster.described", []);
        }
        // Lag is a metric that is there all the time.
        Claim::Database { writer: None, .. } => {}
        Claim::Dns { answers, authoritative } => {
            let what = if *authoritative { "dns.answer" } else { "resolver.answer" };
            physics.add(what, [("region", region(*answers))]);
        }
        Claim::Alarm { name, of, is } => {
            physics.add("alarm.state", [("region", region(*of)), ("alarm", name), ("state", is)]);
        }
    }
}
