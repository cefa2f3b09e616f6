//! Certificate: the authority and the site's certificate, made when a lab starts.
//! Invariant: keys never leave memory; only the authority's certificate is shown.
//! Not here: TLS sessions (see `site`).
//! Used by: `running`.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};

/// What the site's doors serve TLS with.
pub(super) struct Certificates {
    /// The configuration of the doors.
    pub(super) server: Arc<ServerConfig>,
    /// The authority, for clients.
    pub(super) ca_pem: String,
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Keys or certificates.
    #[error("the lab's certificates could not be made")]
    Make(#[from] rcgen::Error),
    /// The configuration of TLS.
    #[error("the lab's certificates could not be used")]
    Use(#[from] rustls::Error),
}

impl Certificates {
    /// An authority and a certificate for these zones and the names in them, good at `now`, the world's time, for a year.
    pub(super) fn make(now: Timestamp, zones: &[String]) -> Result<Certificates, CertificateError> {
        let mut authority = params(Vec::new(), "firedrill lab CA", now)?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

        let names: Vec<String> = zones.iter().flat_map(|zone| [zone.clone(), format!("*.{zone}")]).collect();
        let mut leaf = params(names, zones.first().map_or("firedrill lab", String::as_str), now)?;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&key, &authority)?;

        let chain = vec![leaf.der().clone(), authority.der().clone()];
        let key =
            PrivateKeyDer::try_from(key.serialize_der()).map_err(|why| rustls::Error::General(why.into()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificates { server: Arc::new(server), ca_pem: authority.pem() })
    }
}

fn params(names: Vec<String>, name: &str, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::OrganizationName, "firedrill lab");
    params.distinguished_name.push(DnType::CommonName, name);
    let today = now.to_zoned(TimeZone::UTC).date();
    let date = |date: jiff::civil::Date| {
        date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = date(today.saturating_sub(30.days()));
    params.not_after = date(today.saturating_add(365.days()));
    Ok(params)
}
