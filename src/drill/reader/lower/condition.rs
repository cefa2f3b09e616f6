//! Condition: a condition's record to the model.
//! Invariant: pure and silent.
//! Not here: whether it can be seen (see `sense`).
//! Used by: lower; sense, to compare conditions by meaning.

use std::time::Duration;

use super::side;
use crate::{
    drill::model::{Claim, Condition, HowMany},
    grammar::record::{Record, Value},
};

/// The conditions of a list.
pub(super) fn all(record: &Record, name: &str) -> Option<Vec<Condition>> {
    record.records(name).map(one).collect()
}

/// One condition.
pub(in crate::drill::reader) fn one(record: &Record) -> Option<Condition> {
    let body = record.record(record.head())?;
    let of = || side(body.text("of")?);
    let claim = match record.head() {
        "site" => Claim::Site {
            answers: body.whole("answers").and_then(|code| u16::try_from(code).ok()),
            from: body.text("from").and_then(side),
            writes: body.bool("writes"),
        },
        "environment" => Claim::Environment { of: of()?, health: body.texts("health") },
        "health_check" => Claim::HealthCheck { of: of()?, healthy: body.text("is")? == "healthy" },
        "targets" => Claim::Targets { of: of()?, healthy: how_many(&body.item("healthy")?.value)? },
        "database" => {
            Claim::Database { writer: body.text("writer").and_then(side), lag_below: body.time("lag_below") }
        }
        "dns" => Claim::Dns {
            answers: side(body.text("answers")?)?,
            authoritative: body.text("at")? == "authoritative",
        },
        "alarm" => {
            Claim::Alarm { name: body.text("name")?.to_owned(), of: of()?, is: body.text("is")?.to_owned() }
        }
        _ => return None,
    };
    Some(Condition { claim, lasting: body.time("for").unwrap_or(Duration::ZERO) })
}

fn how_many(value: &Value) -> Option<HowMany> {
    match value {
        Value::Whole(count) => usize::try_from(*count).ok().map(HowMany::AtLeast),
        Value::Text(word) if word == "all" => Some(HowMany::All),
        Value::Text(word) if word == "none" => Some(HowMany::None),
        _ => None,
    }
}
