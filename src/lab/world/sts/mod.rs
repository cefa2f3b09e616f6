//! Sts: who is calling, and keys for a while.
//! Invariant: `GetCallerIdentity` needs no permission; whoever holds a session's key is whom it was given for.
//! Not here: signatures (see `lab::wire`), policies (see `iam`).
//! Used by: `World::handle`.

mod assume;
mod caller;
mod session;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(in crate::lab) use self::{caller::Caller, session::Session};
use super::{
    World,
    call::{AwsFault, Call, Operation, Reply, Service, Tree},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::partial("AssumeRole", "no MFA, no transitive tags"),
    Operation::real("DecodeAuthorizationMessage"),
    Operation::partial("GetAccessKeyInfo", "every key is of the lab's one account"),
    Operation::real("GetCallerIdentity"),
    Operation::partial("GetSessionToken", "no MFA; the session may call IAM"),
];

/// What this service remembers: the sessions it has given out.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    pub(in crate::lab) sessions: BTreeMap<String, Session>,
    rng: Option<Rng>,
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
    /// The key with this id; `None` if the lab never gave it out, or if it is inactive.
    pub fn key(&self, access_key: &str) -> Option<Key> {
        if let Some(key) = self.iam.keys.get(access_key).filter(|key| key.active) {
            return Some(Key { secret: key.secret.clone(), token: None, expired: false });
        }
        let session = self.sts.sessions.get(access_key)?;
        let (secret, token) = (session.secret.clone(), Some(session.token.clone()));
        Some(Key { secret, token, expired: self.now() >= session.ends })
    }

    /// Answers a call.
    pub(in crate::lab) fn sts_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "GetCallerIdentity" => Ok(self.identity(call)),
            "AssumeRole" => assume::assume_role(self, call),
            "GetSessionToken" => assume::session_token(self, call),
            "GetAccessKeyInfo" => self.key_info(call),
            "DecodeAuthorizationMessage" => self.decode_message(call),
            other => Err(World::unrouted(Service::Sts, other)),
        }
    }

    fn identity(&self, call: &Call) -> Tree {
        let caller = self.caller(call);
        let account = Tree::text(&self.iam.account);
        Tree::map([("UserId", Tree::text(caller.id)), ("Account", account), ("Arn", Tree::text(caller.arn))])
    }

    fn key_info(&self, call: &Call) -> Reply {
        let key = call.params.text("AccessKeyId").unwrap_or_default();
        // AWS: from 16 to 128 letters and digits (GetAccessKeyInfo API reference).
        if !(16..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!(
                "1 validation error detected: Value '{key}' at 'accessKeyId' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: [\\w]*"
            );
            return Err(AwsFault::new(400, "ValidationError", message));
        }
        Ok(Tree::map([("Account", Tree::text(&self.iam.account))]))
    }

    fn decode_message(&self, call: &Call) -> Reply {
        let message = call.params.text("EncodedMessage").unwrap_or_default();
        let decoded = self.decoded(message).ok_or_else(|| {
            let text = "Message is not valid";
            AwsFault::new(400, "InvalidAuthorizationMessageException", text)
        })?;
        Ok(Tree::map([("DecodedMessage", Tree::text(decoded))]))
    }
}
