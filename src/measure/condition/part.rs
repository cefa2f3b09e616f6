//! Part: the piece of a claim that one watch can answer.
//! Invariant: a part rests on exactly one watch; a claim holds when all its parts hold.
//! Not here: time (see the board above).
//! Used by: the board.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    drill::model::{Claim, HowMany, Side},
    journal::sample::{Outcome, Sample, Seen, WatchName},
    measure::seen,
};

/// A metric point older than this says nothing about now. CloudWatch publishes Aurora's replication lag once a
/// minute and may be some minutes behind.
const METRIC_LIFE: Duration = Duration::from_secs(300);

/// What one watch must show.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Site { answers: Option<u16>, from: Option<Side> },
    Write { works: bool, from: Option<Side> },
    Environment { of: Side, health: Vec<String> },
    HealthCheck { of: Side, healthy: bool },
    Targets { of: Side, healthy: HowMany },
    Writer(Side),
    Lag(Duration),
    Dns { answers: Side, authoritative: bool },
    Alarm { name: String, of: Side, is: String },
}

impl Part {
    /// The parts of a claim; none if it claims nothing.
    pub(super) fn of(claim: &Claim) -> Vec<Part> {
        match claim.clone() {
            Claim::Site { answers, from, writes } => {
                let site = Part::Site { answers, from };
                let write = writes.map(|works| Part::Write { works, from });
                std::iter::once(site).chain(write).collect()
            }
            Claim::Environment { of, health } => vec![Part::Environment { of, health }],
            Claim::HealthCheck { of, healthy } => vec![Part::HealthCheck { of, healthy }],
            Claim::Targets { of, healthy } => vec![Part::Targets { of, healthy }],
            Claim::Database { writer, lag_below } => {
                writer.map(Part::Writer).into_iter().chain(lag_below.map(Part::Lag)).collect()
            }
            Claim::Dns { answers, authoritative } => vec![Part::Dns { answers, authoritative }],
            Claim::Alarm { name, of, is } => vec![Part::Alarm { name, of, is }],
        }
    }

    /// The watch that answers it.
    pub(super) fn watch(&self) -> WatchName {
        match self {
            Part::Site { .. } => WatchName::site(),
            Part::Write { .. } => WatchName::write(),
            Part::Environment { of, .. } => WatchName::environment(*of),
            Part::HealthCheck { of, .. } => WatchName::health_check(*of),
            Part::Targets { of, .. } => WatchName::targets(*of),
            Part::Writer(_) => WatchName::database(),
            Part::Lag(_) => WatchName::lag(),
            Part::Dns { authoritative: true, .. } => WatchName::dns_authoritative(),
            Part::Dns { authoritative: false, .. } => WatchName::dns_resolver(),
            Part::Alarm { name, of, .. } => WatchName::alarm(*of, name),
        }
    }

    /// Whether the sample shows it; `None`: the sample cannot tell.
    pub(super) fn holds(&self, sample: &Sample) -> Option<bool> {
        if matches!(sample.outcome, Outcome::Unknown { .. }) {
            return None;
        }
        match (self, &sample.seen) {
            (Part::Site { answers, from }, _) => site(sample, *answers, *from),
            (Part::Write { works, from }, _) => Some(write(sample, *works, *from)),
            (Part::Environment { health, .. }, Some(Seen::Environment { health: now, .. })) => {
                Some(health.contains(now))
            }
            (Part::HealthCheck { .. }, Some(Seen::HealthCheck { checkers: 0, disabled: false, .. })) => None,
            (Part::HealthCheck { healthy, .. }, Some(Seen::HealthCheck { healthy: now, .. })) => {
                Some(healthy == now)
            }
            (Part::Targets { healthy, .. }, Some(Seen::Targets { total, healthy: now, .. })) => {
                Some(enough(*healthy, *now, *total))
            }
            (Part::Writer(_), Some(Seen::Database { operation: Some(_), .. })) => Some(false),
            (Part::Writer(side), Some(Seen::Database { writer, .. })) => writer.map(|now| now == *side),
            (Part::Lag(below), Some(Seen::Lag { millis, at })) => {
                fresh(*at, sample).then(|| seen::lag(*millis)).flatten().map(|lag| lag < *below)
            }
            (Part::Dns { answers, .. }, Some(Seen::Dns { side, .. })) => Some(*side == Some(*answers)),
            (Part::Alarm { is, .. }, Some(Seen::Alarm { state, .. })) => Some(is == state),
            // A look that brought nothing typed says nothing about a typed claim; a name that has no
            // address at all is the one exception: it certainly does not answer the region asked for.
            (Part::Dns { .. }, None) if !sample.outcome.is_good() => Some(false),
            _ => None,
        }
    }
}

fn site(sample: &Sample, answers: Option<u16>, from: Option<Side>) -> Option<bool> {
    let Some(Seen::Site { status, from: served, .. }) = &sample.seen else {
        return (!sample.outcome.is_good()).then_some(false);
    };
    let answered = answers.map_or(sample.outcome.is_good(), |code| *status == Some(code));
    match (answered, from, served) {
        (false, _, _) => Some(false),
        (true, None, _) => Some(true),
        (true, Some(wanted), Some(served)) => Some(wanted == *served),
        (true, Some(_), None) => None,
    }
}

/// The region of a write is only held against the claim when the answer tells it: the read beside it proves the
/// region, and a write check need not carry the site's marker.
fn write(sample: &Sample, works: bool, from: Option<Side>) -> bool {
    let served = match &sample.seen {
        Some(Seen::Site { from: served, .. }) => *served,
        _ => None,
    };
    let elsewhere = matches!((from, served), (Some(wanted), Some(served)) if wanted != served);
    !elsewhere && sample.outcome.is_good() == works
}

fn enough(wanted: HowMany, healthy: usize, total: usize) -> bool {
    match wanted {
        HowMany::All => total > 0 && healthy == total,
        HowMany::None => healthy == 0,
        HowMany::AtLeast(count) => healthy >= count,
    }
}

fn fresh(at: Timestamp, sample: &Sample) -> bool {
    Duration::try_from(sample.finished.wall.duration_since(at)).unwrap_or_default() <= METRIC_LIFE
}
