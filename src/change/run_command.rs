//! `run`: a command of the user's own, with a command of the user's own that undoes it.
//! Effect: whatever the command does. Permissions: none of AWS's that this program knows of. `before` holds both
//! commands. What restore cannot bring back: anything the user's restore command does not.
//!
//! No shell is involved: the first word is the program, the rest are its arguments. What the commands print goes into
//! the journal, shortened; they must not print secrets.

use std::{process::Stdio, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::process::Command;

use super::{Call, Captured, Change, ChangeError, Intent, Verification};
use crate::{
    clock::Clock,
    drill::model::{ChangeSpec, Facts},
    journal::event::{FailureClass, Reversibility},
};

/// Output of a command that is kept, in bytes from its end.
const KEPT_OUTPUT: usize = 2000;

/// As the drill gives it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// Program and arguments.
    command: Vec<String>,
    /// Program and arguments of the way back; `None`: there is nothing to put back.
    restore_with: Option<Vec<String>>,
    /// Seconds that either may take.
    within_s: f64,
}

/// What `restore` needs: the parameters themselves.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Before {
    version: u32,
    params: Params,
}

/// The change.
struct RunCommand {
    params: Params,
    clock: Clock,
}

/// The change that a `run` step makes, as a journal keeps it.
pub fn spec(command: &[String], restore_with: Option<&[String]>, within: Duration) -> ChangeSpec {
    let params =
        json!({ "command": command, "restore_with": restore_with, "within_s": within.as_secs_f64() });
    ChangeSpec { kind: "run".to_owned(), params: params.as_object().cloned().unwrap_or_default() }
}

/// Builds it.
pub(super) fn build(params: Params, clock: Clock) -> Box<dyn Change> {
    Box::new(RunCommand { params, clock })
}

#[async_trait]
impl Change for RunCommand {
    fn title(&self) -> String {
        format!("run `{}`", self.params.command.join(" "))
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }

    fn apply_time(&self) -> Duration {
        Duration::try_from_secs_f64(self.params.within_s).unwrap_or(Duration::MAX)
    }

    fn restore_time(&self) -> Duration {
        match &self.params.restore_with {
            Some(_) => self.apply_time(),
            None => Duration::ZERO,
        }
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let before = Before { version: 1, params: self.params.clone() };
        let before = serde_json::to_value(before).map_err(|e| ChangeError::Refused(e.to_string()))?;
        let by_hand = self.params.restore_with.iter().map(|command| command.join(" ")).collect();
        let touches = Facts::from([("this machine".to_owned(), self.title())]);
        Ok(Captured { before, by_hand, touches, intent: intent(&self.params), ..Captured::default() })
    }

    async fn apply(&self, _before: &Value) -> Result<Facts, ChangeError> {
        self.execute(&self.params.command, self.params.within_s).await
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        let params = read(before)?.params;
        match &params.restore_with {
            Some(command) => self.execute(command, params.within_s).await,
            None => {
                Ok(Facts::from([("restore".to_owned(), "nothing to put back, as the drill says".to_owned())]))
            }
        }
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        let params = read(before)?.params;
        let word = match params.restore_with {
            Some(_) => "the restore command ended with success; what it did is its author's to prove",
            None => "there was nothing to put back",
        };
        Ok(Verification::Equal(Facts::from([("verified by".to_owned(), word.to_owned())])))
    }
}

impl RunCommand {
    async fn execute(&self, command: &[String], within_s: f64) -> Result<Facts, ChangeError> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(ChangeError::Refused("run: the command is empty".to_owned()));
        };
        let failed = |why: String| ChangeError::Failed {
            class: FailureClass::Unknown,
            what: format!("`{}`", command.join(" ")),
            why,
        };
        let mut child = Command::new(program);
        child.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        let within = Duration::from_secs_f64(within_s.max(0.0));
        let output = self.clock.timeout(within, child.output()).await;
        let output = output
            .ok_or_else(|| failed(format!("did not end within {}", crate::text::duration(within))))?
            .map_err(|e| failed(format!("could not be started: {e}")))?;
        let said = tail(&[output.stdout.as_slice(), output.stderr.as_slice()].concat());
        if !output.status.success() {
            return Err(failed(format!("{}: {said}", output.status)));
        }
        Ok(Facts::from([("command".to_owned(), command.join(" ")), ("printed".to_owned(), said)]))
    }
}

/// What a command does is its author's to know.
fn intent(params: &Params) -> Intent {
    let call = |words: &[String]| Call {
        operation: "run".to_owned(),
        region: None,
        resource: "this machine".to_owned(),
        with: format!("`{}`", words.join(" ")),
    };
    let inexact = match &params.restore_with {
        Some(_) => {
            "what the command changes is not known here: its `restore_with` puts back what its author says"
        }
        None => "nothing puts back what the command changes: the step has no `restore_with`",
    };
    Intent {
        calls: vec![call(&params.command)],
        back: params.restore_with.iter().map(|words| call(words)).collect(),
        inexact: vec![inexact.to_owned()],
        ..Intent::default()
    }
}

fn read(before: &Value) -> Result<Before, ChangeError> {
    serde_json::from_value(before.clone())
        .map_err(|e| ChangeError::Refused(format!("run: unreadable before: {e}")))
}

fn tail(bytes: &[u8]) -> String {
    let from = bytes.len().saturating_sub(KEPT_OUTPUT);
    String::from_utf8_lossy(&bytes[from..]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(command: &[&str], restore_with: Option<&[&str]>) -> Box<dyn Change> {
        let params = json!({ "command": command, "restore_with": restore_with, "within_s": 20.0 });
        build(serde_json::from_value(params).unwrap(), Clock::real_time())
    }

    #[tokio::test]
    async fn what_the_command_made_is_gone_after_its_restore_command() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made");
        let path = file.to_str().unwrap();
        let change = change(&["touch", path], Some(&["rm", "-f", path]));
        let before = change.capture().await.unwrap().before;
        assert!(!file.exists());
        change.apply(&before).await.unwrap();
        assert!(file.exists());
        change.restore(&before).await.unwrap();
        change.restore(&before).await.unwrap();
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn a_failing_command_fails_with_what_it_printed() {
        let change = change(&["sh", "-c", "echo broken >&2; exit 3"], None);
        let before = change.capture().await.unwrap().before;
        let error = change.apply(&before).await.unwrap_err().to_string();
        assert!(error.contains("broken") && error.contains('3'), "{error}");
    }
}
