//! Calendar: the whole time limit fits between the deployment's windows and blackout dates.
//! Not here: the arithmetic (see `drill::calendar`).
//! Used by: guard.

use jiff::{Timestamp, tz::TimeZone};

use super::{Case, Finding};
use crate::{
    drill::calendar::{Calendar, Closed},
    text,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let (calendar, now) = (&case.from.drill.deployment.calendar, case.from.looked.at);
    if calendar.is_empty() {
        return vec![Finding::Idle("the deployment sets no windows and no blackout")];
    }
    let Some(zone) = calendar.zone() else {
        return vec![Finding::Untold(format!(
            "this machine does not know the time zone {}, and so not whether the deployment's windows are open: install \
             the package `tzdata`",
            calendar.time_zone
        ))];
    };
    let takes = case.from.drill.time_limit;
    let limit = text::duration(takes);
    match calendar.admits(&zone, now, takes) {
        Ok(()) => Vec::new(),
        Err(closed) => vec![Finding::Refused(words(calendar, &zone, now, &closed, &limit))],
    }
}

fn words(calendar: &Calendar, zone: &TimeZone, now: Timestamp, closed: &Closed, limit: &str) -> String {
    let name = &calendar.time_zone;
    let local = |at: Timestamp| zone.to_datetime(at).strftime("%a %Y-%m-%d %H:%M").to_string();
    let here = format!("it is {} in {name}", local(now));
    let windows: Vec<String> = calendar.windows.iter().map(ToString::to_string).collect();
    let found = match (closed.blackout, closed.until) {
        (Some(dates), _) => format!("{here}, inside the blackout {dates}"),
        (None, Some(until)) => {
            format!("{here}, and the time limit of {limit} does not fit in before {}", local(until))
        }
        (None, None) => format!("{here}, outside the deployment's windows ({})", windows.join("; ")),
    };
    let next = match closed.next {
        Some(next) => {
            format!("the whole time limit of {limit} fits in from {} ({next}) on: start it then", local(next))
        }
        None => format!("within a year the time limit of {limit} never fits in"),
    };
    format!("{found}; {next}, or change `windows` and `blackout` in the deployment file")
}
