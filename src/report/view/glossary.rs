//! Glossary: the words of the report, explained.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Section},
};

/// Each word with what it means.
const ENTRIES: [(&str, &str); 14] = [
    ("glossary.rto", "glossary.rto_is"),
    ("glossary.rta", "glossary.rta_is"),
    ("glossary.rpo", "glossary.rpo_is"),
    ("glossary.detection", "glossary.detection_is"),
    ("glossary.decision", "glossary.decision_is"),
    ("glossary.primary", "glossary.primary_is"),
    ("glossary.failover", "glossary.failover_is"),
    ("glossary.switchover", "glossary.switchover_is"),
    ("glossary.failback", "glossary.failback_is"),
    ("glossary.steady", "glossary.steady_is"),
    ("glossary.fault", "glossary.fault_is"),
    ("glossary.bounds", "glossary.bounds_is"),
    ("glossary.soak", "glossary.soak_is"),
    ("glossary.verified", "glossary.verified_is"),
];

pub(super) fn glossary(context: Context) -> Section {
    let facts = ENTRIES.iter().map(|(word, is)| (context.say(word), context.say(is))).collect();
    context.section("glossary", "view.title.glossary", None, vec![Block::Facts(facts)])
}
