//! Rest: Route 53's requests: method and path name the operation.
//! Invariant: parameters have one path wherever they came from: path, query (as spelled there) or body.
//! Not here: the XML itself (see `xml`).
//! Used by: `envelope`.
//!
//! Parameters in the query keep the names of the query (`name`, `maxitems`, `hostedzoneid`); those in the path have the
//! names of AWS's model (`Id`, `HealthCheckId`).

mod routes;

use bytes::Bytes;
use http::Request;
use percent_encoding::percent_decode_str;

pub(super) use self::routes::ROUTES;
use super::xml;
use crate::lab::world::call::{AwsFault, Params, Tree};

/// Where every path of the service begins.
pub(super) const PREFIX: &str = "/2013-04-01/";

/// The operation and parameters of a request. A trailing slash makes no difference: some clients send one.
pub(super) fn read(request: &Request<Bytes>) -> Result<(String, Params), AwsFault> {
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or("").trim_matches('/');
    let segments: Vec<String> = path.split('/').map(decode).collect();
    let method = request.method().as_str();
    let matched = ROUTES
        .iter()
        .filter(|(verb, ..)| *verb == method)
        .find_map(|(_, pattern, operation, _)| Some((*operation, fits(pattern, &segments)?)));
    let Some((operation, mut params)) = matched else {
        let message = format!("the firedrill lab has no route53 {method} {}", request.uri().path());
        return Err(AwsFault::new(501, "UnroutedOperation", message));
    };
    let query = form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes());
    params.extend(query.map(|(name, value)| (name.into_owned(), value.into_owned())));
    if !request.body().is_empty() {
        params.extend(xml::flatten(request.body(), is_entry)?);
    }
    Ok((operation.to_owned(), Params::new(params)))
}

/// The status of an operation's success.
pub(super) fn status(operation: &str) -> u16 {
    ROUTES.iter().find(|(_, _, name, _)| *name == operation).map_or(200, |(.., status)| *status)
}

/// The output's `Location`, which travels in a header.
pub(super) fn location(tree: &Tree) -> Option<&str> {
    let Tree::Map(members) = tree else { return None };
    members.iter().find_map(|(name, value)| match value {
        Tree::Text(text) if *name == "Location" => Some(text.as_str()),
        _ => None,
    })
}

/// The output without what travels in a header.
pub(super) fn body(tree: &Tree) -> Tree {
    match tree {
        Tree::Map(members) => {
            Tree::Map(members.iter().filter(|(name, _)| *name != "Location").cloned().collect())
        }
        other => other.clone(),
    }
}

/// The parameters in the path, if it has the form of `pattern`.
fn fits(pattern: &str, segments: &[String]) -> Option<Vec<(String, String)>> {
    let parts: Vec<&str> = pattern.split('/').collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut params = Vec::new();
    for (part, segment) in parts.iter().zip(segments) {
        match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => params.push((name.to_owned(), segment.clone())),
            None if part == segment => {}
            None => return None,
        }
    }
    Some(params)
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The lists that request bodies have.
fn is_entry(list: &str, entry: &str) -> bool {
    matches!(
        (list, entry),
        ("Changes", "Change")
            | ("ResourceRecords", "ResourceRecord")
            | ("ChildHealthChecks", "ChildHealthCheck")
            | ("Regions", "Region")
            | ("ResetElements", "ResettableElementName")
            | ("AddTags", "Tag")
            | ("RemoveTagKeys", "Key")
            | ("ResourceIds", "ResourceId")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, uri: &str, body: &'static str) -> Request<Bytes> {
        Request::builder().method(method).uri(uri).body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn a_change_reads_the_same_with_and_without_a_trailing_slash() {
        let body = r#"<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">
            <ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>a.example.com</Name>
            <ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords>
            </ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"#;
        for uri in ["/2013-04-01/hostedzone/Z1/rrset", "/2013-04-01/hostedzone/Z1/rrset/"] {
            let (operation, params) = read(&request("POST", uri, body)).unwrap();
            assert_eq!(operation, "ChangeResourceRecordSets");
            assert_eq!(params.text("Id"), Some("Z1"));
            assert_eq!(params.text("ChangeBatch.Changes.1.Action"), Some("UPSERT"));
            let value = "ChangeBatch.Changes.1.ResourceRecordSet.ResourceRecords.1.Value";
            assert_eq!(params.text(value), Some("192.0.2.1"));
        }
    }

    /// AWS: CreateHostedZone: the address of what was made travels in a header, and there alone.
    #[test]
    fn a_location_is_a_header() {
        let made = Tree::map([("Id", Tree::text("Z1")), ("Location", Tree::text("https://x"))]);
        assert_eq!(location(&made), Some("https://x"));
        assert_eq!(body(&made), Tree::map([("Id", Tree::text("Z1"))]));
    }

    /// Each operation has its own place, and a literal segment is never taken for a parameter.
    #[test]
    fn every_operation_is_found_at_its_own_path() {
        for (method, pattern, name, _) in ROUTES {
            let path = pattern.replace(['{', '}'], "-");
            let (operation, params) = read(&request(method, &format!("{PREFIX}{path}"), "")).unwrap();
            assert_eq!(operation, name, "{method} {path}");
            assert_eq!(params.has("Id"), pattern.contains("{Id}"), "{method} {path}");
        }
        assert_eq!((status("CreateHostedZone"), status("UpdateHealthCheck")), (201, 200));
    }

    #[test]
    fn the_query_keeps_its_names_and_an_unknown_path_says_so() {
        let uri = "/2013-04-01/hostedzone/Z1/rrset?name=a.example.com.&maxitems=1";
        let (operation, params) = read(&request("GET", uri, "")).unwrap();
        assert_eq!(operation, "ListResourceRecordSets");
        assert_eq!((params.text("name"), params.text("maxitems")), (Some("a.example.com."), Some("1")));

        let fault = read(&request("GET", "/2013-04-01/nothing", "")).unwrap_err();
        assert_eq!((fault.status, fault.code), (501, "UnroutedOperation"));
    }
}
