//! Sign: a request to an AWS service in its bytes, signed once, so that a client can repeat it at no cost.
//! Invariant: as AWS's "Create a signed AWS API request" (IAM User Guide) says.
//! Used by: `lab`.

use ring::{digest, hmac};

/// Who asks, and for which region and service.
pub(crate) struct Scope<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

/// A whole HTTP/1.1 request: a form posted to `/` of `host`, made at `moment` (`20261122T143000Z`).
pub(crate) fn post(scope: &Scope<'_>, host: &str, moment: &str, form: &str) -> Vec<u8> {
    let day = moment.get(..8).unwrap_or(moment);
    let Scope { access_key_id, secret_access_key, region, service } = scope;
    let body = hex(digest::digest(&digest::SHA256, form.as_bytes()).as_ref());
    let canonical = format!("POST\n/\n\nhost:{host}\nx-amz-date:{moment}\n\nhost;x-amz-date\n{body}");
    let named = format!("{day}/{region}/{service}/aws4_request");
    let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{named}\n{hashed}");
    let mut key = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret_access_key}").as_bytes());
    for part in [day, region, service, "aws4_request"] {
        key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
    }
    let signature = hex(hmac::sign(&key, to_sign.as_bytes()).as_ref());
    let length = form.len();
    format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\nx-amz-date: {moment}\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential={access_key_id}/{named}, SignedHeaders=host;x-amz-date, Signature={signature}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    )
    .into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
