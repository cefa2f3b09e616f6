//! Timing: how long Route 53 takes, and from where that is known.
//! Invariant: every random duration of this service is a row here.
//! Used by: `route53`.

use std::time::Duration;

/// The shortest and the longest that something takes.
pub(super) type Range = (Duration, Duration);

const fn seconds(low: u64, high: u64) -> Range {
    (Duration::from_secs(low), Duration::from_secs(high))
}

/// From a change of records to INSYNC. AWS: GetChange: "generally within 60 seconds".
pub(super) const IN_SYNC: Range = seconds(5, 40);
/// From a new configuration of a health check to its checkers. Not published; the fast end of what is seen.
pub(super) const CONFIGURED: Range = seconds(5, 12);
/// From a new status of a health check to the name servers' answers. Not published.
pub(super) const PUBLISHED: Range = seconds(1, 5);
/// How often Route 53 looks at the targets of aliases. Not published.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(5);
/// From a look that sees a new health of an alias's target to the name servers' answers. Not published; with the
/// interval of looks 5 to 20 seconds in all.
pub(super) const TARGET_PUBLISHED: Range = seconds(5, 15);
/// From a checker to the endpoint and back: checkers stand on every continent.
pub(super) const ROUND_TRIP: Range = (Duration::from_millis(20), Duration::from_millis(250));
/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": HTTP and HTTPS connect
/// within four seconds.
pub(super) const HTTP_CONNECT: Duration = Duration::from_secs(4);
/// The same page: the status comes within two seconds after connecting.
pub(super) const HTTP_STATUS: Duration = Duration::from_secs(2);
/// The same page: TCP connects within ten seconds.
pub(super) const TCP_CONNECT: Duration = Duration::from_secs(10);
