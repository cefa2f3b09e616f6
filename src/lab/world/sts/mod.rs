//! Sts: who is calling.
//! Invariant: needs no permission and changes nothing but the list of session keys.
//! Not here: signatures (see `lab::wire`).
//! Used by: `World::handle`.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::{
    World,
    call::{AwsFault, Call, Operation, Reply, Service, Tree},
    reference::{ACCESS_KEY, ACCOUNT, SECRET_KEY},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[Operation::real("AssumeRole"), Operation::real("GetCallerIdentity")];

/// What this service remembers: the sessions it has given out.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    sessions: BTreeMap<String, Session>,
    rng: Option<Rng>,
}

/// A session of an assumed role.
#[derive(Debug)]
struct Session {
    secret: String,
    token: String,
    user: String,
    arn: String,
    ends: Timestamp,
}

/// What verifies a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The secret that must have signed.
    pub secret: String,
    /// The session token that must come along, for a session's key.
    pub token: Option<String>,
    /// True if the session is over.
    pub expired: bool,
}

impl World {
    /// The key with this id; `None` if the lab never gave it out.
    pub fn key(&self, access_key: &str) -> Option<Key> {
        if access_key == ACCESS_KEY {
            return Some(Key { secret: SECRET_KEY.to_owned(), token: None, expired: false });
        }
        let session = self.sts.sessions.get(access_key)?;
        let (secret, token) = (session.secret.clone(), Some(session.token.clone()));
        Some(Key { secret, token, expired: self.now() >= session.ends })
    }

    /// Answers a call.
    pub(in crate::lab) fn sts_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "GetCallerIdentity" => Ok(self.identity(call)),
            "AssumeRole" => self.assume_role(call),
            other => Err(World::unrouted(Service::Sts, other)),
        }
    }

    /// The ARN of whoever makes this call.
    pub(in crate::lab) fn caller(&self, call: &Call) -> String {
        match self.sts.sessions.get(&call.access_key) {
            Some(session) => session.arn.clone(),
            None => format!("arn:aws:iam::{ACCOUNT}:user/firedrill"),
        }
    }

    fn identity(&self, call: &Call) -> Tree {
        let session = self.sts.sessions.get(&call.access_key);
        let own = ("AIDAFIREDRILLLAB00001".to_owned(), format!("arn:aws:iam::{ACCOUNT}:user/firedrill"));
        let (user, arn) = session.map_or(own, |session| (session.user.clone(), session.arn.clone()));
        Tree::map([("UserId", Tree::text(user)), ("Account", Tree::text(ACCOUNT)), ("Arn", Tree::text(arn))])
    }

    fn assume_role(&mut self, call: &Call) -> Reply {
        let role = call.params.text("RoleArn").unwrap_or_default();
        let name = call.params.text("RoleSessionName").unwrap_or_default();
        let path = role.strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:role/"));
        let Some(role_name) = path.and_then(|path| path.rsplit('/').next()) else {
            let message = format!("User is not authorized to perform: sts:AssumeRole on resource: {role}");
            return Err(AwsFault::new(403, "AccessDenied", message));
        };
        if name.is_empty() {
            let message = "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: \
                           Member must not be null";
            return Err(AwsFault::new(400, "ValidationError", message));
        }
        let asked = call.params.text("DurationSeconds").unwrap_or("3600");
        // AWS: from 15 minutes to 12 hours (AssumeRole API reference).
        let seconds = asked.parse().ok().filter(|seconds| (900..=43_200).contains(seconds)).ok_or_else(|| {
            let message = format!(
                "1 validation error detected: Value '{asked}' at 'durationSeconds' failed to satisfy constraint: \
                 Member must have value between 900 and 43200"
            );
            AwsFault::new(400, "ValidationError", message)
        })?;
        let ends = crate::clock::later(self.now(), Duration::from_secs(seconds));
        let seed = self.seed();
        let rng = self.sts.rng.get_or_insert_with(|| Rng::stream(seed, "sts"));
        let key = format!("ASIA{}", rng.hex(16).to_uppercase());
        let user = format!("AROA{}:{name}", rng.hex(17).to_uppercase());
        let (secret, token) = (rng.hex(40), rng.hex(120));
        // AWS: an assumed role's ARN has no path (STS API reference).
        let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role_name}/{name}");
        let credentials = Tree::map([
            ("AccessKeyId", Tree::text(&key)),
            ("SecretAccessKey", Tree::text(&secret)),
            ("SessionToken", Tree::text(&token)),
            ("Expiration", Some(Tree::Time(ends))),
        ]);
        let who = Tree::map([("AssumedRoleId", Tree::text(&user)), ("Arn", Tree::text(&arn))]);
        self.sts.sessions.insert(key, Session { secret, token, user, arn, ends });
        Ok(Tree::map([("Credentials", Some(credentials)), ("AssumedRoleUser", Some(who))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::world::testing::{call, member, text, world};

    /// "Arn forms: assumed role arn:aws:sts::ACCT:assumed-role/ROLE/SESSION", without the role's path.
    #[test]
    fn an_assumed_role_is_who_calls_with_its_key() {
        let mut world = world();
        let params = [("RoleArn", "arn:aws:iam::111122223333:role/ops/drill"), ("RoleSessionName", "me")];
        let reply = call(&mut world, Service::Sts, "AssumeRole", "ap-northeast-1", &params).unwrap();
        let key = text(&reply, "Credentials.AccessKeyId");
        let secret = text(&reply, "Credentials.SecretAccessKey");
        assert_eq!(world.key(&key).unwrap().secret, secret);
        assert!(member(&reply, "Credentials.Expiration").is_some());
        let mut asked =
            crate::lab::world::testing::request(Service::Sts, "GetCallerIdentity", "ap-northeast-1", &[]);
        asked.access_key = key;
        let now = world.now();
        let identity = world.handle(now, &asked).unwrap();
        assert_eq!(text(&identity, "Arn"), "arn:aws:sts::111122223333:assumed-role/drill/me");
        assert_eq!(text(&identity, "Account"), "111122223333");
    }
}
