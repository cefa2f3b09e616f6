//! Clients: which watches see the site as users do.
//! Invariant: each of them has outages of its own; the others are AWS's views.
//! Used by: assess, notes.

use crate::{drill::model::Side, journal::sample::WatchName};

/// The clients: watches that reach the site as users do, each with its own outages.
pub(crate) fn all() -> [WatchName; 6] {
    [
        WatchName::site(),
        WatchName::write(),
        WatchName::site_ttl(),
        WatchName::site_sticky(),
        WatchName::site_fixed(Side::Primary),
        WatchName::site_fixed(Side::Standby),
    ]
}
