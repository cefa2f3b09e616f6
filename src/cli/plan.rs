//! Plan: how a plan looks, for `--dry-run` and before a person confirms.
//! Used by: `run`.

use comfy_table::Cell;

use crate::{
    drill::model::Limits,
    plan::{BlastRadius, Plan, PlannedStep},
};

use super::{
    output::{cell, faint, out, strong, table, toned},
    words::Tone,
};

/// Shows it: as tables, or as JSON.
pub(crate) fn show(plan: &Plan, json: bool) {
    if json {
        return out(serde_json::json!({ "type": "plan", "digest": plan.digest(), "plan": plan }).to_string());
    }
    out(format!("{}  {} on {}", strong("Plan"), plan.drill, plan.deployment));
    out(faint(&format!("account {}, as {}", plan.account, plan.caller)));
    out(table(&["Step", "What"], plan.steps.iter().map(step).collect()));
    for planned in &plan.steps {
        blast_radius(planned);
    }
    out(table(&["Blast radius", "How much", "At most"], counted(&plan.blast_radius, &plan.limits)));
    if !plan.detectors.is_empty() {
        let rows = plan.detectors.iter().map(|detector| {
            let (tone, notices) = match detector.notices {
                Some(true) => (Tone::Good, "notices"),
                Some(false) => (Tone::Bad, "does not notice"),
                None => (Tone::Busy, "can not be told"),
            };
            vec![Cell::new(&detector.detector), cell(tone, notices), Cell::new(&detector.because)]
        });
        out(table(&["Detector", "The fault", "Because"], rows.collect()));
    }
    out(faint(&format!("needs: {}", plan.permissions.join(", "))));
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

fn step(planned: &PlannedStep) -> Vec<Cell> {
    let what = planned.change.as_ref().map_or(&planned.title, |change| &change.title);
    vec![Cell::new(&planned.id.0), Cell::new(what)]
}

fn blast_radius(planned: &PlannedStep) {
    let Some(change) = &planned.change else { return };
    let rows = change.touches.iter().map(|(resource, what)| vec![Cell::new(resource), Cell::new(what)]);
    out(table(&[&format!("`{}` touches", planned.id), "How"], rows.collect()));
}
