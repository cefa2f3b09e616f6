//! Before: what every change's `before` has in common: a version, and a way into the journal and out of it.
//! Invariant: a `before` of another version is refused, never half understood.
//! Not here: what a change keeps (each its own).
//! Used by: every change.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

use super::ChangeError;
use crate::journal::event::FailureClass;

/// A number that must be `N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version<const N: u32>;

impl<const N: u32> Serialize for Version<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(N)
    }
}

impl<'de, const N: u32> Deserialize<'de> for Version<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Version<N>, D::Error> {
        match u32::deserialize(from)? {
            found if found == N => Ok(Version),
            found => Err(serde::de::Error::custom(format!(
                "it was written in version {found} and this program reads version {N}: restore with the program that wrote it"
            ))),
        }
    }
}

/// For the journal.
pub(super) fn write<T: Serialize>(before: &T) -> Result<Value, ChangeError> {
    serde_json::to_value(before).map_err(|error| failed("keep what was there", &error))
}

/// From the journal.
pub(super) fn read<T: DeserializeOwned>(before: &Value) -> Result<T, ChangeError> {
    T::deserialize(before).map_err(|error| failed("read what was there from the journal", &error))
}

fn failed(what: &str, error: &serde_json::Error) -> ChangeError {
    ChangeError::Failed { class: FailureClass::Invalid, what: what.to_owned(), why: error.to_string() }
}
