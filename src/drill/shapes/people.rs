//! People: the keys of drills and deployments that say who takes part, what is referred to, how reports are to be.
//! Invariant: data only.
//! Not here: whether what they say fits together (see `reader::sense`).
//! Used by: drill, deployment.

use super::when::{DATE, TIME_ZONE};
use crate::grammar::{Field, Kind, Shape};

/// The frameworks that reports know controls of.
pub(crate) const FRAMEWORKS: &[&str] = &[
    "dora",
    "ffiec",
    "hipaa",
    "isms-p",
    "iso22301",
    "iso27001",
    "korea-electronic-finance",
    "nist-800-53",
    "pci-dss",
    "soc2",
];
const LANGUAGES: &[&str] = &["en", "ko"];

/// The keys of a drill that the report shows and no run acts on.
pub(super) const RECORDED: &[Field] = &[
    Field::optional(
        "people",
        PEOPLE,
        "[ { name: Kim Minji, role: director } ]",
        "Who takes part, for the report.",
    ),
    Field::optional(
        "approver",
        Kind::Text,
        "Choi Yuna, head of operations",
        "Who approved the drill, for the report.",
    ),
    Field::optional("ticket", Kind::Text, "CHG-1042", "The change ticket, for the report."),
    Field::optional(
        "bia",
        Kind::Either(&Kind::Text, &BIA),
        "{ reference: BIA-2026-07, date: 2026-03-01 }",
        "The business impact analysis that the objectives come from, for the report.",
    ),
    Field::optional("form", Kind::Text, "DR-F-03", "The number of your own form that the report stands for."),
    Field::optional("classification", Kind::Text, "internal", "How confidential the report is."),
];

const PEOPLE: Kind = Kind::List(&Kind::Record(&PERSON));

static PERSON: Shape = Shape {
    name: "person",
    doc: "Someone who takes part in a drill.",
    fields: &[&[
        Field::required("name", Kind::Text, "Kim Minji", "Name."),
        Field::required(
            "role",
            Kind::Text,
            "director",
            "What they do in the drill: director, operator, observer.",
        ),
        Field::optional("organisation", Kind::Text, "Example Corp", "Where they belong."),
        Field::optional("attended", Kind::Bool, "true", "Whether they take part as planned."),
        Field::optional("stand_in_for", Kind::Text, "Park Seojun", "For whom they stand in."),
    ]],
    any_of: &[],
};

static BIA: Shape = Shape {
    name: "business impact analysis",
    doc: "The analysis that objectives come from.",
    fields: &[&[
        Field::required("reference", Kind::Text, "BIA-2026-07", "Its number or title."),
        Field::optional("date", Kind::Rule(&DATE), "2026-03-01", "When it was approved."),
    ]],
    any_of: &[],
};

/// How reports are to be.
pub(super) static REPORT: Shape = Shape {
    name: "report",
    doc: "How the reports of this deployment's runs are to be.",
    fields: &[&[
        Field::optional(
            "languages",
            Kind::OneOrMany(&Kind::Words(LANGUAGES)),
            "[ en, ko ]",
            "In which languages; without it, English.",
        ),
        Field::optional(
            "prevails",
            Kind::Words(LANGUAGES),
            "ko",
            "The edition that prevails where two differ; without it, the first of `languages`.",
        ),
        Field::optional(
            "controls",
            Kind::OneOrMany(&Kind::Words(FRAMEWORKS)),
            "[ iso22301, soc2 ]",
            "For which frameworks the report says what the run is evidence for.",
        ),
        Field::optional(
            "time_zone",
            Kind::Rule(&TIME_ZONE),
            "Asia/Seoul",
            "The zone of local times beside UTC; without it, the deployment's `time_zone`.",
        ),
    ]],
    any_of: &["languages", "prevails", "controls", "time_zone"],
};
