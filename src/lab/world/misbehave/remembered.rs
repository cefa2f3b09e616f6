//! Remembered: what reads answered before, for those that are to answer stale.
//! Invariant: holds answers of reads only, and so many at most.
//! Used by: `misbehave`.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::lab::world::call::{Call, Reply, Service};

/// More questions than any client asks in a drill; further ones are answered truthfully.
const MOST: usize = 1_000;

/// What tells one question from another.
type Question = (Service, String, String, String);

/// Answers by their question.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    answers: BTreeMap<Question, (Timestamp, Reply)>,
}

impl Remembered {
    /// Keeps what a read answered; a later answer takes the place of an earlier one.
    pub(super) fn keep(&mut self, now: Timestamp, call: &Call, reply: &Reply) {
        let question = question(call);
        if reads(call) && reply.is_ok() && (self.answers.len() < MOST || self.answers.contains_key(&question))
        {
            self.answers.insert(question, (now, reply.clone()));
        }
    }

    /// What the same question was answered, if that was not more than `oldest` ago.
    pub(super) fn find(&self, now: Timestamp, call: &Call, oldest: Duration) -> Option<Reply> {
        let (at, reply) = self.answers.get(&question(call))?;
        let age = Duration::try_from(now.duration_since(*at)).unwrap_or_default();
        (age <= oldest).then(|| reply.clone())
    }
}

fn reads(call: &Call) -> bool {
    ["Describe", "List", "Get", "Retrieve"].iter().any(|verb| call.operation.starts_with(verb))
}

fn question(call: &Call) -> Question {
    (call.service, call.region.clone(), call.operation.clone(), format!("{:?}", call.params))
}
