//! Said: what a change waits for, told to whoever runs it.
//! Invariant: words for people; nothing depends on them, and where no one listens they are dropped.
//! Not here: who shows them (see `engine`).
//! Used by: `wait` tells; engine listens.

/// Hears what a change waits for.
pub type Listener = Box<dyn Fn(&str) + Send + Sync>;

tokio::task_local! {
    static LISTENER: Listener;
}

/// Runs `work`, a verb of a change, and lets `listener` hear what it waits for meanwhile.
pub async fn heard<F: Future>(listener: impl Fn(&str) + Send + Sync + 'static, work: F) -> F::Output {
    LISTENER.scope(Box::new(listener), work).await
}

/// Tells what is waited for.
pub(super) fn waits_for(words: &str) {
    let _ = LISTENER.try_with(|listener| listener(words));
}
