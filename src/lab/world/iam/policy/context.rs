//! Context: what is known of a request when policies are held against it.
//! Invariant: names are compared without case, as condition keys are.
//! Used by: `condition`, `pattern`, and whoever asks.

use std::collections::BTreeMap;

/// Condition keys and their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lab) struct Context(BTreeMap<String, (String, Vec<String>)>);

impl Context {
    /// Sets a key's values.
    pub(in crate::lab) fn set(&mut self, key: &str, values: impl IntoIterator<Item = impl Into<String>>) {
        let values = values.into_iter().map(Into::into).collect();
        self.0.insert(key.to_lowercase(), (key.to_owned(), values));
    }

    /// Sets a key's one value.
    pub(in crate::lab) fn put(&mut self, key: &str, value: impl Into<String>) {
        self.set(key, [value.into()]);
    }

    /// A key's values; `None` if the request has no such key.
    pub(in crate::lab) fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_lowercase()).map(|(_, values)| values.as_slice())
    }

    /// All keys as they were set, with their values.
    pub(in crate::lab) fn all(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.values().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}
