//! Start: the certificates that a world begins with, and how new ones are made.
//! Used by: `World::build` and `RequestCertificate`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{
    due::Due,
    model::{Certificate, Status},
};
use crate::lab::world::{
    World, agenda,
    blueprint::{Blueprint, Tags, guard},
    named::Thing,
    rng::Rng,
};

/// Everything that a world may say of a certificate.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Plan {
    /// Its names, the domain first.
    pub(in crate::lab) names: Vec<String>,
    /// How far it is.
    pub(in crate::lab) status: Status,
    /// When it ends, if it was issued.
    pub(in crate::lab) ends: Timestamp,
    /// Its tags.
    pub(in crate::lab) tags: Tags,
}

impl World {
    /// Sets the service up as the blueprint has it. Before the balancers, which show what is here.
    pub(in crate::lab) fn acm_start(&mut self) {
        self.acm.rng = Rng::stream(self.seed(), "acm");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for own in &region.certificates {
                let plan = self.planned_certificate(&blueprint, own);
                let arn = self.acm_add(&region.region, plan);
                self.has_become(&region.region, Thing::Certificate, &own.name, &arn);
            }
        }
    }

    fn planned_certificate(&self, blueprint: &Blueprint, own: &guard::Certificate) -> Plan {
        let mut names: Vec<String> = Vec::new();
        for name in [&own.domain].into_iter().chain(&own.names) {
            let name = name.trim_end_matches('.').to_lowercase();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let status = match own.status.as_str() {
            "PENDING_VALIDATION" => Status::Pending,
            "REVOKED" => Status::Revoked,
            "FAILED" => Status::Failed,
            "INACTIVE" => Status::Inactive,
            _ => Status::Issued,
        };
        // What has expired is an issued certificate whose end is past.
        let left = match own.status.as_str() {
            "EXPIRED" => SignedDuration::from_hours(-24),
            _ => SignedDuration::from_hours(24 * i64::try_from(own.days_left).unwrap_or(0)),
        };
        let ends = self.now().saturating_add(left).unwrap_or(self.now());
        Plan { names, status, ends, tags: blueprint.tags_on(&own.name, &own.tags) }
    }

    /// True if there is a certificate of this ARN.
    pub(in crate::lab) fn certificate_exists(&self, arn: &str) -> bool {
        self.acm.certificates.contains_key(arn)
    }

    /// An issued certificate that holds for the better part of a year; its ARN.
    #[cfg(test)]
    pub(in crate::lab) fn acm_issue(&mut self, region: &str, names: &[String]) -> String {
        let ends = self.now().saturating_add(SignedDuration::from_hours(24 * 250)).unwrap_or(self.now());
        let plan = Plan { names: names.to_vec(), status: Status::Issued, ends, tags: Tags::new() };
        self.acm_add(region, plan)
    }

    /// A certificate as a world describes it; its ARN.
    pub(in crate::lab) fn acm_add(&mut self, region: &str, plan: Plan) -> String {
        let mut own = self.acm_new(region, &plan.names);
        (own.status, own.tags) = (plan.status, plan.tags);
        if own.was_issued() {
            let valid = Duration::from_secs(self.acm.settings.valid_days * 86_400);
            let valid = SignedDuration::try_from(valid).unwrap_or_default();
            let issued = plan.ends.saturating_sub(valid).unwrap_or(plan.ends).min(self.now());
            (own.created, own.issued, own.ends) = (issued, Some(issued), Some(plan.ends));
        }
        let arn = own.arn.clone();
        if own.status == Status::Pending {
            let first = Duration::from_secs(self.acm.settings.check_seconds.max(1));
            self.after(first, agenda::Due::Acm(Due::Look(arn.clone())));
        }
        self.acm.certificates.insert(arn.clone(), own);
        arn
    }

    /// Puts the records that proved the world's certificates into the zones that it hosts: ACM renews by them. What is
    /// still pending waits for its records.
    pub(in crate::lab) fn acm_prove(&mut self) {
        let issued = self.acm.certificates.values().filter(|own| own.was_issued());
        let mut names: Vec<String> = issued.flat_map(|own| own.names.clone()).collect();
        names.sort_by_key(|name| name.trim_start_matches("*.").to_owned());
        names.dedup_by_key(|name| name.trim_start_matches("*.").to_owned());
        for name in names {
            let (record, value) = self.acm_validation(&name);
            self.start_proof(&record, &value);
        }
    }

    /// A certificate that nobody has validated yet.
    pub(super) fn acm_new(&mut self, region: &str, names: &[String]) -> Certificate {
        let account = self.account().to_owned();
        let rng = &mut self.acm.rng;
        let id = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        let serial: Vec<String> = (0..16).map(|_| rng.hex(2)).collect();
        Certificate {
            arn: format!("arn:aws:acm:{region}:{account}:certificate/{id}"),
            region: region.to_owned(),
            names: names.to_vec(),
            status: Status::Pending,
            kind: "AMAZON_ISSUED".to_owned(),
            method: Some("DNS".to_owned()),
            algorithm: "RSA_2048".to_owned(),
            created: self.now(),
            issued: None,
            ends: None,
            serial: serial.join(":"),
            tags: BTreeMap::new(),
        }
    }

    /// The CNAME record that proves a domain: name and value. AWS: the same for a domain and its wildcard, and in every
    /// region of an account (ACM User Guide, "DNS validation").
    pub(in crate::lab) fn acm_validation(&self, domain: &str) -> (String, String) {
        let domain = domain.trim_start_matches("*.").trim_end_matches('.').to_lowercase();
        let mut rng = Rng::stream(self.seed(), &format!("acm {} {domain}", self.account()));
        let name = format!("_{}.{domain}.", rng.hex(32));
        let value = format!("_{}.{}.acm-validations.aws.", rng.hex(32), rng.hex(10));
        (name, value)
    }
}
