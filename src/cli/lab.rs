//! placeholder until the lab's verb lands
use clap::Subcommand;

use super::error::CliError;

/// Verbs of the lab.
#[derive(Debug, Subcommand)]
pub(crate) enum LabVerb {}

pub(crate) async fn lab(verb: LabVerb) -> Result<u8, CliError> {
    match verb {}
}
