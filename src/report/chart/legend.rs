//! Legend: what the looks of the timeline mean.
//! Used by: html, pdf.

use super::scene::Scene;
use crate::{report::drawing::Look, words::Phrase};

/// One look with its meaning.
pub(crate) struct Key {
    pub(crate) look: Look,
    pub(crate) words: String,
}

/// Every look that a lane or its ground can have.
pub(crate) fn of(scene: &Scene) -> Vec<Key> {
    let keys = [
        (Look::Primary, Phrase::new("chart.key.primary")),
        (Look::Standby, Phrase::new("chart.key.standby")),
        (Look::Ok, Phrase::new("chart.key.ok")),
        (Look::Busy, Phrase::new("chart.key.busy")),
        (Look::Bad, Phrase::new("chart.key.bad")),
        (Look::Unknown, Phrase::new("chart.key.unknown")),
        (Look::Force, Phrase::new("chart.key.force")),
        (Look::Restoring, Phrase::new("chart.key.restoring")),
        (Look::Interruption, Phrase::new("chart.key.interruption")),
        (Look::Soak, Phrase::new("chart.key.soak")),
        (Look::Restoration, Phrase::new("chart.key.restoration")),
    ];
    keys.into_iter().map(|(look, phrase)| Key { look, words: scene.say(phrase) }).collect()
}
