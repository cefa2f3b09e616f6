//! The program: parse, call `cli`, exit with its code.

<<<<<<< HEAD
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::catch_unwind(firedrill::cli::run).unwrap_or(firedrill::cli::exit::BUG).into()
=======
use clap::{Parser, Subcommand};
use firedrill::cli::lab::{LabUpArgs, coverage, up};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The embedded AWS
    #[command(subcommand)]
    Lab(LabVerb),
}

#[derive(Subcommand)]
enum LabVerb {
    /// Start a two-region AWS on this machine, for any AWS client
    Up(LabUpArgs),
    /// List every operation that the lab answers
    Coverage,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Verb::Lab(verb) = Arguments::parse().verb;
    match verb {
        LabVerb::Up(args) => up(args, &mut std::io::stdout()).await?,
        LabVerb::Coverage => coverage(&mut std::io::stdout())?,
    }
    Ok(())
>>>>>>> lab-a
}
