//! Sign: the list of a run's files, signed.
//! Invariant: a key that is not there is refused before anything is done for it.
//! Not here: the signing (see `evidence::signature`).
//! Used by: `run`, `report`, `finish`.

use std::path::Path;

use super::{error::CliError, output::note};
use crate::evidence::{signature, sums::SIGNATURE_FILE};

/// Refuses a key that is not there.
pub(crate) fn key_is_there(key: &Path) -> Result<(), CliError> {
    match key.is_file() {
        true => Ok(()),
        false => Err(CliError::Usage(format!(
            "there is no key at {}: --sign takes a private SSH key, or the public key of one that the agent holds",
            key.display()
        ))),
    }
}

/// Signs the list of the run's files.
pub(crate) fn sign(folder: &Path, key: &Path) -> Result<(), CliError> {
    signature::sign(folder, key)
        .map_err(|why| CliError::broken("the report is there and not signed", why))?;
    note(format!("signed: {}", folder.join(SIGNATURE_FILE).display()));
    Ok(())
}
