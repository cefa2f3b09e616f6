//! Condition: the keys of the conditions, predicates over what the probes see.
//! Invariant: each condition is a map with one key that says what it looks at.
//! Not here: whether the deployment has what is looked at (see `reader::sense`).
//! Used by: the shapes of drills and steps.

use super::SIDES;
use crate::grammar::{Choice, Field, Kind, Shape};

/// The states of enhanced health: its colours' words and those of an environment that has no data.
/// AWS: Elastic Beanstalk developer guide, health colors and statuses.
pub(crate) const HEALTH: &[&str] =
    &["Ok", "Info", "Warning", "Degraded", "Severe", "NoData", "Unknown", "Pending", "Suspended"];

/// One condition.
pub(crate) static CONDITION: Choice = Choice {
    name: "condition",
    doc: "Something that the probes must see.",
    variants: &[&SITE, &ENVIRONMENT, &HEALTH_CHECK, &TARGETS, &DATABASE, &DNS, &ALARM],
    fallback: &UNREADABLE,
};

static UNREADABLE: Shape = Shape { name: "condition", doc: "", fields: &[], any_of: &[] };

const FOR: Field =
    Field::optional("for", Kind::Time(1), "20s", "How long without a break; without it, at one moment.");
const OF: Field = Field::required("of", Kind::Words(SIDES), "primary", "Whose.");

static SITE: Shape = Shape {
    name: "site condition",
    doc: "What a user of the site sees, by its name and on a new connection.",
    fields: &[&[Field::required(
        "site",
        Kind::Record(&SITE_IS),
        "{ answers: 200, from: primary, writes: true }",
        "What a user sees.",
    )]],
    any_of: &[],
};
static SITE_IS: Shape = Shape {
    name: "site claim",
    doc: "What a user of the site sees.",
    fields: &[&[
        Field::optional("answers", Kind::Whole(100, 599), "200", "The HTTP status."),
        Field::optional("from", Kind::Words(SIDES), "primary", "Which region answers."),
        Field::optional("writes", Kind::Bool, "true", "Whether the deployment's write check works."),
        FOR,
    ]],
    any_of: &["answers", "from", "writes"],
};

static ENVIRONMENT: Shape = Shape {
    name: "environment condition",
    doc: "The enhanced health of a region's Elastic Beanstalk environment.",
    fields: &[&[Field::required(
        "environment",
        Kind::Record(&ENVIRONMENT_IS),
        "{ of: primary, health: [Ok, Info] }",
        "Its health.",
    )]],
    any_of: &[],
};
static ENVIRONMENT_IS: Shape = Shape {
    name: "environment claim",
    doc: "The enhanced health of a region's Elastic Beanstalk environment.",
    fields: &[&[
        OF,
        Field::required("health", Kind::OneOrMany(&Kind::Words(HEALTH)), "[Ok, Info]", "Any of these."),
        FOR,
    ]],
    any_of: &[],
};

static HEALTH_CHECK: Shape = Shape {
    name: "health check condition",
    doc: "The Route 53 health check of a region's failover record.",
    fields: &[&[Field::required(
        "health_check",
        Kind::Record(&HEALTH_CHECK_IS),
        "{ of: primary, is: healthy }",
        "What it says.",
    )]],
    any_of: &[],
};
static HEALTH_CHECK_IS: Shape = Shape {
    name: "health check claim",
    doc: "The Route 53 health check of a region's failover record.",
    fields: &[&[
        OF,
        Field::required("is", Kind::Words(&["healthy", "unhealthy"]), "healthy", "What it says."),
        FOR,
    ]],
    any_of: &[],
};

static TARGETS: Shape = Shape {
    name: "targets condition",
    doc: "The targets behind a region's load balancer.",
    fields: &[&[Field::required(
        "targets",
        Kind::Record(&TARGETS_ARE),
        "{ of: primary, healthy: all }",
        "How many are healthy.",
    )]],
    any_of: &[],
};
static TARGETS_ARE: Shape = Shape {
    name: "targets claim",
    doc: "The targets behind a region's load balancer.",
    fields: &[&[
        OF,
        Field::required(
            "healthy",
            Kind::WordsOrWhole(&["all", "none"]),
            "all",
            "How many are healthy: every registered one, not one, or at least this many.",
        ),
        FOR,
    ]],
    any_of: &[],
};

static DATABASE: Shape = Shape {
    name: "database condition",
    doc: "The Aurora global cluster.",
    fields: &[&[Field::required(
        "database",
        Kind::Record(&DATABASE_IS),
        "{ writer: primary, lag_below: 1s }",
        "Its state.",
    )]],
    any_of: &[],
};
static DATABASE_IS: Shape = Shape {
    name: "database claim",
    doc: "The Aurora global cluster.",
    fields: &[&[
        Field::optional(
            "writer",
            Kind::Words(SIDES),
            "primary",
            "Where the writer is, with no operation running.",
        ),
        Field::optional("lag_below", Kind::Time(1), "1s", "Replication lag of the secondary is below this."),
        FOR,
    ]],
    any_of: &["writer", "lag_below"],
};

static DNS: Shape = Shape {
    name: "dns condition",
    doc: "What the site's name resolves to.",
    fields: &[&[Field::required(
        "dns",
        Kind::Record(&DNS_IS),
        "{ answers: standby, at: resolver }",
        "Its answer.",
    )]],
    any_of: &[],
};
static DNS_IS: Shape = Shape {
    name: "dns claim",
    doc: "What the site's name resolves to.",
    fields: &[&[
        Field::required("answers", Kind::Words(SIDES), "standby", "Whose addresses are in the answer."),
        Field::or(
            "at",
            Kind::Words(&["authoritative", "resolver"]),
            "resolver",
            "authoritative",
            "Who is asked: the zone's own name servers, or the resolver that a user asks.",
        ),
        FOR,
    ]],
    any_of: &[],
};

static ALARM: Shape = Shape {
    name: "alarm condition",
    doc: "A CloudWatch alarm.",
    fields: &[&[Field::required(
        "alarm",
        Kind::Record(&ALARM_IS),
        "{ name: site-down, of: primary, is: OK }",
        "Its state.",
    )]],
    any_of: &[],
};
static ALARM_IS: Shape = Shape {
    name: "alarm claim",
    doc: "A CloudWatch alarm.",
    fields: &[&[
        Field::required("name", Kind::Text, "site-down", "The alarm's name."),
        Field::required("of", Kind::Words(SIDES), "primary", "In which region it is."),
        Field::required("is", Kind::Words(&["OK", "ALARM", "INSUFFICIENT_DATA"]), "ALARM", "Its state."),
        FOR,
    ]],
    any_of: &[],
};
