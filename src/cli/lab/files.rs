//! Files: what `lab up` and `run --lab` read before a lab starts: its world, and the policy that it enforces.
//! Invariant: a file that cannot be used starts nothing, and every problem of it is shown at once.
//! Not here: what the files mean (see `lab::world`), rules of misbehaviour (see `misbehave`).
//! Used by: `up`; `surroundings`.

use std::{fs, path::Path, sync::Arc};

use crate::{
    cli::{error::CliError, output},
    diagnostic::{
        Diagnostic, Problems, Severity, SourceFile,
        render::{self, Paint},
    },
    lab::world::{
        blueprint::{Blueprint, read},
        iam,
    },
    text,
};

/// The world of a file; the reference world without one.
pub(crate) fn world(path: Option<&Path>) -> Result<Arc<Blueprint>, CliError> {
    let Some(path) = path else { return Ok(Blueprint::reference()) };
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|why| unreadable(&shown, &why))?;
    let read = match SourceFile::from_bytes(shown.clone(), bytes) {
        Ok(file) => read::read(file),
        Err((file, why)) => {
            let mut problems = Problems::new();
            let id = problems.add_file(file);
            problems.push(Diagnostic::unreadable(why, id, &shown));
            Err(problems)
        }
    };
    read.map(Arc::new).map_err(|problems| {
        output::note_exactly(&render::text(&problems, Paint::Coloured));
        let errors = text::plural(problems.count(Severity::Error), "error");
        CliError::Usage(format!("{shown} cannot be used: {errors}; no lab was started"))
    })
}

/// The policy of a file, as it stands there, if IAM takes it.
pub(crate) fn policy(path: Option<&Path>) -> Result<Option<String>, CliError> {
    let Some(path) = path else { return Ok(None) };
    let shown = path.display().to_string();
    let policy = fs::read_to_string(path).map_err(|why| unreadable(&shown, &why))?;
    let refused = |code: &str, message: &str| {
        CliError::Usage(format!("{shown} cannot be used: {code}: {message}; no lab was started"))
    };
    iam::check_policy(&policy).map_err(|fault| refused(fault.code, fault.message.trim_end_matches('.')))?;
    Ok(Some(policy))
}

fn unreadable(shown: &str, why: &std::io::Error) -> CliError {
    CliError::Usage(format!("{shown} cannot be read: {why}; no lab was started"))
}
