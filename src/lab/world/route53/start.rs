//! Start: the zone and the health checks that the reference deployment has.
//! Invariant: everything healthy and in sync at the start.
//! Used by: `World::reference`.

use std::collections::BTreeMap;

use super::{
    Due,
    check::Observation,
    config::Config,
    record::{RecordSet, Routing},
    timing,
    zone::Zone,
};
use crate::lab::world::{
    World, agenda,
    dns::{DnsKind, NAME_SERVERS},
    reference,
    rng::Rng,
};

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn route53_start(&mut self) {
        self.route53.rng = Rng::stream(self.seed(), "route53");
        let checks = reference::REGIONS.map(|region| self.add_site_check(&region));
        let records = self.reference_records(&checks);
        let zone = Zone {
            id: format!("Z{}", self.route53.rng.hex(20).to_uppercase()),
            name: format!("{}.", reference::ZONE),
            caller_reference: "wordpress".to_owned(),
            comment: "The site of both regions".to_owned(),
            records: records.clone(),
            live: records,
            settles: self.now,
            tags: allowed("wordpress"),
        };
        self.route53.zones.insert(zone.id.clone(), zone);
        self.watch_new_targets();
        for id in checks {
            self.see_well(&id);
            self.start_checkers(&id);
        }
        self.route53.leads = self.leads();
        let phase = self.route53.rng.between(std::time::Duration::ZERO, timing::LOOK_EVERY);
        self.after(phase, agenda::Due::Route53(Due::Look));
    }

    fn add_site_check(&mut self, region: &reference::Region) -> String {
        let config = Config::http(&site_of(region));
        self.route53.add_check(region.environment, config, allowed(region.environment))
    }

    /// The zone: the site as a failover pair of aliases, and each region's site by its own name.
    fn reference_records(&self, checks: &[String]) -> BTreeMap<super::record::Key, RecordSet> {
        let servers: Vec<String> = NAME_SERVERS.iter().map(|(server, _)| (*server).to_owned()).collect();
        let head = format!("{} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", servers[0]);
        let mut sets = vec![
            RecordSet::plain(reference::ZONE, DnsKind::Ns, 172_800, &servers),
            RecordSet::plain(reference::ZONE, DnsKind::Soa, 900, &[head]),
        ];
        let roles = [Routing::Primary, Routing::Secondary];
        for ((region, check), routing) in reference::REGIONS.iter().zip(checks).zip(roles) {
            let arns = self.balancers_in(region.code);
            let Some(balancer) = arns.first().and_then(|arn| self.balancer_name(arn)) else { continue };
            sets.push(RecordSet {
                set: Some(region.city.to_owned()),
                routing,
                health_check: Some(check.clone()),
                ..RecordSet::alias(reference::SITE, region.balancer_zone, balancer, true)
            });
            sets.push(RecordSet::alias(&site_of(region), region.balancer_zone, balancer, false));
        }
        sets.into_iter().map(|set| (set.key(), set)).collect()
    }

    /// Every checker of the check has seen its endpoint well just before the start.
    fn see_well(&mut self, id: &str) {
        let Some(check) = self.route53.checks.get(id) else { return };
        let host = check.config.host.clone().unwrap_or_default();
        let addresses = self.ask(&format!("{host}."), DnsKind::A).addresses();
        let at = self.now;
        let Some(check) = self.route53.checks.get_mut(id) else { return };
        for (turn, checker) in check.checkers.iter_mut().enumerate() {
            let address = addresses.get(turn % addresses.len().max(1));
            checker.last = address.map(|address| Observation {
                status: format!("Success: HTTP Status Code: 200. Resolved IP: {address}. OK"),
                at,
            });
        }
    }
}

/// The name of a region's own site.
fn site_of(region: &reference::Region) -> String {
    format!("{}.{}", region.city, reference::ZONE)
}

fn allowed(name: &str) -> BTreeMap<String, String> {
    let tags = [("Name", name), (reference::ALLOW_KEY, reference::ALLOW_VALUE)];
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}
