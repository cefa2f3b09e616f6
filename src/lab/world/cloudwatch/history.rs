//! History: what became of alarms.
//! Invariant: kept for thirty days, also of alarms that are gone (AWS: DescribeAlarmHistory).
//! Used by: `cloudwatch`.

use jiff::{SignedDuration, Timestamp};

use super::{
    alarm::{AlarmState, Face},
    params::{page, time, validation},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// How long an item is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One item.
#[derive(Debug, Clone)]
pub(super) struct Item {
    region: String,
    alarm: String,
    /// `MetricAlarm` or `CompositeAlarm`.
    type_of: &'static str,
    at: Timestamp,
    /// `StateUpdate` or `ConfigurationUpdate`.
    kind: &'static str,
    summary: String,
    data: String,
}

impl Item {
    /// An alarm's state was set anew.
    pub(super) fn state(face: &Face, type_of: &'static str, before: AlarmState, at: Timestamp) -> Item {
        let data = serde_json::json!({
            "version": "1.0",
            "oldState": { "stateValue": before.word() },
            "newState": { "stateValue": face.state.word(), "stateReason": face.reason },
        });
        Item {
            region: face.region.clone(),
            alarm: face.name.clone(),
            type_of,
            at,
            kind: "StateUpdate",
            summary: format!("Alarm updated from {} to {}", before.word(), face.state.word()),
            data: data.to_string(),
        }
    }

    /// An alarm was `created`, `updated` or `deleted`.
    pub(super) fn configuration(face: &Face, type_of: &'static str, what: &str, at: Timestamp) -> Item {
        let word = match what {
            "created" => "Create",
            "deleted" => "Delete",
            _ => "Update",
        };
        Item {
            region: face.region.clone(),
            alarm: face.name.clone(),
            type_of,
            at,
            kind: "ConfigurationUpdate",
            summary: format!("Alarm \"{}\" {what}", face.name),
            data: serde_json::json!({ "version": "1.0", "type": word }).to_string(),
        }
    }
}

impl World {
    pub(super) fn remember(&mut self, item: Item) {
        let now = self.now();
        let history = &mut self.cloudwatch.history;
        while history.front().is_some_and(|oldest| now.duration_since(oldest.at) > KEPT) {
            history.pop_front();
        }
        history.push_back(item);
    }

    /// AWS: DescribeAlarmHistory: of metric alarms unless told otherwise, newest first unless told otherwise.
    pub(super) fn describe_alarm_history(&self, call: &Call) -> Reply {
        let params = &call.params;
        let types = params.texts("AlarmTypes");
        let bound = |name: &str| -> Result<Option<Timestamp>, AwsFault> {
            let wrong = |text: &str| validation(format!("The value {text} for parameter {name} is invalid."));
            params.text(name).map(|text| time(text).ok_or_else(|| wrong(text))).transpose()
        };
        let (from, until) = (bound("StartDate")?, bound("EndDate")?);
        let name = params.text("AlarmName");
        let kind = params.text("HistoryItemType");
        let fits = |item: &&Item| {
            let of_type = match types.is_empty() {
                true => name.is_some() || item.type_of == "MetricAlarm",
                false => types.iter().any(|own| own == item.type_of),
            };
            item.region == call.region
                && of_type
                && name.is_none_or(|name| name == item.alarm)
                && kind.is_none_or(|kind| kind == item.kind)
                && from.is_none_or(|from| from <= item.at)
                && until.is_none_or(|until| item.at <= until)
        };
        let mut found: Vec<&Item> = self.cloudwatch.history.iter().filter(fits).collect();
        if params.text("ScanBy") != Some("TimestampAscending") {
            found.reverse();
        }
        let (found, next) = page(params, found, "MaxRecords", (100, 100))?;
        let tree = |item: &Item| {
            Tree::map([
                ("AlarmName", Tree::text(&item.alarm)),
                ("AlarmType", Tree::text(item.type_of)),
                ("Timestamp", Some(Tree::Time(item.at))),
                ("HistoryItemType", Tree::text(item.kind)),
                ("HistorySummary", Tree::text(&item.summary)),
                ("HistoryData", Tree::text(&item.data)),
            ])
        };
        let found = Tree::list("member", found.into_iter().map(tree));
        Ok(Tree::map([("AlarmHistoryItems", found), ("NextToken", next)]))
    }
}
