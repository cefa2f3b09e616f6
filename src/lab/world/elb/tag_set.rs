//! Tag set: the tags that a call gives a resource.
//! Invariant: at most fifty a resource; what begins with `aws:` is AWS's own.
//! Not here: the operations on tags (see `tags`).
//! Used by: `tags`, and the operations that create.

use super::{State, build::Tags, describe::invalid};
use crate::lab::world::call::{AwsFault, Call};

/// Tags a resource may have (AWS: AddTags API reference).
pub(super) const LIMIT: usize = 50;

impl State {
    /// Forgets the tags of what is gone.
    pub(super) fn forget_tags<'a>(&mut self, arns: impl IntoIterator<Item = &'a str>) {
        for arn in arns {
            self.tags.remove(arn);
        }
    }
}

/// The tags that a call gives, checked.
pub(super) fn of_call(call: &Call) -> Result<Tags, AwsFault> {
    let mut tags = Tags::new();
    for tag in call.params.list("Tags") {
        let key = tag.text("Key").unwrap_or_default().to_owned();
        if key.is_empty() || key.chars().count() > 128 {
            return Err(invalid("Tag keys must have from 1 to 128 characters"));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys beginning with 'aws:' are reserved for system use"));
        }
        let value = tag.text("Value").unwrap_or_default().to_owned();
        if tags.insert(key.clone(), value).is_some() {
            let message = format!("Tag key '{key}' is specified more than once");
            return Err(AwsFault::new(400, "DuplicateTagKeys", message));
        }
    }
    if tags.len() > LIMIT {
        return Err(too_many());
    }
    Ok(tags)
}

/// A resource would have more tags than it may.
pub(super) fn too_many() -> AwsFault {
    AwsFault::new(400, "TooManyTags", "The maximum number of tags has been reached")
}
