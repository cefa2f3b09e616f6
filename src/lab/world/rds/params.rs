//! Params: what several requests say in the same way.
//! Invariant: what is missing or out of bounds is refused as RDS refuses it.
//! Used by: `rds`.

use super::{invalid, model::Tags};
use crate::lab::world::call::{AwsFault, Params, Tree};

/// A parameter that AWS's model requires.
pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).ok_or_else(|| invalid(format!("The request must contain the parameter {name}")))
}

/// A flag; `None` if it is not given.
pub(super) fn flag(params: &Params, name: &str) -> Result<Option<bool>, AwsFault> {
    match params.text(name) {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(text) => Err(invalid(format!("Invalid value {text} for {name}: must be true or false"))),
    }
}

/// A whole number within bounds; `None` if it is not given.
pub(super) fn number(params: &Params, name: &str, (low, high): (i64, i64)) -> Result<Option<i64>, AwsFault> {
    let read = |text: &str| text.parse().ok().filter(|number| (low..=high).contains(number));
    let wrong = || invalid(format!("Invalid value for {name}: must be between {low} and {high}"));
    params.text(name).map(|text| read(text).ok_or_else(wrong)).transpose()
}

/// A name for something new. AWS: 1 to 63 letters, digits and hyphens, a letter first, no hyphen last and no two in a
/// row; kept in lower case.
pub(super) fn identifier(params: &Params, name: &str) -> Result<String, AwsFault> {
    let text = required(params, name)?;
    let letters = text.chars().all(|own| own.is_ascii_alphanumeric() || own == '-');
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
    if letters && begins && text.len() <= 63 && !text.ends_with('-') && !text.contains("--") {
        return Ok(text.to_ascii_lowercase());
    }
    Err(invalid(format!(
        "The parameter {name} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )))
}

/// The tags of a request.
pub(super) fn tags(params: &Params) -> Tags {
    let one =
        |tag: &Params| Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()));
    params.list("Tags").iter().filter_map(one).collect()
}

/// Tags as RDS lists them.
pub(super) fn tag_list(tags: &Tags) -> Tree {
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    Tree::List("Tag", tags.iter().map(tag).collect())
}

/// The filters of a request, refused if the operation has none of that name.
pub(super) fn filters(params: &Params, known: &[&str]) -> Result<Vec<(String, Vec<String>)>, AwsFault> {
    let one = |filter: &Params| {
        let name = filter.text("Name").unwrap_or_default().to_owned();
        match known.contains(&name.as_str()) {
            true => Ok((name, filter.texts("Values"))),
            false => Err(invalid(format!("Unrecognized filter name: {name}"))),
        }
    };
    params.list("Filters").iter().map(one).collect()
}

/// One page of a list and the marker of the next. AWS: MaxRecords from 20 to 100, 100 unless told.
pub(super) fn page(params: &Params, items: Vec<Tree>) -> Result<(Option<Tree>, Vec<Tree>), AwsFault> {
    let size = number(params, "MaxRecords", (20, 100))?.and_then(|size| usize::try_from(size).ok());
    let size = size.unwrap_or(100);
    let from = params.text("Marker").filter(|marker| !marker.is_empty()).map_or(Ok(0), str::parse::<usize>);
    let from = from.map_err(|_| invalid("Invalid Marker"))?;
    let next = from.saturating_add(size);
    let marker = (items.len() > next).then(|| Tree::Text(next.to_string()));
    Ok((marker, items.into_iter().skip(from).take(size).collect()))
}

/// A paged list as RDS answers it.
pub(super) fn listing(
    params: &Params,
    name: &'static str,
    element: &'static str,
    items: Vec<Tree>,
) -> Result<Tree, AwsFault> {
    let (marker, items) = page(params, items)?;
    Ok(Tree::map([("Marker", marker), (name, Tree::list(element, items))]))
}
