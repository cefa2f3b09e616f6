//! Sink: where whole lines go, and the promise that they are on disk.
//! Invariant: nothing above it knows a file from a disk that is full, which is how tests fill one.
//! Not here: what a line holds (see `format`), what a failure means (see `writer`).
//! Used by: writer, samples; whoever puts another disk under a journal.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

/// Takes bytes and, when asked, promises that they survive a power loss.
pub trait Sink: Write + Send {
    /// Returns once everything written is on disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// No disk: takes nothing and promises nothing.
pub(super) struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::from(io::ErrorKind::NotConnected))
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::NotConnected))
    }
}

impl Sink for Nowhere {
    fn sync(&mut self) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::NotConnected))
    }
}

/// Makes a new name in a folder survive a power loss: a synced file is not enough where its name is not.
#[cfg(unix)]
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file, and its names are kept by the file system's own log.
#[cfg(not(unix))]
pub(super) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

/// A disk with room for `room` bytes more, after which it refuses, in the middle of a line if need be, as a full one does;
/// and which may be unable to promise anything.
#[cfg(test)]
pub(super) struct BadDisk {
    pub(super) file: File,
    pub(super) room: usize,
    pub(super) syncs: bool,
}

#[cfg(test)]
impl Write for BadDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 && !bytes.is_empty() {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let taken = self.file.write(&bytes[..bytes.len().min(self.room)])?;
        self.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
impl Sink for BadDisk {
    fn sync(&mut self) -> io::Result<()> {
        match self.syncs {
            true => self.file.sync(),
            false => Err(io::Error::other("input/output error")),
        }
    }
}
