//! Site: the ports of the balancers' addresses, where the sites answer.
//! Invariant: a connection keeps its identity, so that the world can let tracked ones survive and cut others.
//! Not here: what is reachable and what is answered (see `World::site`).
//! Used by: `running`.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{
    gate::Gate,
    shared::{AGAIN, Shared},
};
use crate::lab::{
    wire::http_date,
    world::{
        reference::CLIENT,
        site::{ConnectionId, SiteOutcome, SiteRequest},
    },
};

/// What a user may send; the sites read none of it.
const LARGEST: usize = 1 << 20;

/// One port of a balancer's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Balancer {
    /// The address in the world.
    pub(super) address: Ipv4Addr,
    /// The port in the world.
    pub(super) port: u16,
}

/// Serves one port until dropped, and every connection with it; open or closed as the world says.
pub(super) async fn serve(mut gate: Gate, balancer: Balancer, tls: TlsAcceptor, shared: Arc<Shared>) {
    let mut changes = shared.changes();
    let mut connections = JoinSet::new();
    loop {
        let reach =
            shared.with(|world, now| world.connects(now, CLIENT, balancer.address.into(), balancer.port));
        // A port that cannot be switched stays as it was; the next change tries again.
        let _ = gate.set(reach, &shared.clock).await;
        tokio::select! {
            // It ends only with the lab.
            changed = changes.changed() => if changed.is_err() { return },
            accepted = gate.accept() => match accepted {
                Ok(stream) => {
                    connections.spawn(connection(stream, balancer, tls.clone(), Arc::clone(&shared)));
                }
                // The machine is out of descriptors, most likely: clients that end give some back.
                Err(_) => shared.clock.sleep(AGAIN).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, balancer: Balancer, tls: TlsAcceptor, shared: Arc<Shared>) {
    // Without it TLS's session tickets delay the first answer. It fails only on a dead socket.
    let _ = stream.set_nodelay(true);
    if !shared.with(|world, _| world.speaks_tls(balancer.address.into(), balancer.port)) {
        requests(stream, balancer, false, shared).await;
    } else if let Ok(stream) = tls.accept(stream).await {
        requests(stream, balancer, true, shared).await;
    }
}

async fn requests<S>(stream: S, balancer: Balancer, tls: bool, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let client = Client { balancer, tls, shared, connection: Mutex::new(None) };
    let service = service_fn(|request| client.answer(request));
    // An error here is a client that went away, or one that the world cut off.
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
    client.left();
}

/// One client's connection.
struct Client {
    balancer: Balancer,
    tls: bool,
    shared: Arc<Shared>,
    connection: Mutex<Option<ConnectionId>>,
}

/// The connection was reset.
#[derive(Debug, thiserror::Error)]
#[error("connection reset")]
struct Reset;

impl Client {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Reset> {
        let asked = self.asked(&request);
        // The body is read so that the connection can go on; the sites need nothing of it.
        Limited::new(request.into_body(), LARGEST).collect().await.map_err(|_| Reset)?;
        let outcome = self.shared.with(|world, now| world.site(now, &asked));
        match outcome {
            SiteOutcome::Dropped => std::future::pending().await,
            SiteOutcome::Refused => Err(Reset),
            SiteOutcome::Silent { connection } => {
                self.keep(connection);
                std::future::pending().await
            }
            SiteOutcome::Answer { after, status, headers, body, connection } => {
                self.keep(connection);
                self.shared.clock.sleep(after).await;
                Ok(self.response(status, headers, body))
            }
        }
    }

    fn asked(&self, request: &Request<Incoming>) -> SiteRequest {
        let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or("");
        SiteRequest {
            from: CLIENT,
            to: self.balancer.address.into(),
            port: self.balancer.port,
            tls: self.tls,
            host: host.to_owned(),
            method: request.method().to_string(),
            path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            connection: self.known(),
        }
    }

    fn response(&self, status: u16, headers: Vec<(String, String)>, body: String) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        let date = ("date".to_owned(), http_date(self.shared.clock.now().wall));
        for (name, value) in headers.into_iter().chain([date]) {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    fn known(&self) -> Option<ConnectionId> {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, connection: ConnectionId) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
    }

    fn left(&self) {
        if let Some(connection) = self.known() {
            self.shared.with(|world, _| world.disconnect(connection));
        }
    }
}
