//! Misbehave: rules of misbehaviour from the command line and from files.
//! Invariant: one wrong rule refuses all, and each is shown where it is wrong.
//! Not here: what rules are (see `lab::world::misbehave`).
//! Used by: `up`; `perform`; `surroundings`.

use std::{fs, path::Path};

use crate::{
    cli::{error::CliError, output},
    diagnostic::{
        Diagnostic, Problems, Severity, SourceFile,
        render::{self, Paint},
    },
    lab::world::misbehave::{self, Rule},
    text,
};

/// The rules of the texts and of the file, the texts first.
pub(crate) fn rules(texts: &[String], file: Option<&Path>) -> Result<Vec<Rule>, CliError> {
    let mut rules = Vec::new();
    let mut shown = String::new();
    let mut wrong = 0;
    for text in texts {
        match misbehave::read_rule("--misbehave", text) {
            Ok(rule) => rules.push(rule),
            Err(problems) => {
                shown.push_str(&render::text(&problems, Paint::Coloured));
                wrong += 1;
            }
        }
    }
    if let Some(path) = file {
        let (own, problems) = in_file(path)?;
        rules.extend(own);
        shown.push_str(&render::text(&problems, Paint::Coloured));
        wrong += problems.count(Severity::Error);
    }
    if wrong == 0 {
        return Ok(rules);
    }
    output::note_exactly(&shown);
    let wrong = text::plural(wrong, "rule");
    Err(CliError::Usage(format!("{wrong} of misbehaviour cannot be used; nothing was started or changed")))
}

fn in_file(path: &Path) -> Result<(Vec<Rule>, Problems), CliError> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|why| CliError::broken(format!("could not read {shown}"), why))?;
    let mut problems = Problems::new();
    let rules = match SourceFile::from_bytes(shown.clone(), bytes) {
        Ok(source) => misbehave::read_file(&mut problems, source),
        Err((source, why)) => {
            let file = problems.add_file(source);
            problems.push(Diagnostic::unreadable(why, file, &shown));
            Vec::new()
        }
    };
    Ok((rules, problems))
}
