//! Json: AWS's JSON protocols, 1.0 and 1.1, as botocore speaks them to CloudWatch.
//! Invariant: paths and texts of parameters are those of the query protocol, also for times.
//! Not here: the target's service name (the signature decides).
//! Used by: `envelope`.

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Number, Value};

use super::{
    cbor,
    leaves::{Leaves, TOO_LARGE, TooLarge},
};
use crate::lab::world::call::{AwsFault, Params, Tree};

/// Members that are times: JSON has them as numbers, which alone does not tell.
const TIMES: [&str; 5] = ["StartTime", "EndTime", "Timestamp", "StartDate", "EndDate"];

/// The content type of the answer: that of the request's version.
pub(super) fn content_type(asked: &str) -> &'static str {
    if asked.contains("json-1.0") { "application/x-amz-json-1.0" } else { "application/x-amz-json-1.1" }
}

/// The operation, from the target header `Service.Operation`, and the parameters of the body.
pub(super) fn read(request: &Request<Bytes>) -> Result<(String, Params), AwsFault> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    let operation = target.and_then(|target| target.rsplit_once('.')).map(|(_, operation)| operation);
    let operation = operation.filter(|name| !name.is_empty()).ok_or_else(|| {
        AwsFault::new(400, "UnknownOperationException", "the x-amz-target header names no operation")
    })?;
    let body: &[u8] = if request.body().is_empty() { b"{}" } else { request.body() };
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        AwsFault::new(400, "SerializationException", format!("the JSON of the request: {error}"))
    })?;
    let mut params = Leaves::new();
    flatten(&value, String::new(), &mut params).map_err(|TooLarge| {
        AwsFault::new(400, "SerializationException", format!("the JSON of the request: {TOO_LARGE}"))
    })?;
    Ok((operation.to_owned(), Params::new(params.all()).with_document(value)))
}

/// Writes a tree.
pub(super) fn print(tree: &Tree) -> Vec<u8> {
    value_of(tree).to_string().into_bytes()
}

fn value_of(tree: &Tree) -> Value {
    match tree {
        Tree::Text(text) => Value::from(text.as_str()),
        Tree::Int(number) => Value::from(*number),
        Tree::Float(number) => Value::from(*number),
        Tree::Bool(value) => Value::from(*value),
        Tree::Time(at) => Value::from(cbor::epoch(*at)),
        Tree::Json(value) => value.clone(),
        Tree::List(_, items) => items.iter().map(value_of).collect(),
        Tree::Map(members) => {
            let members = members.iter().map(|(name, value)| ((*name).to_owned(), value_of(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Tree::Dict(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), value_of(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// serde_json bounds the depth of what it reads, so this recursion is bounded too.
fn flatten(value: &Value, path: String, leaves: &mut Leaves) -> Result<(), TooLarge> {
    match value {
        Value::Null => Ok(()),
        Value::Bool(value) => leaves.push(path, value.to_string()),
        Value::String(text) => leaves.push(path, text.clone()),
        Value::Number(number) => {
            let text = time(&path, number).unwrap_or_else(|| number.to_string());
            leaves.push(path, text)
        }
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            flatten(item, Leaves::below(&path, &(index + 1).to_string())?, leaves)
        }),
        Value::Object(members) => {
            members.iter().try_for_each(|(name, member)| flatten(member, Leaves::below(&path, name)?, leaves))
        }
    }
}

fn time(path: &str, number: &Number) -> Option<String> {
    let name = path.rsplit('.').next()?;
    TIMES.contains(&name).then(|| cbor::moment(number.as_f64()?)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_from_one_and_times_read_as_text() {
        let body = br#"{"StartTime":1.5,"Dimensions":[{"Name":"a","Value":"b"}],"Limit":3,"None":null}"#;
        let request = Request::post("/")
            .header("x-amz-target", "GraniteServiceVersion20100801.ListMetrics")
            .body(Bytes::from_static(body))
            .unwrap();
        let (operation, params) = read(&request).unwrap();
        assert_eq!(operation, "ListMetrics");
        assert_eq!(params.text("StartTime"), Some("1970-01-01T00:00:01.500Z"));
        assert_eq!(params.text("Dimensions.1.Name"), Some("a"));
        assert_eq!(params.text("Limit"), Some("3"));
        assert!(!params.has("None"));
    }
}
