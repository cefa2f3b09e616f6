//! Resolver: a caching resolver that asks the authorities and obeys their TTLs.
//! Invariant: remembers in the world's time; what it hands out may be remembered only as long as it remembers itself.
//! Not here: the authorities' own answers (see `authority`).
//! Used by: the DNS door for questions with recursion.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::{DnsAnswer, DnsCode, DnsKind, DnsQuestion, DnsRecord, authority::alias, name};
use crate::{clock::later, lab::world::World};

/// More names than this are swept before another is added.
const SWEEP_AT: usize = 4096;

/// What the resolver remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct Cache {
    known: BTreeMap<(String, DnsKind), Known>,
    hold: Duration,
}

/// One remembered answer.
#[derive(Debug, Clone)]
struct Known {
    answer: DnsAnswer,
    until: Timestamp,
}

impl World {
    /// What a caching resolver answers at `now`: from memory as long as the TTL lasts, with the TTL that is left.
    pub fn resolve(&mut self, now: Timestamp, question: &DnsQuestion) -> DnsAnswer {
        self.advance(now);
        let mut answer = self.known_or_asked(&name::canonical(&question.name), question.kind);
        // Eight names in a row are more than any honest chain has.
        for _ in 0..8 {
            let Some(next) = alias(&answer.records, question.kind) else { break };
            let step = self.known_or_asked(&next, question.kind);
            answer.code = step.code;
            answer.records.extend(step.records);
            answer.authority = step.authority;
        }
        DnsAnswer { authoritative: false, ..answer }
    }

    /// Makes the resolver remember every answer for at least this long, as resolvers that overstay TTLs do.
    pub fn hold_answers(&mut self, at_least: Duration) {
        self.resolver.hold = at_least;
    }

    /// Makes the resolver forget everything.
    pub fn flush_resolver(&mut self) {
        self.resolver.known.clear();
    }

    fn known_or_asked(&mut self, name: &str, kind: DnsKind) -> DnsAnswer {
        let now = self.now();
        let key = (name.to_owned(), kind);
        if let Some(known) = self.resolver.known.get(&key).filter(|known| known.until > now) {
            return known.left(now);
        }
        let question = DnsQuestion { name: name.to_owned(), kind, recursive: false };
        let answer = self.answer(now, &question);
        if answer.code != DnsCode::Refused {
            self.resolver.remember(key, &answer, now);
        }
        answer
    }
}

impl Cache {
    fn remember(&mut self, key: (String, DnsKind), answer: &DnsAnswer, now: Timestamp) {
        if self.known.len() >= SWEEP_AT {
            self.known.retain(|_, known| known.until > now);
        }
        // Still full of answers that hold: forget all rather than grow without bound.
        if self.known.len() >= SWEEP_AT {
            self.known.clear();
        }
        let told = answer.records.iter().chain(&answer.authority).map(|record| record.ttl).min();
        let ttl = Duration::from_secs(u64::from(told.unwrap_or(0))).max(self.hold);
        self.known.insert(key, Known { answer: answer.clone(), until: later(now, ttl) });
    }
}

impl Known {
    /// The answer with the TTL that is left. A chain is remembered as long as its shortest link, so all get that.
    fn left(&self, now: Timestamp) -> DnsAnswer {
        let left = u32::try_from(self.until.duration_since(now).as_secs()).unwrap_or(0);
        let aged = |records: &[DnsRecord]| {
            records.iter().map(|record| DnsRecord { ttl: left, ..record.clone() }).collect()
        };
        DnsAnswer {
            records: aged(&self.answer.records),
            authority: aged(&self.answer.authority),
            ..self.answer.clone()
        }
    }
}
