//! Health: reading what the nodes' checks found of each target.
//! Invariant: shown after its delay; what a registration itself says (draining, unused) is shown at once.
//! Used by: `elb_operate`.

use super::{
    describe::{int, invalid, target_group_of_call},
    model::{Health, Key, Target, TargetGroup, Unused},
};
use crate::lab::world::{
    World,
    call::{Call, Params, Reply, Tree},
};

/// The words of a target's state: state, reason, description.
type Words = (&'static str, Option<(&'static str, String)>);

impl World {
    /// What describes say of a target.
    fn words(&self, group: &TargetGroup, target: &Target) -> Words {
        let because = |(code, text): (&'static str, &str)| Some((code, text.to_owned()));
        if target.draining.is_some() {
            let why = ("Target.DeregistrationInProgress", "Target deregistration is in progress");
            return ("draining", because(why));
        }
        let unattached = group.balancer.is_none().then_some(Unused::NotInUse);
        if let Some(unused) = unattached.or(target.unused) {
            return ("unused", because(unused.words()));
        }
        match target.reported {
            Health::Initial if self.now() < target.registering => {
                let why = ("Elb.RegistrationInProgress", "Target registration is in progress");
                ("initial", because(why))
            }
            Health::Initial => {
                let why = ("Elb.InitialHealthChecking", "Initial health checks in progress");
                ("initial", because(why))
            }
            Health::Healthy => ("healthy", None),
            Health::Unhealthy(reason) => ("unhealthy", Some((reason.code(), reason.text()))),
        }
    }
}

/// `DescribeTargetHealth`.
pub(super) fn target_health(world: &World, call: &Call) -> Reply {
    let group = target_group_of_call(&world.elb, call)?;
    let includes = call.params.texts("Include");
    if let Some(other) = includes.iter().find(|own| !["All", "AnomalyDetection"].contains(&own.as_str())) {
        return Err(invalid(format!("'{other}' is not a valid include value")));
    }
    let whole = !includes.is_empty();
    let asked = call.params.list("Targets");
    let trees: Vec<Tree> = match asked.is_empty() {
        true => group.targets.iter().map(|(key, own)| target_tree(world, group, key, own, whole)).collect(),
        false => asked.iter().map(|asked| asked_tree(world, group, asked, whole)).collect(),
    };
    Ok(Tree::map([("TargetHealthDescriptions", Tree::list("member", trees))]))
}

/// One that was asked for by name, registered or not.
fn asked_tree(world: &World, group: &TargetGroup, asked: &Params, whole: bool) -> Tree {
    let id = asked.text("Id").unwrap_or_default();
    let port: Option<u16> = asked.text("Port").and_then(|port| port.parse().ok());
    let key: Key = (id.to_owned(), port.unwrap_or(group.port));
    if let Some(target) = group.targets.get(&key) {
        return target_tree(world, group, &key, target, whole);
    }
    let description = Tree::map([("Id", Tree::text(id)), ("Port", int(key.1.into()))]);
    let health = Tree::map([
        ("State", Tree::text("unused")),
        ("Reason", Tree::text("Target.NotRegistered")),
        ("Description", Tree::text("Target is not registered to the target group")),
    ]);
    Tree::map([("Target", Some(description)), ("TargetHealth", Some(health))])
}

fn target_tree(world: &World, group: &TargetGroup, key: &Key, target: &Target, whole: bool) -> Tree {
    let zone = (group.kind == "ip").then(|| Tree::Text(target.zone.clone()));
    let id = Tree::map([("Id", Tree::text(&key.0)), ("Port", int(key.1.into())), ("AvailabilityZone", zone)]);
    let (state, why) = world.words(group, target);
    let (code, text) = why.unzip();
    let health = Tree::map([
        ("State", Tree::text(state)),
        ("Reason", code.and_then(Tree::text)),
        ("Description", text.map(Tree::Text)),
    ]);
    let anomaly = Tree::map([("Result", Tree::text("normal")), ("MitigationInEffect", Tree::text("no"))]);
    Tree::map([
        ("Target", Some(id)),
        ("HealthCheckPort", Tree::text(group.check_port(key).to_string())),
        ("TargetHealth", Some(health)),
        ("AnomalyDetection", (whole && state == "healthy").then_some(anomaly)),
    ])
}
