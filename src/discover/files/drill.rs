//! Drill: the seed drill: the primary stops serving, the standby takes over, and everything goes back.
//! Used by: `outcome`.

use super::{File, OUTAGE, scalar};
use crate::{
    discover::{
        facts::{EnvironmentFacts, Facts},
        place,
    },
    drill::model::Side,
};

/// The port of a load-balanced environment's instances, unless it is told otherwise (Elastic Beanstalk developer guide,
/// general options, the default process).
const HTTP: i32 = 80;

/// The drill of the deployment called `name`.
pub(in crate::discover) fn drill(facts: &Facts, name: &str) -> File {
    let region = |side: Side| facts.asked.regions.of(side).region.as_str();
    let (here, there) = (place::of(region(Side::Primary)), place::of(region(Side::Standby)));
    let database = facts.database.as_ref().is_some_and(|find| find.found().is_some());
    let parts = Parts {
        name,
        here,
        there,
        database,
        writes: if facts.asked.write_check.is_some() { ", writes: true" } else { "" },
        enhanced: facts
            .sides
            .primary
            .environment
            .found()
            .is_some_and(|own| !own.environment.health.is_empty()),
        ports: ports(facts.sides.primary.environment.found()),
    };
    File { path: format!("{name}{OUTAGE}.yaml"), text: parts.text() }
}

/// The ports to which the load balancer sends requests, each once.
fn ports(environment: Option<&EnvironmentFacts>) -> Vec<i32> {
    let balancer = environment.and_then(|own| own.balancer.found());
    let groups = balancer.and_then(|own| own.target_groups.found());
    let mut ports: Vec<i32> = groups.into_iter().flatten().filter_map(|group| group.port).collect();
    ports.sort_unstable();
    ports.dedup();
    if ports.is_empty() { vec![HTTP] } else { ports }
}

struct Parts<'a> {
    name: &'a str,
    here: &'a str,
    there: &'a str,
    database: bool,
    writes: &'static str,
    enhanced: bool,
    ports: Vec<i32>,
}

impl Parts<'_> {
    fn text(&self) -> String {
        let body = [self.head(), self.fault(), self.takeover(), self.way_back()];
        body.concat()
    }

    fn head(&self) -> String {
        let Parts { name, here, there, .. } = self;
        let title = scalar(&format!("{here} stops serving; {there} takes over"));
        let loss = if self.database { " data_loss: 5s," } else { "" };
        let mut text = format!(
            "# Written by `firedrill discover` for the deployment of the same name. Rehearse it, and set the objectives and\n\
             # times to what you have promised: `firedrill check` tells whether they fit together.\n\
             drill: {}\n\
             title: {title}\n\
             deployment: {}\n\
             objectives: {{ recovery_time: 10m,{loss} detection: 2m }}\n\
             steady_state:\n\
             \x20 - site: {{ answers: 200, from: primary }}\n\
             \x20 - health_check: {{ of: primary, is: healthy }}\n\
             \x20 - health_check: {{ of: standby, is: healthy }}\n",
            scalar(&format!("{name}{OUTAGE}")),
            scalar(name),
        );
        if self.enhanced {
            text.push_str("  - environment: { of: primary, health: [Ok, Info] }\n");
        }
        if self.database {
            text.push_str("  - database: { writer: primary, lag_below: 1s }\n");
        }
        text.push_str(
            "stop_when:\n\
             \x20 - health_check: { of: standby, is: unhealthy, for: 20s }\n\
             time_limit: 45m\n\
             steps:\n",
        );
        text
    }

    /// The port's name is what its restoration is called by.
    fn closed(&self) -> String {
        format!("port-{}-closed", self.ports[0])
    }

    fn fault(&self) -> String {
        let port = self.ports[0];
        let mut text = format!(
            "\x20 - fault: ec2.revoke-ingress\n\
             \x20   of: primary\n\
             \x20   port: {port:<33}# where the load balancer sends requests\n\
             \x20   method: revoke                         # the rules are removed and come back with new ids; narrow keeps the ids\n\
             \x20   as: {}\n",
            self.closed()
        );
        if let [_, others @ ..] = self.ports.as_slice()
            && !others.is_empty()
        {
            let others: Vec<String> = others.iter().map(ToString::to_string).collect();
            text.push_str(&format!(
                "\x20 # It sends requests to port {} too: a fault for each, or the site goes on serving there.\n",
                others.join(", ")
            ));
        }
        let seen = if self.enhanced {
            "environment: { of: primary, health: [Warning, Degraded, Severe] }"
        } else {
            "targets: { of: primary, healthy: none }"
        };
        text.push_str(&format!(
            "\x20 - await: \"{} is seen to be down\"\n\
             \x20   until:\n\
             \x20     - {seen}\n\
             \x20     - health_check: {{ of: primary, is: unhealthy }}\n\
             \x20   within: 5m\n",
            self.here
        ));
        text
    }

    fn takeover(&self) -> String {
        let Parts { here, there, writes, .. } = self;
        let mut text = String::new();
        if self.database {
            text.push_str(
                "\x20 - recover: rds.switchover-global-cluster   # without loss; the unplanned kind, which may lose writes, is\n\
                 \x20   to: standby                              # rds.failover-global-cluster with allow_data_loss: true\n\
                 \x20   as: database\n",
            );
        }
        let serves = if self.writes.is_empty() { "serves" } else { "serves reads and writes" };
        text.push_str(&format!("\x20 - await: \"{there} {serves}\"\n\x20   until:\n"));
        if self.database {
            text.push_str("\x20     - database: { writer: standby }\n");
        }
        text.push_str(&format!(
            "\x20     - site: {{ answers: 200, from: standby{writes} }}\n\
             \x20   within: 10m\n\
             \x20   hold: 30s\n"
        ));
        let why = if self.database {
            format!(
                "\x20 # Route 53 sends users back to {here} by itself the moment {here} is healthy, with no hold-down; the writer\n\
                 \x20 # is still in {there} then. So traffic is held in {there} until the database is back.\n"
            )
        } else {
            format!(
                "\x20 # Route 53 sends users back to {here} by itself the moment {here} is healthy, with no hold-down. So traffic\n\
                 \x20 # is held in {there} until {here} is whole.\n"
            )
        };
        text.push_str(&why);
        text.push_str(
            "\x20 - recover: route53.hold-traffic\n\
             \x20   to: standby\n\
             \x20   as: traffic-held\n",
        );
        text
    }

    fn way_back(&self) -> String {
        let Parts { here, writes, .. } = self;
        let database = match self.database {
            true => "\x20 - restore: database            # fails back by switchover\n",
            false => "",
        };
        format!(
            "\x20 - restore: {}\n\
             \x20 - await: \"{here}'s targets are healthy again\"\n\
             \x20   until: [ {{ targets: {{ of: primary, healthy: all }} }} ]\n\
             \x20   within: 10m\n\
             {database}\
             \x20 - restore: traffic-held\n\
             \x20 - await: \"{here} serves again\"\n\
             \x20   until: [ {{ site: {{ answers: 200, from: primary{writes} }} }} ]\n\
             \x20   within: 10m\n\
             \x20   hold: 30s                    # or the run ends before the failback's outage is seen to have ended\n\
             \x20 # whatever is still outstanding at any ending is restored, newest first\n",
            self.closed()
        )
    }
}
