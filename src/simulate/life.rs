//! Life: one process of firedrill in a simulation, from its start until it ends or is killed.
//! Invariant: after its end nothing of it reaches the world or the disk, whatever of it is still on its way.
//! Not here: which moment is chosen (see `fate`), what is done with the remains (see `stage`).
//! Used by: everything that a life reaches the world through.

use std::{
    fmt,
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
    /// A call that changes something is about to leave.
    BeforeWrite(u64),
    /// AWS has done what a call asks that changes something, and the answer has not come yet.
    AfterWrite(u64),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::BeforeRecord(n) => write!(f, "before record {n}"),
            Moment::InRecord(n, part) => write!(f, "in record {n}, {part} thousandths of it written"),
            Moment::AfterRecord(n) => write!(f, "after record {n}"),
            Moment::BeforeCall(n) => write!(f, "before call {n}"),
            Moment::AfterCall(n) => write!(f, "after call {n}"),
            Moment::BeforeWrite(n) => write!(f, "before changing call {n}"),
            Moment::AfterWrite(n) => write!(f, "after changing call {n}"),
        }
    }
}

/// A call that changes something and whose answer is lost, while the life goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The call, counted from 1 among those that change something.
    pub write: u64,
    /// True if AWS had done what it asks.
    pub done: bool,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = if self.done { "after it was done" } else { "before it arrived" };
        write!(f, "changing call {} lost {when}", self.write)
    }
}

/// One call to AWS, as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    /// Service and operation, as `ec2 RevokeSecurityGroupIngress`.
    pub(super) operation: String,
    /// True if it may change what a user set up.
    pub(super) writes: bool,
    /// How many records were on disk.
    pub(super) records: u64,
}

/// One life.
#[derive(Debug, Default)]
pub(super) struct Life {
    end: Option<Moment>,
    lost: Option<Lost>,
    now: Mutex<State>,
    over: Notify,
}

#[derive(Debug, Default)]
struct State {
    over: bool,
    records: u64,
    writes: u64,
    sent: Vec<Sent>,
    samples: Option<PathBuf>,
    samples_kept: Option<u64>,
}

impl Life {
    /// A life that ends at this moment, if it comes to it, and loses this answer.
    pub(super) fn new(end: Option<Moment>, lost: Option<Lost>) -> Life {
        Life { end, lost, ..Life::default() }
    }

    /// Returns at once while the life lasts, and never after it.
    pub(super) async fn goes_on(&self) {
        if self.is_over() {
            std::future::pending().await
        }
    }

    /// True once it was killed.
    pub(super) fn is_over(&self) -> bool {
        self.state().over
    }

    /// Returns once it was killed.
    pub(super) async fn ended(&self) {
        let over = self.over.notified();
        tokio::pin!(over);
        // Listening first: an end between the look and the wait is not missed.
        over.as_mut().enable();
        if !self.is_over() {
            over.await;
        }
    }

    /// The samples of this life are in this file: what is not on disk at its end is lost.
    pub(super) fn samples_in(&self, file: PathBuf) {
        self.state().samples = Some(file);
    }

    /// How many bytes of the samples were on disk when it was killed.
    pub(super) fn samples_kept(&self) -> Option<(PathBuf, u64)> {
        let state = self.state();
        Some((state.samples.clone()?, state.samples_kept?))
    }

    /// How many records it wrote.
    pub(super) fn records(&self) -> u64 {
        self.state().records
    }

    /// The calls that it sent, in order.
    pub(super) fn sent(&self) -> Vec<Sent> {
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

    /// A call is about to leave: its number, unless the life ends before it. `writes`: it may change something.
    pub(super) fn sends(&self, operation: String, writes: bool) -> Option<u64> {
        let mut state = self.state();
        if state.over {
            return None;
        }
        let number = state.sent.len() as u64 + 1;
        let write = state.writes + u64::from(writes);
        let ends_before = match self.end {
            Some(Moment::BeforeCall(at)) => at == number,
            Some(Moment::BeforeWrite(at)) => writes && at == write,
            _ => false,
        };
        if ends_before {
            self.end_now(&mut state);
            return None;
        }
        let records = state.records;
        state.writes = write;
        state.sent.push(Sent { operation, writes, records });
        Some(number)
    }

    /// AWS has done what the call asks; false if the life ends here.
    pub(super) fn sent_and_done(&self, call: u64) -> bool {
        let mut state = self.state();
        let ends_after = match self.end {
            Some(Moment::AfterCall(at)) => at == call,
            Some(Moment::AfterWrite(at)) => state.write_number(call) == Some(at),
            _ => false,
        };
        if ends_after && !state.over {
            self.end_now(&mut state);
        }
        !state.over
    }

    /// Whether the answer of this call is lost: before AWS did anything, or after.
    pub(super) fn loses(&self, call: u64) -> Option<Lost> {
        let lost = self.lost?;
        (self.state().write_number(call) == Some(lost.write)).then_some(lost)
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

impl State {
    /// Which of the calls that change something this one is; `None` if it changes nothing.
    fn write_number(&self, call: u64) -> Option<u64> {
        let up_to = self.sent.get(..usize::try_from(call).ok()?)?;
        up_to.last()?.writes.then(|| up_to.iter().filter(|sent| sent.writes).count() as u64)
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
        assert_eq!(life.sends("ec2 A".into(), false), Some(1));
        assert_eq!(life.writes(100), 50, "half a record");
        assert!(life.is_over());
        assert_eq!((life.writes(100), life.sends("ec2 B".into(), false)), (0, None));
        assert_eq!((life.records(), life.sent().len()), (1, 1));
    }

    #[test]
    fn a_life_that_ends_after_a_call_has_sent_it() {
        let life = Life::new(Some(Moment::AfterCall(1)), None);
        let call = life.sends("rds A".into(), true).unwrap();
        assert!(!life.is_over());
        assert!(!life.sent_and_done(call));
        assert!(life.is_over());
    }

    #[test]
    fn only_calls_that_change_something_are_counted_as_such() {
        let life = Life::new(Some(Moment::AfterWrite(2)), None);
        for (writes, goes_on) in [(false, true), (true, true), (false, true), (true, false)] {
            let call = life.sends("ec2 A".into(), writes).unwrap();
            assert_eq!(life.sent_and_done(call), goes_on);
        }
    }
}
