//! The program: parse, call `cli`, exit with its code.

use std::process::ExitCode;

/// A simulation is made of small short-lived pieces, in which the system's allocator spends a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    firedrill::cli::run().into()
}
