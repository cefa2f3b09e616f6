//! Fetch: one request over a connection of its own.
//! Invariant: what decides is the world at the moment of each packet: a SYN that is dropped is sent again, later and
//! later, as TCP does.
//! Used by: `net`, `keep_alive`.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::WorldNet;
use crate::{
    clock::Stamp,
    drill::model::Url,
    lab::world::{
        reference::CLIENT,
        site::{ConnectionId, Reach, SiteOutcome, SiteRequest, covers},
    },
    net::{Failure, Fetched, NetError, Phase, Progress, Request, Response},
};

/// From this machine to a balancer and back.
const ROUND_TRIP: Duration = Duration::from_millis(2);
/// A SYN without an answer is sent again after this, and then after twice as long (RFC 6298, section 2.1).
const SYN_AGAIN: Duration = Duration::from_secs(1);

/// One request, and the connection's end.
pub(super) async fn fetch(net: &WorldNet, request: &Request) -> Fetched {
    let mut progress = Progress::default();
    let asked = Asked { address: request.address, url: &request.url, method: &request.method };
    let whole = async {
        connect(net, request.address, request.connect_within).await?;
        progress.connected = Some(net.clock.now());
        if request.url.tls {
            secure(net, request.address, &request.url.host).await?;
            progress.secured = Some(net.clock.now());
        }
        let answer = ask(net, &asked, None).await;
        if let Some(connection) = answer.connection {
            net.door.with(|world, _| world.disconnect(connection));
        }
        progress.first_byte = answer.first_byte;
        answer.result
    };
    let result = net.clock.timeout(request.within, whole).await;
    let result = result.unwrap_or_else(|| {
        let phase = if progress.connected.is_none() { Phase::Connect } else { Phase::Answer };
        Err(NetError::new(phase, request.address, Failure::Timeout(request.within)))
    });
    Fetched { progress, result }
}

/// What is asked over a connection.
pub(super) struct Asked<'a> {
    /// The balancer's address.
    pub(super) address: SocketAddr,
    /// Site and path.
    pub(super) url: &'a Url,
    /// The method.
    pub(super) method: &'a Method,
}

/// What came back, and on which connection.
pub(super) struct Answered {
    pub(super) connection: Option<ConnectionId>,
    pub(super) first_byte: Option<Stamp>,
    pub(super) result: Result<Response, NetError>,
}

/// Opens a connection, as far as packets get there.
pub(super) async fn connect(net: &WorldNet, to: SocketAddr, within: Duration) -> Result<(), NetError> {
    let (began, mut pause) = (net.clock.now(), SYN_AGAIN);
    loop {
        net.clock.sleep(ROUND_TRIP).await;
        match net.door.with(|world, now| world.connects(now, CLIENT, to.ip(), to.port())) {
            Reach::Open => return Ok(()),
            Reach::Refused => return Err(NetError::new(Phase::Connect, to, Failure::Refused)),
            Reach::Dropped => {}
        }
        let left = within.saturating_sub(net.clock.now().since(began));
        net.clock.sleep(pause.min(left)).await;
        if pause >= left {
            return Err(NetError::new(Phase::Connect, to, Failure::Timeout(within)));
        }
        pause *= 2;
    }
}

/// The handshake: the balancer speaks TLS there, and shows a certificate for this host that is good today.
pub(super) async fn secure(net: &WorldNet, to: SocketAddr, host: &str) -> Result<(), NetError> {
    net.clock.sleep(ROUND_TRIP).await;
    let failed = |why| Err(NetError::new(Phase::Secure, to, Failure::Tls(why)));
    let (speaks, shown, now) = net.door.with(|world, now| {
        (world.speaks_tls(to.ip(), to.port()), world.certificate_at(to.ip(), to.port(), Some(host)), now)
    });
    if !speaks {
        return failed(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
    }
    let Some(shown) = shown else {
        return failed(rustls::Error::AlertReceived(rustls::AlertDescription::UnrecognisedName));
    };
    let problem = if !shown.names.iter().any(|name| covers(name, host)) {
        Some(rustls::CertificateError::NotValidForName)
    } else if now < shown.from {
        Some(rustls::CertificateError::NotValidYet)
    } else if now > shown.until {
        Some(rustls::CertificateError::Expired)
    } else {
        None
    };
    problem.map_or(Ok(()), |problem| failed(rustls::Error::InvalidCertificate(problem)))
}

/// Sends the request and waits for its answer, for ever if none comes: whoever calls has the patience.
pub(super) async fn ask(net: &WorldNet, asked: &Asked<'_>, over: Option<ConnectionId>) -> Answered {
    let request = SiteRequest {
        from: CLIENT,
        to: asked.address.ip(),
        port: asked.address.port(),
        tls: asked.url.tls,
        host: asked.url.authority(),
        method: asked.method.to_string(),
        path: asked.url.path.clone(),
        connection: over,
    };
    match net.door.with(|world, now| world.site(now, &request)) {
        SiteOutcome::Dropped | SiteOutcome::Silent { .. } => std::future::pending().await,
        SiteOutcome::Refused => {
            let reset = NetError::new(Phase::Answer, asked.address, Failure::Reset);
            Answered { connection: None, first_byte: None, result: Err(reset) }
        }
        SiteOutcome::Answer { after, status, headers, body, connection } => {
            net.clock.sleep(ROUND_TRIP + after).await;
            let response = Response { status, headers: header_map(headers), body: Bytes::from(body) };
            let first_byte = Some(net.clock.now());
            Answered { connection: Some(connection), first_byte, result: Ok(response) }
        }
    }
}

fn header_map(headers: Vec<(String, String)>) -> HeaderMap {
    let pairs = headers.into_iter().filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(&value).ok()?))
    });
    pairs.collect()
}
