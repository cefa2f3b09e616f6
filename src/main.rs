//! The program: parse, call `cli`, exit with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    firedrill::cli::run().into()
}
