//! Envelope: how the answer to one request must look.
//! Invariant: every answer, also an error, is in the protocol of its request and carries a request id and a date.
//! Not here: how trees are printed (see `xml`, `cbor`, `json`).
//! Used by: `wire`.

use bytes::Bytes;
use http::{
    Request, Response, StatusCode,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION},
};
use jiff::Timestamp;

use super::{
    cbor, form, json, rest,
    service::{self, Dialect},
    xml,
};
use crate::lab::world::call::{AwsFault, Params, Reply, Service, Tree};

/// What the printer of an answer must know of its request.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    /// The protocol.
    pub(super) dialect: Dialect,
    /// The service, once the signature has named one that the lab has.
    pub(super) service: Option<Service>,
    /// The operation; empty until it is known.
    pub(super) operation: String,
    content_type: &'static str,
}

impl Envelope {
    /// The protocol that path and headers show, before the signature is read.
    pub(super) fn guess(request: &Request<Bytes>) -> Envelope {
        let header = |name| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
        let (dialect, content_type) = if header("smithy-protocol") == "rpc-v2-cbor" {
            (Dialect::Cbor, "application/cbor")
        } else if request.headers().contains_key("x-amz-target") {
            (Dialect::Json, json::content_type(header("content-type")))
        } else if request.uri().path().starts_with(rest::PREFIX) {
            (Dialect::RestXml, "text/xml")
        } else {
            (Dialect::Query, "text/xml;charset=UTF-8")
        };
        Envelope { dialect, service: None, operation: String::new(), content_type }
    }

    /// Settles the service that the signature names.
    pub(super) fn serve(&mut self, scope: &str) -> Result<(), AwsFault> {
        if scope == "ec2" {
            self.dialect = Dialect::Ec2;
        }
        self.service = Some(service::of_scope(scope).ok_or_else(|| service::unrouted(scope))?.service);
        Ok(())
    }

    /// The operation and its parameters.
    pub(super) fn operation(&self, request: &Request<Bytes>) -> Result<(String, Params), AwsFault> {
        match self.dialect {
            Dialect::Ec2 => form::ec2(request),
            Dialect::Query => form::query(request, self.service),
            Dialect::RestXml => rest::read(request),
            Dialect::Cbor => cbor::read(request),
            Dialect::Json => json::read(request),
        }
    }

    /// The whole answer.
    pub(super) fn print(&self, reply: &Reply, request_id: &str, now: Timestamp) -> Response<Bytes> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        put(&mut headers, DATE.as_str(), &http_date(now));
        put(&mut headers, "x-amzn-requestid", request_id);
        let (status, body) = match reply {
            Ok(tree) => (self.status(), self.success(tree, request_id, &mut headers)),
            Err(fault) => (fault.status, self.failure(fault, request_id, &mut headers)),
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = headers;
        response
    }

    fn status(&self) -> u16 {
        if self.dialect == Dialect::RestXml { rest::status(&self.operation) } else { 200 }
    }

    fn success(&self, tree: &Tree, request_id: &str, headers: &mut HeaderMap) -> Vec<u8> {
        let namespace = self.service.map_or("", service::namespace);
        let root = format!("{}Response", self.operation);
        match self.dialect {
            Dialect::Ec2 => xml::document(&root, Some(namespace), |out| {
                xml::leaf(out, "requestId", request_id);
                xml::members(out, tree);
            }),
            Dialect::Query => xml::document(&root, Some(namespace), |out| {
                xml::element(out, &format!("{}Result", self.operation), |out| xml::members(out, tree));
                xml::element(out, "ResponseMetadata", |out| xml::leaf(out, "RequestId", request_id));
            }),
            Dialect::RestXml => {
                if let Some(location) = rest::location(tree) {
                    put(headers, LOCATION.as_str(), location);
                }
                xml::document(&root, Some(namespace), |out| xml::members(out, &rest::body(tree)))
            }
            Dialect::Cbor => {
                headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
                cbor::print(tree)
            }
            Dialect::Json => json::print(tree),
        }
    }

    fn failure(&self, fault: &AwsFault, request_id: &str, headers: &mut HeaderMap) -> Vec<u8> {
        let namespace = self.service.map(service::namespace);
        let (code, message) = (fault.code, fault.message.as_str());
        let side = if fault.status < 500 { "Sender" } else { "Receiver" };
        match self.dialect {
            Dialect::Ec2 => xml::document("Response", None, |out| {
                xml::element(out, "Errors", |out| {
                    xml::element(out, "Error", |out| {
                        xml::leaf(out, "Code", code);
                        xml::leaf(out, "Message", message);
                    });
                });
                xml::leaf(out, "RequestID", request_id);
            }),
            Dialect::Query | Dialect::RestXml => xml::document("ErrorResponse", namespace, |out| {
                xml::element(out, "Error", |out| {
                    xml::leaf(out, "Type", side);
                    xml::leaf(out, "Code", code);
                    xml::leaf(out, "Message", message);
                });
                xml::leaf(out, "RequestId", request_id);
            }),
            Dialect::Cbor => {
                headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
                if self.service == Some(Service::CloudWatch) {
                    put(headers, "x-amzn-query-error", &format!("{code};{side}"));
                }
                cbor::print(&error_tree(code, "message", message))
            }
            Dialect::Json => {
                // AWS: only services that once spoke the query protocol send it.
                if self.service == Some(Service::CloudWatch) {
                    put(headers, "x-amzn-query-error", &format!("{code};{side}"));
                }
                // AWS: WAF spells the member with a capital.
                let member = if self.service == Some(Service::Waf) { "Message" } else { "message" };
                json::print(&error_tree(code, member, message))
            }
        }
    }
}

/// AWS: an error without a message has no member for it.
fn error_tree(code: &str, member: &'static str, message: &str) -> Tree {
    let message = Some(message).filter(|message| !message.is_empty()).and_then(Tree::text);
    Tree::map([("__type", Tree::text(code)), (member, message)])
}

/// Sets a header; a text that no header can carry is left out rather than garbled.
fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A moment as HTTP's `Date` has it (RFC 9110, section 5.6.7).
pub(in crate::lab) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
