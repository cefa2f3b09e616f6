//! Broken: why a number could not be taken.
//! Used by: every number.

use std::{error::Error, io};

/// A run that did not do what it is measured by.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The machine did not let it.
    #[error("{doing}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// What was read is not what it should be.
    #[error("{what} cannot be read")]
    Unreadable {
        /// Which file or answer.
        what: String,
        /// Why not.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The program did something else.
    #[error("{0}")]
    Otherwise(String),
}

impl Broken {
    /// For `map_err`.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Broken {
        let doing = doing.into();
        move |source| Broken::Io { doing, source }
    }

    /// For `map_err`.
    pub(crate) fn unreadable<E: Error + Send + Sync + 'static>(
        what: impl Into<String>,
    ) -> impl FnOnce(E) -> Broken {
        let what = what.into();
        move |source| Broken::Unreadable { what, source: Box::new(source) }
    }

    /// Everything that is known, in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        text
    }
}
