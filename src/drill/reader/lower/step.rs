//! Step: a step's record to the model.
//! Invariant: steps are numbered in the order written, those inside a `together` after it.
//! Not here: whether steps fit together (see `sense`).
//! Used by: lower; sense, for the same names.

use serde_json::Map;

use super::condition;
use crate::{
    drill::{
        catalogue,
        model::{ChangeSpec, Step, StepKind},
    },
    grammar::record::{Record, Value},
    id::StepId,
    text,
};

/// Gives each step its number in the order written, those inside `together` after it.
#[derive(Default)]
pub(in crate::drill::reader) struct Numbers(usize);

impl Numbers {
    /// The step's name: what `as` says, else made from its number.
    pub(in crate::drill::reader) fn name(&mut self, step: &Record) -> String {
        self.0 += 1;
        step.text("as").map_or_else(|| format!("step-{}", self.0), str::to_owned)
    }
}

/// The steps of a list.
pub(super) fn all(record: &Record, name: &str, numbers: &mut Numbers) -> Option<Vec<Step>> {
    record.records(name).map(|step| one(step, numbers)).collect()
}

fn one(record: &Record, numbers: &mut Numbers) -> Option<Step> {
    let id = StepId(numbers.name(record));
    let kind = kind(record, numbers)?;
    let title = record.text("title").map_or_else(|| title(record, &kind), str::to_owned);
    Some(Step { id, title, kind })
}

fn kind(record: &Record, numbers: &mut Numbers) -> Option<StepKind> {
    Some(match record.head() {
        "fault" => StepKind::Fault(change(record)?),
        "recover" => StepKind::Recover(change(record)?),
        "await" => StepKind::Await {
            until: condition::all(record, "until")?,
            within: record.time("within")?,
            hold: record.time("hold").unwrap_or_default(),
        },
        "hold" => StepKind::Hold { time: record.time("hold")? },
        "restore" => StepKind::Restore { of: StepId::from(record.text("restore")?) },
        "approve" => match &record.item("approve")?.value {
            Value::Record(approval) => StepKind::Approve {
                question: approval.text("question")?.to_owned(),
                within: approval.time("within")?,
            },
            question => {
                StepKind::Approve { question: question.text()?.to_owned(), within: record.time("within")? }
            }
        },
        "run" => StepKind::Run {
            command: record.texts("run"),
            restore: record.item("restore_with").map(|_| record.texts("restore_with")),
            within: record.time("within")?,
        },
        "together" => StepKind::Together { steps: all(record, "together", numbers)? },
        _ => return None,
    })
}

/// The change's kind with the parameters that its catalogue entry lists.
fn change(record: &Record) -> Option<ChangeSpec> {
    let entry = catalogue::find(record.text(record.head())?)?;
    let given = |name| record.item(name).map(|item| (String::from(name), item.value.json()));
    let params: Map<_, _> = entry.params().filter_map(given).collect();
    Some(ChangeSpec { kind: entry.kind.to_owned(), params })
}

/// What a step without a title is called.
fn title(record: &Record, kind: &StepKind) -> String {
    match kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => {
            let mut words = vec![spec.kind.clone()];
            for (name, value) in &spec.params {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                words.push(format!("{name} {value}"));
            }
            words.join(", ")
        }
        StepKind::Await { .. } => record.text("await").unwrap_or_default().to_owned(),
        StepKind::Hold { time } => format!("hold for {}", text::duration(*time)),
        StepKind::Restore { of } => format!("restore {of}"),
        StepKind::Approve { question, .. } => question.clone(),
        StepKind::Run { command, .. } => format!("run {}", command.join(" ")),
        StepKind::Together { steps } => format!("{} at the same time", text::plural(steps.len(), "step")),
    }
}
