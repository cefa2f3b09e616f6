//! Reading: a drill's steps and stop conditions, made a script.
//! Invariant: everything that the model knows too little of is told at once.
//! Not here: what a script is (see `script`).
//! Used by: `forecast`; cli, for which steps nobody has to assume anything about.

use serde_json::Value;

use super::{
    script::{Assumed, Deed, Kind, Lasts, Node, NodeId, Script, Unknown, Wanted, side},
    watch,
};
use crate::{
    drill::model::{ChangeSpec, Claim, Condition, Drill, Side, Step, StepKind},
    forecast::{
        draw::{At, micros},
        numbers::Numbers,
    },
};

/// Reads a drill.
///
/// # Errors
/// Every step that the model knows too little of, and that nobody assumed anything about.
pub(in crate::forecast) fn read(
    drill: &Drill,
    numbers: &Numbers,
    assumed: &Assumed,
) -> Result<Script, Vec<Unknown>> {
    let reader = Reader { numbers, assumed, script: Script::empty(drill), unknown: Vec::new() };
    let mut script = reader.read(drill)?;
    script.find_roles(drill);
    Ok(script)
}

/// A drill, being read.
struct Reader<'a> {
    numbers: &'a Numbers,
    assumed: &'a Assumed,
    script: Script,
    unknown: Vec<Unknown>,
}

impl Reader<'_> {
    /// Every step and stop condition.
    fn read(mut self, drill: &Drill) -> Result<Script, Vec<Unknown>> {
        let top = self.list(&drill.steps);
        debug_assert_eq!(top, 0, "the drill's own list comes first");
        self.stops(&drill.stop_when);
        match self.unknown.is_empty() {
            true => Ok(self.script),
            false => Err(self.unknown),
        }
    }

    /// The stop conditions that the model can tell; the others are kept in words, to be said.
    fn stops(&mut self, conditions: &[Condition]) {
        let from = self.script.conditions.len();
        for condition in conditions {
            match self.untellable(&condition.claim) {
                Some(why) => self.script.untold.push(format!("{condition}: {why}")),
                None => self.wants(condition),
            }
        }
        self.script.stops = from..self.script.conditions.len();
    }

    fn list(&mut self, steps: &[Step]) -> usize {
        let place = self.script.lists.len();
        self.script.lists.push(Vec::new());
        let nodes: Vec<NodeId> = steps.iter().map(|step| self.node(step)).collect();
        self.script.lists[place] = nodes;
        place
    }

    fn node(&mut self, step: &Step) -> NodeId {
        let kind = self.kind(step);
        self.script.nodes.push(Node { id: step.id.clone(), kind });
        let place = self.script.nodes.len() - 1;
        if matches!(step.kind, StepKind::Fault(_)) {
            self.script.faults.push(place);
        }
        place
    }

    fn kind(&mut self, step: &Step) -> Kind {
        let assumed = self.assumed.get(&step.id).copied().map(micros);
        match &step.kind {
            StepKind::Fault(spec) | StepKind::Recover(spec) => Kind::Change(self.deed(step, spec)),
            StepKind::Run { within, .. } => {
                let time = self.assumed(step, "a command's time is not known beforehand");
                Kind::Change(Deed::Nothing(Lasts::within(time, *within)))
            }
            StepKind::Await { within, .. } if assumed.is_some() => {
                Kind::Takes(Lasts::within(assumed.unwrap_or_default(), *within))
            }
            StepKind::Await { until, within, hold } => {
                let from = self.script.conditions.len();
                for condition in until {
                    self.knows(step, &condition.claim);
                    self.wants(condition);
                }
                let conditions = from..self.script.conditions.len();
                Kind::Await { conditions, within: micros(*within), hold: micros(*hold) }
            }
            StepKind::Hold { time } => Kind::Takes(Lasts::always(micros(*time))),
            StepKind::Approve { within, .. } => {
                let why = "how long a person takes to say go is not known beforehand";
                Kind::Approve(Lasts::within(self.assumed(step, why), *within))
            }
            StepKind::Restore { of } => {
                let place = self.script.nodes.iter().position(|node| node.id == *of);
                place.map_or(Kind::Takes(Lasts::always(0)), Kind::Restore)
            }
            StepKind::Together { steps } => Kind::Together(self.list(steps)),
        }
    }

    fn wants(&mut self, condition: &Condition) {
        self.script.conditions.push(Wanted {
            claim: condition.claim.clone(),
            lasting: micros(condition.lasting),
            watches: watch::watches(&condition.claim),
            words: condition.to_string(),
        });
    }

    fn deed(&mut self, step: &Step, spec: &ChangeSpec) -> Deed {
        effect(spec).unwrap_or_else(|| {
            let why = format!("the forecast does not know what {} does", spec.kind);
            Deed::Nothing(Lasts::always(self.assumed(step, &why)))
        })
    }

    /// How long somebody assumes a step to take, whose time is not known.
    fn assumed(&mut self, step: &Step, why: &str) -> At {
        let assumed = self.assumed.get(&step.id).copied().map(micros);
        if assumed.is_none() {
            self.unknown.push(Unknown { step: step.id.clone(), why: why.to_owned() });
        }
        assumed.unwrap_or_default()
    }

    /// A condition that the model can not tell makes its await's time unknown.
    fn knows(&mut self, step: &Step, claim: &Claim) {
        if let Some(why) = self.untellable(claim) {
            self.unknown.push(Unknown { step: step.id.clone(), why });
        }
    }

    /// Why the model can not tell whether a claim holds, if it can not.
    fn untellable(&self, claim: &Claim) -> Option<String> {
        let observed = |side| self.numbers.side(side).check.as_ref().is_some_and(|check| check.is_observed);
        match claim {
            Claim::Alarm { name, .. } => {
                Some(format!("the forecast does not know when the alarm {name} turns"))
            }
            Claim::HealthCheck { of, .. } if !observed(*of) => {
                Some(format!("the forecast does not know when the health check of the {of} turns"))
            }
            _ => None,
        }
    }
}

/// What a change of this kind does, if the model knows it.
fn effect(spec: &ChangeSpec) -> Option<Deed> {
    let to = side(spec, "to").unwrap_or(Side::Standby);
    Some(match spec.kind.as_str() {
        "ec2.revoke-ingress" => {
            let tcp = spec.params.get("protocol").and_then(Value::as_str) != Some("udp");
            let port = spec.params.get("port").and_then(Value::as_u64).filter(|_| tcp);
            let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
            Deed::Close { side: side(spec, "of").unwrap_or(Side::Primary), port }
        }
        "rds.switchover-global-cluster" => Deed::MoveWriter { to, loss: false },
        "rds.failover-global-cluster" => Deed::MoveWriter { to, loss: true },
        "route53.hold-traffic" => Deed::HoldTraffic { to },
        "noop" => Deed::Nothing(Lasts::always(0)),
        _ => return None,
    })
}

/// True if nobody has to say how long a step takes: the model knows it, or the drill says it.
pub fn knows_time(step: &Step) -> bool {
    match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => effect(spec).is_some(),
        StepKind::Hold { .. } | StepKind::Restore { .. } | StepKind::Together { .. } => true,
        StepKind::Run { .. } | StepKind::Await { .. } | StepKind::Approve { .. } => false,
    }
}
