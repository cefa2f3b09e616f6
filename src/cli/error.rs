//! Error: what a verb says when it can not do its work, and the code the process ends with.
//! Invariant: every error says what is true now and what to type next; every one has a documented code.
//! Used by: every verb.

use std::error::Error;

use super::exit;

/// A verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The drill file or the command line is wrong; nothing was touched.
    #[error("{0}")]
    Usage(String),
    /// The run was refused; nothing was touched.
    #[error("{0}")]
    Refused(String),
    /// Something is outstanding; the text says what to type.
    #[error("{0}")]
    Outstanding(String),
    /// Something is broken here: a file that can not be written, a port that is taken.
    #[error("{what}")]
    Broken {
        /// What could not be done.
        what: String,
        /// Why.
        #[source]
        why: Box<dyn Error + Send + Sync>,
    },
}

impl CliError {
    /// Something here is broken.
    pub(crate) fn broken(what: impl Into<String>, why: impl Into<Box<dyn Error + Send + Sync>>) -> CliError {
        CliError::Broken { what: what.into(), why: why.into() }
    }

    /// The code the process ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            CliError::Usage(_) => exit::USAGE,
            CliError::Refused(_) | CliError::Broken { .. } => exit::REFUSED,
            CliError::Outstanding(_) => exit::OUTSTANDING,
        }
    }

    /// The error with its causes, on one line each.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(next) = cause {
            text.push_str(&format!("\n  because: {next}"));
            cause = next.source();
        }
        text
    }
}
