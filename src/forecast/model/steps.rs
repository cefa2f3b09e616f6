//! Steps: the drill's steps, walked one after the other, and whatever is left put back at the end.
//! Invariant: as the engine does it: a step that fails ends the run once those beside it are done, and every ending
//! restores, the newest first.
//! Not here: when an await is over (see `claims`).
//! Used by: `model`.

use super::{
    Model,
    agenda::Event,
    parts::Flags,
    script::{Deed, Kind, NodeId},
};
use crate::forecast::{
    draw::{At, micros},
    durations::Own,
};

/// The branch of the restoration at the end.
const ENDING: u16 = u16::MAX;
/// "Nothing runs" is believed only if it is said again after this, before a writer is asked back.
const QUIET: At = 10_000_000;

/// One line of steps: the drill's own, or one inside `together`.
#[derive(Debug)]
pub(super) struct Branch {
    list: usize,
    at: usize,
    parent: Option<usize>,
    children: usize,
    /// The first step inside its `together` that failed.
    failed: Option<NodeId>,
    /// The await that it is at, and since when.
    pub(super) waits: Option<(NodeId, At)>,
    /// Counts what it was armed for: older entries of the agenda mean nothing.
    pub(super) generation: u32,
    /// The condition that came last.
    pub(super) last: usize,
}

impl Branch {
    pub(super) fn new(list: usize, parent: Option<usize>) -> Branch {
        Branch { list, at: 0, parent, children: 0, failed: None, waits: None, generation: 0, last: 0 }
    }
}

/// A change that is to be put back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outstanding {
    pub(super) node: NodeId,
    deed: Deed,
    /// The flags of the health check before.
    flags: Option<Flags>,
}

/// When a wait that looks each second at first, and less often the longer it takes, has seen what comes after `time`.
fn polled(time: At) -> At {
    let mut waited: At = 0;
    while waited < time {
        waited += (waited / 60).clamp(1_000_000, 10_000_000);
    }
    waited
}

impl Model<'_> {
    /// Begins the step that a branch is at.
    pub(super) fn begin_step(&mut self, branch: usize) {
        let own = &self.branches[branch];
        let Some(node) = self.script.lists[own.list].get(own.at).copied() else {
            return self.branch_ends(branch);
        };
        let now = self.now;
        match &self.script.nodes[node].kind {
            Kind::Change(deed) => self.apply(branch, node, *deed),
            Kind::Await { within, .. } => {
                self.branches[branch].waits = Some((node, now));
                let at = self.branches[branch].at as u16;
                self.agenda.put(now + within, Event::TimeUp { branch: branch as u16, at });
                self.arm(branch);
            }
            Kind::Takes(lasts) | Kind::Approve(lasts) => {
                self.over_at(branch, now + lasts.time, lasts.fails);
            }
            Kind::Restore(of) => self.restore_step(branch, *of),
            Kind::Together(list) => self.fork(branch, *list),
        }
    }

    fn done_at(&mut self, branch: usize, at: At) {
        self.over_at(branch, at, false);
    }

    fn over_at(&mut self, branch: usize, at: At, fails: bool) {
        let branch = branch as u16;
        let event = if fails { Event::StepFailed { branch } } else { Event::StepDone { branch } };
        self.agenda.put(at, event);
    }

    fn fork(&mut self, branch: usize, list: usize) {
        let nodes = self.script.lists[list].len();
        if nodes == 0 {
            return self.done_at(branch, self.now);
        }
        self.branches[branch].children = nodes;
        for place in 0..nodes {
            // Each step of `together` is a branch of its own, which ends after it.
            let mut child = Branch::new(list, Some(branch));
            child.at = place;
            self.branches.push(child);
            self.begin_step(self.branches.len() - 1);
        }
    }

    /// The step of a branch is done.
    pub(super) fn step_done(&mut self, branch: usize) {
        let node = self.script.lists[self.branches[branch].list].get(self.branches[branch].at);
        if let Some(Kind::Approve(_)) = node.map(|node| &self.script.nodes[*node].kind) {
            self.story.approved.get_or_insert(self.now);
        }
        match self.branches[branch].parent {
            Some(_) => self.branch_ends(branch),
            None => {
                self.branches[branch].at += 1;
                self.begin_step(branch);
            }
        }
    }

    fn branch_ends(&mut self, branch: usize) {
        let Some(parent) = self.branches[branch].parent else { return self.end(None) };
        self.branches[parent].children -= 1;
        if self.branches[parent].children > 0 {
            return;
        }
        match self.branches[parent].failed.take() {
            Some(node) => self.fail(parent, node),
            None => self.step_done(parent),
        }
    }

    /// The step of a branch has failed. Those beside it in `together` finish first, as the engine lets them.
    fn fail(&mut self, branch: usize, node: NodeId) {
        let Some(parent) = self.branches[branch].parent else { return self.end(Some(node)) };
        self.branches[parent].failed.get_or_insert(node);
        self.branch_ends(branch);
    }

    /// A step that is not played has failed.
    pub(super) fn step_failed(&mut self, branch: usize) {
        let own = &self.branches[branch];
        let node = self.script.lists[own.list].get(own.at).copied();
        if let (false, Some(node)) = (self.stopped, node) {
            self.fail(branch, node);
        }
    }

    fn apply(&mut self, branch: usize, node: NodeId, deed: Deed) {
        // Two reads before it, the call itself, and a read after it.
        let call = self.draw.at(Own::Call);
        let begun = self.now + 2 * call;
        let mut flags = None;
        self.story.applying(node, begun, self.script);
        let done = match deed {
            Deed::Close { side, port } => {
                self.write_rule(side, begun + call, port, false);
                begun + call + polled(self.draw.at(Own::DescribeStale)) + call
            }
            Deed::MoveWriter { to, loss } => {
                let called = begun + 2 * call;
                called + polled(self.move_writer(to, loss, called) - called) + call
            }
            Deed::HoldTraffic { to } => {
                let off = to.other();
                flags = Some(self.checks[off as usize].flags);
                self.set_flags(off, begun + call, Flags { disabled: true, inverted: true });
                begun + 2 * call
            }
            Deed::Nothing(lasts) => begun + lasts.time,
        };
        self.outstanding.push(Outstanding { node, deed, flags });
        let fails = matches!(deed, Deed::Nothing(lasts) if lasts.fails);
        self.over_at(branch, done, fails);
    }

    fn restore_step(&mut self, branch: usize, of: NodeId) {
        let place = self.outstanding.iter().position(|own| own.node == of);
        match place.map(|place| self.outstanding.remove(place)) {
            Some(own) => self.put_back(branch as u16, own),
            None => self.done_at(branch, self.now),
        }
    }

    fn put_back(&mut self, branch: u16, own: Outstanding) {
        self.story.put_back.get_or_insert(self.now);
        let call = self.draw.at(Own::Call);
        let done = match own.deed {
            Deed::Close { side, port } => {
                self.write_rule(side, self.now + 2 * call, port, true);
                self.now + 2 * call + polled(self.draw.at(Own::DescribeStale)) + 2 * call
            }
            Deed::MoveWriter { .. } => {
                let quiet = self.now + call + QUIET;
                let wait = self.database.in_sync_at.saturating_sub(quiet);
                self.agenda.put(quiet + polled(wait), Event::SwitchBack { branch });
                return;
            }
            Deed::HoldTraffic { to } => {
                let before = own.flags.unwrap_or(Flags { disabled: false, inverted: false });
                self.set_flags(to.other(), self.now + 2 * call, before);
                self.now + 4 * call
            }
            Deed::Nothing(_) => self.now,
        };
        self.agenda.put(done, Event::StepDone { branch });
    }

    /// The writer is asked back, where it came from.
    pub(super) fn switch_back(&mut self, branch: u16) {
        let to = self.database.view.0.other();
        let back = self.move_writer(to, false, self.now);
        let done = self.now + polled(back - self.now) + self.draw.at(Own::Call);
        self.agenda.put(done, Event::StepDone { branch });
    }

    /// A step has done what it should, or the ending has put one change back.
    pub(super) fn stepped(&mut self, branch: u16) {
        if branch == ENDING {
            self.verified();
            return self.end_goes_on();
        }
        if self.stopped {
            return;
        }
        let own = &self.branches[usize::from(branch)];
        let node = self.script.lists[own.list].get(own.at).copied();
        if let Some(Kind::Restore(_)) = node.map(|node| &self.script.nodes[node].kind) {
            self.verified();
        }
        self.step_done(usize::from(branch));
    }

    fn verified(&mut self) {
        self.story.verified = Some(self.now);
    }

    /// An await's time is up.
    pub(super) fn time_up(&mut self, branch: usize, at: u16) {
        let own = &mut self.branches[branch];
        if let (false, Some((node, _))) = (self.stopped, own.waits)
            && own.at == usize::from(at)
        {
            own.waits = None;
            own.generation += 1;
            self.fail(branch, node);
        }
    }

    /// The run's own time is up.
    pub(super) fn deadline(&mut self) {
        if !self.stopped {
            self.story.overran = true;
            self.end(None);
        }
    }

    /// The steps are over: whatever is left is put back, the newest first.
    pub(super) fn end(&mut self, failed: Option<NodeId>) {
        self.stopped = true;
        self.story.failed = failed;
        self.end_goes_on();
    }

    fn end_goes_on(&mut self) {
        match self.outstanding.pop() {
            Some(own) => self.put_back(ENDING, own),
            None => self.story.ended = Some(self.now),
        }
    }

    /// When the steady state has been seen, in microseconds from the first look.
    pub(super) fn settled(&self) -> At {
        micros(self.draw.own(Own::Settling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_sees_what_it_waits_for_at_its_next_look() {
        let second = 1_000_000;
        assert_eq!(polled(0), 0);
        assert_eq!(polled(1), second);
        assert_eq!(polled(30 * second), 30 * second);
        assert!(polled(1_000 * second) <= 1_010 * second);
    }
}
