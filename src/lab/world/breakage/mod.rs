//! Breakage: things of the deployment that break without anybody calling AWS, for lessons and tests.
//! Invariant: what is broken is undone by [`World::heal`], and by nothing else here; two breakages of one thing leave it
//! broken until both are healed.
//! Not here: AWS answering badly (see `misbehave`).
//! Used by: the control door.
//!
//! Adding a kind: a row of [`KINDS`], and a function in the file of its like that says what it does to the world.

mod api;
mod database;
mod effect;
mod error;
mod felt;
mod group;
mod kind;
mod look;
mod machine;
mod network;
#[cfg(test)]
mod tests;
mod with;

use serde::Serialize;

use self::{effect::Effect, with::With};
pub use self::{
    error::BreakError,
    kind::{KINDS, Kind},
    with::Need,
};
use super::{World, agenda::Due as AnyDue, call::Call};
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
        let with = With::read((found.name, found.takes), with)?;
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
