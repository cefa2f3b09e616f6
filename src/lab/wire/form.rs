//! Form: the parameters of EC2's and the query protocol.
//! Invariant: lists come out as `Name.N`, whatever element name a service wraps its entries in.
//! Not here: the answers (see `envelope`).
//! Used by: `envelope`.

use bytes::Bytes;
use http::Request;

use crate::lab::world::call::{AwsFault, Params, Service};

/// The operation and parameters of an EC2 request. EC2's lists carry no wrapper (`GroupId.1`).
pub(super) fn ec2(request: &Request<Bytes>) -> Result<(String, Params), AwsFault> {
    split(pairs(request), |path| path)
}

/// The operation and parameters of a query request. Each entry of a list is wrapped
/// (`EnvironmentNames.member.1`, `Filters.Filter.1.Values.Value.1`).
pub(super) fn query(
    request: &Request<Bytes>,
    service: Option<Service>,
) -> Result<(String, Params), AwsFault> {
    let pairs = pairs(request);
    let version = pairs.iter().find(|(name, _)| name == "Version").map(|(_, version)| version.as_str());
    if service == Some(Service::Elb) && version == Some("2012-06-01") {
        return Err(AwsFault::new(
            501,
            "UnroutedService",
            "the firedrill lab has no Classic Load Balancers (elasticloadbalancing 2012-06-01); it has \
             version 2015-12-01",
        ));
    }
    split(pairs, unwrapped)
}

/// The fields of the query string and of a form body. AWS reads both, whatever the method.
fn pairs(request: &Request<Bytes>) -> Vec<(String, String)> {
    let query = form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes());
    query
        .chain(form_urlencoded::parse(request.body()))
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect()
}

fn split(
    pairs: Vec<(String, String)>,
    path: impl Fn(String) -> String,
) -> Result<(String, Params), AwsFault> {
    let mut operation = None;
    let mut params = Vec::new();
    for (name, value) in pairs {
        match name.as_str() {
            "Action" => operation = Some(value),
            "Version" => {}
            _ if name.starts_with("X-Amz-") => {}
            _ => params.push((path(name), value)),
        }
    }
    let operation = operation.filter(|name| !name.is_empty()).ok_or_else(missing_action)?;
    Ok((operation, Params::new(params)))
}

fn missing_action() -> AwsFault {
    AwsFault::new(400, "MissingAction", "The request is missing an action or a required parameter.")
}

/// A path without the element names that the query protocol puts before each index: the segment right before a
/// number is one, unless it is the first. No list of the query services is flat.
fn unwrapped(path: String) -> String {
    let segments: Vec<&str> = path.split('.').collect();
    let is_index = |at: usize| segments.get(at).is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()));
    let kept = segments.iter().enumerate().filter(|(at, _)| {
        let wraps = *at > 0 && !is_index(*at) && !is_index(at - 1) && is_index(at + 1);
        !wraps
    });
    kept.map(|(_, segment)| *segment).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_wrappers_of_every_query_service_are_left_out() {
        let cases = [
            ("EnvironmentNames.member.1", "EnvironmentNames.1"),
            ("Filters.Filter.1.Name", "Filters.1.Name"),
            ("Filters.Filter.1.Values.Value.2", "Filters.1.Values.2"),
            ("EventCategories.EventCategory.1", "EventCategories.1"),
            ("Targets.member.1.Id", "Targets.1.Id"),
            ("GlobalClusterIdentifier", "GlobalClusterIdentifier"),
            (
                "MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name",
                "MetricDataQueries.1.MetricStat.Metric.Dimensions.1.Name",
            ),
        ];
        for (wire, path) in cases {
            assert_eq!(unwrapped(wire.to_owned()), path);
        }
    }

    #[test]
    fn spaces_come_as_plus_or_as_percent_twenty() {
        let body = Bytes::from_static(b"Action=CreateTags&Version=2016-11-15&A=a+b&B=a%20b&C=a%2Bb");
        let (operation, params) = ec2(&Request::new(body)).unwrap();
        assert_eq!(operation, "CreateTags");
        assert_eq!(params.text("A"), Some("a b"));
        assert_eq!(params.text("B"), Some("a b"));
        assert_eq!(params.text("C"), Some("a+b"));
        assert!(!params.has("Version"));
    }
}
