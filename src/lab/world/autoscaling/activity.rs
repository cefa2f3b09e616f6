//! Activity: what a group did and why, in Auto Scaling's words.
//! Invariant: kept oldest first, shown newest first.
//! Used by: `capacity`, `members`, `describe`.

use jiff::Timestamp;

use super::{
    GroupId,
    model::{Activity, Group},
};
use crate::lab::world::{World, call::Tree};

/// Activities that a group remembers: AWS keeps six weeks of them.
const KEPT: usize = 500;

/// A moment as causes have it: `2026-09-21T13:33:20Z`.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl World {
    /// Notes that a group begins something. Gives the activity's id.
    pub(super) fn begin_activity(
        &mut self,
        id: &GroupId,
        description: String,
        cause: String,
        details: String,
    ) -> String {
        let rng = &mut self.autoscaling.rng;
        let activity = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        let started = self.now;
        let Some(group) = self.autoscaling.groups.get_mut(id) else { return activity };
        let status = "InProgress";
        let made =
            Activity { id: activity.clone(), description, cause, started, ended: None, status, details };
        group.activities.push(made);
        if group.activities.len() > KEPT {
            group.activities.remove(0);
        }
        activity
    }

    /// Notes how far an activity is.
    pub(super) fn proceed(&mut self, id: &GroupId, activity: &str, status: &'static str) {
        let now = self.now;
        let group = self.autoscaling.groups.get_mut(id);
        let found = group.and_then(|group| group.activities.iter_mut().find(|own| own.id == activity));
        if let Some(own) = found {
            own.status = status;
            own.ended = (status == "Successful").then_some(now);
        }
    }
}

impl Activity {
    /// As describes show it.
    pub(super) fn tree(&self, group: &Group) -> Tree {
        let progress = match self.status {
            "Successful" => 100,
            "InProgress" => 30,
            _ => 50,
        };
        Tree::map([
            ("ActivityId", Tree::text(&self.id)),
            ("AutoScalingGroupName", Tree::text(&group.name)),
            ("Description", Tree::text(&self.description)),
            ("Cause", Tree::text(&self.cause)),
            ("StartTime", Some(Tree::Time(self.started))),
            ("EndTime", self.ended.map(Tree::Time)),
            ("StatusCode", Tree::text(self.status)),
            ("Progress", Some(Tree::Int(progress))),
            ("Details", Tree::text(&self.details)),
            ("AutoScalingGroupARN", Tree::text(&group.arn)),
        ])
    }
}
