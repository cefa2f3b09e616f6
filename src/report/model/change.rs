//! Change: what was done to the world and how it was put back, as a report carries it.
//! Used by: the report.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::moment::{Evidence, Noted};
use crate::{
    drill::model::Facts, id::StepId, journal::event::Reversibility, measure::summary::ChangeState,
    words::Phrase,
};

/// One change, from capture to verification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its step.
    pub id: StepId,
    /// For example `ec2.revoke-ingress`.
    pub kind: String,
    /// As in the drill.
    pub params: Map<String, Value>,
    /// One sentence, as recorded.
    pub title: String,
    /// Where it stands.
    pub state: ChangeState,
    /// True if it must still be put back.
    pub outstanding: bool,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// Its before was on disk.
    pub captured: Noted,
    /// The call was about to be made.
    pub apply_started: Option<Noted>,
    /// It had happened, and was seen.
    pub applied: Option<Noted>,
    /// Putting back first began.
    pub restore_started: Option<Noted>,
    /// It was put back.
    pub restored: Option<Noted>,
    /// Read back, and equal to before.
    pub verified: Option<Noted>,
    /// How often putting back was begun.
    pub attempts: u32,
    /// What was done and seen when it was applied.
    pub applied_details: Facts,
    /// What was done when it was restored.
    pub restored_details: Facts,
    /// What was compared; old ids to new ones.
    pub verified_details: Facts,
    /// What went wrong, in order.
    pub problems: Vec<Phrase>,
    /// What differs from before.
    pub differences: Vec<String>,
    /// How a person puts it back without this program.
    pub by_hand: Vec<String>,
}

impl Change {
    /// The records of its life.
    pub fn evidence(&self) -> Evidence {
        let moments = [Some(self.captured), self.apply_started, self.applied, self.restored, self.verified];
        Evidence::of_records(moments.into_iter().flatten().map(|noted| noted.record))
    }
}
