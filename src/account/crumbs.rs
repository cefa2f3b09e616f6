//! Crumbs: the breadcrumb's parts on the shelf.
//! Invariant: there is a whole writing at every moment after the first: the next is put beside it, never over it.
//! Not here: what it holds (see `breadcrumb`), how it is cut (see `parts`).
//! Used by: keeper writes, look reads.

use super::{
    breadcrumb::{Breadcrumb, Unreadable},
    names::{self, Place},
    parts::{self, Writing},
    shelf::{Entry, Shelf, ShelfError},
};
use crate::id::RunId;

/// A breadcrumb as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What it says.
    pub crumb: Breadcrumb,
    pub(super) serial: u64,
    pub(super) place: Place,
}

/// The breadcrumb can not be used.
#[derive(Debug, thiserror::Error)]
pub enum CrumbError {
    /// The shelf can not be used.
    #[error("the breadcrumb {path} in {place} can not be {doing}: {why}")]
    Shelf {
        /// `written`, `read`, `removed`.
        doing: &'static str,
        /// The parameters' path.
        path: String,
        /// The region.
        place: String,
        /// In words.
        why: ShelfError,
    },
    /// It is too large, or can not be put into words.
    #[error("what is outstanding can not be kept in the account: {0}")]
    Unfit(String),
    /// There are parts, and no whole writing among them.
    #[error(
        "the breadcrumb {path} in {place} is not whole: its parts are of different writings, or some are missing\n  where the run's folder is: firedrill restore\n  look at it with: aws ssm get-parameters-by-path --recursive --path {path} --region {place}"
    )]
    Mixture {
        /// The parameters' path.
        path: String,
        /// The region.
        place: String,
    },
    /// It is whole and says nothing that this program understands.
    #[error("the breadcrumb {path} in {place} {why}")]
    Unreadable {
        /// The parameters' path.
        path: String,
        /// The region.
        place: String,
        /// In words.
        why: Unreadable,
    },
    /// The lock is lost, and with it the right to write.
    #[error("the lock in the account is no longer this run's: {0}")]
    NotOurs(String),
}

/// What there is of the breadcrumb.
pub(super) async fn look(shelf: &dyn Shelf, deployment: &str) -> Result<Option<Kept>, CrumbError> {
    let path = names::breadcrumb(deployment);
    match shelf.below(&path).await {
        Ok(found) => of_entries(shelf, deployment, &found),
        Err(why) => Err(CrumbError::Shelf { doing: "read", path, place: shelf.place(), why }),
    }
}

/// The breadcrumb among these texts.
pub(super) fn of_entries(
    shelf: &dyn Shelf,
    deployment: &str,
    all: &[Entry],
) -> Result<Option<Kept>, CrumbError> {
    let path = names::breadcrumb(deployment);
    if !all.iter().any(|entry| Place::of(&entry.name).is_some()) {
        return Ok(None);
    }
    let Some((writing, text, place)) = newest(all) else {
        return Err(CrumbError::Mixture { path, place: shelf.place() });
    };
    match Breadcrumb::unpack(&text) {
        Ok(crumb) => Ok(Some(Kept { crumb, serial: writing.serial, place })),
        Err(why) => Err(CrumbError::Unreadable { path, place: shelf.place(), why }),
    }
}

/// Puts a writing where it is wanted; it counts once every part is there.
pub(super) async fn write(
    shelf: &dyn Shelf,
    deployment: &str,
    place: Place,
    run: &RunId,
    serial: u64,
    crumb: &Breadcrumb,
) -> Result<(), CrumbError> {
    let text = crumb.pack().map_err(|why| CrumbError::Unfit(why.to_string()))?;
    let parts = parts::cut(run, serial, &text).map_err(|why| CrumbError::Unfit(why.to_string()))?;
    for (index, part) in parts.iter().enumerate() {
        let name = names::part(deployment, place, index + 1);
        shelf.put(&name, part).await.map_err(|why| CrumbError::Shelf {
            doing: "written",
            path: names::breadcrumb(deployment),
            place: shelf.place(),
            why,
        })?;
    }
    Ok(())
}

/// Takes every part away, those of the newest whole writing last: at every moment what is left can be read.
pub(super) async fn remove(shelf: &dyn Shelf, deployment: &str) -> Result<(), CrumbError> {
    let path = names::breadcrumb(deployment);
    let failed = |doing| {
        let (path, place) = (path.clone(), shelf.place());
        move |why| CrumbError::Shelf { doing, path, place, why }
    };
    let found = shelf.below(&path).await.map_err(failed("read"))?;
    let newest = newest(&found).map(|(writing, _, _)| writing);
    let of_newest = |entry: &Entry| parts::read(&entry.value).map(|(writing, ..)| writing) == newest;
    let (last, first): (Vec<Entry>, Vec<Entry>) = found.into_iter().partition(of_newest);
    for some in [first, last] {
        let names: Vec<String> = some.into_iter().map(|entry| entry.name).collect();
        if !names.is_empty() {
            shelf.remove(&names).await.map_err(failed("removed"))?;
        }
    }
    Ok(())
}

/// The newest whole writing, with its text and its place.
fn newest(all: &[Entry]) -> Option<(Writing, String, Place)> {
    let in_place = |place: Place| {
        let own = all.iter().filter(move |entry| Place::of(&entry.name) == Some(place));
        parts::newest_whole(own.map(|entry| entry.value.as_str())).map(|(it, text)| (it, text, place))
    };
    [Place::A, Place::B].into_iter().filter_map(in_place).max_by_key(|(writing, ..)| writing.serial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::{
            Crumb,
            memory::{Fate, Memory},
        },
        clock::Clock,
        journal::{event::Reversibility, testing},
    };

    fn crumb(changes: usize) -> Breadcrumb {
        let one = |number: usize| {
            let event = testing::captured(Reversibility::Exact);
            let crumb = Crumb::of_event(&format!("step-{number}").as_str().into(), testing::at(1), &event);
            crumb.map(|crumb| Crumb { title: noise(number, 6_000), ..crumb })
        };
        Breadcrumb::new(testing::at(0), testing::run_started("run-a"), (0..changes).filter_map(one).collect())
    }

    /// What no compression makes smaller.
    fn noise(seed: usize, length: usize) -> String {
        let mut state = u32::try_from(seed).unwrap();
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'!' + u8::try_from((state >> 16) % 94).unwrap())
        };
        (0..length).map(|_| next()).collect()
    }

    fn run() -> RunId {
        RunId::from_text("run-a")
    }

    /// Wherever a writing breaks off, the one before it can be read.
    #[tokio::test(start_paused = true)]
    async fn a_writing_that_breaks_off_leaves_the_one_before() {
        let shelf = Memory::new(Clock::real_time());
        write(&shelf, "wordpress", Place::A, &run(), 1, &crumb(1)).await.unwrap();
        for good in 0..2 {
            shelf.fate(&vec![Fate::Good; good]);
            shelf.fate(&[Fate::Denied]);
            let broken = write(&shelf, "wordpress", Place::B, &run(), 2, &crumb(2)).await;
            assert!(broken.unwrap_err().to_string().contains("can not be written"));
            assert_eq!(look(&shelf, "wordpress").await.unwrap().unwrap().crumb, crumb(1));
        }
        write(&shelf, "wordpress", Place::B, &run(), 3, &crumb(2)).await.unwrap();
        assert_eq!(look(&shelf, "wordpress").await.unwrap().unwrap().crumb, crumb(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_part_is_an_error_that_says_where_to_look() {
        let shelf = Memory::new(Clock::real_time());
        write(&shelf, "wordpress", Place::A, &run(), 1, &crumb(2)).await.unwrap();
        shelf.texts.lock().unwrap().remove("/firedrill/wordpress/breadcrumb/a/2");
        let said = look(&shelf, "wordpress").await.unwrap_err().to_string();
        assert!(said.contains("is not whole") && said.contains("aws ssm get-parameters-by-path"), "{said}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_large_is_not_written_at_all() {
        let shelf = Memory::new(Clock::real_time());
        let error = write(&shelf, "wordpress", Place::A, &run(), 1, &crumb(12)).await.unwrap_err();
        assert!(matches!(error, CrumbError::Unfit(_)) && shelf.names().is_empty(), "{error}");
    }

    /// Broken off anywhere, what is left is still a breadcrumb, or nothing.
    #[tokio::test(start_paused = true)]
    async fn removing_leaves_something_readable_at_every_moment() {
        let shelf = Memory::new(Clock::real_time());
        write(&shelf, "wordpress", Place::A, &run(), 1, &crumb(2)).await.unwrap();
        write(&shelf, "wordpress", Place::B, &run(), 2, &crumb(0)).await.unwrap();
        shelf.fate(&[Fate::Good, Fate::Denied]);
        remove(&shelf, "wordpress").await.unwrap_err();
        assert_eq!(look(&shelf, "wordpress").await.unwrap().unwrap().crumb, crumb(0));
        remove(&shelf, "wordpress").await.unwrap();
        assert!(shelf.names().is_empty() && look(&shelf, "wordpress").await.unwrap().is_none());
    }
}
