//! Life: one process of firedrill in a simulation, from its start until it ends or is killed.
//! Invariant: after its end nothing of it reaches the world or the disk, whatever of it is still on its way.
//! Not here: which moment is chosen (see `fate`), what is done with the remains (see `stage`).
//! Used by: everything that a life reaches the world through.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// The moment at which a life ends, counted from 1 in that life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A record is about to be written.
    BeforeRecord(u64),
    /// A part of a record has been written: so many thousandths of its bytes.
    InRecord(u64, u16),
    /// A record has just been synced.
    AfterRecord(u64),
    /// A call to AWS is about to leave.
    BeforeCall(u64),
    /// AWS has done what a call asks, and the answer has not come yet.
    AfterCall(u64),
}

/// A call whose answer is lost, while the life goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The call, counted from 1.
    pub call: u64,
    /// True if AWS had done what it asks.
    pub done: bool,
}

/// One call to AWS, as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Service and operation, as `ec2 RevokeSecurityGroupIngress`.
    pub operation: String,
    /// How many records were on disk.
    pub records: u64,
}

/// One life.
#[derive(Debug, Default)]
pub struct Life {
    end: Option<Moment>,
    lost: Option<Lost>,
    now: Mutex<State>,
    over: Notify,
}

#[derive(Debug, Default)]
struct State {
    over: bool,
    records: u64,
    sent: Vec<Sent>,
    samples: Option<PathBuf>,
    samples_kept: Option<u64>,
}

impl Life {
    /// A life that ends at this moment, if it comes to it, and loses this answer.
    pub fn new(end: Option<Moment>, lost: Option<Lost>) -> Life {
        Life { end, lost, ..Life::default() }
    }

    /// Returns at once while the life lasts, and never after it.
    pub async fn goes_on(&self) {
        if self.is_over() {
            std::future::pending().await
        }
    }

    /// True once it was killed.
    pub fn is_over(&self) -> bool {
        self.state().over
    }

    /// Returns once it was killed.
    pub async fn ended(&self) {
        let over = self.over.notified();
        tokio::pin!(over);
        // Listening first: an end between the look and the wait is not missed.
        over.as_mut().enable();
        if !self.is_over() {
            over.await;
        }
    }

    /// The samples of this life are in this file: what is not on disk at its end is lost.
    pub fn samples_in(&self, file: PathBuf) {
        self.state().samples = Some(file);
    }

    /// How many bytes of the samples were on disk when it was killed.
    pub fn samples_kept(&self) -> Option<(PathBuf, u64)> {
        let state = self.state();
        Some((state.samples.clone()?, state.samples_kept?))
    }

    /// How many records it wrote.
    pub fn records(&self) -> u64 {
        self.state().records
    }

    /// The calls that it sent, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// A record of so many bytes is about to be written: how many of them reach the disk.
    pub(super) fn writes(&self, bytes: usize) -> usize {
        let mut state = self.state();
        if state.over {
            return 0;
        }
        let number = state.records + 1;
        match self.end {
            Some(Moment::BeforeRecord(at)) if at == number => self.end_now(&mut state),
            Some(Moment::InRecord(at, part)) if at == number => {
                self.end_now(&mut state);
                // At least the last byte is missing.
                return (bytes * usize::from(part) / 1000).min(bytes.saturating_sub(1));
            }
            _ => return bytes,
        }
        0
    }

    /// The record is on disk.
    pub(super) fn wrote(&self) {
        let mut state = self.state();
        if state.over {
            return;
        }
        state.records += 1;
        if self.end == Some(Moment::AfterRecord(state.records)) {
            self.end_now(&mut state);
        }
    }

    /// A call is about to leave: its number, unless the life ends before it.
    pub(super) fn sends(&self, operation: String) -> Option<u64> {
        let mut state = self.state();
        if state.over {
            return None;
        }
        let number = state.sent.len() as u64 + 1;
        if self.end == Some(Moment::BeforeCall(number)) {
            self.end_now(&mut state);
            return None;
        }
        let records = state.records;
        state.sent.push(Sent { operation, records });
        Some(number)
    }

    /// AWS has done what the call asks; false if the life ends here.
    pub(super) fn sent_and_done(&self, call: u64) -> bool {
        let mut state = self.state();
        if !state.over && self.end == Some(Moment::AfterCall(call)) {
            self.end_now(&mut state);
        }
        !state.over
    }

    /// Whether this call's answer is lost: before AWS did anything, or after.
    pub(super) fn loses(&self, call: u64) -> Option<Lost> {
        self.lost.filter(|lost| lost.call == call)
    }

    fn end_now(&self, state: &mut State) {
        state.over = true;
        let length = |file: &PathBuf| std::fs::metadata(file).map_or(0, |found| found.len());
        state.samples_kept = state.samples.as_ref().map(length);
        self.over.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_ends_at_its_moment_and_nothing_of_it_is_written_or_sent_afterwards() {
        let life = Life::new(Some(Moment::InRecord(2, 500)), None);
        assert_eq!(life.writes(100), 100);
        life.wrote();
        assert_eq!(life.sends("ec2 A".into()), Some(1));
        assert_eq!(life.writes(100), 50, "half a record");
        assert!(life.is_over());
        assert_eq!((life.writes(100), life.sends("ec2 B".into())), (0, None));
        assert_eq!((life.records(), life.sent().len()), (1, 1));
    }

    #[test]
    fn a_life_that_ends_after_a_call_has_sent_it() {
        let life = Life::new(Some(Moment::AfterCall(1)), None);
        let call = life.sends("rds A".into()).unwrap();
        assert!(!life.is_over());
        assert!(!life.sent_and_done(call));
        assert!(life.is_over());
    }
}
