//! Deployment: the keys of a deployment's file.
//! Invariant: a region is described the same way on both sides.
//! Not here: whether two regions can be a pair (see `reader::sense`).
//! Used by: reader; the schema.

use super::{
    guards::{FREEZE, LIMITS, READY, WINDOW},
    people::REPORT,
    rule::{HEADER, ROLE, SOCKET, TAG, URL},
    when::{DATES, TIME_ZONE},
};
use crate::grammar::{
    Field, Kind, Shape,
    rule::{ACCOUNT, NAME, REGION},
};

/// A deployment's file.
pub(crate) static DEPLOYMENT: Shape = Shape {
    name: "deployment",
    doc: "A two-region system: where it is, how its users reach it, what firedrill may change in it.",
    fields: &[&[
        Field::required(
            "deployment",
            Kind::Rule(&NAME),
            "wordpress",
            "The name that drills use for it; also the file's name.",
        ),
        Field::required(
            "account",
            Kind::Rule(&ACCOUNT),
            "\"111122223333\"",
            "The AWS account it lives in; a run with credentials of another account is refused.",
        ),
        Field::required("site", Kind::Rule(&URL), "https://www.example.com/", "How a user reaches it."),
        Field::optional(
            "write_check",
            Kind::Either(&Kind::Rule(&URL), &WRITE_CHECK),
            "https://www.example.com/write-check",
            "A request that proves that writes work: any 2xx answer is a write that worked. Sent as POST.",
        ),
        Field::optional(
            "resolver",
            Kind::Rule(&SOCKET),
            "127.0.0.1:5353",
            "The DNS server to ask instead of the system's: an IP address with a port, never a name.",
        ),
        Field::optional(
            "marker",
            Kind::Record(&MARKER),
            "{ header: X-Served-By, primary: ap-northeast-2, standby: ap-northeast-1 }",
            "What in an answer tells which region gave it; without it the address tells.",
        ),
        Field::required(
            "primary",
            Kind::Record(&REGION_OF),
            "{ region: ap-northeast-2, environment: wordpress-seoul }",
            "The region that serves before a drill.",
        ),
        Field::required(
            "standby",
            Kind::Record(&REGION_OF),
            "{ region: ap-northeast-1, environment: wordpress-tokyo }",
            "The region that takes over.",
        ),
        Field::optional(
            "database",
            Kind::Record(&DATABASE),
            "{ global_cluster: wordpress-global }",
            "The database, if drills touch one.",
        ),
        Field::optional(
            "allow",
            Kind::Record(&ALLOW),
            "{ tag: \"firedrill=allowed\" }",
            "What may be changed; without it, whatever a drill needs to.",
        ),
        Field::optional(
            "windows",
            Kind::List(&Kind::Record(&WINDOW)),
            "[ { days: Mon-Fri, from: \"09:00\", to: \"17:00\" } ]",
            "When drills may run: a run is refused unless its whole time limit fits in. Without it, at any time.",
        ),
        Field::optional(
            "blackout",
            Kind::OneOrMany(&Kind::Rule(&DATES)),
            "[ 2026-12-20..2027-01-05 ]",
            "Dates on which no drill may run, first and last included.",
        ),
        Field::optional(
            "time_zone",
            Kind::Rule(&TIME_ZONE),
            "Asia/Seoul",
            "The time zone of `windows` and `blackout`; without it, UTC.",
        ),
        Field::optional(
            "freeze",
            Kind::Record(&FREEZE),
            "{ file: FREEZE }",
            "Where a change freeze is announced; while it is, a run is refused.",
        ),
        Field::optional(
            "limits",
            Kind::Record(&LIMITS),
            "{ rules: 10, instances: 20 }",
            "How much a run may touch at most.",
        ),
        Field::or(
            "account_lock",
            Kind::Bool,
            "true",
            "false",
            "Whether runs keep a lock and a breadcrumb in the account's Parameter Store, and watch its safety switch.",
        ),
        Field::or(
            "check_rights",
            Kind::Bool,
            "true",
            "false",
            "Whether it is asked before a run that everything it calls is allowed; what nobody can tell refuses the run.",
        ),
        Field::optional(
            "ready",
            Kind::Record(&READY),
            "{ accept: [ web-acl-rules ] }",
            "What is accepted of the readiness checks in every drill of this deployment.",
        ),
        Field::optional(
            "report",
            Kind::Record(&REPORT),
            "{ languages: [ en, ko ], controls: [ iso22301 ], time_zone: Asia/Seoul }",
            "How the reports of this deployment's runs are to be.",
        ),
    ]],
    any_of: &[],
};

static WRITE_CHECK: Shape = Shape {
    name: "write check",
    doc: "A request that proves that writes work.",
    fields: &[&[
        Field::required("url", Kind::Rule(&URL), "https://www.example.com/write-check", "Where it is sent."),
        Field::or("method", Kind::Words(&["POST", "PUT", "PATCH", "GET"]), "POST", "POST", "How it is sent."),
    ]],
    any_of: &[],
};

static MARKER: Shape = Shape {
    name: "marker",
    doc: "What in an answer tells the region: a part of one header's value, or of the body.",
    fields: &[&[
        Field::optional("header", Kind::Rule(&HEADER), "X-Served-By", "The header to look in."),
        Field::optional("body", Kind::Bool, "true", "Look in the body."),
        Field::required("primary", Kind::Text, "ap-northeast-2", "A part that only the primary sends."),
        Field::required("standby", Kind::Text, "ap-northeast-1", "A part that only the standby sends."),
    ]],
    any_of: &["header", "body"],
};

/// One region.
static REGION_OF: Shape = Shape {
    name: "region",
    doc: "One region of a deployment.",
    fields: &[&[
        Field::required("region", Kind::Rule(&REGION), "ap-northeast-2", "The region's name."),
        Field::required(
            "environment",
            Kind::Text,
            "wordpress-seoul",
            "The Elastic Beanstalk environment's name.",
        ),
        Field::optional(
            "role_arn",
            Kind::Rule(&ROLE),
            "arn:aws:iam::111122223333:role/firedrill",
            "A role to assume for this region.",
        ),
        Field::optional(
            "profile",
            Kind::Text,
            "drills",
            "A profile of the AWS configuration for this region.",
        ),
    ]],
    any_of: &[],
};

static DATABASE: Shape = Shape {
    name: "database",
    doc: "The database of a deployment.",
    fields: &[&[Field::required(
        "global_cluster",
        Kind::Text,
        "wordpress-global",
        "The Aurora global cluster's identifier.",
    )]],
    any_of: &[],
};

static ALLOW: Shape = Shape {
    name: "permission",
    doc: "What may be changed.",
    fields: &[&[
        Field::required(
            "tag",
            Kind::Rule(&TAG),
            "\"firedrill=allowed\"",
            "Security groups, health checks and database clusters are changed only if they carry this tag, as key=value.",
        ),
        Field::optional(
            "regions",
            Kind::List(&Kind::Rule(&REGION)),
            "[ us-east-1 ]",
            "Regions beside the deployment's own two that a run may affect, such as a third member of the global cluster.",
        ),
    ]],
    any_of: &[],
};
