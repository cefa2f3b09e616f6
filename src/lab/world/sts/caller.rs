//! Caller: who a call comes from.
//! Used by: `sts`, `iam`.

use super::session::Who;
use crate::lab::world::{World, call::Call, iam::model::Kind};

/// Who a call comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lab) struct Caller {
    /// The ARN, as `GetCallerIdentity` shows it.
    pub(in crate::lab) arn: String,
    /// The unique id; for a role's session with the session's name.
    pub(in crate::lab) id: String,
    /// The user's name, unless a role calls.
    pub(in crate::lab) user: Option<String>,
    /// The role's name, if its session calls.
    pub(in crate::lab) role: Option<String>,
    /// True for a session's key.
    pub(in crate::lab) is_session: bool,
}

impl World {
    /// Who a call comes from, by its access key. A key that the wire did not know never gets here.
    pub(in crate::lab) fn caller(&self, call: &Call) -> Caller {
        let session = self.sts.sessions.get(&call.access_key);
        if let Some(session) = session
            && let Who::Role { name } = &session.who
        {
            let (arn, id, role) = (session.arn.clone(), session.id.clone(), Some(name.clone()));
            return Caller { arn, id, user: None, role, is_session: true };
        }
        let user = match session.map(|session| &session.who) {
            Some(Who::User { name }) => Some(name.clone()),
            _ => self.iam.keys.get(&call.access_key).map(|key| key.user.clone()),
        };
        let own = user.as_ref().and_then(|name| self.iam.identity(Kind::User, name));
        let arn = own.map(|own| own.arn.clone()).unwrap_or_default();
        let id = own.map(|own| own.id.clone()).unwrap_or_default();
        Caller { arn, id, user, role: None, is_session: session.is_some() }
    }
}
