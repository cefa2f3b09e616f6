//! Cbor: Smithy's RPC v2 with CBOR, as the Rust SDK speaks it to CloudWatch.
//! Invariant: reads definite and indefinite lengths, to a bounded depth; writes definite lengths.
//! Not here: the path's service name (the signature decides).
//! Used by: `envelope`.

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use minicbor::{
    Decoder, Encoder,
    data::{IanaTag, Type},
    decode::Error,
};

use super::{
    leaves::{Leaves, TOO_LARGE, TooLarge},
    xml,
};
use crate::lab::world::call::{AwsFault, Params, Tree};

const DEPTH: usize = 32;

/// The operation, from the path `/service/NAME/operation/OPERATION`, and the parameters of the body.
pub(super) fn read(request: &Request<Bytes>) -> Result<(String, Params), AwsFault> {
    let operation = request.uri().path().rsplit_once("/operation/").map(|(_, operation)| operation);
    let operation = operation.filter(|name| !name.is_empty()).ok_or_else(|| {
        AwsFault::new(
            404,
            "UnknownOperationException",
            "the path names no operation: /service/S/operation/OP",
        )
    })?;
    let mut params = Leaves::new();
    if !request.body().is_empty() {
        let mut decoder = Decoder::new(request.body());
        flatten(&mut decoder, "", DEPTH, &mut params).map_err(|error| {
            AwsFault::new(400, "SerializationException", format!("the CBOR of the request: {error}"))
        })?;
    }
    Ok((operation.to_owned(), Params::new(params.all())))
}

/// Writes a tree.
pub(super) fn print(tree: &Tree) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // A Vec takes every byte, so this cannot fail; an assertion in debug builds says so if it ever does.
    let written = encode(&mut encoder, tree);
    debug_assert!(written.is_ok());
    encoder.into_writer()
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn encode(out: &mut Encoder<Vec<u8>>, tree: &Tree) -> Written {
    match tree {
        Tree::Text(text) => out.str(text)?.ok(),
        Tree::Int(number) => out.i64(*number)?.ok(),
        Tree::Float(number) => out.f64(*number)?.ok(),
        Tree::Bool(value) => out.bool(*value)?.ok(),
        Tree::Time(at) => out.tag(IanaTag::Timestamp)?.f64(epoch(*at))?.ok(),
        Tree::List(_, items) => {
            out.array(items.len() as u64)?;
            items.iter().try_for_each(|item| encode(out, item))
        }
        // No service that keeps JSON speaks CBOR; its text is what a client could still read.
        Tree::Json(value) => out.str(&value.to_string())?.ok(),
        Tree::Map(members) => {
            out.map(members.len() as u64)?;
            members.iter().try_for_each(|(name, value)| encode(out.str(name)?, value))
        }
        Tree::Dict(members) => {
            out.map(members.len() as u64)?;
            members.iter().try_for_each(|(name, value)| encode(out.str(name)?, value))
        }
    }
}

/// Seconds since 1970, to the millisecond.
pub(super) fn epoch(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// The moment of so many seconds since 1970, as parameters have it.
pub(super) fn moment(seconds: f64) -> Option<String> {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok().map(xml::iso)
}

fn flatten(decoder: &mut Decoder<'_>, path: &str, depth: usize, leaves: &mut Leaves) -> Result<(), Error> {
    if depth == 0 {
        return Err(Error::message("nested too deeply"));
    }
    match decoder.datatype()? {
        Type::Map | Type::MapIndef => {
            let length = decoder.map()?;
            entries(decoder, length, |decoder, _| {
                let name = text(decoder)?;
                flatten(decoder, &below(path, &name)?, depth - 1, leaves)
            })
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array()?;
            entries(decoder, length, |decoder, index| {
                flatten(decoder, &below(path, &index.to_string())?, depth - 1, leaves)
            })
        }
        Type::Null | Type::Undefined => decoder.skip(),
        _ => {
            let value = scalar(decoder)?;
            leaves.push(path.to_owned(), value).map_err(too_large)
        }
    }
}

/// Runs `each` for every entry; a length of `None` goes on to the break.
fn entries<'b>(
    decoder: &mut Decoder<'b>,
    length: Option<u64>,
    mut each: impl FnMut(&mut Decoder<'b>, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut index = 0;
    loop {
        match length {
            Some(length) if index == length => return Ok(()),
            None if decoder.datatype()? == Type::Break => return decoder.skip(),
            _ => {}
        }
        index += 1;
        each(decoder, index)?;
    }
}

fn scalar(decoder: &mut Decoder<'_>) -> Result<String, Error> {
    match decoder.datatype()? {
        Type::Bool => decoder.bool().map(|value| value.to_string()),
        Type::F32 => decoder.f32().map(|value| value.to_string()),
        Type::F64 => decoder.f64().map(|value| value.to_string()),
        Type::String | Type::StringIndef => text(decoder),
        Type::Tag => {
            let tag = decoder.tag()?;
            let number = scalar(decoder)?;
            if tag != IanaTag::Timestamp {
                return Ok(number);
            }
            let seconds = number.parse().map_err(|_| Error::message("a timestamp is no number"))?;
            moment(seconds).ok_or_else(|| Error::message("a timestamp is out of range"))
        }
        _ => decoder.int().map(|value| i128::from(value).to_string()),
    }
}

fn text(decoder: &mut Decoder<'_>) -> Result<String, Error> {
    decoder.str_iter()?.collect()
}

fn below(path: &str, name: &str) -> Result<String, Error> {
    Leaves::below(path, name).map_err(too_large)
}

fn too_large(_: TooLarge) -> Error {
    Error::message(TOO_LARGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Vec<u8>) -> Request<Bytes> {
        let uri = "/service/GraniteServiceVersion20100801/operation/GetMetricData";
        Request::post(uri).body(Bytes::from(body)).unwrap()
    }

    #[test]
    fn indefinite_lengths_and_tagged_times_read_as_the_sdk_writes_them() {
        let mut out = Encoder::new(Vec::new());
        out.begin_map().unwrap().str("Ids").unwrap().begin_array().unwrap();
        out.str("a").unwrap().str("b").unwrap().end().unwrap();
        out.str("StartTime").unwrap().tag(IanaTag::Timestamp).unwrap().f64(1.5).unwrap();
        out.str("Period").unwrap().i64(60).unwrap().end().unwrap();
        let (operation, params) = read(&request(out.into_writer())).unwrap();
        assert_eq!(operation, "GetMetricData");
        assert_eq!(params.texts("Ids"), ["a", "b"]);
        assert_eq!(params.text("StartTime"), Some("1970-01-01T00:00:01.500Z"));
        assert_eq!(params.text("Period"), Some("60"));
    }

    #[test]
    fn bytes_that_are_no_cbor_are_refused_and_so_is_a_bomb() {
        for body in [vec![0xbf, 0x61], vec![0x81; 10_000], vec![0x9f; 10_000], vec![0xff]] {
            assert_eq!(read(&request(body)).unwrap_err().code, "SerializationException");
        }
    }
}
