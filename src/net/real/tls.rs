//! TLS: the one client configuration that every probe shares.
//! Invariant: certificates are verified; no session is resumed, so each handshake is a whole one.
//! Not here: handshakes (see `fetch`, `keep_alive`).
//! Used by: `net::real`.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::net::{Failure, NetError, Phase};

/// A configuration that trusts the machine's certificate authorities and those in `extra_ca` (PEM); `None` if there
/// are none at all, so that every site would look broken.
pub(super) fn config(extra_ca: Option<&str>) -> Result<Option<ClientConfig>, NetError> {
    let roots = roots(extra_ca)?;
    if roots.is_empty() {
        return Ok(None);
    }
    trusting(roots).map(Some)
}

/// A configuration for sites that are not asked over TLS.
pub(super) fn trusting_nobody() -> Result<ClientConfig, NetError> {
    trusting(RootCertStore::empty())
}

fn trusting(roots: RootCertStore) -> Result<ClientConfig, NetError> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| cannot(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // A resumed handshake is shorter than a new user's: it would measure something else.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// What a machine without certificate authorities says of every https site.
pub(super) fn blind() -> Failure {
    Failure::Ours("no certificate authority is installed; install the ca-certificates package".into())
}

fn roots(extra_ca: Option<&str>) -> Result<RootCertStore, NetError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    // A machine's store often holds a few certificates that rustls does not take; the others still count.
    roots.add_parsable_certificates(native.certs);
    for certificate in CertificateDer::pem_slice_iter(extra_ca.unwrap_or_default().as_bytes()) {
        let certificate = certificate.map_err(|error| cannot(format!("the extra CA is not PEM: {error}")))?;
        roots.add(certificate).map_err(|error| cannot(format!("the extra CA is not usable: {error}")))?;
    }
    Ok(roots)
}

fn cannot(why: String) -> NetError {
    NetError::new(Phase::Secure, "any site", Failure::Ours(why))
}
