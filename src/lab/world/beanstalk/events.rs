//! Events: what happened to environments, and reading it.
//! Invariant: newest first; reads change nothing.
//! Used by: the rest of `beanstalk`, `beanstalk_operate`.

use jiff::{SignedDuration, Timestamp};

use super::{describe::moment, model::Environment, refusal::refused};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
    page::{self, page},
};

/// The severities, lowest first. AWS: an asked-for severity gives that level and higher.
const SEVERITIES: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// AWS: events are kept for six weeks (Beanstalk guide, viewing events).
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 42);

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Event {
    /// When.
    pub(super) at: Timestamp,
    /// `INFO`, `WARN` and so on.
    pub(super) severity: &'static str,
    /// In Beanstalk's words.
    pub(super) message: String,
    /// The application.
    pub(super) application: String,
    /// The environment's name and id, if it is about one.
    pub(super) environment: Option<(String, String)>,
    /// The version, if it is about one.
    pub(super) version: Option<String>,
}

impl World {
    /// Tells an event of an environment, now.
    pub(super) fn say(&mut self, own: &Environment, severity: &'static str, message: String) {
        let event = Event {
            at: self.now(),
            severity,
            message,
            application: own.application.clone(),
            environment: Some((own.name.clone(), own.id.clone())),
            version: None,
        };
        self.environment_tells(&own.region, event);
    }

    /// Tells an event.
    pub(super) fn environment_tells(&mut self, region: &str, event: Event) {
        self.beanstalk.events.entry(region.to_owned()).or_default().push(event);
    }
}

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
    let oldest = world.now().saturating_sub(KEPT).unwrap_or(world.now());
    let same =
        |parameter: &str, own: Option<&str>| params.text(parameter).is_none_or(|text| own == Some(text));
    let wanted = |event: &&Event| {
        let (name, id) = event.environment.as_ref().map(|(name, id)| (name.as_str(), id.as_str())).unzip();
        event.at >= oldest
            && same("EnvironmentName", name)
            && same("EnvironmentId", id)
            && same("ApplicationName", Some(event.application.as_str()))
            && same("VersionLabel", event.version.as_deref())
            && start.is_none_or(|start| event.at >= start)
            && end.is_none_or(|end| event.at < end)
            && level(event.severity).is_some_and(|level| level >= floor)
            // What the lab tells belongs to no template, custom platform or request.
            && ["TemplateName", "PlatformArn", "RequestId"].iter().all(|name| params.text(name).is_none())
    };
    let all = world.beanstalk.events.get(&call.region).into_iter().flatten();
    let found: Vec<&Event> = all.rev().filter(wanted).collect();
    let (part, next) = page(found, params, page::BEANSTALK)?;
    let trees = part.into_iter().map(event_tree);
    Ok(Tree::map([("Events", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

fn event_tree(event: &Event) -> Tree {
    Tree::map([
        ("EventDate", Some(Tree::Time(event.at))),
        ("Message", Tree::text(&event.message)),
        ("ApplicationName", Tree::text(&event.application)),
        ("VersionLabel", event.version.clone().map(Tree::Text)),
        ("EnvironmentName", event.environment.as_ref().and_then(|(name, _)| Tree::text(name))),
        ("Severity", Tree::text(event.severity)),
    ])
}
