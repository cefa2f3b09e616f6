//! Start: zones, records and health checks as a world begins with them.
//! Invariant: one function for each kind of resource, of plain values; everything is healthy and in sync at the start, as if
//! it had always been there, and nothing is on the agenda.
//! Not here: what the API makes later (see `zone_change`, `batch`, `check_operation`).
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    check::Observation,
    config::Config,
    record::{Key, RecordSet},
    zone::{Vpc, Zone, new_servers},
};
use crate::lab::world::{
    World,
    blueprint::{
        Blueprint, Region,
        dns::{HealthCheck, RecordSet as Record},
    },
    call::{AwsFault, Params},
    dns::{NAME_SERVERS, name},
    named::Thing,
    rng::Rng,
};

impl World {
    /// Sets the service up as the blueprint has it; `route53_ready` must follow.
    pub(in crate::lab) fn route53_start(&mut self) {
        self.route53_begin();
        let blueprint = Arc::clone(self.blueprint());
        let checks = self.start_checks(&blueprint);
        for (at, zone) in blueprint.zones.iter().enumerate() {
            // The first zone's name servers are those that are known by name.
            let servers: Vec<String> = match at {
                0 => NAME_SERVERS.map(|(server, _)| server.to_owned()).to_vec(),
                _ => Vec::new(),
            };
            let comment = zone.comment.as_deref().unwrap_or_default();
            let vpcs = zone.private.then(|| self.every_network(&blueprint));
            let vpcs = vpcs.as_deref();
            let tags = blueprint.tags_on(&zone.zone, &zone.tags);
            let id = self.start_zone(&zone.zone, &blueprint.world, comment, &servers, vpcs, tags);
            let records = zone.records.iter();
            let records = records.map(|record| self.record_params(&blueprint, &id, record, &checks));
            self.start_records(&id, records.collect());
        }
    }

    /// Every network of the file, by region and id: those that a private zone is seen from.
    fn every_network(&self, blueprint: &Blueprint) -> Vec<(String, String)> {
        let regions = blueprint.regions.iter();
        let networks = regions.flat_map(|region| region.vpcs.iter().map(move |vpc| (&region.region, vpc)));
        let id = |region: &String, name| self.named(region, Thing::Vpc, name).map(str::to_owned);
        networks.filter_map(|(region, vpc)| Some((region.clone(), id(region, &vpc.name)?))).collect()
    }

    /// A CNAME record in the public zone that holds its name; nothing where the world has no such zone.
    pub(in crate::lab) fn start_proof(&mut self, name: &str, value: &str) {
        let canonical = name::canonical(name);
        let within = |zone: &&Zone| {
            zone.private.is_none()
                && (canonical.ends_with(&format!(".{}", zone.name)) || canonical == zone.name)
        };
        let all = self.route53.zones.values().filter(within);
        let Some(zone) = all.max_by_key(|zone| zone.name.len()).map(|zone| zone.id.clone()) else { return };
        let record = [("Name", name), ("Type", "CNAME"), ("TTL", "300"), ("ResourceRecords.1.Value", value)];
        let record = record.map(|(field, value)| (field.to_owned(), value.to_owned()));
        if let Err(refused) = self.start_record(&zone, &Params::new(record)) {
            self.refused(name, &refused);
        }
    }

    /// The blueprint's health checks; their ids by name.
    fn start_checks(&mut self, blueprint: &Blueprint) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        let mut left: Vec<&HealthCheck> = blueprint.health_checks.iter().collect();
        while !left.is_empty() {
            let before = left.len();
            // Children come before those that are calculated from them, in whatever order the file has them.
            left.retain(|check| {
                let Some(children) = check.children.iter().map(|name| ids.get(name).cloned()).collect()
                else {
                    return true;
                };
                let tags = blueprint.tags_on(&check.name, &check.tags);
                match self.start_check(&check.name, &check_params(check, children), tags) {
                    Ok(id) => drop(ids.insert(check.name.clone(), id)),
                    Err(refused) => self.refused(&check.name, &refused),
                }
                false
            });
            if left.len() == before {
                break;
            }
        }
        for check in left {
            self.refused(&check.name, &AwsFault::new(400, "InvalidInput", "its children are not there"));
        }
        ids
    }

    /// Records of a zone, all at once; where AWS's rules refuse some, each for itself, aliases of others after those
    /// others.
    fn start_records(&mut self, zone: &str, mut left: Vec<Params>) {
        if let Ok(records) = self.batch_of_new(zone, &left) {
            return self.begin_with(zone, records);
        }
        loop {
            let before = left.len();
            let mut refusals = Vec::new();
            left.retain(|record| match self.start_record(zone, record) {
                Ok(()) => false,
                Err(refused) => {
                    refusals.push((record.text("Name").unwrap_or_default().to_owned(), refused));
                    true
                }
            });
            if left.is_empty() {
                return;
            }
            if left.len() == before {
                refusals.iter().for_each(|(name, refused)| self.refused(name, refused));
                return;
            }
        }
    }

    /// AWS's rules refuse a part of the world: the truth says so, and the world goes without it.
    fn refused(&mut self, name: &str, refused: &AwsFault) {
        let with =
            [("name", name.to_owned()), ("code", refused.code.to_owned()), ("why", refused.message.clone())];
        self.note("world.refused", with);
    }

    /// A record set of the blueprint with the members of AWS's.
    fn record_params(
        &self,
        blueprint: &Blueprint,
        zone: &str,
        record: &Record,
        checks: &BTreeMap<String, String>,
    ) -> Params {
        let mut all =
            vec![("Name".to_owned(), record.name.clone()), ("Type".to_owned(), record.kind.clone())];
        let mut put =
            |field: &str, value: Option<String>| all.extend(value.map(|value| (field.to_owned(), value)));
        let balancer = record.environment.as_ref().and_then(|name| self.balancer_of(blueprint, name));
        let inside = record.alias.as_ref().map(|name| (zone.to_owned(), name.clone()));
        match balancer.or(inside) {
            Some((zone, target)) => {
                put("AliasTarget.HostedZoneId", Some(zone));
                put("AliasTarget.DNSName", Some(target));
                put("AliasTarget.EvaluateTargetHealth", Some(record.evaluate_target_health.to_string()));
            }
            None => put("TTL", Some(record.ttl.to_string())),
        }
        put("SetIdentifier", record.set.clone());
        put("Failover", record.failover.as_ref().map(|role| role.to_uppercase()));
        put("Weight", record.weight.map(|weight| weight.to_string()));
        put("Region", record.latency.clone());
        put("GeoLocation.CountryCode", record.country.clone());
        put("MultiValueAnswer", record.multivalue.then(|| "true".to_owned()));
        let check = record.health_check.as_ref();
        put("HealthCheckId", check.map(|name| checks.get(name).unwrap_or(name).clone()));
        for (at, value) in record.values.iter().enumerate() {
            put(&format!("ResourceRecords.{}.Value", at + 1), Some(value.clone()));
        }
        Params::new(all)
    }

    /// The hosted zone and the DNS name of the balancer of an environment of the blueprint.
    fn balancer_of(&self, blueprint: &Blueprint, environment: &str) -> Option<(String, String)> {
        let at = |region: &&Region| region.environments.iter().any(|own| own.name == environment);
        let region = blueprint.regions.iter().find(at)?;
        let web = self.web_of(&region.region, environment)?;
        let balancer = self.elb.balancers.get(&web.balancer)?;
        Some((balancer.zone_id.clone(), balancer.dns_name.clone()))
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
        vpcs: Option<&[(String, String)]>,
        tags: BTreeMap<String, String>,
    ) -> String {
        let name = name::canonical(name);
        let servers = match servers {
            [] => new_servers(&mut self.route53.rng),
            servers => servers.iter().map(|server| name::canonical(server)).collect(),
        };
        let head = Zone::head_records(&name, &servers);
        let records: BTreeMap<_, RecordSet> = head.into_iter().map(|set| (set.key(), set)).collect();
        let vpc = |(region, id): &(String, String)| Vpc { region: region.clone(), id: id.clone() };
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
        let records = self.batch_of_new(zone, std::slice::from_ref(record))?;
        self.begin_with(zone, records);
        Ok(())
    }

    /// The zone has had these records for long.
    fn begin_with(&mut self, zone: &str, records: BTreeMap<Key, RecordSet>) {
        if let Some(zone) = self.route53.zones.get_mut(zone) {
            zone.live = records.clone();
            zone.records = records;
        }
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
        let zones: Vec<String> = self.route53.zones.keys().cloned().collect();
        self.route53.leads = zones.into_iter().map(|id| (id.clone(), self.leads(&id))).collect();
    }

    /// Every checker has met its endpoint as it is, again and again until now. An endpoint that is not well, or not the
    /// world's, is looked at from now on.
    fn see_first(&mut self, id: &str) {
        let Some(check) = self.route53.checks.get(id) else { return };
        let (config, checkers) = (check.live.clone(), check.checkers.clone());
        let mut seen = Vec::new();
        for (place, checker) in checkers.into_iter().enumerate() {
            let look = self.look_at_endpoint(&config, &checker, place);
            self.route53.watch(id, look.resolved.0, look.resolved.1);
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

/// A health check of the blueprint with the members of AWS's `HealthCheckConfig`; `children` are ids.
fn check_params(check: &HealthCheck, children: Vec<String>) -> Params {
    let mut all = vec![("Type".to_owned(), check.kind.clone())];
    let mut put =
        |field: &str, value: Option<String>| all.extend(value.map(|value| (field.to_owned(), value)));
    let (probed, calculated) = match check.kind.as_str() {
        "CALCULATED" => (false, true),
        "CLOUDWATCH_METRIC" => (false, false),
        _ => (true, false),
    };
    put("FullyQualifiedDomainName", check.host.clone());
    put("IPAddress", check.address.clone());
    put("Port", check.port.map(|port| port.to_string()));
    put("ResourcePath", check.path.clone());
    put("SearchString", check.search.clone());
    put("RequestInterval", probed.then(|| check.interval.to_string()));
    put("FailureThreshold", probed.then(|| check.threshold.to_string()));
    put("Inverted", check.inverted.then(|| "true".to_owned()));
    put("Disabled", check.disabled.then(|| "true".to_owned()));
    put("HealthThreshold", calculated.then(|| check.at_least.to_string()));
    put("AlarmIdentifier.Region", check.alarm_region.clone());
    put("AlarmIdentifier.Name", check.alarm.clone());
    for (at, child) in children.into_iter().enumerate() {
        put(&format!("ChildHealthChecks.{}", at + 1), Some(child));
    }
    Params::new(all)
}
