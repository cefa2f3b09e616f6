//! Disk: what a journal of a simulated life is written to.
//! Invariant: the bytes on disk are those that were written while the life lasted.
//! Used by: `play`.

use std::{
    io::{self, Write},
    sync::Arc,
};

use super::life::Life;
use crate::journal::sink::Sink;

/// A disk under a life.
pub(super) struct LifeDisk {
    inner: Box<dyn Sink>,
    life: Arc<Life>,
}

impl LifeDisk {
    /// The same disk, as long as the life lasts.
    pub(super) fn new(inner: Box<dyn Sink>, life: Arc<Life>) -> LifeDisk {
        LifeDisk { inner, life }
    }
}

impl Write for LifeDisk {
    /// One call for one record: what was cut off by the end of the life is never missed by who wrote it.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let reach = self.life.writes(bytes.len());
        self.inner.write_all(&bytes[..reach])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Sink for LifeDisk {
    fn sync(&mut self) -> io::Result<()> {
        self.inner.sync()?;
        self.life.wrote();
        Ok(())
    }
}
