//! Settings: how the world's resolver keeps what it was told.
//! Invariant: the defaults obey every TTL.
//! Used by: `resolver`; a world file may set them.

use serde::Deserialize;

/// How the caching resolver behaves. None of it is AWS's: resolvers belong to the clients' providers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The percentage of questions that come from behind a resolver that overstays TTLs; default 0. About 5 is what is
    /// commonly seen.
    pub overstaying_percent: u8,
    /// How many times as long as the TTL such a resolver keeps an answer; default 0, which counts as 1.
    pub overstaying_factor: u32,
}
