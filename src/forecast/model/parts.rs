//! Parts: small words that several parts of the model share.
//! Invariant: plain data.
//! Used by: the rest of `model`.

/// Enhanced health, as far as the model tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    Ok,
    Degraded,
    Severe,
}

impl Grade {
    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Grade::Ok => "Ok",
            Grade::Degraded => "Degraded",
            Grade::Severe => "Severe",
        }
    }
}

/// Whether it looks, and whether its verdict is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) disabled: bool,
    pub(super) inverted: bool,
}

/// A step of a role change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RoleStep {
    Begin,
    Block,
    Promote,
    Finish,
}
