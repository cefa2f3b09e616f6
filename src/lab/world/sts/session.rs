//! Session: temporary keys: how they are given out, and for how long.
//! Invariant: the secret and the token of a session are never shown again.
//! Used by: `sts_operate`.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use crate::lab::world::{
    World,
    call::{AwsFault, Tree},
    iam::policy::Policy,
    rng::Rng,
};

/// A session's key.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Session {
    pub(in crate::lab) secret: String,
    pub(in crate::lab) token: String,
    /// Who the session is.
    pub(in crate::lab) who: Who,
    /// The unique id of who it is.
    pub(in crate::lab) id: String,
    /// The ARN of who it is.
    pub(in crate::lab) arn: String,
    /// When it began.
    pub(in crate::lab) began: Timestamp,
    /// When it is over.
    pub(in crate::lab) ends: Timestamp,
    /// What limits it, if its beginning said so.
    pub(in crate::lab) policies: Option<Limits>,
    /// The session's tags.
    pub(in crate::lab) tags: Vec<(String, String)>,
    /// The source identity.
    pub(in crate::lab) source: Option<String>,
}

/// What limits a session: policies, each with its name.
pub(in crate::lab) type Limits = Vec<(String, Arc<Policy>)>;

/// Who a session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) enum Who {
    /// A user, by `GetSessionToken`.
    User { name: String },
    /// A role.
    Role { name: String },
}

/// A duration in seconds within bounds.
pub(super) fn seconds(asked: &str, least: u64, most: u64) -> Result<Duration, AwsFault> {
    let fits = asked.parse().ok().filter(|seconds| (least..=most).contains(seconds));
    fits.map(Duration::from_secs).ok_or_else(|| {
        let (bound, word) = match asked.parse::<u64>() {
            Ok(seconds) if seconds > most => (most, "less"),
            _ => (least, "greater"),
        };
        let message = format!(
            "1 validation error detected: Value '{asked}' at 'durationSeconds' failed to satisfy constraint: Member \
             must have value {word} than or equal to {bound}"
        );
        AwsFault::new(400, "ValidationError", message)
    })
}

impl World {
    /// Gives out a session's key.
    pub(super) fn begin_session(&mut self, session: impl FnOnce(String, String) -> Session) -> Tree {
        let seed = self.seed();
        let rng = self.sts.rng.get_or_insert_with(|| Rng::stream(seed, "sts"));
        let key = format!("ASIA{}", rng.hex(16).to_uppercase());
        let (secret, token) = (rng.hex(40), rng.hex(120));
        let session = session(secret, token);
        let credentials = Tree::map([
            ("AccessKeyId", Tree::text(&key)),
            ("SecretAccessKey", Tree::text(&session.secret)),
            ("SessionToken", Tree::text(&session.token)),
            ("Expiration", Some(Tree::Time(session.ends))),
        ]);
        self.sts.sessions.insert(key, session);
        credentials
    }
}
