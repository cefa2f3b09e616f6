//! Drill: the keys of a drill's file.
//! Invariant: whatever has a default says it here.
//! Not here: steps and conditions (see beside this file).
//! Used by: reader; the schema.

use super::rule::DEPLOYMENT;
use super::{condition::CONDITION, guards::READY, people::RECORDED, step::STEP, when::PERIOD};
use crate::grammar::{Field, Kind, Shape, rule::NAME};

/// A drill's file.
pub(crate) static DRILL: Shape = Shape {
    name: "drill",
    doc: "What is broken on purpose, what must then be seen, and what counts as passed.",
    fields: &[
        &[
            Field::required(
                "drill",
                Kind::Rule(&NAME),
                "seoul-outage",
                "Its name, also in the names of its runs.",
            ),
            Field::optional(
                "title",
                Kind::Text,
                "Seoul stops serving; Tokyo takes over",
                "One sentence for people.",
            ),
            Field::required(
                "deployment",
                Kind::Rule(&DEPLOYMENT),
                "wordpress",
                "The system under drill: `wordpress` is the file deployments/wordpress.yaml beside this one; a value with \
             `/` or ending in .yaml is a path from here.",
            ),
            Field::optional(
                "objectives",
                Kind::Record(&OBJECTIVES),
                "{ recovery_time: 10m }",
                "The limits a run is judged by, each against the upper bound of what was measured.",
            ),
            Field::optional(
                "steady_state",
                CONDITIONS,
                "[ { site: { answers: 200 } } ]",
                "Must hold before the first change, and again at the end.",
            ),
            Field::optional(
                "stop_when",
                CONDITIONS,
                "[ { health_check: { of: standby, is: unhealthy, for: 20s } } ]",
                "Any of these ends the run early and restores.",
            ),
            Field::or(
                "time_limit",
                Kind::Time(1),
                "1h",
                "45m",
                "The run's own end, restoration not counted.",
            ),
            Field::or("probe_interval", Kind::Time(50), "200ms", "200ms", "How often the site is probed."),
            Field::optional(
                "every",
                Kind::Rule(&PERIOD),
                "90d",
                "How often it is to be run: `history` tells when it is due, and its gate fails when that has passed.",
            ),
            Field::optional(
                "ready",
                Kind::Record(&READY),
                "{ accept: [ alarms-quiet ] }",
                "What is accepted of the readiness checks in this drill, beside what its deployment accepts.",
            ),
            Field::required(
                "steps",
                Kind::List(&Kind::Choice(&STEP)),
                "[ { hold: 30s } ]",
                "What happens, in order.",
            ),
        ],
        RECORDED,
    ],
    any_of: &[],
};

const CONDITIONS: Kind = Kind::List(&Kind::Choice(&CONDITION));

static OBJECTIVES: Shape = Shape {
    name: "objectives",
    doc: "The limits a run is judged by.",
    fields: &[&[
        Field::optional(
            "recovery_time",
            Kind::Time(1),
            "10m",
            "From the interruption users saw to the recovery they saw.",
        ),
        Field::optional("data_loss", Kind::Time(1), "5s", "The newest lost write may be this old."),
        Field::optional(
            "detection",
            Kind::Time(1),
            "2m",
            "From the interruption to the first automatic detection.",
        ),
    ]],
    any_of: &["recovery_time", "data_loss", "detection"],
};
