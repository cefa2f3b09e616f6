//! Params: what a drill says of closing a port.
//! Invariant: what is left out has the default that the catalogue names.
//! Not here: which rules that touches (see `plan`).
//! Used by: the module above, plan.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::drill::model::Side;

/// What the drill says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::change) struct Params {
    /// Whose instances.
    pub(super) of: Side,
    /// The port to close.
    pub(super) port: u16,
    /// Of which protocol.
    #[serde(default)]
    pub(super) protocol: Protocol,
    /// How.
    #[serde(default)]
    pub(super) method: Method,
}

/// What is spoken on the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Protocol {
    #[default]
    Tcp,
    Udp,
}

/// How rules stop admitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    /// They are removed, and created again.
    #[default]
    Revoke,
    /// They are changed to let no one in, and changed back.
    Narrow,
}

impl Protocol {
    /// As AWS spells it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
