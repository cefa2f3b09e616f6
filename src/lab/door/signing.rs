//! Signing: requests as a client with the lab's key signs them, for tests of the doors.

use ring::{digest, hmac};

use crate::{
    lab::world::reference::{ACCESS_KEY, SECRET_KEY},
    text::hex,
};

/// A whole signed POST request, after which the connection is to end.
pub(super) fn signed(service: &str, region: &str, body: &str) -> String {
    let (day, moment) = ("20261122", "20261122T000000Z");
    let hash = |bytes: &[u8]| hex(digest::digest(&digest::SHA256, bytes).as_ref());
    let names = "host;x-amz-date";
    let canonical = format!("POST\n/\n\nhost:lab\nx-amz-date:{moment}\n\n{names}\n{}", hash(body.as_bytes()));
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hash(canonical.as_bytes()));
    let start = format!("AWS4{SECRET_KEY}").into_bytes();
    let key =
        [day, region, service, "aws4_request"].iter().fold(start, |key, part| mac(&key, part.as_bytes()));
    let signature = hex(&mac(&key, to_sign.as_bytes()));
    format!(
        "POST / HTTP/1.1\r\nhost: lab\r\nx-amz-date: {moment}\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential={ACCESS_KEY}/{scope}, SignedHeaders={names}, Signature={signature}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}
