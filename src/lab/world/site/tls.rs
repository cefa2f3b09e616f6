//! Tls: where a balancer speaks it, and which certificate it shows.
//! Invariant: what listeners and ACM say now decides, not what they said when a port was opened.
//! Not here: keys and sessions (see `lab::door`).
//! Used by: the front doors.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::lab::world::{World, acm, elb::model::Listener};

/// A certificate, as a client is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its ARN.
    pub arn: String,
    /// Its names, its domain first.
    pub names: Vec<String>,
    /// Since when it is good.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl World {
    /// True if a port of a balancer's address speaks TLS now.
    pub fn speaks_tls(&self, to: IpAddr, port: u16) -> bool {
        self.listener_at(to, port).is_some_and(Listener::speaks_tls)
    }

    /// The certificate that a client is shown which asks for `name`; `None` if ACM does not have it.
    ///
    /// AWS: Application Load Balancers guide, HTTPS listeners: the certificate whose names match the one that the
    /// client asks for by SNI; the default one if none does, or if it asks for none.
    pub fn certificate_at(&self, to: IpAddr, port: u16, name: Option<&str>) -> Option<Shown> {
        let arns = &self.listener_at(to, port)?.certificates;
        let fits = |arn: &&String| {
            let known = self.acm.certificates.get(*arn);
            name.is_some_and(|name| known.is_some_and(|own| own.names.iter().any(|own| covers(own, name))))
        };
        let arn = arns.iter().find(fits).or_else(|| arns.first())?;
        let own: &acm::Certificate = self.acm.certificates.get(arn)?;
        let (from, until) = own.issued.zip(own.ends)?;
        Some(Shown { arn: arn.clone(), names: own.names.clone(), from, until })
    }

    fn listener_at(&self, to: IpAddr, port: u16) -> Option<&Listener> {
        self.balancer_at(to)?.0.listeners.get(&port)
    }
}

/// Whether a certificate's name is that of a host. RFC 6125: an asterisk stands for one whole label, the first.
pub fn covers(own: &str, host: &str) -> bool {
    match own.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(_, above)| above.eq_ignore_ascii_case(parent)),
        None => own.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::{
        reference::{SEOUL, SITE},
        testing::world,
    };

    /// AWS: "If the hostname provided by a client matches a single certificate in the certificate list, the load
    /// balancer selects this certificate."; else the default one.
    #[test]
    fn the_name_that_a_client_asks_for_chooses_the_certificate() {
        let mut world = world();
        let own = |world: &mut World, name: &str| {
            world.acm_issue(SEOUL.code, &[name.to_owned(), format!("*.{name}")])
        };
        let second = own(&mut world, "example.org");
        let to: IpAddr = SEOUL.balancer[0].into();
        let balancer = world.balancer_at(to).unwrap().0.arn.clone();
        let listener = world.elb.balancers.get_mut(&balancer).unwrap().listeners.get_mut(&443).unwrap();
        let default = listener.certificates[0].clone();
        listener.certificates.push(second.clone());
        let shown = |name| world.certificate_at(to, 443, name).unwrap().arn;
        assert_eq!(shown(Some("shop.EXAMPLE.org")), second);
        for name in [Some(SITE), Some("a.b.example.org"), Some("example.net"), None] {
            assert_eq!(shown(name), default, "{name:?}");
        }
        assert!(world.speaks_tls(to, 443) && !world.speaks_tls(to, 80) && !world.speaks_tls(to, 8443));
        assert_eq!(world.certificate_at(to, 80, Some(SITE)), None);
    }
}
