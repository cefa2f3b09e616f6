//! Control: the port where a teacher or a test breaks things, heals them, and looks behind the scenes.
//! Invariant: answers JSON to every request; nothing that a browser sends on behalf of a web site is obeyed.
//! Not here: what a breakage is (see `world::breakage`), the verbs of the command line (see `cli`).
//! Used by: `running`.

mod guard;
mod routes;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use super::{listen, shared::Shared};

/// A rule or a breakage is a line of text.
const LARGEST: usize = 64 * 1024;

/// Serves until dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    listen::serve(listener, &shared.clock, |stream| connection(stream, Arc::clone(&shared))).await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(async |request| Ok::<_, Infallible>(printed(answer(request, &shared).await)));
    // A client that goes away mid-request is not the lab's concern.
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

/// What a request is answered.
#[derive(Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    body: Value,
    /// The method to use instead.
    allow: Option<&'static str>,
}

impl Answer {
    fn done(body: Value) -> Answer {
        Answer { status: StatusCode::OK, body, allow: None }
    }

    fn error(status: StatusCode, why: impl Into<String>) -> Answer {
        Answer { status, body: json!({ "error": why.into() }), allow: None }
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Answer {
    let (head, body) = request.into_parts();
    if let Err(why) = guard::check(&head) {
        return Answer::error(StatusCode::FORBIDDEN, why);
    }
    match Limited::new(body, LARGEST).collect().await {
        Ok(body) => routes::answer(&Request::from_parts(head, body.to_bytes()), shared),
        Err(_) => Answer::error(StatusCode::PAYLOAD_TOO_LARGE, "the request is larger than 64 KiB"),
    }
}

fn printed(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body.to_string() + "\n")));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(allow) = answer.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}
