//! Tls: the certificate that each client of a balancer's port is shown.
//! Invariant: the world is asked anew at each handshake.
//! Not here: which certificate that is (see `World::certificate_at`), signing it (see `certificate`).
//! Used by: `running`.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use super::{certificate::Certificates, shared::Shared, site::Balancer};

/// One port of a balancer's address.
#[derive(Debug)]
struct Port {
    balancer: Balancer,
    shared: Arc<Shared>,
    certificates: Arc<Certificates>,
}

impl ResolvesServerCert for Port {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let Balancer { address, port } = self.balancer;
        let name = hello.server_name();
        let shown = self.shared.with(|world, _| world.certificate_at(address.into(), port, name));
        // Without one the handshake fails, as the client is told.
        self.certificates.signed(shown).ok()
    }
}

/// What takes TLS at a port.
pub(super) fn acceptor(
    balancer: Balancer,
    shared: &Arc<Shared>,
    certificates: &Arc<Certificates>,
) -> Result<TlsAcceptor, rustls::Error> {
    let port = Port { balancer, shared: Arc::clone(shared), certificates: Arc::clone(certificates) };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(port));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
