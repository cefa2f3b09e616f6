//! Proof: that the files are read back as they were meant.
//! Invariant: pure; compares what drills would read with what was found, name by name.
//! Not here: writing (see `cli`).
//! Used by: `outcome`.

use super::{facts::Facts, files::File};
use crate::drill::{
    model::{Deployment, Drill, Side, SourceText},
    reader::{self, Content},
};

/// What is read otherwise than it was found; nothing if the files are as they were meant.
pub fn differences(facts: &Facts, name: &str, deployment: &File, drill: Option<&File>) -> Vec<String> {
    match read_back(deployment, drill) {
        Ok((read, _)) => compared(facts, name, &read),
        Err(why) => vec![why],
    }
}

/// The files as drills read them; `None` if they are not accepted.
pub fn read(deployment: &File, drill: Option<&File>) -> Option<(Deployment, Option<Drill>)> {
    read_back(deployment, drill).ok()
}

fn read_back(deployment: &File, drill: Option<&File>) -> Result<(Deployment, Option<Drill>), String> {
    let source = |file: &File| SourceText { path: file.path.clone(), text: file.text.clone() };
    match drill {
        Some(drill) => match reader::load_text(&[source(drill), source(deployment)]) {
            Ok(loaded) => Ok((loaded.drill.deployment.clone(), Some(loaded.drill))),
            Err(problems) => Err(problems.to_string()),
        },
        None => match reader::open_text(&[source(deployment)]).content {
            Some(Content::Deployment(read)) => Ok((*read, None)),
            Some(Content::Drill(_)) | None => Err(format!("{} is not accepted", deployment.path)),
        },
    }
}

fn compared(facts: &Facts, name: &str, read: &Deployment) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut hold = |what: &str, is: &str, was: &str| {
        if is != was {
            wrong.push(format!("{what} is read as {is:?}, and was found as {was:?}"));
        }
    };
    let asked = &facts.asked;
    hold("the name", &read.name, name);
    hold("the account", &read.account, facts.account.found().map_or("", String::as_str));
    hold("the site", &read.site.to_string(), &asked.site.to_string());
    for side in Side::BOTH {
        let (is, was) = (read.regions.of(side), asked.regions.of(side));
        let environment = facts.sides.of(side).environment.found().map_or("", |own| &own.environment.name);
        hold(&format!("the region of {side}"), &is.region, &was.region);
        hold(&format!("the environment of {side}"), &is.environment, environment);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        hold(&format!("the role of {side}"), &text(&is.role_arn), &text(&was.role_arn));
        hold(&format!("the profile of {side}"), &text(&is.profile), &text(&was.profile));
    }
    let global = facts.database.as_ref().and_then(|find| find.found()).map_or("", |found| &found.global.id);
    hold("the database", read.global_cluster.as_deref().unwrap_or_default(), global);
    wrong
}
