//! Seal: makes a folder's list of digests.
//! Invariant: the list is put in its place whole, and covers the files as they are at that moment.
//! Not here: signing it (see `signature`).
//! Used by: cli, whenever a file of a run was made.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::sums::{self, SIGNATURE_FILE, SUMS_FILE};
use crate::journal::{
    chain,
    followup::FOLLOWUP_FILE,
    format::JOURNAL_FILE,
    integrity::{Chained, Integrity},
    samples::SAMPLES_FILE,
};

/// What sealing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// How many files the list covers.
    pub files: usize,
    /// True if there is a signature, and it was of another list.
    pub stale_signature: bool,
}

/// What the report is to say of its folder, once the files named `made` are in it beside those that are there, and those named
/// `gone` are not.
pub fn integrity(folder: &Path, made: &[&str], gone: &[&str]) -> io::Result<Integrity> {
    let listing = sums::list(folder)?;
    let stays = |path: &PathBuf| !gone.iter().any(|name| path == Path::new(name));
    let files: BTreeSet<PathBuf> =
        listing.files.into_iter().filter(stays).chain(made.iter().map(PathBuf::from)).collect();
    let journal = chain::examine(&fs::read(folder.join(JOURNAL_FILE))?);
    let samples = present(folder, SAMPLES_FILE)?.unwrap_or_default();
    let followup = present(folder, FOLLOWUP_FILE)?.map(|bytes| chain::examine(&bytes));
    Ok(Integrity {
        files: files.len(),
        chain_head: journal.head,
        chain_length: journal.records,
        samples: samples.iter().filter(|byte| **byte == b'\n').count(),
        followup: followup.map(|it| Chained { chain_head: it.head, chain_length: it.records }),
    })
}

fn present(folder: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(folder.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lists every file of the folder in `SHA256SUMS`.
pub fn seal(folder: &Path) -> io::Result<Sealed> {
    let files = sums::list(folder)?.files;
    let digests = sums::digests(folder, &files);
    let mut all = sums::Sums::new();
    for (path, digest) in files.into_iter().zip(digests) {
        all.insert(path, digest?);
    }
    let text = sums::text(&all);
    let path = folder.join(SUMS_FILE);
    let same = fs::read(&path).is_ok_and(|old| old == text);
    if !same {
        put(folder, &path, &text)?;
    }
    let signed = folder.join(SIGNATURE_FILE).is_file();
    Ok(Sealed { files: all.len(), stale_signature: signed && !same })
}

/// Writes beside and renames, so that nobody reads half a file.
pub(super) fn put(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".evidence")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
