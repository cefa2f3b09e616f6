//! Door: the port of the screen: its page, and each new state of the run as a server-sent event.
//! Invariant: answers GET alone, to those who came by its own name alone (a page elsewhere that has its name point to
//! loopback is turned away); no script runs but the one here.
//! Used by: wall.

use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{body::Frame, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{feed::Shown, script::SCRIPT};
use crate::clock::Clock;

/// How often a line without meaning is sent, so that a screen that is gone is noticed.
const PULSE: Duration = Duration::from_secs(15);
/// How long to wait when the machine is out of descriptors.
const AGAIN: Duration = Duration::from_millis(100);
/// No more screens than these at once.
const SCREENS: usize = 64;

type Body = BoxBody<Bytes, Infallible>;
type Receiver = watch::Receiver<Arc<Shown>>;

/// A port on loopback.
pub(super) struct Door {
    listener: TcpListener,
    port: u16,
    shown: Receiver,
}

impl Door {
    pub(super) async fn open(port: u16, shown: Receiver) -> io::Result<Door> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Door { listener, port, shown })
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves every screen until dropped.
    pub(super) async fn serve(self, clock: Clock) {
        let mut screens = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if screens.len() < SCREENS => match accepted {
                    Ok((stream, _)) => {
                        screens.spawn(screen(stream, self.shown.clone(), self.port, clock));
                    }
                    Err(_) => clock.sleep(AGAIN).await,
                },
                Some(_) = screens.join_next() => {}
            }
        }
    }
}

async fn screen(stream: TcpStream, shown: Receiver, port: u16, clock: Clock) {
    // It fails only on a dead socket.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let answer = answer(&request, &shown, port, clock);
        async { Ok::<_, Infallible>(answer) }
    });
    // A screen that goes away is nobody's concern.
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

fn answer<B>(request: &Request<B>, shown: &Receiver, port: u16, clock: Clock) -> Response<Body> {
    let asked = request.headers();
    if !is_ours(asked, port) {
        return plain(StatusCode::FORBIDDEN, "this screen is reached as 127.0.0.1 or localhost alone\n");
    }
    if request.method() != Method::GET {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "this screen has no controls: GET alone\n");
    }
    match request.uri().path() {
        "/" => {
            let page = shown.borrow().page.clone();
            with_type(Response::new(full(page)), "text/html; charset=utf-8")
        }
        "/events" => {
            let last = asked.get("last-event-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
            let body = StreamBody::new(events(shown.clone(), last.to_owned(), clock)).boxed();
            with_type(Response::new(body), "text/event-stream")
        }
        _ => plain(StatusCode::NOT_FOUND, "nothing is here but / and /events\n"),
    }
}

/// True for requests that name this port on loopback: a browser that was led here by another name says that name.
fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}"))
}

/// The state of the run unless the screen has it already, and each one after it.
fn events(
    mut shown: Receiver,
    last: String,
    clock: Clock,
) -> impl stream::Stream<Item = Result<Frame<Bytes>, Infallible>> + Send {
    // A new receiver has seen nothing: the present state counts as news unless the screen names it.
    shown.mark_changed();
    stream::unfold((shown, last), move |(mut shown, last)| async move {
        loop {
            let news = clock.timeout(PULSE, shown.changed()).await;
            let state = match news {
                Some(Ok(())) => Arc::clone(&shown.borrow_and_update()),
                // The feed has ended, and the connection with it.
                Some(Err(_)) => return None,
                None => {
                    return Some((Ok(Frame::data(Bytes::from_static(b": still here\n\n"))), (shown, last)));
                }
            };
            if state.id != last {
                let frame = Frame::data(Bytes::from(event(&state)));
                return Some((Ok(frame), (shown, state.id.clone())));
            }
        }
    })
}

fn event(state: &Shown) -> String {
    let mut event = format!("retry: 1000\nid: {}\n", state.id);
    for line in state.fragment.split(['\n', '\r']) {
        event.push_str("data: ");
        event.push_str(line);
        event.push('\n');
    }
    event.push('\n');
    event
}

fn plain(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = with_type(Response::new(full(words)), "text/plain; charset=utf-8");
    *response.status_mut() = status;
    response
}

fn full(body: impl Into<Bytes>) -> Body {
    Full::new(body.into()).boxed()
}

fn with_type(mut response: Response<Body>, kind: &'static str) -> Response<Body> {
    let digest = BASE64_STANDARD.encode(Sha256::digest(SCRIPT));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    // Letters, digits and punctuation: always a header's value.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
