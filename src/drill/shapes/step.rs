//! Step: the keys of the steps other than changes.
//! Invariant: each step is a map with one key, the head, that says what it does.
//! Not here: the parameters of faults and recoveries (see `catalogue`).
//! Used by: the shape of drills.

use super::{condition::CONDITION, named::NAMED};
use crate::{
    drill::catalogue,
    grammar::{Choice, Field, Kind, Shape, rule::NAME},
};

/// One step.
pub(crate) static STEP: Choice = Choice {
    name: "step",
    doc: "One thing that happens in a drill.",
    variants: &[
        &catalogue::REVOKE_INGRESS,
        &catalogue::NOOP,
        &catalogue::HOLD,
        &catalogue::SWITCHOVER,
        &catalogue::FAILOVER,
        &catalogue::HOLD_TRAFFIC,
        &AWAIT,
        &HOLD,
        &RESTORE,
        &APPROVE,
        &RUN,
        &TOGETHER,
    ],
    fallback: &UNREADABLE,
};

/// What is still read of a step that is none: its name, since other steps may refer to it.
pub(crate) static UNREADABLE: Shape =
    Shape { name: "step", doc: "", fields: &[&[NO_HEAD], NAMED], any_of: &[] };
const NO_HEAD: Field = Field::optional("", Kind::Text, "", "");

static AWAIT: Shape = Shape {
    name: "await step",
    doc: "Waits until every condition holds at once.",
    fields: &[
        &[
            Field::required("await", Kind::Text, "\"Tokyo serves\"", "What is awaited, for people."),
            Field::required(
                "until",
                Kind::List(&Kind::Choice(&CONDITION)),
                "[ { site: { answers: 200 } } ]",
                "All must hold at once.",
            ),
            Field::required("within", Kind::Time(1), "10m", "After this the step has failed."),
            Field::optional("hold", Kind::Time(1), "30s", "How long they must go on holding."),
        ],
        NAMED,
    ],
    any_of: &[],
};

static HOLD: Shape = Shape {
    name: "hold step",
    doc: "Waits for a time.",
    fields: &[&[Field::required("hold", Kind::Time(1), "30s", "How long.")], NAMED],
    any_of: &[],
};

static RESTORE: Shape = Shape {
    name: "restore step",
    doc: "Restores and verifies what an earlier step changed.",
    fields: &[
        &[Field::required("restore", Kind::Rule(&NAME), "port-80-closed", "The step, by its name.")],
        NAMED,
    ],
    any_of: &[],
};

static APPROVE: Shape = Shape {
    name: "approve step",
    doc: "A person says go.",
    fields: &[
        &[
            Field::required(
                "approve",
                Kind::Either(&Kind::Text, &APPROVAL),
                "\"Is Tokyo staffed?\"",
                "The question.",
            ),
            Field::or(
                "within",
                Kind::Time(1),
                "15m",
                "30m",
                "Without an answer by then the step has failed.",
            ),
        ],
        NAMED,
    ],
    any_of: &[],
};
static APPROVAL: Shape = Shape {
    name: "approval",
    doc: "A question to a person.",
    fields: &[&[
        Field::required("question", Kind::Text, "\"Is Tokyo staffed?\"", "The question."),
        Field::or("within", Kind::Time(1), "15m", "30m", "Without an answer by then the step has failed."),
    ]],
    any_of: &[],
};

pub(crate) static RUN: Shape = Shape {
    name: "run step",
    doc: "Runs a command of your own; no shell reads it.",
    fields: &[
        &[
            Field::required(
                "run",
                Kind::List(&Kind::Text),
                "[./stop-batch.sh, seoul]",
                "Program and arguments.",
            ),
            Field::required("within", Kind::Time(1), "2m", "After this it is ended and the step has failed."),
            Field::optional(
                "restore_with",
                Kind::List(&Kind::Text),
                "[./start-batch.sh, seoul]",
                "What undoes it.",
            ),
        ],
        NAMED,
    ],
    any_of: &[],
};

static TOGETHER: Shape = Shape {
    name: "together step",
    doc: "Steps that run at the same time; done when all are.",
    fields: &[
        &[Field::required("together", Kind::List(&Kind::Choice(&STEP)), "[ { hold: 30s } ]", "The steps.")],
        NAMED,
    ],
    any_of: &[],
};
