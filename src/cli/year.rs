//! Year: writes the summary of every run of a time, for an audit.
//! Invariant: made from journals and samples alone, as reports are; a run that cannot be read is listed, never passed over.
//! Not here: what is in it (see `report::year`).
//! Used by: `report`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    clock::Clock,
    journal::Store,
    report::{
        Report,
        year::{self, Period, Unreadable},
    },
    words::Lang,
};

use super::{
    error::CliError,
    exit,
    output::out,
    reading::{read, write_whole},
};

/// The day it is, in UTC.
pub(super) fn today() -> Date {
    day(Clock::real_time().now().wall)
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Writes it into the reports folder and says where.
pub(super) fn write(store: &Store, period: Period, langs: &[Lang]) -> Result<u8, CliError> {
    let (reports, unreadable) = runs(store, &period)?;
    let whose = period.deployment.as_deref().unwrap_or("all");
    let safe: String = whose.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name = format!("summary-{safe}-{}-{}", period.since, period.until);
    let langs = if langs.is_empty() { &[Lang::En][..] } else { langs };
    for (end, bytes) in year::files(&year::summary(period, &reports, unreadable), langs) {
        let path = store.root().join(format!("{name}{end}"));
        write_whole(store.root(), &path, &bytes)
            .map_err(|why| CliError::broken(format!("could not write {}", path.display()), why))?;
        out(path.display().to_string());
    }
    Ok(exit::PASSED)
}

/// The reports of the runs of that time, and the runs that have none.
fn runs(store: &Store, period: &Period) -> Result<(Vec<Report>, Vec<Unreadable>), CliError> {
    let all = store.list().map_err(|why| CliError::broken("the runs can not be listed", why))?;
    let (mut reports, mut unreadable) = (Vec::new(), Vec::new());
    for head in all {
        let why = match &head.summary {
            Ok(summary) if !is_of(period, day(summary.started.wall), &summary.deployment) => continue,
            Ok(_) => match read(&head.dir) {
                Ok(made) => {
                    reports.push(made.report);
                    continue;
                }
                Err(why) => why.chain(),
            },
            Err(why) => why.to_string(),
        };
        unreadable.push(Unreadable { run: head.run, why });
    }
    Ok((reports, unreadable))
}

fn is_of(period: &Period, day: Date, deployment: &str) -> bool {
    let wanted = period.deployment.as_deref().is_none_or(|name| name == deployment);
    wanted && (period.since..=period.until).contains(&day)
}
