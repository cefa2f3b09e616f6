//! Script: a drill's steps and stop conditions as the model walks them.
//! Invariant: made once for many runs; a step whose time or effect the model does not know is told by name, all at once,
//! and never guessed.
//! Not here: how it is read from a drill (see `reading`), walking (see `steps`).
//! Used by: `model`; `forecast`, for what is not known.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use crate::{
    drill::{
        catalogue,
        model::{ChangeSpec, Claim, Drill, Side, StepKind},
    },
    forecast::draw::{At, micros},
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
    /// The stop conditions among them.
    pub(super) stops: Range<usize>,
    /// Stop conditions that the model can not tell, in words.
    pub(super) untold: Vec<String>,
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
    Takes(Lasts),
    Approve(Lasts),
    Restore(NodeId),
    Together(usize),
}

/// What a change does to the model's world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Deed {
    Close { side: Side, port: u16 },
    MoveWriter { to: Side, loss: bool },
    HoldTraffic { to: Side },
    Nothing(Lasts),
}

/// How long a step lasts that the model does not play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lasts {
    pub(super) time: At,
    /// At the end of it the step has failed: it is given no more time.
    pub(super) fails: bool,
}

impl Lasts {
    pub(super) fn always(time: At) -> Lasts {
        Lasts { time, fails: false }
    }

    /// As the engine has it: a step that is not done `within` its time has failed then.
    pub(super) fn within(time: At, limit: Duration) -> Lasts {
        let limit = micros(limit);
        Lasts { time: time.min(limit), fails: time > limit }
    }
}

/// One condition of an await, or a stop condition.
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
    /// Of no steps yet.
    pub(super) fn empty(drill: &Drill) -> Script {
        Script {
            nodes: Vec::new(),
            lists: Vec::new(),
            conditions: Vec::new(),
            stops: 0..0,
            untold: Vec::new(),
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

    /// The stop conditions that the forecast can not tell: it goes on as if none of them ever held.
    pub fn untold(&self) -> &[String] {
        &self.untold
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
    pub(super) fn find_roles(&mut self, drill: &Drill) {
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

pub(super) fn side(spec: &ChangeSpec, param: &str) -> Option<Side> {
    let word = spec.params.get(param)?.as_str()?;
    Side::BOTH.into_iter().find(|side| side.as_str() == word)
}
