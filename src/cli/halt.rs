//! Halt: the account's safety switch: stops and restores every run, and lets none begin.
//! Invariant: set in both regions of each deployment, for what is one's primary is another's standby; one region that can
//! not be reached does not keep the other from being set.
//! Not here: what a run does about it (see `engine::keeping`).
//! Used by: cli.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use crate::{
    account::{
        Shelf, SsmShelf,
        switch::{self, Halt},
    },
    drill::model::{RegionOf, Side},
};

use super::{
    account::{self, PlaceArgs},
    error::CliError,
    exit, machine,
    output::{note, out, toned},
    words::Tone,
};

/// Where deployments are if nobody says.
const HOME: &str = "drills/deployments";

/// What `halt` takes.
#[derive(Debug, Args)]
pub(crate) struct HaltArgs {
    /// The files of deployments in the account [default: every file in drills/deployments]
    #[arg(value_name = "DEPLOYMENT")]
    deployments: Vec<PathBuf>,
    /// Stop and restore every run of the account, for this reason, and let none begin
    #[arg(long, value_name = "TEXT", conflicts_with = "clear")]
    reason: Option<String>,
    /// Let runs begin again
    #[arg(long)]
    clear: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// One region of one account.
struct Place {
    shelf: SsmShelf,
    /// A standby's: where runs look.
    watched: bool,
    now: jiff::Timestamp,
}

/// Sets, clears or shows the switch; the exit code.
pub(crate) async fn halt(args: HaltArgs) -> Result<u8, CliError> {
    let places = places(&args).await?;
    let mut seen = Vec::new();
    for place in &places {
        seen.push(Seen {
            region: place.shelf.place(),
            watched: place.watched,
            state: act(&args, place).await.map_err(|why| why.to_string()),
        });
    }
    show(&args, &seen);
    let failed = seen.iter().filter(|one| one.watched && one.state.is_err());
    let watched: Vec<&str> = failed.map(|one| one.region.as_str()).collect();
    if watched.is_empty() {
        return Ok(exit::PASSED);
    }
    Err(CliError::Refused(format!(
        "the switch in {} is as it was, and runs look at it there\n  type the same again, or use any tool: aws ssm \
         put-parameter --name /firedrill/halt --type String --overwrite --value REASON --region {}",
        watched.join(", "),
        watched[0]
    )))
}

/// One region after it was asked: halted and why, or clear, or not to be told.
struct Seen {
    region: String,
    watched: bool,
    state: Result<Option<Halt>, String>,
}

impl Seen {
    fn as_json(&self) -> serde_json::Value {
        let (word, halt, why) = match &self.state {
            Ok(Some(halt)) => ("halted", Some(halt), None),
            Ok(None) => ("clear", None, None),
            Err(why) => ("unknown", None, Some(why)),
        };
        json!({ "region": self.region, "watched": self.watched, "state": word, "halt": halt, "error": why })
    }
}

fn show(args: &HaltArgs, seen: &[Seen]) {
    if args.json {
        let places: Vec<_> = seen.iter().map(Seen::as_json).collect();
        return out(json!({ "type": "halt", "places": places }).to_string());
    }
    for Seen { region, state, .. } in seen {
        match state {
            Ok(Some(_)) if args.reason.is_some() => {
                let said = toned(Tone::Bad, "halted: every run stops and restores, and none begins");
                out(format!("{region}: {said}"));
            }
            Ok(Some(halt)) => out(format!("{region}: {}", toned(Tone::Bad, &format!("halted: {halt}")))),
            Ok(None) => out(format!("{region}: {}", toned(Tone::Good, "clear: runs may begin"))),
            Err(why) => note(format!("{} {region}: {why}", toned(Tone::Bad, "failed:"))),
        }
    }
}

/// The switch as it is afterwards.
async fn act(args: &HaltArgs, place: &Place) -> Result<Option<Halt>, crate::account::ShelfError> {
    let shelf: &dyn Shelf = &place.shelf;
    match (&args.reason, args.clear) {
        (Some(reason), _) => {
            let halt = Halt { reason: reason.clone(), by: Some(machine::actor()), at: Some(place.now) };
            switch::set(shelf, &halt).await?;
            Ok(Some(halt))
        }
        (None, true) => {
            switch::clear(shelf).await?;
            Ok(None)
        }
        (None, false) => switch::look(shelf).await,
    }
}

/// Each region of each deployment once.
async fn places(args: &HaltArgs) -> Result<Vec<Place>, CliError> {
    let files =
        if args.deployments.is_empty() { at_home(Path::new(HOME))? } else { args.deployments.clone() };
    let mut seen = BTreeSet::new();
    let mut places: Vec<Place> = Vec::new();
    for side in [Side::Standby, Side::Primary] {
        for file in &files {
            let deployment = account::deployment(file)?;
            let RegionOf { region, role_arn, profile, .. } = deployment.regions.of(side).clone();
            if !seen.insert((deployment.account.clone(), region, role_arn, profile)) {
                continue;
            }
            let surroundings = args.place.world().open(&deployment).await?;
            places.push(Place {
                shelf: account::shelf(&surroundings, side),
                watched: side == Side::Standby,
                now: surroundings.clock.now().wall,
            });
        }
    }
    Ok(places)
}

fn at_home(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let none =
        || CliError::Usage(format!("{} has no deployments; name a deployment's file", folder.display()));
    let entries = fs::read_dir(folder).map_err(|_| none())?;
    let mut files: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"));
    files.sort();
    if files.is_empty() { Err(none()) } else { Ok(files) }
}
