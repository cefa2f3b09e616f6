//! Timings: how long AWS takes for each thing that happens by itself.
//! Invariant: every range lies within what AWS documents or what was observed; where AWS publishes no number, the range
//! says so. The ranges keep to the faster end, so that a whole drill fits in about ten minutes of the world's time.
//! Not here: settings that a deployment chooses itself, as health-check intervals (see `elb::build`).
//! Used by: the services of the world.

use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use super::rng::Rng;

/// A range that the seed draws from, evenly. Written as `500ms..5s`, or as `10s` where it is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span {
    low: Duration,
    high: Duration,
}

impl Span {
    /// From `low` to `high` milliseconds.
    pub const fn millis(low: u64, high: u64) -> Span {
        Span { low: Duration::from_millis(low), high: Duration::from_millis(high) }
    }

    /// From `low` to `high` seconds.
    pub const fn secs(low: u64, high: u64) -> Span {
        Span { low: Duration::from_secs(low), high: Duration::from_secs(high) }
    }

    /// A duration within the range.
    pub fn draw(self, rng: &mut Rng) -> Duration {
        rng.between(self.low, self.high)
    }

    /// The shortest the range allows.
    pub const fn shortest(self) -> Duration {
        self.low
    }

    /// The longest the range allows.
    pub const fn longest(self) -> Duration {
        self.high
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Span, String> {
        let one = |part: &str| {
            let read =
                part.trim().parse::<SignedDuration>().ok().and_then(|own| Duration::try_from(own).ok());
            read.ok_or_else(|| {
                format!("`{text}` is not a duration as `10s`, nor a range of them as `500ms..5s`")
            })
        };
        let (low, high) = text.split_once("..").unwrap_or((&text, &text));
        let (low, high) = (one(low)?, one(high)?);
        let ordered = low <= high;
        ordered.then_some(Span { low, high }).ok_or_else(|| format!("`{text}` ends before it begins"))
    }
}

/// From a security-group change to its effect on packets. AWS: "propagated … as quickly as possible. However, a small
/// delay might occur" (RevokeSecurityGroupIngress API reference); no number is published.
pub const RULE_EFFECTIVE: Span = Span::millis(500, 5_000);

/// From a write to the first describe that shows it. AWS: EC2 API "eventual consistency"; no number is published.
pub const DESCRIBE_STALE: Span = Span::millis(0, 2_000);

/// How long a balancer's pooled connections to a target outlive the rule that admitted them, until the server's own
/// keep-alive limits have closed them all. Tracked connections are not cut (EC2 user guide, connection tracking).
pub const POOL_LINGER: Span = Span::millis(3_000, 8_000);

/// How long a balancer tries to connect to a target before 504. AWS: "failed to establish a connection to the target
/// before the connection timeout expired (10 seconds)" (ELB user guide, troubleshooting).
pub const CONNECT_TIMEOUT: Span = Span::millis(10_000, 10_200);

/// How long a balancer waits for a target's answer before 504. AWS: idle timeout, 60 s by default (ELB user guide).
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a balancer keeps a client connection at most. AWS: `client_keep_alive.seconds`, 3600 by default.
pub const CLIENT_KEEP_ALIVE: Duration = Duration::from_secs(3_600);

/// From a target's change of health to the describe that shows it; unpublished.
pub const TARGET_REPORTED: Span = Span::millis(0, 5_000);

/// How often a Beanstalk agent reports. AWS: "every 10 seconds" (Beanstalk guide, enhanced health metrics).
pub const AGENT_REPORTS: Duration = Duration::from_secs(10);

/// From failing targets to the environment's lower status. AWS: at least three failed checks within one minute before
/// a downgrade (Beanstalk guide, enhanced health status); observed 60 to 180 s.
pub const ENVIRONMENT_WORSENS: Span = Span::secs(60, 90);

/// From healthy targets to the environment's better status; observed 60 to 240 s.
pub const ENVIRONMENT_RECOVERS: Span = Span::secs(60, 100);

/// From a request at the balancer to a healthy application's answer.
pub const APPLICATION_ANSWERS: Span = Span::millis(18, 65);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_it_is_written() {
        let read = |text: &str| Span::try_from(text.to_owned());
        assert_eq!(read("500ms..5s"), Ok(Span::millis(500, 5_000)));
        assert_eq!(read("1m"), Ok(Span::secs(60, 60)));
        assert!(read("5s..1s").is_err() && read("soon").is_err() && read("-1s").is_err());
    }
}
