//! Transport: what carries a call to AWS and its answer back, where that is not this machine's own network.
//! Invariant: everything above the bytes is the SDK's own: building, signing, timeouts, retries, parsing.
//! Not here: the ordinary way (see `config`), what answers at the other end.
//! Used by: `config`; whoever brings a transport of its own.

use std::{fmt, io, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_smithy_runtime_api::client::{
    http::{
        HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
        http_client_fn,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    retries::ErrorKind,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use crate::{clock::Clock, text};

/// Carries one request to where AWS is, and the answer back.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// The whole answer to a whole request.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken>;
}

/// A connection that ended without an answer. Whether the request arrived is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// In an orderly way.
    #[error("connection closed before message completed")]
    Closed,
    /// By a reset.
    #[error("connection reset")]
    Reset,
}

/// An HTTP client of the SDK's that sends everything over `transport`.
pub(super) fn http_client(transport: Arc<dyn Transport>, clock: Clock) -> SharedHttpClient {
    http_client_fn(move |settings: &HttpConnectorSettings, _| {
        let (transport, read_timeout) = (transport.clone(), settings.read_timeout());
        SharedHttpConnector::new(Connector { transport, clock, read_timeout })
    })
}

#[derive(Debug)]
struct Connector {
    transport: Arc<dyn Transport>,
    clock: Clock,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (transport, clock, patience) = (self.transport.clone(), self.clock, self.read_timeout);
        HttpConnectorFuture::new(async move {
            let request = request_of(request)?;
            let answer = match patience {
                None => Some(transport.send(request).await),
                Some(patience) => clock.timeout(patience, transport.send(request)).await,
            };
            match answer {
                Some(Ok(answer)) => response_of(answer),
                Some(Err(broken)) => Err(broken.into()),
                None => {
                    let patience = text::duration(patience.unwrap_or_default());
                    let why = io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {patience}"));
                    Err(ConnectorError::timeout(why.into()))
                }
            }
        })
    }
}

fn request_of(request: HttpRequest) -> Result<http::Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|why| ConnectorError::user(why.into()))?;
    let (head, body) = request.into_parts();
    let body = body.bytes().map(Bytes::copy_from_slice);
    let body = body.ok_or_else(|| ConnectorError::user("a body that is a stream cannot be sent".into()))?;
    Ok(http::Request::from_parts(head, body))
}

fn response_of(answer: http::Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|why| ConnectorError::other(why.into(), None))
}

impl From<Broken> for ConnectorError {
    /// As the SDK's own HTTP client tells them.
    fn from(broken: Broken) -> ConnectorError {
        match broken {
            Broken::Closed => ConnectorError::other(broken.into(), Some(ErrorKind::TransientError)),
            Broken::Reset => ConnectorError::io(broken.into()),
        }
    }
}
