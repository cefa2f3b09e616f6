//! SigV4: who signed a request, for which region and service, and whether the signature is right.
//! Invariant: a request whose signature does not match its bytes never reaches the world.
//! Not here: which keys exist (the caller knows), what they may do.
//! Used by: `wire`.
//!
//! Steps and names are those of AWS's "Create a signed AWS API request" (IAM User Guide). The age of a signature is
//! not judged: the world's time may run faster than the client's.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::{digest, hmac};

use super::{Keys, service::Dialect};
use crate::{lab::world::call::AwsFault, text::hex};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// RFC 3986's unreserved characters stay.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for paths, whose slashes stay.
const ESCAPED_PATH: &AsciiSet = &ESCAPED.remove(b'/');

/// What a signature says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// The access key.
    pub(super) access_key: String,
    /// The region signed for.
    pub(super) region: String,
    /// The service signed for, as scopes call it: `elasticloadbalancing`.
    pub(super) service: String,
    day: String,
    moment: String,
    headers: Vec<String>,
    signature: String,
    token: Option<String>,
    in_query: bool,
}

impl Signed {
    /// The signature in the `Authorization` header or, for a presigned URL, in the query. `None` if there is none.
    pub(super) fn find(request: &Request<Bytes>) -> Result<Option<Signed>, AwsFault> {
        if let Some(header) = request.headers().get("authorization") {
            let text = header.to_str().map_err(|_| incomplete("the Authorization header is not text"))?;
            return Signed::from_header(text, request).map(Some);
        }
        let fields: Vec<(String, String)> = query_pairs(request.uri().query().unwrap_or(""));
        let field = |name: &str| fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
        if field("X-Amz-Signature").is_none() {
            return Ok(None);
        }
        let need = |name: &str| field(name).ok_or_else(|| incomplete(&format!("{name} is missing")));
        Signed::new(
            need("X-Amz-Credential")?,
            need("X-Amz-SignedHeaders")?,
            need("X-Amz-Signature")?,
            need("X-Amz-Date")?,
        )
        .map(|signed| {
            let token = field("X-Amz-Security-Token").map(str::to_owned);
            Some(Signed { token, in_query: true, ..signed })
        })
    }

    fn from_header(text: &str, request: &Request<Bytes>) -> Result<Signed, AwsFault> {
        let (algorithm, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
        if algorithm != ALGORITHM {
            return Err(incomplete(&format!("the algorithm is \"{algorithm}\", not {ALGORITHM}")));
        }
        let part = |name: &str| {
            let found =
                rest.split(',').filter_map(|part| part.trim().split_once('=')).find(|(k, _)| *k == name);
            found.map(|(_, value)| value).ok_or_else(|| incomplete(&format!("{name} is missing")))
        };
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let moment = header("x-amz-date").ok_or_else(|| incomplete("the x-amz-date header is missing"))?;
        let signed = Signed::new(part("Credential")?, part("SignedHeaders")?, part("Signature")?, moment)?;
        Ok(Signed { token: header("x-amz-security-token").map(str::to_owned), ..signed })
    }

    fn new(credential: &str, headers: &str, signature: &str, moment: &str) -> Result<Signed, AwsFault> {
        let scope: Vec<&str> = credential.split('/').collect();
        let [access_key, day, region, service, "aws4_request"] = scope[..] else {
            return Err(incomplete("Credential is not KEY/DAY/REGION/SERVICE/aws4_request"));
        };
        let owned = str::to_owned;
        Ok(Signed {
            access_key: owned(access_key),
            region: owned(region),
            service: owned(service),
            day: owned(day),
            moment: owned(moment),
            headers: headers.split(';').map(owned).collect(),
            signature: owned(signature),
            token: None,
            in_query: false,
        })
    }

    /// Computes the signature anew and compares.
    pub(super) fn verify(
        &self,
        request: &Request<Bytes>,
        keys: &Keys<'_>,
        dialect: Dialect,
    ) -> Result<(), AwsFault> {
        let key = keys(&self.access_key).ok_or_else(|| unknown_key(dialect))?;
        if key.token != self.token {
            return Err(unknown_key(dialect));
        }
        self.coherent(dialect)?;
        let body = hex(digest::digest(&digest::SHA256, request.body()).as_ref());
        let declared = request.headers().get("x-amz-content-sha256").and_then(|v| v.to_str().ok());
        let payload = match declared {
            Some("UNSIGNED-PAYLOAD") => "UNSIGNED-PAYLOAD",
            Some(declared) if declared != body => return Err(mismatch(dialect)),
            _ => body.as_str(),
        };
        let canonical = self.canonical(request, payload);
        let scope = format!("{}/{}/{}/aws4_request", self.day, self.region, self.service);
        let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{hashed}", self.moment);
        let given = unhex(&self.signature).unwrap_or_default();
        let right = hmac::verify(&self.key(&key.secret), to_sign.as_bytes(), &given);
        right.map_err(|_| mismatch(dialect))?;
        if key.expired { Err(expired(dialect)) } else { Ok(()) }
    }

    /// What AWS looks at before it computes anything: the scope's day is that of the request, and the host is signed.
    fn coherent(&self, dialect: Dialect) -> Result<(), AwsFault> {
        if !self.moment.starts_with(&self.day) || self.day.len() != 8 {
            let day = self.moment.get(..8).unwrap_or(&self.moment);
            let message = format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{day}', from '{}'.",
                self.day, self.moment
            );
            return Err(wrong(dialect, &message));
        }
        // Each time it stood there, its value would stand in the text to sign.
        if self.headers.iter().collect::<BTreeSet<_>>().len() < self.headers.len() {
            return Err(wrong(dialect, "A header stands twice in SignedHeaders."));
        }
        if !self.headers.iter().any(|name| name == "host" || name == ":authority") {
            let message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(wrong(dialect, message));
        }
        Ok(())
    }

    fn key(&self, secret: &str) -> hmac::Key {
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret}").as_bytes());
        for part in [self.day.as_str(), &self.region, &self.service, "aws4_request"] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        key
    }

    fn canonical(&self, request: &Request<Bytes>, payload: &str) -> String {
        let mut headers = String::new();
        for name in &self.headers {
            let values: Vec<String> = request.headers().get_all(name).iter().map(header_text).collect();
            headers.push_str(&format!("{name}:{}\n", values.join(",")));
        }
        // Every service but S3 signs the path as it is on the wire, escaped once more.
        let path = utf8_percent_encode(request.uri().path(), ESCAPED_PATH);
        let query = self.canonical_query(request.uri().query().unwrap_or(""));
        let names = self.headers.join(";");
        format!("{}\n{path}\n{query}\n{headers}\n{names}\n{payload}", request.method())
    }

    fn canonical_query(&self, query: &str) -> String {
        let escape = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let mut pairs: Vec<(String, String)> = query_pairs(query)
            .into_iter()
            .filter(|(name, _)| !(self.in_query && name == "X-Amz-Signature"))
            .map(|(name, value)| (escape(&name), escape(&value)))
            .collect();
        pairs.sort();
        let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        joined.join("&")
    }
}

/// The pairs of a query string. A plus is a plus here: signatures know only percent escapes.
fn query_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect()
}

/// A header's text with runs of spaces made one.
fn header_text(value: &http::HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A request without any signature.
pub(super) fn missing(dialect: Dialect) -> AwsFault {
    match dialect {
        Dialect::Cbor | Dialect::Json => {
            AwsFault::new(400, "MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        _ => AwsFault::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
    }
}

fn incomplete(why: &str) -> AwsFault {
    AwsFault::new(400, "IncompleteSignature", format!("The request signature is incomplete: {why}"))
}

fn unknown_key(dialect: Dialect) -> AwsFault {
    match dialect {
        Dialect::Ec2 => {
            let message = "AWS was not able to validate the provided access credentials";
            AwsFault::new(401, "AuthFailure", message)
        }
        Dialect::Cbor | Dialect::Json => {
            let message = "The security token included in the request is invalid.";
            AwsFault::new(400, "UnrecognizedClientException", message)
        }
        Dialect::Query | Dialect::RestXml => {
            let message = "The security token included in the request is invalid.";
            AwsFault::new(403, "InvalidClientTokenId", message)
        }
    }
}

/// The key was right once: its session is over.
fn expired(dialect: Dialect) -> AwsFault {
    let message = "The security token included in the request is expired";
    match dialect {
        Dialect::Ec2 => AwsFault::new(400, "RequestExpired", "Request has expired."),
        Dialect::Cbor | Dialect::Json => AwsFault::new(400, "ExpiredTokenException", message),
        Dialect::Query | Dialect::RestXml => AwsFault::new(403, "ExpiredToken", message),
    }
}

fn mismatch(dialect: Dialect) -> AwsFault {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS \
                   Secret Access Key and signing method. Consult the service documentation for details.";
    wrong(dialect, message)
}

/// A signature that is not right, for this reason. EC2 gives none.
fn wrong(dialect: Dialect, message: &str) -> AwsFault {
    match dialect {
        Dialect::Ec2 => unknown_key(dialect),
        Dialect::Cbor | Dialect::Json => AwsFault::new(400, "InvalidSignatureException", message),
        Dialect::Query | Dialect::RestXml => AwsFault::new(403, "SignatureDoesNotMatch", message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::sts::Key;

    /// The example of AWS's documentation, "Signature Version 4 signing process": ListUsers of IAM.
    const EXAMPLE: &str = "AWS4-HMAC-SHA256 \
        Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, \
        Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    fn example(query: &str) -> Request<Bytes> {
        Request::get(format!("/?{query}"))
            .header("authorization", EXAMPLE)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("host", "iam.amazonaws.com")
            .header("x-amz-date", "20150830T123600Z")
            .body(Bytes::new())
            .unwrap()
    }

    fn key(of: &str) -> Option<Key> {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned();
        (of == "AKIDEXAMPLE").then_some(Key { secret, token: None, expired: false })
    }

    #[test]
    fn the_documents_example_is_accepted_and_any_change_to_it_is_not() {
        let right = example("Action=ListUsers&Version=2010-05-08");
        let signed = Signed::find(&right).unwrap().unwrap();
        assert_eq!((signed.region.as_str(), signed.service.as_str()), ("us-east-1", "iam"));
        assert_eq!(signed.verify(&right, &key, Dialect::Query), Ok(()));

        let longer = Signed { signature: format!("{}0", signed.signature), ..signed.clone() };
        assert!(longer.verify(&right, &key, Dialect::Query).is_err());

        let wrong = example("Action=ListRoles&Version=2010-05-08");
        let fault = signed.verify(&wrong, &key, Dialect::Query).unwrap_err();
        assert_eq!((fault.status, fault.code), (403, "SignatureDoesNotMatch"));
    }

    #[test]
    fn a_scope_of_another_day_or_an_unsigned_host_is_told() {
        let right = example("Action=ListUsers&Version=2010-05-08");
        let signed = Signed::find(&right).unwrap().unwrap();
        let other = Signed { day: "20150829".to_owned(), ..signed.clone() };
        let fault = other.verify(&right, &key, Dialect::Query).unwrap_err();
        assert!(fault.message.starts_with("Date in Credential scope does not match"), "{}", fault.message);
        let twice =
            Signed { headers: ["host", "x-amz-date", "host"].map(str::to_owned).into(), ..signed.clone() };
        let fault = twice.verify(&right, &key, Dialect::Query).unwrap_err();
        assert_eq!(fault.message, "A header stands twice in SignedHeaders.");
        let hostless = Signed { headers: vec!["x-amz-date".to_owned()], ..signed };
        let fault = hostless.verify(&right, &key, Dialect::Json).unwrap_err();
        assert_eq!((fault.status, fault.code), (400, "InvalidSignatureException"));
        assert!(fault.message.starts_with("'Host' or ':authority'"), "{}", fault.message);
    }

    #[test]
    fn a_key_nobody_was_given_is_refused_in_each_services_own_words() {
        let request = example("Action=ListUsers&Version=2010-05-08");
        let signed = Signed::find(&request).unwrap().unwrap();
        let code = |dialect| signed.verify(&request, &|_| None, dialect).unwrap_err().code;
        assert_eq!(code(Dialect::Query), "InvalidClientTokenId");
        assert_eq!(code(Dialect::Ec2), "AuthFailure");
        assert_eq!(code(Dialect::Json), "UnrecognizedClientException");
    }

    #[test]
    fn a_sessions_key_needs_its_token_and_ends() {
        let request = example("Action=ListUsers&Version=2010-05-08");
        let signed = Signed::find(&request).unwrap().unwrap();
        let session = |access_key: &str| Some(Key { token: Some("t".to_owned()), ..key(access_key)? });
        let code = |keys: &Keys<'_>| signed.verify(&request, keys, Dialect::Query).unwrap_err().code;
        assert_eq!(code(&session), "InvalidClientTokenId");
        assert_eq!(code(&|access_key| Some(Key { expired: true, ..key(access_key)? })), "ExpiredToken");
    }

    #[test]
    fn a_broken_authorization_header_is_named() {
        for header in ["Basic x", "AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256 \u{7f}"] {
            let request = Request::get("/")
                .header("authorization", header.replace('\u{7f}', ""))
                .header("x-amz-date", "20150830T123600Z")
                .body(Bytes::new())
                .unwrap();
            assert_eq!(Signed::find(&request).unwrap_err().code, "IncompleteSignature", "{header}");
        }
    }
}
