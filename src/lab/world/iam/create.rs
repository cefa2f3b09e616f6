//! Create: new identities, policies, profiles and keys.
//! Invariant: the one place where they come from, whether a call or a world's description asks.
//! Used by: `build`, `identity`, `managed`, `profile`, `key`.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    fault,
    lagged::Lagged,
    model::{AccessKey, Document, Held, Identity, Kind, Managed, Profile, Role, State, Tags},
    policy::Use,
};
use crate::lab::world::call::AwsFault;

/// AWS: the most characters, without white space, of a managed policy (IAM quotas).
const MANAGED_SIZE: usize = 6_144;
/// AWS: the most access keys of a user (IAM quotas).
const KEYS: usize = 2;

/// A document, read for a use.
pub(super) fn document(text: &str, used: Use) -> Result<Document, AwsFault> {
    Ok(Document { text: text.to_owned(), policy: Arc::new(fault::read(text, used)?) })
}

/// The length of a document as quotas count it.
pub(super) fn size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// Checks a name. AWS: letters, digits and `+=,.@_-`; 64 characters, 128 for groups and policies.
pub(super) fn check_name(member: &str, name: &str, longest: usize) -> Result<(), AwsFault> {
    if name.chars().count() > longest {
        return Err(fault::invalid(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length \
             less than or equal to {longest}"
        )));
    }
    let fits = |character: char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(character);
    if name.is_empty() || !name.chars().all(fits) {
        return Err(fault::invalid(format!(
            "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-"
        )));
    }
    Ok(())
}

/// Checks a path: `/`, or text between slashes.
pub(super) fn check_path(path: &str) -> Result<(), AwsFault> {
    let fits = path.starts_with('/')
        && path.ends_with('/')
        && path.len() <= 512
        && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if fits {
        return Ok(());
    }
    Err(fault::invalid(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
         characters and/or / characters.",
    ))
}

impl State {
    /// An id as IAM makes them: the kind's four letters and seventeen more.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let draw = |_| char::from(*letters.get(self.rng.below(32) as usize).unwrap_or(&b'A'));
        format!("{prefix}{}", (0..17).map(draw).collect::<String>())
    }

    /// A user, group or role.
    pub(super) fn create_identity(
        &mut self,
        kind: Kind,
        name: &str,
        path: &str,
        role: Option<Role>,
        tags: Tags,
        now: Timestamp,
    ) -> Result<&mut Identity, AwsFault> {
        let member = format!("{}Name", kind.word());
        check_name(&member, name, if kind == Kind::Group { 128 } else { 64 })?;
        check_path(path)?;
        // AWS: names are unique within an account without regard to case.
        if self.all(kind).any(|own| own.name.eq_ignore_ascii_case(name)) {
            let word = match kind {
                Kind::User => "User",
                Kind::Group => "Group",
                Kind::Role => "Role",
            };
            return Err(fault::exists(format!("{word} with name {name} already exists.")));
        }
        let id = self.id(kind.prefix());
        let arn = format!("arn:aws:iam::{}:{}{path}{name}", self.account, kind.word());
        let held = Lagged::new(Held::default());
        let (name, path, created) = (name.to_owned(), path.to_owned(), now);
        let key = (kind, name.clone());
        let identity = Identity { kind, name, path, id, arn, created, tags, held, role };
        Ok(self.identities.entry(key).or_insert(identity))
    }

    /// A managed policy of the account's, or of AWS's if `account` is `aws`.
    #[expect(clippy::too_many_arguments, reason = "each is a member of CreatePolicy")]
    pub(super) fn create_policy(
        &mut self,
        account: &str,
        name: &str,
        path: &str,
        text: &str,
        description: Option<&str>,
        tags: Tags,
        now: Timestamp,
    ) -> Result<&Managed, AwsFault> {
        check_name("policyName", name, 128)?;
        check_path(path)?;
        let document = document(text, Use::Identity)?;
        if account != "aws" && size(text) > MANAGED_SIZE {
            return Err(fault::limit(format!("Cannot exceed quota for PolicySize: {MANAGED_SIZE}")));
        }
        let arn = format!("arn:aws:iam::{account}:policy{path}{name}");
        let twin = |own: &&Managed| !own.is_aws() && own.name.eq_ignore_ascii_case(name);
        if account != "aws" && self.policies.values().any(|own| twin(&own))
            || self.policies.contains_key(&arn)
        {
            let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
            return Err(fault::exists(message));
        }
        let policy = Managed {
            arn: arn.clone(),
            name: name.to_owned(),
            path: path.to_owned(),
            id: self.id("ANPA"),
            description: description.map(str::to_owned),
            created: now,
            updated: now,
            tags,
            versions: [(1, (document, now))].into(),
            default: Lagged::new(1),
            newest: 1,
        };
        Ok(self.policies.entry(arn).or_insert(policy))
    }

    /// An instance profile.
    pub(super) fn create_profile(
        &mut self,
        name: &str,
        path: &str,
        tags: Tags,
        now: Timestamp,
    ) -> Result<&mut Profile, AwsFault> {
        check_name("instanceProfileName", name, 128)?;
        check_path(path)?;
        if self.profiles.contains_key(name) {
            return Err(fault::exists(format!("Instance Profile {name} already exists.")));
        }
        let id = self.id("AIPA");
        let arn = format!("arn:aws:iam::{}:instance-profile{path}{name}", self.account);
        let (own, path) = (name.to_owned(), path.to_owned());
        let profile = Profile { name: own, path, id, arn, created: now, role: None, tags };
        Ok(self.profiles.entry(name.to_owned()).or_insert(profile))
    }

    /// A user's access key; its id and secret are drawn unless given.
    pub(super) fn create_key(
        &mut self,
        user: &str,
        given: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<String, AwsFault> {
        self.identity(Kind::User, user).ok_or_else(|| fault::nobody(Kind::User, user))?;
        if self.keys.values().filter(|key| key.user == user).count() >= KEYS {
            return Err(fault::limit(format!("Cannot exceed quota for AccessKeysPerUser: {KEYS}")));
        }
        let (id, secret) = match given {
            Some((id, secret)) => (id.to_owned(), secret.to_owned()),
            None => (self.id("AKIA").chars().take(20).collect(), self.rng.hex(40)),
        };
        let user = user.to_owned();
        self.keys.insert(id.clone(), AccessKey { user, secret, active: true, created: now, used: None });
        Ok(id)
    }
}
