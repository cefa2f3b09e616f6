//! Validate: how a certificate that was requested comes to be.
//! Invariant: only a certificate that is pending is on the agenda.
//! Used by: `World::advance`.
//!
//! AWS: ACM User Guide, "DNS validation": issued once the CNAME record is seen; after 72 hours validation times out.

use std::time::Duration;

use super::{Due, model::Status};
use crate::lab::world::{
    World, agenda,
    dns::{DnsData, DnsKind},
};

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn acm_due(&mut self, due: Due) {
        match due {
            Due::Look(arn) => self.acm_look(&arn),
            Due::Issue(arn) => self.acm_make(&arn),
        }
    }

    fn acm_look(&mut self, arn: &str) {
        let Some(own) = self.acm.certificates.get(arn).filter(|own| own.status == Status::Pending) else {
            return;
        };
        let (names, created) = (own.names.clone(), own.created);
        let by_mail = own.method.as_deref() == Some("EMAIL");
        let timeout = Duration::from_secs(self.acm.settings.validation_timeout_seconds);
        if self.now() >= crate::clock::later(created, timeout) {
            if let Some(own) = self.acm.certificates.get_mut(arn) {
                own.status = Status::TimedOut;
            }
            self.note("certificate.timed_out", [("certificate", arn.to_owned())]);
            return;
        }
        if !by_mail && names.iter().all(|name| self.acm_validates(name)) {
            let (low, high) = self.acm.settings.issue();
            let after = self.acm.rng.between(low, high);
            self.after(after, agenda::Due::Acm(Due::Issue(arn.to_owned())));
            return;
        }
        let again = Duration::from_secs(self.acm.settings.check_seconds.max(1));
        self.after(again, agenda::Due::Acm(Due::Look(arn.to_owned())));
    }

    /// True if the name servers answer with the record that proves a domain.
    pub(super) fn acm_validates(&self, domain: &str) -> bool {
        let (name, value) = self.acm_validation(domain);
        // A validator asks the name servers themselves: no resolver's memory of a name that was not there is in the way.
        let answer = self.ask(&name, DnsKind::Cname);
        answer.records.iter().any(|record| match &record.data {
            DnsData::Cname(target) => {
                target.trim_end_matches('.').eq_ignore_ascii_case(value.trim_end_matches('.'))
            }
            _ => false,
        })
    }

    fn acm_make(&mut self, arn: &str) {
        let now = self.now();
        let valid = Duration::from_secs(self.acm.settings.valid_days * 86_400);
        if let Some(own) = self.acm.certificates.get_mut(arn).filter(|own| own.status == Status::Pending) {
            own.status = Status::Issued;
            own.issued = Some(now);
            own.ends = Some(crate::clock::later(now, valid));
        }
        self.note("certificate.issued", [("certificate", arn.to_owned())]);
    }
}
