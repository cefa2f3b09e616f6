//! Shown: how a plan looks, for `plan`, for `--dry-run` and before a person confirms.
//! Invariant: everything that the plan holds about what will be done is shown; JSON has all of it.
//! Used by: the verb `plan`, `run`.

use comfy_table::Cell;

use crate::{
    drill::model::Limits,
    plan::{Answer, BlastRadius, Expected, GuardAnswer, Kept, Plan, PlannedCall, PlannedStep, QuotaUse},
    text,
};

use super::super::{
    output::{aside, cell, faint, out, section, strong, toned},
    words::Tone,
};

/// Shows it: as tables, or as JSON.
pub(crate) fn show(plan: &Plan, json: bool) {
    if json {
        return out(serde_json::json!({ "type": "plan", "digest": plan.digest(), "plan": plan }).to_string());
    }
    out(format!("{}  {} on {}", strong("Plan"), plan.drill, plan.deployment));
    out(faint(&format!("account {}, as {}", plan.account, plan.caller)));
    let takes = |index: usize| plan.expected.steps.get(index).map(|it| (it.at_least, it.at_most));
    let steps = plan.steps.iter().enumerate().map(|(index, planned)| step(planned, takes(index)));
    section(&["Step", "What", "Takes"], steps.collect());
    aside(&whole(&plan.expected));
    if !plan.calls.is_empty() {
        let calls = plan.calls.iter().enumerate().map(|(index, planned)| call(index + 1, planned));
        section(&["", "Calls that change something", "For what"], calls.collect());
    }
    plan.steps.iter().for_each(resources);
    inexact(plan);
    if !plan.kept.is_empty() {
        section(&["Written besides", "Where", "When"], plan.kept.iter().map(kept).collect());
    }
    section(&["Blast radius", "How much", "At most"], counted(&plan.blast_radius, &plan.limits));
    if !plan.detectors.is_empty() {
        let rows = plan.detectors.iter().map(|detector| {
            let (tone, notices) = match detector.notices {
                Some(true) => (Tone::Good, "notices"),
                Some(false) => (Tone::Bad, "does not notice"),
                None => (Tone::Busy, "can not be told"),
            };
            vec![Cell::new(&detector.detector), cell(tone, notices), Cell::new(&detector.because)]
        });
        section(&["Detector", "The fault", "Because"], rows.collect());
    }
    if !plan.guards.is_empty() {
        section(&["Guard", "Answer", "Whether"], plan.guards.iter().map(guard).collect());
    }
    if !plan.quota.is_empty() {
        let header = ["API, while it watches", "Where", "Calls a minute", "AWS takes", "Share"];
        section(&header, plan.quota.iter().map(quota).collect());
        aside(&total(plan));
    }
    aside(&format!("needs: {}", plan.permissions.join(", ")));
    for warning in &plan.warnings {
        out(format!("{} {warning}", toned(Tone::Busy, "warning:")));
    }
    for refusal in &plan.refusals {
        out(format!("{} {refusal}", toned(Tone::Bad, "refused:")));
    }
}

/// What is counted, beside the deployment's limits.
fn counted(radius: &BlastRadius, limits: &Limits) -> Vec<Vec<Cell>> {
    let others = radius.others.as_ref();
    let at_most = |most: Option<u64>| most.map_or("no limit".to_owned(), |most| most.to_string());
    let harmed = match radius.regions.is_empty() {
        true => "0".to_owned(),
        false => format!("{}: {}", radius.regions.len(), radius.regions.join(", ")),
    };
    let rows = [
        ("regions harmed", harmed, at_most(Some(limits.regions))),
        ("security groups", radius.groups.to_string(), at_most(limits.groups)),
        ("their rules", radius.rules.to_string(), at_most(limits.rules)),
        ("instances behind them", radius.instances.to_string(), at_most(limits.instances)),
        (
            "others behind them",
            others.map_or("unknown".to_owned(), |others| others.len().to_string()),
            at_most(Some(limits.others)),
        ),
        ("health checks", radius.health_checks.to_string(), String::new()),
        ("database clusters", radius.clusters.to_string(), String::new()),
    ];
    rows.into_iter()
        .map(|(what, many, most)| vec![Cell::new(what), Cell::new(many), Cell::new(most)])
        .collect()
}

type Bounds = (std::time::Duration, std::time::Duration);

fn step(planned: &PlannedStep, takes: Option<Bounds>) -> Vec<Cell> {
    let what = planned.change.as_ref().map_or(&planned.title, |change| &change.title);
    vec![Cell::new(&planned.id.0), Cell::new(what), Cell::new(takes.map_or_else(String::new, between))]
}

fn between((at_least, at_most): Bounds) -> String {
    match (at_least.is_zero(), at_least == at_most) {
        (_, true) => text::duration(at_most),
        (true, false) => format!("up to {}", text::duration(at_most)),
        (false, false) => format!("{} to {}", text::duration(at_least), text::duration(at_most)),
    }
}

fn whole(expected: &Expected) -> String {
    format!(
        "takes {} for all steps; if everything is left to be put back then, that is reckoned with {}",
        between((expected.at_least, expected.at_most)),
        text::duration(expected.restoring)
    )
}

fn call(number: usize, planned: &PlannedCall) -> Vec<Cell> {
    let when = match (&planned.step, planned.restores) {
        (None, _) => format!("at the end, {} put back", planned.change),
        (Some(_), true) => format!("{} put back", planned.change),
        (Some(step), false) => step.0.clone(),
    };
    let place = planned.call.region.as_ref().map(|region| format!("\nin {region}")).unwrap_or_default();
    vec![
        Cell::new(number),
        Cell::new(format!("{when}:\n{}{place}", planned.call.operation)),
        Cell::new(format!("{}: {}", planned.call.resource, planned.call.with)),
    ]
}

/// Each resource before, meanwhile and afterwards, and what else is to be said of any.
fn resources(planned: &PlannedStep) {
    let Some(change) = &planned.change else { return };
    let altered = &change.intent.altered;
    if !altered.is_empty() {
        let rows = altered
            .iter()
            .map(|it| [&it.resource, &it.before, &it.during, &it.after].into_iter().map(Cell::new).collect());
        let header = [&*format!("`{}` alters", planned.id), "Now", "Meanwhile", "Afterwards"];
        section(&header, rows.collect());
    }
    for (resource, what) in &change.touches {
        if !altered.iter().any(|it| it.resource == *resource) {
            aside(&format!("{resource}: {what}"));
        }
    }
}

fn inexact(plan: &Plan) {
    let of_step = |planned: &PlannedStep| {
        let change = planned.change.as_ref();
        let words = change.map(|change| change.intent.inexact.clone()).unwrap_or_default();
        words.into_iter().map(|what| vec![Cell::new(&planned.id.0), Cell::new(what)]).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = plan.steps.iter().flat_map(of_step).collect();
    rows.extend(plan.kept.iter().filter_map(|it| {
        let stays = it.stays.as_ref()?;
        Some(vec![
            Cell::new(format!("{} {}", it.operation, it.resource)),
            Cell::new(format!("{stays} stays")),
        ])
    }));
    if !rows.is_empty() {
        section(&["Not exactly as before", "Why"], rows);
    }
}

fn kept(it: &Kept) -> Vec<Cell> {
    [&it.operation, &it.resource, &it.when].into_iter().map(Cell::new).collect()
}

fn guard(it: &GuardAnswer) -> Vec<Cell> {
    let (tone, answer) = match it.answer {
        Answer::Passed => (Tone::Good, "passed"),
        Answer::NotAsked => (Tone::Plain, "not asked"),
        Answer::Warned => (Tone::Busy, "warns, see below"),
        Answer::Untold => (Tone::Bad, "can not be told, see below"),
        Answer::Refused => (Tone::Bad, "refuses, see below"),
    };
    let whether = match it.answer {
        Answer::NotAsked => it.said.join("; "),
        _ => it.asks.clone(),
    };
    vec![Cell::new(&it.guard), cell(tone, answer), Cell::new(whether)]
}

fn quota(it: &QuotaUse) -> Vec<Cell> {
    let share = it.taken_an_hour.map(|taken| it.an_hour * 100 / taken.max(1));
    let tone = match share {
        Some(100..) => Tone::Bad,
        Some(60..) => Tone::Busy,
        _ => Tone::Plain,
    };
    vec![
        Cell::new(&it.service),
        Cell::new(it.region.as_deref().unwrap_or("the account")),
        Cell::new(a_minute(it.an_hour)),
        Cell::new(it.taken_an_hour.map_or_else(|| "not published".to_owned(), a_minute)),
        cell(tone, share.map_or_else(String::new, |share| format!("{share} %"))),
    ]
}

fn a_minute(an_hour: u64) -> String {
    let tenths = an_hour / 6;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

fn total(plan: &Plan) -> String {
    let an_hour: u64 = plan.quota.iter().map(|it| it.an_hour).sum();
    let most = an_hour * plan.expected.at_most.as_secs() / 3600;
    format!(
        "together {} calls a minute, {most} in the longest run; each change adds a look a second at its own resource while \
         it waits",
        a_minute(an_hour)
    )
}
