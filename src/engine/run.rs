//! Run: from the first watch to the last record.
//! Invariant: whatever ends the steps, what is outstanding is restored, and the last record says what is left.
//! Not here: resolving the drill (see `plan`), the verdict's arithmetic (see `measure`).
//! Used by: cli.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinSet};

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

pub use super::ending::Ending;
use super::{
    Changes,
    context::StepContext,
    desk::Progress,
    keeping::{self, Halting},
    life::{self, Hall, Heir},
    restore,
    signal::Signals,
    step::{self, StepError},
    waits::Wish,
    watch as watches,
};

/// How long the steady state may take to show at the start: slow metrics come minutes late.
const STEADY_BEFORE: Duration = Duration::from_secs(3 * 60);
/// Time between two looks whether every stop condition can be told.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long the deployment may take to be its old self after everything was restored.
const STEADY_AFTER: Duration = Duration::from_secs(15 * 60);

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

/// Computes the exit code of a run from all that is on disk; called once, just before the last record.
pub type ExitCode = Box<dyn FnOnce(StopReason, &[StepId]) -> u8 + Send>;

/// Runs the drill to its end. Never leaves anything outstanding without saying so in the ending.
pub async fn run(setup: Setup, progress: mpsc::UnboundedSender<Progress>, signals: Signals) -> Ending {
    let Setup { clock, drill, changes, probes, journal, samples, actor, plan, exit_code, keeper } = setup;
    let deadline = Some(clock.now().mono + drill.time_limit);
    let board = Board::new(&watch_specs(&probes), &every_condition(&drill));
    let stop_when = drill.stop_when.clone();
    let actor_of_loop = actor.clone();
    let hall = Hall {
        clock,
        journal,
        samples,
        board,
        stop_when,
        deadline,
        actor: actor_of_loop,
        runs_steps: true,
        keeper,
    };
    let heir = Heir::of(&hall, &changes, &progress, &signals);
    let (desk, dispatcher) = hall.open(progress);
    let loop_task = tokio::spawn(dispatcher.run(signals));
    let watching = watches::start(&probes, clock, &desk);
    let _tending = keeping::start(clock, &desk, Halting::Stops);
    let cx = StepContext { desk, clock, changes };
    let script = async {
        begin(&cx, &probes, plan).await;
        // A bug in a step is an ending like any other: it restores.
        let bug = AssertUnwindSafe(steps(&cx, &drill)).catch_unwind().await.err();
        if let Some(bug) = &bug {
            let detail = format!("a bug in firedrill: {}", super::said_in_panic(&**bug));
            cx.desk.request_stop(StopReason::StepFailed, detail).await;
        }
        end(&cx, &drill, &actor, watching, ending_code(exit_code, bug.is_some())).await
    };
    match life::live(script, loop_task, cx.desk.clone()).await {
        Ok(ending) => ending,
        Err(bug) => heir.restore_after(bug).await,
    }
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
    let hall = Hall::for_restoring(clock, journal, samples, actor.clone(), keeper);
    let heir = Heir::of(&hall, &changes, &progress, &signals);
    let (desk, dispatcher) = hall.open(progress);
    let _tending = keeping::start(clock, &desk, Halting::Restores);
    let loop_task = tokio::spawn(dispatcher.run(signals));
    let cx = StepContext { desk, clock, changes };
    let script = async {
        let left = restore::everything(&cx, &actor).await;
        keeping::end(&cx.desk, &cx.clock, &left).await;
        let exit_code = if left.is_empty() { 0 } else { super::EXIT_OUTSTANDING };
        let finished = Event::RunFinished { reason: StopReason::Finished, outstanding: left, exit_code };
        let _ = cx.desk.append(finished).await;
        StopReason::Finished
    };
    match life::live(script, loop_task, cx.desk.clone()).await {
        Ok(ending) => ending,
        Err(bug) => heir.restore_after(bug).await,
    }
}

/// After a bug the verdict is not worth much: the code says so, unless something is outstanding.
fn ending_code(exit_code: ExitCode, bug: bool) -> ExitCode {
    Box::new(move |reason, left: &[StepId]| match (left.is_empty(), bug) {
        (false, _) => super::EXIT_OUTSTANDING,
        (true, true) => super::EXIT_BUG,
        (true, false) => exit_code(reason, left),
    })
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
    let (mut held, mut findings) = steady(cx, drill, None, STEADY_BEFORE).await;
    if held == Some(true) {
        let blind = blind_stops(cx, drill).await;
        held = blind.is_empty().then_some(true);
        findings.extend(blind);
    }
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

async fn end(
    cx: &StepContext,
    drill: &Drill,
    actor: &Actor,
    mut watching: JoinSet<()>,
    exit_code: ExitCode,
) -> StopReason {
    let left = restore::everything(cx, actor).await;
    let patience = match cx.desk.stop_reason() {
        Some(StopReason::Interrupt | StopReason::SecondInterrupt) => Duration::ZERO,
        _ if !left.is_empty() => Duration::ZERO,
        _ => STEADY_AFTER,
    };
    // What was seen before everything was put back says nothing of how things are after it.
    let since = cx.desk.settled().await;
    let (held, findings) = steady(cx, drill, since, patience).await;
    let _ = cx.desk.append(Event::SteadyState { after: true, held, findings }).await;
    // No look comes after those that the verdict rests on: the exit code and every later report then agree.
    watching.shutdown().await;
    keeping::end(&cx.desk, &cx.clock, &left).await;
    cx.desk.flush().await;
    let reason = cx.desk.stop_reason().unwrap_or(StopReason::Finished);
    let exit_code = exit_code(reason, &left);
    let _ = cx.desk.append(Event::RunFinished { reason, outstanding: left, exit_code }).await;
    reason
}

/// The stop conditions that no one can tell, after waiting for them: a drill that they do not guard does not begin.
async fn blind_stops(cx: &StepContext, drill: &Drill) -> Vec<Finding> {
    let conditions = drill.stop_when.clone();
    let wish = Wish { conditions, hold: Duration::ZERO, not_before: None };
    let began = cx.clock.now();
    loop {
        let mut blind = cx.desk.judge(wish.clone()).await;
        blind.retain(|finding| finding.held.is_none());
        if cx.desk.stop_reason().is_some() {
            // The run ends for a reason of its own; that is the one to tell.
            return Vec::new();
        }
        if blind.is_empty() || cx.clock.now().since(began) >= STEADY_BEFORE {
            let named =
                |it: Finding| Finding { condition: format!("stop condition: {}", it.condition), ..it };
            return blind.into_iter().map(named).collect();
        }
        cx.clock.sleep(LOOK_AGAIN).await;
    }
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
