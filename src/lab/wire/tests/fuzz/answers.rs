//! What a strict client makes of an answer.

use bytes::Bytes;
use http::{Request, Response};
use quick_xml::{Reader, events::Event};

use crate::fuzz::{Held, ensure};

/// That the answer is in the protocol that the request's head shows, whole.
pub(super) fn in_the_protocol_of(request: &Request<Bytes>, answer: &Response<Bytes>) -> Held {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = answer.headers()["content-type"].to_str().unwrap_or("");
    if header("smithy-protocol") == "rpc-v2-cbor" {
        ensure!(kind == "application/cbor", "CBOR answered with {kind}");
        cbor(answer.body())
    } else if request.headers().contains_key("x-amz-target") && kind.contains("json") {
        json(answer.body())
    } else {
        ensure!(kind.starts_with("text/xml"), "XML answered with {kind}");
        xml(answer.body())
    }
}

fn cbor(body: &[u8]) -> Held {
    let mut decoder = minicbor::Decoder::new(body);
    decoder.skip().map_err(|error| format!("no CBOR: {error}"))?;
    ensure!(decoder.position() == body.len(), "bytes after the CBOR");
    Ok(())
}

fn json(body: &[u8]) -> Held {
    let value: serde_json::Value =
        serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    ensure!(value.is_object(), "not an object: {value}");
    Ok(())
}

/// Well formed, by the letters too: XML 1.0 has no way to write most control characters, and a carriage return that
/// is not escaped is read as a line feed.
fn xml(body: &[u8]) -> Held {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let odd =
        text.chars().find(|c| *c < ' ' && !matches!(c, '\t' | '\n') || matches!(c, '\u{fffe}' | '\u{ffff}'));
    ensure!(odd.is_none(), "{odd:?} stands in the XML");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_i64;
    loop {
        match reader.read_event().map_err(|error| format!("no XML: {error}"))? {
            Event::Start(start) => {
                let name = start.name();
                let name: &str = name.as_ref();
                let fits = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
                ensure!(fits && !name.is_empty(), "an element {name:?}");
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    ensure!(depth == 0, "XML that does not end");
    Ok(())
}
