//! Numbers: what the program costs and how well it measures, as ratios to their bounds.
//! Invariant: drives the program as a user does and reads what a user can read; ends well whatever the numbers are, and
//! badly if a run breaks: speed is not a test.
//! Not here: whether what it does is right (see `tests`).
//!
//!     cargo bench                                                                # all of them
//!     cargo bench --bench numbers -- startup lab                                 # these
//!     cargo bench --bench numbers -- recovery --runs 50 --speed 20 --jobs 2      # seeds 1 to 50, two at a time

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark is read on a terminal")]

mod big;
mod broken;
mod drill;
mod forecast;
mod lab;
mod memory;
mod overhead;
mod process;
mod ratio;
mod ready;
mod recovery;
mod reports;
mod sign;
mod startup;
mod truth;

use std::{cell::OnceCell, process::ExitCode};

use clap::Parser;

use self::{broken::Broken, drill::DrillRun};

/// What a person types after `cargo bench --bench numbers --`.
#[derive(Debug, Parser)]
struct Options {
    /// Which numbers; all if none is named
    names: Vec<Name>,
    /// How many drills the error of the recovery time is taken over, seeds 1 and up
    #[arg(long, default_value_t = 4)]
    runs: u64,
    /// Speed of the lab
    #[arg(long, default_value_t = 20.0)]
    speed: f64,
    /// How many of those drills run at the same time
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// The numbers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    Startup,
    Recovery,
    Overhead,
    Memory,
    Lab,
    Big,
    Reports,
    Ready,
    Forecast,
}

const ALL: [Name; 9] = [
    Name::Startup,
    Name::Recovery,
    Name::Overhead,
    Name::Memory,
    Name::Lab,
    Name::Big,
    Name::Reports,
    Name::Ready,
    Name::Forecast,
];

fn main() -> ExitCode {
    let options = Options::parse();
    let names = if options.names.is_empty() { ALL.to_vec() } else { options.names.clone() };
    let shared = Shared { speed: options.speed, drill: OnceCell::new() };
    let mut whole = true;
    for name in names {
        if let Err(broken) = measure(name, &options, &shared) {
            eprintln!("broken    {}", broken.chain());
            whole = false;
        }
    }
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn measure(name: Name, options: &Options, shared: &Shared) -> Result<(), Broken> {
    match name {
        Name::Startup => startup::measure(),
        Name::Recovery => recovery::measure(options.runs, options.speed, options.jobs),
        Name::Overhead => shared.drill().map(overhead::show),
        Name::Memory => shared.drill().map(memory::show),
        Name::Lab => lab::measure(),
        Name::Big => big::measure(),
        Name::Reports => reports::measure(options.speed),
        Name::Ready => ready::measure(),
        Name::Forecast => forecast::measure(),
    }
}

/// The one drill that several numbers are taken from.
struct Shared {
    speed: f64,
    drill: OnceCell<DrillRun>,
}

impl Shared {
    fn drill(&self) -> Result<&DrillRun, Broken> {
        match self.drill.get() {
            Some(drill) => Ok(drill),
            None => {
                let run = DrillRun::make(1, self.speed)?;
                Ok(self.drill.get_or_init(|| run))
            }
        }
    }
}
