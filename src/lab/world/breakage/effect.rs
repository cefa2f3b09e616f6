//! Effect: what a breakage does to the world.
//! Invariant: every effect says in words what it does.
//! Not here: doing it and undoing it (see `felt` and the module above).
//! Used by: `breakage`.

use std::{net::IpAddr, time::Duration};

use crate::{
    lab::world::{call::Call, ec2::model::App},
    text,
};

/// What a breakage does to the world.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// An instance's application does this.
    App { region: String, instance: String, app: App },
    /// An instance's application goes to and fro between this and serving.
    Flaps { region: String, instance: String, every: Duration, down: bool },
    /// Packets to this address are lost.
    Dark(IpAddr),
    /// A region's database writer takes no connection.
    Writer(String),
    /// Replication is at least so far behind.
    Lag(Duration),
    /// A rule of misbehaviour, by its name.
    Rule(String),
    /// Someone's call, and the calls that undo it.
    Outsider { undo: Vec<Call> },
}

impl Effect {
    pub(super) fn every(&self) -> Option<Duration> {
        match self {
            Effect::Flaps { every, .. } => Some(*every),
            _ => None,
        }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Effect::App { region, instance, app } => format!("{instance} in {region} {}", does(*app)),
            Effect::Flaps { region, instance, every, .. } => {
                format!("{instance} in {region} goes up and down every {}", text::duration(*every))
            }
            Effect::Dark(address) => format!("{address} is unreachable"),
            Effect::Writer(region) => format!("the writer of {region} takes no connection"),
            Effect::Lag(lag) => format!("replication is {} behind", text::duration(*lag)),
            Effect::Rule(name) => format!("rule {name}"),
            Effect::Outsider { undo } => format!("healed by {}", text::plural(undo.len(), "call")),
        }
    }
}

fn does(app: App) -> String {
    match app {
        App::Serving => "serves".to_owned(),
        App::Down => "refuses connections".to_owned(),
        App::Failing(status) => format!("fails with {status}"),
        App::Mute => "does not answer".to_owned(),
    }
}
