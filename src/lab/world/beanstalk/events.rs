//! Events: reading what happened to environments.
//! Invariant: newest first; reads change nothing.
//! Used by: `beanstalk_operate`.

use jiff::Timestamp;

use super::{
    describe::refused,
    model::{Environment, Event},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
    reference::APPLICATION,
};

/// The severities, lowest first. AWS: an asked-for severity gives that level and higher.
const SEVERITIES: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// `DescribeEvents`: newest first; the end is exclusive.
pub(super) fn events(world: &World, call: &Call) -> Reply {
    let params = &call.params;
    let time = |name: &'static str| params.text(name).map(|text| moment(name, text)).transpose();
    let (start, end) = (time("StartTime")?, time("EndTime")?);
    let level = |severity: &str| SEVERITIES.iter().position(|own| *own == severity);
    let floor = match params.text("Severity") {
        Some(text) => level(text)
            .ok_or_else(|| refused("InvalidParameterValue", format!("Invalid severity '{text}'.")))?,
        None => 0,
    };
    let named = |own: &&Environment| {
        params.text("EnvironmentId").is_none_or(|id| id == own.id)
            && params.text("EnvironmentName").is_none_or(|name| name == own.name)
            && params.text("ApplicationName").is_none_or(|name| name == APPLICATION)
    };
    let own = world.beanstalk.environments.get(&call.region).filter(named);
    let within = |event: &&Event| {
        start.is_none_or(|start| event.at >= start)
            && end.is_none_or(|end| event.at < end)
            && level(event.severity).is_some_and(|level| level >= floor)
    };
    let found =
        own.iter().flat_map(|own| own.events.iter().rev().filter(within).map(|event| event_tree(own, event)));
    let (part, next) = page(found.collect(), params, page::BEANSTALK)?;
    Ok(Tree::map([("Events", Tree::list("member", part)), ("NextToken", next.map(Tree::Text))]))
}

fn event_tree(own: &Environment, event: &Event) -> Tree {
    Tree::map([
        ("EventDate", Some(Tree::Time(event.at))),
        ("Message", Tree::text(&event.message)),
        ("ApplicationName", Tree::text(APPLICATION)),
        ("EnvironmentName", Tree::text(own.name)),
        ("Severity", Tree::text(event.severity)),
    ])
}

fn moment(name: &str, text: &str) -> Result<Timestamp, AwsFault> {
    // A time without a zone is UTC.
    let time = text.parse().or_else(|_| format!("{text}Z").parse());
    time.map_err(|_| refused("InvalidParameterValue", format!("Invalid {name} '{text}'.")))
}
