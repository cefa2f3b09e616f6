//! Guards: the keys of a deployment that say when and how much.
//! Invariant: data only.
//! Not here: what is refused because of them (see `plan::guard`).
//! Used by: deployment.

use super::when::{DAYS, TIME_OF_DAY};
use crate::{
    drill::readiness::CHECKS,
    grammar::{Field, Kind, Shape, rule::Rule},
};

/// When drills may run.
pub(super) static WINDOW: Shape = Shape {
    name: "window",
    doc: "A time of day on some days of the week.",
    fields: &[&[
        Field::or(
            "days",
            Kind::OneOrMany(&Kind::Rule(&DAYS)),
            "Mon-Sun",
            "[ Mon-Thu, Sat ]",
            "The days on which it opens.",
        ),
        Field::required("from", Kind::Rule(&TIME_OF_DAY), "\"09:00\"", "When it opens."),
        Field::required(
            "to",
            Kind::Rule(&TIME_OF_DAY),
            "\"17:00\"",
            "When it closes: on the next day, if that is not after `from`.",
        ),
    ]],
    any_of: &[],
};

/// Where a change freeze is announced.
pub(super) static FREEZE: Shape = Shape {
    name: "freeze",
    doc: "Where a change freeze is announced: it is one unless there is nothing, or it reads off, false, no or 0.",
    fields: &[&[
        Field::optional("file", Kind::Text, "FREEZE", "A file, its path from the deployment's file."),
        Field::optional(
            "parameter",
            Kind::Rule(&PARAMETER),
            "/ops/change-freeze",
            "A parameter of Systems Manager, looked for in both regions.",
        ),
    ]],
    any_of: &["file", "parameter"],
};

static PARAMETER: Rule = Rule {
    wants: "a parameter's name",
    pattern: "^[A-Za-z0-9_./-]+$",
    check: |text| {
        let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-');
        match text.bytes().all(inside) && text.len() <= 1011 {
            true => Ok(()),
            false => Err("a parameter reads like `/ops/change-freeze`".to_owned()),
        }
    },
};

/// What is accepted of the readiness checks.
pub(super) static READY: Shape = Shape {
    name: "readiness",
    doc: "What `firedrill ready` finds and a run goes on with all the same.",
    fields: &[&[Field::required(
        "accept",
        Kind::OneOrMany(&Kind::Words(CHECKS)),
        "[ web-acl-rules ]",
        "Checks that may fail or warn: a run says so, and is not refused for them.",
    )]],
    any_of: &[],
};

/// How much a run may touch.
pub(super) static LIMITS: Shape = Shape {
    name: "set of limits",
    doc: "How much a run may touch at most; one that would touch more is refused.",
    fields: &[&[
        Field::optional("rules", Kind::Whole(1, 10_000), "10", "Security group rules."),
        Field::optional("groups", Kind::Whole(1, 1_000), "2", "Security groups."),
        Field::optional(
            "instances",
            Kind::Whole(1, 100_000),
            "20",
            "Instances of the deployment that are cut off.",
        ),
        Field::or(
            "others",
            Kind::Whole(0, 100_000),
            "0",
            "0",
            "Network interfaces in those groups that do not belong to the deployment's environment.",
        ),
        Field::or("regions", Kind::Whole(1, 2), "1", "1", "Regions that are harmed."),
    ]],
    any_of: &[],
};
