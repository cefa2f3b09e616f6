//! About: what a manual says of each kind of change and no code can tell: its way back in words, and the action of AWS's own
//! fault service that comes nearest.
//! Invariant: one line for each kind, in the order of `KINDS`.
//! Not here: what a kind does and its parameters (see `drill::manual`).
//! Used by: catalog.
//!
//! AWS: AWS Fault Injection Service user guide, "AWS FIS actions reference". None of its actions moves a role or users from
//! one region to another; ARC Region switch, another service, has execution blocks that do.

use serde::Serialize;

/// Of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// The kind.
    pub kind: &'static str,
    /// How it is put back.
    pub way_back: &'static str,
    /// The nearest action of AWS FIS.
    pub nearest: Nearest,
}

/// An action of AWS FIS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// Its name; `None`: nothing comes near.
    pub action: Option<&'static str>,
    /// What it does otherwise.
    pub but: &'static str,
}

const fn near(action: &'static str, but: &'static str) -> Nearest {
    Nearest { action: Some(action), but }
}

/// Every kind.
pub static ABOUT: &[About] = &[
    About {
        kind: "ec2.revoke-ingress",
        way_back: "exact; `method: revoke` (default) creates the rules again, with new ids, `method: narrow` keeps the rules \
                   and their ids",
        nearest: near(
            "aws:network:disrupt-connectivity",
            "cuts whole subnets off, by network ACLs of its own",
        ),
    },
    About { kind: "noop", way_back: "exact", nearest: near("aws:fis:wait", "waits") },
    About {
        kind: "hold",
        way_back: "exact",
        nearest: near("aws:fis:wait", "waits for a time, not for a file"),
    },
    About {
        kind: "run",
        way_back: "whatever `restore_with` does",
        nearest: near("aws:ssm:send-command", "runs it on instances, not on this machine"),
    },
    About {
        kind: "rds.switchover-global-cluster",
        way_back: "failback, by switchover",
        nearest: near("aws:rds:failover-db-cluster", "moves the writer inside one region's cluster"),
    },
    About {
        kind: "rds.failover-global-cluster",
        way_back: "failback, by switchover, once AWS has rebuilt the old primary; lost writes do not come back",
        nearest: near(
            "aws:rds:failover-db-cluster",
            "moves the writer inside one region's cluster, without loss",
        ),
    },
    About {
        kind: "route53.hold-traffic",
        way_back: "exact",
        nearest: near("aws:arc:start-zonal-autoshift", "moves users out of one zone of a region"),
    },
];

/// Of this kind.
pub fn of(kind: &str) -> Option<&'static About> {
    ABOUT.iter().find(|about| about.kind == kind)
}
