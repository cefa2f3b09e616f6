//! The program: parse, call `cli`, exit with its code.

use clap::Parser;
use firedrill::cli::lab::{LabUpArgs, up};

#[derive(Parser)]
struct Arguments {
    lab: String,
    verb: String,
    #[command(flatten)]
    up: LabUpArgs,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let _ = (arguments.lab, arguments.verb);
    match up(arguments.up, &mut std::io::stdout()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}
