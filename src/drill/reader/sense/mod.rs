//! Sense: whether what is written can be meant, beyond each value on its own.
//! Invariant: pure; needs no AWS; each problem is reported once, at the place to change.
//! Not here: kinds and keys (see `grammar::walk`).
//! Used by: reader.

mod changes;
mod claims;
mod deployment;
mod objectives;
mod people;
mod restores;
mod steps;
mod times;

use super::{
    super::catalogue::{self, Entry},
    lower::Numbers,
};
use crate::{
    diagnostic::{Diagnostic, FileId, Place, Problems, Span},
    grammar::record::Record,
};

pub(super) use self::deployment::deployment;

/// What the checks look at.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// The drill's record.
    pub drill: &'a Record,
    /// The drill's file.
    pub file: FileId,
    /// The deployment's record, if its file could be read.
    pub deployment: Option<&'a Record>,
}

/// Checks the drill as a whole.
pub(super) fn drill(given: Given<'_>, problems: &mut Problems) {
    let steps = number(given.drill);
    let mut case = Case { given, steps: &steps, problems };
    steps::check(&mut case);
    restores::check(&mut case);
    changes::check(&mut case);
    claims::check(&mut case);
    objectives::check(&mut case);
    times::check(&mut case);
    people::check(&mut case);
}

/// One step, with what its place among the others says.
struct StepAt<'a> {
    /// Its name.
    name: String,
    /// What is written.
    record: &'a Record,
    /// The place of the `together` it stands in.
    inside: Option<usize>,
    /// What it changes, if it is a fault or recovery.
    change: Option<&'static Entry>,
}

struct Case<'a> {
    given: Given<'a>,
    /// All steps, those inside a `together` after it.
    steps: &'a [StepAt<'a>],
    problems: &'a mut Problems,
}

impl<'a> Case<'a> {
    fn at(&self, span: Span) -> Place {
        Place { file: self.given.file, span }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Every list of conditions with what it is for.
    fn conditions(&self) -> Vec<(Purpose<'a>, Vec<&'a Record>)> {
        let drill = self.given.drill;
        let mut lists = vec![
            (Purpose::SteadyState, drill.records("steady_state").collect()),
            (Purpose::StopWhen, drill.records("stop_when").collect()),
        ];
        let awaits = self.steps.iter().filter(|step| step.record.head() == "await");
        lists
            .extend(awaits.map(|step| (Purpose::Await(step.record), step.record.records("until").collect())));
        lists
    }
}

/// Where a step's own name stands, or what stands for the step.
fn name_span(record: &Record) -> Span {
    record.item("as").map_or_else(|| record.head_span(), |item| item.span)
}

/// What a list of conditions is for.
#[derive(Debug, Clone, Copy)]
enum Purpose<'a> {
    SteadyState,
    StopWhen,
    Await(&'a Record),
}

/// The steps in the order in which they are numbered.
fn number(drill: &Record) -> Vec<StepAt<'_>> {
    fn walk<'a>(
        of: &'a Record,
        key: &str,
        inside: Option<usize>,
        numbers: &mut Numbers,
        into: &mut Vec<StepAt<'a>>,
    ) {
        for record in of.records(key) {
            let change = record.text(record.head()).filter(|_| matches!(record.head(), "fault" | "recover"));
            let change = change.and_then(catalogue::find);
            into.push(StepAt { name: numbers.name(record), record, inside, change });
            if record.head() == "together" {
                let own = into.len() - 1;
                walk(record, "together", Some(own), numbers, into);
            }
        }
    }
    let mut steps = Vec::new();
    walk(drill, "steps", None, &mut Numbers::default(), &mut steps);
    steps
}
