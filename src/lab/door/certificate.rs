//! Certificate: the authority, made when a lab starts, and the certificates that it signs when a client is shown them.
//! Invariant: keys never leave memory; only the authority's certificate is shown.
//! Not here: which certificate a client is shown (see `World::certificate_at`), TLS sessions (see `site`).
//! Used by: `running`, `tls`.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{crypto::ring::sign::any_supported_type, pki_types::PrivateKeyDer, sign::CertifiedKey};

use crate::lab::world::site::Shown;

/// The authority, and what it has signed.
pub(super) struct Certificates {
    authority: CertifiedIssuer<'static, KeyPair>,
    /// What is shown where ACM knows of no certificate.
    plain: Shown,
    /// By ARN and end, so that a renewed one is another.
    signed: Mutex<BTreeMap<(String, Timestamp), Arc<CertifiedKey>>>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificates").field("plain", &self.plain).finish_non_exhaustive()
    }
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Keys or certificates.
    #[error("the lab's certificates could not be made")]
    Make(#[from] rcgen::Error),
    /// The use of them.
    #[error("the lab's certificates could not be used")]
    Use(#[from] rustls::Error),
}

impl Certificates {
    /// An authority that is good at `now`, the world's time, for a year; where ACM knows of no certificate, these zones
    /// and the names in them have one.
    pub(super) fn make(now: Timestamp, zones: &[String]) -> Result<Certificates, CertificateError> {
        let day = |days: i64| now.saturating_add((24 * days).hours()).unwrap_or(now);
        let (from, until) = (day(-365), day(3650));
        let mut authority = params(Vec::new(), "firedrill lab CA", (from, until))?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let names = zones.iter().flat_map(|zone| [zone.clone(), format!("*.{zone}")]).collect();
        let plain = Shown { arn: String::new(), names, from: day(-30), until: day(365) };
        let made = Certificates { authority, plain, signed: Mutex::default() };
        made.signed(None)?;
        Ok(made)
    }

    /// The authority, for clients.
    pub(super) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// The certificate that a client is shown, signed when it is first shown.
    pub(super) fn signed(&self, shown: Option<Shown>) -> Result<Arc<CertifiedKey>, CertificateError> {
        let shown = shown.unwrap_or_else(|| self.plain.clone());
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (shown.arn.clone(), shown.until);
        if let Some(known) = signed.get(&key) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(self.sign(&shown)?);
        signed.insert(key, Arc::clone(&new));
        Ok(new)
    }

    fn sign(&self, shown: &Shown) -> Result<CertifiedKey, CertificateError> {
        let name = shown.names.first().map_or("firedrill lab", String::as_str);
        let mut leaf = params(shown.names.clone(), name, (shown.from, shown.until))?;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&key, &self.authority)?;
        let chain = vec![leaf.der().clone(), self.authority.der().clone()];
        let key =
            PrivateKeyDer::try_from(key.serialize_der()).map_err(|why| rustls::Error::General(why.into()))?;
        Ok(CertifiedKey::new(chain, any_supported_type(&key)?))
    }
}

fn params(
    names: Vec<String>,
    name: &str,
    (from, until): (Timestamp, Timestamp),
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::OrganizationName, "firedrill lab");
    params.distinguished_name.push(DnType::CommonName, name);
    // Before 1970 there is no world.
    let second = |at: Timestamp| Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
    let epoch = date_time_ymd(1970, 1, 1);
    (params.not_before, params.not_after) = (epoch + second(from), epoch + second(until));
    Ok(params)
}
