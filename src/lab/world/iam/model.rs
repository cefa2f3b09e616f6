//! Model: users, groups, roles, policies, instance profiles and keys.
//! Invariant: identities are found by kind and name, policies by ARN; a document that is held has been read.
//! Used by: `iam`, `sts`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{lagged::Lagged, policy::Policy, settings::Settings};
use crate::lab::world::rng::Rng;

/// Tags by key.
pub(in crate::lab) type Tags = BTreeMap<String, String>;

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// The account.
    pub(in crate::lab) account: String,
    /// The account's alias, if it has one.
    pub(in crate::lab) alias: Option<String>,
    /// What the world may say.
    pub(in crate::lab) settings: Settings,
    /// Users, groups and roles.
    pub(in crate::lab) identities: BTreeMap<(Kind, String), Identity>,
    /// Managed policies, by ARN: the account's and AWS's.
    pub(in crate::lab) policies: BTreeMap<String, Managed>,
    /// Instance profiles, by name.
    pub(in crate::lab) profiles: BTreeMap<String, Profile>,
    /// Users' access keys, by id.
    pub(in crate::lab) keys: BTreeMap<String, AccessKey>,
    pub(super) rng: Rng,
}

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    /// As ARNs and messages call it.
    pub(in crate::lab) fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
        }
    }

    /// The parameter that names one.
    pub(in crate::lab) fn param(self) -> &'static str {
        match self {
            Kind::User => "UserName",
            Kind::Group => "GroupName",
            Kind::Role => "RoleName",
        }
    }

    /// How ids of this kind begin (AWS: IAM User Guide, "IAM identifiers").
    pub(in crate::lab) fn prefix(self) -> &'static str {
        match self {
            Kind::User => "AIDA",
            Kind::Group => "AGPA",
            Kind::Role => "AROA",
        }
    }
}

/// A document: its text as it was given, and what it says.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Document {
    /// The text.
    pub(in crate::lab) text: String,
    /// What it says.
    pub(in crate::lab) policy: Arc<Policy>,
}

/// The policies of an identity.
#[derive(Debug, Clone, Default)]
pub(in crate::lab) struct Held {
    /// Inline policies, by name.
    pub(in crate::lab) inline: BTreeMap<String, Document>,
    /// ARNs of attached policies.
    pub(in crate::lab) attached: BTreeSet<String>,
    /// The ARN of the permissions boundary.
    pub(in crate::lab) boundary: Option<String>,
    /// A user's groups.
    pub(in crate::lab) groups: BTreeSet<String>,
}

/// A user, group or role.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Identity {
    pub(in crate::lab) kind: Kind,
    pub(in crate::lab) name: String,
    pub(in crate::lab) path: String,
    pub(in crate::lab) id: String,
    pub(in crate::lab) arn: String,
    pub(in crate::lab) created: Timestamp,
    pub(in crate::lab) tags: Tags,
    pub(in crate::lab) held: Lagged<Held>,
    /// What only a role has.
    pub(in crate::lab) role: Option<Role>,
}

/// What only a role has.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Role {
    /// Who may assume it.
    pub(in crate::lab) trust: Lagged<Document>,
    /// Its description.
    pub(in crate::lab) description: Option<String>,
    /// The longest session, in seconds.
    pub(in crate::lab) longest: u32,
    /// When it was last assumed, and from which region.
    pub(in crate::lab) used: Option<(Timestamp, String)>,
}

/// A managed policy.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Managed {
    pub(in crate::lab) arn: String,
    pub(in crate::lab) name: String,
    pub(in crate::lab) path: String,
    pub(in crate::lab) id: String,
    pub(in crate::lab) description: Option<String>,
    pub(in crate::lab) created: Timestamp,
    pub(in crate::lab) updated: Timestamp,
    pub(in crate::lab) tags: Tags,
    /// Documents by the number of their version.
    pub(in crate::lab) versions: BTreeMap<u32, (Document, Timestamp)>,
    /// The version that counts.
    pub(in crate::lab) default: Lagged<u32>,
    /// The number of the newest version ever.
    pub(in crate::lab) newest: u32,
}

impl Managed {
    /// True for AWS's own.
    pub(in crate::lab) fn is_aws(&self) -> bool {
        self.arn.starts_with("arn:aws:iam::aws:")
    }
}

/// An instance profile: the role that an instance has.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Profile {
    pub(in crate::lab) name: String,
    pub(in crate::lab) path: String,
    pub(in crate::lab) id: String,
    pub(in crate::lab) arn: String,
    pub(in crate::lab) created: Timestamp,
    pub(in crate::lab) role: Option<String>,
    pub(in crate::lab) tags: Tags,
}

/// A user's access key.
#[derive(Debug, Clone)]
pub(in crate::lab) struct AccessKey {
    pub(in crate::lab) user: String,
    pub(in crate::lab) secret: String,
    pub(in crate::lab) active: bool,
    pub(in crate::lab) created: Timestamp,
    /// When it was last used, for which service and region.
    pub(in crate::lab) used: Option<(Timestamp, String, String)>,
}

impl State {
    /// The identity of this kind and name.
    pub(in crate::lab) fn identity(&self, kind: Kind, name: &str) -> Option<&Identity> {
        self.identities.get(&(kind, name.to_owned()))
    }

    /// The identity with this ARN.
    pub(in crate::lab) fn identity_at(&self, arn: &str) -> Option<&Identity> {
        let mut rest = arn.strip_prefix("arn:aws:iam::")?.split_once(':')?.1.split('/');
        let kind = match rest.next()? {
            "user" => Kind::User,
            "group" => Kind::Group,
            "role" => Kind::Role,
            _ => return None,
        };
        self.identity(kind, rest.next_back()?).filter(|own| own.arn == arn)
    }

    /// The identities of a kind, in order of name.
    pub(in crate::lab) fn all(&self, kind: Kind) -> impl Iterator<Item = &Identity> {
        self.identities.values().filter(move |own| own.kind == kind)
    }
}
