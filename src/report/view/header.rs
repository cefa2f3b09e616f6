//! Header: what a reader sees first: verdict, effect of the fault, numbers, what was not tested.
//! Used by: sections.

use std::time::Duration;

use super::{
    context::Context,
    judged::{conclusion_words, judged_mood, judged_words, verdict_mood},
    page::{Badge, Card, Mood, Page, Section},
};
use crate::{
    report::{format, model::result::Objective},
    words::{Lang, Phrase},
};

pub(super) fn page(context: Context, sections: Vec<Section>) -> Page {
    let Context { report, lang } = context;
    let subtitle = Phrase::new("view.subtitle")
        .with("drill", &report.drill.name)
        .with("deployment", &report.deployment.name);
    let not_tested = report.not_tested.iter().map(|phrase| context.phrase(phrase)).collect();
    Page {
        lang,
        notice: report.notice.as_ref().map(|notice| context.phrase(notice)),
        title: report.drill.title.clone(),
        subtitle: context.phrase(&subtitle),
        verdict: Badge {
            word: format!(
                "{}: {}",
                context.phrase(&report.verdict.title()),
                context.say(conclusion_words(report.conclusion))
            ),
            mood: verdict_mood(report.verdict),
            sentence: context.phrase(&report.verdict.meaning()),
        },
        effect: effect(context),
        reasons: report
            .reasons
            .iter()
            .chain(&report.conclusion_reasons)
            .map(|reason| context.alone(reason))
            .collect(),
        cards: cards(context),
        not_tested: (context.say("view.title.not_tested"), not_tested),
        facts: facts(context),
        sections,
    }
}

pub(super) fn effect(context: Context) -> Badge {
    let effect = &context.report.fault_effect;
    let (word, mood) = match effect.effective {
        Some(true) => ("view.effective.yes", Mood::Good),
        Some(false) => ("view.effective.no", Mood::Bad),
        None => ("view.effective.unknown", Mood::Unsure),
    };
    Badge { word: context.say(word), mood, sentence: context.alone(&effect.why) }
}

fn cards(context: Context) -> Vec<Card> {
    let report = context.report;
    let mut cards: Vec<Card> =
        report.objectives().into_iter().map(|(name, objective)| card(context, &name, objective)).collect();
    let touched = report.changes.iter().filter(|change| change.apply_started.is_some()).count();
    cards.push(restoration(context, touched));
    cards
}

fn restoration(context: Context, touched: usize) -> Card {
    let report = context.report;
    let (value, bounds, limit, mood) = match (report.restored, touched) {
        (true, 0) => ("view.nothing_to_restore", None, String::new(), Mood::Plain),
        (true, _) => (
            "view.restored",
            Some(Phrase::new("view.restored_count").with("count", touched)),
            context.say("view.restored_exactly"),
            Mood::Good,
        ),
        (false, _) => (
            "view.not_restored",
            Some(
                Phrase::new("view.not_restored_count")
                    .with("count", report.outstanding.len())
                    .with("all", touched),
            ),
            format!("firedrill restore {}", report.run),
            Mood::Bad,
        ),
    };
    Card {
        name: context.say("view.title.restoration_card"),
        value: context.say(value),
        bounds: bounds.map(|bounds| context.phrase(&bounds)).unwrap_or_default(),
        limit,
        mood,
    }
}

fn card(context: Context, name: &Phrase, objective: &Objective) -> Card {
    let lang = context.lang;
    let took = objective.took();
    let limit = match objective.limit {
        Some(limit) => Phrase::new("view.objective_is")
            .with("limit", context.limit(limit))
            .with("judged", Phrase::new(judged_words(objective.verdict))),
        None => Phrase::new("view.judged.none"),
    };
    Card {
        name: context.alone(name),
        value: took
            .map_or_else(|| context.say("view.not_measured"), |took| format::seconds(took.measured, lang)),
        bounds: took.map(|took| format::bounds(took, lang)).unwrap_or_default(),
        limit: context.phrase(&limit),
        mood: judged_mood(objective.verdict),
    }
}

fn facts(context: Context) -> Vec<(String, String)> {
    let report = context.report;
    let made = &report.made_by;
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    let caller: Vec<String> = made.caller.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let editions: Vec<&str> = report.languages.iter().map(|lang| lang.name()).collect();
    let edition = Phrase::new("view.edition")
        .with("this", context.lang.name())
        .with("prevails", report.prevailing().name())
        .with("all", editions.join(", "));
    let all = [
        ("view.fact.run", report.run.to_string()),
        ("view.fact.account", report.deployment.account.clone()),
        ("view.fact.site", report.deployment.site.clone()),
        ("view.fact.primary", report.deployment.regions.primary.clone()),
        ("view.fact.standby", report.deployment.regions.standby.clone()),
        ("view.fact.started", context.date_time(report.started)),
        ("view.fact.took", context.duration(report.took)),
        ("view.fact.program", made.program.clone()),
        ("view.fact.by", caller.join(", ")),
        ("view.fact.drill_digest", short(&report.drill.sha256)),
        ("view.fact.plan_digest", report.drill.plan_sha256.as_deref().map(short).unwrap_or_default()),
        ("view.fact.saved_plan", saved_plan(context)),
        ("view.fact.chain_head", short(&report.chain.head)),
        ("view.fact.edition", context.phrase(&edition)),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (context.say(name), value))
        .collect()
}

/// The saved plan that the run went by; empty if it went by none.
fn saved_plan(context: Context) -> String {
    let Some(saved) = context.report.plan.as_ref().and_then(|plan| plan.saved.as_ref()) else {
        return String::new();
    };
    let said = Phrase::new("view.saved_plan")
        .with("digest", saved.digest.chars().take(12).collect::<String>())
        .with("made", context.date_time(saved.made_at))
        .with("by", &saved.by)
        .with("age", context.limit(Duration::from_secs(saved.age_s)));
    context.phrase(&said)
}

/// Which edition prevails where two differ.
pub(super) fn prevails(context: Context) -> Phrase {
    let prevailing: Lang = context.report.prevailing();
    Phrase::new("view.prevails").with("prevails", prevailing.name())
}
