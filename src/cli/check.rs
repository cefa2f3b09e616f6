//! `firedrill check`: reads drills, deployments and worlds of the lab and says what is wrong with them, offline.
//! Invariant: touches nothing but the files named and the deployments' files that they name.
//! Not here: printing and leaving (see `cli::output` and main).
//! Used by: main.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    diagnostic::{
        Problems, Severity,
        render::{self, Paint},
        source::MAX_BYTES,
    },
    drill::{
        model::{Deployment, Drill, Side, StepKind},
        reader::{self, Content, Reading},
    },
    lab::world::blueprint::{Blueprint, read},
    text::{duration, plural},
};

/// What `check` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Standard output: a line for each file that can be used, or all of it as JSON.
    pub output: String,
    /// Standard error: every problem with its place; empty as JSON.
    pub problems: String,
    /// 0, or 64 when a file cannot be used.
    pub exit: u8,
}

/// Bad usage or a bad file.
const REFUSED: u8 = 64;

/// Checks each file, for people.
pub fn check(files: &[PathBuf], paint: Paint) -> Answer {
    let mut answer = Answer { output: String::new(), problems: String::new(), exit: 0 };
    for path in files {
        let (content, problems) = open(path);
        answer.problems.push_str(&render::text(&problems, paint));
        match content {
            Some(content) => answer.output.push_str(&format!("ok  {}: {}\n", shown(path), summary(&content))),
            None => {
                let errors = plural(problems.count(Severity::Error), "error");
                answer.problems.push_str(&format!("{} cannot be used: {errors}\n\n", shown(path)));
                answer.exit = REFUSED;
            }
        }
    }
    answer
}

/// Checks each file, for programs: `{"ok": bool, "files": [{"file", "ok", "kind", "name", "summary", "problems"}]}`.
pub fn check_json(files: &[PathBuf]) -> Answer {
    let mut good = true;
    let mut checked = Vec::new();
    for path in files {
        let (content, problems) = open(path);
        good &= content.is_some();
        checked.push(json!({
            "file": shown(path),
            "ok": content.is_some(),
            "kind": content.as_ref().map(kind),
            "name": content.as_ref().map(name),
            "summary": content.as_ref().map(summary),
            "problems": render::json(&problems),
        }));
    }
    let all: Value = json!({ "ok": good, "files": checked });
    Answer { output: format!("{all:#}\n"), problems: String::new(), exit: if good { 0 } else { REFUSED } }
}

/// What a file is.
enum Found {
    /// A drill or a deployment.
    Drill(Content),
    /// A world of the lab.
    World(Box<Blueprint>),
}

/// Reads a file as what its first key says it is.
fn open(path: &Path) -> (Option<Found>, Problems) {
    if let Some(text) = world_text(path) {
        return match read::read_text(&shown(path), &text) {
            Ok(world) => (Some(Found::World(Box::new(world))), Problems::new()),
            Err(problems) => (None, problems),
        };
    }
    let Reading { content, problems } = reader::open(path);
    (content.map(Found::Drill), problems)
}

/// The text of a file whose first key is `world`; `None` for every other, and for one that cannot be read: the
/// reader of drills says why.
fn world_text(path: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_BYTES as u64 + 1).read_to_string(&mut text).ok()?;
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(['#', '-', '%']))?;
    first.starts_with("world:").then_some(text)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn kind(found: &Found) -> &'static str {
    match found {
        Found::Drill(Content::Drill(_)) => "drill",
        Found::Drill(Content::Deployment(_)) => "deployment",
        Found::World(_) => "world",
    }
}

fn name(found: &Found) -> &str {
    match found {
        Found::Drill(Content::Drill(loaded)) => &loaded.drill.name,
        Found::Drill(Content::Deployment(deployment)) => &deployment.name,
        Found::World(world) => &world.world,
    }
}

/// One line: what this is.
fn summary(found: &Found) -> String {
    match found {
        Found::Drill(Content::Drill(loaded)) => drill(&loaded.drill),
        Found::Drill(Content::Deployment(deployment)) => {
            format!("deployment {}, {}", deployment.name, regions(deployment))
        }
        Found::World(world) => {
            let codes: Vec<&str> = world.regions.iter().map(|region| region.region.as_str()).collect();
            let environments = world.regions.iter().map(|region| region.environments.len()).sum();
            format!("world {}, {}, {}", world.world, codes.join(" and "), plural(environments, "environment"))
        }
    }
}

fn drill(drill: &Drill) -> String {
    let steps = drill.all_steps();
    let faults = steps.iter().filter(|step| matches!(step.kind, StepKind::Fault(_))).count();
    let recoveries = steps.iter().filter(|step| matches!(step.kind, StepKind::Recover(_))).count();
    format!(
        "drill {} on {} ({}), {} with {} and {}, at most {}",
        drill.name,
        drill.deployment.name,
        regions(&drill.deployment),
        plural(steps.len(), "step"),
        plural(faults, "fault"),
        if recoveries == 1 { "1 recovery".to_owned() } else { format!("{recoveries} recoveries") },
        duration(drill.time_limit)
    )
}

fn regions(deployment: &Deployment) -> String {
    let region = |side| &deployment.regions.of(side).region;
    format!("{} to {}", region(Side::Primary), region(Side::Standby))
}
