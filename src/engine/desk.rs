//! Desk: how everyone else speaks to the dispatcher.
//! Invariant: a reply to `append` comes after the record is on disk, or says that it is not.
//! Not here: what the dispatcher does with a message (see `dispatcher`).
//! Used by: steps, restoration, watches.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    account::Keeper,
    clock::Stamp,
    id::StepId,
    journal::{
        event::{Event, Finding, Record, StopReason},
        sample::Sample,
        state::Outstanding,
    },
};

use super::{
    trail::{self, Unkept},
    waits::{Met, Wish},
};

/// What the dispatcher is asked or told.
pub(super) enum Message {
    /// Write this, then answer.
    Append { event: Box<Event>, reply: oneshot::Sender<Result<Record, NotRecorded>> },
    /// A probe looked.
    Sample(Box<Sample>),
    /// Answer when all of these hold at once.
    Wait { wish: Wish, reply: oneshot::Sender<Met> },
    /// Say how these stand now.
    Judge { wish: Wish, reply: oneshot::Sender<Vec<Finding>> },
    /// Ask a person.
    Ask { step: StepId, question: String, reply: oneshot::Sender<Option<String>> },
    /// End the run for this reason.
    Stop { reason: StopReason, detail: String },
    /// What is outstanding, oldest first.
    Outstanding { reply: oneshot::Sender<Vec<Outstanding>> },
    /// When the last change was verified.
    Settled { reply: oneshot::Sender<Option<Stamp>> },
    /// Put every sample so far where other readers find it, then answer.
    Flush { reply: oneshot::Sender<()> },
    /// A change waits for this; `None`: no longer.
    Busy { change: StepId, words: Option<String> },
    /// The run is over: leave the loop.
    Close,
}

/// What the live view is told; everything in it is also in the journal or the samples.
#[derive(Debug)]
pub enum Progress {
    /// A record was written.
    Record(Box<Record>),
    /// A record could not be written; the run goes on restoring without it.
    Unrecorded {
        /// What should have been written.
        event: Box<Event>,
        /// Why it was not.
        why: String,
    },
    /// A probe looked.
    Sample(Box<Sample>),
    /// A step waits for these; sent about once a second.
    Waiting(Vec<Finding>),
    /// A person is asked; who answers with a name says go.
    Question {
        /// The step that asks.
        step: StepId,
        /// What it asks.
        question: String,
        /// Where the answer goes: the name of who said go, or `None`.
        reply: oneshot::Sender<Option<String>>,
    },
}

/// An event that is not in the journal.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotRecorded {
    /// The run is ending: what was asked for may not begin any more.
    #[error("the run is ending: {0}")]
    Refused(String),
    /// What restores it could not be kept in the account: what was asked for may not begin.
    #[error(
        "{0}\n  it was not begun; without SSM in the account: account_lock: false in the deployment's file"
    )]
    NotKept(String),
    /// The journal could not be written.
    #[error("the journal could not be written: {0}")]
    Failed(String),
    /// The dispatcher is gone.
    #[error("the run has ended")]
    Ended,
}

impl From<Unkept> for NotRecorded {
    fn from(why: Unkept) -> NotRecorded {
        match why {
            Unkept::Not(why) => NotRecorded::NotKept(why.to_string()),
            Unkept::Stopped => {
                NotRecorded::Refused("nothing new is changed once a stop was asked for".to_owned())
            }
        }
    }
}

/// A handle of the dispatcher; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(super) inbox: mpsc::Sender<Message>,
    pub(super) stop: watch::Receiver<Option<StopReason>>,
    /// The run's hold on the account, where it has one.
    pub(super) keeper: Option<Arc<Keeper>>,
}

impl Desk {
    /// Writes `event` and waits until it is on disk. What the account is to know of it, it knows: before a change may
    /// begin, and after it is put back.
    pub(super) async fn append(&self, event: Event) -> Result<Record, NotRecorded> {
        let (Some(keeper), Event::Change { change, event: it }) = (&self.keeper, &event) else {
            return self.write(event).await;
        };
        let (change, it) = (change.clone(), it.clone());
        trail::before(keeper, &change, &it, self.stopped(StopReason::Finished)).await?;
        let written = self.write(event).await;
        trail::after(keeper, &change, &it, written.as_ref().ok());
        written
    }

    async fn write(&self, event: Event) -> Result<Record, NotRecorded> {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Append { event: Box::new(event), reply }).await;
        answer.await.unwrap_or(Err(NotRecorded::Ended))
    }

    /// Waits until all conditions hold at once; `None` if the run ends first.
    pub(super) async fn wait(&self, wish: Wish) -> Option<Met> {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Wait { wish, reply }).await;
        answer.await.ok()
    }

    /// How the conditions stand now.
    pub(super) async fn judge(&self, wish: Wish) -> Vec<Finding> {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Judge { wish, reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Asks a person; the name of who said go, or `None`.
    pub(super) async fn ask(&self, step: &StepId, question: &str) -> Option<String> {
        let (reply, answer) = oneshot::channel();
        let ask = Message::Ask { step: step.clone(), question: question.to_owned(), reply };
        let _ = self.inbox.send(ask).await;
        answer.await.ok().flatten()
    }

    /// Asks for the run's end.
    pub(super) async fn request_stop(&self, reason: StopReason, detail: impl Into<String>) {
        let _ = self.inbox.send(Message::Stop { reason, detail: detail.into() }).await;
    }

    /// What is outstanding, oldest first.
    pub(super) async fn outstanding(&self) -> Vec<Outstanding> {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Outstanding { reply }).await;
        answer.await.unwrap_or_default()
    }

    /// When the last change was verified; `None` if none was.
    pub(super) async fn settled(&self) -> Option<Stamp> {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Settled { reply }).await;
        answer.await.ok().flatten()
    }

    /// Returns when every sample handed in so far is in its file.
    pub(super) async fn flush(&self) {
        let (reply, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Flush { reply }).await;
        let _ = answer.await;
    }

    /// Lets it be known what a change waits for. Never waits itself: words that find no room are lost, and others follow.
    pub(super) fn busy(&self, change: &StepId, words: Option<String>) {
        let _ = self.inbox.try_send(Message::Busy { change: change.clone(), words });
    }

    /// Ends the loop.
    pub(super) async fn close(&self) {
        let _ = self.inbox.send(Message::Close).await;
    }

    /// Hands a sample in.
    pub(super) async fn sample(&self, sample: Sample) {
        let _ = self.inbox.send(Message::Sample(Box::new(sample))).await;
    }

    /// Why the run ends, if it does.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        *self.stop.borrow()
    }

    /// Returns when the run is to end for `least` or a higher reason; never, if the dispatcher is gone.
    pub(super) async fn stopped(&self, least: StopReason) -> StopReason {
        let mut stop = self.stop.clone();
        let reached = stop.wait_for(|reason| reason.is_some_and(|reason| reason >= least)).await.map(|r| *r);
        match reached {
            Ok(Some(reason)) => reason,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}
