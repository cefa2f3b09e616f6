//! Health: how Beanstalk comes to its verdict.
//! Invariant: an agent reports every ten seconds; an instance counts as failing after three failed checks in a row; the
//! environment's status follows later, and only if what caused it still holds.
//! Not here: how it is shown (see `describe`); Beanstalk's own look at whether a group admits port 80, of which AWS says
//! neither which group nor how often.
//! Used by: `World::beanstalk_due`.
//!
//! AWS (Beanstalk guide, enhanced health): agents report every 10 s; an instance must fail at least three checks within
//! one minute before the environment may be downgraded; causes stay until recovery. Agents report outbound, so that a
//! closed inbound port leaves their data flowing.

use super::{
    Due,
    model::{Coming, Environment, Event, Status, Verdict},
};
use crate::{
    clock::later,
    lab::world::{World, agenda, ec2::model::App, elb::model::Health, timings},
};

/// Failed checks in a row that make an instance count as failing.
const FAILED_CHECKS: u32 = 3;

/// Requests that one instance answers in a second while its balancer reaches it.
const TRAFFIC: u64 = 6;

impl World {
    /// The agents of a region's environment report.
    pub(super) fn agents_report(&mut self, region: &str) {
        self.after(timings::AGENT_REPORTS, agenda::Due::Beanstalk(Due::Agents { region: region.to_owned() }));
        let seen = self.seen_instances(region);
        let now = self.now();
        let Some(environment) = self.beanstalk.environments.get_mut(region) else { return };
        environment.refreshed = now;
        for machine in &mut environment.machines {
            let Some(seen) = seen.iter().find(|seen| seen.instance == machine.instance) else { continue };
            machine.failed = if seen.healthy { 0 } else { machine.failed.saturating_add(1) };
            machine.requests = if seen.reached { TRAFFIC * timings::AGENT_REPORTS.as_secs() } else { 0 };
            machine.verdict = machine_verdict(machine.failed, seen.app);
        }
        self.weigh(region);
    }

    fn seen_instances(&self, region: &str) -> Vec<Seen> {
        let targets = self.balancers_in(region).first().map(|arn| self.targets_seen(arn)).unwrap_or_default();
        let seen = targets.into_iter().map(|target| Seen {
            instance: target.id,
            healthy: target.reported == Health::Healthy,
            reached: target.reached,
            app: target.app,
        });
        seen.collect()
    }

    /// Looks at what the machines' states mean for the environment, and arranges for it to be shown.
    fn weigh(&mut self, region: &str) {
        let now = self.now();
        let Some(environment) = self.beanstalk.environments.get_mut(region) else { return };
        let verdict = environment_verdict(environment);
        if verdict == environment.verdict {
            environment.coming = None;
            return;
        }
        match &environment.coming {
            Some(coming) if coming.verdict == verdict && now >= coming.at => self.show(region, verdict),
            Some(coming) if coming.verdict == verdict => {}
            earlier => {
                let worse = verdict.status.metric() > environment.verdict.status.metric();
                let span = if worse { timings::ENVIRONMENT_WORSENS } else { timings::ENVIRONMENT_RECOVERS };
                let drawn = later(now, span.draw(&mut self.beanstalk.rng));
                // What is coming for the same direction already keeps its time.
                let same_way = |coming: &&Coming| {
                    (coming.verdict.status.metric() > environment.verdict.status.metric()) == worse
                };
                let at = earlier.as_ref().filter(same_way).map_or(drawn, |coming| coming.at);
                environment.coming = Some(Coming { verdict, at });
            }
        }
    }

    fn show(&mut self, region: &str, verdict: Verdict) {
        let now = self.now();
        let Some(environment) = self.beanstalk.environments.get_mut(region) else { return };
        let (from, to) = (environment.verdict.status, verdict.status);
        let mut message =
            format!("Environment health has transitioned from {} to {}.", from.word(), to.word());
        for cause in &verdict.causes {
            message.push(' ');
            message.push_str(cause);
        }
        let severity = if to == Status::Ok { "INFO" } else { "WARN" };
        environment.coming = None;
        environment.verdict = verdict;
        if from != to {
            environment.events.push(Event { at: now, severity, message });
            let name = environment.name.to_owned();
            let with = [
                ("region", region.to_owned()),
                ("environment", name),
                ("from", from.word().to_owned()),
                ("to", to.word().to_owned()),
            ];
            self.note("environment.health", with);
        }
    }
}

/// What can be seen of one instance from outside and inside.
struct Seen {
    instance: String,
    healthy: bool,
    reached: bool,
    app: App,
}

fn machine_verdict(failed: u32, app: App) -> Verdict {
    match (failed, app) {
        (FAILED_CHECKS.., App::Serving | App::Mute) => Verdict {
            status: Status::Severe,
            causes: vec!["ELB health is failing or not available for this instance.".to_owned()],
        },
        (FAILED_CHECKS.., App::Failing(status)) => Verdict {
            status: Status::Severe,
            causes: vec![format!("100.0 % of the requests are failing with HTTP {}xx.", status / 100)],
        },
        (FAILED_CHECKS.., App::Down) => Verdict {
            status: Status::Severe,
            causes: vec!["Following services are not running: web server.".to_owned()],
        },
        _ => Verdict::ok(),
    }
}

fn environment_verdict(environment: &Environment) -> Verdict {
    let all = environment.machines.len();
    let failing = environment.machines.iter().filter(|machine| machine.failed >= FAILED_CHECKS).count();
    let (status, causes): (Status, &[String]) = match failing {
        0 => (Status::Ok, &[]),
        some if some < all => {
            (Status::Degraded, &[format!("ELB processes are not healthy on {some} out of {all} instances.")])
        }
        _ => (
            Status::Severe,
            &[
                "ELB processes are not healthy on all instances.".to_owned(),
                "ELB health is failing or not available for all instances.".to_owned(),
            ],
        ),
    };
    Verdict { status, causes: causes.to_vec() }
}
