//! Said: a condition in words, as journals record it.
//! Invariant: the words depend on the condition alone; journals of earlier runs hold the same.
//! Not here: what a condition means (see `measure::condition`).
//! Used by: everyone who shows a condition.

use std::fmt;

use super::model::{Claim, Condition, HowMany};

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.claim)?;
        if self.lasting > std::time::Duration::ZERO {
            write!(f, " for {}", crate::text::duration(self.lasting))?;
        }
        Ok(())
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claim::Site { answers, from, writes } => {
                f.write_str("site answers")?;
                answers.map_or(Ok(()), |code| write!(f, " {code}"))?;
                from.map_or(Ok(()), |side| write!(f, " from {side}"))?;
                match writes {
                    Some(true) => f.write_str(" and takes writes"),
                    Some(false) => f.write_str(" and takes no writes"),
                    None => Ok(()),
                }
            }
            Claim::Environment { of, health } => write!(f, "environment of {of} is {}", health.join(" or ")),
            Claim::HealthCheck { of, healthy: true } => write!(f, "health check of {of} is healthy"),
            Claim::HealthCheck { of, healthy: false } => write!(f, "health check of {of} is unhealthy"),
            Claim::Targets { of, healthy: HowMany::All } => write!(f, "all targets of {of} are healthy"),
            Claim::Targets { of, healthy: HowMany::None } => write!(f, "no target of {of} is healthy"),
            Claim::Targets { of, healthy: HowMany::AtLeast(n) } => {
                write!(f, "at least {n} targets of {of} are healthy")
            }
            Claim::Database { writer, lag_below } => {
                f.write_str("database")?;
                writer.map_or(Ok(()), |side| write!(f, " writer is in {side}"))?;
                lag_below.map_or(Ok(()), |lag| write!(f, " lag is below {}", crate::text::duration(lag)))
            }
            Claim::Dns { answers, authoritative: true } => write!(f, "the zone's servers answer {answers}"),
            Claim::Dns { answers, authoritative: false } => write!(f, "the resolver answers {answers}"),
            Claim::Alarm { name, of, is } => write!(f, "alarm {name} of {of} is {is}"),
        }
    }
}
