//! Settings: what a world may say of Systems Manager.
//! Used by: `ssm::State`.

use serde::Deserialize;

/// What a world may say of Systems Manager.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How often the agent of a managed instance reports, in seconds; 300 by default, as AWS's agent does.
    pub ping_seconds: i64,
    /// The agent's version; 3.3.1611.0 by default.
    pub agent_version: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { ping_seconds: 300, agent_version: "3.3.1611.0".to_owned() }
    }
}
