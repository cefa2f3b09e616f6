//! Wall: a run on a screen that others watch: the report's first screen and timeline, in a browser, while the run goes on.
//! Invariant: reads the run's files and nothing else, changes nothing, and has no controls; listens on loopback alone; a
//! screen that is slow, gone or never there holds up no run.
//! Not here: what is shown (see `report::html`), the terminal's view (see `live`).
//! Used by: cli, `run --live`.

mod door;
mod feed;
mod script;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::Args;
use tokio::task::JoinSet;

use self::feed::Feed;
use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, out},
};
use crate::{clock::Clock, journal::Store, words::Lang};

/// What `live` takes.
#[derive(Debug, Args)]
pub(crate) struct LiveArgs {
    /// The run, going on or finished: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// The port on 127.0.0.1; 0: any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// The language of the screen: en or ko
    #[arg(long, value_name = "LANG", default_value_t = Lang::En)]
    lang: Lang,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Serves a run until it is interrupted.
pub(crate) async fn live(args: &LiveArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let folder =
        store.find(args.run.as_deref()).map_err(|why| CliError::broken("there is no run to show", why))?;
    let wall = Wall::open(folder, args.port, args.lang).await?;
    out(&wall.url);
    note("Ctrl-C ends the screen, not the run");
    tokio::select! {
        () = wall.serve() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(exit::PASSED)
}

/// Serves a run of this process, until the set is dropped. That it can not be served holds up no run.
#[cfg_attr(
    not(feature = "aws"),
    expect(dead_code, reason = "the verb that runs drills is not in this build")
)]
pub(crate) async fn beside(tasks: &mut JoinSet<()>, folder: PathBuf) {
    match Wall::open(folder, 0, Lang::En).await {
        Ok(wall) => {
            note(format!("live: {}", wall.url));
            tasks.spawn(wall.serve());
        }
        Err(why) => note(format!("warning: the run goes on without its screen: {}", why.chain())),
    }
}

/// A screen that is ready to be served.
struct Wall {
    /// Where a browser finds it.
    url: String,
    door: door::Door,
    feed: Feed,
}

impl Wall {
    /// Reads the run and takes the port.
    async fn open(folder: PathBuf, port: u16, lang: Lang) -> Result<Wall, CliError> {
        let feed = Feed::open(folder, lang)?;
        let door = door::Door::open(port, feed.shown()).await.map_err(|why| {
            CliError::broken(format!("port {port} of 127.0.0.1 can not be listened on"), why)
        })?;
        Ok(Wall { url: door.url(), door, feed })
    }

    /// Serves until dropped.
    async fn serve(self) {
        // The machine's time: a lab's second may be a twentieth of one.
        let clock = Clock::real_time();
        tokio::join!(self.feed.follow(clock), self.door.serve(clock));
    }
}
