//! Saved: a plan in a file, with the drill that it is of and everything that it was made from.
//! Invariant: what `parse` returns is what `SavedPlan::new` made, byte for byte in meaning: anything else is an error that
//! says where; a plan of a newer format is refused, never half understood.
//! Not here: reading and writing files (see `cli`), what is compared (see `reading`).
//! Used by: cli.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    digest::sha256,
    model::{Plan, SavedBy},
    reading::{LEFT_OUT, Reading},
};
use crate::{
    drill::{
        model::{LoadedDrill, SourceText},
        reader,
    },
    journal::event::{Actor, LabFacts},
};

/// The format's name, before its version.
const FORMAT: &str = "firedrill.plan/";
/// The version that this program writes. Another number in front is another format.
const VERSION: &str = "1.0";
/// The field that seals the others.
const SEAL: &str = "sha256";

/// A plan, saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// `firedrill.plan/1.0`.
    pub format: String,
    /// Name and version of the program that made it.
    pub program: String,
    /// When, in the world's time.
    pub made_at: Timestamp,
    /// The process that made it, for its user and host.
    pub by: Actor,
    /// The seed of the lab that it was made on; `None`: on AWS.
    pub lab_seed: Option<u64>,
    /// The drill's file and its deployment's.
    pub files: Vec<SourceText>,
    /// SHA-256 over these files, hex.
    pub drill_digest: String,
    /// SHA-256 over the deployment's file alone, hex.
    pub deployment_digest: String,
    /// SHA-256 of the plan, hex.
    pub plan_digest: String,
    /// The plan.
    pub plan: Plan,
    /// SHA-256 over everything that was read, hex.
    pub fingerprint: String,
    /// Everything that was read, by its path.
    pub read: Reading,
    /// What was read and is not compared, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// A file that is no saved plan, or not as one was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// It is no JSON.
    #[error("line {line}, column {column}: {why}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The parser's words.
        why: String,
    },
    /// It is JSON of another kind.
    #[error("it is no saved plan: `format` is not {FORMAT}…; `firedrill plan DRILL --out FILE` makes one")]
    Foreign,
    /// It is of a format that this program does not know.
    #[error("`format`: {0} is not known to this version, which reads {FORMAT}{VERSION}")]
    Newer(String),
    /// Something in it is not as it was written.
    #[error("`{0}`: it is not as it was written; make the plan anew, and look at it anew")]
    Altered(&'static str),
    /// Something in it is missing or of the wrong kind.
    #[error("{0}")]
    Unfit(String),
}

impl SavedPlan {
    /// The plan of this drill, made from this reading.
    pub fn new(
        loaded: &LoadedDrill,
        plan: Plan,
        read: Reading,
        made_at: Timestamp,
        by: Actor,
        lab: Option<&LabFacts>,
    ) -> SavedPlan {
        let deployment = loaded.files.get(1).map_or("", |file| file.text.as_str());
        SavedPlan {
            format: format!("{FORMAT}{VERSION}"),
            program: program(),
            made_at,
            by,
            lab_seed: lab.map(|lab| lab.seed),
            files: loaded.files.clone(),
            drill_digest: loaded.digest.clone(),
            deployment_digest: sha256(deployment.as_bytes()),
            plan_digest: plan.digest(),
            plan,
            fingerprint: read.fingerprint(),
            read,
            left_out: LEFT_OUT.iter().map(|(what, why)| ((*what).to_owned(), (*why).to_owned())).collect(),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        let seal = seal(&value);
        if let Value::Object(fields) = &mut value {
            fields.insert(SEAL.to_owned(), seal.into());
        }
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }

    /// Reads a file's text back.
    ///
    /// # Errors
    /// Where it is not what [`SavedPlan::text`] wrote.
    pub fn parse(text: &str) -> Result<(SavedPlan, LoadedDrill), NoPlan> {
        let mut value: Value = serde_json::from_str(text).map_err(|why| NoPlan::NotJson {
            line: why.line(),
            column: why.column(),
            why: why.to_string(),
        })?;
        let format = value["format"].as_str().unwrap_or_default().to_owned();
        let version = format.strip_prefix(FORMAT).ok_or(NoPlan::Foreign)?;
        if version.split('.').next() != VERSION.split('.').next() {
            return Err(NoPlan::Newer(format));
        }
        let sealed = match &mut value {
            Value::Object(fields) => fields.remove(SEAL),
            _ => None,
        };
        let seal = seal(&value);
        // By the text, for its line and column.
        let plan: SavedPlan = serde_json::from_str(text).map_err(|why| NoPlan::Unfit(why.to_string()))?;
        let loaded = plan.whole()?;
        match sealed.as_ref().and_then(Value::as_str) == Some(&seal) {
            true => Ok((plan, loaded)),
            false => Err(NoPlan::Altered(SEAL)),
        }
    }

    /// Each part is what its own digest says, which tells where a file was altered better than the seal over all.
    fn whole(&self) -> Result<LoadedDrill, NoPlan> {
        let loaded = reader::load_text(&self.files);
        let loaded = loaded.map_err(|_| NoPlan::Altered("files")).and_then(|loaded| {
            match loaded.digest == self.drill_digest {
                true => Ok(loaded),
                false => Err(NoPlan::Altered("files")),
            }
        })?;
        if self.plan.digest() != self.plan_digest {
            return Err(NoPlan::Altered("plan"));
        }
        match self.read.fingerprint() == self.fingerprint {
            true => Ok(loaded),
            false => Err(NoPlan::Altered("read")),
        }
    }

    /// What the world shows otherwise now, and what would be called otherwise: nothing, if the plan still holds.
    pub fn moved(&self, plan: &Plan, read: &Reading) -> Vec<String> {
        let mut all: Vec<String> = self.read.moved(read).iter().map(ToString::to_string).collect();
        if all.is_empty() && self.plan.calls != plan.calls {
            let said =
                |plan: &Plan| plan.calls.iter().map(|one| one.call.said()).collect::<Vec<_>>().join("; ");
            all.push(format!(
                "the world is as it was, but {} would call otherwise than {}: it was {}; it is {}",
                program(),
                self.program,
                said(&self.plan),
                said(plan)
            ));
        }
        all
    }

    /// For the run that goes by it.
    pub fn by(&self, now: Timestamp) -> SavedBy {
        SavedBy {
            digest: self.plan_digest.clone(),
            fingerprint: self.fingerprint.clone(),
            made_at: self.made_at,
            age_s: u64::try_from(now.duration_since(self.made_at).as_secs()).unwrap_or_default(),
            by: format!("{}@{}", self.by.user, self.by.host),
        }
    }
}

fn program() -> String {
    format!("firedrill {}", env!("CARGO_PKG_VERSION"))
}

/// Over all fields, each object's in the order of their names: what an editor or another tool writes anew in another layout
/// is the same.
fn seal(value: &Value) -> String {
    let mut text = String::new();
    canonical(value, &mut text);
    sha256(text.as_bytes())
}

fn canonical(value: &Value, into: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            into.push('{');
            for name in names {
                into.push_str(&Value::from(name.as_str()).to_string());
                into.push(':');
                canonical(&fields[name], into);
                into.push(',');
            }
            into.push('}');
        }
        Value::Array(values) => {
            into.push('[');
            for value in values {
                canonical(value, into);
                into.push(',');
            }
            into.push(']');
        }
        plain => into.push_str(&plain.to_string()),
    }
}
