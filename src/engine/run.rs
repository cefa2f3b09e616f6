//! Run: from the first watch to the last record.
//! Invariant: whatever ends the steps, what is outstanding is restored, and the last record says what is left.
//! Not here: resolving the drill (see `plan`), the verdict's arithmetic (see `measure`).
//! Used by: cli.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::{
    account::Keeper,
    change::registry::{self, ChangeContext},
    clock::{Clock, Stamp},
    drill::model::{Condition, Drill, StepKind},
    id::StepId,
    journal::{
        Journal, SampleWriter,
        event::{Actor, Event, Finding, StopReason, WatchSpec},
        state::{Outstanding, RunState},
    },
    measure::condition::Board,
    probe::Probe,
};

use super::{
    Changes,
    desk::{Desk, Progress},
    dispatcher::{Closed, Dispatcher},
    keeping::{self, Halting},
    restore,
    signal::Signals,
    step::{self, StepContext, StepError},
    waits::{Waits, Wish},
    watch as watches,
};

/// How long the steady state may take to show at the start: slow metrics come minutes late.
const STEADY_BEFORE: Duration = Duration::from_secs(3 * 60);
/// How long the deployment may take to be its old self after everything was restored.
const STEADY_AFTER: Duration = Duration::from_secs(15 * 60);
/// Messages under way to the dispatcher before senders wait.
const INBOX: usize = 1024;

/// All that a run is made of.
pub struct Setup {
    /// The time it runs on.
    pub clock: Clock,
    /// The drill.
    pub drill: Arc<Drill>,
    /// The change of each step that has one.
    pub changes: Arc<Changes>,
    /// What is watched.
    pub probes: Vec<Arc<dyn Probe>>,
    /// The journal, with its first record written.
    pub journal: Journal,
    /// Where samples go.
    pub samples: SampleWriter,
    /// This process.
    pub actor: Actor,
    /// The plan's digest, and the plan.
    pub plan: (String, Value),
    /// Computes the exit code for the last record.
    pub exit_code: ExitCode,
    /// The run's hold on the account, where it has one.
    pub keeper: Option<Arc<Keeper>>,
}

/// All that a restoration is made of.
pub struct Restoring {
    /// The time it runs on.
    pub clock: Clock,
    /// The run's journal.
    pub journal: Journal,
    /// Where samples go.
    pub samples: SampleWriter,
    /// The changes that are outstanding.
    pub changes: Arc<Changes>,
    /// This process.
    pub actor: Actor,
    /// The run's hold on the account, where it has one.
    pub keeper: Option<Arc<Keeper>>,
}

/// How a run ended, as far as the engine knows; the verdict is `measure`'s.
#[derive(Debug)]
pub struct Ending {
    /// The state after the last record.
    pub state: RunState,
    /// Why it ended.
    pub reason: StopReason,
    /// True if someone left while something was outstanding.
    pub abandoned: bool,
    /// What the journal does not say because it could not be written.
    pub unrecorded: Vec<String>,
}

/// Computes the exit code of a run from all that is on disk; called once, just before the last record.
pub type ExitCode = Box<dyn FnOnce(StopReason, &[StepId]) -> u8 + Send>;

/// Runs the drill to its end. Never leaves anything outstanding without saying so in the ending.
pub async fn run(setup: Setup, progress: mpsc::UnboundedSender<Progress>, signals: Signals) -> Ending {
    let Setup { clock, drill, changes, probes, journal, samples, actor, plan, exit_code, keeper } = setup;
    let deadline = Some(clock.now().mono + drill.time_limit);
    let board = Board::new(&watch_specs(&probes), &every_condition(&drill));
    let stop_when = drill.stop_when.clone();
    let hall = Hall { clock, journal, samples, board, stop_when, deadline, actor: actor.clone(), keeper };
    let (desk, dispatcher) = hall.open(progress);
    let loop_task = tokio::spawn(dispatcher.run(signals));
    let mut watching = watches::start(&probes, clock, &desk);
    keeping::start(&mut watching, clock, &desk, Halting::Stops);
    let cx = StepContext { desk, clock, changes };
    let script = async {
        begin(&cx, &probes, plan).await;
        // A bug in a step is an ending like any other: it restores.
        if let Err(bug) = AssertUnwindSafe(steps(&cx, &drill)).catch_unwind().await {
            let detail = format!("a bug in firedrill: {}", super::said_in_panic(&*bug));
            cx.desk.request_stop(StopReason::StepFailed, detail).await;
        }
        end(&cx, &drill, &actor, exit_code).await
    };
    finish(script, loop_task, watching, cx.desk.clone()).await
}

/// A change that a journal names and this program cannot make again; it is still outstanding.
#[derive(Debug, thiserror::Error)]
#[error("{change}: {why}\n  by hand:\n    {}", .by_hand.join("\n    "))]
pub struct Unmakeable {
    change: StepId,
    why: String,
    by_hand: Vec<String>,
}

/// The changes that are outstanding by the records of a journal, ready to be restored. Calls nothing.
pub fn changes_of(state: &RunState, context: &ChangeContext) -> Result<Changes, Unmakeable> {
    let mut changes = Changes::new();
    for Outstanding { change, spec, by_hand, .. } in state.outstanding() {
        match registry::build(&spec, context) {
            Ok(built) => drop(changes.insert(change, Arc::from(built))),
            Err(why) => return Err(Unmakeable { change, why: why.to_string(), by_hand }),
        }
    }
    Ok(changes)
}

/// Restores what a run left outstanding, from its journal alone.
pub async fn restore_only(
    setup: Restoring,
    progress: mpsc::UnboundedSender<Progress>,
    signals: Signals,
) -> Ending {
    let Restoring { clock, journal, samples, changes, actor, keeper } = setup;
    let board = Board::new(&[], &[]);
    let hall = Hall {
        clock,
        journal,
        samples,
        board,
        stop_when: Vec::new(),
        deadline: None,
        actor: actor.clone(),
        keeper,
    };
    let (desk, dispatcher) = hall.open(progress);
    let mut watching = tokio::task::JoinSet::new();
    keeping::start(&mut watching, clock, &desk, Halting::Restores);
    let loop_task = tokio::spawn(dispatcher.run(signals));
    let cx = StepContext { desk, clock, changes };
    let script = async {
        let left = restore_everything(&cx, &actor).await;
        keeping::end(&cx.desk, &cx.clock, &left).await;
        let exit_code = if left.is_empty() { 0 } else { 10 };
        let finished = Event::RunFinished { reason: StopReason::Finished, outstanding: left, exit_code };
        let _ = cx.desk.append(finished).await;
        StopReason::Finished
    };
    finish(script, loop_task, watching, cx.desk.clone()).await
}

/// Waits for the script or for someone to leave, then closes the loop.
async fn finish(
    script: impl Future<Output = StopReason>,
    mut loop_task: tokio::task::JoinHandle<Closed>,
    mut watching: tokio::task::JoinSet<()>,
    desk: Desk,
) -> Ending {
    let (reason, closed) = tokio::select! {
        reason = script => (reason, None),
        closed = &mut loop_task => (StopReason::SecondInterrupt, Some(closed)),
    };
    watching.shutdown().await;
    desk.close().await;
    let closed = match closed {
        Some(closed) => closed,
        None => loop_task.await,
    };
    match closed {
        Ok(Closed { state, abandoned, unrecorded }) => Ending { state, reason, abandoned, unrecorded },
        Err(bug) => std::panic::resume_unwind(bug.into_panic()),
    }
}

struct Hall {
    clock: Clock,
    journal: Journal,
    samples: SampleWriter,
    board: Board,
    stop_when: Vec<Condition>,
    deadline: Option<Duration>,
    actor: Actor,
    keeper: Option<Arc<Keeper>>,
}

impl Hall {
    fn open(self, progress: mpsc::UnboundedSender<Progress>) -> (Desk, Dispatcher) {
        let (send, inbox) = mpsc::channel(INBOX);
        let (stop, stopped) = watch::channel(None);
        let Hall { clock, journal, samples, board, stop_when, deadline, actor, keeper } = self;
        let waits = Waits::default();
        let (shadow, unrecorded) = (None, Vec::new());
        let dispatcher = Dispatcher {
            clock,
            journal,
            samples,
            board,
            stop_when,
            deadline,
            actor,
            inbox,
            stop,
            progress,
            waits,
            shadow,
            unrecorded,
        };
        (Desk { inbox: send, stop: stopped, keeper }, dispatcher)
    }
}

async fn begin(cx: &StepContext, probes: &[Arc<dyn Probe>], (digest, plan): (String, Value)) {
    let _ = cx.desk.append(Event::Planned { digest, plan }).await;
    let _ = cx.desk.append(Event::WatchingStarted { watches: watch_specs(probes) }).await;
}

async fn steps(cx: &StepContext, drill: &Drill) {
    if !steady_before(cx, drill).await {
        return;
    }
    for step in &drill.steps {
        if cx.desk.stop_reason().is_some() {
            return;
        }
        match step::run(cx, step).await {
            Ok(()) => {}
            Err(StepError::Stopped) => return,
            Err(StepError::Failed(why)) => {
                return cx
                    .desk
                    .request_stop(StopReason::StepFailed, format!("step `{}`: {why}", step.id))
                    .await;
            }
        }
    }
}

async fn steady_before(cx: &StepContext, drill: &Drill) -> bool {
    let (held, findings) = steady(cx, drill, None, STEADY_BEFORE).await;
    let missing = Finding::unmet(&findings);
    let recorded = cx.desk.append(Event::SteadyState { after: false, held, findings }).await;
    if held == Some(true) && recorded.is_ok() {
        return true;
    }
    let detail =
        format!("the steady state did not hold before the first change, so nothing was changed: {missing}");
    cx.desk.request_stop(StopReason::StepFailed, detail).await;
    false
}

async fn end(cx: &StepContext, drill: &Drill, actor: &Actor, exit_code: ExitCode) -> StopReason {
    let left = restore_everything(cx, actor).await;
    let patience = match cx.desk.stop_reason() {
        Some(StopReason::Interrupt | StopReason::SecondInterrupt) => Duration::ZERO,
        _ if !left.is_empty() => Duration::ZERO,
        _ => STEADY_AFTER,
    };
    // What was seen before everything was put back says nothing of how things are after it.
    let since = cx.desk.settled().await;
    let (held, findings) = steady(cx, drill, since, patience).await;
    let _ = cx.desk.append(Event::SteadyState { after: true, held, findings }).await;
    let reason = cx.desk.stop_reason().unwrap_or(StopReason::Finished);
    keeping::end(&cx.desk, &cx.clock, &left).await;
    cx.desk.flush().await;
    let exit_code = exit_code(reason, &left);
    let _ = cx.desk.append(Event::RunFinished { reason, outstanding: left, exit_code }).await;
    reason
}

async fn restore_everything(cx: &StepContext, actor: &Actor) -> Vec<StepId> {
    let outstanding: Vec<StepId> = cx.desk.outstanding().await.into_iter().map(|it| it.change).collect();
    if outstanding.is_empty() {
        return outstanding;
    }
    let _ = cx.desk.append(Event::RestorationStarted { outstanding, by: actor.clone() }).await;
    restore::all(&cx.desk, &cx.clock, &cx.changes).await
}

/// Whether the steady state holds, waiting for it at most `patience`; and each condition with what was seen.
async fn steady(
    cx: &StepContext,
    drill: &Drill,
    not_before: Option<Stamp>,
    patience: Duration,
) -> (Option<bool>, Vec<Finding>) {
    let wish = Wish { conditions: drill.steady_state.clone(), hold: Duration::ZERO, not_before };
    let wait = cx.clock.timeout(patience, cx.desk.wait(wish.clone()));
    let met = tokio::select! {
        met = wait => met.flatten(),
        _ = cx.desk.stopped(StopReason::Interrupt) => None,
    };
    if let Some(met) = met {
        return (Some(true), met.findings);
    }
    let findings = cx.desk.judge(wish).await;
    (all_held(&findings), findings)
}

fn all_held(findings: &[Finding]) -> Option<bool> {
    if findings.iter().any(|f| f.held == Some(false)) {
        return Some(false);
    }
    findings.iter().all(|f| f.held == Some(true)).then_some(true)
}

fn watch_specs(probes: &[Arc<dyn Probe>]) -> Vec<WatchSpec> {
    let spec =
        |p: &Arc<dyn Probe>| WatchSpec { watch: p.watch().0, interval: p.interval(), title: p.title() };
    probes.iter().map(spec).collect()
}

/// Every condition that the run will ask about.
fn every_condition(drill: &Drill) -> Vec<Condition> {
    let mut all = drill.steady_state.clone();
    all.extend(drill.stop_when.iter().cloned());
    for step in drill.all_steps() {
        if let StepKind::Await { until, .. } = &step.kind {
            all.extend(until.iter().cloned());
        }
    }
    all
}
