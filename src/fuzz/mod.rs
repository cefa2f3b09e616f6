//! Fuzz: a property held against very many inputs, each made from a number.
//! Invariant: an input depends on its number alone, so that the number is enough to see it again.
//! Not here: what is held (each reader's tests say that).
//! Used by: tests only.
//!
//! `FIREDRILL_FUZZ=N` holds every property against N inputs, `FIREDRILL_FUZZ_FROM=M` begins with input M. Without
//! them a test takes a few thousand, from 0.

pub(crate) mod doc;
mod files;
pub(crate) mod mutate;
mod rng;
mod shrink;

use std::{
    any::Any,
    cell::Cell,
    io::Write,
    panic::{self, AssertUnwindSafe},
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

pub(crate) use self::{files::texts, rng::Rng};
use crate::clock::{Clock, Stamp};

/// An input: the texts that one reader reads together.
pub(crate) type Parts = Vec<Vec<u8>>;

/// What a property says of an input; the text tells what is wrong.
pub(crate) type Held = Result<(), String>;

/// A property, and how inputs for it are made.
pub(crate) struct Property<'a> {
    /// The name of its test, for the command that repeats it.
    pub(crate) test: &'a str,
    /// How many inputs a short run takes.
    pub(crate) short: u64,
    /// The input of a number.
    pub(crate) make: &'a (dyn Fn(&mut Rng) -> Parts + Sync),
    /// Whether it holds.
    pub(crate) check: &'a (dyn Fn(&[Vec<u8>]) -> Held + Sync),
}

/// How long one input may take before it counts as hanging. Nothing comes near it but a loop without end.
const PATIENCE: Duration = Duration::from_secs(120);

/// Fails if asked with a condition that is not met: for use in properties.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}
pub(crate) use ensure;

impl Property<'_> {
    /// Holds the property against its inputs.
    ///
    /// # Panics
    /// At the first input for which it does not hold, shrunk, with the command that repeats it.
    #[track_caller]
    pub(crate) fn hold(&self) {
        let (count, from) =
            (number("FIREDRILL_FUZZ").unwrap_or(self.short), number("FIREDRILL_FUZZ_FROM").unwrap_or(0));
        silence();
        let at = AtomicU64::new(from);
        let outcome = thread::scope(|scope| {
            let (done, ended) = mpsc::channel();
            let at = &at;
            scope.spawn(move || {
                QUIET.set(true);
                // Nobody waits for it any more if this fails.
                let _ = done.send(self.run(from..from.saturating_add(count), at));
            });
            self.wait(&ended, at)
        });
        if let Err((number, why, parts)) = outcome {
            panic!("{}", self.story(number, &why, &parts));
        }
    }

    fn run(&self, numbers: std::ops::Range<u64>, at: &AtomicU64) -> Result<(), (u64, String, Parts)> {
        let (clock, count) = (Clock::real_time(), numbers.end - numbers.start);
        let mut slow = Slowest::default();
        let begun = clock.now();
        for number in numbers {
            at.store(number, Ordering::Relaxed);
            let parts = (self.make)(&mut Rng::new(number));
            let before = clock.now();
            let held = self.held(&parts);
            slow.saw(number, before, clock.now());
            if let Err(why) = held {
                let smaller = shrink::smallest(parts, &|parts| self.held(parts).is_err());
                let why = self.held(&smaller).err().unwrap_or(why);
                return Err((number, why, smaller));
            }
        }
        if number("FIREDRILL_FUZZ").is_some() {
            let took = clock.now().since(begun);
            say(&format!("{}: {count} inputs in {took:.1?}, the slowest {slow}\n", self.test));
        }
        Ok(())
    }

    /// Whether the property holds for an input; a panic is an answer too.
    fn held(&self, parts: &[Vec<u8>]) -> Held {
        panic::catch_unwind(AssertUnwindSafe(|| (self.check)(parts)))
            .unwrap_or_else(|panic| Err(words(&*panic)))
    }

    /// The outcome; an input that hangs ends the process, since no thread can be made to stop.
    fn wait<T>(&self, ended: &mpsc::Receiver<T>, at: &AtomicU64) -> T {
        let mut last = None;
        loop {
            match ended.recv_timeout(PATIENCE) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Disconnected) => panic!("the thread of {} is gone", self.test),
                Err(RecvTimeoutError::Timeout) => {
                    let now = at.load(Ordering::Relaxed);
                    if last.replace(now) == Some(now) {
                        say(&self.story(now, "it takes minutes", &[]));
                        std::process::abort();
                    }
                }
            }
        }
    }

    fn story(&self, number: u64, why: &str, parts: &[Vec<u8>]) -> String {
        let shown: String =
            parts.iter().map(|part| format!("  {:?}\n", String::from_utf8_lossy(part))).collect();
        format!(
            "input {number} of {}: {why}\n{shown}to repeat: FIREDRILL_FUZZ=1 FIREDRILL_FUZZ_FROM={number} cargo test \
             --no-default-features --lib {}\n",
            self.test, self.test
        )
    }
}

/// The input that took longest.
#[derive(Default)]
struct Slowest {
    took: Duration,
    number: u64,
}

impl Slowest {
    fn saw(&mut self, number: u64, before: Stamp, after: Stamp) {
        let took = after.since(before);
        if took > self.took {
            (self.took, self.number) = (took, number);
        }
    }
}

impl std::fmt::Display for Slowest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1?} (input {})", self.took, self.number)
    }
}

/// How large a text is made that is to be as large as it may: in a short run an eighth of that is enough.
pub(crate) fn large(most: usize) -> usize {
    if number("FIREDRILL_FUZZ").is_some() { most } else { most / 8 }
}

/// Does it and, in a long run, tells how long it took.
pub(crate) fn timed<T>(name: &str, deed: impl FnOnce() -> T) -> T {
    let clock = Clock::real_time();
    let before = clock.now();
    let done = deed();
    if number("FIREDRILL_FUZZ").is_some() {
        say(&format!("{name}: {:.1?}\n", clock.now().since(before)));
    }
    done
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Past the harness of tests, which keeps what threads of its own say and loses what others do.
fn say(text: &str) {
    // There is no other place to tell it.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!(
        "it panics{}: {}",
        PLACE.take().map_or_else(String::new, |place| format!(" at {place}")),
        text.unwrap_or("")
    )
}

thread_local! {
    /// Whether a panic of this thread is an answer and not news.
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// Where the last one was.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| match QUIET.get() {
            true => PLACE.set(panic.location().map(ToString::to_string)),
            false => usual(panic),
        }));
    });
}

#[cfg(test)]
mod tests;
