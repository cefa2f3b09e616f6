//! Error: why nothing was broken or healed.
//! Used by: `breakage`, and the control door.

use crate::lab::world::call::AwsFault;

/// Why nothing was broken or healed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakError {
    /// No such kind.
    #[error("there is no breakage `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownKind {
        /// What was asked for.
        name: String,
        /// What was meant, perhaps.
        nearest: Option<String>,
    },
    /// The kind takes no such thing, or needs another.
    #[error("{0}")]
    With(String),
    /// The world has nothing of this kind.
    #[error("the world has no {0}")]
    Nothing(String),
    /// AWS refused the call by which it was to happen.
    #[error("the lab's AWS refused it: {} ({})", .0.message, .0.code)]
    Refused(AwsFault),
    /// Nothing in force has this name.
    #[error("nothing broken and no rule is called `{0}`")]
    UnknownName(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}
