//! Bug: what is said of a panic, wherever it happens, and that it happened.
//! Invariant: says it once, in one line, and lets everything go on: what is outstanding is restored by the engine.
//! Not here: how a run goes on after one (see `engine::life`).
//! Used by: cli; `finish`, for the exit code.

use std::{
    panic::{self, PanicHookInfo},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    output::{note, toned},
    words::Tone,
};

static MET: AtomicBool = AtomicBool::new(false);

/// From now on a panic of any thread is told as what it is: a bug, and not the end.
pub(crate) fn watch() {
    panic::set_hook(Box::new(|bug| {
        MET.store(true, Ordering::Relaxed);
        note(format!("{} {}", toned(Tone::Bad, "a bug in firedrill,"), words(bug)));
    }));
}

/// True if any thread of this process panicked so far.
#[cfg_attr(
    not(feature = "aws"),
    allow(dead_code, reason = "the verbs that run drills are not in this build")
)]
pub(crate) fn was_met() -> bool {
    MET.load(Ordering::Relaxed)
}

fn words(bug: &PanicHookInfo) -> String {
    let said = bug.payload_as_str().unwrap_or("no words");
    let place = bug.location().map_or_else(String::new, |place| format!("at {place}: "));
    format!("{place}{said}\n  a run that is under way restores all the same; please report this line")
}
