//! Outcome: what follows from what was found: what is missing, what is not known, and which files can be made.
//! Invariant: pure; a file is made only if everything that it names was found, a drill only if everything that it needs was.
//! Not here: writing the files (see `cli`).
//! Used by: cli.

use serde::Serialize;

use super::{
    facts::Facts,
    files::{self, File},
    find::Find,
    name, pair, proof, tag,
    tree::{self, Node, State},
};
use crate::drill::model::Side;

/// What discovery comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Everything that was looked for.
    pub tree: Node,
    /// The deployment's name.
    pub name: String,
    /// What a drill needs and is not there.
    pub missing: Vec<Gap>,
    /// What nobody said.
    pub unknown: Vec<Gap>,
    /// What a person should know before the first drill.
    pub notes: Vec<String>,
    /// The deployment's file, or what it lacks.
    pub deployment: Result<File, String>,
    /// The drill, or what it lacks.
    pub drill: Result<File, String>,
}

/// Something that is not there or not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What, and of which region if it is one's: `primary: environment`.
    pub what: String,
    /// Why.
    pub why: String,
    /// True if a drill needs it.
    pub needed: bool,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How much was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that a drill needs, and everything was answered.
    Complete,
    /// Something that a drill needs is not there.
    Missing,
    /// Something could not be asked.
    Unknown,
}

impl Outcome {
    /// How much was found: what is known to be missing says more than what is not known.
    pub fn verdict(&self) -> Verdict {
        match (self.missing.is_empty(), self.unknown.is_empty()) {
            (false, _) => Verdict::Missing,
            (true, false) => Verdict::Unknown,
            (true, true) => Verdict::Complete,
        }
    }
}

/// What follows from the facts.
pub fn outcome(facts: &Facts) -> Outcome {
    let tree = tree::tree(facts);
    let mut gaps = Vec::new();
    gather(&tree, None, &mut gaps);
    let of = |state: State| gaps.iter().filter(move |(own, _)| *own == state).map(|(_, gap)| gap.clone());
    let missing: Vec<Gap> = of(State::NotFound).filter(|gap| gap.needed).collect();
    let unknown: Vec<Gap> = of(State::Unknown).collect();
    let name = name::of(facts);
    let deployment = deployment(facts, &name);
    let drill = match &deployment {
        Ok(_) => drill(facts, &name, &gaps),
        Err(_) => Err("there is no deployment to run it on".to_owned()),
    };
    let mut outcome = Outcome { tree, name, missing, unknown, notes: notes(facts), deployment, drill };
    prove(facts, &mut outcome);
    outcome
}

/// Every thing that is not found, with the region that it belongs to before its name.
fn gather(node: &Node, region: Option<&str>, into: &mut Vec<(State, Gap)>) {
    if node.state != State::Found {
        let what = match region {
            Some(region) => format!("{region}: {}", node.name),
            None => node.name.clone(),
        };
        let gap = Gap { what, why: node.says.clone(), needed: node.needed, next: node.next.clone() };
        into.push((node.state, gap));
    }
    let own = Side::BOTH.iter().map(|side| side.as_str()).find(|side| *side == node.name);
    node.children.iter().for_each(|child| gather(child, own.or(region), into));
}

fn deployment(facts: &Facts, name: &str) -> Result<File, String> {
    let lacks = |what: &str| format!("it names {what}, which was not found");
    let Some(account) = facts.account.found() else { return Err(lacks("the account")) };
    let environment = |side: Side| {
        let found = facts.sides.of(side).environment.found().map(|own| own.environment.name.as_str());
        found.ok_or_else(|| lacks(&format!("the environment of {side}")))
    };
    let environments = [environment(Side::Primary)?, environment(Side::Standby)?];
    if facts.database.as_ref().is_some_and(|find| find.found().is_none()) {
        return Err(lacks("the database"));
    }
    // The wrong way round it would lead a person to break the region that serves.
    if let (Find::NotFound(why), true) = (pair::find(facts), pair::is_turned(facts)) {
        return Err(why);
    }
    Ok(files::deployment(facts, name, account, environments))
}

fn drill(facts: &Facts, name: &str, gaps: &[(State, Gap)]) -> Result<File, String> {
    let needed: Vec<&str> =
        gaps.iter().filter(|(_, gap)| gap.needed).map(|(_, gap)| gap.what.as_str()).collect();
    match needed.is_empty() {
        true => Ok(files::drill(facts, name)),
        false => Err(format!("it needs what was not found: {}", needed.join(", "))),
    }
}

/// Takes back a file that would be read otherwise than it was meant, which leaves a drill without one.
fn prove(facts: &Facts, outcome: &mut Outcome) {
    let Ok(deployment) = &outcome.deployment else { return };
    let wrong = proof::differences(facts, &outcome.name, deployment, outcome.drill.as_ref().ok());
    if !wrong.is_empty() {
        let why = format!("read back, it is not what was found: {}", wrong.join("; "));
        outcome.missing.push(Gap {
            what: "files".to_owned(),
            why: why.clone(),
            needed: true,
            next: Some("why is told below; another --name may do".to_owned()),
        });
        outcome.drill = Err(why.clone());
        outcome.deployment = Err(why);
    }
}

fn notes(facts: &Facts) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(found) = facts.database.as_ref().and_then(|find| find.found()) {
        let global = &found.global;
        let primary = &facts.asked.regions.primary.region;
        match global.writer() {
            Some(writer) if writer.region != *primary => notes.push(format!(
                "the writer of {} is in {}, not in {primary}: a run is refused until it is back",
                global.id, writer.region
            )),
            Some(_) => {}
            None => {
                notes.push(format!("no member of {} is its writer: a run is refused until one is", global.id))
            }
        }
        let strange = found.strange.iter();
        notes.extend(
            strange.map(|said| format!("{said}, which is no member of a global cluster: no drill moves it")),
        );
    }
    for side in Side::BOTH {
        let environment = facts.sides.of(side).environment.found().map(|own| &own.environment);
        if let Some(own) = environment.filter(|own| own.status != "Ready") {
            notes.push(format!("{} is {}: a run is refused until it is Ready", own.name, own.status));
        }
    }
    if facts.asked.write_check.is_none() {
        notes
            .push("no write check is known: --write-check URL, or the deployment's file says how".to_owned());
    }
    notes.extend(
        tag::commands(facts).into_iter().map(|command| format!("to let drills change it: {command}")),
    );
    let besides = tag::besides(facts);
    notes.extend(besides.map(|besides| format!("{besides}: `firedrill plan` tells what lacks it")));
    notes
}
