//! Waits: conditions that steps wait for, judged at each sample.
//! Invariant: a wait ends at the time of the sample that fulfilled it, not when someone noticed.
//! Not here: what a condition means (see `measure::condition`).
//! Used by: dispatcher.

use tokio::sync::oneshot;

use crate::{
    clock::Stamp,
    drill::model::Condition,
    journal::event::Finding,
    measure::condition::{Board, Judgement},
};

/// All conditions of a wait hold.
#[derive(Debug, Clone)]
pub(super) struct Met {
    /// When the last of them began to hold.
    pub(super) since: Stamp,
    /// Each with what was seen.
    pub(super) findings: Vec<Finding>,
}

struct Waiter {
    conditions: Vec<Condition>,
    reply: oneshot::Sender<Met>,
}

/// The waits that are open.
#[derive(Default)]
pub(super) struct Waits(Vec<Waiter>);

impl Waits {
    /// Opens one.
    pub(super) fn open(&mut self, conditions: Vec<Condition>, reply: oneshot::Sender<Met>) {
        self.0.push(Waiter { conditions, reply });
    }

    /// Answers every wait whose conditions all hold at `now`, and forgets those whose asker has gone.
    pub(super) fn settle(&mut self, board: &Board, now: Stamp) {
        let open = std::mem::take(&mut self.0);
        for waiter in open {
            if waiter.reply.is_closed() {
                continue;
            }
            match met(board, &waiter.conditions, now) {
                Some(met) => drop(waiter.reply.send(met)),
                None => self.0.push(waiter),
            }
        }
    }

    /// How the conditions that someone waits for stand now, for the live view.
    pub(super) fn findings(&self, board: &Board, now: Stamp) -> Vec<Finding> {
        let conditions = self.0.iter().filter(|w| !w.reply.is_closed()).flat_map(|w| &w.conditions);
        conditions.map(|condition| finding(board, condition, now)).collect()
    }
}

fn met(board: &Board, conditions: &[Condition], now: Stamp) -> Option<Met> {
    let judged: Vec<Judgement> = conditions.iter().map(|c| board.judge(c, now)).collect();
    if !judged.iter().all(|j| j.held == Some(true)) {
        return None;
    }
    let since = judged.iter().filter_map(|j| j.since).max().unwrap_or(now);
    let findings = conditions.iter().zip(judged).map(|(c, j)| worded(c, j)).collect();
    Some(Met { since, findings })
}

/// One condition as it stands at `now`.
pub(super) fn finding(board: &Board, condition: &Condition, now: Stamp) -> Finding {
    worded(condition, board.judge(condition, now))
}

fn worded(condition: &Condition, judged: Judgement) -> Finding {
    Finding { condition: condition.to_string(), held: judged.held, seen: judged.seen }
}
