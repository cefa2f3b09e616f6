//! Intent: what a change will ask of the world and what that does to each resource, told before anything is touched.
//! Invariant: made from what doing and putting back are made from, so that a plan and a run can not disagree; holds only
//! calls that alter something, in the order in which they are sent.
//! Not here: sending (see `aws`), the order of a whole drill (see `plan`).
//! Used by: every change, in `capture`; plan.

use serde::{Deserialize, Serialize};

/// All that a change means to do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Intent {
    /// The calls that do it, in order.
    pub calls: Vec<Call>,
    /// The calls that put it back, in order, if nobody interferes.
    pub back: Vec<Call>,
    /// What becomes of each resource.
    pub altered: Vec<Altered>,
    /// What will not be exactly as before, and why.
    pub inexact: Vec<String>,
}

/// One call that alters something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// As IAM spells it, `ec2:RevokeSecurityGroupIngress`; for a command of the user's own `run`.
    pub operation: String,
    /// The AWS region that is called; `None`: it has none.
    pub region: Option<String>,
    /// What it is sent for.
    pub resource: String,
    /// Its parameters, in words.
    pub with: String,
}

/// One resource through the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Altered {
    /// Its id.
    pub resource: String,
    /// As it is now.
    pub before: String,
    /// As the change leaves it.
    pub during: String,
    /// As putting it back leaves it.
    pub after: String,
}

impl Call {
    /// `ec2:RevokeSecurityGroupIngress in ap-northeast-2 for sg-1: …`.
    pub fn said(&self) -> String {
        let place = self.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
        format!("{}{place} for {}: {}", self.operation, self.resource, self.with)
    }
}
