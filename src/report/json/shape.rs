//! Shape: the names and types of `report.json`, schema `firedrill.report/1`.
//! Invariant: within version 1 names are added, never renamed or removed; fields stand in the order of the file.
//! Not here: where the values come from (see the module above).
//! Used by: json.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    drill::model::{Facts, PerSide},
    id::{RunId, Seq, StepId},
    journal::event::{Finding, Reversibility, StepOutcome, StopReason},
    measure::summary::{ChangeState, During, Judged, Lab, PhaseName, Verdict},
    words::Phrase,
};

#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) notice: Option<String>,
    pub(super) schema: &'static str,
    pub(super) run: &'a RunId,
    pub(super) verdict: Verdict,
    pub(super) exit_code: u8,
    pub(super) reasons: &'a [Phrase],
    pub(super) restored: bool,
    pub(super) outstanding: &'a [StepId],
    pub(super) recovery_time: Limit<'a>,
    pub(super) detection: Limit<'a>,
    pub(super) data_loss: Limit<'a>,
    pub(super) drill: DrillJson<'a>,
    pub(super) deployment: Deployment<'a>,
    pub(super) started: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) program: &'a str,
    pub(super) caller: &'a Facts,
    pub(super) lab: Option<Lab>,
    pub(super) clock_offset_ms: Option<(i64, u64)>,
    pub(super) stop_reason: Option<StopReason>,
    pub(super) phases: Vec<PhaseJson<'a>>,
    pub(super) outages: Vec<OutageJson<'a>>,
    pub(super) changes: Vec<ChangeJson<'a>>,
    pub(super) steps: Vec<StepJson<'a>>,
    pub(super) steady_state: SteadyPair<'a>,
    pub(super) marks: Vec<MarkJson<'a>>,
    pub(super) signals: Vec<MarkJson<'a>>,
    pub(super) notes: &'a [Phrase],
    pub(super) watches: Vec<WatchJson<'a>>,
    pub(super) gaps: Vec<GapJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct DrillJson<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) sha256: &'a str,
}

#[derive(Serialize)]
pub(super) struct Deployment<'a> {
    pub(super) name: &'a str,
    pub(super) account: &'a str,
    pub(super) site: &'a str,
    pub(super) regions: &'a PerSide<String>,
}

#[derive(Serialize)]
pub(super) struct Limit<'a> {
    #[serde(flatten)]
    pub(super) value: Bounded,
    pub(super) objective_s: Option<f64>,
    pub(super) verdict: Option<Judged>,
    pub(super) method: &'a Phrase,
    pub(super) note: Option<&'a Phrase>,
    pub(super) evidence: Evidence,
}

#[derive(Serialize)]
pub(super) struct Bounded {
    pub(super) measured_s: Option<f64>,
    pub(super) low_s: Option<f64>,
    pub(super) high_s: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct Evidence {
    pub(super) records: Vec<Seq>,
    pub(super) samples: Vec<usize>,
}

#[derive(Serialize)]
pub(super) struct When {
    pub(super) at: Timestamp,
    pub(super) t_s: f64,
    pub(super) low_t_s: Option<f64>,
    pub(super) high_t_s: f64,
}

#[derive(Serialize)]
pub(super) struct PhaseJson<'a> {
    pub(super) name: PhaseName,
    pub(super) from: &'a str,
    pub(super) to: Option<&'a str>,
    pub(super) start: When,
    pub(super) stop: Option<When>,
    #[serde(flatten)]
    pub(super) took: Bounded,
    pub(super) evidence: Evidence,
}

#[derive(Serialize)]
pub(super) struct OutageJson<'a> {
    pub(super) client: &'a str,
    pub(super) during: During,
    pub(super) began: When,
    pub(super) ended: Option<When>,
    #[serde(flatten)]
    pub(super) lasted: Bounded,
    pub(super) bad_looks: usize,
    pub(super) why: &'a Phrase,
    pub(super) then: Option<&'a Phrase>,
    pub(super) evidence: Evidence,
}

#[derive(Serialize)]
pub(super) struct ChangeJson<'a> {
    pub(super) id: &'a StepId,
    pub(super) kind: &'a str,
    pub(super) params: &'a Map<String, Value>,
    pub(super) title: &'a str,
    pub(super) state: ChangeState,
    pub(super) outstanding: bool,
    pub(super) reversibility: Reversibility,
    pub(super) captured: Noted,
    pub(super) apply_started: Option<Noted>,
    pub(super) applied: Option<Noted>,
    pub(super) restore_started: Option<Noted>,
    pub(super) restored: Option<Noted>,
    pub(super) verified: Option<Noted>,
    pub(super) attempts: u32,
    pub(super) applied_details: &'a Facts,
    pub(super) restored_details: &'a Facts,
    pub(super) verified_details: &'a Facts,
    pub(super) problems: &'a [Phrase],
    pub(super) differences: &'a [String],
    pub(super) by_hand: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Noted {
    pub(super) record: Seq,
    pub(super) at: Timestamp,
    pub(super) t_s: f64,
}

#[derive(Serialize)]
pub(super) struct StepJson<'a> {
    pub(super) id: &'a StepId,
    pub(super) title: &'a str,
    pub(super) started: Noted,
    pub(super) finished: Option<Noted>,
    pub(super) outcome: Option<&'a StepOutcome>,
}

#[derive(Serialize)]
pub(super) struct SteadyPair<'a> {
    pub(super) before: Option<SteadyJson<'a>>,
    pub(super) after: Option<SteadyJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct SteadyJson<'a> {
    pub(super) held: Option<bool>,
    pub(super) looked: Noted,
    pub(super) findings: &'a [Finding],
}

#[derive(Serialize)]
pub(super) struct MarkJson<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a Phrase,
    #[serde(flatten)]
    pub(super) when: When,
    pub(super) evidence: Evidence,
}

#[derive(Serialize)]
pub(super) struct WatchJson<'a> {
    pub(super) watch: &'a str,
    pub(super) title: &'a str,
    pub(super) interval_s: Option<f64>,
    pub(super) good: usize,
    pub(super) bad: usize,
    pub(super) unknown: usize,
    pub(super) stray_bad: usize,
    pub(super) latest_s: f64,
}

#[derive(Serialize)]
pub(super) struct GapJson<'a> {
    pub(super) watch: &'a str,
    pub(super) from_t_s: f64,
    pub(super) to_t_s: f64,
    pub(super) unknown_looks: usize,
}
