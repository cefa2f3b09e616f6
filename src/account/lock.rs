//! Lock: one run at a time on a deployment, from whatever machine.
//! Invariant: made only where there is none; what the shelf says afterwards decides, never the answer to a call; given
//! back only by whom it belongs to.
//! Not here: whether something is outstanding (see `crumbs`), the lock of this machine (see `journal::lock`).
//! Used by: keeper, look.

use std::time::Duration;

use super::{
    claim::{Claim, Held},
    names,
    shelf::{Shelf, ShelfError},
};
use crate::{clock::Clock, journal::event::FailureClass};

/// AWS may take this long to let a name be used again after its parameter was deleted (DeleteParameter API reference).
const NAME_RESTS: Duration = Duration::from_secs(40);
/// Time between two tries.
const AGAIN: Duration = Duration::from_secs(2);

/// The lock is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another has it.
    #[error("it is locked in the account by {0}")]
    Held(Box<Held>),
    /// It can not be told whose it is.
    #[error("the lock {name} in {place} can not be {doing}: {why}")]
    Unsure {
        /// `taken`, `read`.
        doing: &'static str,
        /// The parameter.
        name: String,
        /// The region.
        place: String,
        /// In words.
        why: ShelfError,
    },
}

/// What there is of the lock.
pub(super) async fn look(shelf: &dyn Shelf, deployment: &str) -> Result<Option<Held>, LockError> {
    let name = names::lock(deployment);
    match shelf.get(&name).await {
        Ok(found) => Ok(found.map(Held::of)),
        Err(why) => Err(LockError::Unsure { doing: "read", name, place: shelf.place(), why }),
    }
}

/// Takes the lock where there is none.
pub(super) async fn take(
    shelf: &dyn Shelf,
    clock: &Clock,
    deployment: &str,
    claim: &Claim,
) -> Result<(), LockError> {
    let name = names::lock(deployment);
    let unsure = |why| LockError::Unsure { doing: "taken", name: name.clone(), place: shelf.place(), why };
    let began = clock.now();
    loop {
        let why = match shelf.create(&name, &claim.text()).await {
            Ok(true) => return Ok(()),
            Ok(false) => None,
            Err(why) if is_certain(why.class) => return Err(unsure(why)),
            Err(why) => Some(why),
        };
        // There is one, or the answer was lost: only reading tells whose it is.
        match look(shelf, deployment).await? {
            Some(held) if held.is(claim) => return Ok(()),
            Some(held) => return Err(LockError::Held(Box::new(held))),
            None if clock.now().since(began) < NAME_RESTS => clock.sleep(AGAIN).await,
            None => {
                let slow =
                    || ShelfError { class: FailureClass::Conflict, why: "AWS does not let go of it".into() };
                return Err(unsure(why.unwrap_or_else(slow)));
            }
        }
    }
}

/// Writes the claim over whatever is there: only for a restoration, and for one's own.
pub(super) async fn overwrite(shelf: &dyn Shelf, deployment: &str, claim: &Claim) -> Result<(), LockError> {
    let name = names::lock(deployment);
    match shelf.put(&name, &claim.text()).await {
        Ok(()) => Ok(()),
        Err(why) => Err(LockError::Unsure { doing: "taken", name, place: shelf.place(), why }),
    }
}

/// Goes on holding it; makes it again if someone deleted it.
pub(super) async fn refresh(
    shelf: &dyn Shelf,
    clock: &Clock,
    deployment: &str,
    claim: &Claim,
) -> Result<(), LockError> {
    let longer = claim.refreshed(clock.now().wall);
    match look(shelf, deployment).await? {
        Some(held) if held.is(claim) => overwrite(shelf, deployment, &longer).await,
        Some(held) => Err(LockError::Held(Box::new(held))),
        None => take(shelf, clock, deployment, &longer).await,
    }
}

/// Gives it back, if it is ours.
pub(super) async fn release(shelf: &dyn Shelf, deployment: &str, claim: &Claim) -> Result<(), LockError> {
    match look(shelf, deployment).await? {
        Some(held) if held.is(claim) => remove(shelf, deployment).await,
        _ => Ok(()),
    }
}

/// Takes it away, whosever it is.
pub(super) async fn remove(shelf: &dyn Shelf, deployment: &str) -> Result<(), LockError> {
    let name = names::lock(deployment);
    match shelf.remove(std::slice::from_ref(&name)).await {
        Ok(()) => Ok(()),
        Err(why) => Err(LockError::Unsure { doing: "removed", name, place: shelf.place(), why }),
    }
}

/// True if the call certainly did nothing.
fn is_certain(class: FailureClass) -> bool {
    matches!(
        class,
        FailureClass::Denied | FailureClass::Expired | FailureClass::Invalid | FailureClass::Throttled
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::memory::{Fate, Memory},
        id::RunId,
        journal::testing,
    };

    fn claim(run: &str, clock: &Clock) -> Claim {
        Claim::new(RunId::from_text(run), testing::actor(1), clock.now().wall)
    }

    #[tokio::test(start_paused = true)]
    async fn the_second_is_told_who_has_it_and_gets_it_after_the_first() {
        let clock = Clock::real_time();
        let shelf = Memory::new(clock);
        let (first, second) = (claim("run-a", &clock), claim("run-b", &clock));
        take(&shelf, &clock, "wordpress", &first).await.unwrap();
        let refused = take(&shelf, &clock, "wordpress", &second).await.unwrap_err().to_string();
        assert!(refused.contains("run run-a (process 1 of ann on desk)"), "{refused}");
        take(&shelf, &clock, "another", &second).await.unwrap();
        release(&shelf, "wordpress", &second).await.unwrap();
        assert!(look(&shelf, "wordpress").await.unwrap().unwrap().is(&first), "not theirs to give back");
        release(&shelf, "wordpress", &first).await.unwrap();
        take(&shelf, &clock, "wordpress", &second).await.unwrap();
    }

    /// What was lost is read: the run's own name in it decides.
    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_is_settled_by_reading() {
        let clock = Clock::real_time();
        for lost in [Fate::LostAfter, Fate::LostBefore] {
            let shelf = Memory::new(clock);
            let own = claim("run-a", &clock);
            shelf.fate(&[lost]);
            take(&shelf, &clock, "wordpress", &own).await.unwrap();
            assert!(look(&shelf, "wordpress").await.unwrap().unwrap().is(&own), "{lost:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_said_and_nothing_is_there() {
        let clock = Clock::real_time();
        let shelf = Memory::new(clock);
        shelf.fate(&[Fate::Denied]);
        let refused = take(&shelf, &clock, "wordpress", &claim("run-a", &clock)).await.unwrap_err();
        assert!(refused.to_string().contains("/firedrill/wordpress/lock in memory can not be taken"));
        assert!(shelf.names().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_that_is_not_refreshed_goes_stale_and_stays() {
        let clock = Clock::real_time();
        let shelf = Memory::new(clock);
        let (own, other) = (claim("run-a", &clock), claim("run-b", &clock));
        take(&shelf, &clock, "wordpress", &own).await.unwrap();
        clock.sleep(Duration::from_secs(170)).await;
        refresh(&shelf, &clock, "wordpress", &own).await.unwrap();
        clock.sleep(Duration::from_secs(170)).await;
        let held = look(&shelf, "wordpress").await.unwrap().unwrap();
        assert!(held.is_fresh(clock.now().wall), "it was refreshed");
        clock.sleep(Duration::from_secs(11)).await;
        assert!(!held.is_fresh(clock.now().wall));
        assert!(matches!(take(&shelf, &clock, "wordpress", &other).await, Err(LockError::Held(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn who_lost_it_is_told_by_whom() {
        let clock = Clock::real_time();
        let shelf = Memory::new(clock);
        let (own, other) = (claim("run-a", &clock), claim("run-b", &clock));
        take(&shelf, &clock, "wordpress", &own).await.unwrap();
        overwrite(&shelf, "wordpress", &other).await.unwrap();
        assert!(matches!(refresh(&shelf, &clock, "wordpress", &own).await, Err(LockError::Held(_))));
        assert!(look(&shelf, "wordpress").await.unwrap().unwrap().is(&other), "it is not taken back");
        remove(&shelf, "wordpress").await.unwrap();
        refresh(&shelf, &clock, "wordpress", &own).await.unwrap();
        assert!(look(&shelf, "wordpress").await.unwrap().unwrap().is(&own), "deleted by hand: made again");
    }
}
