//! Plan: how a plan looks, for `--dry-run` and before a person confirms.
//! Used by: `run`.

use comfy_table::Cell;

use crate::plan::{Plan, PlannedStep};

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

fn step(planned: &PlannedStep) -> Vec<Cell> {
    let what = planned.change.as_ref().map_or(&planned.title, |change| &change.title);
    vec![Cell::new(&planned.id.0), Cell::new(what)]
}

fn blast_radius(planned: &PlannedStep) {
    let Some(change) = &planned.change else { return };
    let rows = change.touches.iter().map(|(resource, what)| vec![Cell::new(resource), Cell::new(what)]);
    out(table(&[&format!("`{}` touches", planned.id), "How"], rows.collect()));
}
