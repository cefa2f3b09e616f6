//! Aws: the HTTP port where every AWS service answers.
//! Invariant: every request is answered in its own protocol; the world is locked only while it answers.
//! Not here: protocols (see `lab::wire`).
//! Used by: `running`.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    record::Exchange,
    shared::{AGAIN, Shared},
};
use crate::lab::wire::Asked;

/// No request of AWS's that the lab answers comes near this size.
const LARGEST: usize = 1 << 20;

/// Accepts and serves until dropped, and every connection with it.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
                // The machine is out of descriptors, most likely: clients that end give some back.
                Err(_) => shared.clock.sleep(AGAIN).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Without it a small answer waits for the acknowledgement of the one before. It fails only on a dead socket.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &shared));
    // The world's time is in the headers already. A client that goes away mid-request is not the lab's concern.
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > LARGEST as u64 {
        return Ok(too_large());
    }
    Ok(match Limited::new(body, LARGEST).collect().await {
        Ok(body) => exchange(&Request::from_parts(head, body.to_bytes()), shared).map(Full::new),
        Err(_) => too_large(),
    })
}

fn too_large() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("the request is larger than 1 MiB, or was cut off\n"));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

fn exchange(request: &Request<Bytes>, shared: &Shared) -> Response<Bytes> {
    let asked = Asked::read(request, &|access_key| shared.with(|world, _| world.key(access_key)));
    let (reply, now) = match &asked.call {
        Ok(call) => shared.with(|world, now| (world.handle(now, call), now)),
        Err(fault) => (Err(fault.clone()), shared.clock.now().wall),
    };
    let response = asked.answer(&reply, &shared.request_id(), now);
    if let Some(record) = &shared.record {
        let (asked, reply, response) = (&asked, &reply, Some(&response));
        record.write(&Exchange { request, asked, reply, response, misbehaved: None, at: now });
    }
    response
}
