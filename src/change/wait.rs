//! Wait: looking until the world shows something.
//! Invariant: bounded in the world's time; a look that fails for a passing reason is no answer, and is taken again.
//! Not here: what is looked for.
//! Used by: every change that must see its effect.

use std::time::Duration;

use super::{ChangeError, said};
use crate::{clock::Clock, journal::event::FailureClass};

/// Time between two looks at first.
const BETWEEN: Duration = Duration::from_secs(1);
/// And in a long wait: what takes an hour is not seen better by a look each second, and other calls need the quota.
const BETWEEN_LATE: Duration = Duration::from_secs(10);

/// Why a wait ended without what it was for.
#[derive(Debug)]
pub(super) enum Unseen {
    /// Time was up; what was missing at the last look.
    TimeUp { waited: Duration, missing: String },
    /// A look failed in a way that does not pass.
    Failed(ChangeError),
}

impl Unseen {
    /// As the error of a change that waited for `what`, with what was known to have gone wrong before.
    pub(super) fn into_error(self, what: &str, before: &[String]) -> ChangeError {
        match self {
            Unseen::Failed(error) => error,
            Unseen::TimeUp { waited, missing } => {
                let earlier = if before.is_empty() {
                    String::new()
                } else {
                    format!("; before that: {}", before.join("; "))
                };
                let why = format!("not within {}: {missing}{earlier}", crate::text::duration(waited));
                ChangeError::Failed { class: FailureClass::Transient, what: what.to_owned(), why }
            }
        }
    }
}

/// Looks each second, and less often the longer it takes, until `judge` is content with what `look` saw; `Ok(Err(missing))` says what is still missing.
pub(super) async fn until<L, T, F>(
    clock: Clock,
    within: Duration,
    mut look: impl FnMut() -> F,
    mut judge: impl FnMut(L) -> Result<Result<T, String>, ChangeError>,
) -> Result<T, Unseen>
where
    F: Future<Output = Result<L, ChangeError>>,
{
    let start = clock.now();
    loop {
        let missing = match look().await.and_then(&mut judge) {
            Ok(Ok(seen)) => return Ok(seen),
            Ok(Err(missing)) => missing,
            Err(error) if passes(&error) => error.to_string(),
            Err(error) => return Err(Unseen::Failed(error)),
        };
        said::waits_for(&missing);
        let waited = clock.now().since(start);
        if waited >= within {
            return Err(Unseen::TimeUp { waited, missing });
        }
        clock.sleep(pause(waited).min(within - waited)).await;
    }
}

/// A sixtieth of what was waited so far.
fn pause(waited: Duration) -> Duration {
    (waited / 60).clamp(BETWEEN, BETWEEN_LATE)
}

/// True for failures that another look may not meet.
fn passes(error: &ChangeError) -> bool {
    matches!(error.class(), FailureClass::Transient | FailureClass::Throttled | FailureClass::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_passing_failure_is_looked_past_and_a_lasting_one_ends_the_wait() {
        let clock = Clock::real_time();
        let minute = Duration::from_secs(60);
        let failed = |class| ChangeError::Failed { class, what: "look".into(), why: "no".into() };
        let mut looks = 0;
        let judge = |()| {
            looks += 1;
            match looks {
                1 => Err(failed(FailureClass::Throttled)),
                2 => Ok(Err("not yet".into())),
                _ => Ok(Ok(looks)),
            }
        };
        assert_eq!(until(clock, minute, async || Ok(()), judge).await.unwrap(), 3);
        let denied = |()| Err::<Result<(), _>, _>(failed(FailureClass::Denied));
        let denied = until(clock, minute, async || Ok(()), denied).await;
        assert!(matches!(denied, Err(Unseen::Failed(_))));
    }

    #[test]
    fn a_long_wait_looks_less_often() {
        let seconds = [0, 60, 300, 3600].map(|waited| pause(Duration::from_secs(waited)).as_secs());
        assert_eq!(seconds, [1, 1, 5, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn time_up_says_what_was_missing() {
        let clock = Clock::at_speed(20.0);
        let never = |()| Ok(Err::<(), _>("the door is shut".into()));
        let ended = until(clock, Duration::from_secs(90), async || Ok(()), never).await.unwrap_err();
        let words = ended.into_error("see it open", &["a lost answer".into()]).to_string();
        assert!(words.starts_with("see it open: not within 1 m 30 s: the door is shut"), "{words}");
    }
}
