//! Fate: all that chance decides of one trial, from its seed alone.
//! Invariant: equal seeds, drills and levels give equal fates, on every machine.
//! Not here: carrying it out (see `trial`).
//! Used by: `trial`.

use std::{fmt, time::Duration};

use jiff::Timestamp;

use super::{
    life::{Lost, Moment},
    outsider::Deed,
};
use crate::{
    clock::later,
    lab::world::{
        call::Service,
        misbehave::{Kind, Rule, Turns},
        rng::Rng,
    },
};

/// The first day of all simulations.
const EPOCH: i64 = 1_790_000_000;
/// How many times a restoration is killed at most before one is left alone.
const KILLED_RESTORATIONS: u64 = 3;
/// So long after a run's start the outsider may still come.
const OUTSIDER_WITHIN: Duration = Duration::from_secs(20 * 60);

/// How badly AWS behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Level {
    /// As it should.
    #[default]
    None,
    /// One call in some hundreds.
    Low,
    /// One call in thirty, and calls that restore things again and again.
    High,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::None => "none",
            Level::Low => "low",
            Level::High => "high",
        })
    }
}

/// What may happen to a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hazards {
    /// Lives are killed.
    pub kill: bool,
    /// How badly AWS behaves.
    pub misbehave: Level,
}

/// One trial's fate.
#[derive(Debug, Clone)]
pub struct Fate {
    /// When it starts.
    pub start: Timestamp,
    /// The rules by which AWS misbehaves.
    pub rules: Vec<Rule>,
    /// What someone else does meanwhile, each so long after the start.
    pub outsider: Vec<(Duration, Deed)>,
    /// When the run is killed, and each restoration after it; the last is `None`.
    pub ends: Vec<Option<Moment>>,
    /// The answer that each life loses; a life beyond the last loses none.
    pub losses: Vec<Option<Lost>>,
    /// How long nobody is there after each killed life.
    pub pauses: Vec<Duration>,
}

impl Fate {
    /// The fate of this seed.
    pub fn of(seed: u64, hazards: Hazards) -> Fate {
        let mut dice = Rng::stream(seed, "fate");
        let start = Timestamp::from_second(EPOCH).unwrap_or_default();
        let start = later(start, dice.between(Duration::ZERO, Duration::from_secs(86_400)));
        let rules = rules(&mut Rng::stream(seed, "fate: rules"), hazards.misbehave);
        let outsider = match hazards.misbehave {
            Level::High => outsider(&mut Rng::stream(seed, "fate: outsider")),
            Level::None | Level::Low => Vec::new(),
        };
        let mut kills = Rng::stream(seed, "fate: kills");
        let ends = if hazards.kill { ends(&mut kills) } else { vec![None] };
        let pauses = ends.iter().map(|_| pause(&mut kills)).collect();
        Fate { start, rules, outsider, ends, losses: Vec::new(), pauses }
    }
}

/// Every kind, for every operation, with its chance in millionths.
fn rules(dice: &mut Rng, level: Level) -> Vec<Rule> {
    let chance = match level {
        Level::None => return Vec::new(),
        Level::Low => 200,
        Level::High => 2_400,
    };
    let mut rules: Vec<Rule> =
        kinds(dice).into_iter().map(|kind| Rule { millionths: chance, ..Rule::always(kind) }).collect();
    if level == Level::High {
        let bursts = dice.below(4);
        rules.splice(0..0, (0..bursts).map(|_| burst(dice)).collect::<Vec<_>>());
    }
    rules
}

fn kinds(dice: &mut Rng) -> [Kind; 14] {
    let mut seconds = |low, high| dice.between(Duration::from_secs(low), Duration::from_secs(high));
    [
        Kind::Throttle,
        Kind::InternalError,
        Kind::Unavailable,
        Kind::Denied,
        Kind::ExpiredToken,
        Kind::ReplyLostAfter,
        Kind::ReplyLostBefore,
        Kind::Slow(seconds(1, 14)),
        Kind::StaleRead(seconds(1, 60)),
        Kind::Malformed,
        Kind::Html,
        Kind::Skewed(seconds(60, 900)),
        Kind::Reset,
        Kind::Mute,
    ]
}

/// Some calls in a row of one operation that changes or proves something.
fn burst(dice: &mut Rng) -> Rule {
    const TARGETS: [(Service, &str); 12] = [
        (Service::Ec2, "RevokeSecurityGroupIngress"),
        (Service::Ec2, "AuthorizeSecurityGroupIngress"),
        (Service::Ec2, "DescribeSecurityGroupRules"),
        (Service::Ec2, "DescribeSecurityGroups"),
        (Service::Ec2, "CreateTags"),
        (Service::Rds, "SwitchoverGlobalCluster"),
        (Service::Rds, "FailoverGlobalCluster"),
        (Service::Rds, "DescribeGlobalClusters"),
        (Service::Route53, "UpdateHealthCheck"),
        (Service::Route53, "GetHealthCheck"),
        (Service::Ssm, "PutParameter"),
        (Service::Ssm, "GetParameter"),
    ];
    let (service, operation) = TARGETS[dice.below(TARGETS.len() as u64) as usize];
    let kinds = kinds(dice);
    let kind = kinds[dice.below(kinds.len() as u64) as usize];
    let from = 1 + dice.below(4);
    let turns = Turns::Range(from, from + dice.below(6));
    Rule { service: Some(service), operation: Some(operation.to_owned()), turns, ..Rule::always(kind) }
}

fn outsider(dice: &mut Rng) -> Vec<(Duration, Deed)> {
    // Mostly nobody comes.
    let visits = dice.below(5).saturating_sub(2);
    let visit = |dice: &mut Rng| {
        let at = dice.between(Duration::ZERO, OUTSIDER_WITHIN);
        (at, Deed::ALL[dice.below(Deed::ALL.len() as u64) as usize])
    };
    let mut visits: Vec<_> = (0..visits).map(|_| visit(dice)).collect();
    visits.sort_by_key(|(at, _)| *at);
    visits
}

/// The run's end, the ends of up to three restorations, and one that is left alone.
fn ends(dice: &mut Rng) -> Vec<Option<Moment>> {
    let mut ends = vec![Some(run_end(dice))];
    let restorations = dice.below(KILLED_RESTORATIONS + 1);
    ends.extend((0..restorations).map(|_| Some(restoration_end(dice))));
    ends.push(None);
    ends
}

fn run_end(dice: &mut Rng) -> Moment {
    match dice.below(10) {
        0..=2 => Moment::BeforeRecord(2 + dice.below(48)),
        3 => Moment::InRecord(2 + dice.below(48), dice.below(1000) as u16),
        4 => Moment::AfterRecord(1 + dice.below(49)),
        5 => Moment::BeforeCall(1 + dice.below(1500)),
        6 => Moment::AfterCall(1 + dice.below(1500)),
        7 => Moment::BeforeWrite(1 + dice.below(8)),
        _ => Moment::AfterWrite(1 + dice.below(8)),
    }
}

fn restoration_end(dice: &mut Rng) -> Moment {
    match dice.below(8) {
        0 | 1 => Moment::BeforeRecord(1 + dice.below(10)),
        2 => Moment::InRecord(1 + dice.below(10), dice.below(1000) as u16),
        3 => Moment::AfterRecord(1 + dice.below(10)),
        4 => Moment::BeforeCall(1 + dice.below(60)),
        5 => Moment::AfterCall(1 + dice.below(60)),
        6 => Moment::BeforeWrite(1 + dice.below(3)),
        _ => Moment::AfterWrite(1 + dice.below(3)),
    }
}

/// Somebody notices at once, or hours later.
fn pause(dice: &mut Rng) -> Duration {
    match dice.below(3) {
        0 => Duration::ZERO,
        1 => dice.between(Duration::from_secs(1), Duration::from_secs(120)),
        _ => dice.between(Duration::from_secs(120), Duration::from_secs(3 * 3600)),
    }
}
