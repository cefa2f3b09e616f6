//! Root: the report as a whole, in the order of `report.json`. Schema `firedrill.report/2`.
//! Invariant: within version 2 names are added, never renamed or removed.
//! Used by: make builds it; every renderer reads it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    change::Change,
    controls::Framework,
    facts::{Approval, Chain, DeploymentFacts, DrillFacts, PlanFacts, RunFacts, Zone},
    forecast::Forecast,
    people::{Finding, Note, Person, Reference},
    result::{Conclusion, Effect, Mark, Metric, Objective, Outage, Phase},
    step::{Steady, Step},
    watch::{Cited, Gap, Told, Watch},
};
use crate::{
    id::{RunId, StepId},
    journal::{event::StopReason, followup::EarlierFinding, integrity::Integrity},
    measure::{series::Series, summary::Verdict},
    words::{Lang, Phrase},
};

/// The schema's name and version.
pub const SCHEMA: &str = "firedrill.report/2";

/// Everything that any rendering of a run shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Set when the world was a lab: says so, first of all.
    pub notice: Option<Phrase>,
    /// [`SCHEMA`].
    pub schema: String,
    /// The run.
    pub run: RunId,
    /// One word for it.
    pub verdict: Verdict,
    /// The same in the words of audits.
    pub conclusion: Conclusion,
    /// Why the conclusion is not simply that objectives were met.
    pub conclusion_reasons: Vec<Phrase>,
    /// Whether the fault did what it was for.
    pub fault_effect: Effect,
    /// The program's exit code.
    pub exit_code: u8,
    /// Why the verdict is what it is; empty for a plain pass.
    pub reasons: Vec<Phrase>,
    /// True if nothing is outstanding.
    pub restored: bool,
    /// What is still to be put back.
    pub outstanding: Vec<StepId>,
    /// From the interruption users saw to the recovery they saw.
    pub recovery_time: Objective,
    /// From the interruption to the first automatic signal.
    pub detection: Objective,
    /// How old the newest lost write may be.
    pub data_loss: Objective,
    /// What the run does not show.
    pub not_tested: Vec<Phrase>,
    /// Where the run departed from what was planned.
    pub deviations: Vec<Phrase>,
    /// What was drilled.
    pub drill: DrillFacts,
    /// On what.
    pub deployment: DeploymentFacts,
    /// When the run started, UTC.
    pub started: Timestamp,
    /// The last record's moment.
    pub ended: Timestamp,
    /// Between the two, by the monotonic clock.
    #[serde(rename = "took_s", with = "super::secs")]
    pub took: Duration,
    /// The zone of local times; `None`: UTC alone.
    pub zone: Option<Zone>,
    /// Languages of the readable reports; the first prevails.
    pub languages: Vec<Lang>,
    /// By whom and with what.
    pub made_by: RunFacts,
    /// Why the run ended.
    pub stop_reason: Option<StopReason>,
    /// The same in words.
    pub stop_detail: Option<Phrase>,
    /// What was found and planned before.
    pub plan: Option<PlanFacts>,
    /// What the run was expected to come to; `None`: it was not forecast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// Parts of the drill.
    pub phases: Vec<Phase>,
    /// Every outage that a client saw, the failback's too.
    pub outages: Vec<Outage>,
    /// Every number with its formula.
    pub metrics: Vec<Metric>,
    /// Everything that was changed.
    pub changes: Vec<Change>,
    /// Every step of the drill.
    pub steps: Vec<Step>,
    /// The steady state, before and after.
    pub steady_state: SteadyPair,
    /// The moments that numbers are made of.
    pub marks: Vec<Mark>,
    /// Every automatic signal; the first is D1.
    pub signals: Vec<Mark>,
    /// Who said go.
    pub approvals: Vec<Approval>,
    /// What a reader must know.
    pub notes: Vec<Phrase>,
    /// What each watch saw.
    pub watches: Vec<Watch>,
    /// Times in which nothing was known of a client.
    pub gaps: Vec<Gap>,
    /// What charts are drawn from.
    pub series: Series,
    /// The samples that numbers rest on.
    pub samples: Vec<Cited>,
    /// Every record, in words.
    pub records: Vec<Told>,
    /// What stands for the journal.
    pub chain: Chain,
    /// Who took part; empty: nobody wrote it down.
    pub people: Vec<Person>,
    /// What the drill refers to.
    pub references: Vec<Reference>,
    /// What is to be followed up.
    pub findings: Vec<Finding>,
    /// What earlier runs of the drill found, as it stood when this one started.
    pub earlier_findings: Vec<EarlierFinding>,
    /// What people wrote about the run.
    pub notes_of_people: Vec<Note>,
    /// For which controls the run is evidence.
    pub controls: Vec<Framework>,
    /// What stands for the run's folder.
    pub integrity: Option<Integrity>,
}

/// The steady state around the drill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SteadyPair {
    /// Before the first change.
    pub before: Option<Steady>,
    /// At the end.
    pub after: Option<Steady>,
}

/// What others know of a run: people, findings, controls, evidence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras {
    /// See [`Report::people`].
    pub people: Vec<Person>,
    /// See [`Report::references`].
    pub references: Vec<Reference>,
    /// See [`Report::findings`].
    pub findings: Vec<Finding>,
    /// See [`Report::notes_of_people`].
    pub notes_of_people: Vec<Note>,
    /// See [`Report::controls`].
    pub controls: Vec<Framework>,
    /// See [`Report::integrity`].
    pub integrity: Option<Integrity>,
}

impl Report {
    /// The moment of that id, if it was seen.
    pub fn mark(&self, id: &str) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.id == id)
    }

    /// What T+ counts from: the fault's call, or the run's start without one. Since the run's start.
    pub fn origin(&self) -> Duration {
        self.mark("F1").map_or(Duration::ZERO, |mark| mark.when.t)
    }

    /// The objectives with their names.
    pub fn objectives(&self) -> [(Phrase, &Objective); 3] {
        [
            (Phrase::new("measure.objective.recovery_time"), &self.recovery_time),
            (Phrase::new("measure.objective.detection"), &self.detection),
            (Phrase::new("measure.objective.data_loss"), &self.data_loss),
        ]
    }

    /// True if the fault is a change of this kind.
    pub fn changed(&self, kind: &str) -> bool {
        self.changes.iter().any(|change| change.kind == kind && change.apply_started.is_some())
    }

    /// The edition that prevails where two differ.
    pub fn prevailing(&self) -> Lang {
        self.languages.first().copied().unwrap_or_default()
    }
}
