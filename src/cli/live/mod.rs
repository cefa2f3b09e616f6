//! Live: how a run looks while it runs.
//! Invariant: a view only reads what the engine tells; a slow, stopped or closed view never holds up a run: it has a thread
//! of its own, which may wait for its terminal as long as it likes.
//! Not here: the summary at the end (see `cli::summary`).
//! Used by: `cli::run`, `cli::restore`.

mod json;
pub(crate) mod lanes;
mod plain;
mod screen;

use std::{io::IsTerminal, time::Duration};

use tokio::{runtime::Handle, sync::mpsc, task::JoinHandle};

use crate::{
    clock::{Clock, Stamp},
    engine::desk::Progress,
    id::StepId,
    journal::event::Record,
};

use super::{machine, output};

/// What a view needs to know of the run before it starts.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    /// The run's title line.
    pub(crate) title: String,
    /// The primary's region.
    pub(crate) primary: String,
    /// The standby's region.
    pub(crate) standby: String,
    /// When it started.
    pub(crate) start: Stamp,
    /// Its time.
    pub(crate) clock: Clock,
    /// Who says go, if `--yes` was given.
    pub(crate) approver: Option<String>,
}

/// A view of a running run.
pub(crate) trait View: Send {
    /// Something happened.
    fn take(&mut self, progress: &Progress);
    /// Time went by; called a few times a second.
    fn tick(&mut self) {}
    /// Asks a person, who answers later on the terminal.
    fn ask(&mut self, step: &StepId, question: &str);
    /// The run is over.
    fn close(&mut self) {}
}

/// The view that suits: events as JSON, lanes on a terminal, lines elsewhere.
pub(crate) fn view(scene: &Scene, json: bool) -> Box<dyn View> {
    if json {
        Box::new(json::Events)
    } else if output::is_watched() {
        Box::new(screen::Screen::new(scene.clone()))
    } else {
        Box::new(plain::Lines::new(scene.clone()))
    }
}

/// How long, on the machine, a view may take to show the rest when the run is over.
const LAST_LINES: Duration = Duration::from_secs(5);

/// Shows a run on a thread of its own; `first` is the record that was written before the engine began.
pub(crate) fn start(
    scene: Scene,
    json: bool,
    first: Option<Record>,
    progress: mpsc::UnboundedReceiver<Progress>,
) -> JoinHandle<()> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(show(scene, json, first, progress)))
}

/// Waits until everything is shown, but not for a terminal that takes no more. A view that died of a bug has said so.
pub(crate) async fn end(view: JoinHandle<()>, clock: Clock) {
    let _ = clock.timeout(LAST_LINES.mul_f64(clock.speed()), view).await;
}

/// Feeds a view until the run is over.
async fn show(
    scene: Scene,
    json: bool,
    first: Option<Record>,
    mut progress: mpsc::UnboundedReceiver<Progress>,
) {
    let mut view = view(&scene, json);
    if let Some(first) = first {
        view.take(&Progress::Record(Box::new(first)));
    }
    let clock = scene.clock;
    let frame = Duration::from_millis(125).mul_f64(clock.speed());
    let mut due = clock.now().mono;
    loop {
        tokio::select! {
            next = progress.recv() => match next {
                Some(Progress::Question { step, question, reply }) => {
                    view.ask(&step, &question);
                    answer(&scene, reply);
                }
                Some(progress) => view.take(&progress),
                None => break,
            },
            () = clock.sleep_until(due) => {
                due = clock.now().mono + frame;
                view.tick();
            }
        }
    }
    view.close();
}

/// Answers from `--yes`, or reads one line from the terminal; without either nobody says go.
fn answer(scene: &Scene, reply: tokio::sync::oneshot::Sender<Option<String>>) {
    if let Some(by) = &scene.approver {
        let _ = reply.send(Some(by.clone()));
        return;
    }
    if !std::io::stdin().is_terminal() {
        // Dropped, so that the step fails at once rather than at its timeout.
        return;
    }
    std::thread::spawn(move || {
        let mut line = String::new();
        let said = std::io::stdin().read_line(&mut line).is_ok() && line.trim().eq_ignore_ascii_case("go");
        let _ = reply.send(said.then(machine::person));
    });
}
