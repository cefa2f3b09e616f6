//! With: what a breakage is of, as someone said it.
//! Invariant: holds what its kind takes and needs, and nothing else.
//! Used by: `breakage`.

use std::{collections::BTreeMap, fmt, time::Duration};

use jiff::SignedDuration;

use super::error::BreakError;
use crate::text;

/// Whether something must be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// One of those that are marked so.
    OneOf,
}

/// Texts by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct With(BTreeMap<String, String>);

impl With {
    /// What was said, if it is what the kind takes.
    pub(super) fn read(
        (kind, takes): (&str, &[(&'static str, Need)]),
        said: impl IntoIterator<Item = (String, String)>,
    ) -> Result<With, BreakError> {
        let said: BTreeMap<String, String> = said.into_iter().collect();
        let known: Vec<&str> = takes.iter().map(|(name, _)| *name).collect();
        if let Some(unknown) = said.keys().find(|name| !known.contains(&name.as_str())) {
            let all = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            let meant = text::nearest(unknown, known.iter().copied());
            let meant = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            return Err(BreakError::With(format!("{} has no `{unknown}`; it takes {all}{meant}", kind)));
        }
        let named = |need| takes.iter().filter(move |(_, own)| *own == need).map(|(name, _)| *name);
        if let Some(missing) = named(Need::Must).find(|name| !said.contains_key(*name)) {
            return Err(BreakError::With(format!("{} needs {missing}=…", kind)));
        }
        let choices: Vec<&str> = named(Need::OneOf).collect();
        let chosen = choices.iter().filter(|name| said.contains_key(**name)).count();
        if !choices.is_empty() && chosen != 1 {
            return Err(BreakError::With(format!("{} needs one of {}", kind, choices.join("=…, ") + "=…")));
        }
        Ok(With(said))
    }

    /// The text of this name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of a name that the kind needs.
    pub(super) fn need(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// A whole number, if it is said.
    pub(super) fn number(&self, name: &str, low: u64, high: u64) -> Result<Option<u64>, BreakError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| (low..=high).contains(number));
        number
            .map(Some)
            .ok_or_else(|| BreakError::With(format!("{name}={text} is no whole number from {low} to {high}")))
    }

    /// A duration such as `30s`, if it is said.
    pub(super) fn duration(&self, name: &str) -> Result<Option<Duration>, BreakError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let read = text.parse::<SignedDuration>().ok().and_then(|read| Duration::try_from(read).ok());
        // What goes to and fro faster than this is no longer seen by any check.
        read.filter(|read| *read >= Duration::from_secs(1)).map(Some).ok_or_else(|| {
            BreakError::With(format!("{name}={text} is no duration of a second or more, such as 30s"))
        })
    }

    /// All of it.
    pub(super) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl fmt::Display for With {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(|(name, text)| format!("{name}={text}")).collect();
        f.write_str(&words.join(" "))
    }
}
