//! Simulate: drills in worlds without sockets, thousands of times, killed and restored, each judged.
//! Invariant: a violation comes with the one command that plays it again; none found is said only of what was played.
//! Not here: trials and what is a violation (see `simulate`).
//! Used by: cli.

mod shown;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use clap::Args;

use crate::{
    clock::Clock,
    diagnostic::render::{self, Paint},
    drill::{
        model::LoadedDrill,
        reader::{self, Content, Reading},
    },
    lab::world::blueprint::Blueprint,
    simulate::{
        fate::{Hazards, Level},
        matrix::Matrix,
        outcome::Outcome,
        sweep::sweep,
        trial::{self, Trial},
    },
};

use self::shown::Shown;
use super::{error::CliError, exit, lab, output::note_exactly};

/// Violations after which a sweep has seen enough.
const ENOUGH: usize = 20;

/// What `simulate` takes.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// The drill files; seed N plays the drill N modulo their number
    #[arg(required = true, value_name = "DRILL")]
    drills: Vec<PathBuf>,
    /// Which seeds, from the first to before the last
    #[arg(long, value_name = "A..B", default_value = "0..100", value_parser = seeds)]
    seeds: (u64, u64),
    /// Kill each run at a random record or call, restore it, and kill the restoration too, up to three times
    #[arg(long)]
    kill: bool,
    /// How badly AWS behaves; `high` also sends somebody who works on the same account
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    misbehave: Level,
    /// Every moment of each drill's changes instead of random ones
    #[arg(long, conflicts_with_all = ["seeds", "kill", "misbehave"])]
    matrix: bool,
    /// Let the world be the one that this file describes [default: the wordpress deployment in two regions]
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// How many trials at a time [default: one for each core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Keep the runs' folders here, one for each seed, for whoever looks into them
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// As JSON lines: each trial, and the summary
    #[arg(long)]
    json: bool,
}

fn seeds(text: &str) -> Result<(u64, u64), String> {
    let range = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match range {
        Some((from, to)) if from < to => Ok((from, to)),
        _ => Err("seeds are written A..B, as 0..1000, and the first is below the last".to_owned()),
    }
}

/// Simulates; the exit code: 0, or 1 if something was found that must not be.
pub(crate) fn simulate(args: &SimulateArgs) -> Result<u8, CliError> {
    let Some(drills) = read(&args.drills) else { return Ok(exit::USAGE) };
    let blueprint = lab::world(args.world.as_deref())?;
    let scratch = scratch().map_err(|why| CliError::broken("no folder for the simulation", why))?;
    let mut shown = Shown::new(args.json, Clock::real_time());
    let stage = Stage { args, drills, blueprint, scratch: scratch.path().to_owned() };
    if args.matrix {
        stage.matrix(&mut shown)?
    } else {
        stage.seeds(&mut shown)?
    }
    Ok(if shown.finish() == 0 { exit::PASSED } else { exit::FAILED })
}

struct Stage<'a> {
    args: &'a SimulateArgs,
    drills: Vec<Arc<LoadedDrill>>,
    blueprint: Arc<Blueprint>,
    scratch: PathBuf,
}

impl Stage<'_> {
    fn seeds(&self, shown: &mut Shown) -> Result<(), CliError> {
        let (from, to) = self.args.seeds;
        shown.begin("seeds", to - from);
        let play = |number: u64, folder: &Path| {
            let trial = self.trial(from + number, self.kept(folder, from + number)?);
            trial::play(&trial)
        };
        self.sweep(to - from, play, shown)
    }

    fn matrix(&self, shown: &mut Shown) -> Result<(), CliError> {
        for drill in 0..self.drills.len() as u64 {
            let folder = self.scratch.join(format!("clean-{drill}"));
            let made = std::fs::create_dir_all(&folder);
            made.map_err(|why| CliError::broken(format!("could not make {}", folder.display()), why))?;
            let matrix = Matrix::of(&self.trial(drill, folder)).map_err(broken)?;
            shown.matrix(&matrix);
            let cell = |number: u64| matrix.cells.get(usize::try_from(number).ok()?).copied();
            let play = |number: u64, folder: &Path| {
                let cell = cell(number).ok_or("no such cell")?;
                let mut outcome = matrix.play(&cell, &self.kept(folder, number)?)?;
                outcome.seed = number;
                outcome.story.insert(0, cell.to_string());
                Ok(outcome)
            };
            self.sweep(matrix.cells.len() as u64, play, shown)?;
        }
        Ok(())
    }

    fn sweep(
        &self,
        count: u64,
        play: impl Fn(u64, &Path) -> Result<Outcome, String> + Sync,
        shown: &mut Shown,
    ) -> Result<(), CliError> {
        let jobs = self.args.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
        let tell = |_, outcome: Outcome| {
            let command = self.command(&outcome);
            shown.outcome(&outcome, &command) < ENOUGH
        };
        sweep(count, jobs, &self.scratch, play, tell).map_err(broken)
    }

    fn trial(&self, seed: u64, folder: PathBuf) -> Trial {
        // A list is never empty: the command line asks for one file at least.
        let drill = self.drills[(seed % self.drills.len() as u64) as usize].clone();
        let hazards = Hazards { kill: self.args.kill, misbehave: self.args.misbehave };
        let command = self.words(seed);
        Trial { seed, drill, blueprint: self.blueprint.clone(), hazards, bare: false, folder, command }
    }

    /// The trial's own folder: one that goes away, or one that is kept.
    fn kept(&self, folder: &Path, number: u64) -> Result<PathBuf, String> {
        let Some(keep) = &self.args.keep else { return Ok(folder.to_owned()) };
        let kept = keep.join(number.to_string());
        let made = std::fs::create_dir_all(keep).and_then(|()| std::fs::create_dir(&kept));
        made.map_err(|why| format!("{} could not be made: {why}", kept.display()))?;
        Ok(kept)
    }

    fn command(&self, outcome: &Outcome) -> String {
        if self.args.matrix {
            outcome.story.first().cloned().unwrap_or_default()
        } else {
            self.words(outcome.seed).join(" ")
        }
    }

    /// The command that plays one seed again.
    fn words(&self, seed: u64) -> Vec<String> {
        let mut words = vec!["firedrill".to_owned(), "simulate".to_owned()];
        words.extend(self.args.drills.iter().map(|path| path.display().to_string()));
        words.extend(["--seeds".to_owned(), format!("{seed}..{}", seed + 1)]);
        if self.args.kill {
            words.push("--kill".to_owned());
        }
        if self.args.misbehave != Level::None {
            words.extend(["--misbehave".to_owned(), self.args.misbehave.to_string()]);
        }
        if let Some(world) = &self.args.world {
            words.extend(["--world".to_owned(), world.display().to_string()]);
        }
        words
    }
}

/// Every drill, or nothing if one of them cannot be used; problems are shown at once.
fn read(files: &[PathBuf]) -> Option<Vec<Arc<LoadedDrill>>> {
    let mut drills = Vec::new();
    for file in files {
        let Reading { content, problems } = reader::open(file);
        note_exactly(&render::text(&problems, Paint::Coloured));
        match content {
            Some(Content::Drill(loaded)) => drills.push(Arc::new(*loaded)),
            Some(Content::Deployment(_)) => {
                note_exactly(&format!("{} is a deployment, not a drill\n", file.display()));
            }
            None => {}
        }
    }
    (drills.len() == files.len()).then_some(drills)
}

/// A folder in memory where there is one: every record of every simulated run is synced.
fn scratch() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let builder = || tempfile::Builder::new().prefix("firedrill-simulate-").to_owned();
    match memory.is_dir() {
        true => builder().tempdir_in(memory).or_else(|_| builder().tempdir()),
        false => builder().tempdir(),
    }
}

fn broken(why: String) -> CliError {
    CliError::broken("the simulation itself is broken", why)
}
