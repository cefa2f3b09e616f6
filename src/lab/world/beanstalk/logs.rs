//! Logs: asking an environment's instances for their logs, and reading what came.
//! Invariant: what is read was asked for before, and is as old as it says.
//! Not here: the logs themselves; a link of the lab leads nowhere.
//! Used by: `beanstalk_operate`, `operation`.

use std::time::Duration;

use super::{describe::named, due::Step, model::Key, refusal::refused};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

fn kind(call: &Call) -> Result<&str, AwsFault> {
    let kind = call.params.text("InfoType").unwrap_or_default();
    ["tail", "bundle"].contains(&kind).then_some(kind).ok_or_else(|| {
        let message = format!("Invalid InfoType '{kind}'. Valid values are: tail, bundle.");
        refused("InvalidParameterValue", message)
    })
}

/// `RequestEnvironmentInfo`.
pub(super) fn request(world: &mut World, call: &Call) -> Reply {
    let own = named(world, call)?.clone();
    let kind = kind(call)?.to_owned();
    world.say(&own, "INFO", "requestEnvironmentInfo is starting.".to_owned());
    let takes: Duration = world.beanstalk.settings.logs.draw(&mut world.beanstalk.rng);
    world.plan(&own.key(), 0, vec![(takes, Step::Logs { kind })]);
    Ok(Tree::Map(Vec::new()))
}

/// `RetrieveEnvironmentInfo`: empty until the logs that were asked for are there.
pub(super) fn retrieve(world: &World, call: &Call) -> Reply {
    let own = named(world, call)?;
    let kind = kind(call)?;
    let (folder, file) = if kind == "tail" { ("tail", "TailLogs") } else { ("bundle", "BundleLogs") };
    let ending = if kind == "tail" { "out" } else { "zip" };
    let infos = own.logs.get(kind).into_iter().flat_map(|at| {
        own.machines.iter().map(move |machine| {
            let link = format!(
                "https://elasticbeanstalk-{region}-{account}.s3.{region}.amazonaws.com/resources/environments/logs/{folder}/\
                 {id}/{instance}/{file}-{millis}.{ending}",
                region = own.region,
                account = world.account(),
                id = own.id,
                instance = machine.instance,
                millis = at.as_millisecond(),
            );
            Tree::map([
                ("InfoType", Tree::text(kind)),
                ("Ec2InstanceId", Tree::text(&machine.instance)),
                ("SampleTimestamp", Some(Tree::Time(*at))),
                ("Message", Tree::text(link)),
            ])
        })
    });
    Ok(Tree::map([("EnvironmentInfo", Tree::list("member", infos))]))
}

impl World {
    /// The logs that were asked for are there.
    pub(super) fn take_logs(&mut self, key: &Key, kind: String) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let verb = if kind == "tail" { "tailing" } else { "bundling" };
        own.logs.insert(kind, now);
        let own = own.clone();
        for machine in &own.machines {
            let message = format!("[Instance: {}] Successfully finished {verb} 3 log(s)", machine.instance);
            self.say(&own, "INFO", message);
        }
        self.say(&own, "INFO", "Pulled logs for environment instances.".to_owned());
    }
}
