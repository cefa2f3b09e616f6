//! Samples: `samples.jsonl`, one line per look.
//! Invariant: a line is one sample's JSON; a torn last line is left out; nothing here decides anything about the run.
//! Not here: records (see `writer`), what samples mean (see `measure`).
//! Used by: engine writes; measure and report read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use super::{error::JournalError, sample::Sample, tail, warning::Warning};

/// The samples' name in a run's folder.
pub const SAMPLES_FILE: &str = "samples.jsonl";
/// More than a second of samples at any interval in use, so that the disk is asked only when `flush` is called.
const BUFFER: usize = 256 * 1024;

/// Takes samples in memory and writes them when asked.
pub struct SampleWriter {
    path: PathBuf,
    file: BufWriter<File>,
}

impl SampleWriter {
    /// Opens the samples of a run for appending, makes the file if there is none, and cuts off a torn tail. Only whoever
    /// holds the run's journal may do this.
    pub fn open(dir: &Path) -> Result<SampleWriter, JournalError> {
        let path = dir.join(SAMPLES_FILE);
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .map_err(JournalError::io("open", &path))?;
        let bytes = fs::read(&path).map_err(JournalError::io("read", &path))?;
        let whole = tail::whole_lines(&bytes).len();
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(JournalError::io("cut the torn end off", &path))?;
        }
        Ok(SampleWriter { path, file: BufWriter::with_capacity(BUFFER, file) })
    }

    /// Takes one sample.
    pub fn write(&mut self, sample: &Sample) -> Result<(), JournalError> {
        let line = self.encode(sample)?;
        self.file.write_all(&line).map_err(JournalError::io("write to", &self.path))
    }

    /// Writes what was taken so far, so that other processes can read it; called each second.
    pub fn flush(&mut self) -> Result<(), JournalError> {
        self.file.flush().map_err(JournalError::io("write to", &self.path))
    }

    /// Writes everything and waits for the disk; called at the end.
    pub fn finish(mut self) -> Result<(), JournalError> {
        self.flush()?;
        self.file.get_ref().sync_all().map_err(JournalError::io("sync", &self.path))
    }

    /// What does not read back (a number that is none) is refused here rather than found in every later view.
    fn encode(&self, sample: &Sample) -> Result<Vec<u8>, JournalError> {
        let failed = |source| JournalError::Encode { path: self.path.clone(), source };
        let mut line = serde_json::to_vec(sample).map_err(failed)?;
        serde_json::from_slice::<Sample>(&line).map_err(failed)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// A run's samples as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SamplesRead {
    /// Every sample, in the order written.
    pub samples: Vec<Sample>,
    /// What a person should know about the file.
    pub warnings: Vec<Warning>,
}

/// Reads the samples in a run's folder; none if none were written. Works while another process writes them.
pub fn read_samples(dir: &Path) -> Result<SamplesRead, JournalError> {
    let path = dir.join(SAMPLES_FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SamplesRead::default()),
        Err(source) => return Err(JournalError::Io { doing: "open", path, source }),
    };
    // Line by line: the file of a long run is larger than what is kept of it.
    let mut file = BufReader::with_capacity(BUFFER, file);
    let mut read = SamplesRead::default();
    let mut text = Vec::new();
    loop {
        text.clear();
        let bytes = file.read_until(b'\n', &mut text).map_err(JournalError::io("read", &path))?;
        let line = read.samples.len() + 1;
        match text.last() {
            None => return Ok(read),
            Some(b'\n') if !text.contains(&0) => {
                let bad = |source| JournalError::BadSample { path: path.clone(), line, source };
                read.samples.push(serde_json::from_slice(&text).map_err(bad)?);
            }
            // Without its end, or with zeros in it, a line is torn if no other comes after it.
            Some(_) => {
                let mut rest = Vec::new();
                file.read_to_end(&mut rest).map_err(JournalError::io("read", &path))?;
                if rest.contains(&b'\n') {
                    let source = serde::de::Error::custom("zeros in the middle of the file");
                    return Err(JournalError::BadSample { path, line, source });
                }
                read.warnings.push(Warning::TornTail { path, line, bytes: bytes + rest.len() });
                return Ok(read);
            }
        }
    }
}

#[cfg(test)]
mod tests;
