//! Resolver: a caching resolver that asks the authorities and obeys their TTLs, or overstays them where it is set to.
//! Invariant: remembers in the world's time; what it hands out may be remembered only as long as it remembers itself.
//! Not here: the authorities' own answers (see `authority`).
//! Used by: the DNS door for questions with recursion.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::{DnsAnswer, DnsCode, DnsKind, DnsQuestion, DnsRecord, Settings, authority::alias, name};
use crate::{
    clock::later,
    lab::world::{World, rng::Rng},
};

/// More names than this are swept before another is added.
const SWEEP_AT: usize = 4096;

/// What the resolver remembers: for the clients behind a resolver that obeys TTLs, and for those behind one that does
/// not.
#[derive(Debug, Default)]
pub(in crate::lab) struct Cache {
    known: BTreeMap<(bool, String, DnsKind), Known>,
    hold: Duration,
    asked: u64,
    pub(in crate::lab) settings: Settings,
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
        let overstays = self.resolver.overstays_next(self.seed());
        let mut answer = self.known_or_asked(overstays, &name::canonical(&question.name), question.kind);
        // Eight names in a row are more than any honest chain has.
        for _ in 0..8 {
            let Some(next) = alias(&answer.records, question.kind) else { break };
            let step = self.known_or_asked(overstays, &next, question.kind);
            answer.code = step.code;
            answer.records.extend(step.records);
            answer.authority = step.authority;
        }
        // A zone refers to name servers that the world has not got: RFC 1035 calls that a failure of the server.
        if answer.records.is_empty()
            && answer.authority.iter().any(|record| record.data.kind() == DnsKind::Ns)
        {
            answer.code = DnsCode::ServFail;
            answer.authority.clear();
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

    fn known_or_asked(&mut self, overstays: bool, name: &str, kind: DnsKind) -> DnsAnswer {
        let now = self.now();
        let key = (overstays, name.to_owned(), kind);
        if let Some(known) = self.resolver.known.get(&key).filter(|known| known.until > now) {
            return known.left(now);
        }
        let question = DnsQuestion { name: name.to_owned(), kind, recursive: false };
        let answer = self.answer(now, &question);
        if answer.code != DnsCode::Refused {
            if !overstays {
                self.note_new_answer(&key, &answer);
            }
            self.resolver.remember(key, &answer, now);
        }
        answer
    }

    /// Notes the moment from which users of this resolver are led elsewhere: later than the authority's `dns.answer` by
    /// what was left of the old answer's TTL.
    fn note_new_answer(&mut self, key: &(bool, String, DnsKind), answer: &DnsAnswer) {
        let leads = |answer: &DnsAnswer| self.region_of_address(answer.addresses().into_iter().next()?);
        let (before, now) =
            (self.resolver.known.get(key).and_then(|known| leads(&known.answer)), leads(answer));
        if let Some(region) = now.filter(|_| before != now) {
            let name = key.1.trim_end_matches('.').to_owned();
            let was = before.unwrap_or("").to_owned();
            self.note("resolver.answer", [("name", name), ("region", region.to_owned()), ("was", was)]);
        }
    }
}

impl Cache {
    /// Whether the next question comes from behind a resolver that overstays TTLs.
    fn overstays_next(&mut self, seed: u64) -> bool {
        self.asked += 1;
        let share = u64::from(self.settings.overstaying_percent);
        share > 0 && Rng::stream(seed ^ self.asked, "resolver").below(100) < share
    }

    fn remember(&mut self, key: (bool, String, DnsKind), answer: &DnsAnswer, now: Timestamp) {
        if self.known.len() >= SWEEP_AT {
            self.known.retain(|_, known| known.until > now);
        }
        // Still full of answers that hold: forget all rather than grow without bound.
        if self.known.len() >= SWEEP_AT {
            self.known.clear();
        }
        let told = answer.records.iter().chain(&answer.authority).map(|record| record.ttl).min();
        let factor = if key.0 { self.settings.overstaying_factor.max(1) } else { 1 };
        let ttl = Duration::from_secs(u64::from(told.unwrap_or(0)) * u64::from(factor)).max(self.hold);
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
