//! Leaves: what a nested body says, flat, as it is found.
//! Invariant: whatever a body nests in what, its leaves take no more room than a body of the largest size honestly needs.
//! Not here: what nests in which protocol (see `cbor`, `json`, `xml`).
//! Used by: `cbor`, `json`, `xml`.
//!
//! A leaf has the whole path to it, so that a body of many small values below one long name would take the product of both.

/// The longest path: AWS's own are a few hundred bytes.
const LONGEST: usize = 2048;
/// What all paths and values may take together: sixteen times the largest body.
const ROOM: usize = 16 << 20;

/// The leaves so far.
pub(super) struct Leaves {
    found: Vec<(String, String)>,
    room: usize,
}

/// Why a body is refused.
pub(super) const TOO_LARGE: &str = "its names are too long for the many values below them";

/// A body that takes too much room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Leaves {
    /// None yet.
    pub(super) fn new() -> Leaves {
        Leaves { found: Vec::new(), room: ROOM }
    }

    /// The path of `name` below `path`.
    pub(super) fn below(path: &str, name: &str) -> Result<String, TooLarge> {
        match path.len() + name.len() < LONGEST {
            true if path.is_empty() => Ok(name.to_owned()),
            true => Ok(format!("{path}.{name}")),
            false => Err(TooLarge),
        }
    }

    /// Takes one in.
    pub(super) fn push(&mut self, path: String, value: String) -> Result<(), TooLarge> {
        self.room = self.room.checked_sub(path.len() + value.len()).ok_or(TooLarge)?;
        self.found.push((path, value));
        Ok(())
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<(String, String)> {
        self.found
    }
}
