//! Model: parameters and their versions, managed instances.
//! Invariant: a parameter has one version at least, the newest last; a label is on one version at most.
//! Used by: `ssm`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::settings::Settings;
use crate::lab::world::{
    call::{AwsFault, Params},
    refusal,
};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// What the world may say.
    pub(in crate::lab) settings: Settings,
    /// Parameters by region and name.
    pub(in crate::lab) parameters: BTreeMap<(String, String), Parameter>,
    /// Managed instances by region and id, with the name each has for itself.
    pub(in crate::lab) managed: BTreeMap<(String, String), String>,
}

/// A parameter.
#[derive(Debug, Clone, Default)]
pub(in crate::lab) struct Parameter {
    pub(in crate::lab) versions: Vec<Version>,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

/// One version of a parameter.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Version {
    pub(in crate::lab) number: u64,
    pub(in crate::lab) kind: String,
    pub(in crate::lab) value: String,
    pub(in crate::lab) description: Option<String>,
    pub(in crate::lab) pattern: Option<String>,
    pub(in crate::lab) key: Option<String>,
    pub(in crate::lab) tier: String,
    pub(in crate::lab) data_type: String,
    pub(in crate::lab) labels: BTreeSet<String>,
    pub(in crate::lab) modified: Timestamp,
    pub(in crate::lab) user: String,
}

impl Parameter {
    /// The newest version.
    pub(super) fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }
}

/// `ValidationException`, 400.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationException", message)
}

/// A parameter of a call that must be there.
pub(super) fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).ok_or_else(|| invalid(refusal::null(name)))
}

impl State {
    /// The parameter that a text means: a name, an ARN, each with `:` and a version or label behind it or not; and
    /// the version.
    pub(super) fn find(&self, region: &str, text: &str) -> Result<(&str, &Parameter, &Version), AwsFault> {
        // AWS: this error comes without a message.
        let absent = || AwsFault::new(400, "ParameterNotFound", "");
        let own = bare(text);
        let (name, selector) = own.split_once(':').map_or((own, None), |(name, rest)| (name, Some(rest)));
        let key = (region.to_owned(), name.to_owned());
        let slashed = (region.to_owned(), format!("/{name}"));
        let from_arn = text.starts_with("arn:");
        let entry = self.parameters.get_key_value(&key);
        let entry = entry.or_else(|| self.parameters.get_key_value(&slashed).filter(|_| from_arn));
        let ((_, name), parameter) = entry.ok_or_else(absent)?;
        let Some(selector) = selector else {
            return parameter.newest().map(|version| (name.as_str(), parameter, version)).ok_or_else(absent);
        };
        let number: Option<u64> = selector.parse().ok();
        let found = parameter.versions.iter().find(|version| {
            number.map_or(version.labels.contains(selector), |number| version.number == number)
        });
        found.map(|version| (name.as_str(), parameter, version)).ok_or_else(|| {
            let what = if number.is_some() { "version" } else { "label" };
            let message = format!(
                "Systems Manager could not find {what} {selector} of {name}. Verify the {what} and try again."
            );
            AwsFault::new(400, "ParameterVersionNotFound", message)
        })
    }
}

/// What comes behind `parameter` in an ARN, or the text itself.
fn bare(text: &str) -> &str {
    if !text.starts_with("arn:") {
        return text;
    }
    text.split_once(":parameter/").map_or(text, |(_, name)| name)
}
