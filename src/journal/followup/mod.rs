//! Followup: `followup.jsonl`, what people write down about a run beside its journal: notes, findings, how they ended.
//! Invariant: framed and chained as a journal is; its first record holds the run's id and the head and length that the run's
//! journal had then, so that the two belong together; nothing in it changes what the run was.
//! Not here: the run's own records (see `writer`), which words a person sees (see `cli`).
//! Used by: cli writes and reads; evidence checks; the report shows.

pub mod event;
mod fold;
mod reader;
mod writer;

pub use self::{
    event::{Author, Closing, EarlierFinding, FOLLOWUP_FILE, Finding, FollowUp, Severity, Standing, date},
    fold::{Closed, FindingView, FollowUps, Note, Refusal},
    reader::{FollowUpRead, read},
    writer::append,
};

#[cfg(test)]
mod tests;
