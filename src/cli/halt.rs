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
    let mut failed = Vec::new();
    for place in &places {
        let region = place.shelf.place();
        match act(&args, place).await {
            Ok(said) => out(format!("{region}: {said}")),
            Err(why) => {
                note(format!("{} {region}: {why}", toned(Tone::Bad, "failed:")));
                failed.push((place.watched, region));
            }
        }
    }
    let watched: Vec<&str> =
        failed.iter().filter(|(watched, _)| *watched).map(|(_, region)| region.as_str()).collect();
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

async fn act(args: &HaltArgs, place: &Place) -> Result<String, crate::account::ShelfError> {
    let shelf: &dyn Shelf = &place.shelf;
    match (&args.reason, args.clear) {
        (Some(reason), _) => {
            let halt = Halt { reason: reason.clone(), by: Some(machine::actor()), at: Some(place.now) };
            switch::set(shelf, &halt).await?;
            Ok(toned(Tone::Bad, "halted: every run stops and restores, and none begins"))
        }
        (None, true) => {
            switch::clear(shelf).await?;
            Ok(toned(Tone::Good, "clear: runs may begin"))
        }
        (None, false) => Ok(match switch::look(shelf).await? {
            Some(halt) => toned(Tone::Bad, &format!("halted: {halt}")),
            None => toned(Tone::Good, "clear: runs may begin"),
        }),
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
