//! Wire: AWS's request and response formats, from bytes to a [`Call`] and from a reply to bytes.
//! Invariant: pure; a request that cannot be read becomes an error in its own protocol, never silence.
//! Not here: what an operation does (see `lab::world`), sockets (see `lab::door`).
//! Used by: `lab::door`.
//!
//! One port serves every service, as an SDK with an endpoint override expects: the signature names service and
//! region, and the form field, target header or path names the operation.

mod cbor;
pub mod dns;
mod envelope;
mod form;
mod json;
mod leaves;
mod rest;
mod service;
mod sigv4;
mod xml;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

pub(in crate::lab) use self::envelope::http_date;
use self::{envelope::Envelope, sigv4::Signed};
use super::world::{
    call::{AwsFault, Call, Reply, Service},
    sts::Key,
};

/// Finds what verifies the signatures of an access key; `None` for a key that nobody was given.
pub type Keys<'a> = dyn Fn(&str) -> Option<Key> + 'a;

/// A request as the world understands it, and how its answer must look.
#[derive(Debug)]
pub struct Asked {
    /// What to ask the world; an error if the request itself is refused.
    pub call: Result<Call, AwsFault>,
    envelope: Envelope,
}

impl Asked {
    /// Reads a request: its signature, its protocol, its operation and its parameters.
    pub fn read(request: &Request<Bytes>, keys: &Keys<'_>) -> Asked {
        let mut envelope = Envelope::guess(request);
        let call = read(request, keys, &mut envelope);
        Asked { call, envelope }
    }

    /// The answer to a request whose body is larger than any service takes, and was not read.
    pub fn too_large(head: &Request<Bytes>, request_id: &str, now: Timestamp) -> Response<Bytes> {
        let fault = AwsFault::new(413, "RequestEntityTooLarge", "Request Entity Too Large");
        Envelope::guess(head).print(&Err(fault), request_id, now)
    }

    /// The service, once the signature has named one that the lab has.
    pub fn service(&self) -> Option<Service> {
        self.envelope.service
    }

    /// The operation; empty if the request was refused before it was known.
    pub fn operation(&self) -> &str {
        &self.envelope.operation
    }

    /// The answer in the protocol of the request. `now` is the world's time, for the `Date` header.
    pub fn answer(&self, reply: &Reply, request_id: &str, now: Timestamp) -> Response<Bytes> {
        self.envelope.print(reply, request_id, now)
    }
}

fn read(request: &Request<Bytes>, keys: &Keys<'_>, envelope: &mut Envelope) -> Result<Call, AwsFault> {
    let Some(signed) = Signed::find(request)? else {
        return Err(sigv4::missing(envelope.dialect));
    };
    envelope.serve(&signed.service)?;
    signed.verify(request, keys, envelope.dialect)?;
    let (operation, params) = envelope.operation(request)?;
    envelope.operation = operation.clone();
    let service = envelope.service.ok_or_else(|| service::unrouted(&signed.service))?;
    Ok(Call { service, operation, region: signed.region, access_key: signed.access_key, params })
}

#[cfg(test)]
mod tests;
