//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// An action of an execution is done, or a deploy action looks whether it is.
    Action {
        /// The region.
        region: String,
        /// The pipeline.
        name: String,
        /// The run of the action, by its id.
        run: String,
    },
}
