//! Signal: what the operating system tells a run.
//! Invariant: the same events whether a real signal or a test sends them.
//! Not here: what follows from one (see `dispatcher`).
//! Used by: dispatcher, cli.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio::sync::{Mutex, mpsc};

use crate::clock::{
    Clock,
    machine::{Oddity, Reading},
};

/// What the operating system tells: mostly a wish that the run end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The terminal is gone.
    HangUp,
    /// The machine slept for so long, and the world did not.
    Slept(Duration),
    /// Someone moved the machine's wall clock by so much.
    ClockMoved(SignedDuration),
    /// A bug in the dispatcher, planted by a test.
    #[cfg(test)]
    Bug,
}

impl Signal {
    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "Ctrl-C",
            Signal::Terminate => "SIGTERM",
            Signal::HangUp => "SIGHUP",
            Signal::Slept(_) => "sleep",
            Signal::ClockMoved(_) => "a moved clock",
            #[cfg(test)]
            Signal::Bug => "a bug",
        }
    }
}

/// Where signals come from. Its copies share one stream: each signal comes to one of them.
#[derive(Clone)]
pub struct Signals(Arc<Mutex<mpsc::UnboundedReceiver<Signal>>>);

impl Signals {
    /// Those of the operating system, from now on; they no longer end the process by themselves. `goes_on`: the world goes
    /// on while this machine sleeps, as AWS does and a lab on the same machine does not.
    ///
    /// # Errors
    /// When the handlers cannot be installed; nothing has been changed then.
    pub fn of_system(clock: Clock, goes_on: bool) -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let (send, receive) = mpsc::unbounded_channel();
        let kinds = [
            (SignalKind::interrupt(), Signal::Interrupt),
            (SignalKind::terminate(), Signal::Terminate),
            (SignalKind::hangup(), Signal::HangUp),
        ];
        for (kind, meaning) in kinds {
            let mut stream = signal(kind)?;
            let send = send.clone();
            tokio::spawn(async move { while stream.recv().await.is_some() && send.send(meaning).is_ok() {} });
        }
        tokio::spawn(watch_machine(clock, goes_on, send));
        Ok(Signals(Arc::new(Mutex::new(receive))))
    }

    /// None ever comes but those that the sender sends: for tests.
    pub fn by_hand() -> (mpsc::UnboundedSender<Signal>, Signals) {
        let (send, receive) = mpsc::unbounded_channel();
        (send, Signals(Arc::new(Mutex::new(receive))))
    }

    /// The next one; waits for ever when no more can come.
    pub(super) async fn next(&mut self) -> Signal {
        match self.0.lock().await.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }
}

/// Holds the machine's clocks against each other, each second of the machine.
async fn watch_machine(clock: Clock, goes_on: bool, send: mpsc::UnboundedSender<Signal>) {
    let second = Duration::from_secs(1).mul_f64(clock.speed());
    let mut last = Reading::now();
    loop {
        clock.sleep(second).await;
        let now = Reading::now();
        for oddity in now.since(&last) {
            let signal = match oddity {
                Oddity::Slept(_) if !goes_on => continue,
                Oddity::Slept(by) => Signal::Slept(by),
                Oddity::Moved(by) => Signal::ClockMoved(by),
            };
            if send.send(signal).is_err() {
                return;
            }
        }
        last = now;
    }
}
