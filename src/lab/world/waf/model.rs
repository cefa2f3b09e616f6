//! Model: web ACLs, IP sets, and what they are associated with.
//! Invariant: what a client wrote is kept as it wrote it; rules are felt a while after they are written.
//! Used by: `waf`.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::settings::Settings;
use crate::lab::world::{
    World, arn,
    call::{AwsFault, Call, Params},
    iam::lagged::Lagged,
    refusal,
    rng::Rng,
};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// What the world may say.
    pub(in crate::lab) settings: Settings,
    /// Web ACLs, by ARN.
    pub(in crate::lab) acls: BTreeMap<String, Acl>,
    /// IP sets, by ARN.
    pub(in crate::lab) sets: BTreeMap<String, IpSet>,
    /// The web ACL of each resource, by the resource's ARN.
    pub(in crate::lab) associations: BTreeMap<String, Lagged<Option<String>>>,
    /// When requests came that a rate-based rule counts, by ACL, rule and client.
    pub(super) counts: BTreeMap<(String, String, String), VecDeque<Timestamp>>,
    pub(super) rng: Rng,
}

/// What web ACLs and IP sets have in common.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Head {
    pub(in crate::lab) arn: String,
    pub(in crate::lab) region: String,
    pub(in crate::lab) name: String,
    pub(in crate::lab) id: String,
    pub(in crate::lab) scope: String,
    pub(in crate::lab) description: Option<String>,
    /// Changes with every write; a write must bring the newest.
    pub(in crate::lab) lock: String,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

/// A web ACL.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Acl {
    pub(in crate::lab) head: Head,
    /// Its members, as they were written: `DefaultAction`, `Rules`, `VisibilityConfig` and the like.
    pub(in crate::lab) members: Lagged<Arc<Map<String, Value>>>,
}

/// An IP set.
#[derive(Debug, Clone)]
pub(in crate::lab) struct IpSet {
    pub(in crate::lab) head: Head,
    /// `IPV4` or `IPV6`.
    pub(in crate::lab) version: String,
    pub(in crate::lab) addresses: Lagged<Vec<String>>,
}

/// `WAFInvalidParameterException`, 400.
pub(super) fn invalid(reason: &str, field: &str, parameter: &str) -> AwsFault {
    let message = format!("Error reason: {reason}, field: {field}, parameter: {parameter}");
    AwsFault::new(400, "WAFInvalidParameterException", message)
}

/// `WAFNonexistentItemException`, 400.
pub(super) fn absent() -> AwsFault {
    let message = "AWS WAF couldn’t perform the operation because your resource doesn’t exist.";
    AwsFault::new(400, "WAFNonexistentItemException", message)
}

/// `WAFDuplicateItemException`, 400.
pub(super) fn duplicate() -> AwsFault {
    let message = "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an \
                   existing one.";
    AwsFault::new(400, "WAFDuplicateItemException", message)
}

/// `WAFAssociatedItemException`, 400.
pub(super) fn associated() -> AwsFault {
    let message = "AWS WAF couldn’t perform the operation because your resource is being used by another resource or \
                   it’s associated with another resource.";
    AwsFault::new(400, "WAFAssociatedItemException", message)
}

/// A parameter that must be there.
pub(super) fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).ok_or_else(|| AwsFault::new(400, "ValidationException", refusal::null(name)))
}

/// The scope of a call. AWS: `CLOUDFRONT` only in us-east-1.
pub(super) fn scope(call: &Call) -> Result<&str, AwsFault> {
    match need(&call.params, "Scope")? {
        "REGIONAL" => Ok("REGIONAL"),
        "CLOUDFRONT" if call.region == "us-east-1" => Ok("CLOUDFRONT"),
        "CLOUDFRONT" => Err(invalid("The scope is not valid.", "SCOPE_VALUE", "CLOUDFRONT")),
        other => Err(AwsFault::new(
            400,
            "ValidationException",
            refusal::not_listed(other, "scope", &["CLOUDFRONT", "REGIONAL"]),
        )),
    }
}

impl Head {
    /// Checks that a write brings the newest lock token.
    pub(super) fn unlock(&self, params: &Params) -> Result<(), AwsFault> {
        if need(params, "LockToken")? == self.lock {
            return Ok(());
        }
        let message = "AWS WAF couldn’t save your changes because someone changed the resource after you started to \
                       edit it. Reapply your changes.";
        Err(AwsFault::new(400, "WAFOptimisticLockException", message))
    }
}

/// Those of a map by ARN whose ARN begins so, in order.
pub(super) fn under<'a, T>(all: &'a BTreeMap<String, T>, prefix: &'a str) -> impl Iterator<Item = &'a T> {
    let rest = all.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
    rest.take_while(move |(arn, _)| arn.starts_with(prefix)).map(|(_, own)| own)
}

impl World {
    /// An id, also a lock token, as WAF makes them.
    pub(super) fn waf_id(&mut self) -> String {
        let rng = &mut self.waf.rng;
        [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-")
    }

    /// How the ARNs of a kind and scope begin in a region; a name and an id follow.
    pub(super) fn waf_prefix(&self, kind: &str, region: &str, scope: &str) -> String {
        let place = if scope == "REGIONAL" { "regional" } else { "global" };
        format!("arn:aws:wafv2:{region}:{}:{place}/{kind}/", self.account())
    }

    /// The ARN of what a call means: by ARN, or by name, id and scope.
    pub(super) fn waf_arn(&self, kind: &str, call: &Call) -> Result<String, AwsFault> {
        let params = &call.params;
        match params.text("ARN") {
            // An ARN of another region is nothing here.
            Some(arn) => match arn::region(arn) == call.region {
                true => Ok(arn.to_owned()),
                false => Err(absent()),
            },
            None => {
                let prefix = self.waf_prefix(kind, &call.region, scope(call)?);
                let (name, id) = (params.text("Name"), params.text("Id"));
                Ok(format!("{prefix}{}/{}", name.unwrap_or_default(), id.unwrap_or_default()))
            }
        }
    }

    /// What a new web ACL or IP set begins with. `kind` is `webacl` or `ipset`.
    pub(super) fn waf_head(&mut self, kind: &str, region: &str, scope: &str, name: &str) -> Head {
        let (id, lock) = (self.waf_id(), self.waf_id());
        let arn = format!("{}{name}/{id}", self.waf_prefix(kind, region, scope));
        Head {
            arn,
            region: region.to_owned(),
            name: name.to_owned(),
            id,
            scope: scope.to_owned(),
            description: None,
            lock,
            tags: BTreeMap::new(),
        }
    }

    /// From when on a change that is made now is felt.
    pub(super) fn waf_effective(&mut self) -> Timestamp {
        let (low, high) = self.waf.settings.effective();
        let delay = self.waf.rng.between(low, high);
        crate::clock::later(self.now(), delay)
    }
}
