//! Settings: what a world file may say about metrics and alarms.
//! Invariant: every duration that AWS publishes no number for is here, with the lab's own as its default.
//! Used by: `cloudwatch`.

use serde::Deserialize;

use crate::lab::world::timings::Span;

/// How this service behaves where AWS leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From the end of a minute to its datapoint of AWS's own metrics; not published, one to two minutes are usual.
    /// Default `60s..120s`.
    pub late: Span,
    /// From the end of a period to the alarms' look at it; not published. Default `10s..30s`.
    pub evaluated: Span,
    /// From PutMetricData to its value being read; AWS: up to two minutes. Default `1s..30s`.
    pub put_visible: Span,
    /// From a metric's first value to its being listed; AWS: up to fifteen minutes. Default `1m..15m`.
    pub listed: Span,
    /// For how long before its start the world has datapoints. Default `3h`.
    pub history: Span,
    /// The metrics that Beanstalk publishes. AWS: `EnvironmentHealth` alone, unless an environment is configured to
    /// publish more. Default `[EnvironmentHealth]`.
    pub beanstalk_metrics: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            late: Span::secs(60, 120),
            evaluated: Span::secs(10, 30),
            put_visible: Span::secs(1, 30),
            listed: Span::secs(60, 900),
            history: Span::secs(10_800, 10_800),
            beanstalk_metrics: vec!["EnvironmentHealth".to_owned()],
        }
    }
}
