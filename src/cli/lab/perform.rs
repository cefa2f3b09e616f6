//! Perform: the verbs `lab do …`: break, heal, misbehave, state, truth.
//! Invariant: does nothing itself: the lab's control door does, and its words are shown.
//! Used by: `lab`.

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::{misbehave, remote::At, shown};
use crate::cli::{error::CliError, output};

/// What can be done in a lab that runs.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum DoVerb {
    /// Break something; without a kind, list what can be broken
    Break {
        /// What: `app-down`, `zone-lost`, ...
        kind: Option<String>,
        /// Of what: `region=ap-northeast-2`, ...
        #[arg(value_name = "NAME=VALUE")]
        with: Vec<String>,
        #[command(flatten)]
        at: At,
    },
    /// Heal what was broken, and end rules of misbehaviour
    Heal {
        /// Names as `break`, `misbehave` and `state` show them
        #[arg(required_unless_present = "all")]
        names: Vec<String>,
        /// Everything
        #[arg(long, conflicts_with = "names")]
        all: bool,
        #[command(flatten)]
        at: At,
    },
    /// Let AWS misbehave by a rule; without one, list the ways
    Misbehave {
        /// `SERVICE:OPERATION[@REGION] WAY [count=N|A..B] [every=N] [p=P] [seed=N]`
        rule: Vec<String>,
        #[command(flatten)]
        at: At,
    },
    /// Show what is broken, what misbehaves, and which calls were made
    State {
        #[command(flatten)]
        at: At,
    },
    /// Show what physically happened
    Truth {
        /// From this transition on, the first being 0
        #[arg(long, value_name = "N", default_value_t = 0)]
        from: usize,
        #[command(flatten)]
        at: At,
    },
}

/// Does it.
pub(super) async fn perform(verb: DoVerb) -> Result<(), CliError> {
    match verb {
        DoVerb::Break { kind: None, at, .. } => say(&at, &shown::kinds_json(), shown::breakages),
        DoVerb::Break { kind: Some(kind), with, at } => {
            let body = json!({ "kind": kind, "with": pairs(&with)? });
            let answer = at.post("/do/break", &body).await?;
            say(&at, &answer, |answer| format!("{} is in force: {kind} {}\n", name(answer), with.join(" ")))
        }
        DoVerb::Heal { names, all, at } => {
            let body = if all { json!({ "all": true }) } else { json!({ "names": names }) };
            let answer = at.post("/do/heal", &body).await?;
            say(&at, &answer, shown::healed)?;
            shown::left(&answer)
        }
        DoVerb::Misbehave { rule, at } if rule.is_empty() => {
            say(&at, &shown::kinds_json(), shown::misbehaviours)
        }
        DoVerb::Misbehave { rule, at } => {
            let rule = rule.join(" ");
            // What is wrong with it is shown as for `lab up`; the lab is asked only with a rule that reads.
            misbehave::rules(std::slice::from_ref(&rule), None)?;
            let answer = at.post("/do/misbehave", &json!({ "rules": [rule] })).await?;
            say(&at, &answer, |answer| format!("{} is in force: {rule}\n", shown::names(answer, "names")))
        }
        DoVerb::State { at } => say(&at, &at.get("/do/state").await?, shown::state),
        DoVerb::Truth { from, at } => truth(from, &at).await,
    }
}

/// The door gives so many transitions at once: asks on until there are no more.
async fn truth(mut from: usize, at: &At) -> Result<(), CliError> {
    loop {
        let answer = at.get(&format!("/do/truth?from={from}")).await?;
        let transitions = answer["transitions"].as_array().map(Vec::as_slice).unwrap_or_default();
        if transitions.is_empty() {
            return Ok(());
        }
        let text = if at.json { shown::json_lines(transitions) } else { shown::transitions(transitions) };
        output::out_exactly(&text);
        from += transitions.len();
    }
}

fn say(at: &At, answer: &Value, human: impl FnOnce(&Value) -> String) -> Result<(), CliError> {
    output::out_exactly(&if at.json { format!("{answer}\n") } else { human(answer) });
    Ok(())
}

fn name(answer: &Value) -> &str {
    answer["name"].as_str().unwrap_or_default()
}

fn pairs(with: &[String]) -> Result<Map<String, Value>, CliError> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            CliError::Usage(format!(
                "`{text}` is not NAME=VALUE, as region=ap-northeast-2; nothing was broken"
            ))
        })?;
        Ok((name.to_owned(), Value::from(value)))
    };
    with.iter().map(pair).collect()
}
