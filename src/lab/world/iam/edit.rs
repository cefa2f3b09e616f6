//! Edit: changes of what identities hold, felt a while later.
//! Used by: the operations that change policies.

use jiff::Timestamp;

use super::{
    fault,
    model::{Held, Identity, Kind, State},
};
use crate::lab::world::{World, call::AwsFault};

impl World {
    /// From when on an edit that is made now is felt.
    pub(super) fn iam_effective(&mut self) -> Timestamp {
        let (low, high) = self.iam.settings.effective();
        let delay = self.iam.rng.between(low, high);
        crate::clock::later(self.now(), delay)
    }

    /// Changes what an identity holds.
    pub(super) fn iam_edit<R>(
        &mut self,
        kind: Kind,
        name: &str,
        change: impl FnOnce(&mut Held, &State) -> Result<R, AwsFault>,
    ) -> Result<R, AwsFault> {
        let own = self.iam.identity(kind, name).ok_or_else(|| fault::nobody(kind, name))?;
        let mut held = own.held.written().clone();
        let done = change(&mut held, &self.iam)?;
        let (now, effective) = (self.now(), self.iam_effective());
        if let Some(own) = self.iam.identities.get_mut(&(kind, name.to_owned())) {
            own.held.write(now, effective, held);
        }
        let with = [("identity", format!("{}/{name}", kind.word())), ("effective", effective.to_string())];
        self.note("policy.edited", with);
        Ok(done)
    }

    /// The identity that a call names.
    pub(super) fn iam_named(&self, kind: Kind, name: &str) -> Result<&Identity, AwsFault> {
        self.iam.identity(kind, name).ok_or_else(|| fault::nobody(kind, name))
    }
}
