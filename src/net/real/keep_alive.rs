//! Keep-alive: a client that holds one connection as long as it lives, as a browser or a connection pool does.
//! Invariant: at most one connection; a new one goes to a freshly looked up address; nothing is repeated on an error.
//! Not here: fresh connections (see `fetch`).
//! Used by: `net::real`.
//!
//! It is reqwest's pool, because it must behave as clients in the field do. The client asks its resolver exactly once
//! for each new connection: so a request during which the resolver was not asked went over the old one.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::header;
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};

use super::{
    RealNet,
    fetch::{BODY_LIMIT, USER_AGENT},
    lookup, tls,
};
use crate::{
    clock::Stamp,
    net::{
        DNS_PATIENCE, Failure, KeepAlive, KeepAliveSpec, Kept, NetError, Phase, Question, Response,
        error::{chain, find, io_cause},
    },
};

/// One kept connection and how to get the next one.
pub(super) struct Client {
    net: RealNet,
    spec: KeepAliveSpec,
    client: reqwest::Client,
    resolver: Resolver,
}

/// The newest connection, as the resolver saw it begin.
#[derive(Debug, Clone, Copy, Default)]
struct Opened {
    count: u64,
    address: Option<SocketAddr>,
    resolved: Option<Stamp>,
}

impl Client {
    /// # Errors
    /// If the site is named by an address: then no resolver is asked, and reuse could not be told.
    pub(super) fn new(net: RealNet, spec: KeepAliveSpec) -> Result<Client, NetError> {
        if spec.url.host.parse::<IpAddr>().is_ok() || spec.url.host.starts_with('[') {
            return Err(cannot(
                &spec,
                "a kept connection is followed by the site's name, and this is an address",
            ));
        }
        let resolver = Resolver { net: net.clone(), spec: spec.clone(), opened: Arc::default() };
        // A plain http site needs no certificate; the builder wants a configuration all the same.
        let config = match &net.tls {
            Some(config) => (**config).clone(),
            None if spec.url.tls => return Err(NetError::new(Phase::Secure, &spec.url.host, tls::blind())),
            None => tls::trusting_nobody()?,
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .dns_resolver(Arc::new(resolver.clone()))
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .http1_only()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| cannot(&spec, &chain(&error)))?;
        Ok(Client { net, spec, client, resolver })
    }

    async fn converse(&self, first_byte: &mut Option<Stamp>) -> Result<Response, Broken> {
        let url = &self.spec.url;
        let scheme = if url.tls { "https" } else { "http" };
        // No port here: one written in the URL would override the port that the resolver's address carries.
        let mut answer = self
            .client
            .get(format!("{scheme}://{}{}", url.host, url.path))
            .header(header::HOST, url.authority())
            .send()
            .await?;
        *first_byte = Some(self.net.clock.now());
        let (status, headers) = (answer.status().as_u16(), std::mem::take(answer.headers_mut()));
        let mut body = Vec::new();
        // Read to the end, kept in part: a connection with an unread body cannot be used again.
        while let Some(chunk) = answer.chunk().await? {
            let room = BODY_LIMIT - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(Response { status, headers, body: Bytes::from(body) })
    }
}

#[async_trait]
impl KeepAlive for Client {
    async fn fetch(&self) -> Kept {
        let before = self.resolver.opened();
        let mut first_byte = None;
        let outcome = self.net.clock.timeout(self.spec.within, self.converse(&mut first_byte)).await;
        let after = self.resolver.opened();
        let reused = after.count == before.count && after.address.is_some();
        let named = |phase, failure| match after.address {
            Some(address) => NetError::new(phase, address, failure),
            None => NetError::new(phase, &self.spec.url.host, failure),
        };
        let phase = if reused { Phase::Answer } else { Phase::Exchange };
        let result = match outcome {
            None => Err(named(phase, Failure::Timeout(self.spec.within))),
            Some(Ok(response)) => Ok(response),
            Some(Err(Broken::Lookup(error))) => Err(error),
            Some(Err(Broken::Exchange(failure))) => Err(named(phase, failure)),
        };
        let resolved = if reused { None } else { after.resolved };
        Kept { address: after.address, reused, resolved, first_byte, result }
    }
}

/// Why an exchange over the client gave nothing.
enum Broken {
    /// The resolver's own error, whole.
    Lookup(NetError),
    /// Anything after it.
    Exchange(Failure),
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Broken {
        if let Some(lookup) = find::<Carried>(&error)
            && let Some(lookup) = lookup.take()
        {
            return Broken::Lookup(lookup);
        }
        if let Some(failure) = io_cause(&error) {
            return Broken::Exchange(failure);
        }
        match find::<hyper::Error>(&error) {
            Some(hyper) if hyper.is_incomplete_message() || hyper.is_closed() => {
                Broken::Exchange(Failure::Closed)
            }
            _ => Broken::Exchange(Failure::Malformed(chain(&error))),
        }
    }
}

/// A lookup's error on its way through the client, which only hands on boxed errors.
#[derive(Debug, thiserror::Error)]
#[error("the name was not found")]
struct Carried(Mutex<Option<NetError>>);

impl Carried {
    fn new(error: NetError) -> Carried {
        Carried(Mutex::new(Some(error)))
    }

    fn take(&self) -> Option<NetError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Looks the site up for each new connection and notes that it did.
#[derive(Clone)]
struct Resolver {
    net: RealNet,
    spec: KeepAliveSpec,
    opened: Arc<Mutex<Opened>>,
}

impl Resolver {
    async fn place(&self) -> Result<SocketAddr, NetError> {
        // Noted before anything can fail: from here on the old connection is not the one that is used.
        let count = self.opened().count + 1;
        self.note(Opened { count, address: None, resolved: None });
        let name = self.spec.url.host.clone();
        let question = Question {
            server: self.spec.server,
            name,
            recursive: true,
            within: DNS_PATIENCE.min(self.spec.within),
        };
        let answer = lookup::lookup(&self.net, &question).await?;
        let nothing =
            || NetError::new(Phase::Lookup, &question.name, Failure::NoAddress(answer.code.clone()));
        let address = SocketAddr::new(*answer.addresses.first().ok_or_else(nothing)?, self.spec.url.port);
        self.note(Opened { count, address: Some(address), resolved: Some(self.net.clock.now()) });
        Ok(self.net.map.translate(address))
    }

    fn opened(&self) -> Opened {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, opened: Opened) {
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = opened;
    }
}

impl Resolve for Resolver {
    fn resolve(&self, _: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            match resolver.place().await {
                Ok(address) => Ok(Box::new(std::iter::once(address)) as Addrs),
                Err(error) => Err(Carried::new(error).into()),
            }
        })
    }
}

fn cannot(spec: &KeepAliveSpec, why: &str) -> NetError {
    NetError::new(Phase::Exchange, &spec.url.host, Failure::Ours(why.to_owned()))
}
