//! Renewal: credentials that are no longer valid: when they are asked for again, and what a person is told.
//! Invariant: no secret is read or told here.
//! Not here: where credentials come from (see `config`).
//! Used by: `clients`.

use std::{
    env,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{config::AwsSettings, error::AwsError};
use crate::{clock::Stamp, drill::model::Side};

/// Every caller fails at once when a session ends; the chain is not asked again for each of them.
const BETWEEN: Duration = Duration::from_secs(5);

/// When credentials were last asked for again.
#[derive(Debug, Default)]
pub(super) struct Renewal(Mutex<Option<Stamp>>);

impl Renewal {
    /// True if it is time to ask again; counts as asked.
    pub(super) fn is_due(&self, now: Stamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| now.since(last) >= BETWEEN);
        if due {
            *last = Some(now);
        }
        due
    }
}

/// The error, with what a person can do about it.
pub(super) fn advised(error: AwsError, settings: &AwsSettings) -> AwsError {
    if settings.credentials.is_some() {
        return error;
    }
    let profiles: Vec<Option<String>> =
        Side::BOTH.iter().map(|side| settings.regions.of(*side).profile.clone()).collect();
    let from_environment = env::var_os("AWS_ACCESS_KEY_ID").is_some();
    let advice = advice(&profiles, from_environment, env::var("AWS_PROFILE").ok());
    AwsError { message: format!("{}; {advice}", error.message), ..error }
}

fn advice(profiles: &[Option<String>], from_environment: bool, usual: Option<String>) -> String {
    if from_environment && profiles.contains(&None) {
        return "they came from the environment, which no one can renew for a process that runs: leave it (Ctrl-C, three \
                times), set new ones, and go on with `firedrill restore`"
            .to_owned();
    }
    let mut names: Vec<String> =
        profiles.iter().filter_map(|name| name.clone().or_else(|| usual.clone())).collect();
    names.dedup();
    let commands: Vec<String> = match names.is_empty() {
        true => vec!["`aws sso login`".to_owned()],
        false => names.iter().map(|name| format!("`aws sso login --profile {name}`")).collect(),
    };
    let commands = commands.join(" and ");
    format!(
        "renew them where they come from, for example with {commands}: new ones are picked up while this runs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::at;

    #[test]
    fn many_callers_ask_once() {
        let renewal = Renewal::default();
        assert!(renewal.is_due(at(0)));
        assert!(!renewal.is_due(at(4_999)));
        assert!(renewal.is_due(at(5_000)));
    }

    #[test]
    fn the_advice_names_what_can_be_renewed() {
        let both = [Some("shop".to_owned()), Some("shop".to_owned())];
        assert!(advice(&both, true, None).contains("`aws sso login --profile shop`:"), "named profiles win");
        assert!(advice(&[None, None], false, Some("ops".into())).contains("--profile ops`"));
        assert!(advice(&[None, None], false, None).contains("`aws sso login`"));
        let fixed = advice(&[None, None], true, None);
        assert!(fixed.contains("firedrill restore") && !fixed.contains("sso"), "{fixed}");
    }
}
