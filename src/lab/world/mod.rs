//! World: the model of a two-region AWS, without sockets, tasks or a clock of its own.
//! Invariant: deterministic: the same seed, start and calls give the same answers and the same truth; ordered maps
//! everywhere, randomness only from `rng`, time only from the caller's `now`.
//! Not here: how requests look on a wire (see `lab::wire`), sockets (see `lab::door`).
//! Used by: `lab::door`.
//!
//! Each service owns one folder or file with its model, its physics (`due`) and its operations (`operate`). Whatever
//! happens later by itself is an entry of the agenda; `advance` runs the entries that are due, in order.

pub mod acm;
pub mod agenda;
pub(in crate::lab) mod arn;
pub mod autoscaling;
pub mod beanstalk;
pub mod blueprint;
pub mod breakage;
pub mod call;
pub mod cidr;
pub mod cloudwatch;
pub mod codecommit;
pub mod codepipeline;
mod configuration;
pub mod dns;
pub mod ec2;
pub mod elb;
pub mod fronts;
pub mod iam;
pub mod misbehave;
pub(in crate::lab) mod named;
mod names;
pub mod operations;
pub mod options;
pub mod page;
#[cfg(all(test, feature = "aws"))]
pub(crate) mod phases;
pub mod rates;
pub mod rds;
pub mod reference;
mod refusal;
pub mod rng;
pub mod route53;
pub mod settings;
pub mod site;
pub mod ssm;
pub mod sts;
pub mod tally;
#[cfg(test)]
pub(in crate::lab) mod testing;
#[cfg(test)]
mod tests;
mod throttle;
pub mod timings;
pub mod truth;
pub mod waf;
mod wildcard;

use std::sync::Arc;

use jiff::Timestamp;

use self::{
    agenda::{Agenda, Due},
    blueprint::Blueprint,
    call::{AwsFault, Call, Operation, Reply, Service},
    truth::Truth,
};

/// A whole two-region AWS.
#[derive(Debug)]
pub struct World {
    now: Timestamp,
    seed: u64,
    blueprint: Arc<Blueprint>,
    agenda: Agenda,
    truth: Truth,
    pub(in crate::lab) ec2: ec2::State,
    pub(in crate::lab) elb: elb::State,
    pub(in crate::lab) beanstalk: beanstalk::State,
    pub(in crate::lab) route53: route53::State,
    pub(in crate::lab) rds: rds::State,
    pub(in crate::lab) cloudwatch: cloudwatch::State,
    pub(in crate::lab) site: site::State,
    pub(in crate::lab) resolver: dns::Cache,
    pub(in crate::lab) sts: sts::State,
    pub(in crate::lab) autoscaling: autoscaling::State,
    pub(in crate::lab) acm: acm::State,
    pub(in crate::lab) waf: waf::State,
    pub(in crate::lab) codecommit: codecommit::State,
    pub(in crate::lab) codepipeline: codepipeline::State,
    pub(in crate::lab) ssm: ssm::State,
    pub(in crate::lab) iam: iam::State,
    options: options::Options,
    named: named::Named,
    rates: rates::State,
    breakage: breakage::State,
    misbehave: misbehave::State,
    tally: tally::State,
}

impl World {
    /// The reference deployment at `start`, settled: everything up, every environment Ready and Ok.
    pub fn reference(seed: u64, start: Timestamp) -> World {
        World::build(Blueprint::reference(), seed, start)
    }

    /// A world as `blueprint` describes it, at `start`, settled.
    pub fn build(blueprint: Arc<Blueprint>, seed: u64, start: Timestamp) -> World {
        let mut world = World {
            now: start,
            seed,
            blueprint,
            agenda: Agenda::default(),
            truth: Truth::default(),
            ec2: ec2::State::default(),
            elb: elb::State::default(),
            beanstalk: beanstalk::State::default(),
            route53: route53::State::default(),
            rds: rds::State::default(),
            cloudwatch: cloudwatch::State::default(),
            site: site::State::default(),
            resolver: dns::Cache::default(),
            sts: sts::State::default(),
            autoscaling: autoscaling::State::default(),
            acm: acm::State::default(),
            waf: waf::State::default(),
            codecommit: codecommit::State::default(),
            codepipeline: codepipeline::State::default(),
            ssm: ssm::State::default(),
            iam: iam::State::default(),
            options: options::Options::default(),
            named: named::Named::default(),
            rates: rates::State::default(),
            breakage: breakage::State::default(),
            misbehave: misbehave::State::default(),
            tally: tally::State::default(),
        };
        world.take_settings();
        world.site_start();
        world.iam_start();
        world.acm_start();
        world.ec2_start();
        world.elb_start();
        world.autoscaling_start();
        world.beanstalk_start();
        world.rds_start();
        world.codecommit_start();
        world.codepipeline_start();
        world.ssm_start();
        world.waf_start();
        world.route53_start();
        world.acm_prove();
        world.cloudwatch_start();
        world.route53_ready();
        world
    }

    /// Lets the world go on to `now`: runs whatever is due, in order. Never goes back.
    pub fn advance(&mut self, now: Timestamp) {
        while let Some((at, due)) = self.agenda.take_due(now) {
            self.now = self.now.max(at);
            match due {
                Due::Ec2(due) => self.ec2_due(due),
                Due::Elb(due) => self.elb_due(due),
                Due::Beanstalk(due) => self.beanstalk_due(due),
                Due::Route53(due) => self.route53_due(due),
                Due::Rds(due) => self.rds_due(due),
                Due::CloudWatch(due) => self.cloudwatch_due(due),
                Due::AutoScaling(due) => self.autoscaling_due(due),
                Due::CodePipeline(due) => self.codepipeline_due(due),
                Due::Breakage(due) => self.breakage_due(due),
                Due::Acm(due) => self.acm_due(due),
            }
        }
        self.now = self.now.max(now);
    }

    /// Answers an AWS call at `now`.
    pub fn handle(&mut self, now: Timestamp, call: &Call) -> Reply {
        self.advance(now);
        self.within_rate(call)?;
        self.authorize(call)?;
        let reply = match self.options.page_size {
            Some(most) => {
                self.operate(&Call { params: call.params.clone().in_pages_of(most), ..call.clone() })
            }
            None => self.operate(call),
        };
        self.visible(call, reply)
    }

    /// Does what a call asks, whatever the rates and whoever calls.
    fn operate(&mut self, call: &Call) -> Reply {
        match call.service {
            Service::Sts => self.sts_operate(call),
            Service::Ec2 => self.ec2_operate(call),
            Service::Beanstalk => self.beanstalk_operate(call),
            Service::Elb => self.elb_operate(call),
            Service::Rds => self.rds_operate(call),
            Service::Route53 => self.route53_operate(call),
            Service::CloudWatch => self.cloudwatch_operate(call),
            Service::AutoScaling => self.autoscaling_operate(call),
            Service::Acm => self.acm_operate(call),
            Service::Waf => self.waf_operate(call),
            Service::CodeCommit => self.codecommit_operate(call),
            Service::CodePipeline => self.codepipeline_operate(call),
            Service::Ssm => self.ssm_operate(call),
            Service::Iam => self.iam_operate(call),
        }
    }

    /// Every operation that the world answers.
    pub fn routes() -> Vec<(Service, Operation)> {
        let services = [
            (Service::Sts, sts::OPERATIONS),
            (Service::Ec2, ec2::OPERATIONS),
            (Service::Beanstalk, beanstalk::OPERATIONS),
            (Service::Elb, elb::OPERATIONS),
            (Service::Rds, rds::OPERATIONS),
            (Service::Route53, route53::OPERATIONS),
            (Service::CloudWatch, cloudwatch::OPERATIONS),
            (Service::AutoScaling, autoscaling::OPERATIONS),
            (Service::Acm, acm::OPERATIONS),
            (Service::Waf, waf::OPERATIONS),
            (Service::CodeCommit, codecommit::OPERATIONS),
            (Service::CodePipeline, codepipeline::OPERATIONS),
            (Service::Ssm, ssm::OPERATIONS),
            (Service::Iam, iam::OPERATIONS),
        ];
        services
            .into_iter()
            .flat_map(|(service, operations)| operations.iter().map(move |operation| (service, *operation)))
            .collect()
    }

    /// The loud answer to an operation that the lab does not have.
    pub(in crate::lab) fn unrouted(service: Service, operation: &str) -> AwsFault {
        operations::unanswered(service, operation)
    }

    /// Puts `due` on the agenda, `after` from now.
    pub(in crate::lab) fn after(&mut self, after: std::time::Duration, due: Due) {
        self.agenda.put(crate::clock::later(self.now, after), due);
    }

    /// Puts `due` on the agenda at `at`.
    pub(in crate::lab) fn at(&mut self, at: Timestamp, due: Due) {
        self.agenda.put(at, due);
    }

    /// Notes a physical transition, now.
    pub(in crate::lab) fn note<const N: usize>(
        &mut self,
        what: &'static str,
        with: [(&'static str, String); N],
    ) {
        self.metrics_hear(what, &with);
        self.truth.push(self.now, what, with);
    }

    /// The time the world has been advanced to.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The seed that decides everything random. Each service draws from its own stream: `Rng::stream(seed, "rds")`,
    /// so that one service's draws do not move another's.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What the world was built from.
    pub fn blueprint(&self) -> &Arc<Blueprint> {
        &self.blueprint
    }

    /// The account that everything is in.
    pub fn account(&self) -> &str {
        &self.blueprint.account
    }

    /// When something happens next by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }

    /// How many calls each operation had.
    pub fn calls(&self) -> Vec<tally::Row> {
        self.tally.rows()
    }

    /// Every physical transition so far.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }
}
