//! Script: a drill's steps as the model walks them.
//! Invariant: made once for many runs; a step whose time or effect the model does not know is told by name, all at once,
//! and never guessed.
//! Not here: walking (see `steps`).
//! Used by: `model`; `forecast`, for what is not known.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use serde_json::Value;

use super::watch;
use crate::{
    drill::{
        catalogue,
        model::{ChangeSpec, Claim, Drill, Side, Step, StepKind},
    },
    forecast::{
        draw::{At, micros},
        numbers::Numbers,
    },
    id::StepId,
};

/// A step's place in the script.
pub(crate) type NodeId = usize;

/// A drill, ready to be walked many times.
#[derive(Debug)]
pub struct Script {
    pub(super) nodes: Vec<Node>,
    /// The steps of the drill, then those of each `together`.
    pub(super) lists: Vec<Vec<NodeId>>,
    pub(super) conditions: Vec<Wanted>,
    pub(super) time_limit: At,
    /// The faults among them.
    pub(super) faults: Vec<NodeId>,
    /// The region that is to serve after the recovery; `None`: either may.
    pub(super) taker: Option<Side>,
    /// The region whose signals count as detection.
    pub(super) alarmed: Side,
    /// The recovery that phases go by: the one that moves the database, else the first.
    pub(super) role_change: Option<NodeId>,
    pub(super) moves_database: bool,
}

/// One step.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: StepId,
    pub(super) kind: Kind,
}

/// What a step does.
#[derive(Debug)]
pub(super) enum Kind {
    Change(Deed),
    Await { conditions: Range<usize>, within: At, hold: At },
    Takes(At),
    Approve(At),
    Restore(NodeId),
    Together(usize),
}

/// What a change does to the model's world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Deed {
    Close { side: Side, port: u16 },
    MoveWriter { to: Side, loss: bool },
    HoldTraffic { to: Side },
    Nothing { takes: At },
}

/// One condition of an await.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) claim: Claim,
    pub(super) lasting: At,
    pub(super) watches: u16,
    pub(super) words: String,
}

/// A step that the model knows too little of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step `{step}`: {why}\n    say how long it takes: --assume {step}=30s")]
pub struct Unknown {
    /// The step.
    pub step: StepId,
    /// What is not known.
    pub why: String,
}

/// How long steps take whose time the model does not know.
pub type Assumed = BTreeMap<StepId, Duration>;

impl Script {
    /// Reads a drill.
    ///
    /// # Errors
    /// Every step that the model knows too little of, and that nobody assumed anything about.
    pub fn of(drill: &Drill, numbers: &Numbers, assumed: &Assumed) -> Result<Script, Vec<Unknown>> {
        let mut reader = Reader { numbers, assumed, script: Script::empty(drill), unknown: Vec::new() };
        let top = reader.list(&drill.steps);
        debug_assert_eq!(top, 0, "the drill's own list comes first");
        let Reader { mut script, unknown, .. } = reader;
        if !unknown.is_empty() {
            return Err(unknown);
        }
        script.find_roles(drill);
        Ok(script)
    }

    fn empty(drill: &Drill) -> Script {
        Script {
            nodes: Vec::new(),
            lists: Vec::new(),
            conditions: Vec::new(),
            time_limit: micros(drill.time_limit),
            faults: Vec::new(),
            taker: None,
            alarmed: Side::Primary,
            role_change: None,
            moves_database: false,
        }
    }

    /// The region that is to serve after the recovery; `None`: either may.
    pub(crate) fn taker(&self) -> Option<Side> {
        self.taker
    }

    /// Whether the recovery moves the database's writer.
    pub(crate) fn moves_database(&self) -> bool {
        self.moves_database
    }

    /// The words of a condition.
    pub fn condition(&self, place: usize) -> &str {
        self.conditions.get(place).map_or("", |wanted| wanted.words.as_str())
    }

    /// The name of a step.
    pub fn step(&self, node: usize) -> Option<&StepId> {
        self.nodes.get(node).map(|node| &node.id)
    }

    /// As the measurement finds them: the first fault's side, and the recovery that moves the database or the first.
    fn find_roles(&mut self, drill: &Drill) {
        let steps = drill.all_steps();
        let fault = steps.iter().find_map(|step| match &step.kind {
            StepKind::Fault(spec) => Some(spec),
            _ => None,
        });
        self.alarmed = fault.and_then(|spec| side(spec, "of")).unwrap_or(Side::Primary);
        let recoveries = || {
            steps.iter().filter_map(|step| match &step.kind {
                StepKind::Recover(spec) => Some((step, spec)),
                _ => None,
            })
        };
        let moves = |spec: &ChangeSpec| catalogue::find(&spec.kind).is_some_and(|entry| entry.moves_writer);
        let chosen = recoveries().find(|(_, spec)| moves(spec)).or_else(|| recoveries().next());
        let Some((step, spec)) = chosen else { return };
        self.role_change = self.nodes.iter().position(|node| node.id == step.id);
        self.moves_database = moves(spec);
        self.taker = Some(side(spec, "to").unwrap_or(Side::Standby));
    }
}

struct Reader<'a> {
    numbers: &'a Numbers,
    assumed: &'a Assumed,
    script: Script,
    unknown: Vec<Unknown>,
}

impl Reader<'_> {
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
            StepKind::Fault(spec) | StepKind::Recover(spec) => Kind::Change(self.deed(step, spec, assumed)),
            StepKind::Run { .. } => {
                Kind::Change(self.other(step, assumed, "a command's time is not known beforehand"))
            }
            StepKind::Await { .. } if assumed.is_some() => Kind::Takes(assumed.unwrap_or_default()),
            StepKind::Await { until, within, hold } => {
                let from = self.script.conditions.len();
                for condition in until {
                    self.knows(step, &condition.claim);
                    self.script.conditions.push(Wanted {
                        claim: condition.claim.clone(),
                        lasting: micros(condition.lasting),
                        watches: watch::watches(&condition.claim),
                        words: condition.to_string(),
                    });
                }
                let conditions = from..self.script.conditions.len();
                Kind::Await { conditions, within: micros(*within), hold: micros(*hold) }
            }
            StepKind::Hold { time } => Kind::Takes(assumed.unwrap_or(micros(*time))),
            StepKind::Approve { .. } => {
                let why = "how long a person takes to say go is not known beforehand";
                match self.other(step, assumed, why) {
                    Deed::Nothing { takes } => Kind::Approve(takes),
                    _ => Kind::Approve(0),
                }
            }
            StepKind::Restore { of } => {
                let place = self.script.nodes.iter().position(|node| node.id == *of);
                place.map_or(Kind::Takes(0), Kind::Restore)
            }
            StepKind::Together { steps } => Kind::Together(self.list(steps)),
        }
    }

    fn deed(&mut self, step: &Step, spec: &ChangeSpec, assumed: Option<At>) -> Deed {
        let to = side(spec, "to").unwrap_or(Side::Standby);
        match spec.kind.as_str() {
            "ec2.revoke-ingress" => {
                let tcp = spec.params.get("protocol").and_then(Value::as_str) != Some("udp");
                let port = spec.params.get("port").and_then(Value::as_u64).filter(|_| tcp);
                let port = port.and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
                Deed::Close { side: side(spec, "of").unwrap_or(Side::Primary), port }
            }
            "rds.switchover-global-cluster" => Deed::MoveWriter { to, loss: false },
            "rds.failover-global-cluster" => Deed::MoveWriter { to, loss: true },
            "route53.hold-traffic" => Deed::HoldTraffic { to },
            "noop" => Deed::Nothing { takes: 0 },
            kind => self.other(step, assumed, &format!("the forecast does not know what {kind} does")),
        }
    }

    /// What takes as long as somebody assumes, and does nothing that the model knows of.
    fn other(&mut self, step: &Step, assumed: Option<At>, why: &str) -> Deed {
        if assumed.is_none() {
            self.unknown.push(Unknown { step: step.id.clone(), why: why.to_owned() });
        }
        Deed::Nothing { takes: assumed.unwrap_or_default() }
    }

    /// A condition that the model can not tell makes its await's time unknown.
    fn knows(&mut self, step: &Step, claim: &Claim) {
        let observed = |side| self.numbers.side(side).check.as_ref().is_some_and(|check| check.is_observed);
        let why = match claim {
            Claim::Alarm { name, .. } => format!("the forecast does not know when the alarm {name} turns"),
            Claim::HealthCheck { of, .. } if !observed(*of) => {
                format!("the forecast does not know when the health check of the {of} turns")
            }
            _ => return,
        };
        self.unknown.push(Unknown { step: step.id.clone(), why });
    }
}

fn side(spec: &ChangeSpec, param: &str) -> Option<Side> {
    let word = spec.params.get(param)?.as_str()?;
    Side::BOTH.into_iter().find(|side| side.as_str() == word)
}
