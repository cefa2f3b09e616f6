//! Breakage: things of the deployment that break without anybody calling AWS, for lessons and tests.
//! Invariant: what is broken is undone by [`World::heal`], and by nothing else here; two breakages of one thing leave it
//! broken until both are healed.
//! Not here: AWS answering badly (see `misbehave`).
//! Used by: the control door.
//!
//! Adding a kind: a row of [`KINDS`], and a function in the file of its like that says what it does to the world.

mod api;
mod database;
mod felt;
mod group;
mod look;
mod machine;
mod network;
#[cfg(test)]
mod tests;
mod with;

use std::{net::IpAddr, time::Duration};

use serde::Serialize;

use self::with::With;
use super::{
    World,
    agenda::Due as AnyDue,
    call::{AwsFault, Call},
    ec2::model::App,
};
use crate::text;

/// What is broken.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    standing: Vec<Standing>,
    named: u64,
}

/// One breakage in force.
#[derive(Debug)]
struct Standing {
    name: String,
    kind: &'static str,
    with: With,
    effects: Vec<Effect>,
}

/// What a breakage does to the world.
#[derive(Debug, Clone, PartialEq)]
enum Effect {
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

/// A kind of breakage.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    /// What can be said of it: a name, and whether it must be said.
    pub takes: &'static [(&'static str, Need)],
    start: fn(&mut World, &With) -> Result<Vec<Effect>, BreakError>,
}

/// Whether something must be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// One of those that are marked so.
    OneOf,
}

/// Why nothing was broken or healed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakError {
    /// No such kind.
    #[error("there is no breakage `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownKind {
        /// What was asked for.
        name: String,
        /// What was meant, perhaps.
        nearest: Option<String>,
    },
    /// The kind takes no such thing, or needs another.
    #[error("{0}")]
    With(String),
    /// The world has nothing of this kind.
    #[error("the world has no {0}")]
    Nothing(String),
    /// AWS refused the call by which it was to happen.
    #[error("the lab's AWS refused it: {} ({})", .0.message, .0.code)]
    Refused(AwsFault),
    /// Nothing in force has this name.
    #[error("nothing broken and no rule is called `{0}`")]
    UnknownName(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

/// A breakage in force, as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its name, for [`World::heal`].
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// What it is of.
    pub with: std::collections::BTreeMap<String, String>,
    /// What it does to the world, one line each.
    pub effects: Vec<String>,
}

/// Something that a breakage does by itself later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Applications that go to and fro change sides.
    Flap {
        /// The breakage.
        name: String,
    },
}

/// Where applications are: all of a region, of an environment, or one.
const MACHINES: [(&str, Need); 3] =
    [("region", Need::OneOf), ("environment", Need::OneOf), ("instance", Need::OneOf)];

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "app-down",
        does: "applications refuse connections: 502 at the balancer",
        takes: &MACHINES,
        start: machine::down,
    },
    Kind {
        name: "app-mute",
        does: "applications take connections and never answer: 504 after the idle timeout",
        takes: &MACHINES,
        start: machine::mute,
    },
    Kind {
        name: "app-failing",
        does: "applications answer every request with an error status (default 500)",
        takes: &[MACHINES[0], MACHINES[1], MACHINES[2], ("status", Need::May)],
        start: machine::failing,
    },
    Kind {
        name: "flapping",
        does: "applications are up and down in turn, and health checks with them (default every 30s)",
        takes: &[MACHINES[0], MACHINES[1], MACHINES[2], ("every", Need::May)],
        start: machine::flapping,
    },
    Kind {
        name: "instance-gone",
        does: "an instance is stopped by someone else; healing starts it again",
        takes: &[("instance", Need::Must)],
        start: machine::gone,
    },
    Kind {
        name: "zone-lost",
        does: "a zone's instances do not answer and its balancer addresses are unreachable",
        takes: &[("zone", Need::Must)],
        start: network::zone_lost,
    },
    Kind {
        name: "region-lost",
        does: "a region's instances do not answer and its balancer addresses are unreachable",
        takes: &[("region", Need::Must)],
        start: network::region_lost,
    },
    Kind {
        name: "writer-unwell",
        does: "the database writer of a region takes no connection; its status does not tell",
        takes: &[("region", Need::Must)],
        start: database::writer_unwell,
    },
    Kind {
        name: "replication-lag",
        does: "the secondary database is so many seconds behind",
        takes: &[("seconds", Need::Must)],
        start: database::replication_lag,
    },
    Kind {
        name: "route53-control-plane",
        does: "Route 53 answers names and checks health, but no API call",
        takes: &[],
        start: api::route53_control_plane,
    },
    Kind {
        name: "service-down",
        does: "every API call of a service in a region fails with 503",
        takes: &[("service", Need::Must), ("region", Need::Must)],
        start: api::service_down,
    },
    Kind {
        name: "group-closed",
        does: "someone else revokes a security group's ingress rules (of one port, if given)",
        takes: &[("group", Need::Must), ("port", Need::May)],
        start: group::closed,
    },
];

impl World {
    /// Breaks something now; its name, for [`World::heal`].
    pub fn break_now(
        &mut self,
        kind: &str,
        with: impl IntoIterator<Item = (String, String)>,
    ) -> Result<String, BreakError> {
        let found = KINDS.iter().find(|known| known.name == kind).ok_or_else(|| BreakError::UnknownKind {
            name: kind.to_owned(),
            nearest: text::nearest(kind, KINDS.iter().map(|kind| kind.name)).map(str::to_owned),
        })?;
        let with = With::read(found, with)?;
        let effects = (found.start)(self, &with)?;
        self.breakage.named += 1;
        let name = format!("b{}", self.breakage.named);
        self.note("lab.breaks", [("kind", found.name.to_owned()), ("with", with.to_string())]);
        self.breakage.standing.push(Standing { name: name.clone(), kind: found.name, with, effects });
        self.feel_machines();
        self.flap_later(&name);
        Ok(name)
    }

    /// Undoes a breakage, or ends a rule of misbehaviour.
    pub fn heal(&mut self, name: &str) -> Result<(), BreakError> {
        if self.forget_rule(name) {
            return Ok(());
        }
        let at = self.breakage.standing.iter().position(|standing| standing.name == name);
        let at = at.ok_or_else(|| BreakError::UnknownName(name.to_owned()))?;
        // What an outsider did is undone first: if AWS refuses that, the breakage stays in force.
        for call in self.breakage.standing[at].undoing() {
            self.operate(&call).map_err(BreakError::Refused)?;
        }
        let healed = self.breakage.standing.remove(at);
        for rule in healed.rules() {
            self.forget_rule(rule);
        }
        self.note("lab.heals", [("kind", healed.kind.to_owned()), ("with", healed.with.to_string())]);
        self.serve_again(&healed);
        self.feel_machines();
        Ok(())
    }

    /// Heals whatever is in force, the newest first; the names healed, and what could not be.
    pub fn heal_all(&mut self) -> (Vec<String>, Vec<(String, BreakError)>) {
        let broken = self.breakage.standing.iter().rev().map(|standing| standing.name.clone());
        let mut names: Vec<String> = broken.collect();
        names.extend(self.rules().into_iter().rev().map(|rule| rule.name));
        let (mut healed, mut left) = (Vec::new(), Vec::new());
        for name in names {
            match self.heal(&name) {
                // A rule that was part of a breakage has gone with it.
                Ok(()) | Err(BreakError::UnknownName(_)) => healed.push(name),
                Err(why) => left.push((name, why)),
            }
        }
        (healed, left)
    }

    /// Everything that is broken, the oldest first.
    pub fn broken(&self) -> Vec<Broken> {
        let shown = |standing: &Standing| Broken {
            name: standing.name.clone(),
            kind: standing.kind,
            with: standing.with.all().clone(),
            effects: standing.effects.iter().map(Effect::words).collect(),
        };
        self.breakage.standing.iter().map(shown).collect()
    }

    /// Does what is due.
    pub(in crate::lab) fn breakage_due(&mut self, due: Due) {
        match due {
            Due::Flap { name } => self.flap(&name),
        }
    }

    fn flap_later(&mut self, name: &str) {
        let every = self.breakage.standing.iter().find(|standing| standing.name == name);
        let every = every.and_then(|standing| standing.effects.iter().find_map(Effect::every));
        if let Some(every) = every {
            self.after(every, AnyDue::Breakage(Due::Flap { name: name.to_owned() }));
        }
    }

    /// A breakage that was healed flaps no more.
    fn flap(&mut self, name: &str) {
        for standing in self.breakage.standing.iter_mut().filter(|standing| standing.name == name) {
            for effect in &mut standing.effects {
                if let Effect::Flaps { down, .. } = effect {
                    *down = !*down;
                }
            }
        }
        self.feel_machines();
        self.flap_later(name);
    }
}

impl Standing {
    fn undoing(&self) -> Vec<Call> {
        let undo = self.effects.iter().filter_map(|effect| match effect {
            Effect::Outsider { undo } => Some(undo.clone()),
            _ => None,
        });
        undo.flatten().collect()
    }

    fn rules(&self) -> impl Iterator<Item = &str> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Rule(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

impl Effect {
    fn every(&self) -> Option<Duration> {
        match self {
            Effect::Flaps { every, .. } => Some(*every),
            _ => None,
        }
    }

    fn words(&self) -> String {
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
