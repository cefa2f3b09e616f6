//! Life: the hall of a run, its dispatcher, and what follows when either dies of a bug.
//! Invariant: a bug anywhere leads to a restoration from the journal, by a dispatcher that has read it anew; if that dies
//! too, the ending says what the journal says is outstanding.
//! Not here: what a run does while it lives (see `run`).
//! Used by: `run`.

use std::{
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use crate::{
    account::Keeper,
    clock::Clock,
    drill::model::Condition,
    journal::{
        self, Journal, SampleWriter,
        error::JournalError,
        event::{Actor, Event, StopReason},
    },
    measure::condition::Board,
};

use super::{
    Changes,
    busy::Busy,
    context::StepContext,
    desk::{Desk, Progress},
    dispatcher::{Closed, Dispatcher},
    ending::Ending,
    keeping::{self, Halting},
    restore,
    signal::Signals,
    stops::Stops,
    vigil::Vigil,
    waits::Waits,
};

/// Messages under way to the dispatcher before senders wait.
const INBOX: usize = 1024;

/// What a dispatcher is made of.
pub(super) struct Hall {
    pub(super) clock: Clock,
    pub(super) journal: Journal,
    pub(super) samples: SampleWriter,
    pub(super) board: Board,
    pub(super) stop_when: Vec<Condition>,
    pub(super) deadline: Option<Duration>,
    pub(super) actor: Actor,
    pub(super) runs_steps: bool,
    pub(super) keeper: Option<Arc<Keeper>>,
}

impl Hall {
    /// One in which nothing is watched and no step runs.
    pub(super) fn for_restoring(
        clock: Clock,
        journal: Journal,
        samples: SampleWriter,
        actor: Actor,
        keeper: Option<Arc<Keeper>>,
    ) -> Hall {
        let board = Board::new(&[], &[]);
        let (stop_when, deadline) = (Vec::new(), None);
        Hall { clock, journal, samples, board, stop_when, deadline, actor, runs_steps: false, keeper }
    }

    pub(super) fn open(self, progress: mpsc::UnboundedSender<Progress>) -> (Desk, Dispatcher) {
        let (send, inbox) = mpsc::channel(INBOX);
        let (stop, stopped) = watch::channel(None);
        let Hall { clock, journal, samples, board, stop_when, deadline, actor, runs_steps, keeper } = self;
        let dispatcher = Dispatcher {
            clock,
            journal,
            samples,
            board,
            stop_when: Stops::new(stop_when),
            deadline,
            actor,
            inbox,
            stop,
            progress,
            waits: Waits::default(),
            busy: Busy::default(),
            vigil: Vigil::default(),
            runs_steps,
            samples_lost: false,
            shadow: None,
            unrecorded: Vec::new(),
        };
        (Desk { inbox: send, stop: stopped, keeper }, dispatcher)
    }
}

/// Waits for the script or for someone to leave, then closes the loop; what a panic said, if either died of one.
pub(super) async fn live(
    script: impl Future<Output = StopReason>,
    mut loop_task: JoinHandle<Closed>,
    desk: Desk,
) -> Result<Ending, String> {
    let script = AssertUnwindSafe(script).catch_unwind();
    let (reason, closed) = tokio::select! {
        reason = script => (reason, None),
        closed = &mut loop_task => (Ok(StopReason::SecondInterrupt), Some(closed)),
    };
    desk.close().await;
    let closed = match closed {
        Some(closed) => closed,
        None => loop_task.await,
    };
    // The dispatcher's own bug first: the script's is then only what follows from it.
    let Closed { state, abandoned, unrecorded } = closed.map_err(|died| match died.try_into_panic() {
        Ok(bug) => super::said_in_panic(&*bug).to_owned(),
        Err(cancelled) => cancelled.to_string(),
    })?;
    let reason = reason.map_err(|bug| super::said_in_panic(&*bug).to_owned())?;
    Ok(Ending { state, reason, abandoned, unrecorded, bug: None })
}

/// What outlives a dispatcher.
pub(super) struct Heir {
    folder: PathBuf,
    clock: Clock,
    changes: Arc<Changes>,
    actor: Actor,
    progress: mpsc::UnboundedSender<Progress>,
    signals: Signals,
    keeper: Option<Arc<Keeper>>,
}

impl Heir {
    /// The heir of this hall's dispatcher.
    pub(super) fn of(
        hall: &Hall,
        changes: &Arc<Changes>,
        progress: &mpsc::UnboundedSender<Progress>,
        signals: &Signals,
    ) -> Heir {
        Heir {
            folder: hall.journal.dir().to_owned(),
            clock: hall.clock,
            changes: changes.clone(),
            actor: hall.actor.clone(),
            progress: progress.clone(),
            signals: signals.clone(),
            keeper: hall.keeper.clone(),
        }
    }

    /// Reads the journal anew and puts back what it says is outstanding. Nothing is ever applied here.
    pub(super) async fn restore_after(self, bug: String) -> Ending {
        let folder = self.folder.clone();
        match self.try_to_restore(&bug).await {
            Ok(ending) => Ending { bug: Some(bug), ..ending },
            Err(why) => last_resort(&folder, bug, why),
        }
    }

    async fn try_to_restore(self, bug: &str) -> Result<Ending, String> {
        let Heir { folder, clock, changes, actor, progress, signals, keeper } = self;
        let unusable = |why: JournalError| why.to_string();
        let (journal, _) = Journal::open_for_append(&folder, &actor).map_err(unusable)?;
        let samples = SampleWriter::open(&folder).map_err(unusable)?;
        let (desk, dispatcher) =
            Hall::for_restoring(clock, journal, samples, actor.clone(), keeper).open(progress);
        let loop_task = tokio::spawn(dispatcher.run(signals));
        let _tending = keeping::start(clock, &desk, Halting::Restores);
        let cx = StepContext { desk, clock, changes };
        let detail = format!("a bug in firedrill: {bug}");
        let script = async {
            cx.desk.request_stop(StopReason::StepFailed, detail).await;
            let left = restore::everything(&cx, &actor).await;
            keeping::end(&cx.desk, &cx.clock, &left).await;
            let exit_code = if left.is_empty() { super::EXIT_BUG } else { super::EXIT_OUTSTANDING };
            let reason = StopReason::StepFailed;
            let _ = cx.desk.append(Event::RunFinished { reason, outstanding: left, exit_code }).await;
            reason
        };
        live(script, loop_task, cx.desk.clone()).await
    }
}

/// Nothing more can be done here; what is outstanding by the journal on disk, if even that can be told.
fn last_resort(folder: &Path, bug: String, why: String) -> Ending {
    let state = journal::read(folder).ok().and_then(|read| read.state().ok());
    Ending {
        state: state.unwrap_or_default(),
        reason: StopReason::StepFailed,
        abandoned: true,
        unrecorded: vec![format!("restoring after a bug in firedrill did not work either: {why}")],
        bug: Some(bug),
    }
}
