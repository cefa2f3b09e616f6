//! Params: what several requests say in the same way.
//! Invariant: what is missing or wrong is refused as CloudWatch refuses it.
//! Used by: `cloudwatch`.

use jiff::Timestamp;

use super::series::Key;
use crate::lab::world::call::{AwsFault, Params, Tree};

/// A refusal of a parameter, as CloudWatch words it on the wire.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidParameterValue", message)
}

/// A refusal of what the model itself excludes.
pub(super) fn validation(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationError", message)
}

/// A refusal of a request without a parameter that is needed.
pub(super) fn missing(name: &str) -> AwsFault {
    AwsFault::new(400, "MissingParameter", format!("The parameter {name} is required."))
}

pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

/// A number; `None` if it is not given.
pub(super) fn number(params: &Params, name: &str) -> Result<Option<f64>, AwsFault> {
    let read = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let wrong = |text: &str| invalid(format!("The value {text} for parameter {name} is invalid."));
    params.text(name).map(|text| read(text).ok_or_else(|| wrong(text))).transpose()
}

/// A whole number of at least one; `None` if it is not given.
pub(super) fn whole(params: &Params, name: &str) -> Result<Option<i64>, AwsFault> {
    let read = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 1);
    let wrong = |text: &str| {
        validation(format!("The value {text} for parameter {name} is invalid: must be at least 1."))
    };
    params.text(name).map(|text| read(text).ok_or_else(|| wrong(text))).transpose()
}

/// A moment that is needed.
pub(super) fn moment(params: &Params, name: &str) -> Result<Timestamp, AwsFault> {
    let text = required(params, name)?;
    time(text).ok_or_else(|| invalid(format!("The value {text} for parameter {name} is invalid.")))
}

/// A time: ISO 8601 in text protocols, seconds since 1970 in others.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let seconds = || text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    let of_seconds = || Timestamp::from_millisecond((seconds()? * 1000.0).round() as i64).ok();
    text.parse().ok().or_else(of_seconds)
}

/// A flag, as it is or by default.
pub(super) fn flag(params: &Params, name: &str, default: bool) -> bool {
    params.text(name).map_or(default, |text| text.eq_ignore_ascii_case("true"))
}

/// The metric that a request names. AWS: at most thirty dimensions, each with a value.
pub(super) fn metric_key(region: &str, params: &Params) -> Result<Key, AwsFault> {
    metric_of(region, required(params, "Namespace")?, params)
}

/// The metric that a request names within a namespace.
pub(super) fn metric_of(region: &str, namespace: &str, params: &Params) -> Result<Key, AwsFault> {
    let dimensions = params.list("Dimensions");
    if dimensions.len() > 30 {
        return Err(invalid("The collection Dimensions must not have a size greater than 30."));
    }
    let one = |own: &Params| Ok((required(own, "Name")?.to_owned(), required(own, "Value")?.to_owned()));
    let mut dimensions: Vec<(String, String)> =
        dimensions.iter().map(one).collect::<Result<_, AwsFault>>()?;
    dimensions.sort();
    Ok(Key {
        region: region.to_owned(),
        namespace: namespace.to_owned(),
        metric: required(params, "MetricName")?.to_owned(),
        dimensions,
    })
}

/// A metric's dimensions as every operation lists them.
pub(super) fn dimensions_tree(key: &Key) -> Tree {
    let dimension = |(name, value): &(String, String)| {
        Tree::map([("Name", Tree::text(name)), ("Value", Tree::text(value))])
    };
    Tree::List("member", key.dimensions.iter().map(dimension).collect())
}

/// A list of texts.
pub(super) fn texts(values: &[String]) -> Option<Tree> {
    Tree::list("member", values.iter().cloned().map(Tree::Text))
}

/// One page of a list and the token of the next.
pub(super) fn page<T>(
    params: &Params,
    items: Vec<T>,
    limit: &str,
    (most, default): (usize, usize),
) -> Result<(Vec<T>, Option<Tree>), AwsFault> {
    let size = whole(params, limit)?.and_then(|size| usize::try_from(size).ok()).unwrap_or(default);
    if size > most {
        return Err(validation(format!("{limit} must be between 1 and {most}")));
    }
    let from = params.text("NextToken").map_or(Ok(0), str::parse::<usize>);
    let from =
        from.map_err(|_| AwsFault::new(400, "InvalidNextToken", "The next token specified is invalid."))?;
    let end = from.saturating_add(size);
    let next = (items.len() > end).then(|| Tree::Text(end.to_string()));
    Ok((items.into_iter().skip(from).take(size).collect(), next))
}
