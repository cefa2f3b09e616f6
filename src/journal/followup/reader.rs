//! Reader: a follow-up back from its bytes.
//! Invariant: what is returned is exactly what was written; a torn last line is left out; any other damage is an error.
//! Not here: what is wrong with a damaged one (see `chain`).
//! Used by: every view of a follow-up; writer.

use std::{fs, io, path::Path};

use super::{
    event::{FOLLOWUP_FILE, FORMAT, FollowUp},
    fold::FollowUps,
};
use crate::journal::{
    error::{JournalError, LineFault},
    event::Record,
    format::{self, Content, Version},
    hash::LineHash,
    reader::check_place,
    tail,
    warning::Warning,
};

/// A follow-up as read.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUpRead {
    /// What it comes to.
    pub all: FollowUps,
    /// Every record that this program knows, the one that opens it first.
    pub records: Vec<Record<FollowUp>>,
    /// How many lines, those not known too.
    pub lines: usize,
    /// The last whole line's hash.
    pub head: String,
    /// What a person should know about the file.
    pub warnings: Vec<Warning>,
    /// The length of the file without a torn tail.
    pub(super) whole_bytes: u64,
    pub(super) link: LineHash,
    /// False where it was written by a newer firedrill, whose records might be lost on this one.
    pub(super) appendable: bool,
}

/// Reads and checks the follow-up in a run's folder; `None` if nobody wrote anything down.
pub fn read(dir: &Path) -> Result<Option<FollowUpRead>, JournalError> {
    let path = dir.join(FOLLOWUP_FILE);
    match fs::read(&path) {
        Ok(bytes) => parse(&path, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError::Io { doing: "read", path, source }),
    }
}

/// Reads a follow-up's bytes; `None` if they hold no whole record.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Option<FollowUpRead>, JournalError> {
    let (whole, torn) = tail::split_torn(bytes);
    let mut read = FollowUpRead {
        all: FollowUps::default(),
        records: Vec::new(),
        lines: 0,
        head: String::new(),
        warnings: Vec::new(),
        whole_bytes: whole.len() as u64,
        link: LineHash::NONE,
        appendable: true,
    };
    for line in whole.split_inclusive(|byte| *byte == b'\n').map(format::without_end) {
        let number = read.lines + 1;
        let broken = |fault| JournalError::BrokenFollowUp { path: path.into(), line: number, fault };
        let line = format::decode_as::<FollowUp>(line).map_err(broken)?;
        check_place(&line, read.lines, read.link).map_err(broken)?;
        read.link = line.hash;
        read.lines = number;
        match line.content {
            Content::Known(event) => {
                let record = Record { seq: line.seq, at: line.at, event };
                read.take_in(record).map_err(broken)?;
            }
            Content::Unknown(event) => {
                let kind = format::kind_of(&event);
                read.appendable = false;
                read.warnings.push(Warning::NotUnderstood { path: path.into(), line: number, kind });
            }
        }
    }
    read.head = read.link.to_string();
    if torn > 0 {
        read.warnings.push(Warning::TornTail { path: path.into(), line: read.lines + 1, bytes: torn });
    }
    Ok((read.lines > 0).then_some(read))
}

impl FollowUpRead {
    /// The first record opens the follow-up, in a format that can be read; no other does.
    fn take_in(&mut self, record: Record<FollowUp>) -> Result<(), LineFault> {
        match (&record.event, self.lines) {
            (FollowUp::Opened { format, .. }, 1) => {
                let (written, own) = (Version::parse(format), Version::parse(FORMAT));
                let (Some(written), Some(own)) = (written, own) else { return Err(LineFault::NoStart) };
                if written.major != own.major {
                    return Err(LineFault::NotJson(format!("format {format} is not one of this firedrill")));
                }
                self.appendable = written <= own;
            }
            (FollowUp::Opened { .. }, _) | (_, 1) => return Err(LineFault::NoStart),
            _ => self.all.admit(&record),
        }
        self.records.push(record);
        Ok(())
    }
}
