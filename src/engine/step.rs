//! Step: what each kind of step does.
//! Invariant: a change is captured and its intent is on disk before `apply` is called; `apply` is called once.
//! Not here: the order of steps and what follows a failure (see `run`).
//! Used by: `run`.

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};

use crate::{
    change::{Change, ChangeError, run_command},
    drill::model::{ChangeSpec, Condition, Step, StepKind},
    id::StepId,
    journal::event::{ChangeEvent, Event, FailureClass, Finding, Reversibility, StepOutcome, StopReason},
    text,
};

use super::{
    context::StepContext,
    desk::NotRecorded,
    restore::{self, Restoration},
    waits::Wish,
};

/// How long a call that is under way may finish when the run is to end; longer than any single request may take.
const GRACE: Duration = Duration::from_secs(16);

/// Why a step did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    /// The run ended first.
    #[error("the run ended before it was done")]
    Stopped,
    /// It failed.
    #[error("{0}")]
    Failed(String),
}

impl From<NotRecorded> for StepError {
    fn from(error: NotRecorded) -> StepError {
        match error {
            NotRecorded::Refused(_) | NotRecorded::Ended => StepError::Stopped,
            NotRecorded::NotKept(_) | NotRecorded::Failed(_) => StepError::Failed(error.to_string()),
        }
    }
}

/// Runs one step from its start record to its end record.
pub(super) fn run<'a>(cx: &'a StepContext, step: &'a Step) -> BoxFuture<'a, Result<(), StepError>> {
    Box::pin(async move {
        let started = Event::StepStarted { step: step.id.clone(), title: step.title.clone() };
        cx.desk.append(started).await?;
        let result = perform(cx, step).await;
        let outcome = match &result {
            Ok(()) => StepOutcome::Done,
            Err(StepError::Stopped) => StepOutcome::Stopped,
            Err(StepError::Failed(why)) => StepOutcome::Failed { why: why.clone() },
        };
        let finished = cx.desk.append(Event::StepFinished { step: step.id.clone(), outcome }).await;
        result.and(finished.map(drop).map_err(StepError::from))
    })
}

async fn perform(cx: &StepContext, step: &Step) -> Result<(), StepError> {
    match &step.kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => apply(cx, &step.id, spec).await,
        StepKind::Run { command, restore, within } => {
            apply(cx, &step.id, &run_command::spec(command, restore.as_deref(), *within)).await
        }
        StepKind::Restore { of } => put_back(cx, of).await,
        StepKind::Await { until, within, hold } => wait(cx, &step.id, until, *within, *hold).await,
        StepKind::Hold { time } => unless_stopped(cx, cx.clock.sleep(*time)).await,
        StepKind::Approve { question, within } => approve(cx, &step.id, question, *within).await,
        StepKind::Together { steps } => together(cx, steps).await,
    }
}

async fn apply(cx: &StepContext, id: &StepId, spec: &ChangeSpec) -> Result<(), StepError> {
    let change =
        cx.changes.get(id).ok_or_else(|| StepError::Failed(format!("no change was built for {id}")))?;
    let captured = tokio::select! {
        captured = change.capture() => captured.map_err(|error| StepError::Failed(error.to_string()))?,
        _ = cx.desk.stopped(StopReason::Finished) => return Err(StepError::Stopped),
    };
    record(
        cx,
        id,
        ChangeEvent::Captured {
            spec: spec.clone(),
            title: change.title(),
            before: captured.before.clone(),
            reversibility: change.reversibility(),
            by_hand: captured.by_hand,
        },
    )
    .await?;
    record(cx, id, ChangeEvent::ApplyStarted).await?;
    match apply_within_grace(cx, change.as_ref(), &captured.before).await {
        Ok(details) => {
            record(cx, id, ChangeEvent::Applied { details }).await?;
            keep_if_one_way(cx, id, change.as_ref()).await
        }
        Err(error) => {
            let (class, why) = (error.class(), error.to_string());
            record(cx, id, ChangeEvent::ApplyFailed { class, why: why.clone() }).await?;
            match cx.desk.stop_reason() {
                Some(_) => Err(StepError::Stopped),
                None => Err(StepError::Failed(why)),
            }
        }
    }
}

/// Applies; once the run is to end, gives a call that is under way the time to finish, and no more.
async fn apply_within_grace(
    cx: &StepContext,
    change: &dyn Change,
    before: &serde_json::Value,
) -> Result<crate::drill::model::Facts, ChangeError> {
    let apply = change.apply(before);
    tokio::pin!(apply);
    tokio::select! {
        result = &mut apply => return result,
        _ = cx.desk.stopped(StopReason::Finished) => {}
    }
    cx.clock.timeout(GRACE, apply).await.unwrap_or_else(|| {
        Err(ChangeError::Failed {
            class: FailureClass::Unknown,
            what: change.title(),
            why: "the run was stopped while it was under way".to_owned(),
        })
    })
}

async fn keep_if_one_way(cx: &StepContext, id: &StepId, change: &dyn Change) -> Result<(), StepError> {
    match change.reversibility() {
        Reversibility::Exact | Reversibility::Failback => Ok(()),
        Reversibility::OneWay => {
            let consent = format!("step `{id}` of the drill");
            record(cx, id, ChangeEvent::Kept { consent }).await
        }
    }
}

async fn put_back(cx: &StepContext, of: &StepId) -> Result<(), StepError> {
    let Some(it) = cx.desk.outstanding().await.into_iter().find(|it| it.change == *of) else { return Ok(()) };
    let change =
        cx.changes.get(of).ok_or_else(|| StepError::Failed(format!("no change was built for {of}")))?;
    // Once begun it is not interrupted: putting back is what every ending does anyway.
    match restore::one(&cx.desk, &cx.clock, change, it).await {
        Restoration::Verified => Ok(()),
        Restoration::Outstanding(why) => Err(StepError::Failed(format!("{of} is still outstanding: {why}"))),
    }
}

async fn wait(
    cx: &StepContext,
    id: &StepId,
    until: &[Condition],
    within: Duration,
    hold: Duration,
) -> Result<(), StepError> {
    let wish = Wish { conditions: until.to_vec(), hold, not_before: Some(cx.clock.now()) };
    let met = tokio::select! {
        met = cx.clock.timeout(within, cx.desk.wait(wish.clone())) => met,
        _ = cx.desk.stopped(StopReason::Finished) => return Err(StepError::Stopped),
    };
    match met {
        Some(Some(met)) => {
            let event = Event::ConditionsMet { step: id.clone(), since: met.since, findings: met.findings };
            cx.desk.append(event).await?;
            Ok(())
        }
        Some(None) => Err(StepError::Stopped),
        None => {
            let unmet = Finding::unmet(&cx.desk.judge(wish).await);
            Err(StepError::Failed(format!("not within {}: {unmet}", text::duration(within))))
        }
    }
}

async fn approve(cx: &StepContext, id: &StepId, question: &str, within: Duration) -> Result<(), StepError> {
    let answer = tokio::select! {
        answer = cx.clock.timeout(within, cx.desk.ask(id, question)) => answer,
        _ = cx.desk.stopped(StopReason::Finished) => return Err(StepError::Stopped),
    };
    match answer {
        Some(Some(by)) => Ok(cx.desk.append(Event::Approved { step: id.clone(), by }).await.map(drop)?),
        Some(None) => Err(StepError::Failed("not approved".to_owned())),
        None => Err(StepError::Failed(format!("nobody approved within {}", text::duration(within)))),
    }
}

async fn together(cx: &StepContext, steps: &[Step]) -> Result<(), StepError> {
    let results = join_all(steps.iter().map(|step| run(cx, step))).await;
    results.into_iter().collect()
}

async fn unless_stopped<T>(cx: &StepContext, work: impl Future<Output = T>) -> Result<T, StepError> {
    tokio::select! {
        done = work => Ok(done),
        _ = cx.desk.stopped(StopReason::Finished) => Err(StepError::Stopped),
    }
}

async fn record(cx: &StepContext, id: &StepId, event: ChangeEvent) -> Result<(), StepError> {
    Ok(cx.desk.append(Event::Change { change: id.clone(), event }).await.map(drop)?)
}
