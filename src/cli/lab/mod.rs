//! Lab: the verbs of the embedded AWS.
//! Invariant: one verb, one file.
//! Not here: the lab itself (see `lab`).
//! Used by: `cli`.

mod coverage;
mod ended;
mod exports;
mod files;
mod misbehave;
mod perform;
mod remote;
mod shown;
mod signals;
mod truth;
mod up;

use clap::Subcommand;

#[cfg(feature = "aws")]
pub(crate) use self::{
    files::{policy, world},
    misbehave::rules,
};
use super::{error::CliError, exit, output};

/// The lab's verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum LabVerb {
    /// Start it, and let any AWS client use it until SIGTERM or Ctrl-C
    Up(Box<up::LabUpArgs>),
    /// Break things in a lab that runs, heal them, and look behind its scenes
    #[command(subcommand)]
    Do(perform::DoVerb),
    /// Say how much of AWS it is: each operation real, partial or unrouted
    Coverage(coverage::CoverageArgs),
}

/// Does what the verb says; the exit code.
pub(crate) async fn perform(verb: LabVerb) -> Result<u8, CliError> {
    match verb {
        LabVerb::Up(args) => up::up(*args, &mut output::stdout()).await?,
        LabVerb::Do(verb) => perform::perform(verb).await?,
        LabVerb::Coverage(args) => coverage::coverage(&args)?,
    }
    Ok(exit::PASSED)
}
