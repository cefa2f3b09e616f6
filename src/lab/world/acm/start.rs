//! Start: the certificates that a world begins with, and how new ones are made.
//! Used by: `World::reference`, whoever builds a world, and `RequestCertificate`.

use std::{collections::BTreeMap, time::Duration};

use super::model::{Certificate, Status};
use crate::lab::world::{
    World,
    reference::{REGIONS, SITE, ZONE},
    rng::Rng,
};

impl World {
    /// Sets the service up as the reference deployment has it: what its listeners show, issued two months ago.
    pub(in crate::lab) fn acm_start(&mut self) {
        self.acm.rng = Rng::stream(self.seed(), "acm");
        for region in REGIONS {
            let used: Vec<String> = self.certificate_users(region.code).into_keys().collect();
            for arn in used {
                self.acm_issue(
                    region.code,
                    &[ZONE.to_owned(), SITE.to_owned(), format!("*.{ZONE}")],
                    Some(&arn),
                );
            }
        }
    }

    /// An issued certificate for these names, the domain first; its ARN, drawn unless given.
    pub(in crate::lab) fn acm_issue(&mut self, region: &str, names: &[String], arn: Option<&str>) -> String {
        let mut own = self.acm_new(region, names, arn);
        let age = Duration::from_secs(60 * 86_400);
        let issued = self.now() - jiff::SignedDuration::try_from(age).unwrap_or_default();
        let valid = Duration::from_secs(self.acm.settings.valid_days * 86_400);
        (own.status, own.created, own.issued) = (Status::Issued, issued, Some(issued));
        own.ends = Some(crate::clock::later(issued, valid));
        let arn = own.arn.clone();
        self.acm.certificates.insert(arn.clone(), own);
        arn
    }

    /// A certificate that nobody has validated yet.
    pub(super) fn acm_new(&mut self, region: &str, names: &[String], arn: Option<&str>) -> Certificate {
        let rng = &mut self.acm.rng;
        let id = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        let serial: Vec<String> = (0..16).map(|_| rng.hex(2)).collect();
        let drawn = || format!("arn:aws:acm:{region}:{}:certificate/{id}", self.iam.account);
        Certificate {
            arn: arn.map_or_else(drawn, str::to_owned),
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
        let mut rng = Rng::stream(self.seed(), &format!("acm {} {domain}", self.iam.account));
        let name = format!("_{}.{domain}.", rng.hex(32));
        let value = format!("_{}.{}.acm-validations.aws.", rng.hex(32), rng.hex(10));
        (name, value)
    }
}
