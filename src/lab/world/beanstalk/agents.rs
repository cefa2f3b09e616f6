//! Agents: when an environment's health is looked at, and when a new verdict is shown.
//! Invariant: reports lie on a fixed grid of ten seconds; between changes there is nothing new in them, and none is on
//! the agenda. What is shown follows later than what is true, and only if what caused it still holds.
//! Not here: what a verdict is (see `verdict`), how it reads (see `health`).
//! Used by: `World::beanstalk_due`; whoever changes what agents and checks look at.
//!
//! AWS (Beanstalk guide, enhanced health): agents report every 10 s; an instance must fail at least three checks within
//! one minute before the environment may be downgraded; causes stay until recovery; after an operation an instance must
//! pass 12 checks in a row; during the command timeout failures do not lower the status. Agents report outbound, so that
//! a closed inbound port leaves their data flowing.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Due,
    model::{Environment, Key, Proving, Told},
    model::{Kind, Operation},
    verdict::{FAILED_CHECKS, Grade, Machine, Verdict, of_environment, of_machine},
};
use crate::{
    clock::later,
    lab::world::{World, agenda, timings::AGENT_REPORTS},
};

/// AWS: "an instance must pass 12 consecutive health checks over two minutes" (Beanstalk guide, enhanced health).
const PASSES: u32 = 12;

/// AWS: the default command timeout (Beanstalk guide, general options, `aws:elasticbeanstalk:command`).
const COMMAND_TIMEOUT: Duration = Duration::from_secs(600);

/// Seconds for which a healthy environment still tells of its latest operation. AWS: informational causes disappear; it
/// does not say when.
const TOLD: i64 = 300;

impl World {
    /// Tells Beanstalk that something about a balancer, its targets or their instances has changed.
    pub(in crate::lab) fn balancer_stirs(&mut self, arn: &str) {
        let keys = self.beanstalk.by_balancer.get(arn).cloned().unwrap_or_default();
        for key in keys {
            self.stir(&key);
        }
    }

    /// Tells Beanstalk that an environment's instances have come or gone.
    pub fn environment_stirs(&mut self, region: &str, name: &str) {
        let key = (region.to_owned(), name.to_owned());
        self.refresh_machines(&key);
        self.stir(&key);
    }

    /// Puts the agents' next report on the agenda, if it is not there.
    pub(super) fn stir(&mut self, key: &Key) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        if !own.lives() || std::mem::replace(&mut own.health.awake, true) {
            return;
        }
        let next = later(last_report(own.health.phase, now), AGENT_REPORTS);
        let (region, name) = key.clone();
        self.at(next, agenda::Due::Beanstalk(Due::Agents { region, name }));
    }

    /// Takes over the instances that the environment has now.
    pub(super) fn refresh_machines(&mut self, key: &Key) {
        let ids = self.attached_instances(&key.0, &key.1);
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        own.machines.retain(|machine| ids.contains(&machine.instance));
        for id in ids {
            if !own.machines.iter().any(|machine| machine.instance == id) {
                own.machines.push(Machine::well(id));
            }
        }
    }

    /// The agents of an environment report.
    pub(super) fn agents_report(&mut self, key: &Key) {
        let Some(own) = self.beanstalk.environments.get(key) else { return };
        let seen = self.seen_machines(own);
        let red = self.lacks_port_80(own);
        let silent_after = self.beanstalk.settings.silent_reports;
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        own.health.awake = false;
        if !own.lives() {
            return;
        }
        let mut settled = true;
        for (machine, seen) in own.machines.iter_mut().zip(&seen) {
            machine.failed = if seen.healthy { 0 } else { (machine.failed + 1).min(FAILED_CHECKS) };
            machine.silent = if seen.reports { 0 } else { (machine.silent + 1).min(silent_after) };
            machine.verdict = of_machine(machine, silent_after, seen.fault);
            settled &= seen.healthy || machine.failed == FAILED_CHECKS;
            settled &= seen.reports || machine.silent == silent_after;
        }
        let mut verdict = of_environment(&own.machines, silent_after, own.least_machines());
        if let Some(stale) = own.health.stale.clone().filter(|_| verdict.status == Grade::Ok) {
            verdict = Verdict::new(Grade::Degraded, [stale]);
        }
        if red {
            verdict.status = Grade::Severe;
            verdict
                .causes
                .push("The environment's security group does not allow inbound port 80.".to_owned());
        }
        settled &= self.weigh(key, verdict);
        if !settled {
            self.stir(key);
        }
    }

    /// Looks at what the machines' states mean for what is shown, and arranges for it. True if nothing is under way.
    fn weigh(&mut self, key: &Key, verdict: Verdict) -> bool {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return true };
        let within = |began: Timestamp| now < later(began, COMMAND_TIMEOUT);
        let holds = |operation: &Operation| operation.kind != Kind::Swap && within(operation.began);
        if own.operation.as_ref().is_some_and(holds) {
            own.health.coming = None;
            if own.health.verdict.status.rank() <= Grade::Info.rank() {
                self.show(key, Verdict::new(Grade::Info, []));
            }
            return false;
        }
        if let Some(proving) = &mut own.health.proving {
            proving.passes = if verdict.status == Grade::Ok { proving.passes + 1 } else { 0 };
            if proving.passes >= PASSES {
                let Proving { what, began, ended, .. } = proving.clone();
                own.health.proving = None;
                own.health.told = Some(Told { what, began, ended });
                self.show(key, verdict);
                return true;
            }
            if verdict.status == Grade::Ok {
                return false;
            }
        }
        if verdict == own.health.verdict {
            own.health.coming = None;
            return own.health.proving.is_none();
        }
        self.arrange(key, verdict);
        false
    }

    /// Arranges for a verdict to be shown, or shows it if its time has come.
    fn arrange(&mut self, key: &Key, verdict: Verdict) {
        let now = self.now();
        let settings = &self.beanstalk.settings;
        let (worsens, recovers, tick) = (settings.worsens, settings.recovers, settings.transition_tick);
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let shown = own.health.verdict.status.rank();
        match &own.health.coming {
            Some((coming, at)) if *coming == verdict && now >= *at => self.show(key, verdict),
            Some((coming, _)) if *coming == verdict => {}
            earlier => {
                let worse = verdict.status.rank() > shown;
                let span = if worse { worsens } else { recovers };
                let drawn = later(now, span.draw(&mut self.beanstalk.rng));
                // What is coming for the same direction already keeps its time.
                let same_way = |(coming, _): &&(Verdict, Timestamp)| (coming.status.rank() > shown) == worse;
                let at = earlier.as_ref().filter(same_way).map_or(on_tick(drawn, tick), |(_, at)| *at);
                own.health.coming = Some((verdict, at));
            }
        }
    }

    fn show(&mut self, key: &Key, verdict: Verdict) {
        let now = self.now();
        let Some(own) = self.beanstalk.environments.get_mut(key) else { return };
        let (from, to) = (own.health.verdict.status, verdict.status);
        own.health.coming = None;
        own.health.verdict = verdict;
        if from == to {
            return;
        }
        if to != Grade::Ok {
            own.health.told = None;
        }
        let causes = own.causes(now);
        let (message, severity) = if own.is_enhanced() {
            let mut message =
                format!("Environment health has transitioned from {} to {}.", from.word(), to.word());
            for cause in &causes {
                message.push(' ');
                message.push_str(cause);
            }
            (message, if matches!(to, Grade::Ok | Grade::Info) { "INFO" } else { "WARN" })
        } else {
            let colour = to.colour().to_uppercase();
            let message = format!("Environment health has been set to {colour}");
            (message, if to == Grade::Ok { "INFO" } else { "WARN" })
        };
        let own = own.clone();
        self.say(&own, severity, message);
        let with = [
            ("region", own.region),
            ("environment", own.name),
            ("from", from.word().to_owned()),
            ("to", to.word().to_owned()),
        ];
        self.note("environment.health", with);
    }
}

impl Environment {
    /// The causes that are shown at `now`: those of the verdict, or what is told of an operation.
    pub(super) fn causes(&self, now: Timestamp) -> Vec<String> {
        let seconds = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs().max(0);
        match (self.health.verdict.status, &self.operation, &self.health.proving, &self.health.told) {
            (Grade::Info, Some(operation), ..) => {
                let running = seconds(operation.began, now);
                vec![format!("{} in progress (running for {running} seconds).", operation.kind.what())]
            }
            (Grade::Info, None, Some(Proving { what, began, ended, .. }), _)
            | (Grade::Ok, None, _, Some(Told { what, began, ended }))
                if seconds(*ended, now) < TOLD =>
            {
                let (ago, took) = (seconds(*ended, now), seconds(*began, *ended));
                vec![format!("{what} completed {ago} seconds ago and took {took} seconds.")]
            }
            _ => self.health.verdict.causes.clone(),
        }
    }

    /// When its health was last looked at: the latest point of its grid.
    pub(super) fn refreshed(&self, now: Timestamp) -> Timestamp {
        last_report(self.health.phase, now)
    }
}

/// The latest point of a grid of reports at `now`.
fn last_report(phase: Timestamp, now: Timestamp) -> Timestamp {
    let step = i64::try_from(AGENT_REPORTS.as_micros()).unwrap_or(i64::MAX).max(1);
    let gone = now.as_microsecond() - phase.as_microsecond();
    Timestamp::from_microsecond(now.as_microsecond() - gone.rem_euclid(step)).unwrap_or(now)
}

/// The first tick at or after `at`; with no tick, `at` itself.
fn on_tick(at: Timestamp, tick: u32) -> Timestamp {
    let tick = i64::from(tick);
    if tick == 0 {
        return at;
    }
    let second = at.as_second();
    let next = second - second.rem_euclid(tick) + if second.rem_euclid(tick) == 0 { 0 } else { tick };
    Timestamp::from_second(next).unwrap_or(at)
}

#[cfg(all(test, feature = "aws"))]
impl World {
    /// Lets the agents of a region's environments report on the grid that goes through this moment.
    pub(in crate::lab) fn agents_report_from(&mut self, region: &str, at: Timestamp) {
        let own = self.beanstalk.environments.iter_mut().filter(|(key, _)| key.0 == region);
        own.for_each(|(_, environment)| environment.health.phase = at);
    }
}
