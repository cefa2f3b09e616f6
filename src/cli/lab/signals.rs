//! Signals: what ends a lab.
//! Invariant: SIGINT and SIGTERM end it alike.
//! Used by: `up`.

use std::io;

/// The signals that end a lab.
pub(super) struct EndSignals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl EndSignals {
    /// From now on no signal is missed.
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<EndSignals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(EndSignals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Returns once one has come.
    #[cfg(unix)]
    pub(super) async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<EndSignals> {
        Ok(EndSignals {})
    }

    #[cfg(not(unix))]
    pub(super) async fn received(&mut self) {
        // Where Ctrl-C cannot be waited for, only the end of the process ends the lab.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
