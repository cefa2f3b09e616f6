//! Events: DescribeEvents and DescribeEventCategories.
//! Invariant: pure reading.
//! Not here: what makes events (see `event`).
//! Used by: `rds`.

use jiff::{SignedDuration, Timestamp};

use super::{
    event::{Event, KEPT},
    invalid,
    params::{listing, number},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// AWS: SourceType, with the event categories of each that a deployment of Aurora can meet.
const CATEGORIES: [(&str, &[&str]); 11] = [
    (
        "db-instance",
        &[
            "availability",
            "backtrack",
            "backup",
            "configuration change",
            "creation",
            "deletion",
            "failover",
            "failure",
            "low storage",
            "maintenance",
            "notification",
            "read replica",
            "recovery",
            "restoration",
            "security",
        ],
    ),
    ("db-parameter-group", &["configuration change"]),
    ("db-security-group", &["configuration change", "failure"]),
    ("db-snapshot", &["creation", "deletion", "notification", "restoration"]),
    (
        "db-cluster",
        &[
            "configuration change",
            "creation",
            "deletion",
            "failover",
            "failure",
            "global-failover",
            "maintenance",
            "migration",
            "notification",
            "serverless",
        ],
    ),
    ("db-cluster-snapshot", &["backup", "notification"]),
    ("custom-engine-version", &["creation", "failure", "restoring"]),
    ("db-proxy", &["configuration change", "creation", "deletion", "failure"]),
    ("blue-green-deployment", &["creation", "deletion", "failure", "notification"]),
    ("db-shard-group", &["configuration change", "creation", "deletion", "failure", "maintenance"]),
    ("zero-etl", &["creation", "deletion", "failure", "notification"]),
];

impl World {
    /// AWS: DescribeEvents: the last hour unless told otherwise, of fourteen days at most; a source needs its type.
    pub(super) fn describe_database_events(&self, call: &Call) -> Reply {
        let params = &call.params;
        let source = params.text("SourceIdentifier");
        let kind = params.text("SourceType");
        if source.is_some() && kind.is_none() {
            let message = "SourceType is required when SourceIdentifier is given";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        if let Some(kind) = kind.filter(|kind| CATEGORIES.iter().all(|(known, _)| known != kind)) {
            return Err(invalid(format!("Invalid value {kind} for SourceType")));
        }
        let (from, until) = self.event_window(call)?;
        let categories = params.texts("EventCategories");
        let fits = |event: &&Event| {
            event.visible <= self.now
                && (from..=until).contains(&event.at)
                && kind.is_none_or(|kind| kind == event.kind)
                && source.is_none_or(|source| source.eq_ignore_ascii_case(&event.source))
                && (categories.is_empty()
                    || categories.iter().any(|category| event.news.categories.contains(&category.as_str())))
        };
        let events = self.rds.events.get(&call.region).into_iter().flatten().filter(fits).map(tree).collect();
        listing(params, "Events", "Event", events)
    }

    /// From when until when events are asked for.
    fn event_window(&self, call: &Call) -> Result<(Timestamp, Timestamp), AwsFault> {
        let params = &call.params;
        let time = |name: &str| {
            let wrong = |_| invalid(format!("Invalid {name}: not a time in ISO 8601"));
            params.text(name).map(|text| text.parse::<Timestamp>().map_err(wrong)).transpose()
        };
        let minutes = number(params, "Duration", (1, 14 * 24 * 60))?.unwrap_or(60);
        let until = time("EndTime")?.unwrap_or(self.now);
        let back = SignedDuration::from_mins(minutes);
        let default = until.checked_sub(back).unwrap_or(Timestamp::MIN);
        let from = time("StartTime")?.unwrap_or(default);
        if self.now.duration_since(from) > KEPT {
            return Err(invalid("StartTime must be within the past 14 days"));
        }
        if from > until {
            return Err(invalid("EndTime must be after StartTime"));
        }
        Ok((from, until))
    }
}

/// AWS: DescribeEventCategories.
pub(super) fn categories(call: &Call) -> Reply {
    let kind = call.params.text("SourceType");
    let own = CATEGORIES.iter().filter(|(known, _)| kind.is_none_or(|kind| kind == *known));
    let map = |(kind, categories): &(&str, &[&str])| {
        let categories = categories.iter().map(|own| Tree::Text((*own).to_owned()));
        Tree::map([
            ("SourceType", Tree::text(*kind)),
            ("EventCategories", Tree::list("EventCategory", categories)),
        ])
    };
    Ok(Tree::map([("EventCategoriesMapList", Tree::list("EventCategoriesMap", own.map(map)))]))
}

fn tree(event: &Event) -> Tree {
    let categories = event.news.categories.iter().map(|own| Tree::Text((*own).to_owned()));
    Tree::map([
        ("SourceIdentifier", Tree::text(&event.source)),
        ("SourceType", Tree::text(event.kind)),
        ("Message", Tree::text(&event.news.message)),
        ("EventCategories", Tree::list("EventCategory", categories)),
        ("Date", Some(Tree::Time(event.at))),
        ("SourceArn", Tree::text(&event.arn)),
    ])
}
