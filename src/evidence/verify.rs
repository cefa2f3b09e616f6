//! Verify: a run's folder against its own word, file by file and record by record.
//! Invariant: whatever was altered, added, taken away or moved is named; what was not checked is not called whole.
//! Not here: who may write (see `journal`), how a report is made (cli brings it, made again).
//! Used by: cli.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    chains, lines,
    signature::{self, Signature},
    sums::{self, SIGNATURE_FILE, SUMS_FILE},
    trouble::{Kind, Trouble},
};
use crate::journal::{
    chain::{self, Chain},
    followup::{FOLLOWUP_FILE, FollowUp},
    format::JOURNAL_FILE,
    integrity::{Chained, Integrity},
    samples::SAMPLES_FILE,
};

/// The report that says what the folder comes to.
const REPORT_FILE: &str = "report.json";

/// What to look at beside the folder itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Who may sign.
    pub signers: Option<&'a Path>,
    /// The name that must have signed.
    pub identity: Option<&'a str>,
    /// The derived files as they are when they are made again, by name.
    pub made_again: Option<&'a [(String, Vec<u8>)]>,
}

/// What a folder came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The run, as its journal names it.
    pub run: Option<String>,
    /// How many records its journal has, and the last one's hash.
    pub journal: Chained,
    /// The same of its follow-up.
    pub followup: Option<Chained>,
    /// How many files are as they were listed.
    pub files: usize,
    /// How many derived files were made again and are the same.
    pub made_again: Option<usize>,
    /// What can be told of the signature.
    pub signature: Signature,
    /// Everything that is wrong.
    pub troubles: Vec<Trouble>,
}

impl Verification {
    /// True if nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.troubles.is_empty()
    }
}

/// Checks a run's folder.
///
/// # Errors
/// The folder cannot be read at all; a single file that cannot is a trouble.
pub fn verify(folder: &Path, asked: &Asked) -> io::Result<Verification> {
    let mut check = Check { folder, troubles: Vec::new(), differing: BTreeSet::new() };
    let listing = sums::list(folder)?;
    let listed = check.listed();
    let files = check.files(&listing, listed.as_ref());
    let stated = check.stated();
    let journal = check.chain(JOURNAL_FILE, stated.as_ref().map(Stated::journal).as_ref());
    let run = check.run(stated.as_ref());
    let followup = check.followup(&journal, run.as_deref(), stated.as_ref());
    check.samples(stated.as_ref());
    check.count(listed.as_ref(), stated.as_ref());
    let made_again = asked.made_again.map(|files| check.made_again(files));
    let signature = check.signature(asked);
    Ok(Verification {
        run,
        journal: chained(&journal),
        followup: followup.as_ref().map(chained),
        files,
        made_again,
        signature,
        troubles: check.troubles,
    })
}

fn chained(chain: &Chain) -> Chained {
    Chained { chain_head: chain.head.clone(), chain_length: chain.records }
}

/// What the report says of its folder.
#[derive(Deserialize)]
struct Stated {
    run: Option<String>,
    integrity: Integrity,
}

impl Stated {
    fn journal(&self) -> Chained {
        let Integrity { chain_head, chain_length, .. } = &self.integrity;
        Chained { chain_head: chain_head.clone(), chain_length: *chain_length }
    }
}

/// The list as it was read.
struct Listed {
    sums: BTreeMap<PathBuf, String>,
    lines: usize,
}

struct Check<'a> {
    folder: &'a Path,
    troubles: Vec<Trouble>,
    /// Files whose digests are not the listed ones, or that are not listed.
    differing: BTreeSet<PathBuf>,
}

impl Check<'_> {
    fn say(&mut self, file: impl AsRef<Path>, kind: Kind, what: impl Into<String>) {
        self.troubles.push(Trouble::of(file, kind, what));
    }

    /// A file's bytes; `None`, and said, where it cannot be read.
    fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        match fs::read(self.folder.join(name)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                self.say(name, Kind::Unreadable, format!("it cannot be read: {error}"));
                None
            }
        }
    }

    fn listed(&mut self) -> Option<Listed> {
        let Some(bytes) = self.read(SUMS_FILE) else {
            let what = "it is not there: nothing says which files there were; `firedrill report` makes it, of what is \
                        there now";
            self.say(SUMS_FILE, Kind::Missing, what);
            return None;
        };
        let mut listed = Listed { sums: BTreeMap::new(), lines: 0 };
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            listed.lines += 1;
            let read = line.strip_suffix(b"\n").and_then(sums::read_line);
            let what = match read {
                None => "is not one of such a list",
                Some((path, digest)) => match listed.sums.insert(path, digest) {
                    Some(_) => "lists a file for the second time",
                    None => continue,
                },
            };
            let number = listed.lines;
            let trouble = Trouble::of(SUMS_FILE, Kind::Altered, format!("line {number} {what}"));
            self.troubles.push(trouble.at(None, number));
        }
        let whole = listed.sums.len() == listed.lines;
        if whole && sums::text(&listed.sums) != bytes {
            self.say(SUMS_FILE, Kind::Moved, "its lines are not in order: one was moved");
        }
        Some(listed)
    }

    /// Each file that is listed or there; how many are as they were listed.
    fn files(&mut self, there: &sums::Listing, listed: Option<&Listed>) -> usize {
        for odd in &there.odd {
            self.say(
                odd,
                Kind::Added,
                "it is neither file nor folder: what it leads to is not in this folder",
            );
        }
        let Some(listed) = listed else { return 0 };
        let digests = sums::digests(self.folder, &there.files);
        let mut whole = 0;
        for (path, digest) in there.files.iter().zip(digests) {
            let (kind, what) = match (listed.sums.get(path), digest) {
                (Some(listed), Ok(digest)) if *listed == digest => {
                    whole += 1;
                    continue;
                }
                (None, _) => (Kind::Added, "it was added: SHA256SUMS does not list it".to_owned()),
                (_, Err(error)) => (Kind::Unreadable, format!("it cannot be read: {error}")),
                (Some(_), Ok(_)) => {
                    (Kind::Altered, "it was altered: its digest is not the one in SHA256SUMS".to_owned())
                }
            };
            self.differing.insert(path.clone());
            self.say(path, kind, what);
        }
        let present: BTreeSet<&PathBuf> = there.files.iter().collect();
        for path in listed.sums.keys().filter(|path| !present.contains(path)) {
            self.say(path, Kind::Missing, "it is missing: SHA256SUMS lists it");
        }
        whole
    }

    fn stated(&mut self) -> Option<Stated> {
        let Some(bytes) = self.read(REPORT_FILE) else {
            if !self.troubles.iter().any(|it| it.file == REPORT_FILE) {
                self.say(REPORT_FILE, Kind::Missing, "it is missing: nothing says where the journal ended");
            }
            return None;
        };
        match serde_json::from_slice(&bytes) {
            Ok(stated) => Some(stated),
            Err(error) => {
                let what = format!("it does not say how many files and records there were: {error}");
                self.say(REPORT_FILE, Kind::Unreadable, what);
                None
            }
        }
    }

    fn chain(&mut self, name: &str, stated: Option<&Chained>) -> Chain {
        let bytes = self.read(name).unwrap_or_default();
        let chain = chain::examine(&bytes);
        let missing = self.troubles.iter().any(|it| it.file == name && it.kind == Kind::Missing);
        if !missing {
            self.troubles.extend(chains::troubles(name, &chain, stated));
        }
        chain
    }

    /// The run's name by its journal's first line; the report must be of the same.
    fn run(&mut self, stated: Option<&Stated>) -> Option<String> {
        let bytes = self.read(JOURNAL_FILE)?;
        let first: Value = serde_json::from_slice(bytes.split(|byte| *byte == b'\n').next()?).ok()?;
        let run = first["event"]["run_started"]["run"].as_str()?.to_owned();
        if let Some(other) = stated.and_then(|it| it.run.as_deref()).filter(|other| *other != run) {
            self.say(
                REPORT_FILE,
                Kind::Differs,
                format!("it is of the run {other:?}, and the journal of {run:?}"),
            );
        }
        Some(run)
    }

    fn followup(&mut self, journal: &Chain, run: Option<&str>, report: Option<&Stated>) -> Option<Chain> {
        let stated = report.and_then(|it| it.integrity.followup.as_ref());
        let bytes = match self.read(FOLLOWUP_FILE) {
            Some(bytes) => bytes,
            None => {
                if stated.is_some() && !self.troubles.iter().any(|it| it.file == FOLLOWUP_FILE) {
                    self.say(
                        FOLLOWUP_FILE,
                        Kind::Missing,
                        "it is missing: report.json says that there was one",
                    );
                }
                return None;
            }
        };
        // A report that knows of none says that there were no records, unless the file is called an added one already.
        let none = Chained { chain_head: String::new(), chain_length: 0 };
        let known = report.is_none() || self.differing.contains(Path::new(FOLLOWUP_FILE));
        let stated = stated.or_else(|| (!known).then_some(&none));
        let chain = self.chain(FOLLOWUP_FILE, stated);
        let first =
            bytes.split(|byte| *byte == b'\n').next().and_then(|line| serde_json::from_slice(line).ok());
        let opened =
            first.and_then(|line: Value| serde_json::from_value::<FollowUp>(line["event"].clone()).ok());
        // What is wrong with the journal is said of the journal.
        if !self.troubles.iter().any(|it| it.file == JOURNAL_FILE) {
            self.troubles.extend(chains::anchor(opened.as_ref(), run, journal));
        }
        Some(chain)
    }

    /// Only a digest shows that something is wrong there; then what can be told of it is told.
    fn samples(&mut self, stated: Option<&Stated>) {
        if self.differing.contains(Path::new(SAMPLES_FILE))
            && let Some(bytes) = self.read(SAMPLES_FILE)
        {
            self.troubles.extend(lines::troubles(&bytes, stated.map(|it| it.integrity.samples)));
        }
    }

    /// A line that was taken out of the list, together with its file, shows in the report's count.
    fn count(&mut self, listed: Option<&Listed>, stated: Option<&Stated>) {
        if let (Some(listed), Some(stated)) = (listed, stated)
            && listed.lines != stated.integrity.files
        {
            let (kind, files) = match listed.lines < stated.integrity.files {
                true => (Kind::Missing, stated.integrity.files),
                false => (Kind::Added, stated.integrity.files),
            };
            let what = format!("it lists {} files, and report.json counted {files}", listed.lines);
            self.say(SUMS_FILE, kind, what);
        }
    }

    fn made_again(&mut self, files: &[(String, Vec<u8>)]) -> usize {
        let mut same = 0;
        for (name, wanted) in files {
            match self.read(name) {
                Some(bytes) if bytes == *wanted => same += 1,
                Some(_) => {
                    let what =
                        "made again from the journal, the samples and the follow-up, it is another one";
                    self.say(name, Kind::Differs, what);
                }
                None if self.troubles.iter().any(|it| it.file == *name) => {}
                None => self.say(name, Kind::Missing, "it is missing: the run's report has one"),
            }
        }
        same
    }

    fn signature(&mut self, asked: &Asked) -> Signature {
        let signature = signature::look(self.folder, asked.signers, asked.identity);
        let wanted = asked.signers.is_some();
        match &signature {
            Signature::None if wanted => {
                self.say(SIGNATURE_FILE, Kind::Missing, "it is missing: SHA256SUMS is not signed");
            }
            Signature::Wrong { why } => {
                let what = format!(
                    "it does not vouch for SHA256SUMS as it is: {why}. A note or a finding that was added after signing \
                     does that too: sign again with `firedrill report RUN --sign KEY`"
                );
                self.say(SIGNATURE_FILE, Kind::Signature, what);
            }
            Signature::Unchecked { why } if wanted => {
                self.say(SIGNATURE_FILE, Kind::Signature, format!("it could not be checked: {why}"));
            }
            _ => {}
        }
        signature
    }
}
