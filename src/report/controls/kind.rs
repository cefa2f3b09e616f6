//! Kind: what in a run may be evidence for a control: a closed vocabulary.
//! Invariant: each word stands for something that a journal and its samples either show or do not.
//! Not here: how it is found in a run (see `report::model::controls`).
//! Used by: controls.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $word:literal),* $(,)?) => {
        /// A kind of evidence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub(crate) enum Kind {
            $($(#[$doc])+ #[serde(rename = $word)] $name),*
        }

        impl Kind {
            /// All of them.
            pub(crate) const ALL: &[Kind] = &[$(Kind::$name),*];

            /// The word that files write.
            pub(crate) fn word(self) -> &'static str {
                match self {
                    $(Kind::$name => $word),*
                }
            }
        }
    };
}

kinds! {
    /// The drill and the plan were fixed before the run.
    Plan = "plan",
    /// Limits were set before the run.
    Objectives = "objectives",
    /// Where the limits come from is named.
    ImpactAnalysis = "impact_analysis",
    /// A person said go.
    Approval = "approval",
    /// Who takes part, and as what, is named.
    Participants = "participants",
    /// Who ran it, from where, with which credentials.
    Identity = "identity",
    /// The steady state held before the first change.
    SteadyState = "steady_state",
    /// The fault was made, and users felt it.
    FaultEffective = "fault_effective",
    /// An automatic signal came.
    Detection = "detection",
    /// The moment of the decision is recorded.
    Decision = "decision",
    /// The database's writer was moved.
    RoleChange = "role_change",
    /// Users were served by the standby.
    StandbyServed = "standby_served",
    /// The recovery time was measured.
    RecoveryTime = "recovery_time",
    /// Data loss was measured, or bounded, through an unplanned failover.
    DataLoss = "data_loss",
    /// The standby served for a time before anything was put back.
    Soak = "soak",
    /// Everything was put back and read back.
    RestorationVerified = "restoration_verified",
    /// The writer came back.
    Failback = "failback",
    /// The steady state held again at the end.
    SteadyStateAfter = "steady_state_after",
    /// Expected and actual steps, and what differed.
    Deviations = "deviations",
    /// Findings with owners and dates.
    FollowUp = "follow_up",
    /// Every event with its time in UTC.
    Timeline = "timeline",
    /// The clock was compared with AWS's.
    Clock = "clock",
    /// Records that are chained by their hashes.
    Chain = "chain",
    /// Every look, as it was taken.
    RawData = "raw_data",
    /// The program and its version, with what it was told to do.
    Automation = "automation",
    /// A backup was restored: no drill does.
    BackupRestored = "backup_restored",
    /// An exercise for a security incident: no drill is one.
    IncidentExercise = "incident_exercise",
}
