//! Params: what several requests say in the same way.
//! Invariant: what is missing or out of bounds is refused as RDS refuses it.
//! Used by: describe, event, role, in_cluster.

use super::invalid;
use crate::lab::world::call::{AwsFault, Params, Tree};

/// A parameter that AWS's model requires.
pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).ok_or_else(|| invalid(format!("The request must contain the parameter {name}")))
}

/// One page of a list and the marker of the next. AWS: MaxRecords from 20 to 100, 100 unless told.
pub(super) fn page(params: &Params, items: Vec<Tree>) -> Result<(Option<Tree>, Vec<Tree>), AwsFault> {
    let size = params.text("MaxRecords").map_or(Ok(100), str::parse::<usize>);
    let size = size.ok().filter(|size| (20..=100).contains(size));
    let size = size.ok_or_else(|| invalid("Invalid value for MaxRecords: must be between 20 and 100"))?;
    let from = params.text("Marker").filter(|marker| !marker.is_empty()).map_or(Ok(0), str::parse::<usize>);
    let from = from.map_err(|_| invalid("Invalid Marker"))?;
    let next = from.saturating_add(size);
    let marker = (items.len() > next).then(|| Tree::Text(next.to_string()));
    Ok((marker, items.into_iter().skip(from).take(size).collect()))
}
