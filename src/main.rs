//! The program: parse, call `cli`, exit with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::catch_unwind(firedrill::cli::run).unwrap_or(firedrill::cli::exit::BUG).into()
}
