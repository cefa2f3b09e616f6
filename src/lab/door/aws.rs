//! Aws: the HTTP port where every AWS service answers.
//! Invariant: every request is answered in its own protocol; the world is locked only while it answers.
//! Not here: protocols (see `lab::wire`).
//! Used by: `running`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONTENT_TYPE, DATE},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};

use super::{listen, record::Entry, shared::Shared};
use crate::lab::{
    wire::{Asked, http_date},
    world::misbehave::{Delivery, Exchange},
};

/// No request of AWS's that the lab answers comes near this size.
const LARGEST: usize = 1 << 20;

/// Serves until dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    listen::serve(listener, &shared.clock, |stream| connection(stream, Arc::clone(&shared))).await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Without it a small answer waits for the acknowledgement of the one before. It fails only on a dead socket.
    let _ = stream.set_nodelay(true);
    let resets = AtomicBool::new(false);
    let service = service_fn(async |request| {
        let answered = answer(request, &shared).await;
        resets.store(matches!(answered, Err(Unanswered::Reset)), Ordering::Relaxed);
        answered
    });
    // The world's time is in the headers already.
    let mut connection =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service);
    // A client that goes away mid-request is not the lab's concern.
    let _ = (&mut connection).await;
    if resets.load(Ordering::Relaxed) {
        // Closing with this set sends a reset in place of an orderly end.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The connection ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// In an orderly way.
    #[error("closed without an answer")]
    Closed,
    /// By a reset.
    #[error("reset without an answer")]
    Reset,
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Unanswered> {
    let (head, body) = request.into_parts();
    let whole = if body.size_hint().lower() > LARGEST as u64 {
        None
    } else {
        Limited::new(body, LARGEST).collect().await.ok()
    };
    match whole {
        Some(body) => {
            let request = Request::from_parts(head, body.to_bytes());
            exchange(&request, shared).await.map(|response| response.map(Full::new))
        }
        None => {
            let (head, now) = (Request::from_parts(head, Bytes::new()), shared.clock.now().wall);
            Ok(Asked::too_large(&head, &shared.request_id(), now).map(Full::new))
        }
    }
}

/// Asks the world, and brings its answer the way it says.
pub(super) async fn exchange(
    request: &Request<Bytes>,
    shared: &Shared,
) -> Result<Response<Bytes>, Unanswered> {
    let asked = Asked::read(request, &|access_key| shared.with(|world, _| world.key(access_key)));
    let exchange = match &asked.call {
        Ok(call) => shared.with(|world, now| world.exchange(now, call)),
        Err(fault) => Exchange::refused(fault.clone()),
    };
    if exchange.after > Duration::ZERO {
        shared.clock.sleep(exchange.after).await;
    }
    let now = shared.clock.now().wall;
    let delivered = delivered(&asked, &exchange, &shared.request_id(), now);
    if let Some(record) = &shared.record {
        let response = delivered.as_ref().ok().and_then(Option::as_ref);
        record.write(&Entry { request, asked: &asked, exchange: &exchange, response, at: now });
    }
    match delivered? {
        Some(response) => Ok(response),
        // The client's patience ends this.
        None => std::future::pending().await,
    }
}

/// What goes out: an answer, or `None` for ever.
fn delivered(
    asked: &Asked,
    exchange: &Exchange,
    request_id: &str,
    now: Timestamp,
) -> Result<Option<Response<Bytes>>, Unanswered> {
    let at = |now| asked.answer(&exchange.reply, request_id, now);
    Ok(Some(match exchange.delivery {
        Delivery::Whole => at(now),
        Delivery::Skewed(by) => at(now.checked_sub(by).unwrap_or(now)),
        Delivery::Cut => at(now).map(|body| body.slice(..body.len() / 2)),
        Delivery::Html => bad_gateway(now),
        Delivery::Closed => return Err(Unanswered::Closed),
        Delivery::Reset => return Err(Unanswered::Reset),
        Delivery::Never => return Ok(None),
    }))
}

/// The page of a proxy that found nobody behind it.
fn bad_gateway(now: Timestamp) -> Response<Bytes> {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    let mut response = Response::new(Bytes::from_static(page.as_bytes()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    if let Ok(date) = HeaderValue::from_str(&http_date(now)) {
        response.headers_mut().insert(DATE, date);
    }
    response
}
