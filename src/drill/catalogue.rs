//! Catalogue: the kinds of changes a drill may ask for, with their parameters.
//! Invariant: the parameters of a `ChangeSpec` are those of its kind here, defaults filled in.
//! Not here: what a change does (see `change`).
//! Used by: the reader; change, for the names; docs.
//!
//! Each shape has three groups of keys: the head with the kind's name, the kind's own parameters, and what every
//! step may have.

use super::shapes::{SIDES, named::NAMED};
use crate::grammar::{Field, Kind, Shape};

/// One kind of change.
#[derive(Debug)]
pub struct Entry {
    /// Its name, for example `ec2.revoke-ingress`.
    pub kind: &'static str,
    /// Whether it is a harm or a recovery.
    pub verb: Verb,
    /// Whether it can interrupt users: then recovery can be measured.
    pub interrupts: bool,
    /// Whether it moves the database's writer.
    pub moves_writer: bool,
    shape: &'static Shape,
}

/// Whether a change is a harm or a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Written `fault: KIND`.
    Fault,
    /// Written `recover: KIND`.
    Recover,
}

impl Entry {
    /// One sentence: what it does.
    pub fn doc(&self) -> &'static str {
        self.shape.doc
    }

    /// Its parameters' names.
    pub fn params(&self) -> impl Iterator<Item = &'static str> {
        self.fields().map(|field| field.name)
    }

    /// Its parameters.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.shape.fields.get(1).into_iter().flat_map(|group| group.iter())
    }
}

/// Every kind.
pub static ENTRIES: &[Entry] = &[
    Entry {
        kind: "ec2.revoke-ingress",
        verb: Verb::Fault,
        interrupts: true,
        moves_writer: false,
        shape: &REVOKE_INGRESS,
    },
    Entry { kind: "noop", verb: Verb::Fault, interrupts: false, moves_writer: false, shape: &NOOP },
    Entry { kind: "hold", verb: Verb::Fault, interrupts: false, moves_writer: false, shape: &HOLD },
    Entry {
        kind: "rds.switchover-global-cluster",
        verb: Verb::Recover,
        interrupts: true,
        moves_writer: true,
        shape: &SWITCHOVER,
    },
    Entry {
        kind: "rds.failover-global-cluster",
        verb: Verb::Recover,
        interrupts: true,
        moves_writer: true,
        shape: &FAILOVER,
    },
    Entry {
        kind: "route53.hold-traffic",
        verb: Verb::Recover,
        interrupts: false,
        moves_writer: false,
        shape: &HOLD_TRAFFIC,
    },
];

/// The kind of that name.
pub fn find(kind: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.kind == kind)
}

const fn fault(kind: &'static str) -> Field {
    Field::required("fault", Kind::Exactly(kind), kind, "The kind of harm.")
}

const fn recover(kind: &'static str) -> Field {
    Field::required("recover", Kind::Exactly(kind), kind, "The kind of recovery.")
}

const TO: Field = Field::required("to", Kind::Words(SIDES), "standby", "The region that gets it.");

pub(super) static REVOKE_INGRESS: Shape = Shape {
    name: "fault ec2.revoke-ingress",
    doc: "Closes a port of a region's instances: no ingress rule of their security groups admits it any more.",
    fields: &[
        &[fault("ec2.revoke-ingress")],
        &[
            Field::required("of", Kind::Words(SIDES), "primary", "Which region's instances."),
            Field::required("port", Kind::Whole(1, 65_535), "80", "The port to close."),
            Field::or(
                "method",
                Kind::Words(&["revoke", "narrow"]),
                "revoke",
                "narrow",
                "revoke: rules are removed and created again, with new ids; narrow: rules are changed to let no one \
                 in, and keep their ids.",
            ),
            Field::or("protocol", Kind::Words(&["tcp", "udp"]), "tcp", "tcp", "The port's protocol."),
        ],
        NAMED,
    ],
    any_of: &[],
};

pub(super) static NOOP: Shape = Shape {
    name: "fault noop",
    doc: "Changes nothing: for trying out a drill.",
    fields: &[&[fault("noop")], &[], NAMED],
    any_of: &[],
};

pub(super) static HOLD: Shape = Shape {
    name: "fault hold",
    doc: "Changes nothing, and takes until a file exists: a meeting point for tests.",
    fields: &[
        &[fault("hold")],
        &[Field::required("until_file", Kind::Text, "/tmp/go", "The file to wait for.")],
        NAMED,
    ],
    any_of: &[],
};

pub(super) static SWITCHOVER: Shape = Shape {
    name: "recover rds.switchover-global-cluster",
    doc: "Moves the writer of the Aurora global cluster to the other region, without loss; both regions must be well.",
    fields: &[&[recover("rds.switchover-global-cluster")], &[TO], NAMED],
    any_of: &[],
};

pub(super) static FAILOVER: Shape = Shape {
    name: "recover rds.failover-global-cluster",
    doc: "Makes the other region the writer of the Aurora global cluster at once; the newest writes may be lost.",
    fields: &[
        &[recover("rds.failover-global-cluster")],
        &[
            TO,
            Field::optional(
                "allow_data_loss",
                Kind::Bool,
                "true",
                "Consent: the newest writes may be lost for good.",
            ),
        ],
        NAMED,
    ],
    any_of: &[],
};

pub(super) static HOLD_TRAFFIC: Shape = Shape {
    name: "recover route53.hold-traffic",
    doc: "Keeps the site's users in one region: the other's health check is disabled and inverted.",
    fields: &[&[recover("route53.hold-traffic")], &[TO], NAMED],
    any_of: &[],
};
