//! Start: zones, records and health checks as a world begins with them.
//! Invariant: one function for each kind of resource, of plain values; everything is healthy and in sync at the start, as if
//! it had always been there, and nothing is on the agenda.
//! Not here: what the API makes later (see `zone_change`, `batch`, `check_operation`).
//! Used by: `World::reference`.

use std::{collections::BTreeMap, time::Duration};

use super::{
    check::Observation,
    config::Config,
    record::RecordSet,
    zone::{Vpc, Zone, new_servers},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params},
    dns::{NAME_SERVERS, name},
    reference,
    rng::Rng,
};

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn route53_start(&mut self) {
        self.route53_begin();
        let servers = NAME_SERVERS.map(|(server, _)| server.to_owned());
        let comment = "The site of both regions";
        let zone =
            self.start_zone(reference::ZONE, "wordpress", comment, &servers, None, allowed("wordpress"));
        for (region, role) in reference::REGIONS.iter().zip(["PRIMARY", "SECONDARY"]) {
            let arns = self.balancers_in(region.code);
            let balancer = arns.first().and_then(|arn| self.balancer_name(arn)).map(str::to_owned);
            let Some(balancer) = balancer else { continue };
            let site = format!("{}.{}", region.city, reference::ZONE);
            let alias = |evaluate| {
                [
                    ("Type", "A"),
                    ("AliasTarget.HostedZoneId", region.balancer_zone),
                    ("AliasTarget.DNSName", balancer.as_str()),
                    ("AliasTarget.EvaluateTargetHealth", evaluate),
                ]
            };
            let own = [&[("Name", site.as_str())], alias("false").as_slice()].concat();
            let config = [
                ("Type", "HTTP"),
                ("FullyQualifiedDomainName", site.as_str()),
                ("ResourcePath", "/"),
                ("RequestInterval", "10"),
            ];
            let check = self.start_check(region.environment, &params(&config), allowed(region.environment));
            let Ok(check) = check else { continue };
            let failover = [
                ("Name", reference::SITE),
                ("SetIdentifier", region.city),
                ("Failover", role),
                ("HealthCheckId", check.as_str()),
            ];
            let failover = [failover.as_slice(), alias("true").as_slice()].concat();
            let refused = [own, failover].map(|record| self.start_record(&zone, &params(&record)));
            debug_assert!(refused.iter().all(Result::is_ok), "{refused:?}");
        }
        self.route53_ready();
    }

    /// Gives the service its own stream of randomness. Before anything else of it.
    pub(in crate::lab) fn route53_begin(&mut self) {
        self.route53.seed = self.seed();
        self.route53.rng = Rng::stream(self.seed(), "route53");
        let interval = Duration::from_secs(u64::from(self.route53.settings.target_interval.max(1)));
        self.route53.target_phase = self.route53.rng.between(Duration::ZERO, interval);
    }

    /// A hosted zone with its SOA and NS records; gives its id. Without `servers` it gets four of its own; `vpcs`, pairs
    /// of region and id, make it a private one.
    pub(in crate::lab) fn start_zone(
        &mut self,
        name: &str,
        caller_reference: &str,
        comment: &str,
        servers: &[String],
        vpcs: Option<&[(&str, &str)]>,
        tags: BTreeMap<String, String>,
    ) -> String {
        let name = name::canonical(name);
        let servers = match servers {
            [] => new_servers(&mut self.route53.rng),
            servers => servers.iter().map(|server| name::canonical(server)).collect(),
        };
        let head = Zone::head_records(&name, &servers);
        let records: BTreeMap<_, RecordSet> = head.into_iter().map(|set| (set.key(), set)).collect();
        let vpc = |(region, id): &(&str, &str)| Vpc { region: (*region).to_owned(), id: (*id).to_owned() };
        let zone = Zone {
            id: format!("Z{}", self.route53.rng.hex(20).to_uppercase()),
            name,
            caller_reference: caller_reference.to_owned(),
            comment: comment.to_owned(),
            private: vpcs.map(|vpcs| vpcs.iter().map(vpc).collect()),
            servers,
            recovery: "",
            live: records.clone(),
            records,
            settles: self.now,
            busy: self.now,
            tags,
        };
        let id = zone.id.clone();
        self.route53.add_zone(zone);
        id
    }

    /// A record set of a zone, with the members of AWS's `ResourceRecordSet` as paths (`Name`, `Type`, `TTL`,
    /// `ResourceRecords.1.Value`, `AliasTarget.DNSName` …) and under AWS's rules. Aliases of records of the zone itself
    /// come after those records.
    pub(in crate::lab) fn start_record(&mut self, zone: &str, record: &Params) -> Result<(), AwsFault> {
        let records = self.batch_of_one(zone, record)?;
        if let Some(zone) = self.route53.zones.get_mut(zone) {
            zone.live = records.clone();
            zone.records = records;
        }
        Ok(())
    }

    /// A health check with the members of AWS's `HealthCheckConfig` as paths (`Type`, `FullyQualifiedDomainName`,
    /// `Regions.1` …) and under AWS's rules; gives its id. Children come before the checks calculated from them.
    pub(in crate::lab) fn start_check(
        &mut self,
        caller_reference: &str,
        config: &Params,
        tags: BTreeMap<String, String>,
    ) -> Result<String, AwsFault> {
        let config = Config::parse(config)?;
        self.children_exist(None, &config)?;
        Ok(self.route53.add_check(caller_reference, config, tags))
    }

    /// Everything is there: what it leads to is looked up for the first time. After every zone, record and check, and
    /// after balancers, environments and alarms.
    pub(in crate::lab) fn route53_ready(&mut self) {
        self.watch_new_targets();
        let ids: Vec<String> = self.route53.checks.keys().cloned().collect();
        for id in ids {
            self.see_first(&id);
        }
        self.route53.leads = self.leads();
    }

    /// Every checker has met its endpoint as it is, again and again until now. An endpoint that is not well, or not the
    /// world's, is looked at from now on.
    fn see_first(&mut self, id: &str) {
        let Some(check) = self.route53.checks.get(id) else { return };
        let (config, checkers) = (check.live.clone(), check.checkers.clone());
        let mut seen = Vec::new();
        for (place, checker) in checkers.into_iter().enumerate() {
            let look = self.look_at_endpoint(&config, &checker, place);
            self.route53.watch(id, look.resolved);
            seen.push((look.well, look.status, look.took));
        }
        let (now, all_well) = (self.now, seen.iter().all(|(well, ..)| *well));
        let Some(check) = self.route53.checks.get_mut(id).filter(|_| all_well) else {
            self.wake_check(id);
            return;
        };
        let threshold = check.live.threshold;
        for (checker, (well, status, took)) in check.checkers.iter_mut().zip(seen) {
            checker.met = (well, status.clone());
            checker.alike = threshold.max(2) + 1;
            checker.last = Some(Observation { well, status, at: now, took });
        }
        // What was well is published; children and alarms may say otherwise at once.
        self.judge_check(id);
    }
}

/// Tags that name a resource and allow changes to it.
fn allowed(name: &str) -> BTreeMap<String, String> {
    let tags = [("Name", name), (reference::ALLOW_KEY, reference::ALLOW_VALUE)];
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn params(pairs: &[(&str, &str)]) -> Params {
    Params::new(pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}
