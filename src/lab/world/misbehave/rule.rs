//! Rule: which calls a lab answers otherwise than AWS does on a good day, and how.
//! Invariant: its text, read again, gives the same rule.
//! Not here: reading (see `read`), deciding (see `decide`).
//! Used by: `misbehave`.

use std::{fmt, time::Duration};

use crate::lab::world::call::{Call, Service};

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The service; `None` for every service.
    pub service: Option<Service>,
    /// The operation; `None` for every operation.
    pub operation: Option<String>,
    /// The region that signs; `None` for every region.
    pub region: Option<String>,
    /// What happens.
    pub kind: Kind,
    /// Which of the matching calls it happens to, by their number.
    pub turns: Turns,
    /// How often it happens to these, in millionths: 1,000,000 is always.
    pub millionths: u32,
    /// What decides the chance; the world's seed if there is none.
    pub seed: Option<u64>,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is refused for its rate, before anything is done.
    Throttle,
    /// It fails with an internal error, before anything is done.
    InternalError,
    /// The service says that it is unavailable, before anything is done.
    Unavailable,
    /// It is refused for want of permission.
    Denied,
    /// It is refused as signed by a session that is over.
    ExpiredToken,
    /// It is carried out, and the connection ends without an answer.
    ReplyLostAfter,
    /// The connection ends without an answer, and nothing was done.
    ReplyLostBefore,
    /// It is carried out, and the answer comes so much later.
    Slow(Duration),
    /// A read repeats what it answered to the same question before, if that is not older than this.
    StaleRead(Duration),
    /// It is carried out, and the answer breaks off in the middle of its text.
    Malformed,
    /// Something between client and service answers 502 with a page of HTML; nothing was done.
    Html,
    /// It is carried out, and the answer's `Date` is so much in the past.
    Skewed(Duration),
    /// The connection is reset, and nothing was done.
    Reset,
    /// The connection stays open and no answer ever comes; nothing was done.
    Mute,
}

/// A kind's name, what it does, and the duration that it has where none is said, if it takes one.
#[derive(Debug)]
pub struct Named {
    /// The name.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    /// The duration where none is said; `None` if it takes none.
    pub duration: Option<Duration>,
}

const fn plain(name: &'static str, does: &'static str) -> Named {
    Named { name, does, duration: None }
}

const fn lasting(name: &'static str, seconds: u64, does: &'static str) -> Named {
    Named { name, does, duration: Some(Duration::from_secs(seconds)) }
}

/// Every kind.
pub const KINDS: [Named; 14] = [
    plain("throttle", "refused for its rate, in the service's own words; nothing is done"),
    plain("internal-error", "fails with the service's internal error, 500; nothing is done"),
    plain("unavailable", "fails with the service's 503; nothing is done"),
    plain("denied", "refused for want of permission"),
    plain("expired-token", "refused as signed by a session that is over"),
    plain("reply-lost-after", "carried out; the connection ends without an answer"),
    plain("reply-lost-before", "the connection ends without an answer; nothing is done"),
    lasting("slow", 5, "carried out; the answer comes so much later"),
    lasting("stale-read", 60, "a read repeats its last answer to the same question, if not older than this"),
    plain("malformed", "carried out; the answer breaks off in the middle"),
    plain("html", "502 and a page of HTML, as from a proxy; nothing is done"),
    lasting("skewed", 600, "carried out; the answer's Date is so much in the past"),
    plain("reset", "the connection is reset; nothing is done"),
    plain("mute", "the connection stays open and no answer ever comes; nothing is done"),
];

impl Kind {
    /// The kind of this name, with this duration where it takes one.
    pub(super) fn named(name: &str, duration: Duration) -> Option<Kind> {
        Some(match name {
            "throttle" => Kind::Throttle,
            "internal-error" => Kind::InternalError,
            "unavailable" => Kind::Unavailable,
            "denied" => Kind::Denied,
            "expired-token" => Kind::ExpiredToken,
            "reply-lost-after" => Kind::ReplyLostAfter,
            "reply-lost-before" => Kind::ReplyLostBefore,
            "slow" => Kind::Slow(duration),
            "stale-read" => Kind::StaleRead(duration),
            "malformed" => Kind::Malformed,
            "html" => Kind::Html,
            "skewed" => Kind::Skewed(duration),
            "reset" => Kind::Reset,
            "mute" => Kind::Mute,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Throttle => f.write_str("throttle"),
            Kind::InternalError => f.write_str("internal-error"),
            Kind::Unavailable => f.write_str("unavailable"),
            Kind::Denied => f.write_str("denied"),
            Kind::ExpiredToken => f.write_str("expired-token"),
            Kind::ReplyLostAfter => f.write_str("reply-lost-after"),
            Kind::ReplyLostBefore => f.write_str("reply-lost-before"),
            Kind::Slow(duration) => write!(f, "slow={}ms", duration.as_millis()),
            Kind::StaleRead(duration) => write!(f, "stale-read={}ms", duration.as_millis()),
            Kind::Malformed => f.write_str("malformed"),
            Kind::Html => f.write_str("html"),
            Kind::Skewed(duration) => write!(f, "skewed={}ms", duration.as_millis()),
            Kind::Reset => f.write_str("reset"),
            Kind::Mute => f.write_str("mute"),
        }
    }
}

/// Which of the matching calls, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turns {
    /// All.
    Every,
    /// From the first number to the second, both included.
    Range(u64, u64),
    /// Each whose number is a multiple.
    Multiple(u64),
}

impl Turns {
    /// True if the call of this number is one of them.
    pub(super) fn has(self, number: u64) -> bool {
        match self {
            Turns::Every => true,
            Turns::Range(from, to) => (from..=to).contains(&number),
            Turns::Multiple(of) => number.is_multiple_of(of),
        }
    }

    /// True if no later call can be one of them.
    pub(super) fn is_over(self, number: u64) -> bool {
        matches!(self, Turns::Range(_, to) if number >= to)
    }
}

impl Rule {
    /// A rule for every call, always.
    pub fn always(kind: Kind) -> Rule {
        let (service, operation, region, seed) = (None, None, None, None);
        Rule { service, operation, region, kind, turns: Turns::Every, millionths: CERTAIN, seed }
    }

    /// True if the rule speaks of this call.
    pub(super) fn matches(&self, call: &Call) -> bool {
        let lives = if call.service.is_global() { GLOBAL_REGION } else { &call.region };
        self.service.is_none_or(|service| service == call.service)
            && self.operation.as_ref().is_none_or(|operation| *operation == call.operation)
            && self.region.as_ref().is_none_or(|region| region == lives)
    }
}

/// Where the services live that are one for the whole world. AWS: "the control plane … is located in us-east-1"
/// (Route 53 developer guide, disaster recovery).
pub(super) const GLOBAL_REGION: &str = "us-east-1";

/// The chance of what always happens.
pub(super) const CERTAIN: u32 = 1_000_000;

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.service.map_or("*", Service::scope))?;
        write!(f, ":{}", self.operation.as_deref().unwrap_or("*"))?;
        if let Some(region) = &self.region {
            write!(f, "@{region}")?;
        }
        write!(f, " {}", self.kind)?;
        match self.turns {
            Turns::Every => {}
            Turns::Range(from, u64::MAX) => write!(f, " count={from}..")?,
            Turns::Range(1, to) => write!(f, " count={to}")?,
            Turns::Range(from, to) => write!(f, " count={from}..{to}")?,
            Turns::Multiple(of) => write!(f, " every={of}")?,
        }
        if self.millionths < CERTAIN {
            write!(f, " p={}", f64::from(self.millionths) / f64::from(CERTAIN))?;
        }
        match self.seed {
            Some(seed) => write!(f, " seed={seed}"),
            None => Ok(()),
        }
    }
}
