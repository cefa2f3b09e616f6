//! Scope: which system was drilled, where and when, and what was left out.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Section},
};
use crate::drill::model::Side;

pub(super) fn scope(context: Context) -> Section {
    let report = context.report;
    let at = &report.deployment;
    let region = |side| format!("{} ({})", at.regions.of(side), at.environments.of(side));
    let world = context.say(match report.made_by.lab {
        Some(_) => "view.world.lab",
        None => "view.world.aws",
    });
    let facts = [
        ("view.fact.deployment", at.name.clone()),
        ("view.fact.site", at.site.clone()),
        ("view.fact.account", at.account.clone()),
        ("view.fact.primary", region(Side::Primary)),
        ("view.fact.standby", region(Side::Standby)),
        ("view.fact.database", at.global_cluster.clone().unwrap_or_else(|| context.say("view.none"))),
        ("view.fact.world", world),
        ("view.fact.started", context.date_time(report.started)),
        ("view.fact.ended", context.date_time(report.ended)),
        ("view.fact.allow", at.allow.clone().unwrap_or_else(|| context.say("view.all_allowed"))),
        ("view.fact.third", context.say("view.third_parties")),
    ];
    let facts = facts.into_iter().map(|(name, value)| (context.say(name), value)).collect();
    context.section("scope", "view.title.scope", Some("view.lead.scope"), vec![Block::Facts(facts)])
}
