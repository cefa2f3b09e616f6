//! Signal: what the operating system tells a run.
//! Invariant: the same events whether a real signal or a test sends them.
//! Not here: what follows from one (see `dispatcher`).
//! Used by: dispatcher, cli.

use tokio::sync::mpsc;

/// A wish from outside that the run end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The terminal is gone.
    HangUp,
}

impl Signal {
    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "Ctrl-C",
            Signal::Terminate => "SIGTERM",
            Signal::HangUp => "SIGHUP",
        }
    }
}

/// Where signals come from.
pub struct Signals(mpsc::UnboundedReceiver<Signal>);

impl Signals {
    /// Those of the operating system, from now on; they no longer end the process by themselves.
    ///
    /// # Errors
    /// When the handlers cannot be installed; nothing has been changed then.
    pub fn of_system() -> std::io::Result<Signals> {
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
        Ok(Signals(receive))
    }

    /// None ever comes but those that the sender sends: for tests.
    pub fn by_hand() -> (mpsc::UnboundedSender<Signal>, Signals) {
        let (send, receive) = mpsc::unbounded_channel();
        (send, Signals(receive))
    }

    /// The next one; waits for ever when no more can come.
    pub(super) async fn next(&mut self) -> Signal {
        match self.0.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }
}
