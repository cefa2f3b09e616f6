//! Noop: changes nothing, for trying out a drill and for tests of everything around changes.
//!
//! Effect: none. Nearest AWS FIS action: aws:fis:wait. Permissions: none. Before holds: nothing. Restore brings back
//! everything, for there is nothing.
//!
//! Invariant: succeeds always.
//! Not here: waiting (see `hold`).
//! Used by: registry.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Captured, Change, ChangeError, Verification,
    before::{self, Version},
};
use crate::{drill::model::Facts, journal::event::Reversibility};

/// What the drill says: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    version: Version<1>,
}

struct Noop {
    title: String,
}

/// Builds it.
pub(super) fn build(_: Params) -> Box<dyn Change> {
    Box::new(Noop { title: "change nothing".to_owned() })
}

/// Stands where a change of another kind would touch this machine and must not.
pub(super) fn stand_in(kind: &str) -> Box<dyn Change> {
    Box::new(Noop { title: format!("change nothing, where `{kind}` would touch this machine") })
}

#[async_trait]
impl Change for Noop {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }

    fn apply_time(&self) -> Duration {
        Duration::ZERO
    }

    fn restore_time(&self) -> Duration {
        Duration::ZERO
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let before = before::write(&Before { version: Version })?;
        Ok(Captured { before, ..Captured::default() })
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        before::read::<Before>(before).map(|_| Facts::new())
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        before::read::<Before>(before).map(|_| Facts::new())
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        before::read::<Before>(before).map(|_| Verification::Equal(Facts::new()))
    }
}
