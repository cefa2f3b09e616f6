//! Event: what RDS tells of role changes, and when it can be read.
//! Invariant: an event is shown by the region of its cluster, some seconds after it happened.
//! Not here: when things happen (see `role`, `in_cluster`).
//! Used by: `rds`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{invalid, params::page, timing};
use crate::{
    clock::later,
    lab::world::{
        World,
        call::{AwsFault, Call, Reply, Tree},
    },
};

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    region: String,
    source: String,
    arn: String,
    message: String,
    category: &'static str,
    at: Timestamp,
    visible: Timestamp,
}

/// What an event tells. AWS: Aurora User Guide, "Amazon RDS event categories and event messages": its ids 0181 to
/// 0185, 0238, 0240, 0241, 0390, 0397, 0073 and 0071, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    SwitchoverStarted,
    OldPrimaryShutDown,
    WaitingForSynchronization,
    NewPrimaryPromoted,
    SwitchoverFinished,
    FailoverCompleted,
    ResyncStarted,
    ResyncFinished,
    WritesBlocked,
    GlobalEndpointMoved,
    InClusterStarted,
    InClusterCompleted,
}

impl Id {
    fn category(self) -> &'static str {
        match self {
            Id::InClusterStarted | Id::InClusterCompleted => "failover",
            _ => "global-failover",
        }
    }

    fn message(self, cluster: &str, region: &str) -> String {
        let of = format!("DB cluster {cluster} in Region {region}");
        match self {
            Id::SwitchoverStarted => format!("Global switchover to {of} started."),
            Id::OldPrimaryShutDown => format!("Old primary {of} successfully shut down."),
            Id::WaitingForSynchronization => {
                "Waiting for data synchronization across global cluster members.".to_owned()
            }
            Id::NewPrimaryPromoted => format!("New primary {of} was successfully promoted."),
            Id::SwitchoverFinished => format!("Global switchover to {of} finished."),
            Id::FailoverCompleted => format!("Global failover to {of} completed."),
            Id::ResyncStarted => format!("Started resynchronizing {of} after global failover."),
            Id::ResyncFinished => format!("Finished resynchronizing {of} after global failover."),
            Id::WritesBlocked => format!("Blocked writes on the old primary {of} for the global failover."),
            Id::GlobalEndpointMoved => {
                format!("The DNS change of the global writer endpoint to {of} finished.")
            }
            Id::InClusterStarted => format!("Started cross AZ failover to DB instance: {cluster}."),
            Id::InClusterCompleted => format!("Completed failover to DB instance: {cluster}."),
        }
    }
}

impl World {
    /// An event about a region's cluster.
    pub(super) fn announce(&mut self, region: &str, id: Id) {
        let Some(cluster) = self.rds.cluster(region) else { return };
        let message = id.message(cluster.id(), region);
        self.announce_as(region, id, message);
    }

    /// An event about a cluster that names one of its instances.
    pub(super) fn announce_instance(&mut self, region: &str, id: Id, instance: &str) {
        self.announce_as(region, id, id.message(instance, region));
    }

    fn announce_as(&mut self, region: &str, id: Id, message: String) {
        let (low, high) = timing::EVENT_VISIBLE;
        let takes = self.rds.rng.between(low, high);
        let at = self.now;
        let Some(cluster) = self.rds.cluster(region) else { return };
        let event = Event {
            region: region.to_owned(),
            source: cluster.id().to_owned(),
            arn: cluster.arn(),
            message,
            category: id.category(),
            at,
            visible: later(at, takes),
        };
        self.rds.events.push(event);
    }

    /// AWS: DescribeEvents: the last hour unless told otherwise; a source needs its type.
    pub(super) fn describe_database_events(&self, call: &Call) -> Reply {
        let params = &call.params;
        let source = params.text("SourceIdentifier");
        let kind = params.text("SourceType");
        if source.is_some() && kind.is_none() {
            let message = "SourceType is required when SourceIdentifier is given";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        let (from, until) = self.event_window(call)?;
        let categories = params.texts("EventCategories");
        let fits = |event: &&Event| {
            event.region == call.region
                && event.visible <= self.now
                && (from..=until).contains(&event.at)
                && kind.is_none_or(|kind| kind == "db-cluster")
                && source.is_none_or(|source| source.eq_ignore_ascii_case(&event.source))
                && (categories.is_empty() || categories.iter().any(|category| category == event.category))
        };
        let tree = |event: &Event| {
            Tree::map([
                ("SourceIdentifier", Tree::text(&event.source)),
                ("SourceType", Tree::text("db-cluster")),
                ("Message", Tree::text(&event.message)),
                ("EventCategories", Tree::list("EventCategory", [Tree::Text(event.category.to_owned())])),
                ("Date", Some(Tree::Time(event.at))),
                ("SourceArn", Tree::text(&event.arn)),
            ])
        };
        let events = self.rds.events.iter().filter(fits).map(tree).collect();
        let (marker, events) = page(params, events)?;
        Ok(Tree::map([("Marker", marker), ("Events", Tree::list("Event", events))]))
    }

    /// From when until when events are asked for.
    fn event_window(&self, call: &Call) -> Result<(Timestamp, Timestamp), AwsFault> {
        let params = &call.params;
        let time = |name: &str| {
            let wrong = |_| invalid(format!("Invalid {name}: not a time in ISO 8601"));
            params.text(name).map(|text| text.parse::<Timestamp>().map_err(wrong)).transpose()
        };
        let minutes = params.text("Duration").map_or(Ok(60), str::parse::<i64>);
        let minutes = minutes.map_err(|_| invalid("Invalid Duration: not a number of minutes"))?;
        let until = time("EndTime")?.unwrap_or(self.now);
        let back = SignedDuration::from_mins(minutes.clamp(0, 14 * 24 * 60));
        let default = until.checked_sub(back).unwrap_or(Timestamp::MIN);
        let from = time("StartTime")?.unwrap_or(default);
        let oldest = SignedDuration::try_from(Duration::from_secs(14 * 24 * 3600)).unwrap_or_default();
        if self.now.duration_since(from) > oldest {
            return Err(invalid("StartTime must be within the past 14 days"));
        }
        Ok((from, until))
    }
}
