//! HTTP: one request over one connection of its own, each phase stamped.
//! Invariant: no connection is reused, no redirect followed, nothing sent twice.
//! Not here: names (the request carries an address), meaning of statuses.
//! Used by: `net::real`.

use bytes::Bytes;
use http::{Method, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};
use tokio_rustls::TlsConnector;

use super::{RealNet, tls};
use crate::net::{Failure, Fetched, NetError, Phase, Progress, Request, Response};

/// More of a body than this is not read.
pub(super) const BODY_LIMIT: usize = 64 * 1024;
/// How a probe names itself in the site's own logs.
pub(super) const USER_AGENT: &str = concat!("firedrill/", env!("CARGO_PKG_VERSION"));

/// Connects, asks, reads the answer and closes.
pub(super) async fn fetch(net: &RealNet, request: &Request) -> Fetched {
    let mut progress = Progress::default();
    let outcome = net.clock.timeout(request.within, exchange(net, request, &mut progress)).await;
    let result =
        outcome.unwrap_or_else(|| Err((waiting_in(request, &progress), Failure::Timeout(request.within))));
    Fetched {
        progress,
        result: result.map_err(|(phase, failure)| NetError::new(phase, request.address, failure)),
    }
}

/// The phase that a request with this progress is in.
fn waiting_in(request: &Request, progress: &Progress) -> Phase {
    match progress {
        Progress { connected: None, .. } => Phase::Connect,
        Progress { secured: None, .. } if request.url.tls => Phase::Secure,
        Progress { first_byte: None, .. } => Phase::Answer,
        _ => Phase::Body,
    }
}

type Step<T> = Result<T, (Phase, Failure)>;

fn at<E: Into<Failure>>(phase: Phase) -> impl Fn(E) -> (Phase, Failure) {
    move |error| (phase, error.into())
}

async fn exchange(net: &RealNet, request: &Request, progress: &mut Progress) -> Step<Response> {
    let tcp = connect(net, request).await?;
    progress.connected = Some(net.clock.now());
    if !request.url.tls {
        return converse(net, request, tcp, progress).await;
    }
    let host = request.url.host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| (Phase::Secure, Failure::Ours(format!("{} is no TLS server name", request.url.host))))?;
    let config = net.tls.clone().ok_or_else(|| (Phase::Secure, tls::blind()))?;
    let stream = TlsConnector::from(config).connect(name, tcp).await.map_err(at(Phase::Secure))?;
    progress.secured = Some(net.clock.now());
    converse(net, request, stream, progress).await
}

async fn connect(net: &RealNet, request: &Request) -> Step<TcpStream> {
    let connecting = TcpStream::connect(net.map.translate(request.address));
    let tcp = match net.clock.timeout(request.connect_within, connecting).await {
        Some(connected) => connected.map_err(at(Phase::Connect))?,
        None => return Err((Phase::Connect, Failure::Timeout(request.connect_within))),
    };
    // Nagle's algorithm with delayed acknowledgements adds 40 ms that no user's browser sees.
    tcp.set_nodelay(true).map_err(at(Phase::Connect))?;
    Ok(tcp)
}

async fn converse<S>(net: &RealNet, request: &Request, stream: S, progress: &mut Progress) -> Step<Response>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let ask = message(request).map_err(|error| (Phase::Answer, Failure::Ours(error.to_string())))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(at(Phase::Answer))?;
    // Dropped with this future, also when time is up: the set aborts what drives the connection.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(ask).await.map_err(at(Phase::Answer))?;
    progress.first_byte = Some(net.clock.now());
    let (head, body) = answer.into_parts();
    let body = prefix(body).await.map_err(at(Phase::Body))?;
    Ok(Response { status: head.status.as_u16(), headers: head.headers, body })
}

fn message(request: &Request) -> Result<http::Request<Empty<Bytes>>, http::Error> {
    let mut message = http::Request::builder()
        .method(request.method.clone())
        .uri(&request.url.path)
        .header(header::HOST, request.url.authority())
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close");
    // Many servers refuse a POST that does not say how long its body is, also when there is none.
    if !matches!(request.method, Method::GET | Method::HEAD) {
        message = message.header(header::CONTENT_LENGTH, 0);
    }
    message.body(Empty::new())
}

async fn prefix(mut body: Incoming) -> Result<Bytes, hyper::Error> {
    let mut read = Vec::new();
    while read.len() < BODY_LIMIT
        && let Some(frame) = body.frame().await
    {
        if let Ok(data) = frame?.into_data() {
            let room = BODY_LIMIT - read.len();
            read.extend_from_slice(&data[..data.len().min(room)]);
        }
    }
    Ok(read.into())
}
