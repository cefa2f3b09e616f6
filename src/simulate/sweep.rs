//! Sweep: many trials, on every core, told one by one.
//! Invariant: what a trial is depends on its seed alone, never on which thread plays it or what went before.
//! Not here: one trial (see `trial`), what a person sees (see `cli::simulate`).
//! Used by: cli.

use std::{
    fs,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

/// Plays `count` things on `jobs` threads, each in an empty folder below `scratch` that goes away afterwards, and tells
/// each result as it comes, with its number. Stops early once telling answers `false`.
///
/// # Errors
/// The first thing that could not be played at all.
pub fn sweep<R: Send>(
    count: u64,
    jobs: usize,
    scratch: &Path,
    play: impl Fn(u64, &Path) -> Result<R, String> + Sync,
    mut tell: impl FnMut(u64, R) -> bool,
) -> Result<(), String> {
    let (next, enough) = (AtomicU64::new(0), AtomicBool::new(false));
    let (send, played) = mpsc::sync_channel(jobs.max(1) * 4);
    let work = |send: mpsc::SyncSender<(u64, Result<R, String>)>| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count || enough.load(Ordering::Relaxed) {
                return;
            }
            let result = in_a_folder(&scratch.join(number.to_string()), |folder| play(number, folder));
            // Nobody listens any more once enough was seen.
            if send.send((number, result)).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let send = send.clone();
            scope.spawn(|| work(send));
        }
        drop(send);
        let mut broken = Ok(());
        for (number, result) in played {
            match result {
                Ok(result) => {
                    if !tell(number, result) {
                        enough.store(true, Ordering::Relaxed);
                    }
                }
                Err(why) => {
                    enough.store(true, Ordering::Relaxed);
                    broken = Err(format!("number {number}: {why}"));
                }
            }
        }
        broken
    })
}

fn in_a_folder<R>(folder: &Path, play: impl FnOnce(&Path) -> Result<R, String>) -> Result<R, String> {
    let failed =
        |doing: &str, why: std::io::Error| format!("{} could not be {doing}: {why}", folder.display());
    fs::create_dir_all(folder).map_err(|why| failed("made", why))?;
    let played = play(folder);
    fs::remove_dir_all(folder).map_err(|why| failed("removed", why))?;
    played
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_is_played_once_in_a_folder_that_goes_away() {
        let scratch = tempfile::tempdir().unwrap();
        let mut seen = BTreeSet::new();
        let play = |number, folder: &Path| {
            fs::write(folder.join("trace"), "x").map_err(|why| why.to_string())?;
            Ok(number * 2)
        };
        sweep(50, 3, scratch.path(), play, |number, result| seen.insert(number) && result == number * 2)
            .unwrap();
        assert_eq!(seen, (0..50).collect());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_played_is_an_error_with_its_number() {
        let scratch = tempfile::tempdir().unwrap();
        let play = |number, _: &Path| if number == 3 { Err("broken".to_owned()) } else { Ok(()) };
        let ended = sweep(10, 2, scratch.path(), play, |_, ()| true);
        assert_eq!(ended, Err("number 3: broken".to_owned()));
    }
}
