//! Story: what happened in one run of the model, as far as numbers are made of it.
//! Invariant: what a watch showed is kept as turns: between two turns every look showed the same.
//! Not here: the numbers (see `forecast::outcome`).
//! Used by: `model`.

use super::{
    Model,
    script::{NodeId, Script},
    watch::{Met, Watch},
};
use crate::{drill::model::Side, forecast::draw::At};

/// What one client met, turn by turn.
#[derive(Debug)]
pub(crate) struct Turns(Vec<(At, Met)>);

impl Turns {
    fn new(met: Met) -> Turns {
        Turns(vec![(0, met)])
    }

    /// A look that began at `at` met this.
    pub(super) fn see(&mut self, at: At, met: Met) {
        if self.0.last().is_none_or(|(_, last)| *last != met) {
            self.0.push((at, met));
        }
    }

    /// Each stretch: from its first look to where the next begins, and what was met. The last has no end.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (At, At, Met)> {
        let ends = self.0.iter().skip(1).map(|(at, _)| *at).chain([At::MAX]);
        self.0.iter().zip(ends).map(|((from, met), to)| (*from, to, *met))
    }
}

/// What happened.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) site: Turns,
    pub(crate) write: Turns,
    /// Whether the database is at rest, and its writer.
    pub(crate) database: Turns,
    /// The first change's call.
    pub(crate) origin: Option<At>,
    /// The first fault's, or the first change's of a drill without one.
    pub(crate) fault: Option<At>,
    /// The role change's call.
    pub(crate) called: Option<At>,
    /// The first automatic signal.
    pub(crate) signal: Option<At>,
    /// A person said go.
    pub(crate) approved: Option<At>,
    /// The writer was seen in the region that takes over.
    pub(crate) moved: Option<At>,
    /// The zone's servers, and the resolver, answered that region.
    pub(crate) zone: Option<At>,
    pub(crate) resolver: Option<At>,
    /// Putting back began.
    pub(crate) put_back: Option<At>,
    /// The last change was put back.
    pub(crate) verified: Option<At>,
    /// Everything was.
    pub(crate) ended: Option<At>,
    /// The step that failed.
    pub(crate) failed: Option<NodeId>,
    /// The stop condition that ended it.
    pub(crate) stopped: Option<usize>,
    /// The run's time was up.
    pub(crate) overran: bool,
    /// Each await that ended, with the condition that came last.
    pub(crate) waited: Vec<(NodeId, usize)>,
}

impl Story {
    pub(super) fn new(first: Side, writer: Side) -> Story {
        Story {
            site: Turns::new((true, first)),
            write: Turns::new((true, first)),
            database: Turns::new((true, writer)),
            origin: None,
            fault: None,
            called: None,
            signal: None,
            approved: None,
            moved: None,
            zone: None,
            resolver: None,
            put_back: None,
            verified: None,
            ended: None,
            failed: None,
            stopped: None,
            overran: false,
            waited: Vec::new(),
        }
    }

    /// A change is about to be made.
    pub(super) fn applying(&mut self, node: NodeId, at: At, script: &Script) {
        self.origin.get_or_insert(at);
        if script.faults.contains(&node) {
            self.fault.get_or_insert(at);
        }
        if script.role_change == Some(node) {
            self.called.get_or_insert(at);
        }
    }
}

impl Model<'_> {
    /// A watch saw something new: the marks of the drill that it makes. `alarmed`: it was a signal before already.
    pub(super) fn story_turns(&mut self, watch: Watch, alarmed: bool) {
        if self.story.origin.is_none_or(|origin| self.now < origin) {
            return;
        }
        let side = self.script.alarmed;
        let signals = [Watch::HealthCheck(side), Watch::Environment(side), Watch::Targets(side)];
        let raised = signals.contains(&watch) && !alarmed && self.is_alarm(watch);
        let (now, story, eyes) = (self.now, &mut self.story, &self.eyes);
        if raised && story.put_back.is_none() {
            story.signal.get_or_insert(now);
        }
        let Some(taker) = self.script.taker else { return };
        match watch {
            Watch::Database if story.called.is_some() && eyes.database == (taker, false) => {
                story.moved.get_or_insert(now);
            }
            Watch::Zone if eyes.zone == taker => drop(story.zone.get_or_insert(now)),
            Watch::Resolver if eyes.resolver == taker => drop(story.resolver.get_or_insert(now)),
            _ => {}
        }
    }
}
