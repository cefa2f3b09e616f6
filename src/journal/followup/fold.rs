//! Fold: what the records of a follow-up come to.
//! Invariant: `FollowUps::check` is the only judge of what may be written; live and replay use the same.
//! Not here: files (see `reader`, `writer`).
//! Used by: followup; views.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event::{Author, Closing, Finding, FollowUp, Standing};
use crate::{clock::Stamp, id::Seq, journal::event::Record, text};

/// The longest text that may be written down.
const LONGEST: usize = 4_000;

/// Everything that was written down about a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FollowUps {
    /// Notes, in the order written.
    pub notes: Vec<Note>,
    /// Findings, in the order written.
    pub findings: Vec<FindingView>,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its record.
    pub seq: Seq,
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: Author,
    /// What.
    pub text: String,
}

/// One finding with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// Its record.
    pub seq: Seq,
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: Author,
    /// What.
    pub finding: Finding,
    /// How it ended, if it did.
    pub closed: Option<Closed>,
}

/// The end of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Its record.
    pub seq: Seq,
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: Author,
    /// How.
    pub closing: Closing,
}

impl FindingView {
    /// Where it stands on this day.
    pub fn standing(&self, today: Date) -> Standing {
        match &self.closed {
            Some(Closed { closing: Closing { retest: Some(retest), .. }, .. }) => {
                Standing::Fixed { retest: retest.clone() }
            }
            Some(_) => Standing::Closed,
            None if self.finding.due < today => Standing::Overdue,
            None => Standing::Open,
        }
    }
}

/// Why something is not written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No finding has this name.
    #[error("there is no finding {id:?}{}", offer(.nearest, .known))]
    Unknown {
        /// As given.
        id: String,
        /// The nearest there is.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// It is closed already.
    #[error("{id} is closed already, by {by} on {on}: add a new finding if it is there again")]
    ClosedAlready {
        /// The finding.
        id: String,
        /// Who closed it.
        by: Author,
        /// The day, UTC.
        on: String,
    },
    /// A finding is closed without a word of how.
    #[error(
        "say what closes {id}: --retest RUN names the run that showed it fixed, --note says what was done or why nothing is"
    )]
    NoReason {
        /// The finding.
        id: String,
    },
    /// A text that says nothing, or too much.
    #[error("{what} {problem}")]
    Text {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// What opens a follow-up is written by the program alone, and once.
    #[error("a follow-up is opened once")]
    OpenedAgain,
    /// A finding has a name that another one has.
    #[error("there is a finding {id} already")]
    Duplicate {
        /// The name.
        id: String,
    },
}

fn offer(nearest: &Option<String>, known: &[String]) -> String {
    match (nearest, known) {
        (_, []) => ": this run has none; add one with `firedrill finding add`".to_owned(),
        (Some(nearest), _) => format!(": did you mean {nearest}?"),
        (None, known) => format!(": there are {}", known.join(", ")),
    }
}

impl FollowUps {
    /// The fold of records as they were read.
    pub fn of(records: &[Record<FollowUp>]) -> FollowUps {
        let mut all = FollowUps::default();
        records.iter().for_each(|record| all.admit(record));
        all
    }

    /// The name for the next finding.
    pub fn next_id(&self) -> String {
        format!("F{}", self.findings.len() + 1)
    }

    /// The finding of this name, whatever the case of its letter.
    pub fn find(&self, id: &str) -> Result<&FindingView, Refusal> {
        let known = || self.findings.iter().map(|it| it.finding.id.as_str());
        let found = self.findings.iter().find(|it| it.finding.id.eq_ignore_ascii_case(id));
        found.ok_or_else(|| Refusal::Unknown {
            id: id.to_owned(),
            nearest: text::nearest(id, known()).map(str::to_owned),
            known: known().map(str::to_owned).collect(),
        })
    }

    /// Whether this may be written down after what is there.
    pub fn check(&self, event: &FollowUp) -> Result<(), Refusal> {
        match event {
            FollowUp::Opened { .. } => Err(Refusal::OpenedAgain),
            FollowUp::Noted { text, .. } => prose("the note", text),
            FollowUp::FindingAdded { finding, .. } => self.check_added(finding),
            FollowUp::FindingClosed { closing, .. } => self.check_closed(closing),
        }
    }

    fn check_added(&self, finding: &Finding) -> Result<(), Refusal> {
        if self.find(&finding.id).is_ok() {
            return Err(Refusal::Duplicate { id: finding.id.clone() });
        }
        line("the title", &finding.title)?;
        line("the owner", &finding.owner)?;
        finding.evidence.iter().try_for_each(|it| line("the evidence", it))?;
        finding.root_cause.iter().try_for_each(|it| prose("the root cause", it))?;
        finding.action.iter().try_for_each(|it| prose("the action", it))
    }

    fn check_closed(&self, closing: &Closing) -> Result<(), Refusal> {
        let found = self.find(&closing.id)?;
        let id = found.finding.id.clone();
        if let Some(closed) = &found.closed {
            let on = closed.at.wall.strftime("%F").to_string();
            return Err(Refusal::ClosedAlready { id, by: closed.by.clone(), on });
        }
        match (&closing.retest, &closing.note) {
            (None, None) => Err(Refusal::NoReason { id }),
            (_, note) => note.iter().try_for_each(|it| prose("the note", it)),
        }
    }

    /// Takes a record in. What may not follow is passed over: it was refused when it was written, or was not written here.
    pub(super) fn admit(&mut self, record: &Record<FollowUp>) {
        let Record { seq, at, event } = record;
        let (seq, at) = (*seq, *at);
        if self.check(event).is_err() {
            return;
        }
        match event.clone() {
            FollowUp::Opened { .. } => {}
            FollowUp::Noted { by, text } => self.notes.push(Note { seq, at, by, text }),
            FollowUp::FindingAdded { by, finding } => {
                self.findings.push(FindingView { seq, at, by, finding, closed: None });
            }
            FollowUp::FindingClosed { by, closing } => {
                let found =
                    self.findings.iter_mut().find(|it| it.finding.id.eq_ignore_ascii_case(&closing.id));
                if let Some(found) = found {
                    found.closed = Some(Closed { seq, at, by, closing });
                }
            }
        }
    }
}

/// Text of one line.
fn line(what: &'static str, text: &str) -> Result<(), Refusal> {
    prose(what, text)?;
    match text.contains(['\n', '\r']) {
        true => Err(Refusal::Text { what, problem: "must be one line".to_owned() }),
        false => Ok(()),
    }
}

/// Text that says something and holds nothing that a terminal or a page would act on.
fn prose(what: &'static str, text: &str) -> Result<(), Refusal> {
    let problem = if text.trim().is_empty() {
        "says nothing".to_owned()
    } else if text.chars().count() > LONGEST {
        format!("is longer than {LONGEST} characters")
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        "holds a control character".to_owned()
    } else if let Some(word) = key_id(text) {
        format!("holds what reads like an access key ({word}): what is written here is evidence for years")
    } else {
        return Ok(());
    };
    Err(Refusal::Text { what, problem })
}

/// The beginning of a word that is an AWS access key's id: where one is written, the secret is often beside it.
fn key_id(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let key = |word: &&str| {
        word.len() == 20
            && (word.starts_with("AKIA") || word.starts_with("ASIA"))
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let mut found = words.filter(key);
    found.next().map(|word| format!("{}…", &word[..8]))
}
