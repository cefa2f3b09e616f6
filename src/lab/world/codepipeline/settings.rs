//! Settings: what of pipelines' behaviour a world may choose.
//! Invariant: AWS publishes no duration of any action; the defaults are usual ones.
//! Used by: the rest of `codepipeline`.

use serde::Deserialize;

use crate::lab::world::timings::Span;

/// What a world may choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How long a source action takes. Default 3 to 8 seconds; AWS publishes no number.
    pub source: Span,
    /// How long a build, a test or an invocation takes. Default 60 to 120 seconds; AWS publishes no number.
    pub build: Span,
    /// How often a deploy action looks whether the environment is done. Default 10 seconds; AWS publishes no number.
    pub deploy_poll: Span,
    /// True if a commit starts the pipelines that watch its branch. Default true: the console sets up an event rule for
    /// CodeCommit sources.
    pub starts_on_commit: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            source: Span::secs(3, 8),
            build: Span::secs(60, 120),
            deploy_poll: Span::secs(10, 10),
            starts_on_commit: true,
        }
    }
}
