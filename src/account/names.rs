//! Names: what the parameters are called.
//! Invariant: everything of one deployment lies below one path, and nothing of another.
//! Used by: everything in this folder.

/// Of the safety switch, in each region.
pub(super) const SWITCH: &str = "/firedrill/halt";

/// Of everything that is kept for a deployment.
pub(super) fn below(deployment: &str) -> String {
    format!("/firedrill/{deployment}")
}

/// Of the deployment's lock.
pub(super) fn lock(deployment: &str) -> String {
    format!("{}/lock", below(deployment))
}

/// Of all parts of the deployment's breadcrumb.
pub(super) fn breadcrumb(deployment: &str) -> String {
    format!("{}/breadcrumb", below(deployment))
}

/// Of one part, counted from 1, in one of the two places that are written in turn.
pub(super) fn part(deployment: &str, place: Place, number: usize) -> String {
    format!("{}/{}/{number}", breadcrumb(deployment), place.name())
}

/// A writing goes beside the last whole one, never over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Place {
    /// The first.
    #[default]
    A,
    /// The other.
    B,
}

impl Place {
    /// The one to write next.
    pub(super) fn other(self) -> Place {
        match self {
            Place::A => Place::B,
            Place::B => Place::A,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Place::A => "a",
            Place::B => "b",
        }
    }

    /// The place that a part's name is in.
    pub(super) fn of(name: &str) -> Option<Place> {
        [Place::A, Place::B]
            .into_iter()
            .find(|place| name.contains(&format!("/breadcrumb/{}/", place.name())))
    }
}
