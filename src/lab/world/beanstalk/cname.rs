//! Cname: the names under which environments are reached.
//! Invariant: a name belongs to one living environment at most; what a name leads to is found by index.
//! Not here: DNS itself (see `dns`).
//! Used by: `beanstalk_operate`, `dns`.

use std::time::Duration;

use super::{
    describe::{by_id, by_name},
    due::Step,
    model::Kind,
    model::{Environment, Key, Status},
    refusal::refused,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// `CheckDNSAvailability`. AWS: names are `PREFIX.REGION.elasticbeanstalk.com`.
pub(super) fn availability(world: &World, call: &Call) -> Reply {
    let prefix = call.params.text("CNAMEPrefix").unwrap_or_default().to_lowercase();
    let name = format!("{prefix}.{}.elasticbeanstalk.com", call.region);
    let fits = (4..=63).contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !prefix.starts_with('-')
        && !prefix.ends_with('-');
    let free = fits && !world.beanstalk.by_cname.contains_key(&name);
    Ok(Tree::map([("Available", Some(Tree::Bool(free))), ("FullyQualifiedCNAME", Tree::text(name))]))
}

/// `SwapEnvironmentCNAMEs`. AWS: both ends by id or both by name, in the same application; no output; not idempotent.
pub(super) fn swap(world: &mut World, call: &Call) -> Reply {
    let source = end(world, call, "Source")?.clone();
    let other = end(world, call, "Destination")?.clone();
    for own in [&source, &other] {
        if own.status != Status::Ready {
            let message = format!(
                "Environment named {} is in an invalid state for this operation. Must be Ready.",
                own.name
            );
            return Err(refused("InvalidParameterValue", message));
        }
    }
    if source.application != other.application {
        let message = "Source and destination environments must belong to the same application.";
        return Err(refused("InvalidParameterValue", message));
    }
    if source.name == other.name {
        let message = "Source and destination environments must be different.";
        return Err(refused("InvalidParameterValue", message));
    }
    let takes = world.beanstalk.settings.swap.draw(&mut world.beanstalk.rng);
    let say = |text: String| (Duration::ZERO, Step::Say(text));
    let starting = || say("swapEnvironmentCNAMEs is starting.".to_owned());
    let swapping = say(format!("Swapping CNAMEs for environments '{}' and '{}'.", source.name, other.name));
    let swap = (takes, Step::Swap { with: other.name.clone() });
    let mine = vec![starting(), swapping, swap, (takes, Step::Done)];
    world.begin(&source.key(), (Kind::Swap, false, None), mine);
    world.begin(&other.key(), (Kind::Swap, false, None), vec![starting(), (takes, Step::Done)]);
    Ok(Tree::Map(Vec::new()))
}

fn end<'a>(world: &'a World, call: &Call, which: &str) -> Result<&'a Environment, AwsFault> {
    let (id, name) = (format!("{which}EnvironmentId"), format!("{which}EnvironmentName"));
    match (call.params.text(&id), call.params.text(&name)) {
        (Some(id), _) => by_id(world, &call.region, id),
        (None, Some(name)) => by_name(world, &call.region, name),
        (None, None) => {
            let message = format!("You must specify either {id} or {name}.");
            Err(refused("MissingRequiredParameter", message))
        }
    }
}

impl World {
    /// Two environments of a region exchange their CNAMEs.
    pub(super) fn swap_cnames(&mut self, key: &Key, with: &str) {
        let other_key = (key.0.clone(), with.to_owned());
        let environments = &self.beanstalk.environments;
        let (Some(own), Some(other)) = (environments.get(key), environments.get(&other_key)) else { return };
        let (mine, theirs) = (own.cname.clone(), other.cname.clone());
        for (key, cname) in [(key, &theirs), (&other_key, &mine)] {
            self.beanstalk.by_cname.insert(cname.clone(), key.clone());
            if let Some(own) = self.beanstalk.environments.get_mut(key) {
                own.cname.clone_from(cname);
            }
        }
        let names = format!("'{}' and '{with}'", key.1);
        let Some(own) = self.beanstalk.environments.get(key).cloned() else { return };
        self.say(&own, "INFO", format!("Completed swapping CNAMEs for environments {names}."));
        let with = [
            ("region", key.0.clone()),
            ("environment", key.1.clone()),
            ("cname", theirs),
            ("other", with.to_owned()),
        ];
        self.note("cname.swapped", with);
        self.aliases_moved();
    }

    /// The DNS name of the balancer behind an environment's CNAME.
    pub(in crate::lab) fn balancer_behind_cname(&self, cname: &str) -> Option<&str> {
        let key = self.beanstalk.by_cname.get(&cname.trim_end_matches('.').to_lowercase())?;
        let own = self.beanstalk.environments.get(key)?;
        self.attached_balancer(&own.resources).map(|balancer| balancer.dns_name.as_str())
    }
}
