//! Tests of a run's hold on the account, over a shelf in memory.

use super::*;
use crate::{
    account::{
        look::{Standing, look, refusals, unlock},
        memory::{Fate, Memory},
    },
    journal::{event::Reversibility, testing},
};

const TYPED: &str = "drills/deployments/wordpress.yaml";

fn crumb(id: &str) -> Crumb {
    Crumb::of_event(&id.into(), testing::at(5), &testing::captured(Reversibility::Exact)).unwrap()
}

fn run(id: &str) -> RunId {
    RunId::from_text(id)
}

async fn keeper(shelf: &Memory, clock: Clock, id: &str) -> Result<Keeper, LockError> {
    let keeper =
        Keeper::take(Arc::new(shelf.clone()), clock, "wordpress", &run(id), &testing::actor(1)).await?;
    keeper.begin(testing::at(0), &testing::run_started(id));
    Ok(keeper)
}

async fn standing(shelf: &Memory) -> Standing {
    look(shelf, "wordpress").await.unwrap()
}

async fn outstanding(shelf: &Memory) -> Vec<String> {
    let kept = standing(shelf).await.kept.unwrap();
    kept.map_or_else(Vec::new, |kept| kept.crumb.changes.into_iter().map(|it| it.change.0).collect())
}

/// The whole life: lock, two changes, put back, nothing left.
#[tokio::test(start_paused = true)]
async fn a_run_leaves_nothing_behind() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let keeper = keeper(&shelf, clock, "run-a").await.unwrap();
    assert!(outstanding(&shelf).await.is_empty());
    for id in ["one", "two"] {
        keeper.captured(crumb(id));
        keeper.put_down(&id.into()).await.unwrap();
    }
    assert_eq!(outstanding(&shelf).await, ["one", "two"]);
    keeper.settled(&"one".into());
    keeper.behind().await;
    keeper.tend().await.unwrap();
    assert_eq!(outstanding(&shelf).await, ["two"]);
    keeper.settled(&"two".into());
    keeper.end(&[]).await.unwrap();
    assert!(shelf.names().is_empty(), "{:?}", shelf.names());
    keeper.tend().await.unwrap();
    assert!(shelf.names().is_empty(), "what was given back is not taken again");
}

/// Not on the shelf: the change must not begin, and is not said to be outstanding by the next writing.
#[tokio::test(start_paused = true)]
async fn what_can_not_be_kept_is_refused() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let keeper = keeper(&shelf, clock, "run-a").await.unwrap();
    keeper.captured(crumb("one"));
    shelf.fate(&[Fate::Denied]);
    keeper.put_down(&"one".into()).await.unwrap_err();
    keeper.captured(crumb("two"));
    keeper.put_down(&"two".into()).await.unwrap();
    assert_eq!(outstanding(&shelf).await, ["two"]);
}

/// The end of a run that left something: lock and breadcrumb stay, and say exactly what.
#[tokio::test(start_paused = true)]
async fn what_is_outstanding_stays_and_stands_in_the_way() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let first = keeper(&shelf, clock, "run-a").await.unwrap();
    for id in ["one", "two"] {
        first.captured(crumb(id));
        first.put_down(&id.into()).await.unwrap();
    }
    first.end(&["two".into()]).await.unwrap();
    assert_eq!(outstanding(&shelf).await, ["two"]);
    assert!(keeper(&shelf, clock, "run-b").await.is_err());
    let fresh = refusals(&standing(&shelf).await, clock.now().wall, TYPED).join("\n");
    assert!(fresh.contains("another run works on it: run run-a"), "{fresh}");
    clock.sleep(LIFE).await;
    let stale = refusals(&standing(&shelf).await, clock.now().wall, TYPED).join("\n");
    assert!(stale.contains(&format!("firedrill restore --from-account {TYPED}")), "{stale}");
    assert!(stale.contains("has two outstanding"), "{stale}");
    let kept = unlock(&shelf, "wordpress", clock.now().wall, TYPED).await.unwrap_err();
    assert!(kept.contains("firedrill restore"), "{kept}");
    assert_eq!(outstanding(&shelf).await, ["two"], "nothing was taken away");
}

/// A stale lock goes by an explicit word only, and a fresh one not even by that.
#[tokio::test(start_paused = true)]
async fn a_stale_lock_is_taken_away_by_an_explicit_word() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let dead = keeper(&shelf, clock, "run-a").await.unwrap();
    drop(dead);
    let alive = unlock(&shelf, "wordpress", clock.now().wall, TYPED).await.unwrap_err();
    assert!(alive.contains("may be alive"), "{alive}");
    clock.sleep(LIFE).await;
    assert!(keeper(&shelf, clock, "run-b").await.is_err(), "never silently");
    let said = refusals(&standing(&shelf).await, clock.now().wall, TYPED).join("\n");
    assert!(said.contains(&format!("firedrill unlock {TYPED}")), "{said}");
    let gone = unlock(&shelf, "wordpress", clock.now().wall, TYPED).await.unwrap().unwrap();
    assert!(gone.is_for(&run("run-a")));
    keeper(&shelf, clock, "run-b").await.unwrap();
    assert_eq!(unlock(&Memory::new(clock), "wordpress", clock.now().wall, TYPED).await, Ok(None));
}

/// Who lost the lock writes nothing more: the breadcrumb there is another's.
#[tokio::test(start_paused = true)]
async fn who_lost_the_lock_writes_nothing_more() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let asleep = keeper(&shelf, clock, "run-a").await.unwrap();
    clock.sleep(LIFE).await;
    unlock(&shelf, "wordpress", clock.now().wall, TYPED).await.unwrap();
    let other = keeper(&shelf, clock, "run-b").await.unwrap();
    other.captured(crumb("theirs"));
    other.put_down(&"theirs".into()).await.unwrap();
    asleep.captured(crumb("ours"));
    let refused = asleep.put_down(&"ours".into()).await.unwrap_err();
    assert!(matches!(refused, CrumbError::NotOurs(_)), "{refused}");
    assert!(matches!(asleep.tend().await, Err(CrumbError::NotOurs(_))));
    asleep.end(&[]).await.unwrap_err();
    assert_eq!(outstanding(&shelf).await, ["theirs"]);
    other.settled(&"theirs".into());
    other.end(&[]).await.unwrap();
    assert!(shelf.names().is_empty());
}

async fn adopted(
    shelf: &Memory,
    clock: Clock,
    id: &str,
    host: &str,
    force: bool,
) -> Result<Keeper, LockError> {
    let by = Actor { host: host.into(), user: "bob".into(), pid: 9 };
    Keeper::adopt(Arc::new(shelf.clone()), clock, "wordpress", &run(id), &by, force).await
}

/// A restoration takes the lock of its own run: from this machine's dead process at once, from another machine's when it
/// has not been heard of or by an explicit word, and never that of another run that may be alive.
#[tokio::test(start_paused = true)]
async fn a_restoration_takes_over_its_own_run() {
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let dead = keeper(&shelf, clock, "run-a").await.unwrap();
    dead.captured(crumb("one"));
    dead.put_down(&"one".into()).await.unwrap();
    assert!(adopted(&shelf, clock, "run-a", "elsewhere", false).await.is_err());
    assert!(adopted(&shelf, clock, "run-b", "desk", true).await.is_err());
    adopted(&shelf, clock, "run-a", "desk", false).await.unwrap();
    adopted(&shelf, clock, "run-a", "elsewhere", true).await.unwrap();
    clock.sleep(LIFE).await;
    let restoring = adopted(&shelf, clock, "run-a", "third", false).await.unwrap();
    let kept = standing(&shelf).await.kept.unwrap().unwrap();
    restoring.begin(kept.crumb.started_at, &kept.crumb.started);
    restoring.resume(kept.crumb.changes);
    restoring.end(&["one".into()]).await.unwrap();
    assert_eq!(outstanding(&shelf).await, ["one"], "the newer writing counts");
    restoring.settled(&"one".into());
    restoring.end(&[]).await.unwrap();
    assert!(shelf.names().is_empty());
}

/// What is kept is enough to make the journal again, and the journal says where it comes from.
#[tokio::test(start_paused = true)]
async fn the_journal_is_made_again_from_the_breadcrumb() {
    use crate::{
        account::rebuild,
        journal::{Store, event::Event, read},
    };
    let clock = Clock::real_time();
    let shelf = Memory::new(clock);
    let lost = keeper(&shelf, clock, "run-a").await.unwrap();
    for id in ["one", "two"] {
        lost.captured(crumb(id));
        lost.put_down(&id.into()).await.unwrap();
    }
    let kept = standing(&shelf).await.kept.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let made = rebuild(&store, &kept.crumb, &clock, "memory", &testing::actor(9)).unwrap();
    let read = read(&made).unwrap();
    let state = read.state().unwrap();
    assert_eq!(state.run(), Some(&run("run-a")));
    let outstanding = state.outstanding();
    assert_eq!(outstanding.iter().map(|it| it.change.0.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(outstanding[0].before, crumb("one").before);
    assert_eq!(outstanding[0].spec, crumb("one").spec);
    let last = &read.records.last().unwrap().event;
    assert!(matches!(last, Event::Noted { note } if note.contains("kept in the account")), "{last:?}");
    assert!(
        rebuild(&store, &kept.crumb, &clock, "memory", &testing::actor(9)).is_err(),
        "never over a journal"
    );
}
