//! Dispatcher: the one loop that turns everything into events, writes them, and answers.
//! Invariant: the only owner of the journal; what it has not written has not happened, except while restoring: there a
//! journal that cannot be written stops nothing.
//! Not here: what steps do (see `step`), how a change is put back (see `restore`).
//! Used by: `run`.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::{
    clock::{Clock, Stamp},
    journal::{
        Journal, SampleWriter,
        error::JournalError,
        event::{Actor, ChangeEvent, Event, Record, StopReason},
        sample::Sample,
        state::RunState,
    },
    measure::condition::Board,
};

use super::{
    busy::Busy,
    desk::{Message, NotRecorded, Progress},
    signal::{Signal, Signals},
    stops::Stops,
    vigil::{self, Vigil},
    waits::Waits,
};

/// Time between two looks at waits whose conditions must last, and between two flushes of the samples.
const TICK: Duration = Duration::from_secs(1);
/// Time between two signs of life.
const SIGN: Duration = Duration::from_secs(5);

/// What the loop leaves behind.
pub(super) struct Closed {
    /// The journal, if it is still whole.
    pub(super) state: RunState,
    /// Set when someone left while something was outstanding.
    pub(super) abandoned: bool,
    /// What could not be written.
    pub(super) unrecorded: Vec<String>,
}

/// What a turn of the loop is about.
enum Turn {
    Signal(Signal),
    Deadline,
    Message(Option<Message>),
    Tick,
}

/// The loop and all it owns.
pub(super) struct Dispatcher {
    pub(super) clock: Clock,
    pub(super) journal: Journal,
    pub(super) samples: SampleWriter,
    pub(super) board: Board,
    pub(super) stop_when: Stops,
    /// When the drill's time is up, on the monotonic scale; `None`: never.
    pub(super) deadline: Option<Duration>,
    pub(super) actor: Actor,
    pub(super) inbox: mpsc::Receiver<Message>,
    pub(super) stop: watch::Sender<Option<StopReason>>,
    pub(super) progress: mpsc::UnboundedSender<Progress>,
    pub(super) waits: Waits,
    pub(super) busy: Busy,
    pub(super) vigil: Vigil,
    /// Steps run here: a gap in which no one watched ends them.
    pub(super) runs_steps: bool,
    /// Set once samples could not be written; said once.
    pub(super) samples_lost: bool,
    /// The state with what could not be written; set from the first such event on.
    pub(super) shadow: Option<RunState>,
    pub(super) unrecorded: Vec<String>,
}

impl Dispatcher {
    /// Runs until it is closed, or until someone leaves for good.
    pub(super) async fn run(mut self, mut signals: Signals) -> Closed {
        let (mut tick, mut sign) = (self.clock.now().mono, Duration::ZERO);
        let abandoned = loop {
            let deadline = self.deadline.unwrap_or(Duration::MAX);
            let turn = tokio::select! {
                biased;
                signal = signals.next() => Turn::Signal(signal),
                () = self.clock.sleep_until(deadline), if self.deadline.is_some() => Turn::Deadline,
                message = self.inbox.recv() => Turn::Message(message),
                () = self.clock.sleep_until(tick) => Turn::Tick,
            };
            // Before anything else: whoever was away must not go on as if nothing had happened meanwhile.
            self.wake();
            match turn {
                Turn::Signal(signal) => {
                    if self.signal(signal) {
                        break true;
                    }
                }
                Turn::Deadline => {
                    self.deadline = None;
                    self.request_stop(StopReason::Deadline, "the drill's time limit has passed".to_owned());
                }
                Turn::Message(Some(Message::Close) | None) => break false,
                Turn::Message(Some(message)) => self.take(message),
                Turn::Tick => {
                    let now = self.clock.now().mono;
                    tick = now + TICK;
                    self.tick();
                    if now >= sign {
                        sign = now + SIGN;
                        self.journal.sign_of_life();
                    }
                }
            }
        };
        if let Err(error) = self.samples.finish()
            && !self.samples_lost
        {
            self.unrecorded.push(format!("samples: {error}"));
        }
        let state = self.shadow.unwrap_or_else(|| self.journal.state().clone());
        Closed { state, abandoned, unrecorded: self.unrecorded }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Append { event, reply } => drop(reply.send(self.append(*event))),
            Message::Sample(sample) => self.sample(*sample),
            Message::Wait { wish, reply } => {
                self.waits.open(wish, reply);
                self.waits.settle(&self.board, self.clock.now());
            }
            Message::Judge { wish, reply } => {
                let now = self.clock.now();
                let judged = self.board.judge_all(&wish.conditions, wish.hold, wish.not_before, now);
                drop(reply.send(judged.findings));
            }
            Message::Ask { step, question, reply } => self.tell(Progress::Question { step, question, reply }),
            Message::Stop { reason, detail } => self.request_stop(reason, detail),
            Message::Outstanding { reply } => drop(reply.send(self.state().outstanding())),
            Message::Settled { reply } => {
                let verified = self.state().changes().iter().filter_map(|change| change.last("verified"));
                let _ = reply.send(verified.map(|moment| moment.at).max());
            }
            Message::Flush { reply } => {
                self.flush();
                let _ = reply.send(());
            }
            Message::Busy { change, words } => self.busy.take(change, words, self.clock.now()),
            // The loop has taken it already.
            Message::Close => {}
        }
    }

    fn state(&self) -> &RunState {
        self.shadow.as_ref().unwrap_or_else(|| self.journal.state())
    }

    /// Writes an event; while something is outstanding, one that cannot be written still counts, in memory.
    fn append(&mut self, event: Event) -> Result<Record, NotRecorded> {
        let at = self.clock.now();
        if begins_harm(&event) && self.stop.borrow().is_some() {
            return Err(NotRecorded::Refused("nothing new is changed once a stop was asked for".to_owned()));
        }
        if self.shadow.is_none() {
            match self.journal.append(at, event.clone()) {
                Ok(record) => {
                    self.tell(Progress::Record(Box::new(record.clone())));
                    return Ok(record);
                }
                Err(JournalError::Illegal { source, .. }) => {
                    return Err(NotRecorded::Refused(source.to_string()));
                }
                Err(error) => self.fail_journal(told(&error)),
            }
        }
        let why = self.unrecorded.last().cloned().unwrap_or_default();
        if begins_harm(&event) {
            return Err(NotRecorded::Failed(why));
        }
        self.append_in_memory(at, event, why)
    }

    fn fail_journal(&mut self, why: String) {
        self.shadow = Some(self.journal.state().clone());
        self.lost(why.clone());
        self.raise(StopReason::JournalFailed);
        self.tell(Progress::Unrecorded {
            event: Box::new(Event::Noted { note: "the run stops and restores".into() }),
            why,
        });
    }

    fn append_in_memory(&mut self, at: Stamp, event: Event, why: String) -> Result<Record, NotRecorded> {
        let Some(shadow) = self.shadow.as_mut() else { return Err(NotRecorded::Failed(why)) };
        let record = Record { seq: shadow.next_seq(), at, event };
        shadow.apply(&record).map_err(|illegal| NotRecorded::Refused(illegal.to_string()))?;
        self.tell(Progress::Unrecorded { event: Box::new(record.event.clone()), why });
        Ok(record)
    }

    fn sample(&mut self, sample: Sample) {
        let now = self.clock.now();
        let sample = self.vigil.trusted(sample);
        self.board.take(&sample);
        if let Err(error) = self.samples.write(&sample) {
            self.fail_samples(&error);
        }
        self.tell(Progress::Sample(Box::new(sample)));
        self.waits.settle(&self.board, now);
        self.watch_stop_conditions(now);
    }

    fn watch_stop_conditions(&mut self, now: Stamp) {
        if self.stop.borrow().is_some() {
            return;
        }
        if let Some(detail) = self.stop_when.met(&self.board, now) {
            self.request_stop(StopReason::StopCondition, detail);
        }
    }

    fn tick(&mut self) {
        let now = self.clock.now();
        self.flush();
        self.waits.settle(&self.board, now);
        self.watch_stop_conditions(now);
        let mut waiting = self.waits.findings(&self.board, now);
        waiting.extend(self.busy.findings(now));
        for note in [self.busy.notes(now), self.stop_when.notes(&self.board, now)].concat() {
            let _ = self.append(Event::Noted { note });
        }
        if !waiting.is_empty() {
            self.tell(Progress::Waiting(waiting));
        }
    }

    fn flush(&mut self) {
        if let Err(error) = self.samples.flush() {
            self.fail_samples(&error);
        }
    }

    /// Without samples nobody can say what the drill showed: it ends. Said once, however many are lost.
    fn fail_samples(&mut self, error: &JournalError) {
        if !std::mem::replace(&mut self.samples_lost, true) {
            let why = told(error);
            self.lost(format!("samples: {why}"));
            self.request_stop(StopReason::JournalFailed, format!("samples can not be written: {why}"));
        }
    }

    /// Notices that no one was here since the last turn.
    fn wake(&mut self) {
        let Some(gap) = self.vigil.turn(self.clock) else { return };
        let _ = self.append(Event::Noted { note: gap.to_string() });
        if self.runs_steps && gap.is_unsafe() {
            let detail = format!("{gap}; that is longer than a run may go unwatched");
            self.request_stop(StopReason::StopCondition, detail);
        }
    }

    /// True if the process is to leave at once.
    fn signal(&mut self, signal: Signal) -> bool {
        match signal {
            Signal::Interrupt | Signal::Terminate | Signal::HangUp => self.asked_to_end(signal),
            Signal::Slept(by) => {
                self.clock.skip(by);
                self.wake();
                false
            }
            Signal::ClockMoved(by) => {
                let note = vigil::clock_moved(by);
                let _ = self.append(Event::Noted { note });
                false
            }
            #[cfg(test)]
            Signal::Bug => panic!("a bug in the dispatcher that the test planted"),
        }
    }

    fn asked_to_end(&mut self, signal: Signal) -> bool {
        let reason = match *self.stop.borrow() {
            Some(StopReason::SecondInterrupt) => None,
            Some(StopReason::Interrupt) => Some(StopReason::SecondInterrupt),
            _ => Some(StopReason::Interrupt),
        };
        match reason {
            Some(reason) => {
                self.request_stop(reason, self.said_by(signal, reason));
                false
            }
            None => {
                let why = format!("a third {}", signal.name());
                // Written if it can be; leaving is not held up by a journal that can not.
                let _ = self.append(Event::Abandoned { by: self.actor.clone(), why });
                true
            }
        }
    }

    /// From the second signal on a person may be about to kill the process: they are told what goes on then.
    fn said_by(&self, signal: Signal, reason: StopReason) -> String {
        match (reason, self.state().run()) {
            (StopReason::SecondInterrupt, Some(run)) => {
                format!(
                    "{}; still restoring; if this process dies, go on with: firedrill restore {run}",
                    signal.name()
                )
            }
            _ => signal.name().to_owned(),
        }
    }

    fn request_stop(&mut self, reason: StopReason, detail: String) {
        if self.stop.borrow().is_some_and(|now| now >= reason) {
            return;
        }
        // The record first: a stop that no one can read about would look like a crash.
        let _ = self.append(Event::StopRequested { reason, detail });
        self.raise(reason);
    }

    fn raise(&mut self, reason: StopReason) {
        self.stop.send_if_modified(|now| {
            let higher = now.is_none_or(|now| now < reason);
            if higher {
                *now = Some(reason);
            }
            higher
        });
    }

    fn lost(&mut self, what: String) {
        self.unrecorded.push(what);
    }

    fn tell(&self, progress: Progress) {
        // A view that has gone away must not hold up a run.
        let _ = self.progress.send(progress);
    }
}

/// An error of the journal with its cause: which file, and what the system said.
fn told(error: &JournalError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// True for the events after which the world may change for the worse.
fn begins_harm(event: &Event) -> bool {
    matches!(event, Event::Change { event: ChangeEvent::Captured { .. } | ChangeEvent::ApplyStarted, .. })
}
