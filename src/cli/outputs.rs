//! Outputs: where a run's outcome goes beside its own files: a GitHub job, Prometheus, a chat.
//! Invariant: a failure of any of these is a warning and changes no exit code; the webhook's address comes from the
//! environment alone and is never written anywhere.
//! Not here: what is said (see `report::ci`).
//! Used by: `run`, `report`.

use std::{
    fs::{OpenOptions, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use super::output::note;
use crate::{
    net::Hook,
    report::{
        ci::{github, prometheus, slack},
        model::Report,
    },
};

/// A chat that takes longer than this is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where else a run's outcome goes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Other outputs")]
pub(crate) struct OutputArgs {
    /// Annotate a GitHub job on stderr and write its step summary
    #[arg(long)]
    github: bool,
    /// Write the outcome as gauges, for Prometheus's textfile collector
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
    /// Post the outcome to the webhook whose address this environment variable holds
    #[arg(long, value_name = "NAME")]
    webhook_env: Option<String>,
}

impl OutputArgs {
    /// The same, with what a GitHub job wants where this is one.
    #[cfg(feature = "aws")]
    pub(crate) fn as_in_a_job(&self) -> OutputArgs {
        let is_job = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        OutputArgs { github: self.github || is_job, ..self.clone() }
    }

    /// Sends the report everywhere. What fails is told as a warning.
    pub(crate) async fn send(&self, report: &Report) {
        for warning in self.try_all(report).await {
            note(format!("warning: {warning}; the run's own files are not affected"));
        }
    }

    async fn try_all(&self, report: &Report) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.github {
            github::annotations(report).iter().for_each(note);
            if let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) {
                let why = append(Path::new(&file), &github::summary(report)).err();
                warnings.extend(why.map(|why| format!("the step summary could not be written: {why}")));
            }
        }
        if let Some(file) = &self.prometheus {
            let why = replace(file, &prometheus::text(report)).err();
            warnings.extend(why.map(|why| format!("{} could not be written: {why}", file.display())));
        }
        if let Some(name) = &self.webhook_env {
            let why = post(name, report).await.err();
            warnings.extend(why.map(|why| format!("nothing was posted to the webhook of {name}: {why}")));
        }
        warnings
    }
}

/// The summary of a step goes on where earlier ones ended.
fn append(file: &Path, text: &str) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).open(file)?.write_all(text.as_bytes())
}

/// Beside and renamed: a collector reads at any moment.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new()
        .prefix(".firedrill")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.persist(file).map(drop).map_err(|error| error.error)
}

async fn post(name: &str, report: &Report) -> Result<(), String> {
    let address = std::env::var(name).map_err(|_| "the variable is not set, or is no text".to_owned())?;
    let hook = Hook::parse(&address).map_err(|why| why.to_string())?;
    let body = slack::body(report).to_string().into_bytes();
    hook.post(body, PATIENCE).await.map_err(|why| why.to_string())
}
