//! Filter: EC2's `Filter.N.Name` and `Filter.N.Value.M`.
//! Invariant: filters are joined by *and*, the values of one filter by *or*; an unknown filter is refused, never
//! ignored; `*` and `?` are wildcards, as EC2's guide says.
//! Used by: every describe of EC2.

use super::model::Tags;
use crate::lab::world::{
    call::{AwsFault, Params},
    wildcard,
};

/// The filters of a call.
#[derive(Debug)]
pub(super) struct Filters(Vec<(String, Vec<String>)>);

impl Filters {
    /// Reads them, and refuses those that the operation does not know.
    pub(super) fn read(params: &Params, known: &[&str]) -> Result<Filters, AwsFault> {
        let read =
            |filter: &Params| (filter.text("Name").unwrap_or_default().to_owned(), filter.texts("Value"));
        let filters: Vec<_> = params.list("Filter").iter().map(read).collect();
        for (name, _) in &filters {
            let known = known.contains(&name.as_str());
            if !known && name != "tag-key" && !name.starts_with("tag:") {
                let message = format!("The filter '{name}' is invalid");
                return Err(AwsFault::new(400, "InvalidParameterValue", message));
            }
        }
        Ok(Filters(filters))
    }

    /// The values of a filter, if there are some and none has a wildcard.
    pub(super) fn exact(&self, name: &str) -> Option<&[String]> {
        let (_, values) = self.0.iter().find(|(own, _)| own == name)?;
        (!values.is_empty() && !values.iter().any(|value| value.contains(['*', '?']))).then_some(values)
    }

    /// True if something with these `tags` passes; `values` gives its texts for a filter's name.
    pub(super) fn pass(&self, tags: Option<&Tags>, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.0.iter().all(|(name, wanted)| {
            let own = match name.strip_prefix("tag:") {
                Some(key) => tags.and_then(|tags| tags.get(key)).cloned().into_iter().collect(),
                None if name == "tag-key" => {
                    tags.map(|tags| tags.keys().cloned().collect()).unwrap_or_default()
                }
                None => values(name),
            };
            own.iter().any(|value| wanted.iter().any(|pattern| wildcard::matches(pattern, value)))
        })
    }
}
