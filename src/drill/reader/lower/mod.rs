//! Lower: records that fit their shapes to the model.
//! Invariant: pure and silent; `None` only where a problem was reported before.
//! Not here: checks (see `grammar::walk` and `sense`).
//! Used by: reader.

mod condition;
mod guards;
mod people;
mod step;

use super::super::{
    model::{Deployment, Drill, Marker, Objectives, PerSide, RegionOf, Side, WriteCheck},
    period::Period,
    shapes::rule,
};
use crate::grammar::record::{Record, Value};

pub(super) use self::{condition::one as condition, guards::calendar, step::Numbers};

/// The deployment.
pub(super) fn deployment(record: &Record) -> Option<Deployment> {
    let write_check = match record.item("write_check").map(|item| &item.value) {
        None => None,
        Some(Value::Record(check)) => Some(write_check(check.text("url")?, check.text("method")?)?),
        Some(value) => Some(write_check(value.text()?, "POST")?),
    };
    let marker = match record.record("marker") {
        None => None,
        Some(marker) => Some(Marker {
            header: marker.text("header").map(str::to_owned),
            patterns: PerSide {
                primary: marker.text("primary")?.to_owned(),
                standby: marker.text("standby")?.to_owned(),
            },
        }),
    };
    Some(Deployment {
        name: record.text("deployment")?.to_owned(),
        account: record.text("account")?.to_owned(),
        site: rule::url(record.text("site")?).ok()?,
        write_check,
        resolver: record.text("resolver").and_then(|text| text.parse().ok()),
        marker,
        regions: PerSide {
            primary: region(record.record("primary")?)?,
            standby: region(record.record("standby")?)?,
        },
        global_cluster: record.record("database").and_then(|it| it.text("global_cluster")).map(str::to_owned),
        allow: record.record("allow").and_then(|it| rule::tag(it.text("tag")?)),
        allow_regions: record.record("allow").map(|it| it.texts("regions")).unwrap_or_default(),
        calendar: guards::calendar(record)?,
        freeze: guards::freeze(record),
        limits: guards::limits(record),
        account_lock: record.bool("account_lock")?,
        check_rights: record.bool("check_rights")?,
        accepts: accepts(record),
        report: people::report(record),
    })
}

fn write_check(url: &str, method: &str) -> Option<WriteCheck> {
    Some(WriteCheck { url: rule::url(url).ok()?, method: method.to_owned() })
}

fn region(record: &Record) -> Option<RegionOf> {
    Some(RegionOf {
        region: record.text("region")?.to_owned(),
        environment: record.text("environment")?.to_owned(),
        role_arn: record.text("role_arn").map(str::to_owned),
        profile: record.text("profile").map(str::to_owned),
    })
}

/// The drill on that deployment.
pub(super) fn drill(record: &Record, deployment: Deployment) -> Option<Drill> {
    let name = record.text("drill")?.to_owned();
    let objectives = record.record("objectives").map_or_else(Objectives::default, |it| Objectives {
        recovery_time: it.time("recovery_time"),
        data_loss: it.time("data_loss"),
        detection: it.time("detection"),
    });
    Some(Drill {
        title: record.text("title").unwrap_or(&name).to_owned(),
        name,
        deployment,
        objectives,
        steady_state: condition::all(record, "steady_state")?,
        stop_when: condition::all(record, "stop_when")?,
        time_limit: record.time("time_limit")?,
        steps: step::all(record, "steps", &mut step::Numbers::default())?,
        probe_interval: record.time("probe_interval")?,
        people: people::people(record)?,
        references: people::references(record)?,
        every: record.text("every").and_then(Period::parse),
        accepts: accepts(record),
    })
}

/// The readiness checks that a drill or a deployment accepts.
fn accepts(record: &Record) -> Vec<String> {
    record.record("ready").map(|it| it.texts("accept")).unwrap_or_default()
}

/// One of the two words for a region.
pub(super) fn side(text: &str) -> Option<Side> {
    Side::BOTH.into_iter().find(|side| side.as_str() == text)
}
